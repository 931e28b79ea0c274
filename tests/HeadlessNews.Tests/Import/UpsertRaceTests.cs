using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Import;

/// <summary>Scripts that send at the same moment.</summary>
public sealed class UpsertRaceTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const int Senders = 32;

    [Theory]
    [InlineData("")]
    [InlineData("&publish=true")]
    public async Task The_same_sent_thirty_two_times_at_once_is_one_article_with_one_author_and_one_tag(string publish)
    {
        var source = await app.Editor.CreateSource($"Racing Wire{publish.Length}");
        var (author, tag) = ($"Racing Author {publish.Length}", $"Racing Tag {publish.Length}");

        var answers = await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ =>
            app.Editor.Upsert(source.Slug, "RACE", new { authors = new[] { author }, tags = new[] { tag } }, $"&create=authors,tags{publish}")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(Senders - 1, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK && answer.IsUnchanged()));
        var ids = new HashSet<Guid>();
        foreach (var answer in answers)
        {
            ids.Add((await answer.Article()).Id);
        }
        var id = Assert.Single(ids);
        Assert.Equal(publish.Length == 0 ? ["article.created"] : ["article.created", "article.published"], await app.Events(id));
        Assert.Equal([1L, 1L, 1L, 1L], await app.Query(
            """
            SELECT count(*) FROM editorial.articles WHERE source_id = $1
            UNION ALL SELECT count(*) FROM editorial.authors WHERE name = $2
            UNION ALL SELECT count(*) FROM editorial.tags WHERE name = $3
            UNION ALL SELECT count(*) FROM editorial.slugs WHERE owner_id = $4
            """, row => row.GetInt64(0), source.Id, author, tag, id));
    }

    [Fact]
    public async Task Different_articles_sent_at_once_with_the_same_headline_and_a_new_author_share_the_author_and_no_slug()
    {
        var source = await app.Editor.CreateSource("Crowded Wire");

        var answers = await Task.WhenAll(Enumerable.Range(0, Senders).Select(nth =>
            app.Editor.Upsert(source.Slug, $"C-{nth}", new { headline = "Weather", authors = new[] { "Crowd Author" } }, "&create=authors&publish=true")));

        var slugs = new HashSet<string>();
        var authors = new HashSet<string>();
        foreach (var answer in answers)
        {
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            var article = await answer.Article();
            slugs.Add(article.Slug);
            authors.Add(article.Json["authors"]![0]!["slug"]!.GetValue<string>());
        }
        Assert.Equal((Senders, 1), (slugs.Count, authors.Count));
        Assert.Equal(Senders, (await app.Reader.GetJson("/api/v1/authors/crowd-author"))["articleCount"]!.GetValue<int>());
    }

    [Fact]
    public async Task Different_texts_sent_at_once_under_one_external_id_end_as_the_last_of_them()
    {
        var source = await app.Editor.CreateSource("Overtaking Wire");

        var answers = await Task.WhenAll(Enumerable.Range(0, Senders).Select(nth => app.Editor.Upsert(source.Slug, "O-1", new { headline = $"Overtaking {nth}" }, "&publish=true")));

        Assert.All(answers, answer => Assert.True(answer.IsSuccessStatusCode));
        var last = answers[0];
        foreach (var answer in answers)
        {
            last = Version(answer) > Version(last) ? answer : last;
        }
        var article = await last.Article();
        Assert.Equal(article.Json["headline"]!.GetValue<string>(), (await app.Reader.GetJson($"/api/v1/articles/{article.Id}"))["headline"]!.GetValue<string>());
        Assert.Equal(2 * Senders, Version(last));
        Assert.Equal(2 * Senders, (await app.Events(article.Id)).Count);

        static int Version(HttpResponseMessage answer) => int.Parse(answer.Headers.ETag!.Tag.Trim('"'), System.Globalization.CultureInfo.InvariantCulture);
    }
}
