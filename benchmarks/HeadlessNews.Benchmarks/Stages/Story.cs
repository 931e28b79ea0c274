using System.Globalization;
using System.Text;
using System.Text.Json;
using HeadlessNews.Benchmarks.Servers;
using HeadlessNews.Hosting;

namespace HeadlessNews.Benchmarks.Stages;

/// <summary>An article as a script sends it: 3 KB of body, an author and up to four tags that are here already, and a time anywhere in the archive.</summary>
internal sealed record Story
{
    /// <summary>Whose articles the demo's are, and these.</summary>
    public const string SourceSlug = "demo-wire";

    /// <summary>What no other article's external id begins with.</summary>
    public const string Prefix = "benchmark-";

    private const int BodyLength = 3_000;
    private const int Authors = 50;
    private const int AllTags = 200;
    private static readonly DateTimeOffset Newest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Run = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
    private static int made;

    public required string ExternalId { get; init; }
    public required string Headline { get; init; }
    public required string Summary { get; init; }
    public required object Body { get; init; }
    public required object Dateline { get; init; }
    public string Source { get; } = SourceSlug;
    public string Language { get; } = "en";
    public string Genre { get; } = "article";
    public required int Urgency { get; init; }
    public required IReadOnlyList<string> Authored { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>One that there has not been yet.</summary>
    /// <param name="archive">How many articles there are: it is as old as any of them.</param>
    public static Story New(int archive)
    {
        var number = Interlocked.Increment(ref made);
        var random = new Random(number);
        var words = DemoWords.English;
        var published = Newest.AddMinutes(-7.0 * random.Next(archive));
        var body = new StringBuilder();
        while (body.Length < BodyLength)
        {
            for (var sentence = 0; sentence < 5; sentence++)
            {
                body.Append(words.Sentence(random, 8 + random.Next(12))).Append(". ");
            }
            body.Append("\n\n");
        }
        return new Story
        {
            ExternalId = $"{Prefix}{Run}-{number.ToString(CultureInfo.InvariantCulture)}",
            Headline = words.Sentence(random, 6 + random.Next(5)),
            Summary = words.Sentence(random, 20) + ".",
            Body = new { format = "markdown", content = body.ToString() },
            Dateline = new { place = "MARROW BAY", date = DateOnly.FromDateTime(published.UtcDateTime) },
            Urgency = 1 + random.Next(8),
            Authored = [$"demo-author-{random.Next(Authors)}"],
            Tags = [.. Enumerable.Range(0, 4).Select(_ => $"demo-tag-{DemoWords.Zipf(random, AllTags)}").Distinct()],
            PublishedAt = published,
        };
    }

    /// <summary>As JSON, in one line.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        source = Source,
        externalId = ExternalId,
        headline = Headline,
        summary = Summary,
        body = Body,
        dateline = Dateline,
        language = Language,
        genre = Genre,
        urgency = Urgency,
        authors = Authored,
        tags = Tags,
        publishedAt = PublishedAt,
    });

    /// <summary>Many, each in a line of its own.</summary>
    public static byte[] Lines(int many, NewsData data)
    {
        using var lines = new MemoryStream(many * 4_200);
        for (var nth = 0; nth < many; nth++)
        {
            lines.Write(New(data.Articles).Write());
            lines.WriteByte((byte)'\n');
        }
        return lines.ToArray();
    }
}
