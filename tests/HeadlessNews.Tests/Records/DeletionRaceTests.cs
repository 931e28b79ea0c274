using System.Net;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Records;

public sealed class DeletionRaceTests(NewsApp app) : IClassFixture<NewsApp>
{
    [Theory]
    [InlineData("authors", "person")]
    [InlineData("tags", "topic")]
    [InlineData("sources", "own")]
    public async Task Who_names_a_record_while_it_is_deleted_keeps_it_or_learns_that_it_is_gone(string collection, string kind)
    {
        var source = await app.Editor.CreateSource("Source of deletions");
        for (var round = 0; round < 10; round++)
        {
            var record = await app.Editor.Create(collection, new { kind, name = "Raced" });
            var article = new
            {
                headline = "Names the raced",
                language = "en",
                source = collection == "sources" ? record.Slug : source.Slug,
                authors = collection == "authors" ? [record.Slug] : Array.Empty<string>(),
                tags = collection == "tags" ? [record.Slug] : Array.Empty<string>(),
                body = new { format = "markdown", content = "x" },
            };

            var (create, delete) = (
                app.Editor.Send(HttpMethod.Post, "/api/v1/editorial/articles", article),
                app.Editor.Send(HttpMethod.Delete, $"/api/v1/editorial/{collection}/{record.Id}", ifMatch: record.ETag));
            var (created, deleted) = ((await create).StatusCode, (await delete).StatusCode);

            Assert.True(
                (created, deleted) is (HttpStatusCode.Created, HttpStatusCode.Conflict) or (HttpStatusCode.UnprocessableEntity, HttpStatusCode.NoContent),
                $"Round {round}: created {created}, deleted {deleted}. {await (await create).Content.ReadAsStringAsync()}");
            Assert.Equal(
                deleted == HttpStatusCode.NoContent ? HttpStatusCode.NotFound : HttpStatusCode.OK,
                (await app.Editor.GetAsync($"/api/v1/editorial/{collection}/{record.Id}")).StatusCode);
        }
    }

    [Fact]
    public async Task Of_many_who_publish_at_once_one_does_and_it_is_counted_once()
    {
        var source = await app.Editor.CreateSource("Source of many publishers");
        var articles = new List<Saved>();
        for (var number = 0; number < 6; number++)
        {
            articles.Add(await app.Editor.CreateArticle(source.Slug, $"Published at once {number}"));
        }

        var answers = await Task.WhenAll(articles.SelectMany(article => Enumerable.Range(0, 4).Select(async _ =>
            (article.Id, (await app.Editor.Send(HttpMethod.Post, $"/api/v1/editorial/articles/{article.Id}/publish", ifMatch: "*")).StatusCode))));

        foreach (var article in articles)
        {
            var own = answers.Where(answer => answer.Id == article.Id).Select(answer => answer.StatusCode).ToList();
            Assert.Single(own, status => status == HttpStatusCode.OK);
            Assert.Equal(3, own.Count(status => status == HttpStatusCode.Conflict));
            Assert.Equal(["article.created", "article.published"], await app.Events(article.Id));
        }
        Assert.Equal(6, (await app.Reader.GetJson($"/api/v1/sources/{source.Slug}"))["articleCount"]!.GetValue<int>());
    }
}
