using System.Globalization;
using System.Text;
using AngleSharp.Dom;

namespace HeadlessNews.Articles;

/// <summary>
/// A clean body as plain text: blank lines between blocks, items and rows on lines of their own. Only ASCII white space
/// is folded; no-break spaces, joiners, bidi marks, quotes and dashes are the author's. Struck text is left out, for
/// without its line it would say what was taken back; so are footnote marks and the readings over ruby.
/// </summary>
internal sealed class BodyText
{
    private const int WordsPerMinute = 230;
    private const int IdeographsPerMinute = 500;

    private enum Gap { None, Space, Tab, Line, Blank }

    private readonly StringBuilder _text = new();
    private Gap _gap;

    private BodyText()
    {
    }

    internal static string From(IElement body)
    {
        var writer = new BodyText();
        writer.WriteChildren(body, Gap.Blank);
        var text = writer._text.ToString();
        return text.EnumerateRunes().All(IsInvisible) ? "" : text;
    }

    /// <summary>Any text as paragraphs that hold exactly it.</summary>
    internal static string ToHtml(string text)
    {
        var html = new StringBuilder(text.Length + 64);
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            html.Append("<p>");
            SafeHtml.Escape(html, paragraph);
            html.Append("</p>\n");
        }
        return html.ToString();
    }

    private static bool IsInvisible(Rune rune) => Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;

    /// <param name="parent">Whose children to write.</param>
    /// <param name="between">What parts two blocks here: inside an item they share its lines, inside a cell its line.</param>
    private void WriteChildren(INode parent, Gap between)
    {
        foreach (var child in parent.ChildNodes)
        {
            if (child is IText text)
            {
                WriteText(text.Data);
            }
            else if (child is IElement element && !IsLeftOut(element))
            {
                WriteElement(element, between);
            }
        }
    }

    private void WriteElement(IElement element, Gap between)
    {
        var name = element.LocalName;
        var around = name switch
        {
            "br" => between == Gap.Space ? Gap.Space : Gap.Line,
            "td" or "th" => Gap.Tab,
            "tr" or "li" or "dt" or "dd" => between == Gap.Space ? Gap.Space : Gap.Line,
            _ => SafeHtmlRules.Blocks.Contains(name) || name == "caption" ? between : Gap.None,
        };
        _gap = Max(_gap, around);
        if (name == "pre" && between != Gap.Space)
        {
            WriteLines(element.TextContent);
        }
        else
        {
            WriteChildren(element, name switch
            {
                "td" or "th" => Gap.Space,
                "li" or "dt" or "dd" when between != Gap.Space => Gap.Line,
                _ => between,
            });
        }
        _gap = Max(_gap, around);
    }

    private static Gap Max(Gap one, Gap other) => one > other ? one : other;

    private static bool IsLeftOut(IElement element) => element.LocalName switch
    {
        "del" or "s" or "rt" or "rp" => true,
        "sup" => element.Parent is IElement { LocalName: "a" } link && IsWithin(link),
        "a" => IsWithin(element) && element.TextContent.AsSpan().Trim(" \uFE0E\uFE0F") is "↩",
        _ => false,
    };

    private static bool IsWithin(IElement link) => link.GetAttribute("href") is ['#', ..];

    private void WriteText(string text)
    {
        foreach (var character in text)
        {
            if (character is ' ' or '\t' or '\n' or '\f' or '\r')
            {
                _gap = Max(_gap, Gap.Space);
            }
            else
            {
                CloseGap();
                _text.Append(character);
            }
        }
    }

    private void WriteLines(string text)
    {
        var lines = text.TrimEnd(' ', '\t', '\n').TrimStart('\n');
        if (lines.Length > 0)
        {
            CloseGap();
            _text.Append(lines);
        }
    }

    private void CloseGap()
    {
        if (_text.Length > 0)
        {
            _text.Append(_gap switch { Gap.None => "", Gap.Space => " ", Gap.Tab => "\t", Gap.Line => "\n", _ => "\n\n" });
        }
        _gap = Gap.None;
    }

    /// <summary>
    /// Words near enough to UAX #29: letters, digits and marks, held together by joiners, hyphens, apostrophes, and stops
    /// and commas inside numbers. Ideographs and kana count one by one, as their word processors do, and are read at their
    /// own speed. Thai and its neighbours write no spaces: five letters are taken for a word.
    /// </summary>
    internal static (int Words, int Minutes) Measure(string text)
    {
        var (words, ideographs, unspaced) = (0, 0, 0);
        var (previous, joint) = (default(Rune), default(Rune));
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category == UnicodeCategory.Format && rune.Value != 0x200B)
            {
                continue; // joiners, soft hyphens and bidi marks part nothing; the zero width space does
            }
            var isMark = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
            if (isMark && previous != default)
            {
                continue;
            }
            if (IsIdeographic(rune.Value) && !isMark)
            {
                ideographs++;
                (previous, joint) = (default, default);
            }
            else if (IsUnspaced(rune.Value) && Rune.IsLetter(rune))
            {
                unspaced++;
                (previous, joint) = (default, default);
            }
            else if (Rune.IsLetterOrDigit(rune) || Rune.IsNumber(rune))
            {
                var joined = joint == default ? previous != default : joint.Value != ',' || (Rune.IsDigit(previous) && Rune.IsDigit(rune));
                words += joined ? 0 : 1;
                (previous, joint) = (rune, default);
            }
            else if (previous != default && joint == default && IsJoint(rune.Value))
            {
                joint = rune;
            }
            else
            {
                (previous, joint) = (default, default);
            }
        }
        words += (unspaced + 4) / 5;
        var minutes = (int)Math.Ceiling((double)words / WordsPerMinute + (double)ideographs / IdeographsPerMinute);
        return (words + ideographs, text.Length == 0 ? 0 : Math.Max(1, minutes));
    }

    private static bool IsJoint(int value) => value is '\'' or '-' or '.' or ',' or '_' or 0xB7 or 0x2019 or 0x2010 or 0x2011
        or 0x05F3 or 0x05F4 or 0x066B or 0x066C;

    private static bool IsIdeographic(int value) => value is (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0x20000 and <= 0x3FFFF) or 0x3005 or 0x3007 or (>= 0x3041 and <= 0x30FA) or 0x30FC or (>= 0x31F0 and <= 0x31FF)
        or (>= 0xFF66 and <= 0xFF9F);

    private static bool IsUnspaced(int value) => value is (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF);
}
