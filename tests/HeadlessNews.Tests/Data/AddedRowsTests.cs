using HeadlessNews.Data;
using HeadlessNews.Tests.Articles;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Data;

/// <summary>Rows that are copied in are the rows that saving writes.</summary>
public sealed class AddedRowsTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task An_article_with_every_member_is_copied_in_as_it_was_saved()
    {
        var source = await app.Editor.CreateSource();
        var author = await app.Editor.CreateAuthor();
        var tag = await app.Editor.CreateTag();
        var other = await app.Editor.CreateArticle(source.Slug);
        var saved = await app.Editor.Create("articles", Samples.FullArticle(source.Slug, [author.Slug], [tag.Slug], other.Slug));
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NewsDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var article = await db.Articles.AsNoTracking().Include(one => one.Authors).Include(one => one.Tags).Include(one => one.Related)
            .SingleAsync(one => one.Id == saved.Id, TestContext.Current.CancellationToken);
        var revision = await db.Revisions.AsNoTracking().SingleAsync(one => one.ArticleId == saved.Id, TestContext.Current.CancellationToken);
        var before = await Rows(db, saved.Id);
        await db.Database.ExecuteSqlAsync($"DELETE FROM editorial.articles WHERE id = {saved.Id}", TestContext.Current.CancellationToken);
        Assert.Equal(["", "", "", "", ""], await Rows(db, saved.Id));

        db.AddRange(article, revision);
        await db.CopyAdded(TestContext.Current.CancellationToken);

        Assert.DoesNotContain("", before);
        Assert.Equal(before, await Rows(db, saved.Id));
        Assert.False(db.ChangeTracker.HasChanges());
    }

    private static Task<List<string>> Rows(NewsDbContext db, Guid id) => db.Database.SqlQuery<string>(
        $"""
        SELECT coalesce((SELECT to_jsonb(a)::text FROM editorial.articles AS a WHERE id = {id}), '') AS "Value"
        UNION ALL SELECT coalesce((SELECT jsonb_agg(a)::text FROM editorial.article_revisions AS a WHERE article_id = {id}), '')
        UNION ALL SELECT coalesce((SELECT jsonb_agg(a)::text FROM editorial.article_authors AS a WHERE article_id = {id}), '')
        UNION ALL SELECT coalesce((SELECT jsonb_agg(a)::text FROM editorial.article_tags AS a WHERE article_id = {id}), '')
        UNION ALL SELECT coalesce((SELECT jsonb_agg(a)::text FROM editorial.article_relations AS a WHERE article_id = {id}), '')
        """).ToListAsync(TestContext.Current.CancellationToken);
}
