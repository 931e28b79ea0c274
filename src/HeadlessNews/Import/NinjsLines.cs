using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using HeadlessNews.Articles;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using HeadlessNews.Sources;

namespace HeadlessNews.Import;

/// <summary>Reads lines as IPTC ninjs 3.1: the way back from what delivery makes of an article, and what other suppliers' items have besides.</summary>
internal static partial class NinjsLines
{
    private static readonly string[] AuthorRels = ["author", "creator", "byline"];
    private static readonly string[] Statuses = ["usable", "withheld", "canceled"];
    private static readonly string[] CorrectionRoles = ["correction", "clarification", "update", "alt"];

    /// <param name="line">With its text.</param>
    /// <param name="source">For all items; null: each says who supplied it.</param>
    public static SentLine Read(ReadLine line, string? source)
    {
        try
        {
            if (JsonSerializer.Deserialize<NinjsItem>(line.Text, NinjsItem.Options) is not { } item)
            {
                return new SentLine(line) { Problem = Problems.Malformed("A line is a JSON object.") };
            }
            var errors = new Dictionary<string, string[]>();
            var supplier = item.InfoSources.Where(info => info.Called is not null).OrderBy(info => info.Role != "supplier").FirstOrDefault();
            if (string.IsNullOrEmpty(item.Uri))
            {
                errors["uri"] = ["must be given: it makes the item safe to import again"];
            }
            if (item.Type is not (null or "text"))
            {
                errors["type"] = [$"must be text: articles are made of nothing else, and this is {item.Type}"];
            }
            var status = item.PubStatus?.ToLowerInvariant() ?? Statuses[0];
            if (!Statuses.Contains(status))
            {
                errors["pubStatus"] = [$"must be one of {string.Join(", ", Statuses)}"];
            }
            if (source is null && supplier is null)
            {
                errors["infoSources"] = ["must name who supplied it, unless `source` is given for the whole import"];
            }
            var known = new Dictionary<string, Asked>();
            var article = Article(item, source ?? (supplier is null ? null : Named(supplier, null, known)), known);
            return new SentLine(line)
            {
                Article = new Upsert(article) { Known = known, NamesMayCoincide = true, IsCanceled = status != Statuses[0] },
                Problem = errors.Count == 0 ? null : Problems.Invalid(errors),
            };
        }
        catch (JsonException malformed)
        {
            return new SentLine(line) { Problem = ProblemHandling.ForJson(malformed) };
        }
    }

    private static UpsertRequest Article(NinjsItem item, string? source, Dictionary<string, Asked> known)
    {
        var authors = item.People.Where(IsAuthor).Select(one => (Name: one, Kind: "person")).Concat(item.Organisations.Where(IsAuthor).Select(one => (Name: one, Kind: "organization")))
            .Where(one => one.Name.Called is not null).ToList();
        var tags = item.Subjects.Select(one => (Name: one, Kind: (string?)null))
            .Concat(item.Places.Select(one => (Name: one, Kind: (string?)"place")))
            .Concat(item.People.Where(one => !IsAuthor(one)).Select(one => (Name: one, Kind: (string?)"person")))
            .Concat(item.Organisations.Where(one => !IsAuthor(one)).Select(one => (Name: one, Kind: (string?)"organization")))
            .Where(one => one.Name.Called is not null);
        var names = authors.ConvertAll(one => one.Name.Called!);
        var picture = item.Associations.FirstOrDefault(one => one is { Type: "picture", Renditions.Count: > 0 });
        return new UpsertRequest
        {
            ExternalId = item.Uri,
            Source = source,
            SourceUrl = item.AltIds.FirstOrDefault(id => id.Role == "sourceUrl")?.Value
                ?? item.Renditions.FirstOrDefault(one => one.Called == "web" || one.ContentType == "text/html")?.Href,
            Headline = OneLine(Plain(item.Headlines.FirstOrDefault(one => one.Role == "main") ?? item.Headlines.FirstOrDefault(one => one.Role != "kicker")) ?? item.Title),
            Kicker = OneLine(Plain(item.Headlines.FirstOrDefault(one => one.Role == "kicker"))),
            Summary = Plain(item.Descriptions.FirstOrDefault(one => one.Role == "summary") ?? item.Descriptions.FirstOrDefault(one => !CorrectionRoles.Contains(one.Role))),
            Body = BodyOf(item),
            Dateline = item.Located is null ? null : new Dateline { Place = item.Located },
            Language = item.Language,
            Genre = item.Genres.Select(GenreOf).FirstOrDefault(genre => genre is not null),
            Urgency = item.Urgency,
            Authors = [.. authors.Select(one => Named(one.Name, one.Kind, known)).Distinct()],
            BylineOverride = item.By is null || item.By == Byline.Of(names, item.Language ?? "en") ? null : item.By,
            Tags = [.. tags.Select(one => Named(one.Name, one.Kind, known)).Distinct()],
            LeadMedia = picture is null ? null : new LeadMedia
            {
                Url = (picture.Renditions.FirstOrDefault(one => one.Called is "original" or "main") ?? picture.Renditions[0]).Href,
                Alt = Plain(picture.Descriptions.Concat(picture.Headlines).OrderBy(one => one.Role != "alt").FirstOrDefault()),
                Credit = picture.By ?? picture.CopyrightNotice,
            },
            Rights = new Rights { CopyrightHolder = item.CopyrightHolder, CopyrightNotice = item.CopyrightNotice, UsageTerms = item.UsageTerms },
            EmbargoUntil = item.EmbargoedUntil ?? item.Embargoed,
            ExpiresAt = item.Expires,
            PublishedAt = item.ContentCreated ?? item.FirstCreated ?? item.VersionCreated,
            InternalNote = item.EdNote,
        };
    }

    private static bool IsAuthor(NinjsItem.Name one) => one.Rel is { } rel && AuthorRels.Contains(rel[(rel.LastIndexOfAny(['/', ':', '#']) + 1)..]);

    /// <summary>By its slug where it comes from a service like this one, else by its name; with what else is said of it.</summary>
    private static string Named(NinjsItem.Name one, string? kind, Dictionary<string, Asked> known)
    {
        var isOurs = one.Uri?.StartsWith("urn:uuid:", StringComparison.Ordinal) == true && one.Literal is { } slug && SlugText.IsValid(slug);
        var reference = isOurs ? one.Literal! : one.Called!;
        known.TryAdd(reference, new Asked(reference, one.Called!, kind, TopicOf(one.Uri)));
        return reference;
    }

    private static string? TopicOf(string? uri) => uri is not null && MediaTopic().Match(uri) is { Success: true } found ? $"medtop:{found.Groups[1].Value}" : null;

    private static Genre? GenreOf(NinjsItem.Name one)
    {
        foreach (var name in new[] { one.Literal, one.Called })
        {
            if (name is { Length: > 0 } && EnumNames.TryParse<Genre>(char.ToLowerInvariant(name[0]) + name[1..], out var genre))
            {
                return genre;
            }
        }
        return null;
    }

    private static Body BodyOf(NinjsItem item)
    {
        var html = item.Bodies.Where(IsHtml).OrderBy(body => body.Role != "main").FirstOrDefault();
        if (html?.Value is { } content)
        {
            return new Body { Format = BodyFormat.Html, Content = content };
        }
        var plain = item.Bodies.Where(IsText).OrderBy(body => body.Role != "main").FirstOrDefault()?.Value ?? "";
        var paragraphs = plain.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new Body { Format = BodyFormat.Html, Content = string.Concat(paragraphs.Select(paragraph => $"<p>{WebUtility.HtmlEncode(paragraph)}</p>\n")) };
    }

    private static bool IsHtml(NinjsItem.Text text) => text.ContentType is { } type && type.Contains("html", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is neither is a file of some kind, and no text to be read.</summary>
    private static bool IsText(NinjsItem.Text text) => text.ContentType is null || text.ContentType.StartsWith("text/", StringComparison.OrdinalIgnoreCase);

    private static string? Plain(NinjsItem.Text? text) =>
        text?.Value is not { Length: > 0 } value ? null : IsHtml(text) ? ArticleBody.Render(BodyFormat.Html, value).Text : value;

    private static string? OneLine(string? text) => text is null ? null : Spaces().Replace(text, " ").Trim();

    [GeneratedRegex(@"(?:mediatopic/|medtop:)([0-9]{8})\z")]
    private static partial Regex MediaTopic();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
