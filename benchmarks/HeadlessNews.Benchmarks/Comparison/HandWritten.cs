using System.Globalization;
using Microsoft.Extensions.Primitives;
using Npgsql;

namespace HeadlessNews.Benchmarks.Comparison;

/// <summary>
/// What somebody would write by hand who needs just these reads: Kestrel, no routing, one prepared statement that joins the normalised
/// tables and answers finished JSON. No entity tag, no contract, no rights, no expiry.
/// </summary>
internal static class HandWritten
{
    public const string Mode = "compare-sql";
    public const string ListPath = "/api/v1/articles";

    private static readonly StringValues ContentType = "application/json; charset=utf-8";

    public static string BySlug(string slug) => $"{ListPath}/{Uri.EscapeDataString(slug)}";

    public static string ByTag(string slug) => $"{ListPath}?tag={slug}";

    public static string Page(int number) => $"{ListPath}?page={number.ToString(CultureInfo.InvariantCulture)}";

    public static async Task<int> Serve(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", arguments[0]]);
        builder.Logging.ClearProviders();
        var settings = new NpgsqlConnectionStringBuilder(builder.Configuration.GetConnectionString("News")!) { MaxPoolSize = 8, MaxAutoPrepare = 20 };
        await using var source = NpgsqlDataSource.Create(settings.ConnectionString);
        var app = builder.Build();
        app.Run(async context =>
        {
            await using var command = Command(source, context.Request);
            await using var reader = await command.ExecuteReaderAsync(context.RequestAborted);
            if (!await reader.ReadAsync(context.RequestAborted))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }
            var json = reader.GetFieldValue<byte[]>(0);
            context.Response.Headers.ContentType = ContentType;
            context.Response.ContentLength = json.Length;
            await context.Response.BodyWriter.WriteAsync(json, context.RequestAborted);
        });
        await app.RunAsync();
        return 0;
    }

    private static NpgsqlCommand Command(NpgsqlDataSource source, HttpRequest request)
    {
        var path = request.Path.Value!;
        if (path.Length > ListPath.Length)
        {
            var bySlug = source.CreateCommand(HandWrittenSql.BySlug);
            bySlug.Parameters.Add(new NpgsqlParameter<string> { TypedValue = path[(ListPath.Length + 1)..] });
            return bySlug;
        }
        if (request.Query.TryGetValue("tag", out var tag))
        {
            var byTag = source.CreateCommand(HandWrittenSql.ByTag);
            byTag.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tag.ToString() });
            return byTag;
        }
        if (request.Query.TryGetValue("page", out var page))
        {
            var byPage = source.CreateCommand(HandWrittenSql.Page);
            byPage.Parameters.Add(new NpgsqlParameter<long> { TypedValue = HandWrittenSql.Offset(int.Parse(page.ToString(), CultureInfo.InvariantCulture)) });
            return byPage;
        }
        return source.CreateCommand(HandWrittenSql.Home);
    }
}
