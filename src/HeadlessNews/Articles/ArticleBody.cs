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
    internal static RenderedBody Render(BodyFormat format, string content)
    {
        // Markdown may hold any HTML, and links Markdig does not judge: it is trusted no more than HTML is.
        var clean = SafeHtml.Clean(format == BodyFormat.Markdown ? MarkdownBody.ToHtml(content) : content);
        var (words, minutes) = BodyText.Measure(clean.Text);
        return new RenderedBody(clean.Html, clean.Text, words, minutes);
    }
}
