namespace HeadlessNews.Tests.Model;

/// <summary>
/// The one near time at which things fall due. For some steps it may be chosen, and all may happen to what it concerns; then such
/// articles are let alone until it has passed, so that no request races with it. What comes when is counted in steps, so that a seed
/// makes the same steps again; only where those are slow does the time itself decide.
/// </summary>
internal sealed class Bell
{
    private const int StepsToChooseIt = 100;
    private const int StepsUntilItIsAwaited = 350;
    private static readonly TimeSpan ToChooseIt = TimeSpan.FromSeconds(3);

    private int set;
    private TimeSpan slowest;

    public DateTimeOffset? At { get; private set; }

    /// <summary>Nobody touches what it concerns any more.</summary>
    public bool IsNear { get; private set; }

    /// <summary>Far more than a step has taken of late: on a machine that is busy with other things, that can be seconds.</summary>
    private TimeSpan Margin => TimeSpan.FromSeconds(Math.Clamp(8 * slowest.TotalSeconds, 5, 30));

    public void Took(TimeSpan step) => slowest = step > slowest ? step : slowest * 0.97;

    /// <summary>It has rung, or the steps have come to where it is waited for.</summary>
    public bool IsAwaited(int step, DateTimeOffset now) => At is not null && (now >= At || step >= set + StepsUntilItIsAwaited);

    public void Look(int step, DateTimeOffset now) => IsNear = At is not null && (step > set + StepsToChooseIt || now >= At - Margin);

    /// <summary>The time to choose; null while it is too near.</summary>
    public DateTimeOffset? Choose(int step, DateTimeOffset now)
    {
        if (At is null)
        {
            (set, At) = (step, DateTimeOffset.FromUnixTimeMilliseconds((now + Margin + ToChooseIt).ToUnixTimeMilliseconds()));
        }
        return IsNear ? null : At;
    }

    public void HasRung() => (At, IsNear) = (null, false);

    public bool Concerns(ModelArticle article) => article.Times.Contains(At) && At is not null;
}
