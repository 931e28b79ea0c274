using HeadlessNews.Benchmarks.Comparison;
using HeadlessNews.Benchmarks.Measuring;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using Npgsql;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>The statements behind the reads: the service's taken from its code, with the parameters it would send.</summary>
internal static class Statements
{
    private const int PageSize = 20;

    /// <summary>pgbench prepares a statement for each, in each connection: with many it would do little else.</summary>
    private const int Slugs = 8;

    public static async Task<IReadOnlyList<Runner>> Runners(Site site, Pgbench pgbench, bool withDeepPage, CancellationToken cancel)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:News"] = site.Data.OwnerConnection,
            ["ConnectionStrings:NewsDelivery"] = site.Data.DeliveryConnection,
        }).Build();
        await using var databases = new Databases(configuration);
        // The beginning of a list alone is asked for: nothing of what may stand beside its articles.
        var lists = new ArticleLists(databases, null!, null!, null!);
        var (tag, everything) = (site.Picked.PopularTag, new ListFilter([], null, null, null));
        Statement Listed(string kind, Guid? id, string? slug, ListPosition? after) =>
            Read(lists.Command(kind, id, slug, everything, new ListTurn(after, null, PageSize), false));

        var runners = new List<Runner>();
        void Add(string name, IReadOnlyList<IReadOnlyList<Statement>> ours, IReadOnlyList<IReadOnlyList<Statement>> theirs)
        {
            runners.Add(new Runner($"{name} pgbench", (seconds, stop) => pgbench.Run(site.Data.DeliveryConnection, ours, seconds, stop)));
            runners.Add(new Runner($"{name} pgbench hand-written", (seconds, stop) => pgbench.Run(site.Data.OwnerConnection, theirs, seconds, stop)));
        }

        Add("home", [[Listed(Facet.All.Kind, Facet.All.Id, null, null)]], [[new Statement(HandWrittenSql.Home, [])]]);
        Add("tag",
            [[Listed("tag", null, tag, null)]],
            [[new Statement(HandWrittenSql.ByTag, [tag])]]);
        if (withDeepPage)
        {
            var offset = HandWrittenSql.Offset(Picked.DeepPage);
            Add("page 400", [[Listed(Facet.All.Kind, Facet.All.Id, null, await Before(offset, site, cancel))]], [[new Statement(HandWrittenSql.Page, [offset])]]);
        }
        Add("articles",
            [.. site.Picked.Slugs.Take(Slugs).Select(slug => new[] { new Statement(ArticleReads.BySlug, [slug]) })],
            [.. site.Picked.Slugs.Take(Slugs).Select(slug => new[] { new Statement(HandWrittenSql.BySlug, [slug]) })]);
        return runners;
    }

    private static Statement Read(NpgsqlCommand command)
    {
        using (command)
        {
            return new Statement(command.CommandText, [.. command.Parameters.Select(parameter => parameter.Value)]);
        }
    }

    /// <summary>The last place of the page before the deep one.</summary>
    private static async Task<ListPosition> Before(long offset, Site site, CancellationToken cancel)
    {
        await using var command = site.Data.Owner.CreateCommand(
            """
            SELECT published_at, article_id FROM delivery.listing WHERE facet_kind = 'all' ORDER BY published_at DESC, article_id DESC OFFSET $1 LIMIT 1
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = offset - 1 });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new ListPosition(reader.GetFieldValue<DateTimeOffset>(0), reader.GetGuid(1));
    }
}
