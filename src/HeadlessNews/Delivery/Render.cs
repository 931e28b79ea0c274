using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AutoMapper;
using HeadlessNews.Articles;
using HeadlessNews.Authors;
using HeadlessNews.Delivery.Search;
using HeadlessNews.Http;
using HeadlessNews.Log;
using HeadlessNews.Sources;
using HeadlessNews.Tags;

namespace HeadlessNews.Delivery;

/// <summary>What identifies one rendering of an article besides its content.</summary>
internal sealed record Edition(Guid Id, int Version, int Revision, DateTimeOffset PublishedAt, DateTimeOffset UpdatedAt);

/// <summary>A finished article: a row of <c>delivery.articles</c> and the lists it stands in.</summary>
internal sealed record RenderedArticle
{
    public required Edition Edition { get; init; }
    public required string Slug { get; init; }
    public required string Language { get; init; }
    public required Redistribution Redistribution { get; init; }
    public required Cleared Cleared { get; init; }
    public required DateTimeOffset? EmbargoUntil { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>For sitemaps: search engines are not asked to pass it over, and it first stood here.</summary>
    public required bool IsIndexable { get; init; }

    public required string Card { get; init; }
    public required string Document { get; init; }
    public required string EntityTag { get; init; }
    public required IReadOnlyList<Facet> Facets { get; init; }
    public required IReadOnlyList<RelatedSnapshot> Related { get; init; }
    public required Searchable Searchable { get; init; }
}

/// <summary>A finished author, source or tag: a row of <c>delivery.directory</c>.</summary>
internal sealed record DirectoryEntry(string Kind, Guid Id, string Slug, string Name, int Version, string Document)
{
    /// <summary>Other names it is offered by while somebody types.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>It reads otherwise now.</summary>
    public Event Rerendered => new($"{Kind}.rerendered", Id, Version, Version, Tags: [CacheTags.Of(Kind, Id)]);
}

/// <summary>
/// From record to document: publish, re-rendering and preview all render here. Pure: what it needs was loaded before, and the
/// same input renders the same bytes.
/// </summary>
internal sealed class Renderer(IMapper mapper)
{
    /// <summary>Raise it when what is rendered changes: at the next start every live article is rendered again.</summary>
    public const int Version = 4;

    /// <param name="edition">What identifies this rendering.</param>
    /// <param name="snapshot">The revision.</param>
    /// <param name="body">Its body, rendered before.</param>
    /// <param name="named">What it names.</param>
    /// <param name="appended">Its corrections and clearances.</param>
    /// <param name="now">The time by which clearances are judged.</param>
    public RenderedArticle Article(
        Edition edition, ArticleSnapshot snapshot, RenderedBody body, Named named, Appended appended, DateTimeOffset now)
    {
        var content = snapshot.Content;
        var source = named.Sources[snapshot.Source];
        var authors = snapshot.Authors.Select(id => named.Authors[id]).ToList();
        var tags = snapshot.Tags.Select(id => named.Tags[id]).ToList();
        var rights = snapshot.EffectiveRights(named);
        var byline = content.BylineOverride ?? Byline.Of(authors.Select(author => author.Name).ToList(), content.Language);
        var document = new PublishedArticle
        {
            Id = edition.Id,
            Slug = content.Slug,
            Version = edition.Version,
            Headline = content.Headline,
            Kicker = content.Kicker,
            Summary = content.Summary,
            Body = new PublishedBody { Html = body.Html, Text = body.Text },
            WordCount = body.WordCount,
            ReadingMinutes = body.ReadingMinutes,
            Byline = byline,
            Dateline = content.Dateline is { Place: null, Date: null } ? null : content.Dateline,
            Language = content.Language,
            Genre = content.Genre,
            Urgency = content.Urgency,
            Source = mapper.Map<Reference>(source),
            SourceUrl = content.SourceUrl,
            Authors = mapper.Map<IReadOnlyList<BylineAuthor>>(authors),
            Tags = mapper.Map<IReadOnlyList<ArticleTagReference>>(tags),
            LeadMedia = content.LeadMedia,
            Rights = rights,
            PublishedAt = edition.PublishedAt,
            UpdatedAt = edition.UpdatedAt,
            ExpiresAt = content.ExpiresAt,
            IsAccessibleForFree = content.IsAccessibleForFree,
            Seo = content.Seo,
            Corrections = mapper.Map<IReadOnlyList<PublishedCorrection>>(appended.Corrections[edition.Id]),
        };
        var json = JsonSerializer.Serialize(document, Json.Options);
        var facets = Facets.Of(snapshot, named);
        return new RenderedArticle
        {
            Edition = edition,
            Slug = content.Slug,
            Language = content.Language,
            Redistribution = rights.Redistribution!.Value,
            Cleared = Cleared.Of(rights, appended.Clearances[edition.Id], now),
            EmbargoUntil = content.EmbargoUntil,
            ExpiresAt = content.ExpiresAt,
            IsIndexable = content.Seo is { NoIndex: false, CanonicalUrl: null },
            Card = JsonSerializer.Serialize(mapper.Map<ArticleCard>(document), Json.Options),
            Document = json,
            EntityTag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan(..12)),
            Facets = facets,
            Related = snapshot.Related,
            Searchable = Searchable.Of(document, tags.SelectMany(tag => tag.Aliases), facets),
        };
    }

    /// <summary>The directory entries behind the names, tags' ancestors included.</summary>
    public IReadOnlyList<DirectoryEntry> Directory(Named named) =>
    [
        .. named.Authors.Values.Select(author => new DirectoryEntry(
            "author", author.Id, author.Slug, author.Name, author.Version, Document(mapper.Map<PublishedAuthor>(author)))),
        .. named.Sources.Values.Select(source => new DirectoryEntry(
            "source", source.Id, source.Slug, source.Name, source.Version, Document(mapper.Map<PublishedSource>(source)))),
        .. named.Tags.Values.Select(tag => new DirectoryEntry(
            "tag", tag.Id, tag.Slug, tag.Name, tag.Version, Document(mapper.Map<PublishedTag>(tag) with
            {
                Parent = tag.ParentId is { } parent ? mapper.Map<Reference>(named.Tags[parent]) : null,
            })) { Aliases = tag.Aliases }),
    ];

    private static string Document<T>(T record) => JsonSerializer.Serialize(record, Json.Options);
}

/// <summary>The names of authors as a byline prints them.</summary>
internal static class Byline
{
    public static string? Of(IReadOnlyList<string> names, string language)
    {
        if (names.Count <= 1)
        {
            return names.Count == 0 ? null : names[0];
        }
        var (comma, and) = language.Split('-')[0] switch
        {
            "fa" => ("، ", " و "),
            "ar" => ("، ", " و"),
            "de" => (", ", " und "),
            "fr" => (", ", " et "),
            "es" => (", ", " y "),
            "ru" => (", ", " и "),
            "en" => (", ", " and "),
            _ => (", ", ", "),
        };
        return string.Join(comma, names.SkipLast(1)) + and + names[^1];
    }
}

internal sealed class DeliveryProfile : Profile
{
    public DeliveryProfile()
    {
        CreateMap<Author, BylineAuthor>();
        CreateMap<Tag, ArticleTagReference>();
        CreateMap<BylineAuthor, Reference>();
        CreateMap<Correction, PublishedCorrection>();
        CreateMap<PublishedArticle, ArticleCard>();
        // The count is kept beside the document and joins it when it is read.
        CreateMap<Author, PublishedAuthor>().ForMember(author => author.ArticleCount, map => map.Ignore());
        CreateMap<Source, PublishedSource>().ForMember(source => source.ArticleCount, map => map.Ignore());
        CreateMap<Tag, PublishedTag>().ForMember(tag => tag.ArticleCount, map => map.Ignore()).ForMember(tag => tag.Parent, map => map.Ignore());
    }
}
