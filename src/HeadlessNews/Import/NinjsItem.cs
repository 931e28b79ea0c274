using System.Text.Json;
using System.Text.Json.Serialization;
using HeadlessNews.Http;

namespace HeadlessNews.Import;

/// <summary>
/// What is taken from an item of IPTC ninjs 3.1; other members are passed over. Older releases wrote names in small letters (<c>pubstatus</c>): those
/// are known, too, since what withdraws or holds back an item must not be passed over.
/// </summary>
internal sealed record NinjsItem
{
    public static readonly JsonSerializerOptions Options = Lenient();

    public string? Uri { get; init; }
    public string? Type { get; init; }
    public string? PubStatus { get; init; }
    public DateTimeOffset? FirstCreated { get; init; }
    public DateTimeOffset? VersionCreated { get; init; }
    public DateTimeOffset? ContentCreated { get; init; }
    public DateTimeOffset? EmbargoedUntil { get; init; }

    /// <summary>As older releases call it.</summary>
    public DateTimeOffset? Embargoed { get; init; }

    public DateTimeOffset? Expires { get; init; }
    public int? Urgency { get; init; }
    public string? CopyrightHolder { get; init; }
    public string? CopyrightNotice { get; init; }
    public string? UsageTerms { get; init; }
    public string? EdNote { get; init; }
    public string? Language { get; init; }
    public string? Title { get; init; }
    public string? By { get; init; }
    public string? Located { get; init; }
    public IReadOnlyList<Text> Headlines { get; init => field = Whole(value); } = [];
    public IReadOnlyList<Text> Descriptions { get; init => field = Whole(value); } = [];
    public IReadOnlyList<Text> Bodies { get; init => field = Whole(value); } = [];
    public IReadOnlyList<Name> People { get; init => field = Whole(value); } = [];
    public IReadOnlyList<Name> Organisations { get; init => field = Whole(value); } = [];
    public IReadOnlyList<Name> Places { get; init => field = Whole(value); } = [];
    public IReadOnlyList<Name> Subjects { get; init => field = Whole(value); } = [];
    public IReadOnlyList<Name> InfoSources { get; init => field = Whole(value); } = [];
    public IReadOnlyList<Name> Genres { get; init => field = Whole(value); } = [];
    public IReadOnlyList<Text> AltIds { get; init => field = Whole(value); } = [];
    public IReadOnlyList<Rendition> Renditions { get; init => field = Whole(value); } = [];
    public IReadOnlyList<NinjsItem> Associations { get; init => field = Whole(value); } = [];

    /// <summary>Of an association: what it is called.</summary>
    [JsonPropertyName("name")]
    public string? Called { get; init; }

    internal sealed record Text
    {
        public string? Role { get; init; }
        public string? ContentType { get; init; }
        public string? Value { get; init; }
    }

    internal sealed record Name
    {
        [JsonPropertyName("name")]
        public string? Called { get; init; }

        public string? Rel { get; init; }
        public string? Role { get; init; }
        public string? Uri { get; init; }
        public string? Literal { get; init; }
    }

    internal sealed record Rendition
    {
        [JsonPropertyName("name")]
        public string? Called { get; init; }

        public string? Href { get; init; }
        public string? ContentType { get; init; }
    }

    /// <summary>A list may be null, and so may its items.</summary>
    private static T[] Whole<T>(IReadOnlyList<T>? sent) where T : class => [.. (sent ?? []).Where(one => one is not null)];

    private static JsonSerializerOptions Lenient()
    {
        var options = Json.Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        options.PropertyNameCaseInsensitive = true;
        options.MaxDepth = 64;
        return options;
    }
}
