using System.ComponentModel.DataAnnotations;

namespace HeadlessNews.Delivery.Sync;

/// <summary>How streams are kept open.</summary>
internal sealed record StreamSettings
{
    public const string Section = "Stream";

    /// <summary>How many may be open on a node at a time; more are a 503.</summary>
    [Range(1, 1_000_000)]
    public int MostOpen { get; init; } = 5_000;

    /// <summary>After so long without an event a comment is sent: proxies close what is silent.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Who has taken nothing of what was sent for so long is let go.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Then a stream ends and is opened anew by its reader: on another node perhaps, and with a key that is still good.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(1);
}
