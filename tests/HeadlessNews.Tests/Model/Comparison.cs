using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Model;

/// <summary>Holds one article as the service has it against the model: the record, its log, and all that readers get at its addresses.</summary>
internal sealed class Comparison(NewsApp app, Model model)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<ModelArticle, int> logSeen = [];

    /// <param name="article">The model's.</param>
    /// <param name="record">The record, where the step was answered with it; else it is read.</param>
    /// <param name="everywhere">At every slug it ever had; else at its id, at its slugs of now, and at one of the others.</param>
    public async Task Compare(ModelArticle article, JsonObject? record = null, bool everywhere = false)
    {
        if (record is null)
        {
            await ReadRecord(article);
        }
        else
        {
            CompareRecord(article, record);
        }
        await CompareLog(article);
        await CompareDelivered(article, everywhere);
    }

    public static async Task CompareAnswer(Answer expected, HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        var json = text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
        var isProblem = !response.IsSuccessStatusCode;
        Same(
            new { expected.Status, expected.Problem, expected.Allowed, expected.Reasons, expected.Version },
            new
            {
                Status = (int)response.StatusCode,
                Problem = isProblem ? json["type"]!.GetValue<string>().Replace("urn:headlessnews:problem:", "", StringComparison.Ordinal) : null,
                Allowed = isProblem ? json["allowedActions"] : null,
                Reasons = json["reasons"]?.AsArray().Count,
                Version = response.Headers.ETag is { } tag ? int.Parse(tag.Tag.Trim('"'), CultureInfo.InvariantCulture) : (int?)null,
            });
    }

    private async Task ReadRecord(ModelArticle article)
    {
        using var response = await app.Editor.GetAsync($"/api/v1/editorial/articles/{article.Id}");
        if (article.IsGone)
        {
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            return;
        }
        Assert.Equal($"\"{article.Version}\"", response.Headers.ETag?.Tag);
        CompareRecord(article, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }

    private void CompareRecord(ModelArticle article, JsonObject actual)
    {
        if (article.Public != "never" && article.Working.PublishedAt is null)
        {
            article.FirstPublishedAt ??= Time(actual["publishedAt"]);
        }
        var (text, scheduled) = (article.Working, actual["scheduled"]);
        Same(
            new
            {
                text.Slug,
                article.Version,
                article.Revision,
                article.Status,
                article.Allowed,
                LiveRevision = article.Live?.Revision,
                article.HasUnpublishedChanges,
                Due = article.Scheduled?.Due,
                Pinned = article.Scheduled?.Revision,
                ScheduledBy = article.Scheduled?.By,
                Failure = article.Scheduled?.HasFailed == true ? "for some reason" : null,
                TryAt = article.Scheduled is { HasFailed: false } waiting ? waiting.Due : (DateTimeOffset?)null,
                text.Headline,
                text.Kicker,
                text.Body,
                Source = $"{text.Source} {model.Sources[text.Source].Name}",
                text.Authors,
                text.Tags,
                text.Related,
                text.Redistribution,
                text.EmbargoUntil,
                text.ExpiresAt,
                PublishedAt = text.PublishedAt ?? article.FirstPublishedAt,
                text.InternalNote,
                article.Corrections,
                Clearances = article.Clearances.Select(one => (object)new { one.Id, one.Scope, Until = one.Lasts(model.Now) ? $"{one.Until:O}" : "ended" }),
                article.CreatedBy,
            },
            new
            {
                Slug = actual["slug"],
                Version = actual["version"],
                Revision = actual["revision"],
                Status = actual["status"],
                Allowed = actual["allowedActions"],
                LiveRevision = actual["liveRevision"],
                HasUnpublishedChanges = actual["hasUnpublishedChanges"],
                Due = Time(scheduled?["dueAt"]),
                Pinned = scheduled?["revision"],
                ScheduledBy = scheduled?["scheduledBy"],
                Failure = scheduled?["failure"] is not JsonArray reasons ? null : article.Scheduled?.HasFailed == true && reasons.Count > 0 ? "for some reason" : reasons.ToJsonString(),
                TryAt = Time(scheduled?["tryAt"]),
                Headline = actual["headline"],
                Kicker = actual["kicker"],
                Body = actual["body"]!["content"],
                Source = $"{actual["source"]!["slug"]} {actual["source"]!["name"]}",
                Authors = Joined(actual["authors"], "slug"),
                Tags = Joined(actual["tags"], "slug"),
                Related = string.Join(',', actual["related"]!.AsArray().Select(other => $"{other!["article"]!["id"]}")),
                Redistribution = actual["rights"]!["redistribution"],
                EmbargoUntil = Time(actual["embargoUntil"]),
                ExpiresAt = Time(actual["expiresAt"]),
                PublishedAt = Time(actual["publishedAt"]),
                InternalNote = actual["internalNote"],
                Corrections = actual["corrections"]!.AsArray().Select(one => new Note($"{one!["kind"]}", $"{one["note"]}")),
                Clearances = actual["rightsClearances"]!.AsArray().Select(one =>
                {
                    var until = Time(one!["until"]);
                    return (object)new { Id = one["id"], Scope = one["scope"], Until = until is null || until > model.Now ? $"{until:O}" : "ended" };
                }),
                CreatedBy = actual["createdBy"],
            });
    }

    /// <summary>The events since the last look: these, in this order, by these actors, and no other.</summary>
    private async Task CompareLog(ModelArticle article)
    {
        var seen = logSeen.GetValueOrDefault(article);
        var happened = await app.Query(
            "SELECT type, version, previous_version, actor FROM log.events WHERE resource_id = $1 ORDER BY position OFFSET $2",
            row => new Happened(row.GetString(0), row.GetInt32(1), row.IsDBNull(2) ? null : row.GetInt32(2), row.GetString(3)), article.Id, seen);
        Same(article.Log.Skip(seen), happened);
        logSeen[article] = article.Log.Count;
    }

    private async Task CompareDelivered(ModelArticle article, bool everywhere)
    {
        await CompareAddress(article, $"{article.Id}");
        var owned = model.Slugs.Where(taken => taken.Value.Owner == article).ToList();
        var former = owned.FindAll(taken => taken.Key != article.Working.Slug && taken.Key != article.Live?.Text.Slug);
        foreach (var (slug, (_, wasPublic)) in everywhere ? owned : [.. owned.Except(former), .. former.Skip(article.Log.Count % Math.Max(1, former.Count)).Take(1)])
        {
            if (!wasPublic || slug == article.Live!.Text.Slug)
            {
                await CompareAddress(wasPublic ? article : null, slug);
                continue;
            }
            using var moved = await app.Reader.GetAsync($"/api/v1/articles/{slug}");
            Same((308, $"/api/v1/articles/{article.Live.Text.Slug}"), ((int)moved.StatusCode, $"{moved.Headers.Location}"));
        }
    }

    private async Task CompareAddress(ModelArticle? article, string address)
    {
        using var response = await app.Reader.GetAsync($"/api/v1/articles/{address}");
        var status = article?.Public switch { "live" => 200, "withdrawn" => 410, _ => 404 };
        Assert.True(status == (int)response.StatusCode, $"/articles/{address} answered {(int)response.StatusCode} instead of {status}");
        var actual = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        if (status != 200)
        {
            Assert.Equal(article?.Notice, actual["notice"]?.GetValue<string>());
            return;
        }
        var (text, version) = (article!.Live!.Text, article.Live.Version);
        if (text.PublishedAt is null)
        {
            article.FirstPublishedAt ??= Time(actual["publishedAt"]);
        }
        Same(
            new
            {
                article.Id,
                text.Slug,
                Version = version,
                text.Headline,
                text.Kicker,
                Html = $"<p>{text.Body}</p>",
                text.Body,
                Source = model.Sources[text.Source].Name,
                Authors = string.Join(',', AuthorNames(text)),
                Byline = AuthorNames(text) is [.. var some, var last] ? (some.Length == 0 ? last : $"{string.Join(", ", some)} and {last}") : "",
                text.Tags,
                Redistribution = model.Public.Redistribution(text),
                text.ExpiresAt,
                PublishedAt = text.PublishedAt ?? article.FirstPublishedAt,
                article.Corrections,
            },
            new
            {
                Id = actual["id"],
                Slug = actual["slug"],
                Version = actual["version"],
                Headline = actual["headline"],
                Kicker = actual["kicker"],
                Html = $"{actual["body"]!["html"]}".Trim(),
                Body = $"{actual["body"]!["text"]}".Trim(),
                Source = actual["source"]!["name"],
                Authors = Joined(actual["authors"], "name"),
                Byline = $"{actual["byline"]}",
                Tags = Joined(actual["tags"], "slug"),
                Redistribution = actual["rights"]!["redistribution"],
                ExpiresAt = Time(actual["expiresAt"]),
                PublishedAt = Time(actual["publishedAt"]),
                Corrections = actual["corrections"]!.AsArray().Select(one => new Note($"{one!["kind"]}", $"{one["note"]}")),
            });
    }

    private string[] AuthorNames(Text text) =>
        [.. text.Authors.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(slug => model.Authors[slug].Name)];

    private static string Joined(JsonNode? list, string member) => string.Join(',', list!.AsArray().Select(item => $"{item![member]}"));

    private static DateTimeOffset? Time(JsonNode? time) => time?.GetValue<DateTimeOffset>();

    /// <summary>Members of one shape, made of the model and of what came: the message shows the lines that differ.</summary>
    public static void Same(object expected, object actual)
    {
        var (wanted, got) = (Lines(expected), Lines(actual));
        Assert.True(wanted.SequenceEqual(got), $"Expected:\n{string.Join('\n', wanted.Except(got))}\nbut it is:\n{string.Join('\n', got.Except(wanted))}");
    }

    private static string[] Lines(object value) => JsonSerializer.Serialize(value, Readable).Split('\n');
}
