using System.Net;
using System.Net.Sockets;
using System.Text;
using HeadlessNews.Delivery.Sync;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Delivery.Sync;

/// <summary>What happens is heard at once, in order, and by whoever comes again nothing was missed.</summary>
public sealed class StreamTests(StreamWorld app) : IClassFixture<StreamWorld>
{
    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Fact]
    public async Task It_tells_what_happens_from_now_on()
    {
        await using var stream = await EventStream.Open(app.Address);
        var article = await app.Editor.PublishArticle(app.Source.Slug, "Heard at once");
        var published = await Next(stream, article);
        await app.Editor.Withdraw(article);
        var withdrawn = await Next(stream, article);

        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no-store", stream.Response.Headers.CacheControl!.ToString());
        Assert.Equal("article.published", published.GetProperty("type").GetString());
        Assert.Equal("Heard at once", published.GetProperty("data").GetProperty("headline").GetString());
        Assert.Equal("article.withdrawn", withdrawn.GetProperty("type").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, withdrawn.GetProperty("data").ValueKind);
    }

    [Fact]
    public async Task Who_comes_again_hears_first_what_he_missed()
    {
        string last;
        Saved first;
        await using (var stream = await EventStream.Open(app.Address))
        {
            first = await app.Editor.PublishArticle(app.Source.Slug, "Before the break");
            await Next(stream, first);
            last = stream.LastEventId!;
        }
        var missed = await app.Editor.PublishArticle(app.Source.Slug, "In the break");

        await using var again = await EventStream.Open(app.Address, lastEventId: last);
        Assert.Equal(missed.Id, (await again.Next(Soon))!.Value.GetProperty("id").GetGuid());
        var after = await app.Editor.PublishArticle(app.Source.Slug, "After the break");
        Assert.Equal(after.Id, (await again.Next(Soon))!.Value.GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task A_sync_hands_over_to_it_and_its_ids_go_on_in_a_sync()
    {
        var copy = new Copy();
        await copy.Follow(app.Reader);
        var one = await app.Editor.PublishArticle(app.Source.Slug, "Between the two");
        await using var stream = await EventStream.Open(app.Address, $"?lastEventId={copy.Cursor}");
        copy.Apply(await Next(stream, one));
        copy.Cursor = stream.LastEventId;
        await app.Editor.Withdraw(one);
        await copy.Follow(app.Reader);

        Assert.Equal(await Copy.Published(app), copy.Lines);
    }

    [Fact]
    public async Task It_can_be_heard_for_some_kinds_alone()
    {
        await using var stream = await EventStream.Open(app.Address, "?types=source");
        var source = await app.Editor.CreateSource("Heard by name");
        await app.Editor.PublishArticle(source.Slug, "Not heard");
        var heard = (await stream.Next(Soon))!.Value;

        Assert.Equal(("source.changed", source.Id), (heard.GetProperty("type").GetString(), heard.GetProperty("id").GetGuid()));
        await using var again = await EventStream.Open(app.Address, lastEventId: stream.LastEventId);
        await app.Editor.PublishArticle(source.Slug, "Not heard either");
        await app.Editor.Patch("sources", source, new { name = "Heard by another name" });
        Assert.Equal("source.changed", (await again.Next(Soon))!.Value.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Silence_is_broken_by_comments_that_carry_the_place()
    {
        await using var stream = await EventStream.Open(app.Address, "?types=tag");
        var article = await app.Editor.PublishArticle(app.Source.Slug, "Nothing for those who listen to tags");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.Next(patience.Token));

        Assert.InRange(stream.Comments, 1, 4);
        // From the place in the comment on, the article is behind.
        using var page = System.Text.Json.JsonDocument.Parse(await app.Reader.GetStringAsync($"/api/v1/sync?after={stream.LastEventId}"));
        Assert.DoesNotContain(page.RootElement.GetProperty("items").EnumerateArray(), item => item.GetProperty("id").GetGuid() == article.Id);
    }

    [Fact]
    public async Task Many_hear_the_same_in_the_same_order()
    {
        var streams = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => EventStream.Open(app.Address, "?types=article")));
        var articles = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => app.Editor.PublishArticle(app.Source.Slug, $"Heard by many {i}")));
        var heard = await Task.WhenAll(streams.Select(async stream =>
        {
            var ids = new List<Guid>();
            while (ids.Count < articles.Length)
            {
                var item = (await stream.Next(Soon))!.Value;
                // What came before is rendered again now and then: a test of this class renames a source.
                if (item.GetProperty("type").GetString() == "article.published")
                {
                    ids.Add(item.GetProperty("id").GetGuid());
                }
            }
            return string.Join(" ", ids);
        }));

        Assert.Single(heard.Distinct());
        Assert.Equal(articles.Select(article => article.Id).Order(), heard[0].Split(' ').Select(Guid.Parse).Order());
        await Task.WhenAll(streams.Select(stream => stream.DisposeAsync().AsTask()));
    }

    /// <summary>Memory for who does not read is the connection's own buffers: the service stops writing, and lets him go.</summary>
    [Fact]
    public async Task Who_takes_nothing_is_let_go_and_goes_on_where_he_was()
    {
        using var socket = new TcpClient { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(app.Address.Host, app.Address.Port);
        var copy = new Copy();
        await copy.Follow(app.Reader);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /api/v1/stream?lastEventId={copy.Cursor} HTTP/1.1\r\nHost: {app.Address.Authority}\r\n\r\n"));
        var text = string.Join(' ', Enumerable.Repeat("A very long story indeed, and nobody reads it.", 4_000));
        for (var i = 0; i < 20; i++)
        {
            await app.Editor.PublishArticle(app.Source.Slug, $"Long {i}", new { body = new { format = "markdown", content = text } });
        }
        await Newsroom.Eventually(() => Task.FromResult(app.OpenStreams == 0), "the reader who takes nothing is let go", seconds: 60);

        // What he had taken ends somewhere in an event; what came whole before tells where to go on.
        var taken = new MemoryStream();
        try
        {
            await socket.GetStream().CopyToAsync(taken, Soon);
        }
        catch (IOException)
        {
            // Reset, once the rest is read.
        }
        var ids = Encoding.UTF8.GetString(taken.ToArray()).Split("\n\n").SkipLast(1).Select(frame => frame.Split('\n').FirstOrDefault(line => line.StartsWith("id: ", StringComparison.Ordinal))).OfType<string>().ToList();
        Assert.True(ids.Count < 20, "He took all of it.");
        await copy.Follow(app.Reader);
        Assert.Equal(await Copy.Published(app), copy.Lines);
    }

    [Fact]
    public async Task One_more_than_may_be_open_is_refused_with_when_to_come_again()
    {
        await Newsroom.Eventually(() => Task.FromResult(app.OpenStreams == 0), "those of before are closed");
        var streams = await Task.WhenAll(Enumerable.Range(0, StreamWorld.MostOpen).Select(_ => EventStream.Open(app.Address)));
        using var refused = await app.Reader.GetAsync("/api/v1/stream");
        await refused.Problem(HttpStatusCode.ServiceUnavailable, "too-many-streams");
        Assert.NotNull(refused.Headers.RetryAfter);
        await Task.WhenAll(streams.Select(stream => stream.DisposeAsync().AsTask()));
        await Newsroom.Eventually(() => Task.FromResult(app.OpenStreams == 0), "they are closed");
        await using var again = await EventStream.Open(app.Address);
    }

    [Theory]
    [InlineData("AAAA", "")]
    [InlineData(null, "?lastEventId=AAAA")]
    [InlineData(null, "?types=nothing")]
    [InlineData(null, "?after=AAAA")]
    public async Task What_is_no_place_or_no_kind_is_refused(string? header, string query)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/stream{query}");
        if (header is not null)
        {
            request.Headers.Add("Last-Event-ID", header);
        }
        using var response = await app.Reader.SendAsync(request);
        await response.Problem(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_place_in_a_sync_that_has_not_come_to_its_end_is_none_here()
    {
        var cursor = (await app.Reader.GetJson("/api/v1/sync?initial=true&limit=1"))["nextCursor"]!.GetValue<string>();
        using var response = await app.Reader.GetAsync($"/api/v1/stream?lastEventId={cursor}");
        await response.Problem(HttpStatusCode.BadRequest, "bad-cursor");
    }

    [Fact]
    public async Task Its_head_alone_has_an_end()
    {
        using var response = await app.Reader.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1/stream"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Newsroom.Eventually(() => Task.FromResult(app.OpenStreams == 0), "nothing stays open");
    }

    /// <summary>What concerns another record may come between: the tests of a class share the service.</summary>
    private static async Task<System.Text.Json.JsonElement> Next(EventStream stream, Saved article)
    {
        while (await stream.Next(Soon) is { } item)
        {
            if (item.GetProperty("id").GetGuid() == article.Id)
            {
                return item;
            }
        }
        throw new EndOfStreamException();
    }
}

/// <summary>With little patience.</summary>
public sealed class StreamWorld(TestPostgres postgres) : NewsApp(postgres)
{
    public const int MostOpen = 60;

    public Saved Source { get; private set; } = null!;

    public int OpenStreams => Services.GetRequiredService<LiveItems>().ReadAlong;

    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Stream:MostOpen", $"{MostOpen}"), new("Stream:Heartbeat", "00:00:01"), new("Stream:Patience", "00:00:02"),
    ];

    protected override async Task Prepare()
    {
        Source = await Editor.CreateSource();
        await Editor.PublishArticle(Source.Slug, "There from the beginning");
    }
}
