namespace HeadlessNews.Tests.Model;

/// <summary>
/// What editors write of an article, as far as the model goes. Names in lists are joined by commas, so that two states with the same
/// content are equal.
/// </summary>
internal sealed record Text
{
    public required string Slug { get; init; }
    public required string Headline { get; init; }
    public string? Kicker { get; init; }
    public required string Body { get; init; }
    public required string Source { get; init; }
    public string Authors { get; init; } = "";
    public string Tags { get; init; } = "";
    public string Related { get; init; } = "";
    public string? Redistribution { get; init; }
    public DateTimeOffset? EmbargoUntil { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? PublishedAt { get; init; }
    public string? InternalNote { get; init; }
}

/// <summary>A kept revision.</summary>
internal sealed record Kept(Text Text, string SavedBy, bool WasPublic);

/// <summary>What the public sees, or saw last.</summary>
internal sealed record Edition(Text Text, int Revision, int Version);

/// <summary>A publication to come.</summary>
internal sealed record Pinned(Text Text, int Revision, DateTimeOffset Due, string By, bool HasFailed);

internal sealed record Note(string Kind, string Words);

internal sealed record Clearance(Guid Id, string Scope, DateTimeOffset? Until)
{
    public bool Lasts(DateTimeOffset at) => Until is null || Until > at;
}

/// <summary>A row of the log.</summary>
internal sealed record Happened(string Type, int Version, int? PreviousVersion, string Actor);

/// <summary>One article as the issue says that it should be; knows nothing of the service's code.</summary>
internal sealed class ModelArticle(string createdBy, Text text)
{
    public Guid Id { get; set; }
    public string CreatedBy { get; } = createdBy;
    public int Version { get; set; } = 1;
    public int Revision { get; set; } = 1;
    public int LastRevision { get; set; } = 1;
    public string Stage { get; set; } = "draft";
    public string Public { get; set; } = "never";
    public Text Working { get; set; } = text;
    public Dictionary<int, Kept> Revisions { get; } = new() { [1] = new Kept(text, createdBy, false) };
    public Edition? Live { get; set; }
    public Pinned? Scheduled { get; set; }
    public bool IsSyndicable { get; set; }
    public string? Notice { get; set; }
    public bool IsGone { get; set; }

    /// <summary>Newest first.</summary>
    public List<Note> Corrections { get; } = [];

    /// <summary>Newest first.</summary>
    public List<Clearance> Clearances { get; } = [];
    public List<Happened> Log { get; } = [new Happened("article.created", 1, null, createdBy)];

    /// <summary>The service's word, taken once and then held against it.</summary>
    public DateTimeOffset? FirstPublishedAt { get; set; }

    public bool IsLive => Public == "live";

    public bool HasUnpublishedChanges => IsLive && Revision != Live!.Revision;

    public string Status => Stage != "draft" ? Stage : Public switch { "live" => "published", "withdrawn" => "withdrawn", _ => "draft" };

    public List<string> Allowed
    {
        get
        {
            if (Stage == "trashed")
            {
                return ["restore", "delete"];
            }
            var hasNews = !IsLive || HasUnpublishedChanges;
            (string Action, bool IsAllowed)[] table =
            [
                ("submit", Stage == "draft" && hasNews),
                ("return", Stage == "inReview"),
                ("publish", hasNews),
                ("schedule", hasNews),
                ("unschedule", Stage == "scheduled"),
                ("discardChanges", HasUnpublishedChanges && Stage != "scheduled"),
                ("withdraw", IsLive),
                ("trash", !IsLive),
            ];
            return [.. table.Where(row => row.IsAllowed).Select(row => row.Action)];
        }
    }

    /// <summary>All times that something about it depends on.</summary>
    public IEnumerable<DateTimeOffset?> Times =>
    [
        Scheduled?.Due, .. Clearances.Select(clearance => clearance.Until),
        .. new[] { Working, Live?.Text, Scheduled?.Text }.SelectMany(text => new[] { text?.EmbargoUntil, text?.ExpiresAt }),
    ];

    public void Happens(string type, string actor, int? version = null) =>
        Log.Add(new Happened($"article.{type}", version ?? Version, version ?? Version, actor));

    /// <summary>A change of state: the next version, and its event.</summary>
    public void Move(string type, string stage, string actor)
    {
        Stage = stage;
        if (stage != "scheduled")
        {
            Scheduled = null;
        }
        Version++;
        Log.Add(new Happened($"article.{type}", Version, Version - 1, actor));
    }

    public void Save(Text text, string actor)
    {
        Working = text;
        Revision = ++LastRevision;
        Revisions[Revision] = new Kept(text, actor, false);
        Move("saved", Stage, actor);
    }

    public override string ToString() =>
        $"{Id} {Stage}/{Public} v{Version} r{Revision} of {LastRevision}, live r{Live?.Revision} v{Live?.Version}, {Scheduled}, {Working}";
}
