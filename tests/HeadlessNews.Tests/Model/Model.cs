namespace HeadlessNews.Tests.Model;

/// <summary>
/// The newsroom in memory: takes each step as the issue says that the service should, and says what must be answered. What the steps
/// make public is in <see cref="ModelPublic"/>.
/// </summary>
internal sealed class Model
{
    private static readonly string[] EditorsAlone =
        ["publish", "schedule", "unschedule", "discardChanges", "withdraw", "end", "correct", "clear", "endClearance", "source", "author"];

    public List<ModelArticle> Articles { get; } = [];
    public List<ModelArticle> Gone { get; } = [];
    public Dictionary<string, ModelName> Sources { get; } = [];
    public Dictionary<string, ModelName> Authors { get; } = [];

    /// <summary>Every article slug that is taken: by whom, and whether for ever.</summary>
    public Dictionary<string, (ModelArticle Owner, bool WasPublic)> Slugs { get; } = [];

    /// <summary>The database's clock when the present step began.</summary>
    public DateTimeOffset Now { get; set; }

    public ModelPublic Public => new(this);

    /// <summary>What the step must be answered; afterwards the model is as the service must be.</summary>
    public Answer Take(Step step)
    {
        if (MayNot(step))
        {
            return new Answer(403, "forbidden");
        }
        return step.Action switch
        {
            "create" => Create(step),
            "put" or "patch" => Save(step),
            "correct" => Correct(step),
            "clear" => Clear(step),
            "endClearance" => EndClearance(step),
            "source" or "author" => Rename(step),
            _ => Act(step),
        };
    }

    private static bool MayNot(Step step) =>
        !step.By.IsEditor
        && (EditorsAlone.Contains(step.Action)
            || step.On is { IsGone: false } article && (article.CreatedBy != step.By.Name || article.Public != "never" || article.Stage == "scheduled"));

    private Answer Create(Step step)
    {
        if (step.Flaw != Flaw.None)
        {
            return new Answer(422, "validation");
        }
        var text = step.Text!.Slug.Length > 0 ? step.Text : step.Text with { Slug = step.Text.Headline.ToLowerInvariant().Replace(' ', '-') };
        var article = new ModelArticle(step.By.Name, text);
        if (!Slugs.TryAdd(text.Slug, (article, false)))
        {
            return new Answer(409, "slug-taken");
        }
        Articles.Add(article);
        return new Answer(201) { Version = 1 };
    }

    private Answer Save(Step step)
    {
        var (article, text) = (step.On!, step.Text!);
        var breaksARule = step.Flaw is Flaw.NoHeadline or Flaw.EmbargoAfterExpiry;
        if (step.IfMatch is null or "*")
        {
            return new Answer(428, "precondition-required");
        }
        if (step.Action == "put" && breaksARule)
        {
            return new Answer(422, "validation");
        }
        if ((NotThere(article) ?? Stale(step)) is { } refusal)
        {
            return refusal;
        }
        if (article.Stage == "trashed")
        {
            return new Answer(409, "action-not-allowed") { Allowed = article.Allowed };
        }
        if (step.Flaw != Flaw.None)
        {
            return new Answer(422, "validation");
        }
        if (text != article.Working)
        {
            if (Slugs.TryGetValue(text.Slug, out var taken) && taken.Owner != article)
            {
                return new Answer(409, "slug-taken");
            }
            Slugs.TryAdd(text.Slug, (article, false));
            article.Save(text, step.By.Name);
            FreeSlugs(article);
        }
        return new Answer(200) { Version = article.Version };
    }

    private Answer Act(Step step)
    {
        var article = step.On!;
        if (step.IfMatch is null || (step.IfMatch == "*" && step.Action == "discardChanges"))
        {
            return new Answer(428, "precondition-required");
        }
        if ((NotThere(article) ?? Stale(step)) is { } refusal)
        {
            return refusal;
        }
        var name = step.Action switch { "delete" => "trash", "end" => "delete", var other => other };
        if (!article.Allowed.Contains(name))
        {
            return new Answer(409, "action-not-allowed") { Allowed = article.Allowed };
        }
        switch (name)
        {
            case "publish" or "schedule":
                if (Public.Refuses(step) is { } reason)
                {
                    return reason;
                }
                break;
            case "withdraw":
                ModelPublic.Withdraw(article, step.By.Name, step.Words, byEditor: true);
                break;
            case "discardChanges":
                article.Working = WithoutGone(article.Live!.Text);
                article.Revision = article.Live.Revision;
                article.Move("changesDiscarded", "draft", step.By.Name);
                break;
            case "delete":
                Delete(article, step.By.Name);
                return new Answer(204);
            default:
                var (type, stage) = name switch
                {
                    "submit" => ("submitted", "inReview"),
                    "return" => ("returned", "draft"),
                    "unschedule" => ("unscheduled", "draft"),
                    "trash" => ("trashed", "trashed"),
                    "restore" => ("restored", "draft"),
                    _ => throw new InvalidOperationException($"The model does not know {name}."),
                };
                article.Move(type, stage, step.By.Name);
                break;
        }
        FreeSlugs(article);
        return step.Action == "delete" ? new Answer(204) : new Answer(200) { Version = article.Version };
    }

    private static Answer Correct(Step step)
    {
        var article = step.On!;
        if (NotThere(article) is { } refusal)
        {
            return refusal;
        }
        if (article.Public == "never" || article.Stage == "trashed")
        {
            return new Answer(409, "action-not-allowed") { Allowed = article.Allowed };
        }
        article.Corrections.Insert(0, new Note(step.Scope!, step.Words!));
        article.Happens("corrected", step.By.Name, article.IsLive ? article.Live!.Version : null);
        return new Answer(201);
    }

    private Answer Clear(Step step)
    {
        var article = step.On!;
        if (NotThere(article) is { } refusal)
        {
            return refusal;
        }
        if (step.At <= Now)
        {
            return new Answer(422, "validation");
        }
        article.Clearances.Insert(0, new Clearance(Guid.Empty, step.Scope!, step.At));
        article.Happens("clearanceGiven", step.By.Name);
        Public.RenderAgain(article, step.By.Name);
        return new Answer(201);
    }

    private Answer EndClearance(Step step)
    {
        var article = step.On!;
        if (NotThere(article) is { } refusal)
        {
            return refusal;
        }
        var place = article.Clearances.FindIndex(clearance => clearance.Id == step.Clearance);
        if (place < 0)
        {
            return new Answer(404, "not-found");
        }
        if (article.Clearances[place].Lasts(Now))
        {
            article.Clearances[place] = article.Clearances[place] with { Until = Now };
            article.Happens("clearanceEnded", step.By.Name);
            Public.RenderAgain(article, step.By.Name);
        }
        return new Answer(204);
    }

    private Answer Rename(Step step)
    {
        var record = step.Name!;
        (record.Name, record.Redistribution) = (step.Words!, step.Redistribution);
        record.Version++;
        foreach (var article in Articles.Where(article => article.IsLive && Names(article.Live!.Text, record)))
        {
            Public.RenderAgain(article, "system");
        }
        return new Answer(200) { Version = record.Version };
    }

    public static bool Names(Text text, ModelName record) => text.Source == record.Slug || text.Authors.Split(',').Contains(record.Slug);

    private static Answer? NotThere(ModelArticle article) => article.IsGone ? new Answer(404, "not-found") : null;

    private static Answer? Stale(Step step) =>
        step.IfMatch == "*" || step.IfMatch == $"{step.On!.Version}" ? null : new Answer(412, "stale-version") { Version = step.On!.Version };

    /// <summary>The end. What was public keeps its addresses, and other working copies lose it.</summary>
    private void Delete(ModelArticle article, string by)
    {
        article.Happens(article.Public == "never" ? "discarded" : "deleted", by);
        article.IsGone = true;
        Articles.Remove(article);
        Gone.Add(article);
        foreach (var (slug, _) in Slugs.Where(taken => taken.Value == (article, false)).ToList())
        {
            Slugs.Remove(slug);
        }
        foreach (var other in Articles)
        {
            other.Working = WithoutGone(other.Working);
        }
    }

    private Text WithoutGone(Text text) =>
        text with { Related = string.Join(',', text.Related.Split(',').Where(id => Articles.Exists(other => id == $"{other.Id}"))) };

    /// <summary>A slug that was never public is free again once neither the working copy has it nor what is scheduled.</summary>
    private void FreeSlugs(ModelArticle article)
    {
        foreach (var (slug, _) in Slugs.Where(taken => taken.Value == (article, false)).ToList())
        {
            if (slug != article.Working.Slug && slug != article.Scheduled?.Text.Slug)
            {
                Slugs.Remove(slug);
            }
        }
    }
}
