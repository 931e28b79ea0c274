using System.Globalization;
using System.Text.RegularExpressions;
using HeadlessNews.Hosting;
using Npgsql;

namespace HeadlessNews.Benchmarks.Measuring;

/// <summary>A statement and what its parameters are, as a driver would send it.</summary>
internal sealed partial record Statement(string Sql, IReadOnlyList<object?> Values)
{
    /// <summary>
    /// As pgbench reads it. Parameters stay parameters, under names that start with the prefix; but arrays and what is absent, whose type the
    /// server could not tell, stand in the text.
    /// </summary>
    public (string Script, IReadOnlyDictionary<string, string> Variables) ForPgbench(string prefix)
    {
        var variables = new Dictionary<string, string>();
        var script = Parameter().Replace(Sql, match =>
        {
            var number = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            var value = Values[number - 1];
            if (Literal(value) is { } literal)
            {
                return literal;
            }
            variables[$"{prefix}{number}"] = Text(value!);
            return $":{prefix}{number}";
        });
        return ($"{script.TrimEnd()};\n", variables);
    }

    private static string? Literal(object? value) => value switch
    {
        string[] texts => $"ARRAY[{string.Join(", ", texts.Select(Quote))}]::text[]",
        Guid[] ids => $"ARRAY[{string.Join(", ", ids.Select(id => Quote(Text(id))))}]::uuid[]",
        Guid?[] ids => $"ARRAY[{string.Join(", ", ids.Select(id => id is { } there ? Quote(Text(there)) : "NULL"))}]::uuid[]",
        null => "NULL",
        _ => null,
    };

    private static string Text(object value) => value switch
    {
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\$(\d+)")]
    private static partial Regex Parameter();
}

/// <summary>The database by itself: the same statements without a service around them. Eight clients, prepared.</summary>
internal sealed partial class Pgbench(string program, string scratch)
{
    /// <summary>It comes with the server, and its folder is seldom on PATH.</summary>
    public static async Task<string> Find(CancellationToken cancel) =>
        (await EmbeddedPostgresBinaries.UsualFoldersAsync(cancel)).Select(folder => Path.Combine(folder, "pgbench")).FirstOrDefault(File.Exists)
        ?? throw new BenchmarkException("pgbench is not beside PostgreSQL's other programs: `apt-get install postgresql-contrib`, or leave it out with --only.");

    /// <param name="connection">Of the role that runs them.</param>
    /// <param name="alternatives">Each transaction is one of them: a statement, or several one after the other.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<Sample> Run(string connection, IReadOnlyList<IReadOnlyList<Statement>> alternatives, int seconds, CancellationToken cancel)
    {
        var to = new NpgsqlConnectionStringBuilder(connection);
        List<string> arguments =
            ["-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", $"{seconds}", "-h", to.Host!, "-p", $"{to.Port}", "-U", to.Username!];
        for (var i = 0; i < alternatives.Count; i++)
        {
            var parts = alternatives[i].Select((statement, nth) => statement.ForPgbench($"p{i}_{nth}_")).ToList();
            var file = Path.Combine(scratch, $"statements-{i}.sql");
            await File.WriteAllTextAsync(file, string.Concat(parts.Select(part => part.Script)), cancel);
            arguments.AddRange(["-f", file]);
            arguments.AddRange(parts.SelectMany(part => part.Variables).SelectMany(variable => new[] { "-D", $"{variable.Key}={variable.Value}" }));
        }
        var said = await Tool.Run(program, [.. arguments, to.Database!], cancel, new Dictionary<string, string> { ["PGPASSWORD"] = to.Password!, ["LC_ALL"] = "C" });
        return said.ExitCode == 0 ? Read(said.Output) : throw new BenchmarkException($"pgbench failed: {said.Errors}{said.Output}");
    }

    /// <exception cref="BenchmarkException">A transaction failed.</exception>
    internal static Sample Read(string output)
    {
        if (Rate().Match(output) is not { Success: true } rate)
        {
            throw new BenchmarkException($"pgbench did not say how it went: {output}");
        }
        if (Failures().Match(output) is { Success: true } failures && failures.Groups[1].Value != "0")
        {
            throw new BenchmarkException($"pgbench had {failures.Groups[1].Value} failed transactions: {output}");
        }
        return new Sample(double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^tps = ([0-9.]+)", RegexOptions.Multiline)]
    private static partial Regex Rate();

    [GeneratedRegex(@"^number of failed transactions: (\d+)", RegexOptions.Multiline)]
    private static partial Regex Failures();
}
