namespace HeadlessNews.Webhooks;

/// <summary>What a webhook can be told of, and which of it one asks for.</summary>
internal static class WebhookEvents
{
    public const string Everything = "*";

    /// <summary>What a test sends, and nothing else does.</summary>
    public const string Test = "webhook.test";

    /// <summary>Every type of event there is.</summary>
    public static readonly IReadOnlyList<string> Types =
    [
        "article.published", "article.updated", "article.corrected", "article.withdrawn", "article.deleted",
        "author.changed", "author.deleted", "source.changed", "source.deleted", "tag.changed", "tag.deleted",
    ];

    /// <summary>What can be asked for: a type, all of a kind, or all.</summary>
    public static readonly IReadOnlyList<string> Patterns =
    [
        Everything, .. Types.Select(type => $"{type.Split('.')[0]}.*").Distinct(), .. Types,
    ];

    /// <summary>
    /// SQL, of a row of the log: the type of event that it is to webhooks; NULL for what is none of theirs. An article that comes to be passed on is
    /// published for those it is passed on to. That it was merely rendered again is for copies that are kept by sync; of an author's rendering
    /// the rendered entry is all there is to tell.
    /// </summary>
    public const string TypeOf =
        """
        CASE type
            WHEN 'article.syndicated' THEN 'article.published'
            WHEN 'article.unsyndicated' THEN 'article.withdrawn'
            ELSE CASE
                WHEN type IN ('article.published', 'article.updated', 'article.corrected', 'article.withdrawn', 'article.deleted') THEN type
                WHEN type IN ('author.listed', 'source.listed', 'tag.listed', 'author.rerendered', 'source.rerendered', 'tag.rerendered') THEN resource_kind || '.changed'
                WHEN type IN ('author.unlisted', 'source.unlisted', 'tag.unlisted', 'author.merged', 'source.merged', 'tag.merged') THEN resource_kind || '.deleted'
            END
        END
        """;
}
