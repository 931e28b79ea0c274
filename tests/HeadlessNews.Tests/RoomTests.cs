using System.Text.RegularExpressions;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests;

/// <summary>Who may use whom in the house: a room is a folder of the service, and uses what its files name in their usings.</summary>
public sealed class RoomTests
{
    private static readonly string[] Features = ["Access", "Articles", "Authors", "Fronts", "Import", "Sources", "Tags"];
    private static readonly string[] Shared = ["Http", "Access", "Data", "Log", "Records"];

    /// <summary>What fills the delivery store, out of what is not published, or follows the log. All else in that room is read side: a new file, too, unless it is named here.</summary>
    private static readonly string[] WriteSide =
    [
        "Render.cs", "RenderLive.cs", "Rerender.cs", "RefreshDirectory.cs", "Named.cs", "Listing.cs", "DeliveryStore.cs", "FrontStore.cs", "LogFollower.cs", "CacheEviction.cs",
        "FindNeighbours.cs", "RefreshNeighbours.cs", "LiveItems.cs", "PurgeCdn.cs",
    ];

    /// <summary>What the contract shows to readers: its names for kinds, genres and rights are the features' own.</summary>
    private static readonly string[] Shown = ["DeliveryDocument.cs", "DirectoryDocument.cs", "ListedArticle.cs"];

    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Http"] = [],
        ["Data"] = ["Http", .. Features, "Webhooks"],
        ["Log"] = ["Http", "Data", "Access"],
        ["Records"] = ["Http", "Data", "Access", "Log", "Delivery"],
        ["Access"] = ["Http", "Data", "Log"],
        ["Articles"] = [.. Shared, "Delivery", "Authors", "Sources", "Tags"],
        ["Authors"] = Shared,
        ["Fronts"] = [.. Shared, "Delivery", "Articles", "Authors", "Sources", "Tags"],
        ["Import"] = [.. Shared, .. Features, "Delivery"],
        ["Sources"] = Shared,
        ["Tags"] = Shared,
        ["Webhooks"] = ["Http", "Access", "Data", "Log", "Delivery"],
        ["Delivery"] = ["Http", "Data", "Log", .. Features],
        ["Idempotency"] = ["Http", "Data", "Access", "Delivery"],
        ["Hosting"] = [.. Shared, .. Features, "Delivery", "Import"],
    };

    private static readonly (string Room, string File, string Text)[] Files =
    [
        .. MayUse.Keys.SelectMany(room => Directory.GetFiles(Repository.PathOf("src", "HeadlessNews", room), "*.cs", SearchOption.AllDirectories)
            .Select(file => (room, Path.GetFileName(file), File.ReadAllText(file)))),
    ];

    [Fact]
    public void Every_room_has_its_rule() =>
        Assert.Equal(
            Directory.GetDirectories(Repository.PathOf("src", "HeadlessNews")).Where(folder => Directory.EnumerateFiles(folder, "*.cs").Any())
                .Select(Path.GetFileName).Except(["bin", "obj"]).Order(),
            MayUse.Keys.Order());

    [Fact]
    public void No_room_uses_another_that_it_may_not() =>
        Assert.Empty(Files.SelectMany(file => Uses(file.Text).Except([file.Room, .. MayUse[file.Room]]).Select(used => $"{file.Room}/{file.File} uses {used}")));

    /// <summary>What a request for published news runs through must not be able to name what is not published.</summary>
    [Fact]
    public void What_reads_published_news_knows_no_feature() =>
        Assert.Empty(ReadSide.SelectMany(file => KnowsMore(file.Text).Select(known => $"{file.File} uses {known}")));

    [Fact]
    public void What_the_contract_shows_knows_no_more_than_the_features_names() =>
        Assert.Empty(Of(Shown).SelectMany(file => Uses(file.Text).Except(["Delivery", "Http", .. Features]).Select(used => $"{file.File} uses {used}")));

    [Fact]
    public void Nobody_but_Program_uses_another_rooms_endpoints() =>
        Assert.Empty(Files.SelectMany(file => Regex.Matches(file.Text, @"\b\w+Endpoints(?=\.)").Select(use => use.Value)
            .Where(use => !Files.Any(other => other.Room == file.Room && other.File == use + ".cs")).Select(use => $"{file.Room}/{file.File} uses {use}")));

    [Fact]
    public void What_may_know_more_is_where_the_rules_look_for_it_and_does() =>
        Assert.Equal(WriteSide.Concat(Shown).Order(), Of([.. WriteSide, .. Shown]).Where(file => KnowsMore(file.Text).Any()).Select(file => file.File).Order());

    private static IEnumerable<(string Room, string File, string Text)> ReadSide => Files.Where(file => file.Room == "Delivery").Except(Of([.. WriteSide, .. Shown]));

    private static IEnumerable<(string Room, string File, string Text)> Of(string[] names) => Files.Where(file => file.Room == "Delivery" && names.Contains(file.File));

    /// <summary>Other rooms, and the editors' own door to the database or their schema.</summary>
    private static IEnumerable<string> KnowsMore(string text) =>
        Uses(text).Except(["Delivery", "Http", "Data"]).Concat(Regex.Matches(text, @"\.Editorial\b|\bNewsDbContext\b|\beditorial\.[a-z]").Select(known => known.Value).Distinct());

    /// <summary>Usings and full names alike.</summary>
    private static IEnumerable<string> Uses(string text) => Regex.Matches(text, @"\bHeadlessNews\.([A-Z][A-Za-z]+)").Select(use => use.Groups[1].Value).Distinct();
}
