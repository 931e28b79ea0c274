using System.Globalization;
using System.Text.Json.Nodes;
using HeadlessNews.Delivery;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Model;

/// <summary>
/// Three editors and a contributor at work, at random, against a model in memory. A failure says its seed; with
/// HEADLESSNEWS_MODEL_SEED the same steps are made again, with HEADLESSNEWS_MODEL_STEPS more of them.
/// </summary>
public sealed class EditorialModelTests(NewsApp app, ITestOutputHelper output) : IClassFixture<NewsApp>
{
    /// <summary>Seconds for what comes by itself, on however busy a machine.</summary>
    private const int Deadline = 90;

    private readonly Model model = new();
    private readonly Bell bell = new();
    private readonly Queue<string> history = [];
    private readonly SortedDictionary<string, int> seen = new(StringComparer.Ordinal);
    private Comparison comparison = null!;
    private WholeComparison whole = null!;

    [Fact]
    public async Task Whatever_editors_do_the_service_is_as_the_model_says()
    {
        var seed = Setting("HEADLESSNEWS_MODEL_SEED") ?? Random.Shared.Next();
        var steps = Setting("HEADLESSNEWS_MODEL_STEPS") ?? 2_000;
        output.WriteLine($"seed {seed}, {steps} steps");
        comparison = new Comparison(app, model);
        whole = new WholeComparison(app, model, comparison);
        var people = await Prepare();
        model.Now = await Clock();
        var maker = new StepMaker(model, people, new Random(seed), bell);

        for (var number = 1; number <= steps; number++)
        {
            try
            {
                await Take(maker, number);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Seed {seed}, step {number}. The last steps:\n{string.Join('\n', history)}\n{failure.Message}", failure);
            }
        }
        await Settle();
        foreach (var happened in model.Articles.Concat(model.Gone).SelectMany(article => article.Log))
        {
            Count(happened.Type);
        }

        output.WriteLine(string.Join('\n', seen.Select(kind => $"{kind.Value,6} {kind.Key}")));
        foreach (var kind in new[] { "created", "saved", "submitted", "published", "updated", "scheduled", "withdrawn", "trashed", "restored", "deleted", "corrected", "rerendered" })
        {
            Assert.True(seen.ContainsKey($"article.{kind}"), $"In {steps} steps no article was {kind}: this looked at too little.");
        }
    }

    private async Task Take(StepMaker maker, int number)
    {
        model.Now = await Clock();
        if (bell.IsAwaited(number, model.Now))
        {
            await Settle();
        }
        bell.Look(number, model.Now);
        var step = maker.Next(number);
        history.Enqueue($"{number} at {model.Now:O}, bell {bell.At:O} {bell.IsNear}: {step}, {step.On?.Status} {step.On?.Public} v{step.On?.Version}");
        if (history.Count > 60)
        {
            history.Dequeue();
        }

        var expected = model.Take(step);
        var concerned = step.On is not null && bell.Concerns(step.On);
        using var response = await step.Send();
        var began = model.Now;
        model.Now = await Clock();
        Assert.False(concerned && model.Now >= bell.At, $"The machine stood still for {model.Now - began}: what was due came in between, and nothing can be said of this step.");
        await Comparison.CompareAnswer(expected, response);
        var article = step.On;
        JsonObject? answer = null;
        if (response.IsSuccessStatusCode && await response.Content.ReadAsStringAsync() is { Length: > 0 } text)
        {
            answer = JsonNode.Parse(text)!.AsObject();
            var id = answer["id"]!.GetValue<Guid>();
            if (step.Action == "create")
            {
                article = model.Articles[^1];
                article.Id = id;
            }
            if (step.Action == "clear")
            {
                article!.Clearances[0] = article.Clearances[0] with { Id = id };
            }
        }
        Count($"{step.Action} {expected.Status}");
        if (step.Name is { } renamed && response.IsSuccessStatusCode)
        {
            await FollowRename(renamed);
        }
        if (article is not null)
        {
            step.By.Read[article] = article.Version;
            await comparison.Compare(article, answer?["allowedActions"] is null ? null : answer);
        }
        bell.Took(await Clock() - began);
        // Another one, too: a step that reached where it should not.
        if (model.Articles.Count > 0 && model.Articles[number % model.Articles.Count] is { } other && other != article && number % 4 == 0 && !(bell.IsNear && bell.Concerns(other)))
        {
            await comparison.Compare(other);
        }
        if (number % 100 == 0 && bell.At is null)
        {
            await whole.Compare();
        }
    }

    /// <summary>Waits for what the bell rings for, and for nothing to be left.</summary>
    private async Task Settle()
    {
        if (bell.At is { } at)
        {
            await Newsroom.Eventually(async () => (model.Now = await Clock()) > at, "the bell rings", Deadline);
            foreach (var article in model.Articles.Where(model.Public.FallDue).ToList())
            {
                await Newsroom.Eventually(
                    async () => (await app.Query("SELECT count(*) FROM log.events WHERE resource_id = $1", row => row.GetInt64(0), article.Id)).Single() >= article.Log.Count,
                    $"what is due of {article}, which should end with {article.Log[^1]}", Deadline);
            }
            bell.HasRung();
        }
        await whole.Compare();
    }

    /// <summary>Until the live articles that name it have been rendered again.</summary>
    private async Task FollowRename(ModelName renamed)
    {
        await Newsroom.Eventually(
            async () => (await app.Query(
                "SELECT position >= (SELECT max(position) FROM log.events WHERE resource_id = $1 AND type LIKE '%.changed') FROM log.readers WHERE name = 'rerender'",
                row => row.GetBoolean(0), renamed.Id)).Single(),
            "the reader of the log has followed the change", Deadline);
        // Nobody was answered with it, so the cache may be a second behind.
        await app.Services.GetRequiredService<CacheEviction>().CatchUp(TestContext.Current.CancellationToken);
        foreach (var article in model.Articles.Where(article => article.Live is { } live && Model.Names(live.Text, renamed)))
        {
            await comparison.Compare(article);
        }
    }

    private async Task<List<Person>> Prepare()
    {
        foreach (var (slug, redistribution) in new[] { ("open", "allowed"), ("wire", null), ("closed", "prohibited") })
        {
            var source = await app.Editor.CreateSource(slug, new { slug, rights = new { redistribution } });
            model.Sources[slug] = new ModelName(source.Id, slug, slug) { Redistribution = redistribution };
        }
        foreach (var slug in new[] { "maren", "callum", "staff" })
        {
            model.Authors[slug] = new ModelName((await app.Editor.CreateAuthor(slug, new { slug })).Id, slug, slug);
        }
        foreach (var slug in new[] { "shipping", "weather" })
        {
            await app.Editor.CreateTag(slug, new { slug });
        }
        var people = new List<Person>();
        foreach (var role in new[] { "editor", "editor", "editor", "contributor" })
        {
            var secret = await app.MakeKey(role);
            people.Add(new Person($"key:{Guid.ParseExact(secret.Split('_')[1], "N")}", role == "editor", app.Client(secret)));
        }
        return people;
    }

    private async Task<DateTimeOffset> Clock() =>
        (await app.Query("SELECT clock_timestamp()", row => row.GetFieldValue<DateTimeOffset>(0))).Single();

    private void Count(string kind) => seen[kind] = seen.GetValueOrDefault(kind) + 1;

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;
}
