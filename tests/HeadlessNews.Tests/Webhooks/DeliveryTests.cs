using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Webhooks;

/// <summary>What is published comes to receivers: signed, whole, in order.</summary>
public sealed class DeliveryTests(WebhookApp app) : IClassFixture<WebhookApp>
{
    [Fact]
    public async Task What_is_published_comes_signed_with_the_very_document_that_readers_get()
    {
        await using var receiver = await ReceivingServer.Start();
        var webhook = await app.Admin.CreateWebhook(receiver.Url, "article.*");

        var article = await app.Editor.PublishArticle(app.Source.Slug, "Told at once");

        await Newsroom.Eventually(() => Task.FromResult(receiver.Of(article.Id).Count > 0), "the event has come");
        var request = Assert.Single(receiver.Of(article.Id));
        Assert.Equal("article.published", request.Type);
        Assert.Equal(2, request.Version);
        Assert.True(request.IsSignedWith(webhook.Secret));
        Assert.Equal((await app.Reader.GetJson($"/api/v1/articles/{article.Id}")).ToJsonString(), request.Json["data"]!.ToJsonString());
        await app.Admin.UntilDone(webhook, 1);
    }
}
