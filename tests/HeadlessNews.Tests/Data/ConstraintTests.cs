using System.Net;
using HeadlessNews.Tests.Infrastructure;
using Npgsql;

namespace HeadlessNews.Tests.Data;

/// <summary>What the database refuses whoever asks, in SQL or over HTTP.</summary>
public sealed class ConstraintTests(NewsApp app) : IClassFixture<NewsApp>
{
    private const string Deliver =
        """
        INSERT INTO delivery.articles (
            article_id, slug, state, version, revision, render_version, language, redistribution, published_at, updated_at, rendered_at,
            log_position, embargo_until, etag, card, document, is_syndicable)
        VALUES ($1, $1::text, 'live', 1, 1, 1, 'en', $2, now(), now(), now(), 0, now() + $3, 'x', '{}', '{}', true)
        """;

    private const string Clear =
        """
        INSERT INTO editorial.rights_clearances (id, article_id, scope, reason, until, cleared_by, cleared_at)
        VALUES (gen_random_uuid(), $1, $2, 'A test.', $3, 'system', now() - interval '2 days')
        """;

    [Theory]
    [InlineData("allowed", 3600, "articles_embargo")]
    [InlineData("attribution", 3600, "articles_embargo")]
    [InlineData("prohibited", -3600, "articles_rights")]
    [InlineData("no such right", -3600, "articles_redistribution")]
    public async Task What_is_embargoed_or_prohibited_is_not_delivered(string redistribution, int embargoInSeconds, string constraint)
    {
        var id = (await Draft()).Id;

        await Refused(constraint, Deliver, id, redistribution, TimeSpan.FromSeconds(embargoInSeconds));

        await AssertNotDelivered(id);
    }

    [Theory]
    [InlineData("an embargo", "articles_embargo")]
    [InlineData("rights", "articles_rights")]
    [InlineData("its source's rights", "articles_rights")]
    [InlineData("a clearance that has ended", "articles_rights")]
    [InlineData("a clearance for syndication only", "articles_rights")]
    public async Task What_stands_against_it_is_looked_for_where_it_is_written_whatever_the_row_itself_says(string obstacle, string constraint)
    {
        var prohibited = new { redistribution = "prohibited" };
        var draft = await Draft(
            obstacle switch
            {
                "an embargo" => new { embargoUntil = "2126-01-01T00:00:00Z" },
                "its source's rights" => null,
                _ => new { rights = prohibited },
            },
            obstacle == "its source's rights" ? new { rights = prohibited } : null);
        if (obstacle.StartsWith("a clearance", StringComparison.Ordinal))
        {
            var isOver = obstacle == "a clearance that has ended";
            await app.Databases.Editorial.Do(Clear, draft.Id, isOver ? "site" : "syndication", DateTime.UtcNow.AddDays(isOver ? -1 : 1));
        }

        await Refused(constraint, Deliver.Replace("now() + $3", "NULL", StringComparison.Ordinal), draft.Id, "allowed");

        await AssertNotDelivered(draft.Id);
    }

    [Fact]
    public async Task What_is_cleared_for_the_site_is_delivered_and_not_again_once_that_has_ended()
    {
        var id = (await Draft(new { rights = new { redistribution = "prohibited" } })).Id;
        await app.Databases.Editorial.Do(Clear, id, "site", DateTime.UtcNow.AddDays(1));
        await Refused("articles_syndication", Deliver, id, "prohibited", TimeSpan.FromHours(-1));
        var onSiteOnly = Deliver.Replace("'{}', true)", "'{}', false)", StringComparison.Ordinal);

        await app.Databases.Editorial.Do(onSiteOnly, id, "prohibited", TimeSpan.FromHours(-1));

        await app.Databases.Editorial.Do("UPDATE editorial.rights_clearances SET until = now() WHERE article_id = $1", id);
        await Refused("articles_rights", "UPDATE delivery.articles SET etag = 'y', redistribution = 'allowed' WHERE article_id = $1", id);
    }

    [Fact]
    public async Task A_document_renders_a_revision_that_is_there()
    {
        await Refused("articles_revision", Deliver, Guid.NewGuid(), "allowed", TimeSpan.FromHours(-1));
    }

    [Theory]
    [InlineData("embargo_until = now() + interval '1 hour'", "articles_embargo")]
    [InlineData("redistribution = 'prohibited'", "articles_rights")]
    [InlineData("revision = 2", "articles_revision")]
    [InlineData("document = NULL", "articles_live_has_a_document")]
    [InlineData("card = NULL", "articles_live_has_a_document")]
    [InlineData("state = 'withdrawn'", "articles_live_has_a_document")]
    [InlineData("state = 'withdrawn', card = NULL, document = NULL", "articles_withdrawn_has_a_time")]
    [InlineData("withdrawn_at = now()", "articles_withdrawn_has_a_time")]
    public async Task A_live_document_cannot_become(string change, string constraint)
    {
        var id = (await Draft()).Id;
        await app.Databases.Editorial.Do(Deliver, id, "allowed", TimeSpan.FromHours(-1));

        await Refused(constraint, $"UPDATE delivery.articles SET {change} WHERE article_id = $1", id);
    }

    [Theory]
    [InlineData("stage = 'trashed'", "articles_live_is_not_trashed")]
    [InlineData("live_revision = 99", "articles_live_revision_fkey")]
    [InlineData("revision = 99", "articles_last_revision")]
    [InlineData("revision = 99, last_revision = 99", "articles_revision_fkey")]
    [InlineData("live_revision = NULL", "articles_live_has_a_revision")]
    [InlineData("live_slug = NULL", "articles_live_has_a_slug")]
    [InlineData("public_state = 'never'", "articles_live_has_a_revision")]
    [InlineData("stage = 'published'", "articles_stage")]
    [InlineData("headline = ''", "articles_headline_length")]
    [InlineData("headline = repeat('x', 301)", "articles_headline_length")]
    [InlineData("urgency = 0", "articles_urgency")]
    [InlineData("urgency = 10", "articles_urgency")]
    [InlineData("source_id = gen_random_uuid()", "articles_source_fkey")]
    [InlineData("expires_at = now(), embargo_until = now()", "articles_expires_after_embargo")]
    public async Task A_live_article_cannot_have(string change, string constraint)
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug);

        await Refused(constraint, $"UPDATE editorial.articles SET {change} WHERE id = $1", article.Id);
    }

    [Fact]
    public async Task A_live_revision_is_not_pruned()
    {
        var source = await app.Editor.CreateSource();
        var article = await app.Editor.PublishArticle(source.Slug);
        article = await app.Editor.Patch("articles", article with { ETag = article.ETag }, new { kicker = "Later" });

        await Refused("articles_live_revision_fkey", "DELETE FROM editorial.article_revisions WHERE article_id = $1 AND revision = 1", article.Id);
    }

    [Fact]
    public async Task A_slug_is_taken_once_in_its_kind()
    {
        var slug = $"slug-{Guid.NewGuid():N}";
        const string Take = "INSERT INTO editorial.slugs (kind, slug, owner_id, was_public) VALUES ($2, $1, gen_random_uuid(), false)";
        await app.Databases.Editorial.Do(Take, slug, "tag");
        await app.Databases.Editorial.Do(Take, slug, "author");

        await Refused("slugs_pkey", Take, slug, "tag");
        await Refused("slugs_kind", Take, slug, "poem");
    }

    [Fact]
    public Task A_slug_does_not_look_like_an_id() => Refused(
        "slugs_not_an_id", "INSERT INTO editorial.slugs (kind, slug, owner_id, was_public) VALUES ('tag', $1, gen_random_uuid(), false)", $"{Guid.NewGuid()}");

    [Fact]
    public async Task A_tag_does_not_stand_below_itself()
    {
        var above = await app.Editor.CreateTag();
        var below = await app.Editor.CreateTag(with: new { parent = above.Id });

        await Refused("tags_parent_tree", "UPDATE editorial.tags SET parent_id = $1 WHERE id = $1", above.Id);
        await Refused("tags_parent_tree", "UPDATE editorial.tags SET parent_id = $2 WHERE id = $1", above.Id, below.Id);
    }

    [Fact]
    public async Task Of_two_moves_that_together_close_a_ring_exactly_one_passes()
    {
        for (var round = 0; round < 20; round++)
        {
            var one = await app.Editor.CreateTag($"One {round}");
            var other = await app.Editor.CreateTag($"Other {round}");

            var answers = await Task.WhenAll(
                app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/tags/{one.Id}", new { parent = other.Id }, one.ETag),
                app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/tags/{other.Id}", new { parent = one.Id }, other.ETag));

            Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
            await answers.Single(answer => answer.StatusCode != HttpStatusCode.OK).Problem(HttpStatusCode.UnprocessableEntity);
            Assert.Equal(1, await app.Databases.Editorial.Ask<long>("SELECT count(*) FROM editorial.tags WHERE parent_id IN ($1, $2)", one.Id, other.Id));
        }
    }

    [Fact]
    public async Task Of_three_moves_that_together_close_a_ring_two_pass()
    {
        for (var round = 0; round < 10; round++)
        {
            var tags = new[] { await app.Editor.CreateTag(), await app.Editor.CreateTag(), await app.Editor.CreateTag() };

            var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(nth =>
                app.Editor.Send(HttpMethod.Patch, $"/api/v1/editorial/tags/{tags[nth].Id}", new { parent = tags[(nth + 1) % 3].Id }, tags[nth].ETag)));

            Assert.Equal(2, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
            await answers.Single(answer => answer.StatusCode != HttpStatusCode.OK).Problem(HttpStatusCode.UnprocessableEntity);
        }
    }

    private async Task<Saved> Draft(object? with = null, object? source = null) =>
        await app.Editor.CreateArticle((await app.Editor.CreateSource(with: source)).Slug, with: with);

    private async Task AssertNotDelivered(Guid id) =>
        Assert.Equal(0, await app.Databases.Editorial.Ask<long>("SELECT count(*) FROM delivery.articles WHERE article_id = $1", id));

    private async Task Refused(string constraint, string sql, params object[] parameters)
    {
        var refused = await Assert.ThrowsAsync<PostgresException>(() => app.Databases.Editorial.Do(sql, parameters));

        Assert.Equal(constraint, refused.ConstraintName);
    }
}
