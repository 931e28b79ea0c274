using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Sync;

/// <summary>Some of everything, published and not.</summary>
public sealed class SyncWorld(TestPostgres postgres) : NewsApp(postgres)
{
    public Saved Source { get; private set; } = null!;

    public Saved Article { get; private set; } = null!;

    public Saved Draft { get; private set; } = null!;

    protected override async Task Prepare()
    {
        Source = await Editor.CreateSource();
        var author = await Editor.CreateAuthor();
        var tag = await Editor.CreateTag();
        var published = new List<Saved>();
        for (var i = 0; i < 5; i++)
        {
            published.Add(await Editor.PublishArticle(Source.Slug, $"Article {i}", new { authors = new[] { author.Slug }, tags = new[] { tag.Slug } }));
        }
        Article = published[0];
        Draft = await Editor.CreateArticle(Source.Slug, "A draft");
        await Editor.Withdraw(published[4]);
        // An edit that is not published is nobody's business.
        await Editor.Patch("articles", published[3], new { headline = "Edited and not published" });
    }
}
