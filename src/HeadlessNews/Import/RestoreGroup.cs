using System.Runtime.CompilerServices;
using HeadlessNews.Articles;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Import;

/// <summary>Lines that come back together or not at all: an article with its revisions, or one line of another kind.</summary>
internal sealed class RestoreGroup
{
    private readonly Dictionary<int, ArticleSnapshot> snapshots;

    public RestoreGroup(IReadOnlyList<RestoreLine> lines)
    {
        Lines = lines;
        Problem = ProblemOf(lines);
        if (Problem is not null || Head is not ExportedArticle article)
        {
            snapshots = [];
            return;
        }
        snapshots = Revisions.ToDictionary(revision => revision.Revision, revision => RestoredEntities.Snapshot(revision.Content));
        if (article.Published is { Withdrawn: null } published)
        {
            // The long part, done while the lines before are being written.
            var body = snapshots[published.Revision].Content.Body;
            LiveBody = ArticleBody.Render(body.Format!.Value, body.Content!);
        }
    }

    public IReadOnlyList<RestoreLine> Lines { get; }

    public IExportLine? Head => Lines[0].Line;

    /// <summary>The first line's.</summary>
    public ExportLineType? Type => Lines[0].Type;

    public ProblemDetails? Problem { get; }

    public IEnumerable<ExportedRevision> Revisions => Lines.Select(line => line.Line).OfType<ExportedRevision>();

    /// <summary>The live revision's body; null where nothing is live.</summary>
    public RenderedBody? LiveBody { get; }

    public Guid? Id => IdOf(Head);

    public static Guid? IdOf(IExportLine? line) => line switch
    {
        ExportedArticle article => article.Id,
        ExportedRecord record => record.Id,
        ExportedDeletedArticle deleted => deleted.Id,
        ExportedKeptSlug slug => slug.Owner,
        ExportedRevision revision => revision.Article,
        _ => null,
    };

    public ArticleSnapshot Snapshot(int revision) => snapshots[revision];

    public static async IAsyncEnumerable<RestoreGroup> Gather(IAsyncEnumerable<RestoreLine> lines, [EnumeratorCancellation] CancellationToken cancel)
    {
        var gathered = new List<RestoreLine>();
        await foreach (var line in lines.WithCancellation(cancel))
        {
            // One of which nothing can be read may be a revision of the article above: that does not come back without it.
            var belongs = gathered is [{ Type: ExportLineType.Article }, ..] && line.Type is null or ExportLineType.Revision;
            if (gathered.Count > 0 && !belongs)
            {
                yield return new RestoreGroup([.. gathered]);
                gathered.Clear();
            }
            gathered.Add(line);
        }
        if (gathered.Count > 0)
        {
            yield return new RestoreGroup([.. gathered]);
        }
    }

    private static ProblemDetails? ProblemOf(IReadOnlyList<RestoreLine> lines)
    {
        if (lines.FirstOrDefault(line => line.Problem is not null) is { } bad)
        {
            return lines.Count == 1 ? bad.Problem : Problems.Unrestorable($"Line {bad.Number}, of the same article, cannot be taken: {bad.Problem!.Detail}");
        }
        return lines[0].Line switch
        {
            ExportedArticle article => Contradiction(article, [.. lines.Skip(1).Select(line => (ExportedRevision)line.Line!)]) is { } why ? Problems.Unrestorable(why) : null,
            ExportedRevision => Problems.Unrestorable("A revision stands after its article, and this one does not."),
            _ => null,
        };
    }

    private static string? Contradiction(ExportedArticle article, IReadOnlyList<ExportedRevision> revisions)
    {
        var numbers = revisions.Select(revision => revision.Revision).ToList();
        string? Missing(string what, int? revision) => revision is null || numbers.Contains(revision.Value) ? null : $"Revision {revision}, {what}, does not follow.";
        string? Untaken(string? slug) => slug is null || article.Slugs.Any(own => own.Slug == slug) ? null : $"`slugs` does not hold {slug}.";
        return revisions.Any(revision => revision.Article != article.Id) ? "A revision of another article follows."
            : numbers.Distinct().Count() < numbers.Count ? "A revision's number comes twice."
            : numbers.Any(number => number > article.LastRevision) ? "A revision's number is higher than `lastRevision`."
            : (article.Stage == Stage.Scheduled) != (article.Scheduled is not null) ? "`scheduled` goes with the stage of that name."
            : article.Stage == Stage.Trashed && article.Published is { Withdrawn: null } ? "What is live is not in the trash."
            : Missing("the working copy", article.Revision) ?? Missing("the live one", article.Published?.Revision) ?? Missing("the scheduled one", article.Scheduled?.Revision)
                ?? Untaken(revisions.First(revision => revision.Revision == article.Revision).Content.Slug)
                ?? Untaken(article.Published?.Slug) ?? Untaken(article.Scheduled?.Slug);
    }
}
