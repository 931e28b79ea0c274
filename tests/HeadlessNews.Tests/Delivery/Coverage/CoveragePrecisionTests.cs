using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Coverage;

/// <summary>What docs/coverage.md says of the method's precision, measured.</summary>
public sealed class CoveragePrecisionTests(LabelledNewsroom app) : IClassFixture<LabelledNewsroom>
{
    [Fact]
    public async Task Dump()
    {
        foreach (var split in new[] { "tuning", "heldOut" })
        {
            var measured = await Measure(split);
            Console.WriteLine($"{split}: {measured}");
        }
        if (Environment.GetEnvironmentVariable("HN_DUMP") is { } file)
        {
            var rows = await app.Query("SELECT row_to_json(s)::text FROM delivery.stories AS s", row => row.GetString(0));
            await File.WriteAllTextAsync(file, "[" + string.Join(",\n", rows) + "]");
            var words = await app.Query("""
                SELECT json_build_object('c', c, 'w', word, 'n', ndoc)::text FROM (SELECT DISTINCT configuration::text AS c FROM delivery.search) AS cs
                CROSS JOIN LATERAL ts_stat('SELECT words FROM delivery.search WHERE configuration = ''' || c || '''::regconfig') WHERE word NOT LIKE '#%'
                """, row => row.GetString(0));
            await File.WriteAllTextAsync(file + ".words", "[" + string.Join(",\n", words) + "]");
            await File.WriteAllTextAsync(file + ".ids", System.Text.Json.JsonSerializer.Serialize(app.Stories.Select(one => new { one.Id, one.Story.Event, one.Story.Split, one.Story.Hours, one.Story.Source, one.Story.Headline, one.Story.Language })));
        }
    }

    private sealed record Measured(int Stories, int Found, double PrecisionAt1, double PrecisionAt3, double Recall, int WrongFirst);

    private async Task<Measured> Measure(string split)
    {
        var of = app.Stories.ToDictionary(one => one.Id, one => one.Story);
        var (asked, answered, firstRight, shown, shownRight, wanted, found) = (0, 0, 0, 0, 0, 0, 0);
        foreach (var (story, id) in app.Stories.Where(one => one.Story.Split == split))
        {
            var items = (await app.Reader.GetJson($"/api/v1/articles/{id}/coverage"))["items"]!.AsArray()
                .Select(item => of[item!["article"]!["id"]!.GetValue<Guid>()]).ToList();
            asked++;
            wanted += app.Stories.Count(other => other.Story.Event == story.Event && other.Story.Source != story.Source);
            found += items.Count(other => other.Event == story.Event);
            if (items.Count > 0)
            {
                answered++;
                firstRight += items[0].Event == story.Event ? 1 : 0;
                shown += Math.Min(3, items.Count);
                shownRight += items.Take(3).Count(other => other.Event == story.Event);
            }
            foreach (var wrong in items.Where(other => other.Event != story.Event))
            {
                Console.WriteLine($"WRONG {story.Headline} <- {wrong.Headline}");
            }
            foreach (var missed in app.Stories.Where(other => other.Story.Event == story.Event && other.Story.Source != story.Source && !items.Contains(other.Story)))
            {
                Console.WriteLine($"MISSED {story.Headline} <- {missed.Story.Headline}");
            }
        }
        return new Measured(asked, answered, (double)firstRight / answered, (double)shownRight / shown, (double)found / wanted, answered - firstRight);
    }
}
