using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using HeadlessNews.Benchmarks.Servers;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>A change that was made.</summary>
/// <param name="What">The article and its version since.</param>
/// <param name="Sent">The clock's ticks before the request was.</param>
/// <param name="Answered">And when the answer was there.</param>
internal sealed record Written(Told What, long Sent, long Answered);

/// <summary>A source that sends its articles anew, each time with another headline; each is saved and published by one request.</summary>
internal sealed class Desk : IDisposable
{
    private readonly HttpClient editor;
    private readonly Story[] stories;
    private int changes;

    public Desk(ServerProcess server, NewsData data, int articles)
    {
        stories = [.. Enumerable.Range(0, articles).Select(_ => Story.New(data.Articles))];
        editor = new HttpClient { BaseAddress = server.Address };
        editor.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Server.Key);
    }

    /// <summary>All of them for the first time.</summary>
    public Task Fill(CancellationToken cancel) => Parallel.ForAsync(0, stories.Length, cancel, async (nth, stop) => await Change(nth, stop));

    public async Task<Written> Change(int nth, CancellationToken cancel)
    {
        var story = stories[nth] with { Headline = $"{stories[nth].Headline} {Interlocked.Increment(ref changes)}" };
        using var content = new ByteArrayContent(story.Write());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var sent = Stopwatch.GetTimestamp();
        using var answer = await editor.PutAsync(
            new Uri($"/api/v1/editorial/sources/{Story.SourceSlug}/articles?externalId={story.ExternalId}&publish=true", UriKind.Relative), content, cancel);
        var answered = Stopwatch.GetTimestamp();
        if (!answer.IsSuccessStatusCode)
        {
            throw new BenchmarkException($"A change of an article is answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancel)}");
        }
        var article = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
        return new Written(new Told(article.GetProperty("id").GetGuid(), article.GetProperty("version").GetInt32()), sent, answered);
    }

    public void Dispose() => editor.Dispose();
}
