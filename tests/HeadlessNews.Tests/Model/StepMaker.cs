namespace HeadlessNews.Tests.Model;

/// <summary>
/// Makes random steps: mostly such as the model allows, often enough others. All chance comes from one seed.
/// </summary>
internal sealed class StepMaker(Model model, IReadOnlyList<Person> people, Random random, Bell bell)
{
    private const int FewestArticles = 14;
    private const int MostArticles = 20;

    private static readonly (string Action, int Weight)[] Actions =
    [
        ("put", 10), ("patch", 18), ("unchanged", 3), ("submit", 6), ("return", 6), ("publish", 16), ("schedule", 9), ("unschedule", 4),
        ("discardChanges", 6), ("withdraw", 6), ("trash", 2), ("delete", 2), ("restore", 8), ("end", 5), ("correct", 5), ("clear", 6),
        ("endClearance", 5),
    ];

    private static readonly string?[] Redistributions = [null, null, "allowed", "attribution", "prohibited"];

    private readonly DateTimeOffset far = DateTimeOffset.FromUnixTimeSeconds(model.Now.AddDays(30).ToUnixTimeSeconds());
    private int words;
    private int step;

    public Step Next(int number)
    {
        step = number;
        var person = random.Next(6) < 5 ? Pick(people.Where(one => one.IsEditor).ToList()) : people.First(one => !one.IsEditor);
        var touchable = model.Articles.FindAll(article => !bell.IsNear || !bell.Concerns(article));
        if (touchable.Count == 0 || (model.Articles.Count < FewestArticles ? OneIn(2) : model.Articles.Count < MostArticles && OneIn(25)))
        {
            return Create(person);
        }
        if (!bell.IsNear && OneIn(20))
        {
            return Rename(person);
        }
        var article = model.Gone.Count > 0 && OneIn(60) ? Pick(model.Gone) : Pick(touchable);
        // A contributor has most to do with articles of its own.
        if (!person.IsEditor && !OneIn(4) && touchable.Find(own => own.CreatedBy == person.Name && own.Public == "never") is { } own)
        {
            article = own;
        }
        var wild = OneIn(6);
        var choices = Actions.Where(choice => wild || IsSensible(choice.Action, article)).ToList();
        return Of(Weighted(choices), person, article);
    }

    private static bool IsSensible(string action, ModelArticle article) => action switch
    {
        "put" or "patch" or "unchanged" => article.Stage != "trashed",
        "correct" => article.Public != "never" && article.Stage != "trashed",
        "clear" => true,
        "endClearance" => article.Clearances.Count > 0,
        "delete" => article.Allowed.Contains("trash"),
        "end" => article.Allowed.Contains("delete"),
        _ => article.Allowed.Contains(action),
    };

    private Step Of(string action, Person person, ModelArticle article)
    {
        var made = new Step(action, person, article) { IfMatch = IfMatch(person, article) };
        return action switch
        {
            "put" or "patch" => made with { Text = Changed(article.Working, article), Flaw = OneIn(15) ? Pick(Enum.GetValues<Flaw>()) : Flaw.None },
            "unchanged" => made with { Action = OneIn(2) ? "put" : "patch", Text = article.Working },
            "schedule" => made with { At = article.Working.EmbargoUntil is not null && OneIn(2) ? null : OneIn(12) ? model.Now.AddMinutes(-5) : Ahead() },
            "return" or "withdraw" => made with { Words = OneIn(3) ? null : Word("n") },
            "correct" => made with { Scope = Pick(["correction", "clarification", "update"]), Words = Word("c") },
            "clear" => made with { Scope = OneIn(2) ? "syndication" : "site", Words = "Of the model.", At = OneIn(3) ? null : OneIn(8) ? model.Now.AddMinutes(-5) : Ahead() },
            "endClearance" => made with { Clearance = OneIn(8) || article.Clearances.Count == 0 ? Guid.NewGuid() : Pick(article.Clearances).Id },
            _ => made,
        };
    }

    private Step Create(Person person)
    {
        var text = new Text { Slug = "", Headline = $"News {Word("h")}", Body = Word("b"), Source = Pick([.. model.Sources.Keys]) };
        text = Changed(text, null);
        return new Step("create", person) { Text = text with { Slug = OneIn(3) ? Slug() : "" }, Flaw = OneIn(30) ? Pick(Enum.GetValues<Flaw>()) : Flaw.None };
    }

    private Step Rename(Person person)
    {
        var isSource = !OneIn(3);
        var record = Pick((isSource ? model.Sources : model.Authors).Values.ToList());
        return new Step(isSource ? "source" : "author", person)
        {
            Name = record,
            IfMatch = $"{record.Version}",
            Words = $"{record.Slug} {record.Version + 1}",
            Redistribution = isSource ? Pick(Redistributions) : null,
        };
    }

    /// <summary>What an editor sends who has read the article now, or at some time before, or does not care.</summary>
    private string? IfMatch(Person person, ModelArticle article) => random.Next(40) switch
    {
        0 => null,
        1 or 2 => "*",
        < 7 when person.Read.TryGetValue(article, out var version) => $"{version}",
        _ => $"{article.Version}",
    };

    private Text Changed(Text text, ModelArticle? article)
    {
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            text = random.Next(20) switch
            {
                < 4 => text with { Headline = $"News {Word("h")}" },
                < 6 => text with { Kicker = OneIn(3) ? null : Word("k") },
                < 9 => text with { Body = OneIn(12) ? "" : Word("b") },
                < 11 when article is not null => text with { Slug = Slug() },
                < 12 => text with { Source = Pick([.. model.Sources.Keys]) },
                < 14 => text with { Authors = Some(model.Authors.Keys) },
                < 15 => text with { Tags = Some(["shipping", "weather"]) },
                < 16 => text with { Related = Some(model.Articles.Where(other => other != article).Select(other => $"{other.Id}").Take(5)) },
                < 17 => text with { Redistribution = Pick(Redistributions) },
                < 18 => text with { EmbargoUntil = OneIn(3) ? null : OneIn(4) ? model.Now.AddMinutes(-7) : Ahead() },
                < 19 => text with { ExpiresAt = OneIn(3) ? null : OneIn(6) ? model.Now.AddMinutes(-6) : Ahead() },
                _ => OneIn(2)
                    ? text with { InternalNote = Word("i") }
                    : text with { PublishedAt = new DateTimeOffset(2020, 1, random.Next(1, 20), 0, 0, 0, TimeSpan.Zero) },
            };
        }
        // What no time lets be published any more, or for long, is of no more use: the next save lifts it.
        if (article is not null && (text.EmbargoUntil > model.Now || text.ExpiresAt <= model.Now) && OneIn(2))
        {
            text = text with { EmbargoUntil = null, ExpiresAt = null };
        }
        text = text with { EmbargoUntil = Milliseconds(text.EmbargoUntil), ExpiresAt = Milliseconds(text.ExpiresAt) };
        return text.ExpiresAt <= text.EmbargoUntil ? text with { ExpiresAt = null } : text;
    }

    private static DateTimeOffset? Milliseconds(DateTimeOffset? time) =>
        time is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()) : null;

    /// <summary>Soon, or long after the test.</summary>
    private DateTimeOffset Ahead() => (OneIn(3) ? null : bell.Choose(step, model.Now)) ?? far.AddDays(random.Next(3));

    /// <summary>A word that stands nowhere else.</summary>
    private string Word(string kind) => $"zq{kind}{++words}q";

    /// <summary>From a few that all want, or one's own.</summary>
    private string Slug() => OneIn(2) ? $"wanted-{random.Next(30)}" : $"own-{Word("s")}";

    private string Some(IEnumerable<string> names) => string.Join(',', names.Where(_ => OneIn(2)).OrderBy(_ => random.Next()).ToList());

    private bool OneIn(int many) => random.Next(many) == 0;

    private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    private string Weighted(List<(string Action, int Weight)> choices)
    {
        var at = random.Next(choices.Sum(choice => choice.Weight));
        return choices.First(choice => (at -= choice.Weight) < 0).Action;
    }
}
