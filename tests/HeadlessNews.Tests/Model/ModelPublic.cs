namespace HeadlessNews.Tests.Model;

/// <summary>What the model makes public: publishing, its rules, rights, and what falls due by itself.</summary>
internal sealed class ModelPublic(Model model)
{
    private const string System = "system";

    /// <summary>Publishes or schedules the working copy, or says why not.</summary>
    public Answer? Refuses(Step step)
    {
        var (article, isSchedule) = (step.On!, step.Action == "schedule");
        var at = isSchedule ? step.At ?? article.Working.EmbargoUntil : model.Now;
        if (isSchedule && (at is null || at <= model.Now))
        {
            return new Answer(422, "validation");
        }
        if (ReasonsAgainst(article, article.Working, at!.Value) is > 0 and var reasons)
        {
            return new Answer(422, "not-publishable") { Reasons = reasons };
        }
        if (isSchedule)
        {
            article.Scheduled = new Pinned(article.Working, article.Revision, at.Value, step.By.Name, HasFailed: false);
            article.Move("scheduled", "scheduled", step.By.Name);
        }
        else
        {
            Publish(article, article.Working, article.Revision, step.By.Name);
        }
        return null;
    }

    /// <summary>An editor's withdrawal calls a schedule off; one by time or rights keeps it.</summary>
    public static void Withdraw(ModelArticle article, string by, string? notice, bool byEditor)
    {
        article.Public = "withdrawn";
        article.Notice = notice;
        article.Move("withdrawn", byEditor && article.Stage == "scheduled" ? "draft" : article.Stage, by);
    }

    /// <summary>The live edition follows its source's and its own rights; without any it is withdrawn.</summary>
    public void RenderAgain(ModelArticle article, string by)
    {
        if (!article.IsLive)
        {
            return;
        }
        if (!IsCleared(article, article.Live!.Text, "site", model.Now))
        {
            Withdraw(article, by, null, byEditor: false);
            return;
        }
        article.Happens("rerendered", by, article.Live.Version);
        var isSyndicable = IsCleared(article, article.Live.Text, "syndication", model.Now);
        if (isSyndicable != article.IsSyndicable)
        {
            article.Happens(isSyndicable ? "syndicated" : "unsyndicated", by, article.Live.Version);
            article.IsSyndicable = isSyndicable;
        }
    }

    /// <summary>Does what has fallen due: taking back first, then publishing.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool FallDue(ModelArticle article)
    {
        var before = article.Log.Count;
        if (article.IsLive && (article.Live!.Text.ExpiresAt <= model.Now || !IsCleared(article, article.Live.Text, "site", model.Now)))
        {
            Withdraw(article, System, null, byEditor: false);
        }
        if (article.IsLive && article.IsSyndicable && !IsCleared(article, article.Live!.Text, "syndication", model.Now))
        {
            RenderAgain(article, System);
        }
        if (article.Scheduled is { HasFailed: false } pinned && pinned.Due <= model.Now)
        {
            if (ReasonsAgainst(article, pinned.Text, model.Now) == 0)
            {
                Publish(article, pinned.Text, pinned.Revision, System);
            }
            else
            {
                article.Scheduled = pinned with { HasFailed = true };
                article.Happens("scheduleFailed", System);
            }
        }
        return article.Log.Count > before;
    }

    /// <summary>The article's rights, else its source's, else it may be passed on.</summary>
    public string Redistribution(Text text) => text.Redistribution ?? model.Sources[text.Source].Redistribution ?? "allowed";

    private bool IsCleared(ModelArticle article, Text text, string scope, DateTimeOffset at) =>
        Redistribution(text) != "prohibited" || article.Clearances.Exists(clearance => clearance.Scope == scope && clearance.Lasts(at));

    private int ReasonsAgainst(ModelArticle article, Text text, DateTimeOffset at) =>
        new[] { text.Body.Length == 0, text.EmbargoUntil > at, text.ExpiresAt <= at, !IsCleared(article, text, "site", at) }.Count(isSo => isSo);

    private void Publish(ModelArticle article, Text text, int revision, string by)
    {
        var type = article.IsLive ? "updated" : "published";
        article.Public = "live";
        article.Notice = null;
        article.Move(type, "draft", by);
        article.Live = new Edition(text, revision, article.Version);
        article.IsSyndicable = IsCleared(article, text, "syndication", model.Now);
        article.Revisions[revision] = article.Revisions[revision] with { WasPublic = true };
        model.Slugs[text.Slug] = (article, true);
    }
}
