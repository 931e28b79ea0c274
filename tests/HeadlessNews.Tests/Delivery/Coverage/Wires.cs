using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace HeadlessNews.Tests.Delivery.Coverage;

/// <summary>What a report says.</summary>
public sealed record Report(string Headline, string Summary, string Body);

/// <summary>Three wires, a dozen articles of nothing in particular, and two events that two of them can report.</summary>
public sealed class Wires(TestPostgres postgres) : NewsApp(postgres)
{
    public const string One = "first-wire";
    public const string Other = "second-wire";
    public const string Third = "third-wire";

    public static readonly Report Dam = new(
        "Dam at Loskerry to be raised by four metres",
        "Water minister Ines Rauter signs a contract of 88 million crowns.",
        "The dam at Loskerry will be four metres higher. Minister Ines Rauter signed the contract with the builder Halvorsen in Loskerry on Monday.\n\nIt is worth 88 million crowns and takes three years.");

    public static readonly Report DamToo = new(
        "Halvorsen wins 88-million contract for Loskerry dam",
        "The wall grows by four metres in three years, says Ines Rauter.",
        "Builder Halvorsen is to raise the dam at Loskerry. The contract, signed on Monday by water minister Ines Rauter, is worth 88 million crowns.\n\nIn three years the wall is to stand four metres taller.");

    public static readonly Report Tram = new(
        "Runaway tram stopped by a baker’s van in Ostvik",
        "Forty passengers unhurt after brakes fail on Cathedral Hill.",
        "A tram whose brakes had failed rolled down Cathedral Hill in Ostvik on Tuesday until it met the van of baker Morten Quist. None of the forty passengers was hurt.\n\nThe tram company is examining the brakes.");

    public static readonly Report TramToo = new(
        "Brakes fail: Ostvik tram rolls down hill into van",
        "Passengers shaken, baker Quist’s bread lost.",
        "Forty people sat in a tram that ran away on Cathedral Hill, Ostvik, on Tuesday. The brakes had failed; the van of the baker Morten Quist stopped it.\n\nNobody was hurt, the tram company said.");

    private static readonly string[] Matters =
    [
        "Library opens late", "Cheese fair postponed", "Choir looks for tenors", "Snow in the hills", "Chess club moves", "Owl counted twice",
        "Postbox painted", "Apple harvest good", "Museum lends a boat", "School gets a piano", "Market moves indoors", "Clockmaker honoured",
    ];

    public string OwnersConnection { get; private set; } = "";

    protected override async Task<IConfiguration> CreateDatabase()
    {
        var settings = await base.CreateDatabase();
        OwnersConnection = settings.GetConnectionString("News")!;
        return settings;
    }

    protected override async Task Prepare()
    {
        foreach (var name in new[] { "First Wire", "Second Wire", "Third Wire" })
        {
            await Editor.CreateSource(name);
        }
        foreach (var matter in Matters)
        {
            await Report(Third, new Report(matter, $"{matter}.", $"{matter}, says who knows."));
        }
        await Databases.NeighboursAreFound();
    }

    public static object Content(Report report) =>
        new { headline = report.Headline, summary = report.Summary, body = new { format = "markdown", content = report.Body } };

    public Task<Saved> Report(string source, Report report, object? with = null)
    {
        var content = new { language = "en", summary = report.Summary, body = new { format = "markdown", content = report.Body } };
        var all = System.Text.Json.JsonSerializer.SerializeToNode(content)!.AsObject();
        foreach (var (name, value) in with is null ? [] : System.Text.Json.JsonSerializer.SerializeToNode(with)!.AsObject())
        {
            all[name] = value?.DeepClone();
        }
        return Editor.PublishArticle(source, report.Headline, all);
    }

    /// <summary>Two wires' reports that have found each other.</summary>
    public async Task<(Saved One, Saved Other)> Pair(Report one, Report other)
    {
        var (first, second) = (await Report(One, one), await Report(Other, other));
        await Newsroom.Eventually(async () => (await Beside(first, "coverage")).Exists(item => item["article"]!["id"]!.GetValue<Guid>() == second.Id), "they have found each other");
        return (first, second);
    }

    public async Task<List<JsonObject>> Beside(Saved article, string beside, string query = "")
    {
        var page = await Reader.GetJson($"/api/v1/articles/{article.Id}/{beside}{query}");
        Assert.Null(page["nextCursor"]);
        return [.. page["items"]!.AsArray().Select(item => item!.AsObject())];
    }

    public async Task<NpgsqlConnection> OpenAsOwner()
    {
        var connection = new NpgsqlConnection(OwnersConnection);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }
}
