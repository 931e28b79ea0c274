using System.Text.Json;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Coverage;

/// <summary>A report as an agency or a paper would write it, and the event it reports: a line of <c>stories.json</c> or <c>decoys.json</c>.</summary>
/// <param name="Event">Reports of one event have one name, follow-ups of the next days too.</param>
/// <param name="Split"><c>tuning</c>: the method's weights and thresholds were chosen on these. <c>heldOut</c>: on none of these.</param>
/// <param name="Source">Who reports.</param>
/// <param name="Language">Of the report.</param>
/// <param name="Hours">When, from the beginning of the week they all play in.</param>
/// <param name="Headline">The headline.</param>
/// <param name="Summary">The standfirst.</param>
/// <param name="Body">Paragraphs.</param>
/// <param name="Case">Of decoys: those that have the same people, and that a small newsroom has alone.</param>
public sealed record LabelledStory(
    string Event, string Split, string Source, string Language, double Hours, string Headline, string Summary, IReadOnlyList<string> Body, string? Case = null)
{
    /// <summary>Ministers, clubs, towns and ships that come more than once in a week.</summary>
    public static IReadOnlyList<LabelledStory> Week { get; } = Read("stories.json");

    /// <summary>The same people in the same place, and another matter.</summary>
    public static IReadOnlyList<LabelledStory> Decoys { get; } = Read("decoys.json");

    /// <summary>As it is sent, in a week that began then.</summary>
    public object Content(DateTimeOffset begin) => new
    {
        summary = Summary.Length > 0 ? Summary : null,
        language = Language,
        publishedAt = begin.AddHours(Hours),
        body = new { format = "markdown", content = string.Join("\n\n", Body) },
    };

    private static List<LabelledStory> Read(string file) => JsonSerializer.Deserialize<List<LabelledStory>>(
        File.ReadAllText(Repository.PathOf("tests", "HeadlessNews.Tests", "Delivery", "Coverage", file)), JsonSerializerOptions.Web)!;
}

/// <summary>All labelled stories published over HTTP, in the order of their times, and followed to the end.</summary>
public sealed class LabelledNewsroom(TestPostgres postgres) : NewsApp(postgres)
{
    public IReadOnlyList<(LabelledStory Story, Guid Id)> Stories { get; private set; } = [];

    protected override async Task Prepare()
    {
        IReadOnlyList<LabelledStory> stories = [.. LabelledStory.Week, .. LabelledStory.Decoys];
        var sources = new Dictionary<string, string>();
        foreach (var name in stories.Select(story => story.Source).Distinct())
        {
            sources[name] = (await Editor.CreateSource(name)).Slug;
        }
        var begin = DateTimeOffset.UtcNow.AddHours(-110);
        var published = new List<(LabelledStory, Guid)>();
        foreach (var story in stories.OrderBy(story => story.Hours))
        {
            var article = await Editor.PublishArticle(sources[story.Source], story.Headline, story.Content(begin));
            published.Add((story, article.Id));
        }
        Stories = published;
        await Databases.NeighboursAreFound();
    }
}

internal static class Neighbours
{
    /// <summary>What the log has told so far has been followed, and nothing waits.</summary>
    public static Task NeighboursAreFound(this HeadlessNews.Data.Databases databases) => Newsroom.Eventually(
        () => databases.Editorial.Ask<bool>(
            """
            SELECT NOT EXISTS (SELECT FROM delivery.neighbours_due)
               AND NOT EXISTS (SELECT FROM log.events WHERE position > reader.position AND type LIKE 'article.%')
            FROM log.readers AS reader WHERE name = 'neighbours'
            """),
        "neighbours are found", seconds: 120);
}
