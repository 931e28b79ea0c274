using System.Net;
using System.Text.Json.Nodes;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Articles;

public sealed class SaversTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const int Savers = 64;

    [Fact]
    public async Task Of_many_who_save_the_same_version_at_once_exactly_one_does_and_the_others_learn_it()
    {
        var article = await app.Editor.CreateArticle((await app.Editor.CreateSource()).Slug, "Everybody's article");
        for (var round = 1; round <= 4; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, Savers).Select(async saver =>
            {
                // Half of them change one member and half another: that is no less a lost save.
                using var response = await app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/articles/{article.Id}",
                    saver % 2 == 0 ? new { kicker = $"Saver {saver} of round {round}" } : new { summary = $"Saver {saver} of round {round}" }, article.ETag);
                return (response.StatusCode, ETag: response.Headers.ETag?.ToString(), Text: await response.Content.ReadAsStringAsync());
            }));

            var saved = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            Assert.Equal(Savers - 1, answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));
            Assert.All(answers, answer => Assert.Equal(saved.ETag, answer.ETag));
            var now = await app.Editor.Reload(article);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(saved.Text), now.Json));
            Assert.Equal((round + 1, round + 1), (now.Json["version"]!.GetValue<int>(), now.Json["revision"]!.GetValue<int>()));
            article = now;
        }
        Assert.Equal(["article.created", .. Enumerable.Repeat("article.saved", 4)], await app.Events(article.Id));
    }
}
