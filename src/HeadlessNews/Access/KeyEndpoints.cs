using AutoMapper;
using AutoMapper.QueryableExtensions;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Log;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Access;

internal static class KeyEndpoints
{
    public static void MapKeys(this RouteGroupBuilder editorial)
    {
        var group = editorial.MapGroup("/keys").WithTags("API keys").RequireRole(Role.Admin);
        group.MapGet("", List).WithName("ListKeys");
        group.MapPost("", Create).WithName("CreateKey").Validate<KeyRequest>().TakesNoIdempotencyKey("its answer holds a secret, which is kept nowhere");
        group.MapGet("/{id:guid}", Get).WithName("GetKey");
        group.MapDelete("/{id:guid}", Revoke).WithName("RevokeKey").MayAnswer(409);
    }

    /// <summary>List API keys, newest first</summary>
    /// <remarks>Revoked and expired ones too; never a secret.</remarks>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Ok<Page<ApiKeySummary>>> List(
        int? limit, string? after, NewsDbContext db, IMapper mapper, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        const string list = "editorial/keys";
        var most = Paging.Limit(limit);
        var rows = await db.ApiKeys.NewestFirst(cursors.Read(list, after), most).ProjectTo<ApiKeySummary>(mapper.ConfigurationProvider).ToListAsync(cancel);
        return TypedResults.Ok(rows.ToPage(most, http, key => cursors.Make(list, "", key.Id)));
    }

    /// <summary>Make an API key</summary>
    /// <remarks>The answer holds the key's secret, this once: it is kept nowhere and cannot be read again.</remarks>
    private static async Task<Results<Created<NewApiKey>, ProblemHttpResult>> Create(
        KeyRequest request, NewsDbContext db, Actor actor, IMapper mapper, TimeProvider clock, CancellationToken cancel)
    {
        if (request.ExpiresAt <= clock.GetUtcNow())
        {
            return Problems.Invalid("expiresAt", "must be in the future").ToResult();
        }
        var (key, secret) = await Keys.Make(db, actor, request.Name!, request.Role!.Value, request.ExpiresAt, clock, cancel);
        return TypedResults.Created($"/api/v1/editorial/keys/{key.Id}", new NewApiKey { Secret = secret, Key = mapper.Map<ApiKeySummary>(key) });
    }

    /// <summary>Get an API key, without its secret</summary>
    /// <param name="id">The key's id.</param>
    private static async Task<Results<Ok<ApiKeySummary>, ProblemHttpResult>> Get(Guid id, NewsDbContext db, IMapper mapper, CancellationToken cancel) =>
        await db.ApiKeys.Where(key => key.Id == id).ProjectTo<ApiKeySummary>(mapper.ConfigurationProvider).SingleOrDefaultAsync(cancel) is { } key
            ? TypedResults.Ok(key)
            : Problems.NotFound("key").ToResult();

    /// <summary>Revoke an API key</summary>
    /// <remarks>It is dead from the next request on. Revoking twice changes nothing. The last administrator's key stays (409).</remarks>
    /// <param name="id">The key's id.</param>
    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(
        Guid id, NewsDbContext db, Actor actor, TimeProvider clock, CancellationToken cancel) =>
        await Keys.Revoke(db, actor, id, clock, cancel) is { } problem ? problem.ToResult() : TypedResults.NoContent();
}

/// <summary>Making and revoking keys, for the API and the command line.</summary>
internal static class Keys
{
    public static async Task<(ApiKey Key, string Secret)> Make(
        NewsDbContext db, Actor actor, string name, Role role, DateTimeOffset? expiresAt, TimeProvider clock, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        var (key, secret) = ApiKey.Make(name, role, expiresAt, change.Actor, clock.Now());
        db.Add(key);
        change.Record("key.created", key.Id, 1, data: new { name, role, expiresAt });
        await change.Commit(cancel);
        return (key, secret);
    }

    /// <returns>Null, or the refusal.</returns>
    public static async Task<ProblemDetails?> Revoke(NewsDbContext db, Actor actor, Guid id, TimeProvider clock, CancellationToken cancel)
    {
        await using var change = await Change.Begin(db, actor, cancel);
        // All administrators' keys are locked, in order: two that revoke each other at once do not lock everybody out.
        await db.Database.ExecuteSqlAsync($"SELECT FROM editorial.api_keys WHERE id = {id} OR role = 'admin' ORDER BY id FOR UPDATE", cancel);
        if (await db.ApiKeys.SingleOrDefaultAsync(key => key.Id == id, cancel) is not { } key)
        {
            return Problems.NotFound("key");
        }
        if (key.RevokedAt is not null)
        {
            return null;
        }
        var now = clock.Now();
        if (key.Role == Role.Admin
            && !await db.ApiKeys.AnyAsync(other => other.Id != id && other.Role == Role.Admin && other.RevokedAt == null && (other.ExpiresAt == null || other.ExpiresAt > now), cancel))
        {
            return Problems.Conflict("It is the last administrator's key. Make another first.");
        }
        key.Revoke(now);
        change.Record("key.revoked", id, 2, 1);
        await change.Commit(cancel);
        return null;
    }
}
