using System.Text.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HeadlessNews.Hosting;

/// <summary>
/// A small newsroom's content for the first look (<c>demo.json</c>), written the way an editor's would be: the same requests, the same
/// rules. Only into a database without articles.
/// </summary>
internal static class DemoContent
{
    public static async Task Load(IServiceProvider scope, CancellationToken cancel)
    {
        // Of nodes that start together, one loads and the others find it done. Held by a session: loading takes several transactions.
        await using var turn = await scope.GetRequiredService<Databases>().Editorial.OpenConnectionAsync(cancel);
        await Execute(turn, "SELECT pg_advisory_lock(hashtext('demo content'))", cancel);
        try
        {
            // In plain SQL: a later start, which has articles, need not wait for EF Core.
            if (!(bool)(await Execute(turn, "SELECT EXISTS (SELECT FROM editorial.articles)", cancel))!)
            {
                await LoadAll(scope, cancel);
            }
        }
        finally
        {
            await Execute(turn, "SELECT pg_advisory_unlock(hashtext('demo content'))", CancellationToken.None);
        }
    }

    private static async Task LoadAll(IServiceProvider scope, CancellationToken cancel)
    {
        var db = scope.GetRequiredService<NewsDbContext>();
        await using var file = typeof(DemoContent).Assembly.GetManifestResourceStream("demo.json")!;
        var demo = (await JsonNode.ParseAsync(file, cancellationToken: cancel))!;
        var clock = scope.GetRequiredService<TimeProvider>();
        await Records(scope, demo["sources"]!, (SourceRequest _) => new Source(Guid.CreateVersion7(clock.GetUtcNow())), null, cancel);
        await Records(scope, demo["authors"]!, (AuthorRequest _) => new Author(Guid.CreateVersion7(clock.GetUtcNow())), null, cancel);
        await Records(scope, demo["tags"]!, (TagRequest _) => new Tag(Guid.CreateVersion7(clock.GetUtcNow())), TagParent.Find(db), cancel);
        await DemoLives.Load(scope, demo["articles"]!.AsArray(), demo["fronts"]!.AsArray(), cancel);
    }

    private static async Task Records<TRecord, TRequest>(
        IServiceProvider scope, JsonNode items, Func<TRequest, TRecord> make, NamedRecords<TRecord, TRequest>.Preparation? prepare, CancellationToken cancel)
        where TRecord : NamedRecord<TRequest>
        where TRequest : class, INamedRequest
    {
        var db = scope.GetRequiredService<NewsDbContext>();
        var records = scope.GetRequiredService<NamedRecords<TRecord, TRequest>>();
        foreach (var item in items.AsArray())
        {
            var request = item.Deserialize<TRequest>(Json.Options)!;
            // There already when an earlier load was cut short.
            if (!await db.Set<TRecord>().AnyAsync(record => record.Slug == request.Slug, cancel))
            {
                Demand(Validation.Check(scope, request) ?? await records.Create(make(request), request, cancel, prepare), request.Name);
            }
        }
    }

    private static async Task<object?> Execute(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancel);
    }

    internal static void Demand(ProblemDetails? problem, string? what)
    {
        if (problem is not null)
        {
            throw new InvalidOperationException($"The demo content's “{what}” was refused: {problem.Detail}");
        }
    }
}
