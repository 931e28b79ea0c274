using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;

namespace HeadlessNews.Tests.Delivery.Formats;

/// <summary>How sitemaps are sent: to slow readers, to those who have them already, and no longer than they hold.</summary>
public sealed class SitemapDeliveryTests(TestPostgres postgres) : SitemapTest(postgres)
{
    private readonly TestPostgres server = postgres;

    [Fact]
    public async Task Slow_readers_of_long_parts_leave_the_service_to_the_others()
    {
        await MakeArticles(30_000);
        var slow = new List<TcpClient>();
        try
        {
            var deadline = TestContext.Current.CancellationToken;
            for (var n = 0; n < 80; n++)
            {
                var client = new TcpClient { ReceiveBufferSize = 2_000 };
                slow.Add(client);
                await client.ConnectAsync(Address.Host, Address.Port, deadline);
                // Some ask for the same, some each for a part of his own.
                await client.GetStream().WriteAsync(
                    Encoding.ASCII.GetBytes($"GET /api/v1/sitemap.xml?from={(n % 10 == 0 ? new Guid(n, 0, 0, new byte[8]) : Guid.Empty)} HTTP/1.1\r\nHost: {Address.Authority}\r\n\r\n"), deadline);
            }
            foreach (var client in slow)
            {
                var begun = new byte[12];
                await client.GetStream().ReadExactlyAsync(begun, deadline);
                Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(begun));
            }

            for (var n = 1; n <= 20; n++)
            {
                Assert.Equal(n, (await Reader.GetJson($"/api/v1/articles?limit={n}&fields=id"))["items"]!.AsArray().Count);
            }
            Assert.Equal(30_000, (await Pages(await Parts())).Distinct().Count());
        }
        finally
        {
            slow.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_part_that_a_client_has_is_not_sent_again_until_something_changes()
    {
        var source = await Editor.CreateSource();
        await Editor.PublishArticle(source.Slug, "First");
        var part = Assert.Single(await Parts());
        using var first = await Reader.GetAsync(part);

        using var known = await If(part, first.Headers.ETag!.ToString());
        await Editor.PublishArticle(source.Slug, "Second");
        using var fresh = await If(part, first.Headers.ETag.ToString());

        Assert.Equal("application/xml", first.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Equal(HttpStatusCode.OK, fresh.StatusCode);
        Assert.Equal(2, XDocument.Parse(await fresh.Content.ReadAsStringAsync()).Root!.Elements(Ns + "url").Count());
    }

    [Fact]
    public async Task A_part_whose_bytes_differ_has_another_ETag()
    {
        var source = await Editor.CreateSource();
        await Editor.PublishArticle(source.Slug, "First");
        await using var elsewhere = new Elsewhere(server, Database);
        await elsewhere.InitializeAsync();
        var part = Assert.Single(await Parts());
        using var here = await Reader.GetAsync(part);
        using var request = new HttpRequestMessage(HttpMethod.Get, part);
        request.Headers.TryAddWithoutValidation("If-None-Match", here.Headers.ETag!.ToString());

        using var there = await elsewhere.Reader.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, there.StatusCode);
        Assert.NotEqual(here.Headers.ETag, there.Headers.ETag);
        Assert.Contains("https://elsewhere.example/articles/first", await there.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_is_compressed_and_never_fresh_for_longer_than_what_stands_in_it()
    {
        var source = await Editor.CreateSource();
        for (var n = 0; n < 5; n++)
        {
            await Editor.PublishArticle(source.Slug, $"Article {n}");
        }
        var part = Assert.Single(await Parts());
        using var lasting = await Reader.GetAsync(part);
        await Editor.PublishArticle(source.Slug, "Gone in a moment", new { expiresAt = DateTimeOffset.UtcNow.AddSeconds(9) });

        using var compressing = new HttpClient { BaseAddress = Address };
        compressing.DefaultRequestHeaders.AcceptEncoding.ParseAdd("gzip");
        using var passing = await compressing.GetAsync(part);

        Assert.Equal((10d, 30d), (lasting.Headers.CacheControl!.MaxAge!.Value.TotalSeconds, lasting.Headers.CacheControl.SharedMaxAge!.Value.TotalSeconds));
        var control = passing.Headers.CacheControl!;
        var revalidate = int.Parse(control.Extensions.Single(one => one.Name == "stale-while-revalidate").Value!, CultureInfo.InvariantCulture);
        Assert.InRange(control.MaxAge!.Value.TotalSeconds, 0, 9);
        Assert.InRange(control.SharedMaxAge!.Value.TotalSeconds + revalidate, 0, 9);
        Assert.Equal(["gzip"], passing.Content.Headers.ContentEncoding);
        Assert.Equal(["Accept-Encoding"], passing.Headers.Vary);
        Assert.Equal(["articles"], passing.Headers.GetValues("Cache-Tag"));
        Assert.NotEqual(lasting.Headers.ETag, passing.Headers.ETag);
    }

    private async Task<HttpResponseMessage> If(string address, string known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await Reader.SendAsync(request);
    }

    /// <summary>The same database behind another site.</summary>
    private sealed class Elsewhere(TestPostgres postgres, IConfiguration database) : NewsApp(postgres)
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [KeyValuePair.Create("Site:PublicUrl", (string?)"https://elsewhere.example")];

        protected override Task<IConfiguration> CreateDatabase() => Task.FromResult(database);
    }
}
