using System.Text.Json.Nodes;

namespace HeadlessNews.Tests.Articles;

/// <summary>Text that careless code damages, and articles in which every member has a value.</summary>
internal static class Samples
{
    public const string Persian = "«کشتیِ شبانه» می‌رود؛ ۱۲٫۵ کیلومتر تا «تارو»";
    public const string Arabic = "قال\u200F (Tarrow) \u200Eالمتحدثُ: \u2067النصّ\u2069 بلا تغيير";
    public const string Emoji = "👩🏽‍🚀 🏳️‍🌈 🇮🇷";
    public const string Combining = "cafe\u0301 is not café; a\u0323\u0308; क्षि; 한글";
    public const string Quotes = "“She said ‘never’” – and — then… it wasn’t";
    public const string Markup = "<b>5 < 6 & \"7\" > 6</b> \\ / ' &amp; {{x}} %20 ${y}";

    public const string Body = Quotes + "\r\n\r\n" + Persian + "\r\n\n\t" + Arabic + "  \r\n" + Emoji + "\r\n\r\n" + Combining + "\u2028" + Markup + "\r\n";

    /// <summary>Every member that a request may have; those that name others are given.</summary>
    public static JsonObject FullArticle(string source, string[] authors, string[] tags, string related) => new()
    {
        ["slug"] = "a-full-article",
        ["headline"] = $"{Quotes} {Emoji}",
        ["kicker"] = Persian,
        ["summary"] = $"{Arabic}\r\n{Combining}",
        ["body"] = new JsonObject { ["format"] = "markdown", ["content"] = Body },
        ["dateline"] = new JsonObject { ["place"] = $"تهران {Combining}", ["date"] = "2026-05-04" },
        ["language"] = "fa-IR",
        ["genre"] = "interview",
        ["urgency"] = 2,
        ["source"] = source,
        ["sourceUrl"] = "https://harbour-wire.example/2026/05/04/night-ferry?a=1&b=%D9%85#top",
        ["externalId"] = $"https://harbour-wire.example/{Emoji}?id=1",
        ["authors"] = ArrayOf(authors),
        ["bylineOverride"] = $"{Quotes} / {Persian}",
        ["tags"] = ArrayOf(tags),
        ["related"] = new JsonArray(new JsonObject { ["article"] = related, ["kind"] = "background" }),
        ["leadMedia"] = new JsonObject { ["url"] = "https://media.example/a.jpg?w=1&h=2", ["alt"] = Arabic, ["credit"] = Quotes },
        ["rights"] = new JsonObject
        {
            ["copyrightHolder"] = Persian,
            ["copyrightYear"] = 2025,
            ["copyrightNotice"] = $"© {Quotes}",
            ["usageTerms"] = $"{Arabic}\r\n{Markup}",
            ["redistribution"] = "attribution",
        },
        ["embargoUntil"] = "2026-05-04T09:30:00.123456Z",
        ["expiresAt"] = "2126-05-04T09:30:00Z",
        ["publishedAt"] = "2026-05-03T23:59:59.999999Z",
        ["isAccessibleForFree"] = false,
        ["seo"] = new JsonObject
        {
            ["title"] = Combining,
            ["description"] = Markup,
            ["canonicalUrl"] = "https://harbour-wire.example/c",
            ["noIndex"] = true,
        },
        ["internalNote"] = $"{Persian}\r\n\t{Emoji}",
    };

    /// <summary>An article as editors read it, in the words of the request that would have made it.</summary>
    public static JsonObject AsRequest(JsonObject article)
    {
        var request = new JsonObject();
        foreach (var (name, _) in FullArticle("", [], [], ""))
        {
            request[name] = name switch
            {
                "source" => article[name]!["slug"]!.DeepClone(),
                "authors" or "tags" => ArrayOf([.. article[name]!.AsArray().Select(named => named!["slug"]!.GetValue<string>())]),
                "related" => new JsonArray([.. article[name]!.AsArray().Select(other =>
                    (JsonNode)new JsonObject { ["article"] = other!["article"]!["slug"]!.DeepClone(), ["kind"] = other["kind"]!.DeepClone() })]),
                _ => article[name]?.DeepClone(),
            };
        }
        return request;
    }

    public static JsonArray ArrayOf(params string[] values) => new([.. values.Select(value => (JsonNode)value)]);

    /// <summary>The same members with the same values, to the last character; JSON's own comparison, made to say what differs.</summary>
    public static void AssertSame(JsonObject expected, JsonObject actual)
    {
        foreach (var (name, value) in expected)
        {
            Assert.True(JsonNode.DeepEquals(value, actual[name]), $"{name}: expected {value?.ToJsonString()}, got {actual[name]?.ToJsonString()}");
        }
        Assert.Equal(expected.Count, actual.Count);
    }
}
