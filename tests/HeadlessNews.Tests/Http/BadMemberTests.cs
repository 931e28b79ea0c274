using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Http;

/// <summary>One member of a good body made bad: the problem names it by its path.</summary>
public sealed class BadMemberTests(Desk app) : IClassFixture<Desk>
{
    [Theory]
    [InlineData("articles", "urgency", "1e400")]
    [InlineData("articles", "urgency", "-1e400")]
    [InlineData("articles", "urgency", "99999999999")]
    [InlineData("articles", "urgency", "99999999999999999999999999")]
    [InlineData("articles", "urgency", "4.5")]
    [InlineData("articles", "urgency", "\"4\"")]
    [InlineData("articles", "urgency", "true")]
    [InlineData("articles", "urgency", "[4]")]
    [InlineData("articles", "rights.copyrightYear", "1e400")]
    [InlineData("articles", "rights.copyrightYear", "99999999999")]
    [InlineData("articles", "rights.redistribution", "\"Allowed\"")]
    [InlineData("articles", "rights.redistribution", "1")]
    [InlineData("articles", "rights", "[]")]
    [InlineData("articles", "body", "\"text\"")]
    [InlineData("articles", "body.format", "\"rtf\"")]
    [InlineData("articles", "body.format", "0")]
    [InlineData("articles", "body.content", "7")]
    [InlineData("articles", "genre", "\"sermon\"")]
    [InlineData("articles", "genre", "{}")]
    [InlineData("articles", "dateline.date", "\"2026-02-30\"")]
    [InlineData("articles", "dateline.date", "\"yesterday\"")]
    [InlineData("articles", "dateline.date", "20260504")]
    [InlineData("articles", "embargoUntil", "\"tomorrow\"")]
    [InlineData("articles", "embargoUntil", "\"2026-05-04T09:30:00\"")]
    [InlineData("articles", "embargoUntil", "\"2026-13-04T09:30:00Z\"")]
    [InlineData("articles", "expiresAt", "1777888999")]
    [InlineData("articles", "publishedAt", "\"99999-05-04T09:30:00Z\"")]
    [InlineData("articles", "publishedAt", "\"9999-12-31T23:59:59-23:59\"")]
    [InlineData("articles", "authors", "\"maren-tolliver\"")]
    [InlineData("articles", "authors", "{}")]
    [InlineData("articles", "tags[0]", "[7]")]
    [InlineData("articles", "tags[0]", "[{}]")]
    [InlineData("articles", "related[0].kind", "[{\"article\":\"x\",\"kind\":\"cousin\"}]")]
    [InlineData("articles", "isAccessibleForFree", "\"yes\"")]
    [InlineData("articles", "isAccessibleForFree", "1")]
    [InlineData("articles", "seo.noIndex", "null")]
    [InlineData("articles", "leadMedia", "\"https://media.example/a.jpg\"")]
    [InlineData("authors", "kind", "\"robot\"")]
    [InlineData("authors", "kind", "0")]
    [InlineData("authors", "links", "{}")]
    [InlineData("authors", "links[0].url", "[{\"url\":7}]")]
    [InlineData("sources", "kind", "\"rumour\"")]
    [InlineData("sources", "rights.copyrightYear", "1e400")]
    [InlineData("sources", "rights.copyrightYear", "-99999999999")]
    [InlineData("tags", "kind", "\"hash\"")]
    [InlineData("tags", "aliases", "\"Seafaring\"")]
    [InlineData("tags", "aliases[0]", "[1e400]")]
    [InlineData("keys", "role", "\"owner\"")]
    [InlineData("keys", "role", "3")]
    [InlineData("keys", "expiresAt", "\"never\"")]
    public async Task A_value_that_cannot_be_read_is_a_400_on_post_put_and_patch(string collection, string path, string value)
    {
        foreach (var operation in Writes(collection))
        {
            var before = await app.LogPosition();

            using var response = await Send(operation, path, value);

            var problem = await response.Problem(HttpStatusCode.BadRequest, "malformed-request");
            Assert.Equal(path, problem["errors"]!.AsObject().Single().Key);
            Assert.Equal(before, await app.LogPosition());
        }
    }

    [Theory]
    [InlineData("articles", "body.colour", "1")]
    [InlineData("articles", "seo.robots", "1")]
    [InlineData("articles", "dateline.time", "\"noon\"")]
    [InlineData("articles", "rights.owner", "null")]
    [InlineData("articles", "Headline", "\"A case apart\"")]
    [InlineData("articles", "id", "\"0198c2f0-0000-7000-8000-000000000000\"")]
    [InlineData("articles", "version", "7")]
    [InlineData("articles", "status", "\"published\"")]
    [InlineData("authors", "version", "7")]
    [InlineData("sources", "rights.owner", "{}")]
    [InlineData("tags", "colour", "\"blue\"")]
    [InlineData("keys", "secret", "\"hn_of_my_own\"")]
    public async Task A_member_that_is_not_known_is_refused_by_name(string collection, string path, string value)
    {
        foreach (var operation in Writes(collection))
        {
            var before = await app.LogPosition();

            using var response = await Send(operation, path, value);

            var problem = await response.Problem(HttpStatusCode.BadRequest, "unknown-member");
            Assert.Equal(path, problem["errors"]!.AsObject().Single().Key);
            Assert.Equal(before, await app.LogPosition());
        }
    }

    [Theory]
    [InlineData("articles", "headline", "\"\"")]
    [InlineData("articles", "headline", "\"   \"")]
    [InlineData("articles", "urgency", "0")]
    [InlineData("articles", "urgency", "10")]
    [InlineData("articles", "urgency", "-2147483648")]
    [InlineData("articles", "language", "\"english please\"")]
    [InlineData("articles", "language", "\"en\\n\"")]
    [InlineData("articles", "sourceUrl", "\"https://example.org/\\n\"")]
    [InlineData("articles", "slug", "\"a-slug\\n\"")]
    [InlineData("sources", "country", "\"GB\\n\"")]
    [InlineData("tags", "mediaTopic", "\"medtop:04000000\\n\"")]
    [InlineData("articles", "slug", "\"Not A Slug\"")]
    [InlineData("articles", "slug", "\"0198c2f0-0000-7000-8000-000000000000\"")]
    [InlineData("articles", "sourceUrl", "\"javascript:alert(1)\"")]
    [InlineData("articles", "source", "\"nobody-knows-it\"")]
    [InlineData("articles", "source", "\"0198c2f0-0000-7000-8000-000000000000\"")]
    [InlineData("articles", "authors[0]", "[\"nobody-knows-her\"]")]
    [InlineData("articles", "authors[0]", "[null]")]
    [InlineData("articles", "tags[1]", "[\"shipping\",\"shipping\"]")]
    [InlineData("articles", "related[0]", "[null]")]
    [InlineData("articles", "related[0].article", "[{}]")]
    [InlineData("articles", "leadMedia.url", "\"ftp://media.example/a.jpg\"")]
    [InlineData("articles", "publishedAt", "\"9998-01-01T00:00:00Z\"")]
    [InlineData("authors", "email", "\"nobody\"")]
    [InlineData("authors", "links[0].url", "[{\"url\":\"nowhere\"}]")]
    [InlineData("authors", "links[0]", "[null]")]
    [InlineData("sources", "country", "\"gb\"")]
    [InlineData("sources", "rights.copyrightYear", "3000")]
    [InlineData("tags", "mediaTopic", "\"medtop:1\"")]
    [InlineData("tags", "parent", "\"nobody-knows-it\"")]
    [InlineData("tags", "aliases[0]", "[\"\"]")]
    [InlineData("tags", "aliases[0]", "[null]")]
    [InlineData("keys", "expiresAt", "\"2001-01-01T00:00:00Z\"")]
    public async Task A_value_that_breaks_a_rule_is_a_422_on_post_put_and_patch(string collection, string path, string value)
    {
        foreach (var operation in Writes(collection))
        {
            var before = await app.LogPosition();

            using var response = await Send(operation, path, value);

            var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
            Assert.Equal(path, problem["errors"]!.AsObject().Single().Key);
            Assert.Equal(before, await app.LogPosition());
        }
    }

    [Theory]
    [InlineData("articles", "headline", 300)]
    [InlineData("articles", "slug", 120)]
    [InlineData("articles", "body.content", 500_000)]
    [InlineData("authors", "name", 200)]
    [InlineData("sources", "name", 200)]
    [InlineData("tags", "name", 200)]
    [InlineData("keys", "name", 200)]
    public async Task Text_that_is_one_character_too_long_is_a_422(string collection, string path, int most)
    {
        foreach (var operation in Writes(collection))
        {
            using var response = await Send(operation, path, $"\"{new string('x', most + 1)}\"");

            var problem = await response.Problem(HttpStatusCode.UnprocessableEntity, "validation");
            Assert.Equal(path, problem["errors"]!.AsObject().Single().Key);
        }
    }

    private static List<Operation> Writes(string collection)
    {
        var writes = Operations.Editorial.Where(operation => operation.Collection == collection && operation.WritesRecord).ToList();
        Assert.Equal(collection == "keys" ? 1 : 3, writes.Count);
        return writes;
    }

    /// <summary>A good body with one value in its place; a path into a list means that the value is the list.</summary>
    private Task<HttpResponseMessage> Send(Operation operation, string path, string value)
    {
        var body = operation.Verb == "patch" ? [] : Desk.BodyFor(operation)!;
        var names = path.Split('[')[0].Split('.');
        var target = body;
        foreach (var name in names[..^1])
        {
            target[name] ??= new JsonObject();
            target = target[name]!.AsObject();
        }
        // The value is put in as text: a number such as 1e400 has no node.
        target[names[^1]] = "THE VALUE";
        var text = body.ToJsonString().Replace("\"THE VALUE\"", value, StringComparison.Ordinal);
        return app.Admin.Send(operation.Method, app.AddressOf(operation), Encoding.UTF8.GetBytes(text), app.ETagFor(operation), "application/json");
    }

    [Fact]
    public async Task A_hostile_address_is_refused_in_time_that_does_not_grow_with_its_square()
    {
        var source = await app.Editor.CreateSource("Source of hostile addresses");
        var clock = System.Diagnostics.Stopwatch.StartNew();

        using var response = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/articles", new
        {
            headline = "Hostile",
            language = "en",
            source = source.Slug,
            body = new { format = "markdown", content = "x" },
            sourceUrl = "http://" + new string('a', 2_000_000) + " ",
        });

        await response.Problem(System.Net.HttpStatusCode.UnprocessableEntity, "validation");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"It took {clock.Elapsed}.");
    }

    [Theory]
    [InlineData("\u200c")]
    [InlineData("a\nb")]
    [InlineData("\u0007")]
    [InlineData("   ")]
    public async Task A_headline_is_one_line_with_something_to_see(string headline)
    {
        var source = await app.Editor.CreateSource("Source of empty headlines");

        using var response = await app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/articles",
            new { headline, language = "en", source = source.Slug, body = new { format = "markdown", content = "x" } });

        var problem = await response.Problem(System.Net.HttpStatusCode.UnprocessableEntity, "validation");
        Assert.NotNull(problem["errors"]!["headline"]);
    }
}
