using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HeadlessNews.Tests.Import;

/// <summary>What an import adds to the indexes of words.</summary>
public sealed class ImportedWordsTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Fact]
    public async Task When_it_ends_nothing_waits_that_a_search_would_have_to_look_through()
    {
        var source = await app.Editor.CreateSource("Wordy Wire");
        var lines = Enumerable.Range(0, 60).Select(nth => Imports.Line(source.Slug, $"W-{nth}", new { headline = $"Worded {nth}" }));

        await app.Editor.Import(lines, "publish=true");

        Assert.Equal(0L, await PagesThatWait());
        Assert.Equal(60, (await app.Reader.GetJson("/api/v1/search?q=worded&limit=100"))["items"]!.AsArray().Count);
    }

    /// <summary>Entered by asking: the index's owner alone may.</summary>
    private async Task<long> PagesThatWait()
    {
        await using var owner = NpgsqlDataSource.Create(app.Services.GetRequiredService<IConfiguration>().GetConnectionString("News")!);
        await using var command = owner.CreateCommand("SELECT gin_clean_pending_list('delivery.search_by_words') + gin_clean_pending_list('editorial.articles_by_text')");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
