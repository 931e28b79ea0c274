namespace HeadlessNews.Webhooks;

/// <summary>Wakes whoever sends, when this node has queued something or has a hand free again. Other nodes' doings are found by looking.</summary>
internal sealed class DeliveryHint(TimeProvider clock)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the next news. Taken before looking, none is missed.</summary>
    public Task News => Volatile.Read(ref news).Task;

    public void Tell() =>
        Interlocked.Exchange(ref news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <summary>Until there has been news since <paramref name="since"/> was taken, or it is time to look again.</summary>
    public async Task Wait(Task since, CancellationToken cancel)
    {
        try
        {
            await since.WaitAsync(Poll, clock, cancel);
        }
        catch (TimeoutException)
        {
            // Something may have fallen due.
        }
    }
}
