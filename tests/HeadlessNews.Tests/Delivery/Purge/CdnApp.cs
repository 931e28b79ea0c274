using HeadlessNews.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;

namespace HeadlessNews.Tests.Delivery.Purge;

/// <summary>A service behind a CDN of its own.</summary>
public abstract class CdnApp(TestPostgres postgres) : NewsApp(postgres), IAsyncLifetime
{
    internal Cdn Cdn { get; private set; } = null!;

    /// <summary>Pauses of a minute pass in some seconds.</summary>
    protected override TimeProvider? Clock { get; } = new HurriedClock();

    protected abstract Dictionary<string, string?> Purge { get; }

    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        Purge.Append(new("Url", Cdn.Url)).Select(setting => new KeyValuePair<string, string?>($"CdnPurge:{setting.Key}", setting.Value));

    protected override async Task<IConfiguration> CreateDatabase()
    {
        Cdn = await Cdn.Start();
        return await base.CreateDatabase();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await DisposeAsync();
        await Cdn.DisposeAsync();
    }

    private sealed class HurriedClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Hurried(dueTime), Hurried(period));

        private static TimeSpan Hurried(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / 20;
    }
}

public sealed class GenericCdnApp(TestPostgres postgres) : CdnApp(postgres)
{
    protected override Dictionary<string, string?> Purge => new() { ["HeaderName"] = "X-Purge-Token", ["HeaderValue"] = "a secret of the CDN" };
}

public sealed class FastlyApp(TestPostgres postgres) : CdnApp(postgres)
{
    protected override Dictionary<string, string?> Purge =>
        new() { ["Shape"] = "fastly", ["HeaderName"] = "Fastly-Key", ["HeaderValue"] = "a token", ["Soft"] = "true", ["MostTags"] = "3" };
}

public sealed class CloudflareApp(TestPostgres postgres) : CdnApp(postgres)
{
    protected override Dictionary<string, string?> Purge => new() { ["Shape"] = "cloudflare", ["HeaderValue"] = "Bearer a-token" };
}
