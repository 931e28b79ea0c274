using System.Text.Json.Nodes;

namespace HeadlessNews.Tests.Delivery;

/// <summary>Reading lists as front ends do: page after page.</summary>
internal static class Published
{
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
            next = response.Headers.TryGetValues("Link", out var link) ? link.Single().Split('<', '>')[1] : null;
            Assert.Equal(cursor is null, next is null);
            Assert.True(cursor is null || next!.Contains($"after={cursor}", StringComparison.Ordinal), next);
        }
        return (ids, pages);
    }
}
