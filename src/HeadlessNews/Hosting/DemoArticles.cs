using System.Diagnostics;
using System.Globalization;
using System.Text;
using HeadlessNews.Access;
using HeadlessNews.Articles;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Log;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.EntityFrameworkCore;
using Spectre.Console;

namespace HeadlessNews.Hosting;

/// <summary>
/// <c>demo --articles N</c>: published articles in any number, the same at every run but for their ids (article 17 is article 17), for load tests and
/// benchmarks. Bodies of some 3 KB; tags by Zipf's law, as in real newsrooms. Run again, it adds what is missing up to N.
/// </summary>
internal static class DemoArticles
{
    private const int Batch = 200;

    /// <summary>While one batch is in PostgreSQL, the next is rendered.</summary>
    private const int Lanes = 3;

    private const string SourceSlug = "demo-wire";
    private static readonly DateTimeOffset Newest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task<int> Run(IServiceProvider services, int wanted, CancellationToken cancel)
    {
        if (wanted is < 1 or > 10_000_000)
        {
            await Console.Error.WriteLineAsync("--articles must be between 1 and 10000000.");
            return 1;
        }
        await services.GetRequiredService<Preparation>().Migrate(cancel);
        var clock = Stopwatch.StartNew();
        var cast = await Cast.Ensure(services, cancel);
        var missing = await Missing(services, cast, wanted, cancel);
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var task = progress.AddTask($"{wanted:N0} demo articles", maxValue: wanted);
                task.Increment(wanted - missing.Count);
                await Parallel.ForEachAsync(missing.Chunk(Batch), new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = cancel }, async (batch, stop) =>
                {
                    await Publish(services, cast, batch, stop);
                    task.Increment(batch.Length);
                });
            });
        var rate = missing.Count / Math.Max(0.001, clock.Elapsed.TotalSeconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{missing.Count} articles published in {clock.Elapsed.TotalSeconds:F1} s ({rate:F0} a second); {wanted} in all."));
        return 0;
    }

    /// <summary>The way of any other article: record, revision, document, log; many in one transaction.</summary>
    private static async Task Publish(IServiceProvider services, Cast cast, int[] numbers, CancellationToken cancel)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NewsDbContext>();
        var made = numbers.Select(number => Make(number, cast)).ToDictionary(article => article.Id);
        await using var change = await Change.Begin(db, Actor.System, cancel);
        var slugs = made.Values.Select(article => article.Content.Slug).ToArray();
        var ids = made.Keys.ToArray();
        // One that was deleted for good has kept its slug: it is not made again.
        var wanted = await db.Database.SqlQuery<Guid>(
            $"""
            INSERT INTO editorial.slugs (kind, slug, owner_id, was_public)
            SELECT 'article', slug, id, true FROM unnest({slugs}, {ids}) AS fresh (slug, id)
            ON CONFLICT DO NOTHING
            RETURNING owner_id AS "Value"
            """).ToListAsync(cancel);
        var articles = wanted.ConvertAll(id => made[id]);
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        foreach (var article in articles)
        {
            db.Add(article);
            db.Add(SaveArticle.RevisionOf(article, article.Snapshot(), Actor.System.Name));
            change.Record("article.created", article.Id, article.Version);
        }
        db.ChangeTracker.AutoDetectChangesEnabled = true;
        var refusals = await scope.ServiceProvider.GetRequiredService<PublishArticle>()
            .Publish(change, [.. articles.Select(Publication.OfWorkingCopy)], cancel);
        if (refusals.Count > 0)
        {
            throw new InvalidOperationException($"Demo articles were refused: {refusals.First().Value[0]}");
        }
        await change.Commit(cancel);
    }

    /// <summary>The numbers to make: a run that was stopped may have left any of them out.</summary>
    private static async Task<List<int>> Missing(IServiceProvider services, Cast cast, int wanted, CancellationToken cancel)
    {
        await using var command = services.GetRequiredService<Databases>().Editorial.CreateCommand(
            "SELECT substring(external_id FROM 6)::integer FROM editorial.articles WHERE source_id = $1 AND external_id ~ '^demo-[0-9]{1,8}$'");
        command.CommandTimeout = 0;
        command.Parameters.Add(new() { Value = cast.Source });
        var present = new HashSet<int>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            present.Add(reader.GetInt32(0));
        }
        return [.. Enumerable.Range(0, wanted).Where(number => !present.Contains(number))];
    }

    private static Article Make(int number, Cast cast)
    {
        var random = new Random(number);
        var isPersian = number % 10 == 0;
        var words = isPersian ? DemoWords.Persian : DemoWords.English;
        var published = Newest.AddMinutes(-7L * number);
        var headline = words.Sentence(random, 6 + random.Next(5));
        var body = new StringBuilder();
        while (body.Length < 3_000)
        {
            for (var sentence = 0; sentence < 5; sentence++)
            {
                body.Append(words.Sentence(random, 8 + random.Next(12))).Append(". ");
            }
            body.Append("\n\n");
        }
        return new Article(Guid.CreateVersion7(published), Actor.System.Name, published, new ArticleSnapshot
        {
            Content = new ArticleContent
            {
                Slug = string.Create(CultureInfo.InvariantCulture, $"{SlugText.From(headline)}-{number}"),
                Headline = headline,
                Summary = words.Sentence(random, 20) + ".",
                Body = new Body { Format = BodyFormat.Markdown, Content = body.ToString() },
                Dateline = new Dateline { Place = "MARROW BAY", Date = DateOnly.FromDateTime(published.UtcDateTime) },
                Language = isPersian ? "fa" : "en",
                Genre = Genre.Article,
                Urgency = 1 + random.Next(8),
                ExternalId = string.Create(CultureInfo.InvariantCulture, $"demo-{number}"),
                Rights = new Rights(),
                PublishedAt = published,
                IsAccessibleForFree = true,
                Seo = new Seo(),
            },
            Source = cast.Source,
            Authors = [cast.Authors[random.Next(cast.Authors.Count)]],
            Tags = [.. Enumerable.Range(0, 4).Select(_ => cast.Tags[DemoWords.Zipf(random, cast.Tags.Count)]).Distinct()],
            Related = [],
        });
    }

    /// <summary>Who and what the articles name.</summary>
    private sealed record Cast(Guid Source, IReadOnlyList<Guid> Authors, IReadOnlyList<Guid> Tags)
    {
        public static async Task<Cast> Ensure(IServiceProvider services, CancellationToken cancel)
        {
            await using var scope = services.CreateAsyncScope();
            var source = await Ensure<Source, SourceRequest>(scope.ServiceProvider, id => new Source(id),
                new SourceRequest { Slug = SourceSlug, Name = "Demo Wire", Kind = SourceKind.Agency }, cancel);
            var authors = new List<Guid>();
            for (var number = 0; number < 50; number++)
            {
                authors.Add(await Ensure<Author, AuthorRequest>(scope.ServiceProvider, id => new Author(id),
                    new AuthorRequest { Slug = $"demo-author-{number}", Name = $"Demo Author {number}", Kind = AuthorKind.Person }, cancel));
            }
            var tags = new List<Guid>();
            for (var number = 0; number < 200; number++)
            {
                tags.Add(await Ensure<Tag, TagRequest>(scope.ServiceProvider, id => new Tag(id),
                    new TagRequest { Slug = $"demo-tag-{number}", Name = $"Demo tag {number}", Kind = TagKind.Topic }, cancel));
            }
            return new Cast(source, authors, tags);
        }

        private static async Task<Guid> Ensure<TRecord, TRequest>(
            IServiceProvider scope, Func<Guid, TRecord> make, TRequest request, CancellationToken cancel)
            where TRecord : NamedRecord<TRequest>
            where TRequest : class, INamedRequest
        {
            var db = scope.GetRequiredService<NewsDbContext>();
            if (await db.Set<TRecord>().Where(record => record.Slug == request.Slug).Select(record => record.Id).FirstOrDefaultAsync(cancel)
                is var present && present != Guid.Empty)
            {
                return present;
            }
            var made = make(Guid.CreateVersion7());
            var problem = await scope.GetRequiredService<NamedRecords<TRecord, TRequest>>().Create(made, request, cancel);
            return problem is null ? made.Id : throw new InvalidOperationException($"The demo's {request.Name} was refused: {problem.Detail}");
        }
    }
}
