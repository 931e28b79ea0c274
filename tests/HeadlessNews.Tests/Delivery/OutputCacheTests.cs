using System.IO.Compression;
using System.Net;
using HeadlessNews.Http;
using HeadlessNews.Tests.Data;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace HeadlessNews.Tests.Delivery;

/// <summary>Finished answers are kept, in every encoding, and let go of the moment they are old.</summary>
public sealed class OutputCacheTests(NewsApp app) : IClassFixture<NewsApp>
{
    private OutputCache Cache => app.Services.GetRequiredService<OutputCache>();

    [Fact]
    public async Task A_second_reader_is_answered_without_the_database()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug, "Read twice");
        var first = await app.Reader.GetStringAsync($"/api/v1/articles/{article.Slug}");

        // Behind the service's back: only who asks the database sees it.
        await app.Databases.Editorial.Do("UPDATE delivery.articles SET document = '{}' WHERE article_id = $1", article.Id);

        Assert.Equal(first, await app.Reader.GetStringAsync($"/api/v1/articles/{article.Slug}"));
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip;q=1, br;q=0.5", "gzip")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("identity", "")]
    [InlineData("deflate", "")]
    [InlineData("gzip;q=0", "")]
    [InlineData("nonsense;;q", "")]
    [InlineData("", "")]
    public async Task Each_encoding_has_the_same_text_and_an_ETag_of_its_own(string accepted, string encoding)
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug, "In every encoding", new { body = new { format = "markdown", content = string.Concat(Enumerable.Repeat("A sentence. ", 200)) } });
        var path = $"/api/v1/articles/{article.Slug}";
        using var plain = await Get(path, "identity");

        for (var time = 0; time < 2; time++)
        {
            using var response = await Get(path, accepted);

            Assert.Equal(encoding, string.Join(',', response.Content.Headers.ContentEncoding));
            Assert.Equal("Accept-Encoding", response.Headers.GetValues("Vary").Single());
            Assert.Equal(encoding.Length == 0, response.Headers.ETag!.Equals(plain.Headers.ETag));
            Assert.Equal(await plain.Content.ReadAsStringAsync(), await Decoded(response));
            using var again = await Get(path, accepted, response.Headers.ETag.ToString());
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            using var head = await Get(path, accepted, method: HttpMethod.Head);
            Assert.Equal(response.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        }
    }

    [Fact]
    public async Task Every_spelling_of_a_request_is_the_same_request()
    {
        var source = await app.Editor.CreateSource();
        await app.Editor.PublishArticle(source.Slug, "Spelt in many ways");
        string[] spellings =
        [
            $"/api/v1/articles?language=en&source={source.Slug}&limit=7", $"/api/v1/articles?limit=7&source={source.Slug}&language=en",
            $"/api/v1/articles?limit=%37&source={source.Slug}&language=%65n", $"/API/v1/Articles?limit=7&source={source.Slug}&language=en",
        ];
        using var first = await app.Reader.GetAsync(spellings[0]);
        var entries = Cache.Entries;

        foreach (var spelling in spellings)
        {
            using var response = await app.Reader.GetAsync(spelling);
            Assert.Equal(first.Headers.ETag, response.Headers.ETag);
        }

        Assert.Equal(entries, Cache.Entries);
        using var padded = await app.Reader.GetAsync($"/api/v1/articles?limit=07&source={source.Slug}");
        await padded.Problem(HttpStatusCode.BadRequest, "malformed-parameter");
    }

    [Fact]
    public async Task What_is_cached_says_what_it_shows()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug, "Tagged for caches");

        using var document = await app.Reader.GetAsync($"/api/v1/articles/{article.Slug}");
        using var list = await app.Reader.GetAsync($"/api/v1/articles?source={source.Slug}");
        using var entry = await app.Reader.GetAsync($"/api/v1/sources/{source.Slug}");

        Assert.Equal($"article:{article.Id:N}", document.Headers.GetValues("Cache-Tag").Single());
        Assert.Equal($"source:{source.Id:N}", list.Headers.GetValues("Cache-Tag").Single());
        Assert.Equal($"source:{source.Id:N}", entry.Headers.GetValues("Cache-Tag").Single());
    }

    [Fact]
    public async Task A_browser_may_read_what_comes_from_the_cache_too()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug, "Read from another origin");

        for (var time = 0; time < 2; time++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/articles/{article.Slug}");
            request.Headers.Add("Origin", "https://ledger.example");
            using var response = await app.Reader.SendAsync(request);
            Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
            Assert.Contains("ETag", response.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task After_each_write_has_answered_everything_shows_it()
    {
        var source = await app.Editor.CreateSource("Source that changes");
        var author = await app.Editor.CreateAuthor("Author that changes");
        var tag = await app.Editor.CreateTag("Tag that changes");
        string[] lists = ["/api/v1/articles", $"/api/v1/articles?source={source.Slug}", $"/api/v1/articles?tag={tag.Slug}&author={author.Slug}", "/api/v1/articles?language=en"];
        var article = await app.Editor.CreateArticle(source.Slug, "Version 0", new { authors = new[] { author.Slug }, tags = new[] { tag.Slug } });
        await Lists(lists);

        for (var version = 1; version <= 20; version++)
        {
            article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { headline = $"Version {version}" }));
            Assert.All(await Lists(lists), text => Assert.Contains($"\"Version {version}\"", text, StringComparison.Ordinal));
            Assert.Equal($"Version {version}", (await app.Reader.GetJson($"/api/v1/articles/{article.Slug}"))["headline"]!.GetValue<string>());
            Assert.Equal(1, (await app.Reader.GetJson($"/api/v1/tags/{tag.Slug}"))["articleCount"]!.GetValue<int>());
            Assert.Contains(tag.Slug, await app.Reader.GetStringAsync("/api/v1/tags"), StringComparison.Ordinal);

            article = await app.Editor.Withdraw(article);
            Assert.All(await Lists(lists), text => Assert.DoesNotContain($"{article.Id}", text, StringComparison.Ordinal));
            using var gone = await app.Reader.GetAsync($"/api/v1/articles/{article.Slug}");
            await gone.Problem(HttpStatusCode.Gone);
            using var tagGone = await app.Reader.GetAsync($"/api/v1/tags/{tag.Slug}");
            await tagGone.Problem(HttpStatusCode.NotFound);
            Assert.DoesNotContain(tag.Slug, await app.Reader.GetStringAsync("/api/v1/tags"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Under_readers_no_answer_after_a_publish_is_older_than_it()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug, "0");
        var (published, stop) = (0, false);
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                var atLeast = Volatile.Read(ref published);
                var headline = (await app.Reader.GetJson($"/api/v1/articles/{article.Slug}"))["headline"]!.GetValue<string>();
                Assert.True(int.Parse(headline, System.Globalization.CultureInfo.InvariantCulture) >= atLeast, $"read {headline} after {atLeast} was published");
            }
        })).ToList();

        for (var number = 1; number <= 60; number++)
        {
            article = await app.Editor.Publish(await app.Editor.Patch("articles", article, new { headline = $"{number}" }));
            Volatile.Write(ref published, number);
        }
        Volatile.Write(ref stop, true);

        await Task.WhenAll(readers);
    }

    private async Task<string[]> Lists(string[] paths) => await Task.WhenAll(paths.Select(path => app.Reader.GetStringAsync(path)));

    private async Task<HttpResponseMessage> Get(string path, string accepted, string? ifNoneMatch = null, HttpMethod? method = null)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None }) { BaseAddress = app.Address };
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }
        return await client.SendAsync(request);
    }

    private static async Task<string> Decoded(HttpResponseMessage response)
    {
        await using var bytes = await response.Content.ReadAsStreamAsync();
        await using var text = response.Content.Headers.ContentEncoding.FirstOrDefault() switch
        {
            "br" => new BrotliStream(bytes, CompressionMode.Decompress),
            "gzip" => new GZipStream(bytes, CompressionMode.Decompress),
            _ => bytes,
        };
        using var reader = new StreamReader(text);
        return await reader.ReadToEndAsync();
    }
}
