using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Formats;

/// <summary>A news item as IPTC ninjs 3.1 has it. Members without a value are absent.</summary>
public sealed record Ninjs
{
    /// <summary>`urn:uuid:` and the article's id: never changes.</summary>
    /// <example>urn:uuid:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string Uri { get; init; }

    /// <summary>The standard this document keeps to.</summary>
    public required NinjsStandard Standard { get; init; }

    /// <summary>`text`; of an associated picture, `picture`.</summary>
    /// <example>text</example>
    public required string Type { get; init; }

    /// <summary>`full` while `pubStatus` is `usable`, else `partial`.</summary>
    /// <example>full</example>
    public required string RepresentationType { get; init; }

    /// <summary>Which members to expect: always `article`.</summary>
    /// <example>article</example>
    public required string Profile { get; init; }

    /// <summary>Rises with every publication of changes.</summary>
    /// <example>3</example>
    public required string Version { get; init; }

    /// <summary>`usable`, `withheld` (not to be passed on, or no longer) or `canceled` (withdrawn).</summary>
    /// <example>usable</example>
    public required string PubStatus { get; init; }

    /// <summary>When it was first published.</summary>
    public required DateTimeOffset FirstCreated { get; init; }

    /// <summary>When this version was published; of a canceled one, when it was withdrawn.</summary>
    public required DateTimeOffset VersionCreated { get; init; }

    /// <summary>When the content was first published.</summary>
    public DateTimeOffset? ContentCreated { get; init; }

    /// <summary>The embargo it was under: in the past.</summary>
    public DateTimeOffset? EmbargoedUntil { get; init; }

    /// <summary>Not to be used after this time.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>IPTC urgency, 1 to 9.</summary>
    /// <example>4</example>
    public int? Urgency { get; init; }

    /// <summary>Who holds the copyright.</summary>
    /// <example>Harbour Wire Ltd</example>
    public string? CopyrightHolder { get; init; }

    /// <summary>The notice to print.</summary>
    /// <example>© 2026 Harbour Wire Ltd. All rights reserved.</example>
    public string? CopyrightNotice { get; init; }

    /// <summary>Terms in words.</summary>
    /// <example>Online use within 30 days of publication.</example>
    public string? UsageTerms { get; init; }

    /// <summary>A note to editors, not to be published: that the source must be named, or why it was withdrawn.</summary>
    /// <example>Harbour Wire must be named as the source.</example>
    public string? EdNote { get; init; }

    /// <summary>The language it is written in (BCP 47).</summary>
    /// <example>en</example>
    public required string Language { get; init; }

    /// <summary>The headline in the role `main`, the kicker in the role `kicker`; plain text.</summary>
    public IReadOnlyList<NinjsText>? Headlines { get; init; }

    /// <summary>The standfirst in the role `summary`; notes to readers in the roles `correction`, `clarification` and `update`, newest first.</summary>
    public IReadOnlyList<NinjsText>? Descriptions { get; init; }

    /// <summary>The text twice: safe HTML, and plain.</summary>
    public IReadOnlyList<NinjsBody>? Bodies { get; init; }

    /// <summary>The byline as printed.</summary>
    /// <example>Maren Tolliver and Editorial staff</example>
    public string? By { get; init; }

    /// <summary>The article's present slug.</summary>
    /// <example>night-ferry-returns</example>
    public required string Slugline { get; init; }

    /// <summary>The place of the dateline.</summary>
    /// <example>MARROW BAY</example>
    public string? Located { get; init; }

    /// <summary>Persons: who wrote it (`author`) and whom it is about (`about`).</summary>
    public IReadOnlyList<NinjsName>? People { get; init; }

    /// <summary>Organisations: who wrote it (`author`) and which it is about (`about`).</summary>
    public IReadOnlyList<NinjsName>? Organisations { get; init; }

    /// <summary>Places it is about.</summary>
    public IReadOnlyList<NinjsName>? Places { get; init; }

    /// <summary>Topics, sections and series; the URI is the IPTC Media Topic's where the tag stands for one.</summary>
    public IReadOnlyList<NinjsName>? Subjects { get; init; }

    /// <summary>Who supplied it.</summary>
    public IReadOnlyList<NinjsSource>? InfoSources { get; init; }

    /// <summary>What sort of text it is.</summary>
    public IReadOnlyList<NinjsGenre>? Genres { get; init; }

    /// <summary>Other names: `slug`, and `sourceUrl` where the source has it on the web.</summary>
    public IReadOnlyList<NinjsAltId>? AltIds { get; init; }

    /// <summary>The article's page.</summary>
    public IReadOnlyList<NinjsRendition>? Renditions { get; init; }

    /// <summary>The picture that leads it, named `main`.</summary>
    public IReadOnlyList<NinjsAssociation>? Associations { get; init; }

    internal static Ninjs Of(Publication publication, Site site) =>
        publication switch
        {
            { Article: null } => Bare(publication, "canceled") with { VersionCreated = publication.WithdrawnAt!.Value, EdNote = publication.Notice },
            { IsSyndicable: false } => Bare(publication, "withheld"),
            { Article: { } article } => Full(publication, article, site),
        };

    private static Ninjs Bare(Publication publication, string pubStatus) => new()
    {
        Uri = Formatted.Urn(publication.Id),
        Standard = new NinjsStandard { Name = "ninjs", Version = "3.1", Schema = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json" },
        Type = "text",
        RepresentationType = "partial",
        Profile = "article",
        Version = publication.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
        PubStatus = pubStatus,
        FirstCreated = publication.PublishedAt,
        VersionCreated = publication.UpdatedAt,
        Language = publication.Language,
        Slugline = publication.Slug,
        AltIds = [new NinjsAltId { Role = "slug", Value = publication.Slug }],
    };

    private static Ninjs Full(Publication publication, PublishedArticle article, Site site)
    {
        var tags = article.Tags.ToLookup(tag => EnumNames.Of(tag.Kind));
        var authors = article.Authors.ToLookup(author => EnumNames.Of(author.Kind));
        return Bare(publication, "usable") with
        {
            RepresentationType = "full",
            ContentCreated = article.PublishedAt,
            EmbargoedUntil = publication.EmbargoUntil,
            Expires = article.ExpiresAt,
            Urgency = article.Urgency,
            CopyrightHolder = article.Rights.CopyrightHolder,
            CopyrightNotice = article.Rights.CopyrightNotice,
            UsageTerms = article.Rights.UsageTerms,
            EdNote = article.Rights.Redistribution is { } how && EnumNames.Of(how) == "attribution" ? $"{article.Source.Name} must be named as the source." : null,
            Headlines = new[] { Text("main", article.Headline), Text("kicker", article.Kicker) }.OfType<NinjsText>().OrNull(),
            Descriptions = article.Corrections.Select(note => Text(EnumNames.Of(note.Kind), note.Note)).Prepend(Text("summary", article.Summary)).OfType<NinjsText>().OrNull(),
            Bodies =
            [
                new NinjsBody { Role = "main", ContentType = "text/html", WordCount = article.WordCount, Value = article.Body.Html },
                new NinjsBody
                {
                    Role = "main", ContentType = "text/plain", WordCount = article.WordCount, CharCount = article.Body.Text.EnumerateRunes().Count(), Value = article.Body.Text,
                },
            ],
            By = article.Byline,
            Located = article.Dateline?.Place,
            People = authors["person"].Select(author => Author(author)).Concat(tags["person"].Select(About)).OrNull(),
            Organisations = authors["organization"].Select(author => Author(author)).Concat(tags["organization"].Select(About)).OrNull(),
            Places = tags["place"].Select(About).OrNull(),
            Subjects = article.Tags.Where(tag => EnumNames.Of(tag.Kind) is "topic" or "section" or "series").Select(About).OrNull(),
            InfoSources = [new NinjsSource { Name = article.Source.Name, Role = "supplier", Uri = Formatted.Urn(article.Source.Id), Literal = article.Source.Slug }],
            Genres = [new NinjsGenre { Name = EnumNames.Of(article.Genre), Literal = EnumNames.Of(article.Genre) }],
            AltIds = new[]
            {
                new NinjsAltId { Role = "slug", Value = article.Slug },
                article.SourceUrl is { } url ? new NinjsAltId { Role = "sourceUrl", Value = url } : null,
            }.OfType<NinjsAltId>().OrNull(),
            Renditions = [new NinjsRendition { Name = "web", Href = site.UrlOf(article.Slug, article.Id, article.PublishedAt), ContentType = "text/html" }],
            Associations = article.LeadMedia is { Url: { } address } media ? [Picture(WebAddress.Ascii(address), media.Alt, media.Credit)] : null,
        };
    }

    private static NinjsText? Text(string role, string? value) => value is null ? null : new NinjsText { Role = role, ContentType = "text/plain", Value = value };

    private static NinjsName Author(BylineAuthor author) => new() { Name = author.Name, Rel = "author", Uri = Formatted.Urn(author.Id), Literal = author.Slug };

    private static NinjsName About(ArticleTagReference tag) => new()
    {
        Name = tag.Name,
        Rel = "about",
        Uri = tag.MediaTopic is { } topic ? $"http://cv.iptc.org/newscodes/mediatopic/{topic["medtop:".Length..]}" : Formatted.Urn(tag.Id),
        Literal = tag.Slug,
    };

    private static NinjsAssociation Picture(string address, string? alt, string? credit) => new()
    {
        Name = "main",
        Uri = address,
        Type = "picture",
        By = credit,
        Descriptions = alt is null ? null : [new NinjsText { Role = "alt", ContentType = "text/plain", Value = alt }],
        Renditions = [new NinjsRendition { Name = "original", Href = address }],
    };
}
