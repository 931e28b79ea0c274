using System.Buffers;

namespace HeadlessNews.Articles;

/// <summary>An article's body as readers get it.</summary>
internal sealed record RenderedBody(string Html, string Text, int WordCount, int ReadingMinutes)
{
    /// <summary>
    /// Nothing to read and nothing to see, so not publishable. Looking for tags in the string is exact here:
    /// SafeHtml escapes every angle bracket that is not its own tag, in text and in attributes.
    /// </summary>
    internal bool IsEmpty => Text.Length == 0
        && !Html.Contains("<img ", StringComparison.Ordinal)
        && !Html.Contains("<iframe ", StringComparison.Ordinal);
}

internal static class ArticleBody
{
    /// <summary>What may make the letters after it vanish: tags, definitions, attributes, fences, entities.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create("<[{&:~`");

    /// <summary>Whether it renders to nothing: most texts say so in their first two words. (One could be a list's marker.)</summary>
    internal static bool IsEmpty(Body body)
    {
        var plain = body.Content.AsSpan();
        var special = plain.IndexOfAny(Special);
        if (special >= 0)
        {
            plain = plain[..special];
        }
        for (var nth = 1; nth < plain.Length - 1; nth++)
        {
            if (plain[nth] == ' ' && char.IsLetter(plain[nth - 1]) && char.IsLetter(plain[nth + 1]))
            {
                return false;
            }
        }
        return Render(body.Format!.Value, body.Content!).IsEmpty;
    }

    internal static RenderedBody Render(BodyFormat format, string content)
    {
        // Markdown may hold any HTML, and links Markdig does not judge: it is trusted no more than HTML is.
        var clean = SafeHtml.Clean(format == BodyFormat.Markdown ? MarkdownBody.ToHtml(content) : content);
        var (words, minutes) = BodyText.Measure(clean.Text);
        return new RenderedBody(clean.Html, clean.Text, words, minutes);
    }
}
