using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using HeadlessNews.Benchmarks.Comparison;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>An editorial staff that changes headlines and publishes, through the editorial API, and then looks whether readers see it.</summary>
internal sealed partial class Publisher : IDisposable
{
    /// <summary>At once: under load a publication takes longer than the time to the next.</summary>
    private const int Editors = 10;

    private const int OnFrontPage = 20;

    private readonly HttpClient editor;
    private readonly HttpClient reader;
    private readonly IReadOnlyList<Story> stories;
    private readonly Stopwatch atWork = new();
    private long number;
    private int published;
    private int reads;
    private int stale;

    private Publisher(ServerProcess server, IReadOnlyList<Story> stories)
    {
        this.stories = stories;
        reader = server.Client;
        editor = new HttpClient { BaseAddress = server.Address };
        editor.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Server.Key);
        number = DateTimeOffset.UtcNow.ToUnixTimeSeconds() * 1_000;
    }

    public IEnumerable<string> Slugs => stories.Select(story => story.Slug);

    /// <summary>Over the time in which articles were to be published.</summary>
    public double PerSecond => published / Math.Max(0.001, atWork.Elapsed.TotalSeconds);

    public int Checked => reads;

    public int Stale => stale;

    /// <summary>For the newest articles.</summary>
    public static async Task<Publisher> Of(NewsData data, ServerProcess server, int articles, CancellationToken cancel)
    {
        var newest = await data.Texts(
            $"""
            SELECT article_id || ' ' || slug
            FROM delivery.listing JOIN delivery.articles AS article USING (article_id)
            WHERE facet_kind = 'all'
            ORDER BY listing.published_at DESC, article_id DESC
            LIMIT {articles.ToString(CultureInfo.InvariantCulture)}
            """, cancel);
        var publisher = new Publisher(server, [.. newest.Select((line, rank) => new Story(line.Split(' ')[0], line.Split(' ')[1], rank < OnFrontPage))]);
        foreach (var story in publisher.stories)
        {
            using var answer = await publisher.editor.GetAsync(new Uri($"/api/v1/editorial/articles/{story.Id}", UriKind.Relative), cancel);
            await Take(story, answer, cancel);
        }
        return publisher;
    }

    /// <summary>Until it is told to stop; what is begun is brought to its end.</summary>
    public async Task Run(int perSecond, CancellationToken until)
    {
        var before = published;
        atWork.Start();
        await Task.WhenAll(Enumerable.Range(0, Editors).Select(which => Work(which, TimeSpan.FromSeconds((double)Editors / perSecond), until)));
        atWork.Stop();
        if (published == before)
        {
            throw new BenchmarkException("Nothing was published while there was to be.");
        }
    }

    /// <summary>What was so far was for practice: the rate begins anew. What was stale, was stale.</summary>
    public void CountFromHere()
    {
        published = 0;
        atWork.Reset();
    }

    public void Dispose() => editor.Dispose();

    private async Task Work(int which, TimeSpan pace, CancellationToken until)
    {
        // Every other one is from the front page.
        var mine = stories.Where((_, rank) => rank % Editors == which).ToList();
        var (front, others) = (mine.FindAll(story => story.IsOnFrontPage), mine.FindAll(story => !story.IsOnFrontPage));
        try
        {
            // Not all at the same moment.
            await Task.Delay(pace * which / Editors, until);
            using var clock = new PeriodicTimer(pace);
            var turn = which;
            do
            {
                var from = turn % 2 == 0 || others.Count == 0 ? front : others;
                await Publish(from[turn / 2 % from.Count]);
                turn++;
            }
            while (await clock.WaitForNextTickAsync(until));
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // It is over.
        }
    }

    private async Task Publish(Story story)
    {
        var address = $"/api/v1/editorial/articles/{story.Id}";
        var headline = $"{CountedBefore().Replace(story.Headline, "")} {Interlocked.Increment(ref number)}";
        using (var content = new StringContent(JsonSerializer.Serialize(new { headline }), Encoding.UTF8, "application/merge-patch+json"))
        {
            await Send(story, HttpMethod.Patch, address, content);
        }
        await Send(story, HttpMethod.Post, $"{address}/publish", null);
        Interlocked.Increment(ref published);
        Look(await reader.GetFromJsonAsync<JsonElement>(new Uri(HandWritten.BySlug(story.Slug), UriKind.Relative)));
        if (story.IsOnFrontPage)
        {
            var home = await reader.GetFromJsonAsync<JsonElement>(new Uri(Picked.Home, UriKind.Relative));
            Look(home.GetProperty("items").EnumerateArray().FirstOrDefault(item => item.GetProperty("id").GetString() == story.Id));
        }

        void Look(JsonElement item)
        {
            Interlocked.Increment(ref reads);
            if (item.ValueKind != JsonValueKind.Object || item.GetProperty("headline").GetString() != headline)
            {
                Interlocked.Increment(ref stale);
            }
        }
    }

    private async Task Send(Story story, HttpMethod method, string address, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(story.EntityTag));
        using var answer = await editor.SendAsync(request);
        await Take(story, answer, CancellationToken.None);
    }

    private static async Task Take(Story story, HttpResponseMessage answer, CancellationToken cancel)
    {
        var body = await answer.Content.ReadAsStringAsync(cancel);
        if (!answer.IsSuccessStatusCode || answer.Headers.ETag is not { } tag)
        {
            throw new BenchmarkException($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri} answers {(int)answer.StatusCode}: {body}");
        }
        story.EntityTag = tag.ToString();
        using var article = JsonDocument.Parse(body);
        story.Headline = article.RootElement.GetProperty("headline").GetString()!;
    }

    /// <summary>The number that the last change put there.</summary>
    [GeneratedRegex(@" \d+$")]
    private static partial Regex CountedBefore();

    private sealed class Story(string id, string slug, bool isOnFrontPage)
    {
        public string Id => id;
        public string Slug => slug;
        public bool IsOnFrontPage => isOnFrontPage;
        public string Headline { get; set; } = "";
        public string EntityTag { get; set; } = "";
    }
}
