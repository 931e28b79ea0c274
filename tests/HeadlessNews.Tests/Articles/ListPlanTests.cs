using System.Text.Json.Nodes;
using AutoMapper;
using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HeadlessNews.Tests.Articles;

/// <summary>Some thousands of articles, live, with statistics: enough for the planner to mind.</summary>
public sealed class PlannedNewsroom(TestPostgres postgres) : NewsApp(postgres)
{
    private string connectionString = "";

    protected override async Task<IConfiguration> CreateDatabase()
    {
        var settings = await base.CreateDatabase();
        connectionString = settings.GetConnectionString("News")!;
        return settings;
    }

    protected override async Task Prepare()
    {
        await ArticleRows.Insert(Databases.Editorial, 20_000);
        await Databases.Editorial.Do(
            """
            UPDATE editorial.articles AS article SET stage = 'scheduled' WHERE right(slug, 2) = '11';
            INSERT INTO editorial.scheduled_publications (article_id, revision, slug, due_at, scheduled_by, scheduled_at, try_at, attempts)
            SELECT id, 1, slug, now() + interval '1 day' + (updated_at - now()) / 100, 'key:1', now(), now() + interval '1 day', 0
            FROM editorial.articles WHERE stage = 'scheduled';
            INSERT INTO delivery.articles (article_id, slug, state, version, revision, render_version, language, redistribution, published_at, updated_at,
                rendered_at, log_position, expires_at, etag, card, document, is_syndicable, syndicable_until)
            SELECT id, slug, 'live', 1, 1, 1000, language, 'allowed', first_published_at, updated_at, now(), 0,
                   CASE WHEN right(slug, 1) = '1' THEN now() + interval '2 days' END, 'etag', '{}', '{}', true,
                   CASE WHEN right(slug, 1) = '2' THEN now() + interval '2 days' END
            FROM editorial.articles
            """);
        await using var owner = NpgsqlDataSource.Create(connectionString);
        await owner.Do("VACUUM ANALYZE");
    }
}

/// <summary>Plans, not times: a page reads its part of an index, however many articles there are.</summary>
public sealed class ListPlanTests(PlannedNewsroom app) : IClassFixture<PlannedNewsroom>
{
    public static TheoryData<string, string> Pages => new(
        from sort in new[] { "updated", "published", "scheduled" }
        from filter in new[] { "", "draft", "published", "inReview", "source", "language", "mine", "changedSince", "deep" }
        select (sort, filter));

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_in_any_order_walks_an_index_and_sorts_nothing(string sortName, string filter)
    {
        var sort = Enum.Parse<ArticleSort>(sortName, ignoreCase: true);
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NewsDbContext>();
        var since = DateTimeOffset.UtcNow.AddHours(-2);
        ArticleStatus? status = Enum.TryParse<ArticleStatus>(filter, ignoreCase: true, out var known) ? known : null;
        var articles = await ArticleListEndpoints.Filtered(db, status, filter == "source" ? "row-source-3" : null, null, null,
            filter == "language" ? "fa" : null, TestContext.Current.CancellationToken);
        articles = filter switch
        {
            "mine" => articles.Where(article => article.CreatedBy == "key:3"),
            "changedSince" => articles.Where(article => article.UpdatedAt >= since),
            _ => articles,
        };
        var place = filter == "deep" ? new ArticleListPlace(DateTimeOffset.UtcNow.AddHours(sort == ArticleSort.Scheduled ? 1 : -3), Guid.AllBitsSet) : ArticleListPlace.Start(sort);
        var mapper = scope.ServiceProvider.GetRequiredService<IMapper>();

        var plan = await Explain(ArticleListEndpoints.Cards(articles.Beyond(sort, place), sort, mapper).Take(21));

        Assert.DoesNotContain(plan, node => node.Type.Contains("Sort", StringComparison.Ordinal) && node.Rows > 100);
        Assert.DoesNotContain(plan, node => node is { Type: "Seq Scan", Relation: "articles" });
    }

    [Fact]
    public async Task Text_is_looked_up_by_its_trigrams()
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NewsDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await db.Database.ExecuteSqlRawAsync(ArticleSearch.ByIndexOnly, TestContext.Current.CancellationToken);

        var plan = await Explain(db.Database.SqlQuery<Guid>(ArticleSearch.Few("headline", 5_000)));

        Assert.Contains(plan, node => node.Index == "articles_by_text");
        Assert.Contains(plan, node => node.Index == "articles_by_external_id");
        Assert.DoesNotContain(plan, node => node is { Type: "Seq Scan", Relation: "articles" });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_to_come_is_a_range_of_each_index(bool isOverdue)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NewsDbContext>();

        var plan = await Explain(db.Database.SqlQuery<ScheduleRow>(ScheduleQuery.Sql(SchedulePlace.Start, isOverdue, 21)));

        Assert.Contains(plan, node => node.Index == "scheduled_publications_by_due");
        Assert.Contains(plan, node => node.Index == "articles_by_end");
        Assert.Contains(plan, node => node.Index == "articles_by_syndication_end");
        Assert.DoesNotContain(plan, node => node.Type.Contains("Sort", StringComparison.Ordinal) && node.Rows > 100);
        Assert.DoesNotContain(plan, node => node is { Type: "Seq Scan", Relation: "articles" or "scheduled_publications" });
    }

    private sealed record Node(string Type, string? Relation, string? Index, double Rows);

    private static async Task<List<Node>> Explain<T>(IQueryable<T> query)
    {
        await using var command = query.CreateDbCommand();
        command.CommandText = "EXPLAIN (FORMAT JSON) " + command.CommandText;
        if (command.Connection!.State != System.Data.ConnectionState.Open)
        {
            await command.Connection.OpenAsync(TestContext.Current.CancellationToken);
        }
        var text = (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        var nodes = new List<Node>();
        Walk(JsonNode.Parse(text)![0]!["Plan"]!);
        Assert.NotEmpty(nodes);
        return nodes;

        void Walk(JsonNode plan)
        {
            nodes.Add(new Node(plan["Node Type"]!.GetValue<string>(), plan["Relation Name"]?.GetValue<string>(), plan["Index Name"]?.GetValue<string>(), plan["Plan Rows"]!.GetValue<double>()));
            foreach (var below in plan["Plans"]?.AsArray() ?? [])
            {
                Walk(below!);
            }
        }
    }
}
