using AutoMapper;
using AutoMapper.QueryableExtensions;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Records;

/// <summary>
/// Authors, sources and tags over HTTP: what their routes have in common, down to the ETag. A kind's own routes say what is its own:
/// its words, its filters, what it must find before it is saved, and what counts as being in use.
/// </summary>
internal sealed class NamedRecordAnswers<TRecord, TRequest, TAnswer>(
    NamedRecords<TRecord, TRequest> records, NewsDbContext db, IMapper mapper, Cursors cursors, TimeProvider clock, IHttpContextAccessor accessor)
    where TRecord : NamedRecord<TRequest>
    where TRequest : class, INamedRequest
    where TAnswer : class, INamedAnswer
{
    private HttpContext Http => accessor.HttpContext!;

    /// <summary>A page in the order of slugs.</summary>
    /// <param name="list">Names the list and its filters in cursors.</param>
    public async Task<Ok<Page<TAnswer>>> List(string list, IQueryable<TRecord> filtered, int? limit, string? after, CancellationToken cancel)
    {
        var most = Paging.Limit(limit);
        if (cursors.Read(list, after) is { } last)
        {
            filtered = filtered.Where(record => EF.Functions.GreaterThan(
                ValueTuple.Create(record.Slug, record.Id), ValueTuple.Create(last.SortKey, last.Id)));
        }
        var rows = await filtered.OrderBy(record => record.Slug).ThenBy(record => record.Id)
            .Take(most + 1).ProjectTo<TAnswer>(mapper.ConfigurationProvider).ToListAsync(cancel);
        return TypedResults.Ok(rows.ToPage(most, Http, answer => cursors.Make(list, answer.Slug, answer.Id)));
    }

    public async Task<Results<Created<TAnswer>, ProblemHttpResult>> Create(
        Func<Guid, TRecord> make, TRequest request, CancellationToken cancel, NamedRecords<TRecord, TRequest>.Preparation? prepare = null)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        TAnswer? answer = null;
        var problem = await records.Create(make(id), request, cancel, prepare, async () => answer = await Read(id, cancel));
        return new Written<TAnswer>(problem, answer).ToCreated($"{Http.Request.Path.Value!.TrimEnd('/')}/{id}", Http);
    }

    public async Task<Results<Ok<TAnswer>, ProblemHttpResult>> Get(Guid id, CancellationToken cancel) => Answer(null, await Read(id, cancel));

    public async Task<Results<Ok<TAnswer>, ProblemHttpResult>> Replace(
        Guid id, TRequest request, Precondition precondition, CancellationToken cancel, NamedRecords<TRecord, TRequest>.Preparation? prepare = null)
    {
        TAnswer? answer = null;
        var problem = await records.Replace(id, request, precondition, Http, prepare, async () => answer = await Read(id, cancel), cancel);
        return Answer(problem, answer);
    }

    public async Task<Results<Ok<TAnswer>, ProblemHttpResult>> Patch(
        Guid id, MergePatch<TRequest> patch, Precondition precondition, CancellationToken cancel, NamedRecords<TRecord, TRequest>.Preparation? prepare = null)
    {
        TAnswer? answer = null;
        var problem = await records.Patch(id, patch, precondition, Http, prepare, async () => answer = await Read(id, cancel), cancel);
        return Answer(problem, answer);
    }

    public async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid id, Precondition precondition, Func<Task<ProblemDetails?>> inUse, CancellationToken cancel) =>
        await records.Delete(id, precondition, Http, inUse, cancel) is { } problem ? problem.ToResult() : TypedResults.NoContent();

    private Results<Ok<TAnswer>, ProblemHttpResult> Answer(ProblemDetails? problem, TAnswer? answer) =>
        new Written<TAnswer>(problem, answer).ToResult(NamedRecords<TRecord, TRequest>.NotFound, Http);

    private Task<TAnswer?> Read(Guid id, CancellationToken cancel) =>
        db.Set<TRecord>().Where(record => record.Id == id).ProjectTo<TAnswer>(mapper.ConfigurationProvider).SingleOrDefaultAsync(cancel);
}

/// <summary>What every answer about a named record holds.</summary>
internal interface INamedAnswer : IVersionedAnswer
{
    Guid Id { get; }

    string Slug { get; }
}
