using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

/// <summary>The morning's first second: thousands of articles due at once, and two services to publish them.</summary>
public sealed class DueAtOnceTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const int Many = 5_000;

    [Fact]
    public async Task Of_thousands_due_in_one_second_each_is_published_exactly_once_by_two_services()
    {
        app.StartAnotherNode();
        var (source, author, tag) = (await app.Editor.CreateSource(), await app.Editor.CreateAuthor(), await app.Editor.CreateTag());
        var article = await app.Editor.CreateArticle(source.Slug, "Embargoed until six", new { authors = new[] { author.Slug }, tags = new[] { tag.Slug } });
        article = await app.Editor.Schedule(article, DateTimeOffset.UtcNow.AddDays(1));
        // The last transaction of the preparation takes effect a moment after its clock was read: two seconds are ahead of that.
        await ScheduledInBulk.Make(app.Databases.Editorial, article, Many - 1, "date_trunc('milliseconds', (SELECT clock_timestamp())) + interval '2 seconds'");
        var due = (await app.Query("SELECT DISTINCT due_at FROM editorial.scheduled_publications", row => row.GetFieldValue<DateTimeOffset>(0))).ToList();

        await Newsroom.Eventually(
            async () => await app.Databases.Editorial.Ask<long>("SELECT count(*) FROM editorial.scheduled_publications") == 0, "all are published", seconds: 300);

        var (first, last) = (await app.Query(
            "SELECT min(at), max(at) FROM log.events WHERE type = 'article.published'", row => (row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<DateTimeOffset>(1)))).Single();
        TestContext.Current.TestOutputHelper?.WriteLine($"First after {first - due[0]}, last after {last - due[0]}.");
        Assert.Single(due);
        Assert.InRange(first, due[0], due[0].AddSeconds(300));
        Assert.InRange(last, due[0], due[0].AddSeconds(300));
        // One event, one document, one row in each of its lists; and the same number everywhere.
        foreach (var (count, sql) in new[]
        {
            (Many, "SELECT count(*) FROM log.events WHERE type = 'article.published'"),
            (Many, "SELECT count(DISTINCT resource_id) FROM log.events WHERE type = 'article.published' AND actor = 'system'"),
            (0, "SELECT count(*) FROM log.events WHERE type IN ('article.updated', 'article.scheduleFailed')"),
            (Many, "SELECT count(*) FROM delivery.articles WHERE state = 'live' AND version = 3 AND revision = 1"),
            (Many, "SELECT count(*) FROM editorial.articles WHERE public_state = 'live' AND stage = 'draft' AND version = 3"),
            (Many, "SELECT count(*) FROM delivery.listing WHERE facet_kind = 'all'"),
            (Many, "SELECT count(*) FROM delivery.listing WHERE facet_kind = 'tag'"),
            (Many, "SELECT article_count FROM delivery.directory WHERE kind = 'tag'"),
        })
        {
            Assert.Equal((sql, count), (sql, Convert.ToInt64((await app.Query(sql, row => row.GetValue(0))).Single(), System.Globalization.CultureInfo.InvariantCulture)));
        }
    }
}
