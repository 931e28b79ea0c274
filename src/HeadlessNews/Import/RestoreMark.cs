using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace HeadlessNews.Import;

/// <summary>
/// The right to restore, held by one at a time: into an installation without content, or one that a restore has begun to fill and not come
/// to the end of. The turn goes with its connection; the mark stays in the database until a restore has come to its end.
/// </summary>
internal sealed class RestoreMark : IAsyncDisposable
{
    private const string HasContent =
        """
        SELECT NOT EXISTS (SELECT FROM editorial.restore_under_way)
           AND (EXISTS (SELECT FROM editorial.slugs)
             OR EXISTS (SELECT FROM editorial.articles)
             OR EXISTS (SELECT FROM editorial.authors)
             OR EXISTS (SELECT FROM editorial.sources)
             OR EXISTS (SELECT FROM editorial.tags)
             OR EXISTS (SELECT FROM editorial.fronts)
             OR EXISTS (SELECT FROM delivery.articles))
        """;

    private const string Mark =
        """
        INSERT INTO editorial.restore_under_way (begun_by, begun_at) VALUES ($1, clock_timestamp())
        ON CONFLICT DO NOTHING
        """;

    private readonly NpgsqlConnection turn;

    private RestoreMark(NpgsqlConnection turn) => this.turn = turn;

    /// <summary>Whether no run before this one has left anything.</summary>
    public bool IsFirst { get; private set; }

    public static async Task<(RestoreMark? Mark, ProblemDetails? Problem)> Take(Databases databases, CancellationToken cancel)
    {
        var turn = await databases.Editorial.OpenConnectionAsync(cancel);
        var mark = new RestoreMark(turn);
        try
        {
            var problem = !await mark.Ask("SELECT pg_try_advisory_lock(hashtext('restore'))", cancel) ? Problems.RestoreUnderWay()
                : await mark.Ask(HasContent, cancel) ? Problems.NotEmpty()
                : null;
            if (problem is null)
            {
                return (mark, null);
            }
            await mark.DisposeAsync();
            return (null, problem);
        }
        catch
        {
            await mark.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on what is there may be a part of it.</summary>
    public async Task Begin(Actor actor, CancellationToken cancel)
    {
        await using var command = turn.Statement(Mark, [actor.Name]);
        IsFirst = await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    public Task End(CancellationToken cancel) => turn.Execute("DELETE FROM editorial.restore_under_way", [], cancel);

    public async ValueTask DisposeAsync()
    {
        if (turn.State == System.Data.ConnectionState.Open)
        {
            await Ask("SELECT pg_advisory_unlock_all() IS NULL", CancellationToken.None);
        }
        await turn.DisposeAsync();
    }

    private async Task<bool> Ask(string sql, CancellationToken cancel)
    {
        await using var command = turn.Statement(sql, []);
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }
}
