using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Http;

/// <summary>What caches and browsers are told (RFC 9110, section 13; RFC 9111).</summary>
public sealed class CachingTests(TwoPages app) : IClassFixture<TwoPages>
{
    public static TheoryData<string> Documents =>
    [
        "/api/v1/articles", "/api/v1/articles?limit=1&language=en", "/api/v1/articles/headline-one", "/api/v1/authors", "/api/v1/authors/author-one",
        "/api/v1/sources", "/api/v1/sources/wire-one", "/api/v1/tags", "/api/v1/tags/tag-one",
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Published_news_may_be_kept_by_anybody_for_a_while(string path)
    {
        using var response = await app.Reader.GetAsync(path);

        Assert.Equal("public, max-age=10, s-maxage=30, stale-while-revalidate=60, stale-if-error=600", response.Headers.GetValues("Cache-Control").Single());
        Assert.False(response.Headers.ETag!.IsWeak);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Who_has_it_already_is_told_so_in_an_empty_304(string path)
    {
        using var first = await app.Reader.GetAsync(path);
        var etag = first.Headers.ETag!.ToString();

        foreach (var known in new[] { etag, $"W/{etag}", $"\"other\", {etag}", $"\"other\",W/\"another\",W/{etag}", "*" })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                using var response = await Get(path, known, null, method);

                Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
                Assert.Equal(etag, response.Headers.ETag!.ToString());
                Assert.Equal(first.Headers.CacheControl, response.Headers.CacheControl);
                Assert.Empty(await response.Content.ReadAsByteArrayAsync());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Who_has_another_version_gets_this_one(string path)
    {
        foreach (var known in new[] { "\"other\"", "W/\"other\"", "\"other\", \"another\"", "not an ETag", "" })
        {
            using var response = await Get(path, known, null);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task If_Modified_Since_is_answered_where_there_is_a_time() =>
        // What was rendered just now may be rendered once more in the same second.
        await Newsroom.Eventually(async () =>
        {
            using var first = await app.Reader.GetAsync("/api/v1/articles/headline-one");
            var modified = first.Content.Headers.LastModified!.Value;

            using var same = await Get("/api/v1/articles/headline-one", null, modified);
            using var later = await Get("/api/v1/articles/headline-one", null, modified.AddHours(1));
            using var earlier = await Get("/api/v1/articles/headline-one", null, modified.AddSeconds(-1));

            Assert.Equal(HttpStatusCode.OK, earlier.StatusCode);
            return (same.StatusCode, later.StatusCode) == (HttpStatusCode.NotModified, HttpStatusCode.NotModified);
        }, "the date is known");

    [Fact]
    public async Task A_date_of_before_a_change_is_never_known_after_it_however_soon_that_came()
    {
        var article = await app.Editor.PublishArticle("wire-one", "Corrected in no time");
        var path = $"/api/v1/articles/{article.Id}";
        for (var round = 0; round < 4; round++)
        {
            using var before = await app.Reader.GetAsync(path);
            await app.Editor.PostAsJsonAsync($"/api/v1/editorial/articles/{article.Id}/corrections", new { kind = "correction", note = $"The figure was wrong: {round}." });
            using var after = await Get(path, null, before.Content.Headers.LastModified!.Value);

            Assert.Equal(HttpStatusCode.OK, after.StatusCode);
            await Newsroom.Eventually(async () =>
            {
                using var settled = await app.Reader.GetAsync(path);
                using var same = await Get(path, null, settled.Content.Headers.LastModified!.Value);
                return same.StatusCode == HttpStatusCode.NotModified;
            }, "the date is known");
            using var late = await Get(path, null, before.Content.Headers.LastModified!.Value);
            Assert.Equal(HttpStatusCode.OK, late.StatusCode);
        }
    }

    public static TheoryData<string> Undated =>
    [
        "/api/v1/articles", "/api/v1/articles?tag=tag-one", "/api/v1/articles/headline-one/related", "/api/v1/articles/headline-one/coverage",
        "/api/v1/articles/headline-one/ninjs", "/api/v1/authors", "/api/v1/authors/author-one", "/api/v1/fronts",
        "/api/v1/feeds/rss", "/api/v1/feeds/atom", "/api/v1/feeds/json", "/api/v1/sitemap.xml", "/api/v1/sitemap-news.xml",
    ];

    [Theory]
    [MemberData(nameof(Undated))]
    public async Task What_has_no_date_of_its_own_is_dated_by_when_it_was_read(string path) =>
        // In the second in which something else has changed, a date proves nothing, and is not taken for a proof.
        await Newsroom.Eventually(async () =>
        {
            using var first = await app.Reader.GetAsync(path);
            var modified = first.Content.Headers.LastModified!.Value;
            Assert.True(modified <= first.Headers.Date!.Value.AddSeconds(1), $"{modified} is after {first.Headers.Date}.");

            using var same = await Get(path, null, modified);
            using var earlier = await Get(path, null, modified.AddSeconds(-1));
            using var later = await Get(path, null, modified.AddHours(1));

            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (earlier.StatusCode, later.StatusCode));
            return same.StatusCode == HttpStatusCode.NotModified;
        }, "the date is known");

    [Fact]
    public async Task A_redirect_is_kept_under_the_name_of_what_it_points_to()
    {
        var article = await app.Editor.PublishArticle("wire-one", "Redirected under caches", new { slug = "under-caches" });
        await app.Editor.Publish(await app.Editor.Patch("articles", article, new { slug = "under-other-caches" }));
        foreach (var below in new[] { "", "/related", "/coverage", "/ninjs", "/jsonld" })
        {
            using var moved = await app.Reader.GetAsync($"/api/v1/articles/under-caches{below}");

            Assert.Equal(HttpStatusCode.PermanentRedirect, moved.StatusCode);
            Assert.Equal($"article:{article.Id:N}", moved.Headers.GetValues("Cache-Tag").Single());
        }
        var tag = await app.Editor.Create("tags", new { kind = "topic", name = "Redirected" });
        await app.Editor.PublishArticle("wire-one", "Names what moves", new { tags = new[] { tag.Slug } });
        await app.Editor.Patch("tags", tag, new { slug = "redirected-elsewhere" });
        using var movedTag = await app.Reader.GetAsync($"/api/v1/tags/{tag.Slug}");
        Assert.Equal($"tag:{tag.Id:N}", movedTag.Headers.GetValues("Cache-Tag").Single());
    }

    [Fact]
    public async Task Capitals_are_other_letters_in_a_slug_and_the_same_in_a_routes_own_words()
    {
        var article = await app.Editor.PublishArticle("wire-one", "Small letters");
        var other = $"/api/v1/articles/{article.Slug.ToUpperInvariant()}";
        using var before = await app.Reader.GetAsync(other);
        using var read = await app.Reader.GetAsync($"/API/v1/Articles/{article.Slug}");
        using var same = await app.Reader.GetAsync($"/api/v1/articles/{article.Slug}");
        using var after = await app.Reader.GetAsync(other);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (before.StatusCode, after.StatusCode));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (read.StatusCode, same.StatusCode));
        Assert.Equal(read.Headers.ETag, same.Headers.ETag);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task What_is_found_for_one_reader_is_compressed_too(string encoding)
    {
        foreach (var number in Enumerable.Range(1, 5))
        {
            await app.Editor.PublishArticle("wire-one", $"Squeezable report {number}");
        }
        const string path = "/api/v1/search?q=squeezable";
        using var plain = await app.Reader.GetAsync(path);
        // Past the check of the contract, which reads plain text only.
        using var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = app.Address };
        client.DefaultRequestHeaders.Add("Accept-Encoding", encoding);
        using var response = await client.GetAsync(path);

        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.Single());
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        await using var squeezed = await response.Content.ReadAsStreamAsync();
        await using Stream whole = encoding == "br" ? new BrotliStream(squeezed, CompressionMode.Decompress) : new GZipStream(squeezed, CompressionMode.Decompress);
        using var text = new StreamReader(whole);
        Assert.Equal(await plain.Content.ReadAsStringAsync(), await text.ReadToEndAsync());
    }

    [Fact]
    public async Task If_None_Match_outranks_If_Modified_Since()
    {
        using var response = await Get("/api/v1/articles/headline-one", "\"other\"", DateTimeOffset.UtcNow.AddHours(1));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_time_that_cannot_be_read_is_passed_over()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/articles/headline-one");
        request.Headers.TryAddWithoutValidation("If-Modified-Since", "the other day");
        using var response = await app.Reader.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_ETag_changes_with_the_article_and_a_list_changes_with_what_it_lists()
    {
        var article = await app.Editor.PublishArticle("wire-one", "Changing under caches");
        var address = $"/api/v1/articles/{article.Slug}";
        using var before = await app.Reader.GetAsync(address);
        using var listBefore = await app.Reader.GetAsync("/api/v1/articles");
        var patched = await app.Editor.Patch("articles", article, new { headline = "Changed under caches" });
        using var unpublished = await Get(address, before.Headers.ETag!.ToString(), null);

        await app.Editor.Publish(patched);

        using var after = await Get(address, before.Headers.ETag!.ToString(), null);
        using var listAfter = await Get("/api/v1/articles", listBefore.Headers.ETag!.ToString(), null);
        Assert.Equal(HttpStatusCode.NotModified, unpublished.StatusCode);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal(HttpStatusCode.OK, listAfter.StatusCode);
    }

    public static TheoryData<string> EditorialReads => [.. Operations.Editorial.Where(operation => operation.Verb == "get" && !operation.Path.Contains('{')).Select(operation => operation.Path)];

    [Theory]
    [MemberData(nameof(EditorialReads))]
    public async Task Nothing_editorial_is_kept_by_anybody(string path)
    {
        using var read = await app.Admin.GetAsync(path);
        using var refused = await app.Admin.GetAsync($"{path}?nonsense=1");
        using var notThere = await app.Admin.GetAsync($"{path}/{Guid.CreateVersion7()}");

        Assert.Equal("no-store", read.Headers.GetValues("Cache-Control").Single());
        Assert.True(refused.Headers.CacheControl!.NoStore);
        Assert.True(notThere.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("/api/v1/articles/nobody-wrote-it")]
    [InlineData("/api/v1/articles?nonsense=1")]
    [InlineData("/api/v1/articles?limit=0")]
    public async Task A_refusal_is_not_kept_as_if_it_were_news(string path)
    {
        using var response = await app.Reader.GetAsync(path);

        Assert.False(response.IsSuccessStatusCode);
        Assert.True(response.Headers.CacheControl?.MaxAge is null);
    }

    private async Task<HttpResponseMessage> Get(string path, string? ifNoneMatch, DateTimeOffset? ifModifiedSince, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }
        request.Headers.IfModifiedSince = ifModifiedSince;
        return await app.Reader.SendAsync(request);
    }
}
