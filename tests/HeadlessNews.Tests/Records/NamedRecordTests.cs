using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Records;

/// <summary>What authors, sources and tags have in common, held for each of them.</summary>
public sealed class NamedRecordTests(NewsApp app) : IClassFixture<NewsApp>
{
    public static TheoryData<string, string> Kinds => new() { { "authors", "person" }, { "sources", "agency" }, { "tags", "place" } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Pages_hold_every_record_once_in_the_order_of_slugs_and_filters_narrow_them(string collection, string kind)
    {
        var made = new List<Guid>();
        for (var number = 0; number < 12; number++)
        {
            made.Add((await app.Editor.Create(collection, new { kind, name = $"Paged 50%_{number:00}" })).Id);
        }
        var path = $"/api/v1/editorial/{collection}?kind={kind}&q={Uri.EscapeDataString("50%_")}&limit=5";

        var read = new List<Guid>();
        for (string? cursor = null, next = path; next is not null; next = cursor is null ? null : $"{path}&after={cursor}")
        {
            var page = await app.Contributor.GetJson(next);
            read.AddRange(page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>()));
            cursor = page["nextCursor"]?.GetValue<string>();
            // Comes after all or before all: neither moves the rest.
            await app.Editor.Create(collection, new { kind, name = "Between pages", slug = $"{(read.Count % 2 == 0 ? "aa" : "bb")}-{read.Count}-{collection}" });
        }

        Assert.Equal(made, read);
        var other = collection switch { "authors" => "organization", "sources" => "own", _ => "series" };
        Assert.Empty((await app.Editor.GetJson($"/api/v1/editorial/{collection}?kind={other}&q=Paged"))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("authors", "person")]
    [InlineData("sources", "agency")]
    [InlineData("tags", "place")]
    [InlineData("fronts", null)]
    public async Task Lists_are_searched_by_slug_as_by_name(string collection, string? kind)
    {
        var found = kind is null
            ? await app.Editor.Create(collection, new { name = "خانه", slug = $"the-100-of-{collection}" })
            : await app.Editor.Create(collection, new { kind, name = "خانه", slug = $"the-100-of-{collection}" });

        foreach (var q in new[] { "خانه", $"100-of-{collection}", "THE-100" })
        {
            var items = (await app.Contributor.GetJson($"/api/v1/editorial/{collection}?q={Uri.EscapeDataString(q)}"))["items"]!.AsArray();
            Assert.Equal(found.Id, Assert.Single(items)!["id"]!.GetValue<Guid>());
        }
        Assert.Empty((await app.Contributor.GetJson($"/api/v1/editorial/{collection}?q=100_of"))["items"]!.AsArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Slugs_collide_into_suffixes_are_never_given_twice_and_come_back_to_their_owner(string collection, string kind)
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.Editor.Create(collection, new { kind, name = "نام یکسان" })));
        Assert.Equal(20, made.Select(record => record.Slug).Distinct().Count());
        Assert.Single(made, record => record.Slug == "نام-یکسان");
        Assert.All(made, record => Assert.StartsWith("نام-یکسان", record.Slug, StringComparison.Ordinal));

        var first = await app.Editor.Create(collection, new { kind, name = "First", slug = $"first-{collection}" });
        var moved = await app.Editor.Patch(collection, first, new { slug = $"moved-{collection}" });
        foreach (var slug in new[] { $"first-{collection}", $"moved-{collection}" })
        {
            using var create = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/{collection}", new { kind, name = "Second", slug });
            var problem = await create.Problem(HttpStatusCode.Conflict, "slug-taken");
            Assert.Equal("slug", Assert.Single(problem["errors"]!.AsObject()).Key);
        }
        var back = await app.Editor.Patch(collection, moved, new { slug = $"first-{collection}" });
        Assert.Equal($"first-{collection}", back.Slug);
        var one = collection.TrimEnd('s');
        Assert.Equal([$"{one}.changed", $"{one}.changed", $"{one}.changed"], await app.Events(first.Id));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_slug_that_looks_like_an_id_and_unknown_or_missing_members_are_refused(string collection, string kind)
    {
        var before = (await app.Events()).Count;
        foreach (var (body, status, error) in new (object, HttpStatusCode, string)[]
        {
            (new { kind, name = "X", slug = "018f3a5e-6c1b-7c55-9d0e-2f6f3c1a7b10" }, HttpStatusCode.UnprocessableEntity, "slug"),
            (new { kind }, HttpStatusCode.UnprocessableEntity, "name"),
            (new { kind, name = new string('x', 201) }, HttpStatusCode.UnprocessableEntity, "name"),
            (new { name = "X" }, HttpStatusCode.UnprocessableEntity, "kind"),
            (new { kind = "nonsense", name = "X" }, HttpStatusCode.BadRequest, "kind"),
            (new { kind, name = "X", colour = "red" }, HttpStatusCode.BadRequest, "colour"),
        })
        {
            using var response = await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/{collection}", body);
            Assert.Contains((await response.Problem(status))["errors"]!.AsObject(), found => found.Key == error);
        }
        Assert.Equal(before, (await app.Events()).Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_may_not_write_is_told_so_first_and_the_stale_and_the_absent_next(string collection, string kind)
    {
        var record = await app.Editor.Create(collection, new { kind, name = "Guarded" });
        var path = $"/api/v1/editorial/{collection}/{record.Id}";
        var (absent, good) = ($"/api/v1/editorial/{collection}/{Guid.NewGuid()}", new { kind, name = "Changed" });

        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete })
        {
            var body = method == HttpMethod.Delete ? null : good;
            await (await app.Reader.Send(method, path, "{", "\"1\"")).Problem(HttpStatusCode.Unauthorized, "unauthenticated");
            await (await app.Contributor.Send(method, path, "{", "\"1\"")).Problem(HttpStatusCode.Forbidden, "forbidden");
            await (await app.Editor.Send(method, absent, body, "\"1\"")).Problem(HttpStatusCode.NotFound, "not-found");
            await (await app.Editor.Send(method, path, body)).Problem((HttpStatusCode)428, "precondition-required");
            using var stale = await app.Editor.Send(method, path, body, "\"2\"");
            await stale.Problem(HttpStatusCode.PreconditionFailed, "stale-version");
            Assert.Equal(record.ETag, stale.Headers.ETag!.ToString());
        }
        await (await app.Contributor.Send(HttpMethod.Post, $"/api/v1/editorial/{collection}", "{")).Problem(HttpStatusCode.Forbidden, "forbidden");
        await (await app.Reader.Send(HttpMethod.Get, path)).Problem(HttpStatusCode.Unauthorized, "unauthenticated");
        await (await app.Editor.Send(HttpMethod.Get, absent)).Problem(HttpStatusCode.NotFound, "not-found");

        Assert.Equal("Guarded", (await app.Contributor.GetJson(path))["name"]!.GetValue<string>());
        Assert.Equal([$"{collection.TrimEnd('s')}.changed"], await app.Events(record.Id));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_unchanged_save_is_nothing_and_an_unused_record_can_be_deleted(string collection, string kind)
    {
        var record = await app.Editor.Create(collection, new { kind, name = "Unused" });
        var same = await app.Editor.Patch(collection, record, new { name = "Unused" });
        Assert.Equal(record.ETag, same.ETag);

        using var delete = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/{collection}/{record.Id}", ifMatch: record.ETag);

        Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Editor.GetAsync($"/api/v1/editorial/{collection}/{record.Id}")).StatusCode);
        var one = collection.TrimEnd('s');
        Assert.Equal([$"{one}.changed", $"{one}.deleted"], await app.Events(record.Id));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_record_in_use_is_kept_and_says_by_how_many(string collection, string kind)
    {
        var record = await app.Editor.Create(collection, new { kind, name = "Used" });
        var other = await app.Editor.Create(collection, new { kind, name = "Not used" });
        var source = await app.Editor.CreateSource("Uses others");
        object Naming(Saved named) => collection switch
        {
            "authors" => new { authors = new[] { named.Slug } },
            "tags" => new { tags = new[] { named.Slug } },
            _ => new { source = named.Slug },
        };
        var draft = await app.Editor.CreateArticle(source.Slug, "Draft that names", Naming(record));
        var live = await app.Editor.PublishArticle(source.Slug, "Live that names", Naming(record));

        Assert.Equal(2, await UsedBy(collection, record));
        await app.Editor.Patch("articles", draft, Naming(other));
        Assert.Equal(1, await UsedBy(collection, record));
        // Named by the live revision alone: the working copy has gone on.
        live = await app.Editor.Patch("articles", live, Naming(other));
        Assert.Equal(1, await UsedBy(collection, record));
        Assert.Equal(1, (await app.Reader.GetJson($"/api/v1/{collection}/{record.Slug}"))["articleCount"]!.GetValue<int>());
        Assert.Equal([$"{collection.TrimEnd('s')}.changed", $"{collection.TrimEnd('s')}.listed"], await app.Events(record.Id));

        await app.Editor.Publish(live);
        using var delete = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/{collection}/{record.Id}", ifMatch: "*");
        Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await app.Reader.GetAsync($"/api/v1/{collection}/{record.Slug}")).StatusCode);
    }

    private async Task<int> UsedBy(string collection, Saved record)
    {
        using var response = await app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/{collection}/{record.Id}", ifMatch: record.ETag);
        return (await response.Problem(HttpStatusCode.Conflict, "in-use"))["usedBy"]!.GetValue<int>();
    }
}
