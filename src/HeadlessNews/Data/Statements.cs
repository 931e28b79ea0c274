using Npgsql;

namespace HeadlessNews.Data;

/// <summary>A statement and its parameters in one breath: each a value or, where its type does not show, a parameter.</summary>
internal static class Statements
{
    public static NpgsqlCommand Statement(this NpgsqlConnection connection, string sql, IReadOnlyList<object> parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        }
        return command;
    }

    public static async Task Execute(this NpgsqlConnection connection, string sql, IReadOnlyList<object> parameters, CancellationToken cancel)
    {
        await using var command = connection.Statement(sql, parameters);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
