using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace HeadlessNews.Articles;

/// <summary>
/// HTML from anywhere made safe to put into a page: parsed as HTML5 says, then written anew from
/// <see cref="SafeHtmlRules"/> alone. What comes out is parsed and written again until it no longer changes, so that a
/// reader's parser sees the very tree that was judged here (against mutation XSS).
/// </summary>
internal sealed class SafeHtml
{
    private const string Space = " \t\n\f\r";

    private readonly StringBuilder _html = new();
    private readonly HashSet<string> _ids = [];
    private readonly HashSet<string> _targets = [];
    private readonly HashSet<string> _written = [];

    private SafeHtml()
    {
    }

    internal static (string Html, string Text) Clean(string html)
    {
        var clean = Write(Parse(html));
        // Three rounds did for every input tried; should one need more, its text is kept and its markup is not.
        for (var round = 0; round < 4; round++)
        {
            var body = Parse(clean);
            var again = Write(body);
            if (again == clean)
            {
                return (clean, BodyText.From(body));
            }
            clean = again;
        }
        var text = BodyText.From(Parse(clean));
        return (BodyText.ToHtml(text), text);
    }

    /// <summary>
    /// What XML 1.0 forbids goes too, since bodies also travel in feeds (and PostgreSQL refuses NUL); a lone surrogate
    /// becomes U+FFFD, as it would in UTF-8.
    /// </summary>
    internal static void Escape(StringBuilder html, ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => html.Append("&amp;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '"' => html.Append("&quot;"),
                '\t' or '\n' => html.Append((char)rune.Value),
                < 0x20 or (>= 0x7F and < 0xA0) or 0xFFFE or 0xFFFF => html,
                < 0x10000 => html.Append((char)rune.Value),
                _ => html.Append(rune.ToString()),
            };
        }
    }

    private static IElement Parse(string html)
    {
        var parser = new HtmlParser();
        // The doctype matters: in quirks mode a table may stand inside a paragraph.
        var body = parser.ParseDocument("<!DOCTYPE html><body>").Body!;
        body.AppendNodes([.. parser.ParseFragment(BalancedHtml.From(html), body)]);
        return body;
    }

    private static string Write(IElement body)
    {
        var writer = new SafeHtml();
        writer.FindIds(body);
        writer.WriteFlow(body);
        return writer._html.ToString();
    }

    private void FindIds(IElement element)
    {
        foreach (var child in element.Children)
        {
            if (child.LocalName != "div" && SafeHtmlRules.Id(child.GetAttribute("id")) is { } id)
            {
                _ids.Add(id);
            }
            if (child.LocalName == "a" && TargetOf(child.GetAttribute("href")) is { } target)
            {
                _targets.Add(target);
            }
            FindIds(child);
        }
    }

    private static string? TargetOf(string? href) => href is ['#', .. var id] ? SafeHtmlRules.Id(id) : null;

    private void WriteChildren(INode parent, bool inPhrase)
    {
        foreach (var child in parent.ChildNodes)
        {
            WriteNode(child, inPhrase);
        }
    }

    /// <summary>The body itself and its divisions: text that stands loose in them becomes a paragraph.</summary>
    private void WriteFlow(INode parent)
    {
        var paragraph = false;
        var space = "";
        foreach (var child in parent.ChildNodes)
        {
            if (child is IText { Data: var data } && data.AsSpan().Trim(Space).IsEmpty)
            {
                space = data;
                continue;
            }
            var isBlock = child is IElement element && (HoldsBlock(element) || (element.LocalName == "br" && !paragraph));
            if (isBlock && paragraph)
            {
                _html.Append("</p>");
                paragraph = false;
            }
            Escape(_html, space);
            space = "";
            if (!isBlock && child is IText or IElement && !paragraph)
            {
                _html.Append("<p>");
                paragraph = true;
            }
            if (!(isBlock && child is IElement { LocalName: "br" }))
            {
                WriteNode(child, inPhrase: paragraph);
            }
        }
        _html.Append(paragraph ? "</p>" : "");
        Escape(_html, space);
    }

    private void WriteNode(INode node, bool inPhrase)
    {
        if (node is IText text)
        {
            Escape(_html, text.Data);
        }
        else if (node is IElement element && element.NamespaceUri == NamespaceNames.HtmlUri)
        {
            WriteElement(element, inPhrase);
        }
    }

    private void WriteElement(IElement element, bool inPhrase)
    {
        var name = element.LocalName;
        if (name == "div")
        {
            WriteDivision(element, inPhrase);
            return;
        }
        // Frames and images without a source that may be shown are nothing; the parser itself makes empty paragraphs.
        if (!SafeHtmlRules.IsKept(name)
            || (name is "img" or "iframe" && SafeHtmlRules.Attribute(name, "src", element.GetAttribute("src") ?? "") is null)
            || (name == "p" && !HoldsSomething(element)))
        {
            return;
        }
        var start = _html.Length;
        _html.Append('<').Append(name);
        WriteAttributes(element, name);
        if (name == "a" && _html.Length == start + 2)
        {
            _html.Length = start;
            WriteChildren(element, inPhrase);
            return;
        }
        _html.Append('>');
        if (SafeHtmlRules.Void.Contains(name))
        {
            return;
        }
        if (name == "pre" && element.FirstChild is IText { Data: ['\n', ..] })
        {
            _html.Append('\n'); // parsers leave out the first line break of a pre
        }
        if (name != "iframe")
        {
            WriteChildren(element, inPhrase || name is "p" or "pre" or "summary" or "caption" or ['h', >= '2' and <= '6']
                || (SafeHtmlRules.Phrases.Contains(name) && !HoldsBlock(element)));
        }
        _html.Append("</").Append(name).Append('>');
    }

    /// <summary>A division goes, yet its words must not run into its neighbour's.</summary>
    private void WriteDivision(IElement division, bool inPhrase)
    {
        if (inPhrase)
        {
            _html.Append(division.Closest("pre") is null ? ' ' : '\n');
            WriteChildren(division, inPhrase);
        }
        else if (division.Parent is IElement { LocalName: not "body" } parent
            && parent.ChildNodes.All(one => one == division || one is IText { Data: var data } && data.AsSpan().Trim(Space).IsEmpty))
        {
            WriteChildren(division, inPhrase); // an item or a cell that holds it alone needs no paragraph
        }
        else
        {
            WriteFlow(division);
        }
    }

    private void WriteAttributes(IElement element, string name)
    {
        foreach (var attribute in SafeHtmlRules.AttributesOf(name))
        {
            var value = element.GetAttribute(attribute);
            var clean = attribute switch
            {
                "id" => SafeHtmlRules.Id(value) is { } id && _targets.Contains(id) && _written.Add(id) ? SafeHtmlRules.IdPrefix + id : null,
                "href" when TargetOf(value) is { } target && _ids.Contains(target) => "#" + SafeHtmlRules.IdPrefix + target,
                "rel" => IsWeb(element.GetAttribute("href")) ? SafeHtmlRules.Attribute(name, attribute, value ?? "") : null,
                _ => value is null ? null : SafeHtmlRules.Attribute(name, attribute, value),
            };
            if (clean is not null)
            {
                _html.Append(' ').Append(attribute).Append("=\"");
                Escape(_html, clean);
                _html.Append('"');
            }
        }
        _html.Append(name == "iframe" ? SafeHtmlRules.EmbedAttributes : "");
    }

    private static bool IsWeb(string? href) =>
        href is not null && SafeHtmlRules.Attribute("a", "href", href) is { } url
        && (url.StartsWith("https://", StringComparison.Ordinal) || url.StartsWith("http://", StringComparison.Ordinal));

    private static bool HoldsBlock(IElement element) =>
        element.LocalName == "div" || SafeHtmlRules.Blocks.Contains(element.LocalName) || element.Children.Any(HoldsBlock);

    private static bool HoldsSomething(INode node) => node.ChildNodes.Any(child => child switch
    {
        IText text => !text.Data.AsSpan().Trim(Space).IsEmpty,
        IElement { LocalName: "img" or "iframe" } => true,
        _ => HoldsSomething(child),
    });
}
