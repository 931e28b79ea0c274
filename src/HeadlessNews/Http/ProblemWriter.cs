namespace HeadlessNews.Http;

/// <summary>
/// Writes a problem whatever the client said it would like (RFC 9110, section 12.5.1, lets a server disregard Accept): who asked for lines or for events is told
/// why there are none. The framework's own writer would leave him with a bare status.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context)
    {
        Problems.Customize(context);
        return new(context.HttpContext.Response.WriteAsJsonAsync(
            context.ProblemDetails, context.ProblemDetails.GetType(), options: null, Problems.ContentType, context.HttpContext.RequestAborted));
    }
}
