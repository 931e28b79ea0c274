using HeadlessNews.Tests.Delivery.Purge;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Hosting;

/// <summary>A CDN is purged from the moment it is configured, and nothing after that is lost with the service.</summary>
public sealed class CdnKillTests : ServiceProcessTest
{
    [Fact]
    public async Task What_the_CDN_had_not_taken_when_the_service_was_killed_it_gets_from_the_next()
    {
        await using var cdn = await Cdn.Start();
        string source, before, amid;
        await using (var alone = await ServiceProcess.Start(Home))
        {
            source = (await alone.Client.CreateSource()).Slug;
            before = $"article:{(await alone.Client.PublishArticle(source, "Before there was a CDN")).Id:N}";
            await alone.Signal("TERM");
        }
        cdn.Answer = 503;
        await using (var killed = await ServiceProcess.Start(Home, "--CdnPurge:Url", cdn.Url))
        {
            // Its follower has taken its place when it has asked for anything: until then it is told of nothing.
            await Newsroom.Eventually(async () =>
            {
                await killed.Client.PublishArticle(source, "To be heard of");
                return !cdn.Got.IsEmpty;
            }, "the CDN is asked");
            amid = $"article:{(await killed.Client.PublishArticle(source, "While the CDN was away")).Id:N}";
            await killed.Signal("KILL");
        }
        Assert.Empty(cdn.Purged);
        cdn.Answer = 200;

        await using var next = await ServiceProcess.Start(Home, "--CdnPurge:Url", cdn.Url);

        await Newsroom.Eventually(() => Task.FromResult(cdn.Purged.Contains(amid)), "it is purged");
        Assert.DoesNotContain(before, cdn.Got.SelectMany(purge => purge.Tags));
    }
}
