using System.Text;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace HeadlessNews.Articles;

/// <summary>
/// Makes any HTML cheap to parse: known elements alone, each closed where it was opened, never more than
/// <see cref="MaxDepth"/> deep. The standard's tree construction walks its stack for nearly every tag and opens
/// formatting anew in every block it was left open in, so a hostile body costs it quadratic time and space; a balanced
/// one does not. Safety does not rest on this pass: <see cref="SafeHtml"/> judges the tree that comes out of the parser.
/// </summary>
internal sealed class BalancedHtml
{
    internal const int MaxDepth = 100;

    /// <summary>AngleSharp makes a browsing context for each, which takes the longer the more there are.</summary>
    internal const int MaxFrames = 100;

    private readonly HtmlTokenizer _tokens;
    private readonly StringBuilder _html;
    private readonly List<string> _open = [];
    private int _frames;

    /// <summary>Start tags left out for depth or place, whose end tags must not close an outer element of that name.</summary>
    private readonly Dictionary<string, int> _leftOut = [];

    private BalancedHtml(HtmlTokenizer tokens, int length)
    {
        _tokens = tokens;
        _html = new StringBuilder(length + 64);
    }

    internal static string From(string html)
    {
        using var tokens = new HtmlTokenizer(new TextSource(html), HtmlEntityProvider.Resolver) { SkipComments = true };
        var balanced = new BalancedHtml(tokens, html.Length);
        balanced.Run();
        return balanced._html.ToString();
    }

    private void Run()
    {
        for (var token = _tokens.Get(); token.Type != HtmlTokenType.EndOfFile; token = _tokens.Get())
        {
            if (token.Type == HtmlTokenType.Character)
            {
                SafeHtml.Escape(_html, token.Data);
            }
            else if (token.Type == HtmlTokenType.StartTag)
            {
                Start(token.AsTag());
            }
            else if (token.Type == HtmlTokenType.EndTag)
            {
                End(NameOf(token));
            }
        }
        CloseFrom(0);
    }

    private static string NameOf(HtmlToken token) =>
        SafeHtmlRules.Renamed.TryGetValue(token.Name, out var name) ? name
        : SafeHtmlRules.Divisions.Contains(token.Name) ? "div"
        : token.Name;

    private void Start(HtmlTagToken tag)
    {
        var name = NameOf(tag);
        if (SafeHtmlRules.Dropped.Contains(name))
        {
            Skip(tag.Name, tag.IsSelfClosing);
            if (name != "iframe" || ++_frames > MaxFrames)
            {
                return;
            }
        }
        if (name != "div" && !SafeHtmlRules.IsKept(name))
        {
            return;
        }
        CloseImplied(name);
        var isVoid = SafeHtmlRules.Void.Contains(name);
        if (_open.Count >= MaxDepth || !Fits(name))
        {
            if (!isVoid && name != "iframe")
            {
                _leftOut[name] = _leftOut.GetValueOrDefault(name) + 1;
            }
            return;
        }
        _html.Append('<').Append(name);
        foreach (var attribute in SafeHtmlRules.AttributesOf(name))
        {
            if (tag.Attributes.Find(one => one.Name == attribute) is { Name: not null } found)
            {
                _html.Append(' ').Append(attribute).Append("=\"");
                SafeHtml.Escape(_html, found.Value);
                _html.Append('"');
            }
        }
        _html.Append('>');
        if (name == "iframe")
        {
            _html.Append("</iframe>");
        }
        else if (!isVoid)
        {
            _open.Add(name);
        }
    }

    /// <summary>
    /// Past an element that goes with its content. In script and the like only its own end tag counts, elsewhere
    /// those of its kind nest; either may lack its end, and then the rest goes too, as in a browser.
    /// </summary>
    private void Skip(string name, bool selfClosing)
    {
        if (name is "svg" or "math" && selfClosing)
        {
            return;
        }
        if (name == "script")
        {
            _tokens.State = HtmlParseMode.Script;
        }
        else if (name is "title" or "textarea")
        {
            _tokens.State = HtmlParseMode.RCData;
        }
        else if (name == "plaintext")
        {
            _tokens.State = HtmlParseMode.Plaintext;
        }
        else if (SafeHtmlRules.RawText.Contains(name))
        {
            _tokens.State = HtmlParseMode.Rawtext;
        }
        for (var depth = 1; depth > 0;)
        {
            var token = _tokens.Get();
            if (token.Type == HtmlTokenType.EndOfFile)
            {
                return;
            }
            if (token.Name == name)
            {
                depth += token.Type == HtmlTokenType.StartTag ? 1 : token.Type == HtmlTokenType.EndTag ? -1 : 0;
            }
        }
    }

    /// <summary>The end tags that HTML lets writers leave out (13.1.2.4), written out.</summary>
    private void CloseImplied(string name)
    {
        if (name == "div" || SafeHtmlRules.Blocks.Contains(name))
        {
            CloseWithin(["p"], ["table", "td", "th", "caption"]);
        }
        switch (name)
        {
            case "li":
                CloseWithin(["li"], ["ul", "ol", "table", "td", "th", "caption"]);
                break;
            case "dt" or "dd":
                CloseWithin(["dt", "dd"], ["dl", "table", "td", "th", "caption"]);
                break;
            case "a":
                CloseWithin(["a"], ["table", "td", "th", "caption"]);
                break;
            case "rb" or "rt" or "rp":
                CloseWithin(["rb", "rt", "rp"], ["ruby", "table", "td", "th", "caption"]);
                break;
            case "td" or "th":
                CloseWithin(["td", "th", "caption", "colgroup"], ["tr", "table"]);
                break;
            case "tr":
                CloseWithin(["tr", "caption", "colgroup"], ["table"]);
                break;
            case "tbody" or "thead" or "tfoot" or "caption" or "colgroup":
                CloseWithin(["tbody", "thead", "tfoot", "caption", "colgroup"], ["table"]);
                break;
        }
    }

    /// <summary>
    /// A table's own levels hold its parts alone. Anything else would be moved out in front of it, and formatting that
    /// is moved so is opened again for each later piece of text.
    /// </summary>
    private bool Fits(string name) => (_open.Count == 0 ? "" : _open[^1]) switch
    {
        "table" => name is "caption" or "colgroup" or "col" or "thead" or "tbody" or "tfoot" or "tr" or "td" or "th",
        "thead" or "tbody" or "tfoot" => name is "tr" or "td" or "th",
        "tr" => name is "td" or "th",
        "colgroup" => name is "col",
        _ => !SafeHtmlRules.TableParts.Contains(name),
    };

    private void End(string name)
    {
        if (_leftOut.TryGetValue(name, out var count) && count > 0)
        {
            _leftOut[name] = count - 1;
            return;
        }
        // A stray </b> in a cell must not close the table around it.
        CloseWithin([name], name == "table" ? [] : SafeHtmlRules.TableParts.Contains(name) ? ["table"] : ["table", "td", "th", "caption"]);
    }

    /// <summary>Close the innermost of <paramref name="names"/> unless one of <paramref name="walls"/> stands before it.</summary>
    private void CloseWithin(ReadOnlySpan<string> names, ReadOnlySpan<string> walls)
    {
        for (var index = _open.Count - 1; index >= 0; index--)
        {
            if (names.Contains(_open[index]))
            {
                CloseFrom(index);
                return;
            }
            if (walls.Contains(_open[index]))
            {
                return;
            }
        }
    }

    private void CloseFrom(int index)
    {
        for (var last = _open.Count - 1; last >= index; last--)
        {
            _html.Append("</").Append(_open[last]).Append('>');
        }
        _open.RemoveRange(index, _open.Count - index);
    }
}
