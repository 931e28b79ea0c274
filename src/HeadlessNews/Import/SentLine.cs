using System.Text.Json;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Import;

/// <summary>What a line says: an article, an author, source or tag, or nothing that can be read.</summary>
internal sealed record SentLine(ReadLine Line)
{
    public Upsert? Article { get; init; }

    /// <summary>An author's, source's or tag's request.</summary>
    public object? Record { get; init; }

    public ProblemDetails? Problem { get; init; }

    /// <summary>Lines with the same key are one after another.</summary>
    public string? Key => Record is INamedRequest named ? KeyOf(named.Slug ?? named.Name) : Article?.Article.ExternalId;

    /// <summary>The key of the line that must be there before it.</summary>
    public string? After => Record is TagRequest { Parent: { } parent } ? KeyOf(parent) : null;

    private static string KeyOf(string? name) => SlugText.From(name ?? "");

    /// <summary>Lines before it must be there before it.</summary>
    public bool NamesOthers => Article?.Article.Related is { Count: > 0 };
}

/// <summary>What an import is.</summary>
public enum ImportMode
{
    /// <summary>Articles, and what they name, from elsewhere.</summary>
    Articles,

    /// <summary>An export, into an installation without content.</summary>
    Restore,
}

/// <summary>What the lines of an import are written in.</summary>
public enum ImportFormat
{
    /// <summary>An article as `PUT sources/{idOrSlug}/articles` takes it, with its source and external id; authors, sources and tags as their own routes take them.</summary>
    Native,

    /// <summary>IPTC ninjs 3.1.</summary>
    Ninjs,
}

/// <summary>Reads lines as this service's own requests.</summary>
internal static class NativeLines
{
    private sealed record Wrapped
    {
        public string? Type { get; init; }

        public JsonElement Data { get; init; }
    }

    /// <param name="line">With its text.</param>
    /// <param name="source">For articles that name none.</param>
    public static SentLine Read(ReadLine line, string? source)
    {
        try
        {
            if (!IsWrapped(line.Text))
            {
                return Article(line, JsonSerializer.Deserialize<UpsertRequest>(line.Text, Json.Options), source);
            }
            var wrapped = JsonSerializer.Deserialize<Wrapped>(line.Text, Json.Options)!;
            return wrapped switch
            {
                { Data.ValueKind: not JsonValueKind.Object } => Refused(line, "data", "must be given, as an object"),
                { Type: "article" } => Article(line, wrapped.Data.Deserialize<UpsertRequest>(Json.Options), source),
                { Type: "author" } => new SentLine(line) { Record = wrapped.Data.Deserialize<AuthorRequest>(Json.Options) },
                { Type: "source" } => new SentLine(line) { Record = wrapped.Data.Deserialize<SourceRequest>(Json.Options) },
                { Type: "tag" } => new SentLine(line) { Record = wrapped.Data.Deserialize<TagRequest>(Json.Options) },
                _ => Refused(line, "type", "must be one of article, author, source, tag"),
            };
        }
        catch (JsonException malformed)
        {
            return new SentLine(line) { Problem = ProblemHandling.ForJson(malformed) };
        }
    }

    private static SentLine Article(ReadLine line, UpsertRequest? request, string? source)
    {
        if (request is null)
        {
            return new SentLine(line) { Problem = Problems.Malformed("A line is a JSON object.") };
        }
        request = request with { Source = request.Source ?? source };
        var errors = new Dictionary<string, string[]>();
        if (request.Source is null)
        {
            errors["source"] = ["must be given, here or for the whole import"];
        }
        if (string.IsNullOrEmpty(request.ExternalId))
        {
            errors["externalId"] = ["must be given: it makes the line safe to import again"];
        }
        return new SentLine(line) { Article = new Upsert(request), Problem = errors.Count == 0 ? null : Problems.Invalid(errors) };
    }

    private static SentLine Refused(ReadLine line, string path, string rule) => new(line) { Problem = Problems.Invalid(path, rule) };

    /// <summary>No article has members of these names.</summary>
    private static bool IsWrapped(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName
            && (reader.ValueTextEquals("type"u8) || reader.ValueTextEquals("data"u8));
    }
}
