using System.Text.Json;
using System.Text.Json.Nodes;
using HeadlessNews.Access;
using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Fronts;
using HeadlessNews.Http;
using HeadlessNews.Log;

namespace HeadlessNews.Hosting;

/// <summary>What has happened to a demo article, and what is to: members of <c>demo.json</c> beside the request's own, in their order.</summary>
internal sealed record DemoLife
{
    public double? PublishedHoursAgo { get; init; }

    /// <summary>Related articles that stand further down in the file, and so are not there yet when this one is made.</summary>
    public IReadOnlyList<RelatedRequest> AlsoRelated { get; init; } = [];

    public ClearanceRequest? Clearance { get; init; }
    public bool Publish { get; init; }
    public CorrectionRequest? Correction { get; init; }
    public WithdrawRequest? Withdraw { get; init; }

    /// <summary>Members that were saved after the publication.</summary>
    public JsonObject? Unpublished { get; init; }

    public bool Submit { get; init; }
    public double? ScheduledInHours { get; init; }
}

/// <summary>The demo's articles in every state that an article can be in, brought there the way any other is.</summary>
internal static class DemoLives
{
    private static readonly string[] Members = [.. typeof(DemoLife).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];

    /// <summary>All in one change: the demo is there, or it is not.</summary>
    public static async Task Load(IServiceProvider scope, JsonArray items, JsonArray fronts, CancellationToken cancel)
    {
        var db = scope.GetRequiredService<NewsDbContext>();
        var clock = scope.GetRequiredService<TimeProvider>();
        await using var change = await Change.Begin(db, Actor.System, cancel);
        var lives = new List<(Article Article, DemoLife Life)>();
        foreach (var item in items)
        {
            lives.Add(await Create(scope, change, item!.DeepClone().AsObject(), clock, cancel));
        }
        foreach (var (article, life) in lives.Where(one => one.Life.AlsoRelated.Count > 0))
        {
            var later = life.AlsoRelated.Select(other => new RelatedSnapshot(
                lives.Single(one => one.Article.Content.Slug == other.Article).Article.Id, other.Kind ?? RelationKind.Related));
            var snapshot = article.Snapshot();
            Save(db, change, article, snapshot with { Related = [.. snapshot.Related, .. later] }, clock);
        }
        await db.SaveChangesAsync(cancel);
        foreach (var (article, life) in lives.Where(one => one.Life.Clearance is not null))
        {
            await scope.GetRequiredService<ClearArticle>().Give(change, article, life.Clearance!, cancel);
        }
        await Publish(scope, change, lives, cancel);
        foreach (var (article, life) in lives)
        {
            GoOn(db, change, article, life, clock);
        }
        await db.SaveChangesAsync(cancel);
        await CreateFronts(scope, change, fronts, clock, cancel);
        await change.Commit(cancel);
    }

    private static async Task CreateFronts(IServiceProvider scope, Change change, JsonArray fronts, TimeProvider clock, CancellationToken cancel)
    {
        foreach (var front in fronts)
        {
            var request = front.Deserialize<FrontRequest>(Json.Options)!;
            DemoContent.Demand(Validation.Check(scope, request), request.Name);
            var (_, problem) = await scope.GetRequiredService<SaveFront>().Create(change, Guid.CreateVersion7(clock.GetUtcNow()), request, cancel);
            DemoContent.Demand(problem, request.Name);
        }
    }

    private static async Task<(Article, DemoLife)> Create(IServiceProvider scope, Change change, JsonObject text, TimeProvider clock, CancellationToken cancel)
    {
        var told = new JsonObject();
        foreach (var member in Members)
        {
            if (text.Remove(member, out var value))
            {
                told[member] = value;
            }
        }
        var life = told.Deserialize<DemoLife>(Json.Options)!;
        var request = text.Deserialize<ArticleRequest>(Json.Options)!;
        if (life.PublishedHoursAgo is { } hours)
        {
            request = request with { PublishedAt = clock.GetUtcNow().AddHours(-hours).ToMicroseconds() };
        }
        DemoContent.Demand(Validation.Check(scope, request), request.Headline);
        var (article, problem) = await scope.GetRequiredService<SaveArticle>().Create(change, Guid.CreateVersion7(clock.GetUtcNow()), request, cancel);
        DemoContent.Demand(problem, request.Headline);
        // The next one may name it.
        await scope.GetRequiredService<NewsDbContext>().SaveChangesAsync(cancel);
        return (article!, life);
    }

    private static async Task Publish(IServiceProvider scope, Change change, List<(Article Article, DemoLife Life)> lives, CancellationToken cancel)
    {
        var publish = scope.GetRequiredService<PublishArticle>();
        var live = lives.Where(one => one.Life.Publish).ToList();
        foreach (var (id, reasons) in await publish.Publish(change, live.ConvertAll(one => Publication.OfWorkingCopy(one.Article)), cancel))
        {
            DemoContent.Demand(Problems.NotPublishable(reasons), live.Single(one => one.Article.Id == id).Article.Content.Headline);
        }
        foreach (var (article, life) in live)
        {
            if (life.Correction is not null)
            {
                await scope.GetRequiredService<CorrectArticle>().Correct(change, article, life.Correction, cancel);
            }
            if (life.Withdraw is not null)
            {
                await publish.Withdraw(change, [article], new Withdrawal(true, life.Withdraw.Notice, new { life.Withdraw.Reason }), cancel);
            }
        }
    }

    /// <summary>What editors are at in the working copy.</summary>
    private static void GoOn(NewsDbContext db, Change change, Article article, DemoLife life, TimeProvider clock)
    {
        if (life.Unpublished is not null)
        {
            var content = JsonSerializer.SerializeToNode(article.Content, Json.Options)!.AsObject();
            foreach (var (member, value) in life.Unpublished)
            {
                content[member] = value?.DeepClone();
            }
            Save(db, change, article, article.Snapshot() with { Content = content.Deserialize<ArticleContent>(Json.Options)! }, clock);
        }
        var previous = article.Version;
        if (life.Submit)
        {
            article.Submit(clock.Now());
            change.Record("article.submitted", article.Id, article.Version, previous);
        }
        if (life.ScheduledInHours is { } hours)
        {
            var at = clock.Now().AddHours(hours);
            article.Schedule(at, change.Actor, clock.Now());
            change.Record("article.scheduled", article.Id, article.Version, previous, new { at, article.Revision });
        }
    }

    private static void Save(NewsDbContext db, Change change, Article article, ArticleSnapshot snapshot, TimeProvider clock)
    {
        var previous = article.Version;
        article.Save(snapshot, clock.Now());
        db.Add(SaveArticle.RevisionOf(article, snapshot, change.Actor));
        change.Record("article.saved", article.Id, article.Version, previous);
    }
}
