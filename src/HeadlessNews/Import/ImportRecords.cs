using System.Text.Json;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Import;

/// <summary>Lines of authors, sources and tags: each is found by its slug, or by its name where it has none, and changed, or made.</summary>
internal sealed class ImportRecords(IServiceScopeFactory scopes, IServiceProvider services)
{
    public ProblemDetails? Check(object request) => request switch
    {
        AuthorRequest author => Validation.Check(services, author),
        SourceRequest source => Validation.Check(services, source),
        _ => Validation.Check(services, (TagRequest)request),
    };

    public async Task<Upserted> Run(object request, UpsertOptions options, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NewsDbContext>();
        return request switch
        {
            AuthorRequest author => await Run(scope.ServiceProvider, SlugKind.Author, id => new Author(id), author, null, options, cancel),
            SourceRequest source => await Run(scope.ServiceProvider, SlugKind.Source, id => new Source(id), source, null, options, cancel),
            _ => await Run(scope.ServiceProvider, SlugKind.Tag, id => new Tag(id), (TagRequest)request, TagParent.Find(db), options, cancel),
        };
    }

    private static async Task<Upserted> Run<TRecord, TRequest>(
        IServiceProvider scope, SlugKind kind, Func<Guid, TRecord> make, TRequest request, NamedRecords<TRecord, TRequest>.Preparation? prepare,
        UpsertOptions options, CancellationToken cancel)
        where TRecord : NamedRecord<TRequest>
        where TRequest : class, INamedRequest
    {
        var db = scope.GetRequiredService<NewsDbContext>();
        var records = scope.GetRequiredService<NamedRecords<TRecord, TRequest>>();
        var present = await Find<TRecord, TRequest>(db, kind, request, cancel);
        if (present.Count > 1)
        {
            return Upserted.Failed("name", $"is the name of several {EnumNames.Of(kind)}s; give the slug");
        }
        if (present is not [{ } record])
        {
            options.Pretended?.Add(kind, request.Slug, request.Name!);
            var id = Guid.CreateVersion7();
            return options.DryRun ? new Upserted(UpsertStatus.Created)
                : await Try(() => records.Create(make(id), request, cancel, prepare)) is { } refused ? Upserted.Failed(refused)
                : new Upserted(UpsertStatus.Created, id);
        }
        if (options.OnConflict == OnConflict.Skip)
        {
            return new Upserted(UpsertStatus.Skipped, record.Id);
        }
        if (options.OnConflict == OnConflict.Fail)
        {
            return Upserted.Failed(Problems.Exists(), record.Id);
        }
        if (options.DryRun)
        {
            return new Upserted(IsSame(record, request) ? UpsertStatus.Unchanged : UpsertStatus.Updated, record.Id);
        }
        var (before, after) = (record.Version, record.Version);
        var problem = await Try(() => records.Replace(record.Id, request, prepare, async () =>
            after = await db.Set<TRecord>().Where(saved => saved.Id == record.Id).Select(saved => saved.Version).SingleAsync(cancel), cancel));
        return problem is not null ? Upserted.Failed(problem, record.Id) : new Upserted(after == before ? UpsertStatus.Unchanged : UpsertStatus.Updated, record.Id);
    }

    private static async Task<List<TRecord>> Find<TRecord, TRequest>(NewsDbContext db, SlugKind kind, TRequest request, CancellationToken cancel)
        where TRecord : NamedRecord<TRequest>
        where TRequest : class, INamedRequest
    {
        var records = db.Set<TRecord>().AsNoTracking();
        if (request.Slug is { } slug)
        {
            var id = await db.FindId<TRecord>(kind, slug, cancel);
            return await records.Where(record => record.Id == id).ToListAsync(cancel);
        }
        var asked = new Asked(request.Name!, request.Name!);
        var ids = (await FoundByName.Find(db, kind, [asked], cancel)).ConvertAll(found => found.Id);
        return await records.Where(record => ids.Contains(record.Id)).ToListAsync(cancel);
    }

    private static bool IsSame<TRecord, TRequest>(TRecord record, TRequest request) where TRecord : NamedRecord<TRequest>
    {
        var (present, sent) = (JsonSerializer.SerializeToNode(record.ToRequest(), Json.Options)!.AsObject(), JsonSerializer.SerializeToNode(request, Json.Options)!.AsObject());
        present.Remove("slug");
        sent.Remove("slug");
        return present.ToJsonString() == sent.ToJsonString();
    }

    /// <summary>What the database refuses is this line's fault; that it cannot be asked is not.</summary>
    private static async Task<ProblemDetails?> Try(Func<Task<ProblemDetails?>> write)
    {
        try
        {
            return await write();
        }
        catch (DbUpdateException refused) when (ProblemHandling.RefusalIn(refused) is { } violation && Constraints.ProblemFor(violation) is { } problem)
        {
            return problem;
        }
    }
}

/// <summary>What a dry run would have made: articles after it may name it. Only records' own lines are kept, which are few.</summary>
internal sealed class Pretended
{
    private readonly HashSet<(SlugKind, string)> names = [];
    private readonly Lock gate = new();

    public void Add(SlugKind kind, string? slug, string name)
    {
        lock (gate)
        {
            names.Add((kind, name.ToLowerInvariant()));
            names.Add((kind, slug ?? SlugText.From(name)));
        }
    }

    public bool Has(SlugKind kind, string name)
    {
        lock (gate)
        {
            return names.Contains((kind, name.ToLowerInvariant()));
        }
    }
}
