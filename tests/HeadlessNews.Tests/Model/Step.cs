using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Model;

/// <summary>Somebody with a key, and the versions this one has read: another's save makes them stale.</summary>
internal sealed record Person(string Name, bool IsEditor, HttpClient Client)
{
    public Dictionary<ModelArticle, int> Read { get; } = [];

    public override string ToString() => Name;
}

/// <summary>What is wrong with what is sent.</summary>
internal enum Flaw
{
    None,
    NoHeadline,
    EmbargoAfterExpiry,
    UnknownSource,
}

/// <summary>One request.</summary>
internal sealed record Step(string Action, Person By, ModelArticle? On = null)
{
    /// <summary>A number, "*", or null for no header.</summary>
    public string? IfMatch { get; init; }

    /// <summary>The working copy as the editor has it, and what becomes of it.</summary>
    public Text? Before { get; init; } = On?.Working;
    public Text? Text { get; init; }
    public Flaw Flaw { get; init; }
    public DateTimeOffset? At { get; init; }
    public string? Scope { get; init; }
    public string? Words { get; init; }
    public Guid? Clearance { get; init; }

    /// <summary>The source or author that is changed, and the source's new rights.</summary>
    public ModelName? Name { get; init; }
    public string? Redistribution { get; init; }

    public Task<HttpResponseMessage> Send()
    {
        var articles = "/api/v1/editorial/articles";
        var article = $"{articles}/{On?.Id}";
        var ifMatch = IfMatch is null or "*" ? IfMatch : $"\"{IfMatch}\"";
        return Action switch
        {
            "create" => By.Client.Send(HttpMethod.Post, articles, Whole(Text!)),
            "put" => By.Client.Send(HttpMethod.Put, article, Whole(Text!), ifMatch),
            "patch" => By.Client.Send(HttpMethod.Patch, article, Difference(), ifMatch),
            "delete" => By.Client.Send(HttpMethod.Delete, article, ifMatch: ifMatch),
            "end" => By.Client.Send(HttpMethod.Delete, $"{article}?permanent=true", ifMatch: ifMatch),
            "correct" => By.Client.Send(HttpMethod.Post, $"{article}/corrections", new { kind = Scope, note = Words }),
            "clear" => By.Client.Send(HttpMethod.Post, $"{article}/rights-clearances", new { scope = Scope, reason = Words, until = At }),
            "endClearance" => By.Client.Send(HttpMethod.Delete, $"{article}/rights-clearances/{Clearance}"),
            "discardChanges" => By.Client.Send(HttpMethod.Post, $"{article}/discard-changes", ifMatch: ifMatch),
            "schedule" => By.Client.Send(HttpMethod.Post, $"{article}/schedule", new { at = At }, ifMatch),
            "return" => By.Client.Send(HttpMethod.Post, $"{article}/return", new { note = Words }, ifMatch),
            "withdraw" => By.Client.Send(HttpMethod.Post, $"{article}/withdraw", new { reason = "Of the model.", notice = Words }, ifMatch),
            "source" => By.Client.Send(HttpMethod.Patch, $"/api/v1/editorial/sources/{Name!.Id}",
                new { name = Words, rights = new { redistribution = Redistribution } }, ifMatch),
            "author" => By.Client.Send(HttpMethod.Patch, $"/api/v1/editorial/authors/{Name!.Id}", new { name = Words }, ifMatch),
            _ => By.Client.Send(HttpMethod.Post, $"{article}/{Action}", ifMatch: ifMatch),
        };
    }

    private Dictionary<string, object?> Whole(Text text)
    {
        static string[] Names(string joined) => joined.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var body = new Dictionary<string, object?>
        {
            ["headline"] = Flaw == Flaw.NoHeadline ? null : text.Headline,
            ["kicker"] = text.Kicker,
            ["body"] = new { format = "markdown", content = text.Body },
            ["language"] = "en",
            ["source"] = Flaw == Flaw.UnknownSource ? "nowhere" : text.Source,
            ["authors"] = Names(text.Authors),
            ["tags"] = Names(text.Tags),
            ["related"] = Names(text.Related).Select(id => new { article = id, kind = "related" }).ToArray(),
            ["rights"] = new { redistribution = text.Redistribution },
            ["embargoUntil"] = Flaw == Flaw.EmbargoAfterExpiry ? text.ExpiresAt ?? DateTimeOffset.UnixEpoch : text.EmbargoUntil,
            ["expiresAt"] = Flaw == Flaw.EmbargoAfterExpiry ? text.ExpiresAt ?? DateTimeOffset.UnixEpoch : text.ExpiresAt,
            ["publishedAt"] = text.PublishedAt,
            ["internalNote"] = text.InternalNote,
        };
        if (text.Slug.Length > 0 && text.Slug != Before?.Slug)
        {
            body["slug"] = text.Slug;
        }
        return body;
    }

    /// <summary>Only what changes; where nothing does, the headline as it is.</summary>
    private Dictionary<string, object?> Difference()
    {
        static string Json(object? value) => System.Text.Json.JsonSerializer.Serialize(value);
        var (before, after) = ((this with { Flaw = Flaw.None }).Whole(Before!), Whole(Text!));
        var changed = after.Where(member => !before.TryGetValue(member.Key, out var old) || Json(old) != Json(member.Value)).ToDictionary();
        return changed.Count > 0 ? changed : new() { ["headline"] = Before!.Headline };
    }

    public override string ToString() =>
        $"{By.Name} {Action} {On?.Id} If-Match {IfMatch ?? "-"} {Text} {(Flaw == Flaw.None ? "" : Flaw)} {At:O} {Scope} {Words} {Clearance} {Name?.Slug} {Redistribution}";
}
