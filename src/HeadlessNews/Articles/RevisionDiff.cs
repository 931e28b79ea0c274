using System.Data;
using System.Text.Json;
using AutoMapper;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Articles;

/// <summary>What changed from one revision of an article to another.</summary>
public sealed record RevisionDiff
{
    /// <summary>The revision that was compared.</summary>
    /// <example>2</example>
    public required int From { get; init; }

    /// <summary>The revision it was compared with.</summary>
    /// <example>3</example>
    public required int To { get; init; }

    /// <summary>The members of the content that differ, in the content's order; empty when nothing does.</summary>
    public required IReadOnlyList<RevisionChange> Changes { get; init; }
}

/// <summary>One member of an article's content that differs between two revisions.</summary>
public sealed record RevisionChange
{
    /// <summary>The member: its name in the content, behind the name of what it stands in.</summary>
    /// <example>body.content</example>
    public required string Path { get; init; }

    /// <summary>Its value in `from`, as the revision's content has it; null for none.</summary>
    public required JsonElement Before { get; init; }

    /// <summary>Its value in `to`; null for none.</summary>
    public required JsonElement After { get; init; }

    /// <summary>
    /// For `headline`, `summary` and `body.content`: the change word by word. The texts of kept and removed runs, joined, are `before`;
    /// those of kept and added ones are `after`; to the last character, null being no text. Null for every other member. What was
    /// written anew, and all that comes after 20,000 runs, stands as one removed and one added run.
    /// </summary>
    public required IReadOnlyList<TextRun>? Runs { get; init; }
}

/// <summary>Compares two revisions of an article as editors read them.</summary>
internal sealed class CompareRevisions(NewsDbContext db, IMapper mapper)
{
    private static readonly HashSet<string> Texts = ["headline", "summary", "body.content"];

    public async Task<(RevisionDiff? Answer, ProblemDetails? Problem)> Run(Guid article, int? from, int? to, CancellationToken cancel)
    {
        // Put down before the long part: comparing needs no connection.
        var oneState = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await using var untilRead = oneState;
        if (await db.RevisionNumbers(article, cancel) is not { } numbers)
        {
            return (null, Problems.NotFound("article"));
        }
        var later = to ?? numbers.Working;
        var earlier = from ?? numbers.Live ?? await OneBefore(article, later, cancel) ?? later;
        int[] both = [earlier, later];
        var contents = await db.Revisions.Where(kept => kept.ArticleId == article && both.Contains(kept.Revision))
            .ToDictionaryAsync(kept => kept.Revision, kept => kept.Content, cancel);
        if (both.FirstOrDefault(revision => !contents.ContainsKey(revision), int.MinValue) is var missing and not int.MinValue)
        {
            return (null, numbers.Missing(missing));
        }
        var named = await db.Name([.. both.Select(revision => SaveArticle.Deserialize(contents[revision]))], cancel);
        await oneState.CommitAsync(cancel);
        return (new RevisionDiff { From = earlier, To = later, Changes = Between(ContentOf(named[0]), ContentOf(named[1])) }, null);
    }

    private Task<int?> OneBefore(Guid article, int revision, CancellationToken cancel) =>
        db.Revisions.Where(kept => kept.ArticleId == article && kept.Revision < revision).MaxAsync(kept => (int?)kept.Revision, cancel);

    private JsonElement ContentOf(NamedSnapshot snapshot) => JsonSerializer.SerializeToElement(mapper.Map<RevisionContent>(snapshot), Json.Options);

    /// <summary>In JSON, where members have the names that clients know, and a member added to the content is compared from that day on.</summary>
    private static List<RevisionChange> Between(JsonElement before, JsonElement after)
    {
        var changes = new List<RevisionChange>();
        Compare("", before, after);
        return changes;

        void Compare(string path, JsonElement earlier, JsonElement later)
        {
            if (JsonElement.DeepEquals(earlier, later))
            {
                return;
            }
            if (IsGroup(earlier) || IsGroup(later))
            {
                foreach (var name in NamesOf(earlier).Union(NamesOf(later)))
                {
                    Compare(path.Length == 0 ? name : $"{path}.{name}", MemberOf(earlier, name), MemberOf(later, name));
                }
                return;
            }
            changes.Add(new RevisionChange
            {
                Path = path,
                Before = earlier,
                After = later,
                Runs = Texts.Contains(path) ? TextDiff.Runs(earlier.GetString() ?? "", later.GetString() ?? "") : null,
            });
        }
    }

    /// <summary>A record of several members, such as the body; a reference is one value.</summary>
    private static bool IsGroup(JsonElement value) => value.ValueKind == JsonValueKind.Object && !value.TryGetProperty("id", out _);

    private static IEnumerable<string> NamesOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().Select(member => member.Name) : [];

    private static JsonElement MemberOf(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : Null;

    private static readonly JsonElement Null = JsonElement.Parse("null");
}
