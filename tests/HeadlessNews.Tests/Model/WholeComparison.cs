using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Model;

/// <summary>Holds all that the service has against the model: lists, counts, revisions, slugs, the whole log, every word that is public.</summary>
internal sealed class WholeComparison(NewsApp app, Model model, Comparison one)
{
    private const string DeliveryWords =
        """
        SELECT concat_ws(' ', slug, card, document, notice) FROM delivery.articles
        UNION ALL SELECT concat_ws(' ', slug, name, document) FROM delivery.directory
        UNION ALL SELECT slug FROM delivery.former_slugs
        """;

    public async Task Compare()
    {
        foreach (var article in model.Articles.Concat(model.Gone))
        {
            await one.Compare(article, everywhere: true);
        }
        await CompareLists();
        await CompareEditorsList();
        await CompareTables();
        await CompareWords();
    }

    /// <summary>Each source's list in its order, and how many it says there are.</summary>
    private async Task CompareLists()
    {
        var directory = (await app.Reader.GetJson("/api/v1/sources?limit=100"))["items"]!.AsArray().ToDictionary(item => $"{item!["slug"]}");
        var live = model.Articles.Where(article => article.IsLive).ToLookup(article => article.Live!.Text.Source);
        foreach (var source in model.Sources.Keys)
        {
            var page = await app.Reader.GetJson($"/api/v1/articles?source={source}&limit=100");
            Comparison.Same(
                live[source].OrderByDescending(article => article.Live!.Text.PublishedAt ?? article.FirstPublishedAt)
                    .ThenByDescending(article => $"{article.Id}", StringComparer.Ordinal).Select(article => $"{article.Id} {article.Live!.Text.Headline}"),
                page["items"]!.AsArray().Select(card => $"{card!["id"]} {card["headline"]}"));
            Assert.Equal(live[source].Count(), directory.TryGetValue(source, out var entry) ? entry!["articleCount"]!.GetValue<int>() : 0);
        }
        var all = await app.Reader.GetJson("/api/v1/articles?limit=100");
        Comparison.Same(
            model.Articles.Where(article => article.IsLive).Select(article => $"{article.Id}").Order(StringComparer.Ordinal),
            all["items"]!.AsArray().Select(card => $"{card!["id"]}").Order(StringComparer.Ordinal));
    }

    private async Task CompareEditorsList()
    {
        JsonNode[] cards = [.. await Cards(""), .. await Cards("&status=trashed")];
        Comparison.Same(
            model.Articles.Select(article => $"{article.Id} {article.Version} {article.Status} {article.HasUnpublishedChanges}").Order(StringComparer.Ordinal),
            cards.Select(card => $"{card["id"]} {card["version"]} {card["status"]} {card["hasUnpublishedChanges"]!.GetValue<bool>()}").Order(StringComparer.Ordinal));
    }

    private async Task<IEnumerable<JsonNode>> Cards(string query) =>
        (await app.Editor.GetJson($"/api/v1/editorial/articles?limit=100{query}"))["items"]!.AsArray().Select(card => card!);

    private async Task CompareTables()
    {
        Comparison.Same(
            model.Articles.SelectMany(article => article.Revisions.Select(kept =>
                $"{article.Id} {kept.Key:D5} {kept.Value.SavedBy} {kept.Value.WasPublic} {kept.Value.Text.Slug} {kept.Value.Text.Headline} {kept.Value.Text.Body}")).Order(StringComparer.Ordinal),
            (await app.Query(
                """
                SELECT article_id, revision, saved_by, published_at IS NOT NULL, content #>> '{content,slug}', content #>> '{content,headline}', content #>> '{content,body,content}'
                FROM editorial.article_revisions
                """,
                row => $"{row.GetGuid(0)} {row.GetInt32(1):D5} {row.GetString(2)} {row.GetBoolean(3)} {row.GetString(4)} {row.GetString(5)} {row.GetString(6)}")).Order(StringComparer.Ordinal));
        Comparison.Same(
            model.Slugs.Select(taken => $"{taken.Key} {taken.Value.Owner.Id} {taken.Value.WasPublic}").Order(StringComparer.Ordinal),
            (await app.Query("SELECT slug, owner_id, was_public FROM editorial.slugs WHERE kind = 'article'",
                row => $"{row.GetString(0)} {row.GetGuid(1)} {row.GetBoolean(2)}")).Order(StringComparer.Ordinal));
        var events = await app.Query("SELECT count(*) FROM log.events WHERE resource_kind = 'article'", row => row.GetInt64(0));
        Assert.Equal(model.Articles.Concat(model.Gone).Sum(article => article.Log.Count), events.Single());
    }

    /// <summary>Every word of the model's is known by its form: those in the delivery schema are those that are public, and no other.</summary>
    private async Task CompareWords()
    {
        var publicTexts = model.Articles.Where(article => article.IsLive)
            .Select(article => $"{article.Live!.Text with { InternalNote = null }} {string.Join(' ', article.Corrections)}")
            .Concat(model.Articles.Concat(model.Gone).Select(article => article.Notice ?? ""))
            .Concat(model.Slugs.Where(taken => taken.Value.WasPublic).Select(taken => taken.Key));
        Comparison.Same(Words(publicTexts), Words(await app.Query(DeliveryWords, row => row.GetString(0))));
    }

    private static IEnumerable<string> Words(IEnumerable<string> texts) =>
        texts.SelectMany(text => Regex.Matches(text, @"zq[a-z]\d+q").Select(word => word.Value)).Distinct().Order(StringComparer.Ordinal);
}
