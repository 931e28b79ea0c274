using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Http;

/// <summary>A service whose editorial side one web page may use.</summary>
public sealed class WithEditorialOrigin(TestPostgres postgres) : NewsApp(postgres)
{
    public const string Origin = "https://newsroom.example";

    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Cors:EditorialOrigins:0", Origin)];
}

public sealed class CorsTests(NewsApp app, WithEditorialOrigin opened) : IClassFixture<NewsApp>, IClassFixture<WithEditorialOrigin>
{
    private const string Allowed = "Access-Control-Allow-Origin";

    [Fact]
    public async Task Any_page_may_read_published_news()
    {
        using var response = await Ask(app.Reader, HttpMethod.Get, "/api/v1/articles", "https://anywhere.example");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("*", response.Headers.GetValues(Allowed).Single());
        Assert.Contains("ETag", string.Join(',', response.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task No_page_may_use_the_editorial_side_by_default()
    {
        using var asked = await Ask(app.Admin, HttpMethod.Options, "/api/v1/editorial/articles", "https://anywhere.example", "POST");
        using var read = await Ask(app.Admin, HttpMethod.Get, "/api/v1/editorial/articles", "https://anywhere.example");

        Assert.False(asked.Headers.Contains(Allowed));
        Assert.False(asked.Headers.Contains("Access-Control-Allow-Methods"));
        Assert.False(read.Headers.Contains(Allowed));
    }

    [Theory]
    [InlineData("POST", "/api/v1/editorial/articles")]
    [InlineData("PATCH", "/api/v1/editorial/articles/0198c2f0-0000-7000-8000-000000000000")]
    [InlineData("DELETE", "/api/v1/editorial/tags/0198c2f0-0000-7000-8000-000000000000")]
    public async Task The_configured_page_may_use_it_and_no_other(string method, string path)
    {
        using var asked = await Ask(opened.Reader, HttpMethod.Options, path, WithEditorialOrigin.Origin, method);
        using var other = await Ask(opened.Reader, HttpMethod.Options, path, "https://anywhere.example", method);
        using var lookalike = await Ask(opened.Reader, HttpMethod.Options, path, WithEditorialOrigin.Origin + ".evil.example", method);

        Assert.Equal(HttpStatusCode.NoContent, asked.StatusCode);
        Assert.Equal(WithEditorialOrigin.Origin, asked.Headers.GetValues(Allowed).Single());
        Assert.Contains(method, asked.Headers.GetValues("Access-Control-Allow-Methods").Single(), StringComparison.Ordinal);
        Assert.Contains("if-match", asked.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.OrdinalIgnoreCase);
        Assert.False(other.Headers.Contains(Allowed));
        Assert.False(lookalike.Headers.Contains(Allowed));
    }

    [Fact]
    public async Task The_configured_page_sees_refusals_and_ETags_too()
    {
        using var refused = await Ask(opened.Reader, HttpMethod.Get, "/api/v1/editorial/articles", WithEditorialOrigin.Origin);
        using var read = await Ask(opened.Editor, HttpMethod.Get, "/api/v1/editorial/articles", WithEditorialOrigin.Origin);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(WithEditorialOrigin.Origin, refused.Headers.GetValues(Allowed).Single());
        Assert.Equal(WithEditorialOrigin.Origin, read.Headers.GetValues(Allowed).Single());
        Assert.Contains("ETag", string.Join(',', read.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> Ask(HttpClient client, HttpMethod method, string path, string origin, string? forMethod = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", origin);
        if (forMethod is not null)
        {
            request.Headers.Add("Access-Control-Request-Method", forMethod);
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,if-match");
        }
        return await client.SendAsync(request);
    }
}
