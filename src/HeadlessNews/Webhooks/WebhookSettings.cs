using System.ComponentModel.DataAnnotations;

namespace HeadlessNews.Webhooks;

/// <summary>How deliveries are made, and how patiently.</summary>
internal sealed record WebhookSettings : IValidatableObject
{
    public const string Section = "Webhooks";

    /// <summary>The schedule that Standard Webhooks recommends: over three days in all.</summary>
    private static readonly double[] Recommended = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

    /// <summary>Addresses and networks (CIDR) that may be sent to although they are not on the public internet; none by default.</summary>
    [Required]
    public string[] AllowedAddresses { get; init; } = [];

    /// <summary>Seconds to wait after each failed attempt; after the one that follows the last of them it is given up. The recommended ones, if left out.</summary>
    [Required]
    public double[] RetrySeconds { get; init; } = [];

    /// <summary>For how many seconds one attempt may last in all, from the look-up of the name to the end of the answer.</summary>
    [Range(0.1, 60)]
    public double TimeoutSeconds { get; init; } = 10;

    /// <summary>How many requests one node has under way to one receiver.</summary>
    [Range(1, 100)]
    public int MaxPerReceiver { get; init; } = 8;

    /// <summary>How many requests one node has under way in all.</summary>
    [Range(1, 10_000)]
    public int MaxInAll { get; init; } = 256;

    /// <summary>After so many failures in a row a receiver is tried one request at a time, until one succeeds.</summary>
    [Range(1, 1_000)]
    public int FailuresBeforeProbing { get; init; } = 5;

    /// <summary>The longest wait between two such trials, in seconds; it begins with one second and doubles.</summary>
    [Range(0.01, 3_600)]
    public double MaxProbeSeconds { get; init; } = 60;

    /// <summary>For how many days deliveries that have ended are kept, with their attempts.</summary>
    [Range(1, 365)]
    public int KeepDays { get; init; } = 30;

    public IReadOnlyList<TimeSpan> Schedule => [.. (RetrySeconds is [] ? Recommended : RetrySeconds).Select(TimeSpan.FromSeconds)];

    public TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    /// <summary>How long a delivery may be in one node's hands: far longer than an attempt lasts. After that the node is taken for dead.</summary>
    public TimeSpan Lease => Timeout + TimeSpan.FromSeconds(20);

    /// <summary>By how much the waits differ from the schedule, up and down, so that what failed together does not come back together.</summary>
    public const double Jitter = 0.1;

    /// <summary>From the first attempt to the last, at the longest: what is older has waited behind others.</summary>
    public TimeSpan Patience => TimeSpan.FromTicks(Schedule.Sum(wait => wait.Ticks)) * (1 + Jitter) + (Timeout * (Schedule.Count + 1));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var address in AllowedAddresses.Where(address => !AddressRules.TryParseNetwork(address, out _)))
        {
            yield return new ValidationResult($"Webhooks:AllowedAddresses: {address} is neither an IP address nor a network such as 10.0.0.0/8.");
        }
        if (RetrySeconds.Length > 100 || RetrySeconds.Any(wait => !(wait is >= 0 and <= 604_800)))
        {
            yield return new ValidationResult("Webhooks:RetrySeconds must be at most 100 waits of 0 to 604800 seconds.");
        }
    }
}
