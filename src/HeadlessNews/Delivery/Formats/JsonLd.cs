using System.Globalization;
using System.Text.Json.Serialization;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Formats;

/// <summary>A published article as schema.org's `NewsArticle`, for the head of its page. Members without a value are absent; the text stands on the page itself.</summary>
public sealed record JsonLdArticle
{
    /// <summary>Always `https://schema.org`.</summary>
    /// <example>https://schema.org</example>
    [JsonPropertyName("@context")]
    public required string Context { get; init; }

    /// <summary>Always `NewsArticle`.</summary>
    /// <example>NewsArticle</example>
    [JsonPropertyName("@type")]
    public required string Type { get; init; }

    /// <summary>`urn:uuid:` and the article's id: never changes.</summary>
    /// <example>urn:uuid:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string Identifier { get; init; }

    /// <summary>The article's page.</summary>
    /// <example>https://ledger.example/articles/night-ferry-returns</example>
    public required string Url { get; init; }

    /// <summary>The page that search engines shall show: the canonical one where editors named it, else the article's own.</summary>
    /// <example>https://ledger.example/articles/night-ferry-returns</example>
    public required string MainEntityOfPage { get; init; }

    /// <summary>The headline.</summary>
    /// <example>The night ferry to Tarrow returns</example>
    public required string Headline { get; init; }

    /// <summary>The title for search results, where editors wrote one.</summary>
    /// <example>Night ferry to Tarrow returns after eleven years</example>
    public string? AlternativeHeadline { get; init; }

    /// <summary>The summary; where there is none, the description for search results.</summary>
    /// <example>Sailings resume on Friday.</example>
    public string? Description { get; init; }

    /// <summary>The picture that leads it.</summary>
    public JsonLdImage? Image { get; init; }

    /// <summary>When it was first published.</summary>
    public required DateTimeOffset DatePublished { get; init; }

    /// <summary>When its present text was published, or corrected last.</summary>
    public required DateTimeOffset DateModified { get; init; }

    /// <summary>Who wrote it, in the byline's order.</summary>
    public IReadOnlyList<JsonLdName>? Author { get; init; }

    /// <summary>The site.</summary>
    public required JsonLdName Publisher { get; init; }

    /// <summary>Who supplied it.</summary>
    public required JsonLdName SourceOrganization { get; init; }

    /// <summary>Where the source has it.</summary>
    /// <example>https://harbour-wire.example/2026/night-ferry</example>
    public string? IsBasedOn { get; init; }

    /// <summary>Place and date, as they open the text.</summary>
    /// <example>MARROW BAY, 2026-05-04</example>
    public string? Dateline { get; init; }

    /// <summary>The language it is written in (BCP 47).</summary>
    /// <example>en</example>
    public required string InLanguage { get; init; }

    /// <summary>What sort of text it is.</summary>
    /// <example>interview</example>
    public required string Genre { get; init; }

    /// <summary>The sections it stands in.</summary>
    public IReadOnlyList<string>? ArticleSection { get; init; }

    /// <summary>What it is about.</summary>
    public IReadOnlyList<string>? Keywords { get; init; }

    /// <summary>Words in the text.</summary>
    /// <example>463</example>
    public required int WordCount { get; init; }

    /// <summary>False behind a paywall.</summary>
    public required bool IsAccessibleForFree { get; init; }

    /// <summary>Who holds the copyright.</summary>
    public JsonLdName? CopyrightHolder { get; init; }

    /// <summary>The year the copyright was first asserted.</summary>
    /// <example>2026</example>
    public int? CopyrightYear { get; init; }

    /// <summary>The notice to print.</summary>
    /// <example>© 2026 Harbour Wire Ltd. All rights reserved.</example>
    public string? CopyrightNotice { get; init; }

    /// <summary>The terms of use, in words.</summary>
    public JsonLdWork? UsageInfo { get; init; }

    /// <summary>What the editors told readers about errors and news since, newest first.</summary>
    public IReadOnlyList<JsonLdCorrection>? Correction { get; init; }

    internal static JsonLdArticle Of(PublishedArticle article, Site site)
    {
        var url = site.UrlOf(article.Slug, article.Id, article.PublishedAt);
        return new JsonLdArticle
        {
            Context = "https://schema.org",
            Type = "NewsArticle",
            Identifier = Formatted.Urn(article.Id),
            Url = url,
            MainEntityOfPage = article.Seo.CanonicalUrl is { } canonical ? WebAddress.Ascii(canonical) : url,
            Headline = article.Headline,
            AlternativeHeadline = article.Seo.Title,
            Description = article.Summary ?? article.Seo.Description,
            Image = article.LeadMedia is { Url: { } address } media
                ? new JsonLdImage { Type = "ImageObject", Url = WebAddress.Ascii(address), Caption = media.Alt, CreditText = media.Credit }
                : null,
            DatePublished = article.PublishedAt,
            DateModified = article.UpdatedAt,
            Author = article.Authors.Select(author => Named(EnumNames.Of(author.Kind) == "person" ? "Person" : "Organization", author.Name)).OrNull(),
            Publisher = Named("Organization", site.Name) with { Url = site.UrlOfHome() },
            SourceOrganization = Named("Organization", article.Source.Name),
            IsBasedOn = article.SourceUrl is { } source ? WebAddress.Ascii(source) : null,
            Dateline = article.Dateline is { } dateline
                ? string.Join(", ", new[] { dateline.Place, dateline.Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) }.OfType<string>())
                : null,
            InLanguage = article.Language,
            Genre = EnumNames.Of(article.Genre),
            ArticleSection = article.Tags.Where(tag => EnumNames.Of(tag.Kind) == "section").Select(tag => tag.Name).OrNull(),
            Keywords = article.Tags.Select(tag => tag.Name).OrNull(),
            WordCount = article.WordCount,
            IsAccessibleForFree = article.IsAccessibleForFree,
            CopyrightHolder = article.Rights.CopyrightHolder is { } holder ? Named("Organization", holder) : null,
            CopyrightYear = article.Rights.CopyrightYear,
            CopyrightNotice = article.Rights.CopyrightNotice,
            UsageInfo = article.Rights.UsageTerms is { } terms ? new JsonLdWork { Type = "CreativeWork", Text = terms } : null,
            Correction = article.Corrections
                .Select(note => new JsonLdCorrection { Type = "CorrectionComment", Name = EnumNames.Of(note.Kind), Text = note.Note, DatePublished = note.At }).OrNull(),
        };
    }

    private static JsonLdName Named(string type, string name) => new() { Type = type, Name = name };
}

/// <summary>A person or an organization.</summary>
public sealed record JsonLdName
{
    /// <summary>`Person` or `Organization`.</summary>
    /// <example>Person</example>
    [JsonPropertyName("@type")]
    public required string Type { get; init; }

    /// <summary>The name.</summary>
    /// <example>Maren Tolliver</example>
    public required string Name { get; init; }

    /// <summary>The home page, of the publisher.</summary>
    /// <example>https://ledger.example/</example>
    public string? Url { get; init; }
}

/// <summary>A picture.</summary>
public sealed record JsonLdImage
{
    /// <summary>Always `ImageObject`.</summary>
    /// <example>ImageObject</example>
    [JsonPropertyName("@type")]
    public required string Type { get; init; }

    /// <summary>The picture's address.</summary>
    /// <example>https://media.example/ferry-at-dusk.jpg</example>
    public required string Url { get; init; }

    /// <summary>What it shows.</summary>
    /// <example>A white ferry at a quay at dusk</example>
    public string? Caption { get; init; }

    /// <summary>Who made it, as printed.</summary>
    /// <example>Photo: Callum Dray</example>
    public string? CreditText { get; init; }
}

/// <summary>A text that goes with the article.</summary>
public sealed record JsonLdWork
{
    /// <summary>Always `CreativeWork`.</summary>
    /// <example>CreativeWork</example>
    [JsonPropertyName("@type")]
    public required string Type { get; init; }

    /// <summary>The text.</summary>
    /// <example>Online use within 30 days of publication.</example>
    public required string Text { get; init; }
}

/// <summary>A dated note to readers.</summary>
public sealed record JsonLdCorrection
{
    /// <summary>Always `CorrectionComment`.</summary>
    /// <example>CorrectionComment</example>
    [JsonPropertyName("@type")]
    public required string Type { get; init; }

    /// <summary>`correction`, `clarification` or `update`.</summary>
    /// <example>correction</example>
    public required string Name { get; init; }

    /// <summary>The note.</summary>
    /// <example>An earlier version gave the first sailing as 21:00. It is 21:30.</example>
    public required string Text { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset DatePublished { get; init; }
}
