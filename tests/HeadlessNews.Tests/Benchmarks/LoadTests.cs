using HeadlessNews.Benchmarks;
using HeadlessNews.Benchmarks.Measuring;

namespace HeadlessNews.Tests.Benchmarks;

public sealed class LoadTests
{
    private const string Good = "RESULT requests=40000 microseconds=5000000 p50=640 p99=5100 connect=0 read=0 write=0 status=0 timeout=0";

    private const string Transactions =
        """
        pgbench (15.18)
        transaction type: statements-0.sql
        number of transactions actually processed: 61234
        number of failed transactions: 0 (0.000%)
        latency average = 0.652 ms
        tps = 12246.812345 (without initial connection time)
        """;

    [Fact]
    public void A_load_is_read_to_the_microsecond()
    {
        var sample = Wrk.Read($"Running 5s test @ http://127.0.0.1:5080/\n  Latency     0.72ms\n{Good}\n");

        Assert.Equal(8_000, sample.PerSecond);
        Assert.Equal(0.64, sample.P50);
        Assert.Equal(5.1, sample.P99);
        Assert.Equal(40_000, sample.Count);
    }

    [Theory]
    [InlineData("connect=0", "connect=2")]
    [InlineData("read=0", "read=1")]
    [InlineData("write=0", "write=1")]
    [InlineData("status=0", "status=1")]
    [InlineData("timeout=0", "timeout=7")]
    [InlineData("requests=40000", "requests=0")]
    public void One_error_makes_a_load_worthless(string right, string wrong)
    {
        var refused = Assert.Throws<BenchmarkException>(() => Wrk.Read(Good.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Contains("errors", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_load_that_says_nothing_is_no_load() => Assert.Throws<BenchmarkException>(() => Wrk.Read("unable to connect to 127.0.0.1:1 Connection refused"));

    [Fact]
    public void One_path_is_sent_without_asking_Lua_and_several_in_turn()
    {
        Assert.DoesNotContain("request = function", Wrk.Script(new Requests("/a")), StringComparison.Ordinal);
        Assert.Contains("""{ "/a", "/b\"c" }""", Wrk.Script(new Requests(["/a", "/b\"c"])), StringComparison.Ordinal);
        Assert.Contains("""wrk.headers["If-None-Match"] = "\"x\"" """.TrimEnd(), Wrk.Script(new Requests("/a") { IfNoneMatch = "\"x\"" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Transactions_a_second_are_read() => Assert.Equal(12_246.812345, Pgbench.Read(Transactions).PerSecond);

    [Fact]
    public void One_failed_transaction_makes_them_worthless()
    {
        Assert.Throws<BenchmarkException>(() => Pgbench.Read(Transactions.Replace("transactions: 0", "transactions: 1", StringComparison.Ordinal)));
        Assert.Throws<BenchmarkException>(() => Pgbench.Read("pgbench: error: connection failed"));
    }

    [Fact]
    public void A_statement_keeps_its_parameters_but_for_arrays_and_what_is_absent()
    {
        var id = Guid.Parse("0192f4a1-0000-7000-8000-000000000001");
        var statement = new Statement(
            "SELECT $1::text, $2, $3 FROM unnest($4, $5) WHERE $6 LIMIT $10",
            ["it's", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), null, new[] { "a'b" }, new[] { id }, true, 0, 0, 0, 21]);

        var (script, variables) = statement.ForPgbench("p_");

        Assert.Equal($"SELECT :p_1::text, :p_2, NULL FROM unnest(ARRAY['a''b']::text[], ARRAY['{id}']::uuid[]) WHERE :p_6 LIMIT :p_10;\n", script);
        Assert.Equal(
            new Dictionary<string, string> { ["p_1"] = "it's", ["p_2"] = "2026-01-02T03:04:05.000000Z", ["p_6"] = "true", ["p_10"] = "21" },
            variables.ToDictionary());
    }
}
