using System.Text.Json.Serialization;

namespace HeadlessNews.Delivery.Formats;

/// <summary>A feed as JSON Feed 1.1 (jsonfeed.org). Members without a value are absent.</summary>
public sealed record JsonFeed
{
    /// <summary>Always `https://jsonfeed.org/version/1.1`.</summary>
    /// <example>https://jsonfeed.org/version/1.1</example>
    public required string Version { get; init; }

    /// <summary>The site's name, and what the feed is filtered by.</summary>
    /// <example>The Marrow Bay Ledger</example>
    public required string Title { get; init; }

    /// <summary>The site.</summary>
    /// <example>https://ledger.example/</example>
    [JsonPropertyName("home_page_url")]
    public required string HomePageUrl { get; init; }

    /// <summary>This feed.</summary>
    /// <example>https://ledger.example/api/v1/feeds/json</example>
    [JsonPropertyName("feed_url")]
    public required string FeedUrl { get; init; }

    /// <summary>The articles, newest first.</summary>
    public required IReadOnlyList<JsonFeedItem> Items { get; init; }

    internal static JsonFeed Of(Feed feed) => new()
    {
        Version = "https://jsonfeed.org/version/1.1",
        Title = feed.Title,
        HomePageUrl = feed.HomeUrl,
        FeedUrl = feed.SelfUrl,
        Items = [.. feed.Items.Select(JsonFeedItem.Of)],
    };
}

/// <summary>An article in a JSON Feed.</summary>
public sealed record JsonFeedItem
{
    /// <summary>`urn:uuid:` and the article's id: never changes.</summary>
    /// <example>urn:uuid:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string Id { get; init; }

    /// <summary>The article's page.</summary>
    /// <example>https://ledger.example/articles/night-ferry-returns</example>
    public required string Url { get; init; }

    /// <summary>Where the source has it.</summary>
    /// <example>https://harbour-wire.example/2026/night-ferry</example>
    [JsonPropertyName("external_url")]
    public string? ExternalUrl { get; init; }

    /// <summary>The headline.</summary>
    /// <example>The night ferry to Tarrow returns</example>
    public required string Title { get; init; }

    /// <summary>The whole text as safe HTML, where the feed carries it.</summary>
    [JsonPropertyName("content_html")]
    public string? ContentHtml { get; init; }

    /// <summary>In its place where it does not: the summary, or the headline.</summary>
    [JsonPropertyName("content_text")]
    public string? ContentText { get; init; }

    /// <summary>The summary; plain text.</summary>
    public string? Summary { get; init; }

    /// <summary>The picture that leads it.</summary>
    /// <example>https://media.example/ferry-at-dusk.jpg</example>
    public string? Image { get; init; }

    /// <summary>When it was first published.</summary>
    [JsonPropertyName("date_published")]
    public required DateTimeOffset DatePublished { get; init; }

    /// <summary>When its present text was published.</summary>
    [JsonPropertyName("date_modified")]
    public required DateTimeOffset DateModified { get; init; }

    /// <summary>Who signs it.</summary>
    public IReadOnlyList<JsonFeedAuthor>? Authors { get; init; }

    /// <summary>What it is about.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The language it is written in (BCP 47).</summary>
    /// <example>en</example>
    public required string Language { get; init; }

    /// <summary>What who passes it on must print: an extension of ours.</summary>
    [JsonPropertyName("_rights")]
    public required JsonFeedRights Rights { get; init; }

    internal static JsonFeedItem Of(FeedItem item) => new()
    {
        Id = item.Urn,
        Url = item.Url,
        ExternalUrl = item.Article.SourceUrl is { } source ? WebAddress.Ascii(source) : null,
        Title = item.Article.Headline,
        ContentHtml = item.IsFull ? item.Article.Body.Html : null,
        ContentText = item.IsFull ? null : item.Article.Summary ?? item.Article.Headline,
        Summary = item.Article.Summary,
        Image = item.Article.LeadMedia is { Url: { } address } ? WebAddress.Ascii(address) : null,
        DatePublished = item.Article.PublishedAt,
        DateModified = item.Article.UpdatedAt,
        Authors = item.Names.Select(name => new JsonFeedAuthor { Name = name }).OrNull(),
        Tags = item.Article.Tags.Select(tag => tag.Name).OrNull(),
        Language = item.Article.Language,
        Rights = new JsonFeedRights { Source = item.Article.Source.Name, Notice = item.Rights, UsageTerms = item.Article.Rights.UsageTerms },
    };
}

/// <summary>Who signs an article.</summary>
public sealed record JsonFeedAuthor
{
    /// <summary>The name as printed.</summary>
    /// <example>Maren Tolliver</example>
    public required string Name { get; init; }
}

/// <summary>What may be done with an article.</summary>
public sealed record JsonFeedRights
{
    /// <summary>Who supplied it.</summary>
    /// <example>Harbour Wire</example>
    public required string Source { get; init; }

    /// <summary>The notice to print.</summary>
    /// <example>© 2026 Harbour Wire Ltd. All rights reserved.</example>
    public required string Notice { get; init; }

    /// <summary>Terms in words.</summary>
    /// <example>Online use within 30 days of publication.</example>
    public string? UsageTerms { get; init; }
}
