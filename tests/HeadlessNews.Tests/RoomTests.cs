using System.Text.RegularExpressions;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests;

/// <summary>Who may use whom in the house: a room is a folder of the service, and uses what its files name in their usings.</summary>
public sealed class RoomTests
{
    private static readonly string[] Features = ["Access", "Articles", "Authors", "Fronts", "Sources", "Tags"];
    private static readonly string[] Shared = ["Http", "Access", "Data", "Log", "Records"];

    /// <summary>What a request for published news runs through: it must not be able to name what is not published.</summary>
    private static readonly string[] ReadSide =
    [
        "DeliveryEndpoints.cs", "ArticleReads.cs", "ArticleLists.cs", "FilterFacets.cs", "ListFilter.cs", "ListedParts.cs", "ListCounts.cs", "DirectoryReads.cs", "RelatedReads.cs",
        "PublishedFrontEndpoints.cs", "PublishedFront.cs", "FrontReads.cs",
        "FormatEndpoints.cs", "FormatReads.cs", "Formatted.cs", "Site.cs", "Ninjs.cs", "JsonLd.cs",
        "FeedEndpoints.cs", "FeedReads.cs", "RssFeed.cs", "AtomFeed.cs", "JsonFeed.cs", "Xml.cs",
        "SitemapEndpoints.cs", "SitemapReads.cs", "SitemapRanges.cs", "Sitemap.cs",
        "SearchEndpoints.cs", "SearchReads.cs", "SearchQuestion.cs", "AskedQuery.cs", "AskedWords.cs", "MatchReads.cs", "SoughtReads.cs", "Marking.cs", "FacetReads.cs",
        "WordReads.cs", "SuggestionReads.cs", "SearchResponses.cs", "SearchText.cs",
    ];

    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Http"] = [],
        ["Data"] = ["Http", .. Features],
        ["Log"] = ["Http", "Data", "Access"],
        ["Records"] = ["Http", "Data", "Access", "Log", "Delivery"],
        ["Access"] = ["Http", "Data", "Log"],
        ["Articles"] = [.. Shared, "Delivery", "Authors", "Sources", "Tags"],
        ["Authors"] = Shared,
        ["Fronts"] = [.. Shared, "Delivery", "Articles", "Authors", "Sources", "Tags"],
        ["Sources"] = Shared,
        ["Tags"] = Shared,
        ["Delivery"] = ["Http", "Data", "Log", .. Features],
        ["Hosting"] = [.. Shared, .. Features, "Delivery"],
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

    [Fact]
    public void What_reads_published_news_knows_no_feature() =>
        Assert.Empty(Files.Where(file => ReadSide.Contains(file.File)).SelectMany(file => Uses(file.Text).Except(["Delivery", "Http", "Data"]).Select(used => $"{file.File} uses {used}")));

    [Fact]
    public void Nobody_but_Program_uses_another_rooms_endpoints() =>
        Assert.Empty(Files.SelectMany(file => Regex.Matches(file.Text, @"\b\w+Endpoints(?=\.)").Select(use => use.Value)
            .Where(use => !Files.Any(other => other.Room == file.Room && other.File == use + ".cs")).Select(use => $"{file.Room}/{file.File} uses {use}")));

    [Fact]
    public void The_read_side_is_where_the_rule_looks_for_it() =>
        Assert.Equal(ReadSide.Order(), Files.Where(file => file.Room == "Delivery" && ReadSide.Contains(file.File)).Select(file => file.File).Order());

    /// <summary>Usings and full names alike.</summary>
    private static IEnumerable<string> Uses(string text) => Regex.Matches(text, @"\bHeadlessNews\.([A-Z][A-Za-z]+)").Select(use => use.Groups[1].Value).Distinct();
}
