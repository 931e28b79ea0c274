namespace HeadlessNews.Delivery.Formats;

/// <summary>How much of an article goes into feeds.</summary>
internal enum FeedContent
{
    /// <summary>The whole text, of what is free to read.</summary>
    Full,

    /// <summary>The summary alone.</summary>
    Summary,
}

/// <summary>What feeds carry.</summary>
internal sealed record FeedSettings
{
    public const string Section = "Feeds";

    /// <summary>The whole text or the summary; of what is not free to read never more than the summary.</summary>
    public FeedContent Content { get; init; } = FeedContent.Full;
}

/// <summary>A feed, whatever it is written in: the newest articles of a list that may be passed on.</summary>
internal sealed record Feed
{
    public required string Title { get; init; }
    public required string HomeUrl { get; init; }
    public required string SelfUrl { get; init; }
    public required IReadOnlyList<FeedItem> Items { get; init; }
    public required int? FreshFor { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    public required IReadOnlyList<string> UnseenTags { get; init; }

    /// <summary>When its newest text was published; of an empty feed the newest of all.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>An article in a feed.</summary>
internal sealed record FeedItem(PublishedArticle Article, string Url, bool IsFull)
{
    public string Urn => Formatted.Urn(Article.Id);

    /// <summary>Who signs: each author, else the byline as printed.</summary>
    public IEnumerable<string> Names => Article.Authors.Count > 0 ? Article.Authors.Select(author => author.Name) : new[] { Article.Byline }.OfType<string>();

    /// <summary>What who passes it on must print: the notice, and the source's name.</summary>
    public string Rights => Article.Rights.CopyrightNotice ?? $"© {Article.Rights.CopyrightHolder ?? Article.Source.Name}";
}

/// <summary>Feeds out of the lists that readers see: the same filters, the same order.</summary>
internal sealed class FeedReads(ArticleLists lists, FormatReads documents, FeedSettings settings, Site site, TimeProvider clock)
{
    /// <summary>How many pages of a list are looked through for articles that may be passed on.</summary>
    private const int MostPages = 10;

    public async Task<Feed> Read(ListFilter filter, int limit, string pathAndQuery, string about, CancellationToken cancel)
    {
        var items = new List<FeedItem>(limit);
        var (tags, unseen) = (new List<string>(), new List<string>());
        int? freshFor = null;
        DateTimeOffset? updatedAt = null;
        ListPosition? next = null;
        for (var page = 0; page < MostPages && items.Count < limit && (page == 0 || next is not null); page++)
        {
            var list = await lists.Ids(filter, next, limit, cancel);
            next = list.More;
            tags.AddRange(list.Tags);
            unseen.AddRange(list.UnseenTags);
            freshFor = Freshness.Sooner(freshFor, list.FreshFor);
            var found = await documents.Get(list.Ids, cancel);
            foreach (var publication in list.Ids.Select(id => found.GetValueOrDefault(id)).OfType<Publication>())
            {
                if (items.Count < limit && publication is { Article: { } article, IsSyndicable: true })
                {
                    freshFor = Freshness.Sooner(freshFor, publication.SyndicableFor);
                    items.Add(new FeedItem(
                        article, site.UrlOf(article.Slug, article.Id, article.PublishedAt), settings.Content == FeedContent.Full && article.IsAccessibleForFree));
                }
            }
        }
        if (items.Count == 0)
        {
            // The same feed is to be the same bytes until there is news, of whatever kind; and while there has been none, for a day.
            var newest = await lists.Ids(new ListFilter([], null, null, null), null, 1, cancel);
            tags.AddRange(newest.Tags);
            freshFor = Freshness.Sooner(freshFor, newest.FreshFor);
            updatedAt = (await documents.Get(newest.Ids, cancel)).Values.SingleOrDefault()?.Article?.UpdatedAt ?? new DateTimeOffset(clock.GetUtcNow().Date, TimeSpan.Zero);
        }
        return new Feed
        {
            Title = about.Length == 0 ? site.Name : $"{site.Name}: {about}",
            HomeUrl = site.UrlOfHome(),
            SelfUrl = site.UrlOfApi(pathAndQuery),
            Items = items,
            FreshFor = freshFor,
            UpdatedAt = updatedAt ?? items.Max(item => item.Article.UpdatedAt),
            Tags = [.. tags.Distinct()],
            UnseenTags = [.. unseen.Distinct()],
        };
    }
}
