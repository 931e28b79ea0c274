using System.Text.Json;

namespace HeadlessNews.Delivery.Search;

/// <summary>What of a found article words are marked in, read off its stored JSON no further than they stand.</summary>
/// <param name="Headline">Its headline.</param>
/// <param name="Summary">Its summary, if it has one.</param>
/// <param name="Body">So much of its text as is looked through.</param>
internal sealed record FoundTexts(string Headline, string? Summary, string Body)
{
    /// <summary>So much of an article's text is looked through for passages to show.</summary>
    public const int LongestLook = 20_000;

    public static FoundTexts Of(ReadOnlySpan<byte> card, ReadOnlySpan<byte> document)
    {
        var headline = new Utf8JsonReader(card);
        var summary = new Utf8JsonReader(card);
        var body = new Utf8JsonReader(document);
        return new FoundTexts(
            MoveTo(ref headline, "headline"u8) ? headline.GetString() ?? "" : "",
            MoveTo(ref summary, "summary"u8) ? summary.GetString() : null,
            MoveTo(ref body, "body"u8) && MoveTo(ref body, "text"u8) ? SearchText.Cut(body.GetString() ?? "", LongestLook) : "");
    }

    /// <summary>Into the object that comes next, to what it has by that name.</summary>
    private static bool MoveTo(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Read();
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
            {
                return true;
            }
            reader.Skip();
        }
        return false;
    }
}
