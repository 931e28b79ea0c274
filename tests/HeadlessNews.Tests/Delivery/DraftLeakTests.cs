using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Articles;
using HeadlessNews.Tests.Delivery.Coverage;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery;

public sealed class DraftLeakTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const string Marker = "zqxleak";

    [Fact]
    public async Task No_delivery_route_lets_a_word_or_a_name_of_a_draft_out()
    {
        var begun = (await app.Reader.GetJson("/api/v1/sync?initial=true"))["nextCursor"]!.GetValue<string>();
        // What may be seen: a live article, its author, source and tag, and another live one whose working copy goes on.
        var source = await app.Editor.CreateSource("Open Source");
        var author = await app.Editor.CreateAuthor("Open Author", new { email = $"{Marker}@example.org" });
        var tag = await app.Editor.CreateTag("Open Tag");
        var with = new { authors = new[] { author.Slug }, tags = new[] { tag.Slug }, internalNote = $"{Marker} note" };
        var live = await app.Editor.PublishArticle(source.Slug, "Open", with);
        var edited = await app.Editor.PublishArticle(source.Slug, "Open too", with);

        // What may not.
        var hidden = new List<Saved>
        {
            await app.Editor.CreateAuthor($"{Marker} author", new { bio = Marker }),
            await app.Editor.CreateSource($"{Marker} source"),
            await app.Editor.CreateTag($"{Marker} tag", new { parent = tag.Slug }),
        };
        var full = Marked("one", source.Slug, [author.Slug, hidden[0].Slug], [tag.Slug, hidden[2].Slug], live.Slug);
        hidden.Add(await app.Editor.Create("articles", full));
        hidden.Add(await app.Editor.CreateArticle(hidden[1].Slug, $"{Marker} two", with));
        var trashed = await app.Editor.CreateArticle(source.Slug, $"{Marker} trashed", with);
        await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/articles/{trashed.Id}", ifMatch: "*");
        hidden.Add(trashed);
        using var put = await app.Editor.Send(HttpMethod.Put, $"/api/v1/editorial/articles/{edited.Id}",
            Marked("edited", source.Slug, [hidden[0].Slug], [hidden[2].Slug], hidden[3].Slug), edited.ETag);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        // A withdrawn one keeps its slug and notice, and not a word.
        var withdrawn = await app.Editor.PublishArticle(source.Slug, "Withdrawn", new { with.authors, kicker = $"{Marker} kicker", summary = $"{Marker} summary" });
        await app.Editor.Withdraw(withdrawn);
        // Nor what a front pins that is not live, what was to be printed above it, and what the front is to become.
        var front = await app.Editor.Create("fronts", new
        {
            name = "Open Front",
            lead = new { article = hidden[3].Slug, headline = $"{Marker} lead", kicker = Marker },
            slots = new object[]
            {
                new { title = $"{Marker} title", article = withdrawn.Slug, headline = Marker },
                new { title = $"{Marker} tag", fill = new { tags = new[] { hidden[2].Slug } } },
                new { title = "Open", article = trashed.Slug, headline = Marker, fill = new { tags = new[] { tag.Slug } } },
            },
        });
        await app.Editor.ScheduleFront(front, DateTimeOffset.UtcNow.AddYears(1), new { slots = new[] { new { title = Marker, article = live.Slug, headline = Marker } } });
        await app.Editor.Patch("authors", author, new { role = "Editor" });
        await Newsroom.Eventually(
            async () => (await app.Reader.GetStringAsync($"/api/v1/articles/{live.Id}")).Contains("\"role\":\"Editor\"", StringComparison.Ordinal),
            "the author's role reaches the live article");

        var secrets = hidden.SelectMany(record => new[] { record.Id.ToString(), record.Slug })
            .Concat([Marker, $"{Marker}-edited", "A test."]).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var names = new[] { source, author, tag, live, edited, withdrawn, front }.Concat(hidden)
            .SelectMany(record => new[] { record.Slug, record.Id.ToString() }).Append($"{Marker}-edited").ToArray();
        var seen = 0;
        foreach (var address in Addresses(names).Append($"/api/v1/sync?after={begun}&limit=1000"))
        {
            using var response = await app.Reader.GetAsync(address);
            var answer = $"{response.Headers}{response.Content.Headers}{await response.Content.ReadAsStringAsync()}";
            Assert.True((int)response.StatusCode is 200 or 404 or 410 or 422, $"{address}: {answer}");
            seen += response.StatusCode == HttpStatusCode.OK ? 1 : 0;
            // An address that was asked for may be echoed, as a problem's instance or in a link.
            var said = names.Aggregate(answer.Replace(address, "", StringComparison.Ordinal),
                (text, name) => !address.Contains(name, StringComparison.Ordinal) ? text
                    // A feed's title says what it was asked for.
                    : address.Contains("/feeds/", StringComparison.Ordinal) ? text.Replace(name, "", StringComparison.Ordinal)
                    : text.Replace($"/{name}\"", "\"", StringComparison.Ordinal));
            foreach (var secret in secrets)
            {
                Assert.False(said.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{address} says {secret}: {answer}");
            }
            // Where something stands at a hidden record's own address, something leaked.
            if (response.StatusCode == HttpStatusCode.OK && hidden.Any(record => address.EndsWith($"/{record.Slug}", StringComparison.Ordinal) || address.EndsWith($"/{record.Id}", StringComparison.Ordinal)))
            {
                Assert.Fail($"{address}: {answer}");
            }
        }
        Assert.True(seen > 50, $"Only {seen} addresses answered: this looked at nothing.");
        await app.Databases.NeighboursAreFound();
        var stored = await app.Query(
            "SELECT concat(article_id, slug, card, document, notice) FROM delivery.articles UNION ALL SELECT concat(id, slug, name, document) FROM delivery.directory UNION ALL SELECT slug FROM delivery.former_slugs UNION ALL SELECT word || folded FROM delivery.words UNION ALL SELECT typed FROM delivery.suggestions UNION ALL SELECT words::text || spelled::text FROM delivery.search UNION ALL SELECT words::text FROM delivery.search_ranking UNION ALL SELECT array_to_string(words, ' ') FROM delivery.stories",
            row => row.GetString(0));
        Assert.DoesNotContain(stored, text => secrets.Any(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Every route of the delivery contract, each name in each place that takes one, alone and in pairs of filters.</summary>
    private static IEnumerable<string> Addresses(string[] names)
    {
        var contract = JsonNode.Parse(File.ReadAllText(Repository.PathOf("openapi", "delivery.v1.json")))!;
        foreach (var (route, item) in contract["paths"]!.AsObject())
        {
            var path = route;
            Assert.Equal(["get"], item!.AsObject().Select(operation => operation.Key));
            var parameters = (item["get"]!["parameters"]?.AsArray() ?? []).Where(parameter => parameter!["in"]!.GetValue<string>() != "header")
                .Select(parameter => parameter!["name"]!.GetValue<string>()).ToList();
            if (path.Contains('{', StringComparison.Ordinal))
            {
                Assert.Equal(["idOrSlug"], parameters.Except(["limit"]));
                foreach (var name in names)
                {
                    yield return path.Replace("{idOrSlug}", name, StringComparison.Ordinal);
                }
                continue;
            }
            if (path == "/api/v1/stream")
            {
                // It has no end, and says what the sync says.
                continue;
            }
            if (path == "/api/v1/sync")
            {
                yield return $"{path}?initial=true&limit=1000";
                yield return $"{path}?initial=true&limit=1000&types=author,source,tag";
                continue;
            }
            yield return path;
            var join = '?';
            if (parameters.Contains("q"))
            {
                // What nobody may see finds nothing, mends nothing and completes nothing; what may be seen has nothing else beside it.
                var facets = parameters.Contains("facets") ? "&facets=tags,sources,authors,months" : "";
                foreach (var query in new[] { Marker, Marker[..4], $"{Marker}x", $"-{Marker}", "open", "open author", "two" })
                {
                    yield return $"{path}?q={query}{facets}";
                }
                path = $"{path}?q=open";
                join = '&';
            }
            if (parameters.Contains("limit"))
            {
                yield return $"{path}{join}limit=100";
            }
            var filters = parameters.Except(["limit", "after", "before", "q"]).SelectMany(parameter => parameter switch
            {
                "tag" or "section" or "author" or "source" => names.Select(name => $"{parameter}={name}"),
                "language" => ["language=en", "language=fa", "language=fa-IR"],
                "genre" => ["genre=article", "genre=analysis", "genre=opinion"],
                "page" => ["page=1"],
                "from" or "until" when path.EndsWith("/sitemap.xml", StringComparison.Ordinal) => names.Where(name => Guid.TryParse(name, out _)).Select(name => $"{parameter}={name}"),
                "from" or "to" => [$"{parameter}=2020-01-01T00:00:00Z", $"{parameter}=2100-01-01T00:00:00Z"],
                "fields" => ["fields=headline,slug,summary,byline"],
                "include" => ["include=body,related"],
                "count" => ["count=exact"],
                "sort" => ["sort=newest", "sort=relevance"],
                "facets" => ["facets=tags,sources,authors,months"],
                "kinds" => ["kinds=author,source,tag,article"],
                _ => throw new InvalidOperationException($"The contract has the parameter {parameter} of {path}, which this test must learn."),
            }).ToList();
            foreach (var filter in filters)
            {
                yield return $"{path}{join}{filter}";
                if (!parameters.Contains("limit") || !parameters.Contains("language"))
                {
                    continue;
                }
                yield return $"{path}{join}{filter}&limit=1{(filter.StartsWith("language", StringComparison.Ordinal) ? "" : "&language=en")}";
            }
        }
    }

    /// <summary>An article with the marker in every text.</summary>
    private static JsonObject Marked(string which, string source, string[] authors, string[] tags, string related)
    {
        var article = Samples.FullArticle(source, authors, tags, related);
        foreach (var name in new[] { "headline", "kicker", "summary", "bylineOverride", "internalNote", "externalId" })
        {
            article[name] = $"{Marker} {which} {name}";
        }
        article["slug"] = $"{Marker}-{which}";
        article["sourceUrl"] = $"https://{Marker}.example/{which}";
        article["body"]!["content"] = $"{Marker} {which} body";
        article["dateline"]!["place"] = $"{Marker} place";
        article["leadMedia"] = new JsonObject { ["url"] = $"https://{Marker}.example/a.jpg", ["alt"] = Marker, ["credit"] = Marker };
        article["rights"] = new JsonObject { ["copyrightHolder"] = Marker, ["copyrightNotice"] = Marker, ["usageTerms"] = Marker };
        article["seo"] = new JsonObject { ["title"] = Marker, ["description"] = Marker, ["canonicalUrl"] = $"https://{Marker}.example/c" };
        return article;
    }
}
