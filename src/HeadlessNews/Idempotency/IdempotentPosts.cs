using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;

namespace HeadlessNews.Idempotency;

/// <summary>
/// A POST that its client named is done once: whatever it writes is in one transaction with the answer it gets, and that answer is what
/// the same request gets from then on.
/// </summary>
internal static class IdempotentPosts
{
    public static void Add(IServiceCollection services)
    {
        services.AddScoped<KeptAnswers>();
        services.AddHostedService<PruneKeptAnswers>();
    }

    /// <summary>
    /// After 401, 403 and what concerns the address, and before the endpoint, which would look at If-Match: what has been done is at
    /// another version by now.
    /// </summary>
    public static void UseIdempotencyKeys(this IApplicationBuilder app) => app.Use(static async (http, next) =>
    {
        if (IdempotencyKeys.Of(http) is not { } key)
        {
            await next(http);
            return;
        }
        var services = http.RequestServices;
        var cancel = http.RequestAborted;
        var request = await KeyedRequest.Read(http.Request, services.GetRequiredService<Actor>().Name, key, cancel);
        if (await Run(request, http, next, cancel) is { } kept)
        {
            // Done on another node perhaps: who hears of it here reads it here.
            await services.GetRequiredService<CacheEviction>().CatchUp(cancel);
            await kept.Replay(http);
        }
    });

    /// <returns>What the request was answered before; null when it is answered now.</returns>
    private static async Task<KeptAnswer?> Run(KeyedRequest request, HttpContext http, RequestDelegate next, CancellationToken cancel)
    {
        var answers = http.RequestServices.GetRequiredService<KeptAnswers>();
        await using var transaction = await OpenTransaction.Begin(http.RequestServices.GetRequiredService<NewsDbContext>(), cancel);
        // In this order: who ends between the two has left the answer behind.
        var isOurs = await answers.TryClaim(request, cancel);
        if (await answers.Find(request, cancel) is { } kept)
        {
            return kept;
        }
        if (!isOurs)
        {
            throw new ProblemException(Problems.IdempotencyKeyBusy());
        }
        http.Features.Set(new Keeping(request, transaction));
        await next(http);
        return null;
    }

    /// <summary>
    /// Keeps what is answered, and commits it with what was written. Only what was done: a refusal leaves nothing behind, and may be asked
    /// again.
    /// </summary>
    public static RouteGroupBuilder KeepAnswers(this RouteGroupBuilder editorial)
    {
        editorial.AddEndpointFilter(static async (context, next) =>
        {
            var http = context.HttpContext;
            if (http.Features.Get<Keeping>() is not { } keeping)
            {
                return await next(context);
            }
            var before = http.Response.Headers.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
            var result = (IResult)(await next(context))!;
            if (!IsDone(result))
            {
                return result;
            }
            var answer = await KeptAnswer.Of(result, http, before);
            await http.RequestServices.GetRequiredService<KeptAnswers>().Keep(keeping.Request, answer, http.RequestAborted);
            await keeping.Transaction.Commit(http.RequestAborted);
            return answer;
        });
        return editorial;
    }

    private static bool IsDone(IResult result) => result switch
    {
        INestedHttpResult nested => IsDone(nested.Result),
        IStatusCodeHttpResult { StatusCode: { } status } => status is >= 200 and < 300,
        _ => throw new InvalidOperationException($"{result.GetType()} does not say what it answers before it answers."),
    };

    private sealed record Keeping(KeyedRequest Request, OpenTransaction Transaction);
}
