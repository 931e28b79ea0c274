using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace HeadlessNews.Articles;

/// <summary>What may stay in a body. Everything is refused that is not named here.</summary>
internal static partial class SafeHtmlRules
{
    /// <summary>
    /// Players that may be framed. Never list a host that also serves the site or its sessions: the sandbox
    /// below lets a frame keep its own origin, which is only harmless on somebody else's.
    /// </summary>
    internal static readonly FrozenSet<string> EmbedHosts = FrozenSet.Create(StringComparer.Ordinal,
        "www.youtube-nocookie.com", "player.vimeo.com", "geo.dailymotion.com", "www.aparat.com",
        "open.spotify.com", "w.soundcloud.com", "embed.podcasts.apple.com");

    /// <summary>Forced on every frame; YouTube's player answers "error 153" without a referrer.</summary>
    internal const string EmbedAttributes =
        """
         sandbox="allow-scripts allow-same-origin allow-popups allow-presentation" loading="lazy" referrerpolicy="strict-origin-when-cross-origin" allowfullscreen=""
        """;

    /// <summary>Ids are for footnotes alone; the prefix keeps them from shadowing anything in a page (DOM clobbering).</summary>
    internal const string IdPrefix = "note-";

    /// <summary>Other names for elements that are let through. The page's one h1 is the headline.</summary>
    internal static readonly FrozenDictionary<string, string> Renamed = new Dictionary<string, string>
    {
        ["h1"] = "h2",
        ["strike"] = "s",
        ["acronym"] = "abbr",
        ["image"] = "img",
        ["tt"] = "code",
        ["listing"] = "pre",
        ["dir"] = "ul",
        ["menu"] = "ul",
    }.ToFrozenDictionary();

    /// <summary>Blocks that go, but whose borders still part one paragraph from the next.</summary>
    internal static readonly FrozenSet<string> Divisions = Names(
        "div section article main header footer aside nav address center form fieldset legend hgroup search dialog");

    /// <summary>Gone with all they hold: code, foreign markup, form controls, and fallbacks for what is gone.</summary>
    internal static readonly FrozenSet<string> Dropped = Names(
        "script style svg math template noscript iframe object applet frameset noframes noembed xmp plaintext title textarea "
        + "select datalist button output progress meter audio video canvas map portal fencedframe");

    /// <summary>Elements whose content is not markup (HTML, 13.2.6.4.7 and 13.2.6.2).</summary>
    internal static readonly FrozenSet<string> RawText = Names("style xmp iframe noembed noframes noscript");

    internal static readonly FrozenSet<string> Void = Names("img br hr col wbr");

    internal static readonly FrozenSet<string> Blocks = Names(
        "p h2 h3 h4 h5 h6 ul ol li blockquote pre figure figcaption table hr dl dt dd details summary");

    internal static readonly FrozenSet<string> TableParts = Names("caption colgroup col thead tbody tfoot tr th td");

    internal static readonly FrozenSet<string> Phrases = Names(
        "code em strong b i u s sub sup small mark del ins abbr cite q time span bdi bdo a img iframe br wbr ruby rb rt rp kbd samp var dfn");

    private static readonly FrozenDictionary<string, string[]> Attributes = new Dictionary<string, string[]>
    {
        ["a"] = ["href", "rel", "title"],
        ["abbr"] = ["title"],
        ["dfn"] = ["title"],
        ["img"] = ["src", "alt", "title", "width", "height"],
        ["iframe"] = ["src", "title", "width", "height"],
        ["blockquote"] = ["cite"],
        ["q"] = ["cite"],
        ["ins"] = ["cite", "datetime"],
        ["del"] = ["cite", "datetime"],
        ["time"] = ["datetime"],
        ["ol"] = ["start", "type", "reversed"],
        ["li"] = ["value"],
        ["details"] = ["open"],
        ["colgroup"] = ["span"],
        ["col"] = ["span"],
        ["th"] = ["colspan", "rowspan", "scope", "abbr", "align"],
        ["td"] = ["colspan", "rowspan", "align"],
    }.ToFrozenDictionary();

    private static readonly string[] Everywhere = ["id", "lang", "dir"];

    private static readonly string[] SaidOfLinks = ["nofollow", "sponsored", "ugc"];

    internal static bool IsKept(string element) =>
        Blocks.Contains(element) || Phrases.Contains(element) || TableParts.Contains(element);

    internal static IEnumerable<string> AttributesOf(string element) =>
        Attributes.TryGetValue(element, out var own) ? own.Concat(Everywhere) : Everywhere;

    /// <summary>The value to write, or null where the attribute goes. Ids and links to them are SafeHtml's.</summary>
    internal static string? Attribute(string element, string name, string value) => name switch
    {
        "href" => Url(value, "https", "http", "mailto", "tel"),
        "src" => element == "iframe" ? Embed(value) : Url(value, "https", "http"),
        "cite" => Url(value, "https", "http"),
        "rel" => Rel(value),
        "title" or "alt" or "abbr" => value,
        "lang" => Language().IsMatch(value) ? value : null,
        "dir" => OneOf(value, "ltr", "rtl", "auto"),
        "datetime" => Moment().IsMatch(value) ? value : null,
        "type" => value is "1" or "a" or "A" or "i" or "I" ? value : null,
        "reversed" or "open" => "",
        "scope" => OneOf(value, "row", "col", "rowgroup", "colgroup"),
        "align" => OneOf(value, "left", "right", "center"),
        "start" or "value" => Number(value, -100_000, 100_000),
        "colspan" or "rowspan" or "span" => Number(value, 1, 1_000),
        "width" or "height" => Number(value, 1, 10_000),
        _ => null,
    };

    /// <summary>
    /// noopener, because sites open links in new tabs. Not noreferrer: whom a newsroom links to may know it, and how
    /// much the referrer says is for the site's Referrer-Policy. Not nofollow: editors vouch for their links, and where
    /// they do not, or were paid, they say so themselves, which search engines ask of them.
    /// </summary>
    private static string Rel(string value)
    {
        var said = value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', SaidOfLinks.Where(token => said.Contains(token, StringComparer.OrdinalIgnoreCase)).Prepend("noopener"));
    }

    /// <summary>
    /// A URL as a browser would read it (URL Standard, 4.4): controls are ignored wherever they stand, so they go before
    /// the scheme is looked at. What does not plainly begin with an allowed scheme and has a colon first is refused.
    /// </summary>
    private static string? Url(string value, params ReadOnlySpan<string> schemes)
    {
        var url = new string([.. value.Where(c => !char.IsControl(c))]).Trim().Replace(" ", "%20", StringComparison.Ordinal);
        if (url.StartsWith("//", StringComparison.Ordinal))
        {
            url = "https:" + url;
        }
        var end = url.AsSpan().IndexOfAny('?', '#');
        if (url.Length is 0 or > 2_048 || url.AsSpan(0, end < 0 ? url.Length : end).Contains('\\'))
        {
            return null; // browsers read a backslash as a slash, others do not
        }
        var mark = url.AsSpan().IndexOfAny(":/?#");
        if (mark < 0 || url[mark] != ':')
        {
            return url;
        }
        foreach (var scheme in schemes)
        {
            if (url.AsSpan(0, mark).Equals(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return scheme is "mailto" or "tel" || WithHost().IsMatch(url) ? scheme + url[mark..] : null;
            }
        }
        return null;
    }

    private static string? Embed(string value)
    {
        if (Url(value, "https") is not { } url || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri.Scheme != Uri.UriSchemeHttps || !uri.IsDefaultPort || uri.UserInfo.Length > 0)
        {
            return null;
        }
        // The embed code that YouTube hands out names its tracking host; the player is the same.
        var host = uri.IdnHost is "www.youtube.com" or "youtube.com" && uri.AbsolutePath.StartsWith("/embed/", StringComparison.Ordinal)
            ? "www.youtube-nocookie.com"
            : uri.IdnHost;
        return EmbedHosts.Contains(host) ? $"https://{host}{uri.PathAndQuery}{uri.Fragment}" : null;
    }

    internal static string? Id(string? value)
    {
        var id = value is not null && value.StartsWith(IdPrefix, StringComparison.Ordinal) ? value[IdPrefix.Length..] : value;
        return id is not null && Identifier().IsMatch(id) ? id : null;
    }

    private static string? OneOf(string value, params ReadOnlySpan<string> allowed)
    {
        foreach (var word in allowed)
        {
            if (word.Equals(value.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                return word;
            }
        }
        return null;
    }

    private static string? Number(string value, int least, int most) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number.ToString(CultureInfo.InvariantCulture)
            : null;

    private static FrozenSet<string> Names(string names) => names.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    [GeneratedRegex(@"^https?://[^/?#@:\s][^/?#\s]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WithHost();

    [GeneratedRegex(@"^[A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,8}){0,6}\z")]
    private static partial Regex Language();

    [GeneratedRegex(@"^[0-9TZPWDHMSY:+. -]{1,40}\z")]
    private static partial Regex Moment();

    [GeneratedRegex(@"^[A-Za-z0-9_:.-]{1,64}\z")]
    private static partial Regex Identifier();
}
