using System.Text.Json.Nodes;

namespace HeadlessNews.Tests.Delivery;

/// <summary>Reading lists as front ends do: page after page.</summary>
internal static class Published
{
    /// <summary>Where the Link header leads by a relation; null where it does not.</summary>
    public static string? LinkTo(this HttpResponseMessage response, string relation) =>
        response.Headers.TryGetValues("Link", out var links)
            ? links.Single().Split(", <").SingleOrDefault(link => link.EndsWith($"; rel=\"{relation}\"", StringComparison.Ordinal))?.TrimStart('<').Split('>')[0]
            : null;

    /// <summary>Every id of a list, in its order, and how many items each page had. Follows the Link header, which must agree with the cursor.</summary>
    public static async Task<(List<Guid> Ids, List<int> Pages)> ReadAll(this HttpClient client, string path)
    {
        var (ids, pages) = (new List<Guid>(), new List<int>());
        for (var next = path; next is not null;)
        {
            using var response = await client.GetAsync(next);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"GET {next}: {text}");
            var page = JsonNode.Parse(text)!;
            var items = page["items"]!.AsArray();
            ids.AddRange(items.Select(item => item!["id"]!.GetValue<Guid>()));
            pages.Add(items.Count);
            Assert.True(pages.Count < 1000, $"{path} has no end.");
            var cursor = page["nextCursor"]?.GetValue<string>();
            next = response.LinkTo("next");
            Assert.Equal(cursor is null, next is null);
            Assert.True(cursor is null || next!.Contains($"after={cursor}", StringComparison.Ordinal), next);
        }
        return (ids, pages);
    }

    /// <summary>
    /// Every id of a list, in its order, read from its end backwards: the end is found by its pages, and left by the Link header, which
    /// must agree with the cursor.
    /// </summary>
    public static async Task<List<Guid>> ReadBack(this HttpClient client, string path)
    {
        var last = path;
        for (var next = path; next is not null;)
        {
            last = next;
            using var response = await client.GetAsync(next);
            next = response.LinkTo("next");
        }
        // The last page itself, then what is before it.
        var pages = new List<List<Guid>>();
        for (var previous = last; previous is not null;)
        {
            using var response = await client.GetAsync(previous);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"GET {previous}: {text}");
            var page = JsonNode.Parse(text)!;
            pages.Add([.. page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>())]);
            Assert.True(pages.Count < 1000, $"{path} has no beginning.");
            var cursor = page["previousCursor"]?.GetValue<string>();
            previous = response.LinkTo("prev");
            Assert.Equal(cursor is null, previous is null);
            Assert.True(cursor is null || previous!.Contains($"before={cursor}", StringComparison.Ordinal), previous);
        }
        return [.. Enumerable.Reverse(pages).SelectMany(page => page)];
    }
}
