using Npgsql;

namespace HeadlessNews.Data;

/// <summary>
/// The indexes of words, by which texts are found. Entries of texts that come by the thousand are gathered and entered together: each word is then
/// looked up once for many of them, which is what a large index takes its time for. What waits is found all the same, a little slower.
/// </summary>
internal static class WordIndexes
{
    /// <summary>As a connection's options: so much waits at most while texts come one by one.</summary>
    public const string FewWait = "-c gin_pending_list_limit=2MB";

    /// <summary>For this transaction: so much waits at most, and there is memory to put it in order.</summary>
    private const string ManyWait = "SELECT set_config('gin_pending_list_limit', '16MB', true), set_config('work_mem', '64MB', true)";

    private const string EnterAll = "SELECT delivery.enter_words()";

    public static Task Gather(NpgsqlConnection connection, CancellationToken cancel) => connection.Execute(ManyWait, [], cancel);

    /// <summary>Whatever waits is entered, so that no search has to look through it.</summary>
    public static async Task<int> Enter(NpgsqlDataSource editorial, CancellationToken cancel)
    {
        await using var command = editorial.CreateCommand(EnterAll);
        return await command.ExecuteNonQueryAsync(cancel);
    }
}
