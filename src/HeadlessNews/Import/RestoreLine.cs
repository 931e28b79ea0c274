using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using HeadlessNews.Articles;
using HeadlessNews.Fronts;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Import;

/// <summary>A line as it came: read, or the reason why it cannot be.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Type">What it says it is; null where that cannot be read.</param>
/// <param name="Line">Null where it cannot be read.</param>
/// <param name="Problem">Null where it can be taken, as far as it says itself.</param>
internal sealed record RestoreLine(long Number, int Length, ExportLineType? Type, IExportLine? Line, ProblemDetails? Problem);

/// <summary>Reads lines, and what each must be by itself.</summary>
internal sealed class RestoreLines(IServiceProvider services)
{
    /// <summary>An article's text has its own limit: what is longer than this is no line of an export.</summary>
    private const int Longest = 32_000_000;

    private const int Piece = 64 * 1024;

    private static readonly Dictionary<ExportLineType, Type> Types = new()
    {
        [ExportLineType.Export] = typeof(ExportHeader),
        [ExportLineType.Source] = typeof(ExportedSource),
        [ExportLineType.Author] = typeof(ExportedAuthor),
        [ExportLineType.Tag] = typeof(ExportedTag),
        [ExportLineType.Article] = typeof(ExportedArticle),
        [ExportLineType.Revision] = typeof(ExportedRevision),
        [ExportLineType.DeletedArticle] = typeof(ExportedDeletedArticle),
        [ExportLineType.Slug] = typeof(ExportedKeptSlug),
        [ExportLineType.Front] = typeof(ExportedFront),
        [ExportLineType.End] = typeof(ExportEnd),
    };

    public async IAsyncEnumerable<RestoreLine> Read(Stream export, [EnumeratorCancellation] CancellationToken cancel)
    {
        var input = PipeReader.Create(export, new StreamPipeReaderOptions(bufferSize: Piece, leaveOpen: true));
        try
        {
            await foreach (var line in ImportLines.Read(input, Longest, (0, 0), cancel))
            {
                if (line is not null)
                {
                    yield return Of(line);
                }
            }
        }
        finally
        {
            await input.CompleteAsync();
        }
    }

    private RestoreLine Of(ReadLine line)
    {
        if (line.Text is not { } text)
        {
            return new RestoreLine(line.Number, 0, null, null, Problems.TooLarge(Longest));
        }
        var type = TypeOf(text);
        var (read, problem) = Parse(text, type);
        return new RestoreLine(line.Number, text.Length, type, read, problem);
    }

    private (IExportLine? Line, ProblemDetails? Problem) Parse(ReadOnlySpan<byte> text, ExportLineType? type)
    {
        try
        {
            if (type is null)
            {
                JsonSerializer.Deserialize<JsonElement>(text, ExportText.Options);
                return (null, Problems.Invalid("type", $"must be one of {string.Join(", ", EnumNames.All(typeof(ExportLineType)))}"));
            }
            var line = (IExportLine)JsonSerializer.Deserialize(text, Types[type.Value], ExportText.Options)!;
            return (line, Check(line));
        }
        catch (JsonException malformed)
        {
            return (null, ProblemHandling.ForJson(malformed));
        }
    }

    private static ExportLineType? TypeOf(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("type"u8);
                reader.Read();
                if (isType)
                {
                    return reader.TokenType == JsonTokenType.String && EnumNames.TryParse<ExportLineType>(reader.GetString()!, out var type) ? type : null;
                }
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Whoever reads the whole of it says what is wrong.
        }
        return null;
    }

    /// <summary>What an editor might send, with ids in the place of names.</summary>
    private ProblemDetails? Check(IExportLine line) => line switch
    {
        ExportedSource source => Validation.Check(services, source.Content) ?? HasSlug(source.Slugs, source.Content.Slug),
        ExportedAuthor author => Validation.Check(services, author.Content) ?? HasSlug(author.Slugs, author.Content.Slug),
        ExportedTag tag => Validation.Check(services, tag.Content) ?? HasSlug(tag.Slugs, tag.Content.Slug) ?? AreIds("content.parent", [tag.Content.Parent]),
        ExportedRevision revision => Validation.Check(services, revision.Content) ?? Check(revision.Content),
        ExportedDeletedArticle deleted => deleted.Published.Withdrawn is null
            ? Problems.Invalid("published.withdrawn", "must be given")
            : HasSlug(deleted.Slugs, deleted.Published.Slug),
        ExportedFront front => Validation.Check(services, front.Content) ?? HasSlug(front.Slugs, front.Content.Slug)
            ?? front.Editions.Select(edition => Validation.Check(services, edition.Content) ?? Check(edition.Content)).FirstOrDefault(problem => problem is not null)
            ?? Check(front.Content),
        _ => null,
    };

    private static ProblemDetails? Check(ArticleRequest content) =>
        (content.Slug is null ? Problems.Invalid("content.slug", "must be given") : null)
        ?? AreIds("content.source", [content.Source]) ?? AreIds("content.authors", content.Authors ?? []) ?? AreIds("content.tags", content.Tags ?? [])
        ?? AreIds("content.related", (content.Related ?? []).Select(related => related.Article));

    private static ProblemDetails? Check(IFrontLayoutRequest layout)
    {
        var slots = (layout.Slots ?? []).Prepend(layout.Lead).OfType<FrontSlotRequest>().ToList();
        var fills = slots.Select(slot => slot.Fill).OfType<FrontFillRequest>().ToList();
        return AreIds("content", [
            .. slots.Select(slot => slot.Article), .. fills.SelectMany(fill => fill.Tags ?? []),
            .. fills.SelectMany(fill => new[] { fill.Section, fill.Author, fill.Source }),
        ]);
    }

    private static ProblemDetails? HasSlug(IReadOnlyList<ExportedSlug> slugs, string? slug) =>
        slug is not null && slugs.Any(own => own.Slug == slug) ? null : Problems.Invalid("slugs", $"must hold the present one, {slug}");

    private static ProblemDetails? AreIds(string path, IEnumerable<string?> references) =>
        references.OfType<string>().FirstOrDefault(reference => !Guid.TryParseExact(reference, "D", out _)) is { } other
            ? Problems.Invalid(path, $"must name by id; {other} is none")
            : null;
}
