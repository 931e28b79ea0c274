using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Access;

public sealed class KeyTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task A_new_key_opens_the_door_and_is_shown_once()
    {
        using var made = await app.Admin.PostAsJsonAsync("/api/v1/editorial/keys", new { name = "Website", role = "contributor" });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var key = (await made.Content.ReadFromJsonAsync<JsonObject>())!;
        var secret = key["secret"]!.GetValue<string>();
        using var client = app.Client(secret);

        using var used = await client.GetAsync("/api/v1/editorial/articles");
        var read = await app.Admin.GetJson(made.Headers.Location!.ToString());
        var list = await app.Admin.GetJson("/api/v1/editorial/keys?limit=100");

        Assert.Equal(HttpStatusCode.OK, used.StatusCode);
        Assert.Equal("Website", read["name"]!.GetValue<string>());
        Assert.NotNull(read["lastUsedAt"]);
        Assert.DoesNotContain(secret, read.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, list.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(list["items"]!.AsArray(), item => item!["id"]!.GetValue<Guid>() == key["key"]!["id"]!.GetValue<Guid>());
        Assert.Equal(["key.created"], await app.Events(read["id"]!.GetValue<Guid>()));
    }

    [Fact]
    public async Task No_row_of_the_database_holds_a_secret_in_clear()
    {
        var secret = await app.MakeKey("editor");
        using var client = app.Client(secret);
        await client.CreateSource("Made with a secret key");
        var needles = new[] { secret, secret.Split('_')[2], Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret.Split('_')[2])), NewsApp.AdminKey };
        var tables = await app.Query(
            """
            SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
            WHERE schemaname IN ('editorial', 'delivery', 'log', 'webhooks') AND has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT')
            """,
            reader => reader.GetString(0));

        Assert.Contains("editorial.api_keys", tables);
        Assert.Contains("log.events", tables);
        foreach (var table in tables)
        {
            var rows = await app.Query($"SELECT whole::text FROM {table} AS whole", reader => reader.GetString(0));
            Assert.DoesNotContain(rows, row => needles.Any(needle => row.Contains(needle, StringComparison.OrdinalIgnoreCase)));
        }
    }

    [Fact]
    public async Task A_revoked_key_is_dead_at_the_next_request()
    {
        var secret = await app.MakeKey("editor");
        var id = Guid.Parse(secret.Split('_')[1]);
        using var client = app.Client(secret);
        await client.CreateTag("Made before the revocation");

        using var revoked = await app.Admin.DeleteAsync($"/api/v1/editorial/keys/{id}");
        using var after = await client.PostAsJsonAsync("/api/v1/editorial/tags", new { name = "Made after it", kind = "topic" });

        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await after.Problem(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.NotNull((await app.Admin.GetJson($"/api/v1/editorial/keys/{id}"))["revokedAt"]);
        Assert.Empty((await app.Admin.GetJson("/api/v1/editorial/tags?q=Made after it"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Revoking_twice_changes_nothing_the_second_time()
    {
        var id = Guid.Parse((await app.MakeKey("reader")).Split('_')[1]);
        using var once = await app.Admin.DeleteAsync($"/api/v1/editorial/keys/{id}");
        var revokedAt = (await app.Admin.GetJson($"/api/v1/editorial/keys/{id}"))["revokedAt"]!.ToString();

        using var twice = await app.Admin.DeleteAsync($"/api/v1/editorial/keys/{id}");

        Assert.Equal(HttpStatusCode.NoContent, twice.StatusCode);
        Assert.Equal(revokedAt, (await app.Admin.GetJson($"/api/v1/editorial/keys/{id}"))["revokedAt"]!.ToString());
        Assert.Equal(["key.created", "key.revoked"], await app.Events(id));
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_404()
    {
        using var read = await app.Admin.GetAsync($"/api/v1/editorial/keys/{Guid.CreateVersion7()}");
        using var revoked = await app.Admin.DeleteAsync($"/api/v1/editorial/keys/{Guid.CreateVersion7()}");

        await read.Problem(HttpStatusCode.NotFound, "not-found");
        await revoked.Problem(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_key_works_until_it_expires()
    {
        using var made = await app.Admin.PostAsJsonAsync(
            "/api/v1/editorial/keys", new { name = "For a second", role = "contributor", expiresAt = DateTimeOffset.UtcNow.AddSeconds(1) });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var client = app.Client((await made.Content.ReadFromJsonAsync<JsonObject>())!["secret"]!.GetValue<string>());

        await Newsroom.Eventually(async () =>
        {
            using var response = await client.GetAsync("/api/v1/editorial/articles");
            Assert.Contains(response.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.Unauthorized });
            return response.StatusCode == HttpStatusCode.Unauthorized;
        }, "the key expires");
    }

    [Fact]
    public async Task Who_wrote_a_record_stands_in_the_log_as_the_keys_id()
    {
        var secret = await app.MakeKey("editor");
        using var client = app.Client(secret);
        var tag = await client.CreateTag("Signed");

        var actors = await app.Query("SELECT actor FROM log.events WHERE resource_id = $1", reader => reader.GetString(0), tag.Id);

        Assert.Equal([$"key:{Guid.Parse(secret.Split('_')[1])}"], actors);
    }

    [Fact]
    public async Task The_last_administrators_key_cannot_be_revoked()
    {
        var keys = (await app.Admin.GetJson("/api/v1/editorial/keys?limit=100"))["items"]!.AsArray()
            .Where(key => key!["role"]!.GetValue<string>() == "admin" && key["revokedAt"] is null).ToList();
        foreach (var key in keys.Where(key => key!["name"]!.GetValue<string>() != "Bootstrap:AdminKey"))
        {
            using var revoked = await app.Admin.DeleteAsync($"/api/v1/editorial/keys/{key!["id"]}");
            Assert.Equal(System.Net.HttpStatusCode.NoContent, revoked.StatusCode);
        }
        var last = keys.Single(key => key!["name"]!.GetValue<string>() == "Bootstrap:AdminKey");

        using var response = await app.Admin.DeleteAsync($"/api/v1/editorial/keys/{last!["id"]}");

        await response.Problem(System.Net.HttpStatusCode.Conflict, "conflict");
        await app.Admin.GetJson("/api/v1/editorial/keys");
    }
}
