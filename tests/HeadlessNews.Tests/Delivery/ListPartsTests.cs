using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using HeadlessNews.Delivery;
using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HeadlessNews.Tests.Delivery;

/// <summary>What a list shows of each article: fields, include, count.</summary>
public sealed class ListPartsTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const string List = "/api/v1/articles";

    [Fact]
    public void The_contract_of_a_listed_article_is_the_cards_and_what_can_be_included()
    {
        static Dictionary<string, Type> Members(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .ToDictionary(member => member.Name, member => Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType);
        var listed = Members(typeof(ListedArticle));

        Assert.Equal(Members(typeof(ArticleCard)).Keys.Concat(["Body", "Related"]), listed.Keys);
        Assert.All(Members(typeof(ArticleCard)), member => Assert.Equal(member.Value, listed[member.Key]));
    }

    [Theory]
    [InlineData("headline,slug", "id,slug,headline")]
    [InlineData("id", "id")]
    [InlineData("isAccessibleForFree,leadMedia,source,tags", "id,source,tags,leadMedia,isAccessibleForFree")]
    public async Task Fields_are_the_cards_members_in_the_cards_order(string fields, string shown)
    {
        var source = await Sourced();
        await app.Editor.CreateTag("Brackets [and] \"quotes\"", new { slug = $"brackets-{Guid.NewGuid():N}" });
        await app.Editor.PublishArticle(source, "A headline with \"quotes\", {braces} and نیم‌فاصله");
        await app.Editor.PublishArticle(source, "Second");
        var whole = (await app.Reader.GetJson($"{List}?source={source}"))["items"]!.AsArray();

        var items = (await app.Reader.GetJson($"{List}?source={source}&fields={fields}"))["items"]!.AsArray();

        Assert.Equal(2, items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i]!.AsObject();
            Assert.Equal(shown.Split(','), item.Select(member => member.Key));
            Assert.All(item, member => Assert.True(JsonNode.DeepEquals(whole[i]![member.Key], member.Value), member.Key));
        }
    }

    [Fact]
    public async Task Included_bodies_are_the_documents_and_included_related_are_what_their_own_address_says()
    {
        var source = await Sourced();
        var first = await app.Editor.PublishArticle(source, "First of two");
        var second = await app.Editor.PublishArticle(source, "Second of two");
        var naming = await app.Editor.PublishArticle(source, "Names both", new
        {
            body = new { format = "markdown", content = "A \"text\" with *marks*.\n\nAnd {braces}, and فارسی." },
            related = new[] { new { article = second.Slug, kind = "background" }, new { article = first.Slug, kind = "sameStory" } },
        });

        foreach (var fields in new[] { "", "&fields=headline" })
        {
            var items = (await app.Reader.GetJson($"{List}?source={source}&include=related,body{fields}"))["items"]!.AsArray();
            Assert.Equal([naming.Id, second.Id, first.Id], items.Select(item => item!["id"]!.GetValue<Guid>()));
            foreach (var item in items)
            {
                var document = await app.Reader.GetJson($"{List}/{item!["id"]}");
                Assert.Equal(document["body"]!.ToJsonString(), item["body"]!.ToJsonString());
                var related = await app.Reader.GetJson($"{List}/{item["id"]}/related");
                // What was chosen; what is found is at the article's own address alone.
                var chosen = related["items"]!.AsArray().TakeWhile(other => other!["chosenBy"]!.GetValue<string>() == "editor").Select(other => other!.ToJsonString());
                Assert.Equal(chosen, item["related"]!.AsArray().Select(other => other!.ToJsonString()));
            }
            Assert.Equal(2, items[0]!["related"]!.AsArray().Count);
        }
        var plain = (await app.Reader.GetJson($"{List}?source={source}"))["items"]![0]!.AsObject();
        Assert.DoesNotContain(plain, member => member.Key is "body" or "related");
    }

    [Fact]
    public async Task A_list_with_related_articles_follows_what_becomes_of_them_and_names_them_to_caches()
    {
        var (source, elsewhere) = (await Sourced(), await Sourced());
        var other = await app.Editor.PublishArticle(elsewhere, "Stands beside");
        var draft = await app.Editor.CreateArticle(elsewhere, "Not yet");
        await app.Editor.PublishArticle(source, "Names both", new
        {
            related = new[] { new { article = other.Slug, kind = "related" }, new { article = $"{draft.Id}", kind = "background" } },
        });
        var path = $"{List}?source={source}&include=related&fields=id";
        async Task<string> Headlines() =>
            string.Join(", ", (await app.Reader.GetJson(path))["items"]![0]!["related"]!.AsArray().Select(item => item!["article"]!["headline"]!.GetValue<string>()));
        using (var response = await app.Reader.GetAsync(path))
        {
            var tags = response.Headers.GetValues("Cache-Tag").Single().Split(',');
            Assert.Contains($"article:{other.Id:N}", tags);
            Assert.DoesNotContain($"article:{draft.Id:N}", tags);
        }
        Assert.Equal("Stands beside", await Headlines());

        await app.Editor.Publish(draft);
        Assert.Equal("Stands beside, Not yet", await Headlines());
        other = await app.Editor.Publish(await app.Editor.Patch("articles", other, new { headline = "Stands there still" }));
        Assert.Equal("Stands there still, Not yet", await Headlines());
        await app.Editor.Withdraw(other);
        Assert.Equal("Not yet", await Headlines());
    }

    [Fact]
    public async Task A_page_of_very_many_related_articles_names_everything_instead_of_each()
    {
        var (source, elsewhere) = (await Sourced(), await Sourced());
        var others = new[] { await app.Editor.PublishArticle(elsewhere, "One"), await app.Editor.PublishArticle(elsewhere, "Two") };
        await app.Editor.PublishArticle(source, "Names two", new { related = others.Select(other => new { article = other.Slug, kind = "related" }) });
        var lists = app.Services.GetRequiredService<ArticleLists>();
        var usual = lists.MostTags;
        async Task<string[]> Tags(string query)
        {
            using var response = await app.Reader.GetAsync($"{List}?source={source}&include=related{query}");
            return response.Headers.GetValues("Cache-Tag").Single().Split(',');
        }
        try
        {
            Assert.Equal(3, (await Tags("")).Length);
            lists.MostTags = 1;
            Assert.Contains("articles", await Tags("&limit=9"));
            Assert.DoesNotContain(await Tags("&limit=9"), tag => tag.StartsWith("article:", StringComparison.Ordinal));
        }
        finally
        {
            lists.MostTags = usual;
        }
    }

    [Fact]
    public async Task A_count_is_exact_over_publication_withdrawal_and_expiry()
    {
        var source = await Sourced();
        var author = (await app.Editor.CreateAuthor($"Author of {source}")).Slug;
        var with = new { authors = new[] { author } };
        string[] filters = [$"source={source}", $"source={source}&author={author}", $"source={source}&language=en", $"source={source}&from=2020-01-01T00:00:00Z", $"author={author}"];
        async Task<string> Counts() => string.Join(' ', await Task.WhenAll(filters.Select(async filter =>
            (await app.Reader.GetJson($"{List}?{filter}&count=exact&limit=1"))["count"]!.ToJsonString())));
        var first = await app.Editor.PublishArticle(source, "Counted once", with);
        await app.Editor.PublishArticle(source, "Counted twice");
        Assert.Equal("2 1 2 2 1", await Counts());

        await app.Editor.PublishArticle(source, "Counted for a moment", new { authors = new[] { author }, expiresAt = DateTimeOffset.UtcNow.AddSeconds(4) });
        Assert.Equal("3 2 3 3 2", await Counts());
        using (var response = await app.Reader.GetAsync($"{List}?source={source}&count=exact&limit=1&to=2020-01-01T00:00:00Z"))
        {
            Assert.InRange(response.Headers.CacheControl!.SharedMaxAge!.Value.TotalSeconds, 0, 4);
        }
        await Newsroom.Eventually(async () => await Counts() == "2 1 2 2 1", "what has ended is not counted");

        await app.Editor.Withdraw(await app.Editor.Reload(first));
        Assert.Equal("1 0 1 1 0", await Counts());
        Assert.Equal("0", (await app.Reader.GetJson($"{List}?tag=nobody-has-it&count=exact"))["count"]!.ToJsonString());
        Assert.False((await app.Reader.GetJson($"{List}?source={source}")).ContainsKey("count"));
    }

    [Fact]
    public async Task What_has_ended_and_is_not_taken_back_yet_is_in_no_count()
    {
        var source = await Sourced();
        var tag = (await app.Editor.CreateTag($"Tag of {source}")).Slug;
        for (var number = 0; number < 3; number++)
        {
            await app.Editor.PublishArticle(source, $"May end {number}", new { tags = new[] { tag } });
        }
        // The moment between the end and the withdrawal, made to last: nobody else can write to delivery.
        await using var connection = await app.Databases.Editorial.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var stop = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtext('delivery'))", connection, transaction))
        {
            await stop.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        await app.Query(
            "UPDATE delivery.articles SET expires_at = now() - interval '1 minute' WHERE article_id = (SELECT article_id FROM delivery.articles WHERE slug LIKE 'may-end%' AND state = 'live' LIMIT 1) RETURNING 1",
            row => row.GetInt32(0));
        var counts = app.Services.GetRequiredService<ListCounts>();
        var filters = app.Services.GetRequiredService<FilterFacets>();
        foreach (var filter in new[] { new ListFilter([tag], null, null, null), new ListFilter([tag], null, source, null), new ListFilter([], null, source, "en") })
        {
            var (facets, _) = await filters.Of(filter, TestContext.Current.CancellationToken);
            Assert.Equal(2, (await counts.Count(facets, filter, TestContext.Current.CancellationToken)).Count);
        }
        Assert.Equal(3, (await app.Query("SELECT 1 FROM delivery.articles WHERE slug LIKE 'may-end%' AND state = 'live'", row => row.GetInt32(0))).Count);
    }

    [Fact]
    public async Task A_count_past_its_bound_is_null_unless_it_is_kept()
    {
        var source = await Sourced();
        for (var number = 0; number < 3; number++)
        {
            await app.Editor.PublishArticle(source, $"Beyond the bound {number}");
        }
        var counts = app.Services.GetRequiredService<ListCounts>();
        var usual = counts.Most;
        try
        {
            counts.Most = 2;
            Assert.Equal("3", (await app.Reader.GetJson($"{List}?source={source}&count=exact"))["count"]!.ToJsonString());
            Assert.Null((await app.Reader.GetJson($"{List}?source={source}&language=en&count=exact"))["count"]);
            counts.Most = 3;
            Assert.Equal("3", (await app.Reader.GetJson($"{List}?source={source}&language=en&count=exact&limit=2"))["count"]!.ToJsonString());
        }
        finally
        {
            counts.Most = usual;
        }
    }

    [Fact]
    public async Task An_empty_page_leads_back_to_what_is_before_it()
    {
        var source = await Sourced();
        var old = await app.Editor.PublishArticle(source, "Withdrawn from under the page");
        var young = await app.Editor.PublishArticle(source, "Stays");
        var next = (await app.Reader.GetJson($"{List}?source={source}&limit=1"))["nextCursor"];
        await app.Editor.Withdraw(old);

        var empty = await app.Reader.GetJson($"{List}?source={source}&limit=1&after={next}");
        Assert.Empty(empty["items"]!.AsArray());
        Assert.Null(empty["nextCursor"]);
        var back = await app.Reader.GetJson($"{List}?source={source}&limit=1&before={empty["previousCursor"]}");
        Assert.Equal(young.Id, back["items"]!.AsArray().Single()!["id"]!.GetValue<Guid>());

        await app.Editor.Withdraw(young);
        var nothing = await app.Reader.GetJson($"{List}?source={source}&limit=1&before={next}");
        Assert.Empty(nothing["items"]!.AsArray());
        Assert.Null(nothing["previousCursor"]);
        using var first = await app.Reader.GetAsync($"{List}?source={source}&after={nothing["nextCursor"]}");
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
    }

    private async Task<string> Sourced() => (await app.Editor.CreateSource($"Parts {Guid.NewGuid():N}")).Slug;
}
