using System.Diagnostics;
using System.Text;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http;

namespace HeadlessNews.Tests.Http;

/// <summary>The cache by itself: who asks, who waits, what is kept, what is let go.</summary>
public sealed class OutputCacheStoreTests
{
    private static readonly DeliveryCaching Settings = new() { CacheBytes = 1_000_000 };
    private readonly Clock clock = new();
    private readonly OutputCache cache;

    public OutputCacheStoreTests() => cache = new OutputCache(Settings, clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_a_thousand_who_ask_at_once_one_asks_the_database()
    {
        var asked = 0;
        var release = new TaskCompletionSource();

        var answers = Enumerable.Range(0, 1_000).Select(_ => Get("key", async () =>
        {
            Interlocked.Increment(ref asked);
            await release.Task;
            return Answer("text", "tag");
        })).ToList();
        release.SetResult();

        Assert.Single((await Task.WhenAll(answers)).Distinct());
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_slow_reader_does_not_keep_what_was_evicted_while_it_read()
    {
        var release = new TaskCompletionSource();
        var slow = Get("key", async () =>
        {
            await release.Task;
            return Answer("before the change", "article:1", "articles");
        });

        cache.Evict(["article:1"]);
        var late = Get("key", () => Task.FromResult<object?>(Answer("after the change", "article:1", "articles")));
        release.SetResult();

        Assert.Equal("before the change", await Text(await slow));
        // Came when the change had been announced: must not share what was read before it.
        Assert.Equal("after the change", await Text(await late));
        Assert.Equal("after the change", await Text(await Get("key", () => throw new InvalidOperationException("It is kept."))));
    }

    [Fact]
    public async Task A_slow_reader_keeps_what_others_changes_did_not_touch()
    {
        var release = new TaskCompletionSource();
        var slow = Get("key", async () =>
        {
            await release.Task;
            return Answer("text", "article:1");
        });

        cache.Evict(["article:2"]);
        release.SetResult();
        await slow;

        Assert.NotNull(cache.Find("/key"));
    }

    [Fact]
    public async Task What_is_evicted_is_gone_under_every_spelling()
    {
        await Get("key", () => Task.FromResult<object?>(Answer("text", "a", "b")), "/one");
        await Get("key", () => throw new InvalidOperationException("It is kept."), "/two");
        Assert.NotNull(cache.Find("/one"));
        Assert.NotNull(cache.Find("/two"));

        cache.Evict(["b"]);

        Assert.Null(cache.Find("/one"));
        Assert.Null(cache.Find("/two"));
        Assert.Equal((0, 0), (cache.Entries, cache.Bytes));
    }

    [Fact]
    public async Task Memory_is_bounded_and_what_is_read_often_stays()
    {
        for (var number = 0; number < 2_000; number++)
        {
            await Get($"{number}", () => Task.FromResult<object?>(Answer(new string('x', 9_000), $"tag:{number}")));
            Assert.True(number < 1 || cache.Find("/0") is not null, $"The busiest entry went after {number} others.");
        }

        Assert.InRange(cache.Bytes, 1, Settings.CacheBytes);
        Assert.InRange(cache.Entries, 50, 100);
    }

    [Fact]
    public async Task What_may_no_longer_be_shown_is_asked_for_again()
    {
        await Get("key", () => Task.FromResult<object?>(new FinishedAnswer(new Delivered("expired"u8.ToArray()) { FreshFor = 0 }, null, Settings, cache.BeginReading())));

        Assert.Null(cache.Find("/key"));
        Assert.Equal("new", await Text(await Get("key", () => Task.FromResult<object?>(Answer("new")))));
    }

    [Fact]
    public async Task What_ends_ends_by_the_time_at_which_it_was_begun_to_be_read()
    {
        var reading = cache.BeginReading() with { Timestamp = Stopwatch.GetTimestamp() - 5 * Stopwatch.Frequency };

        await Get("slow", () => Task.FromResult<object?>(new FinishedAnswer(new Delivered("slow"u8.ToArray()) { FreshFor = 4 }, null, Settings, reading)));
        await Get("quick", () => Task.FromResult<object?>(new FinishedAnswer(new Delivered("quick"u8.ToArray()) { FreshFor = 60 }, null, Settings, reading)));

        Assert.Null(cache.Find("/slow"));
        Assert.NotNull(cache.Find("/quick"));
    }

    [Fact]
    public async Task A_date_is_no_proof_in_a_second_in_which_something_changed()
    {
        var before = Answer("before");
        cache.Evict(["anything"]);
        var after = Answer("after");
        var afterForLong = new FinishedAnswer(
            new Delivered("after"u8.ToArray()), null, Settings, cache.BeginReading() with { Timestamp = Stopwatch.GetTimestamp() - 2 * Stopwatch.Frequency });
        clock.Now += TimeSpan.FromSeconds(1);
        var later = Answer("later");

        Assert.Equal((200, 304, 200), (await Status(before, clock.Now), await Status(before, clock.Now.AddSeconds(-1)), await Status(before, clock.Now.AddSeconds(-2))));
        Assert.Equal((200, 200), (await Status(after, clock.Now), await Status(after, clock.Now.AddSeconds(-1))));
        Assert.Equal((304, 200), (await Status(afterForLong, clock.Now), await Status(afterForLong, clock.Now.AddSeconds(-1))));
        Assert.Equal(304, await Status(later, clock.Now));
    }

    [Fact]
    public async Task What_is_not_trusted_is_asked_for_again()
    {
        await Get("key", () => Task.FromResult<object?>(Answer("old")));

        cache.TrustFor(TimeSpan.Zero);

        Assert.Null(cache.Find("/key"));
        Assert.Equal("new", await Text(await Get("key", () => Task.FromResult<object?>(Answer("new")))));
    }

    [Fact]
    public async Task What_is_no_answer_to_keep_is_asked_for_by_each()
    {
        var asked = 0;

        for (var time = 0; time < 3; time++)
        {
            Assert.IsType<string>(await Get("key", () => Task.FromResult<object?>($"not found {asked++}")));
        }

        Assert.Equal((3, 0), (asked, cache.Entries));
    }

    [Fact]
    public async Task When_the_one_who_asks_goes_away_the_next_in_line_asks()
    {
        var release = new TaskCompletionSource();
        var first = Get("key", async () =>
        {
            await release.Task;
            throw new OperationCanceledException();
        });
        var second = Get("key", () => Task.FromResult<object?>(Answer("text")));

        release.SetResult();

        await Assert.ThrowsAsync<OperationCanceledException>(() => first);
        Assert.Equal("text", await Text(await second));
    }

    private Task<object?> Get(string key, Func<Task<object?>> ask, string? target = null) =>
        cache.Get(key, target ?? "/" + key, () => new ValueTask<object?>(ask()), Cancel).AsTask();

    private FinishedAnswer Answer(string text, params string[] tags) =>
        new(new Delivered(Encoding.UTF8.GetBytes(text)) { Tags = tags }, null, Settings, cache.BeginReading());

    private static async Task<string> Text(object? answer)
    {
        var http = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        await Assert.IsAssignableFrom<IResult>(answer).ExecuteAsync(http);
        return Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray());
    }

    private static async Task<int> Status(FinishedAnswer answer, DateTimeOffset ifModifiedSince)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.IfModifiedSince = ifModifiedSince.ToString("R");
        await answer.ExecuteAsync(http);
        return http.Response.StatusCode;
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddHours(500_000).AddMilliseconds(300);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
