namespace HeadlessNews.Webhooks;

/// <summary>What became of a delivery; no attempt where there was nothing to say any more.</summary>
internal sealed record Outcome(Taken Of, WebhookDeliveryState State, TimeSpan RetryIn, Attempted? Attempt)
{
    /// <summary>There is nothing to say of it any more.</summary>
    public static Outcome Skipped(Taken one) => new(one, WebhookDeliveryState.Skipped, TimeSpan.Zero, null);

    /// <summary>Taken; or tried again, as the schedule has it, until that has come to its end.</summary>
    public static Outcome After(Attempted attempt, Taken one, WebhookSettings settings)
    {
        if (attempt.IsTaken)
        {
            return new Outcome(one, WebhookDeliveryState.Delivered, TimeSpan.Zero, attempt);
        }
        // Gone is not given up: an administrator may bring the webhook back, and then it goes on where it was.
        var schedule = settings.Schedule;
        if (one.Tries >= schedule.Count || (one.Age >= settings.Patience && !attempt.IsGone))
        {
            return new Outcome(one, WebhookDeliveryState.Failed, TimeSpan.Zero, attempt);
        }
        var wait = schedule[one.Tries] * (1 + WebhookSettings.Jitter * (Random.Shared.NextDouble() * 2 - 1));
        return new Outcome(one, WebhookDeliveryState.Waiting, attempt.RetryAfter > wait ? attempt.RetryAfter.Value : wait, attempt);
    }
}
