using System.Net;
using System.Text;
using HeadlessNews.Tests.Http;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Access;

/// <summary>Who has no valid key learns nothing: 401 comes before every other refusal, on every editorial operation of the contract.</summary>
public sealed class UnauthenticatedTests(Desk app) : IClassFixture<Desk>
{
    public static TheoryData<string, string> KeysOnRoutes => new(
        from operation in Operations.Editorial
        from key in new[] { "none", "another scheme", "no key", "an empty key", "an unknown key", "an endless key", "a key with a wrong last letter", "two keys", "a revoked key", "an expired key" }
        select (operation.Id, key));

    [Theory]
    [MemberData(nameof(KeysOnRoutes))]
    public async Task Without_a_valid_key_the_answer_is_401_whatever_is_sent(string operationId, string key)
    {
        var operation = Operations.Named(operationId);
        var authorization = await AuthorizationOf(key);
        var before = await app.LogPosition();

        foreach (var (body, contentType) in new[] { ("{ \"headline\": ", "application/json"), ("{}", "text/plain"), ("\0", "nonsense"), ("", "") })
        {
            foreach (var query in new[] { "", "?nonsense=1&limit=abc&after=forged" })
            {
                using var request = new HttpRequestMessage(operation.Method, app.AddressOf(operation) + query);
                if (body.Length > 0)
                {
                    request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
                }
                request.Headers.TryAddWithoutValidation("Authorization", authorization);

                using var response = await app.Reader.SendAsync(request);

                await response.Problem(HttpStatusCode.Unauthorized, "unauthenticated");
                Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
                Assert.True(response.Headers.CacheControl!.NoStore);
            }
        }
        Assert.Equal(before, await app.LogPosition());
    }

    [Fact]
    public async Task A_record_that_is_not_there_looks_like_one_that_is()
    {
        foreach (var operation in Operations.Editorial.Where(operation => operation.Path.Contains("{id}", StringComparison.Ordinal)))
        {
            using var there = await app.Reader.Send(operation.Method, app.AddressOf(operation));
            using var nowhere = await app.Reader.Send(operation.Method, operation.At(Guid.CreateVersion7()));

            Assert.Equal((await there.Problem(HttpStatusCode.Unauthorized))["detail"]!.GetValue<string>(),
                (await nowhere.Problem(HttpStatusCode.Unauthorized))["detail"]!.GetValue<string>());
        }
    }

    /// <summary>The Authorization header's values, as they stand.</summary>
    private async Task<string[]> AuthorizationOf(string key) => key switch
    {
        "none" => [],
        "another scheme" => [$"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{NewsApp.AdminKey}"))}"],
        "no key" => ["Bearer"],
        "an empty key" => ["Bearer "],
        "an unknown key" => [$"Bearer hn_{Guid.CreateVersion7():N}_{new string('0', 64)}"],
        "an endless key" => [$"Bearer hn_{new string('0', 6000)}"],
        "a key with a wrong last letter" => [$"Bearer {NewsApp.AdminKey[..^1]}g"],
        "two keys" => [$"Bearer {NewsApp.AdminKey}, Bearer {NewsApp.AdminKey}"],
        "a revoked key" => [$"Bearer {await RevokedKey()}"],
        _ => [$"Bearer {await ExpiredKey()}"],
    };

    private async Task<string> RevokedKey()
    {
        var secret = await app.MakeKey("admin");
        (await app.Admin.DeleteAsync($"/api/v1/editorial/keys/{secret.Split('_')[1]}")).EnsureSuccessStatusCode();
        return secret;
    }

    private async Task<string> ExpiredKey()
    {
        var secret = await app.MakeKey("admin");
        var expired = await app.Query(
            "UPDATE editorial.api_keys SET expires_at = now() - interval '1 second' WHERE id = $1 RETURNING id",
            reader => reader.GetGuid(0), Guid.Parse(secret.Split('_')[1]));
        Assert.Single(expired);
        return secret;
    }

    [Theory]
    [InlineData("GET", "/api/v1/editorial/articles/no-uuid")]
    [InlineData("GET", "/api/v1/editorial/nothing-here")]
    [InlineData("PATCH", "/api/v1/editorial/articles")]
    public async Task Without_a_key_not_even_a_wrong_address_or_method_is_told(string method, string path)
    {
        using var anonymous = await app.Reader.Send(new HttpMethod(method), path);
        using var known = await app.Editor.Send(new HttpMethod(method), path);

        await anonymous.Problem(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Contains(known.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed });
    }
}
