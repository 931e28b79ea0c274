namespace HeadlessNews.Http;

internal static class Time
{
    /// <summary>Now, as PostgreSQL will keep it: to the microsecond. A time answered must be the time read back.</summary>
    public static DateTimeOffset Now(this TimeProvider clock) => clock.GetUtcNow().ToMicroseconds();

    public static DateTimeOffset ToMicroseconds(this DateTimeOffset time) =>
        new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}
