using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Http;

/// <summary>The answer about a record that is saved in versions: its ETag.</summary>
internal interface IVersionedAnswer
{
    int Version { get; }
}

/// <summary>A write's end: the refusal, or the record as this write left it; neither where there is no such record.</summary>
internal sealed record Written<TAnswer>(ProblemDetails? Problem, TAnswer? Answer) where TAnswer : class, IVersionedAnswer
{
    public static implicit operator Written<TAnswer>(ProblemDetails problem) => new(problem, null);

    public Results<Ok<TAnswer>, ProblemHttpResult> ToResult(Func<ProblemDetails> notFound, HttpContext http)
    {
        if ((Problem ?? (Answer is null ? notFound() : null)) is { } problem)
        {
            return problem.ToResult();
        }
        http.Response.SetEntityTag(Answer!.Version);
        return TypedResults.Ok(Answer);
    }

    public Results<Created<TAnswer>, ProblemHttpResult> ToCreated(string address, HttpContext http)
    {
        if (Problem is not null)
        {
            return Problem.ToResult();
        }
        http.Response.SetEntityTag(Answer!.Version);
        return TypedResults.Created(address, Answer);
    }
}
