using System.Text.Json.Nodes;
using HeadlessNews.Http;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Contract;

public sealed class CommittedContractTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const string Regenerate = "dotnet run --project src/HeadlessNews -- openapi";

    [Theory]
    [InlineData(OpenApi.Delivery)]
    [InlineData(OpenApi.Editorial)]
    public async Task The_committed_contract_is_the_one_that_the_code_serves(string name)
    {
        var committed = await File.ReadAllTextAsync(Repository.PathOf("openapi", $"{name}.json"));
        var served = await app.Reader.GetStringAsync($"/openapi/{name}.json");

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(committed), JsonNode.Parse(served)), Words(name));
        // Letter by letter, so that regenerating it shows no change but the real ones.
        Assert.True(committed == await OpenApi.Serialize(app.Services, name), Words(name));
    }

    [Fact]
    public void There_is_no_other_file_beside_them() =>
        Assert.Equal(
            [$"{OpenApi.Delivery}.json", $"{OpenApi.Editorial}.json"],
            Directory.GetFiles(Repository.PathOf("openapi")).Select(Path.GetFileName).Order());

    [Fact]
    public async Task Swagger_UI_shows_both_documents_and_keeps_the_key()
    {
        var page = await app.Reader.GetStringAsync("/swagger/index.html");
        var script = await app.Reader.GetStringAsync("/swagger/index.js");
        using var start = await app.Reader.GetAsync("/swagger");

        Assert.Contains("swagger-ui", page, StringComparison.Ordinal);
        Assert.EndsWith("swagger/index.html", start.Headers.Location!.ToString(), StringComparison.Ordinal);
        foreach (var name in new[] { OpenApi.Delivery, OpenApi.Editorial })
        {
            Assert.Contains($"/openapi/{name}.json", script, StringComparison.Ordinal);
        }
        Assert.Contains("\"persistAuthorization\":true", script, StringComparison.Ordinal);
        foreach (var file in new[] { "swagger-ui-bundle.js", "swagger-ui.css" })
        {
            Assert.True((await app.Reader.GetByteArrayAsync($"/swagger/{file}")).Length > 10_000);
        }
    }

    private static string Words(string name) => $"openapi/{name}.json is not what the code serves. Regenerate it from the repository's root: {Regenerate}";
}
