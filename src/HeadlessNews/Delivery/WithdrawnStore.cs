using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>An article that was public once, as a restore brings it back: its address and its notice, and not a word of its text.</summary>
internal sealed record WithdrawnArticle
{
    public required Guid Id { get; init; }
    public required string Slug { get; init; }
    public required int Version { get; init; }
    public required int Revision { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required DateTimeOffset WithdrawnAt { get; init; }
    public required string? Notice { get; init; }
    public required string Language { get; init; }
    public required string Redistribution { get; init; }
    public required bool IsSyndicable { get; init; }
    public required DateTimeOffset? SyndicableUntil { get; init; }
    public required DateTimeOffset? EmbargoUntil { get; init; }
}

/// <summary>The way into the delivery schema for what was withdrawn elsewhere. Runs inside the caller's transaction, as <see cref="DeliveryStore"/> does.</summary>
internal static class WithdrawnStore
{
    /// <summary>No ETag: nobody is answered one for what is gone.</summary>
    private const string PutWithdrawn =
        """
        INSERT INTO delivery.articles (
            article_id, slug, state, version, revision, render_version, language, redistribution, published_at, updated_at, rendered_at,
            log_position, embargo_until, etag, is_syndicable, syndicable_until, withdrawn_at, notice)
        SELECT id, slug, 'withdrawn', version, revision, 0, language, redistribution, published_at, updated_at, withdrawn_at,
               0, embargo_until, '', is_syndicable, syndicable_until, withdrawn_at, notice
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            AS gone (id, slug, version, revision, published_at, updated_at, withdrawn_at, notice, language, redistribution,
                     is_syndicable, syndicable_until, embargo_until)
        """;

    public static async Task Put(NpgsqlConnection connection, IReadOnlyList<WithdrawnArticle> articles, CancellationToken cancel)
    {
        await connection.Execute(PutWithdrawn,
        [
            articles.Select(article => article.Id).ToArray(),
            articles.Select(article => article.Slug).ToArray(),
            articles.Select(article => article.Version).ToArray(),
            articles.Select(article => article.Revision).ToArray(),
            articles.Select(article => article.PublishedAt).ToArray(),
            articles.Select(article => article.UpdatedAt).ToArray(),
            articles.Select(article => article.WithdrawnAt).ToArray(),
            articles.Select(article => article.Notice).ToArray(),
            articles.Select(article => article.Language).ToArray(),
            articles.Select(article => article.Redistribution).ToArray(),
            articles.Select(article => article.IsSyndicable).ToArray(),
            articles.Select(article => article.SyndicableUntil).ToArray(),
            articles.Select(article => article.EmbargoUntil).ToArray(),
        ], cancel);
        await DeliveryStore.Redirects(connection, [.. articles.Select(article => article.Id)], cancel);
    }
}
