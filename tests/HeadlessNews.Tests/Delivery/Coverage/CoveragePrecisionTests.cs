using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Coverage;

/// <summary>What docs/coverage.md says of the method, measured: of a labelled week in which ministers, clubs, towns and ships come more than once.</summary>
public sealed class CoveragePrecisionTests(LabelledNewsroom app) : IClassFixture<LabelledNewsroom>
{
    [Theory]
    [InlineData("tuning", 1.0, 0.95, 0.93)]
    [InlineData("heldOut", 1.0, 0.90, 0.93)]
    [InlineData("decoysTuning", 1.0, 1.0, 1.0)]
    [InlineData("decoysHeldOut", 0.66, 0.66, 1.0)]
    public async Task Other_sources_reports_of_the_event_are_found_and_no_other_events(string split, double precisionAt1, double precisionAt3, double recall)
    {
        var of = app.Stories.ToDictionary(one => one.Id, one => one.Story);
        var said = new List<string>();
        var (answered, firstRight, shown, shownRight, wanted, found) = (0, 0, 0, 0, 0, 0);
        foreach (var (story, id) in app.Stories.Where(one => one.Story.Split == split))
        {
            var items = (await app.Reader.GetJson($"/api/v1/articles/{id}/coverage"))["items"]!.AsArray()
                .Select(item => of[item!["article"]!["id"]!.GetValue<Guid>()]).ToList();
            var reports = app.Stories.Select(one => one.Story).Where(other => other.Event == story.Event && other.Source != story.Source).ToList();
            wanted += reports.Count;
            found += items.Intersect(reports).Count();
            answered += items.Count > 0 ? 1 : 0;
            firstRight += items.Count > 0 && reports.Contains(items[0]) ? 1 : 0;
            shown += Math.Min(3, items.Count);
            shownRight += items.Take(3).Intersect(reports).Count();
            said.AddRange(items.Except(reports).Select(wrong => $"“{story.Headline}” shows “{wrong.Headline}”"));
            said.AddRange(reports.Except(items).Select(missed => $"“{story.Headline}” lacks “{missed.Headline}”"));
        }
        var measured = $"{answered} answers, precision@1 {firstRight}/{answered}, precision@3 {shownRight}/{shown}, recall {found}/{wanted}";
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', said.Prepend($"{split}: {measured}")));

        Assert.True((double)firstRight / answered >= precisionAt1, measured);
        Assert.True((double)shownRight / shown >= precisionAt3, measured);
        Assert.True((double)found / wanted >= recall, measured);
    }

    [Fact]
    public void The_set_is_as_large_and_as_divided_as_it_is_said_to_be()
    {
        Assert.True(LabelledStory.Week.Count >= 90);
        Assert.True(LabelledStory.Week.Select(one => one.Event).Distinct().Count() >= 40);
        Assert.Equal((7, 7), (Cases("decoysTuning"), Cases("decoysHeldOut")));
        Assert.True(app.Stories.Select(one => one.Story.Source).Distinct().Count() >= 9);
        Assert.Equal(["de", "en", "fa"], app.Stories.Select(one => one.Story.Language).Distinct().Order(StringComparer.Ordinal));
        Assert.All(app.Stories.GroupBy(one => one.Story.Event), of => Assert.Single(of.Select(one => one.Story.Split).Distinct()));

        static int Cases(string split) => LabelledStory.Decoys.Where(story => story.Split == split).Select(story => story.Case).Distinct().Count();
    }

    /// <summary>An event of the same people, the same place or the same kind is not the same story, and is worth reading beside it.</summary>
    [Theory]
    [InlineData("harbour-tolls-presser", "rail-strike-settled")]
    [InlineData("orlan-kestwick", "orlan-brayford")]
    [InlineData("saltgate-flat", "saltgate-warehouse")]
    [InlineData("open-final", "open-semi")]
    [InlineData("bank-supervision-speech", "rate-decision")]
    public async Task Another_event_with_the_same_people_or_place_stands_under_related(string one, string other)
    {
        var others = app.Stories.Where(each => each.Story.Event == other).Select(each => each.Id).ToHashSet();
        var related = new List<Guid>();
        foreach (var (_, id) in app.Stories.Where(each => each.Story.Event == one))
        {
            var items = (await app.Reader.GetJson($"/api/v1/articles/{id}/related"))["items"]!.AsArray().Select(item => item!["article"]!["id"]!.GetValue<Guid>());
            related.AddRange(items);
        }
        Assert.NotEmpty(related.Intersect(others));
    }
}
