using System.Diagnostics;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using HeadlessNews.Articles;

namespace HeadlessNews.Tests.Articles;

public sealed class ArticleBodyTests
{
    private static RenderedBody Html(string content) => ArticleBody.Render(BodyFormat.Html, content);

    private static RenderedBody Markdown(string content) => ArticleBody.Render(BodyFormat.Markdown, content);

    [Theory]
    [InlineData("# A\n\n## B", "<h2>A</h2>\n<h2>B</h2>\n")]
    [InlineData("~~a~~ **b** *c* `d`", "<p><del>a</del> <strong>b</strong> <em>c</em> <code>d</code></p>\n")]
    [InlineData("“q” -- ... 'x' می‌رود\u200F – —\u00A0a", "<p>“q” -- ... 'x' می‌رود\u200F – —\u00A0a</p>\n")]
    [InlineData("[a](https://e.org 't') [b](/c) [d](#e)", "<p><a href=\"https://e.org\" rel=\"noopener\" title=\"t\">a</a> <a href=\"/c\">b</a> <a href=\"#e\">d</a></p>\n")]
    [InlineData("www.example.com", "<p><a href=\"https://www.example.com\" rel=\"noopener\">www.example.com</a></p>\n")]
    [InlineData("[a](javascript:alert%281%29)", "<p>a</p>\n")]
    [InlineData("<b onclick=x>a</b> <script>b</script>c", "<p><b>a</b> c</p>\n")]
    [InlineData("<div>\n\n*a*\n\n</div>", "\n<p><em>a</em></p>\n\n")]
    [InlineData("a  \nb", "<p>a<br>\nb</p>\n")]
    [InlineData("```js\na < b\n```", "<pre><code>a &lt; b\n</code></pre>\n")]
    public void Markdown_becomes_plain_safe_HTML(string content, string html) => Assert.Equal(html, Markdown(content).Html);

    [Fact]
    public void A_table_keeps_its_columns_aligned()
    {
        var html = Markdown("|a|b|\n|:-|-:|\n|x|1|\n").Html;
        Assert.Contains("<th>a</th>\n<th align=\"right\">b</th>", html, StringComparison.Ordinal);
        Assert.Contains("<td>x</td>\n<td align=\"right\">1</td>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("style", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Footnotes_lead_there_and_back_under_ids_that_shadow_nothing()
    {
        var body = Markdown("Fact[^1].\n\n[^1]: Source.\n");
        Assert.Contains("<a href=\"#note-fn:1\" id=\"note-fnref:1\"><sup>1</sup></a>", body.Html, StringComparison.Ordinal);
        Assert.Contains("<li id=\"note-fn:1\">", body.Html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#note-fnref:1\">↩</a>", body.Html, StringComparison.Ordinal);
        Assert.Equal("Fact.\n\nSource.", body.Text);
    }

    [Theory]
    [InlineData("<p id=\"location\">a</p>", "<p>a</p>")]
    [InlineData("<p id=\"a b\">x</p><a href=\"#a b\">y</a>", "<p>x</p><p><a href=\"#a%20b\">y</a></p>")]
    [InlineData("<p id=n1>x</p><p id=n1>z</p><a href=#n1>y</a>", "<p id=\"note-n1\">x</p><p>z</p><p><a href=\"#note-n1\">y</a></p>")]
    public void An_id_stays_only_where_the_body_links_to_it(string content, string html) => Assert.Equal(html, Html(content).Html);

    [Fact]
    public void A_figure_keeps_its_caption() => Assert.Equal(
        "<figure>\n<p><img src=\"a.jpg\" alt=\"x\"></p>\n<figcaption>Cap</figcaption>\n</figure>\n",
        Markdown("^^^\n![x](a.jpg)\n^^^ Cap\n").Html);

    [Theory]
    [InlineData("hello", "<p>hello</p>")]
    [InlineData("<div>one</div><div>two <b>x</b></div>", "<p>one</p><p>two <b>x</b></p>")]
    [InlineData("<div><div><p>a</p></div></div>", "<p>a</p>")]
    [InlineData("<p>a<p>b<ul><li>c<li>d</ul>", "<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul>")]
    [InlineData("<ul><li><div>a</div></li></ul>", "<ul><li>a</li></ul>")]
    [InlineData("<h1>a</h1><strike>b</strike>", "<h2>a</h2><p><s>b</s></p>")]
    [InlineData("<p>a</p><!-- x --><p></p><p>b</p>", "<p>a</p><p>b</p>")]
    [InlineData("<font color=red><blink>a</blink></font>", "<p>a</p>")]
    [InlineData("<picture><source srcset=x><img src=a.jpg alt=b></picture>", "<p><img src=\"a.jpg\" alt=\"b\"></p>")]
    [InlineData("<p lang=fa dir=RTL class=x style=y>a</p>", "<p lang=\"fa\" dir=\"rtl\">a</p>")]
    [InlineData("<pre>\n\n a</pre>", "<pre>\n\n a</pre>")]
    [InlineData("<table><tr><td colspan=2>a<td>b</table>", "<table><tbody><tr><td colspan=\"2\">a</td><td>b</td></tr></tbody></table>")]
    [InlineData("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>", "<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby></p>")]
    [InlineData("<b>a</p></b></div>b", "<p><b>a</b>b</p>")]
    [InlineData("<!doctype html><html><head><title>t</title><style>s</style></head><body onload=x><p>a</body></html>", "<p>a</p>")]
    [InlineData("a\0b&#0;&#1;\u0001\u000B\uFFFE", "<p>ab\uFFFD</p>")]
    public void HTML_of_any_kind_becomes_tidy_HTML(string content, string html) => Assert.Equal(html, Html(content).Html);

    [Fact]
    public void A_lone_surrogate_becomes_a_replacement_character() => Assert.Equal("<p>a\uFFFDb</p>", Html("a\uD800b").Html);

    [Theory]
    [InlineData("https://e.org/a b", "https://e.org/a%20b")]
    [InlineData("HTTPS://e.org", "https://e.org")]
    [InlineData("//e.org/x", "https://e.org/x")]
    [InlineData("mailto:a@b.c", "mailto:a@b.c")]
    [InlineData("tel:+49", "tel:+49")]
    [InlineData("/خبر/می‌رود?a=b:c", "/خبر/می‌رود?a=b:c")]
    [InlineData("a/b:c", "a/b:c")]
    [InlineData("ftp://e.org", null)]
    [InlineData("https:e.org", null)]
    [InlineData("https://", null)]
    [InlineData("/\\e.org", null)]
    [InlineData("c:\\x", null)]
    [InlineData("blob:x", null)]
    [InlineData("", null)]
    public void A_link_is_kept_where_its_address_is_plain_and_allowed(string href, string? kept)
    {
        using var document = new HtmlParser().ParseDocument(Html($"<p><a href=\"{href}\">x</a></p>").Html);
        Assert.Equal(kept, document.QuerySelector("a")?.GetAttribute("href"));
    }

    [Fact]
    public void What_an_editor_says_of_a_link_is_kept_and_targets_are_not() => Assert.Equal(
        "<p><a href=\"https://e.org\" rel=\"noopener nofollow sponsored\">x</a></p>",
        Html("<a target=_blank rel='Sponsored opener nofollow' href=https://e.org>x</a>").Html);

    [Theory]
    [InlineData("https://www.youtube-nocookie.com/embed/x?start=1", "https://www.youtube-nocookie.com/embed/x?start=1")]
    [InlineData("//www.youtube.com/embed/x", "https://www.youtube-nocookie.com/embed/x")]
    [InlineData("https://PLAYER.vimeo.com/video/1", "https://player.vimeo.com/video/1")]
    [InlineData("http://player.vimeo.com/video/1", null)]
    [InlineData("https://www.youtube.com/redirect?q=x", null)]
    [InlineData("https://player.vimeo.com.evil.org/", null)]
    [InlineData("https://player.vimeo.com@evil.org/", null)]
    [InlineData("https://evil.org\\@player.vimeo.com/", null)]
    [InlineData("https://player.vimeo.com:8443/", null)]
    [InlineData("/relative", null)]
    [InlineData("javascript:alert(1)", null)]
    public void Only_known_players_are_framed_and_always_in_a_sandbox(string source, string? kept)
    {
        var body = Html($"<p>a</p><iframe src=\"{source}\" srcdoc=\"<script>x</script>\" onload=x allow=camera width=640 style=x><p>in</p></iframe>");
        Assert.Equal(kept is null ? "<p>a</p>" : $"""
            <p>a</p><p><iframe src="{kept}" width="640" sandbox="allow-scripts allow-same-origin allow-popups allow-presentation" loading="lazy" referrerpolicy="strict-origin-when-cross-origin" allowfullscreen=""></iframe></p>
            """, body.Html);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("<p> \u00A0\u200F</p><hr>", true)]
    [InlineData("<script>alert(1)</script><img src=\"javascript:x\">", true)]
    [InlineData("&lt;img src", false)]
    [InlineData("<img src=a.jpg>", false)]
    [InlineData("<iframe src=https://player.vimeo.com/video/1></iframe>", false)]
    public void A_body_is_empty_when_nothing_can_be_read_or_seen(string content, bool empty)
    {
        var body = Html(content);
        Assert.Equal(empty, body.IsEmpty);
        Assert.Equal(body.Text.Length == 0 ? 0 : 1, body.ReadingMinutes);
    }

    [Theory]
    [InlineData("<p>a\n  b</p><p>c<br>d</p>", "a b\n\nc\nd")]
    [InlineData("<ul><li>a</li><li><p>b</p><ol><li>c</li></ol></li></ul><p>d</p>", "a\nb\nc\n\nd")]
    [InlineData("<table><caption>t</caption><tr><th>a</th><td><p>b</p><p>c</p></td></tr><tr><td>d</td></tr></table>", "t\n\na\tb c\nd")]
    [InlineData("<pre>a\n  b\n</pre>c", "a\n  b\n\nc")]
    [InlineData("<figure><img src=a.jpg alt=ALT><figcaption>cap</figcaption></figure>", "cap")]
    [InlineData("“a” – b\u00A0c می\u200Cرود \u200Fx", "“a” – b\u00A0c می\u200Cرود \u200Fx")]
    [InlineData("<p>cost <del>five</del> six &amp; &lt;b&gt;</p>", "cost six & <b>")]
    [InlineData("<dl><dt>a</dt><dd>b</dd></dl>", "a\nb")]
    [InlineData("<b>a</b><i>b</i> <u> c</u>", "ab c")]
    public void Text_keeps_the_blocks_apart_and_the_characters_as_they_were(string content, string text) => Assert.Equal(text, Html(content).Text);

    [Theory]
    [InlineData("don’t well-known e.g. 1,000.5 a,b", 6)]
    [InlineData("می‌رود به خانه‌ها", 3)]
    [InlineData("мята — м’ята", 2)]
    [InlineData("हिन्दी में", 2)]
    [InlineData("今天的新闻", 5)]
    [InlineData("iPhoneの発売", 4)]
    [InlineData("-- … !", 0)]
    [InlineData("cafe\u0301s a\u00ADb", 2)]
    [InlineData("ข่าวน้ำท่วมภาคใต้วันนี้", 4)]
    public void Words_are_counted_as_their_readers_would(string text, int words) => Assert.Equal(words, Html(text).WordCount);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(230, 1)]
    [InlineData(231, 2)]
    [InlineData(2300, 10)]
    public void Reading_takes_a_minute_for_230_words_begun(int words, int minutes) =>
        Assert.Equal(minutes, Markdown(string.Join(' ', Enumerable.Repeat("word", words))).ReadingMinutes);

    [Fact]
    public void Every_attack_known_to_us_comes_out_inert_and_unchanging()
    {
        Assert.True(Attacks.All.Length >= 60);
        foreach (var attack in Attacks.All)
        {
            foreach (var format in new[] { BodyFormat.Html, BodyFormat.Markdown })
            {
                foreach (var content in new[] { attack, $"<p>{attack}</p>", $"<table><tr><td>{attack}", $"<b><a href=x>{attack}<p>", $"<pre>{attack}" })
                {
                    var html = ArticleBody.Render(format, content).Html;
                    AssertInert(html, content);
                    Assert.Equal(html, Html(html).Html);
                    AssertInert($"<!doctype html><svg>{html}</svg><math><mtext>{html}</mtext></math>", content);
                }
            }
        }
    }

    [Fact]
    public void Attacks_cut_up_and_stuck_together_at_random_come_out_inert_and_unchanging()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 3_000; round++)
        {
            var content = string.Concat(Enumerable.Range(0, random.Next(2, 8)).Select(_ =>
            {
                var attack = Attacks.All[random.Next(Attacks.All.Length)];
                var start = random.Next(attack.Length);
                return attack.Substring(start, random.Next(attack.Length - start + 1));
            }));
            var html = ArticleBody.Render(random.Next(2) == 0 ? BodyFormat.Html : BodyFormat.Markdown, content).Html;
            AssertInert(html, $"seed {seed}: {content}");
            Assert.True(html == Html(html).Html, $"seed {seed}: {content}");
        }
    }

    /// <summary>Judged by the tree a reader's parser makes, with no knowledge of the rules that wrote it.</summary>
    private static void AssertInert(string html, string content)
    {
        using var document = new HtmlParser().ParseDocument(html);
        string[] active = ["script", "style", "object", "embed", "applet", "base", "meta", "link", "form", "input", "button", "select",
            "textarea", "template", "noscript", "frame", "frameset", "audio", "video", "source", "foreignobject", "annotation-xml", "use", "animate"];
        foreach (var element in document.All.Where(one => one.LocalName is not ("html" or "head" or "body")))
        {
            Assert.False(active.Contains(element.LocalName, StringComparer.OrdinalIgnoreCase), content);
            foreach (var attribute in element.Attributes)
            {
                Assert.False(attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase), content);
                Assert.False(attribute.Name is "style" or "srcdoc" or "srcset" or "formaction" or "action" or "background" or "name" or "class", content);
                var value = new string([.. attribute.Value.Where(c => c > ' ' && !char.IsControl(c))]);
                var isAddress = attribute.Name is "href" or "src" or "cite" or "xlink:href";
                Assert.False(isAddress && System.Text.RegularExpressions.Regex.IsMatch(value, @"^[^/?#]*:")
                    && !System.Text.RegularExpressions.Regex.IsMatch(value, "^(https?://|mailto:|tel:)"), content);
                Assert.False(attribute.Name == "id" && !attribute.Value.StartsWith("note-", StringComparison.Ordinal), content);
            }
            Assert.True(element.LocalName != "iframe" || (element.HasAttribute("sandbox") && element.GetAttribute("src")!.StartsWith("https://", StringComparison.Ordinal)), content);
        }
    }

    public static TheoryData<string> HtmlFloods => [.. Attacks.HtmlFloods.Keys];

    public static TheoryData<string> MarkdownFloods => [.. Attacks.MarkdownFloods.Keys];

    [Theory]
    [MemberData(nameof(HtmlFloods))]
    public void HTML_made_to_be_slow_is_rendered_in_bounded_time(string name) =>
        AssertBounded(BodyFormat.Html, Attacks.HtmlFloods[name]);

    [Theory]
    [MemberData(nameof(MarkdownFloods))]
    public void Markdown_made_to_be_slow_is_rendered_in_bounded_time(string name) =>
        AssertBounded(BodyFormat.Markdown, Attacks.MarkdownFloods[name]);

    private static void AssertBounded(BodyFormat format, string content)
    {
        // On a thread of its own, with a third of the stack that servers give theirs.
        RenderedBody? body = null;
        var watch = Stopwatch.StartNew();
        var thread = new Thread(() => body = ArticleBody.Render(format, content), 512 * 1024) { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(20)), "longer than 20 s");
        TestContext.Current.TestOutputHelper!.WriteLine($"{watch.ElapsedMilliseconds} ms, {body!.Html.Length} characters");
        Assert.InRange(body.Html.Length, 0, (20 * content.Length) + 200_000);
    }

    [Fact]
    public void What_stands_in_too_deep_a_nest_is_still_said() =>
        Assert.Equal("deep\n\nafter", Html(string.Concat(Enumerable.Repeat("<blockquote>", 3_000)) + "deep"
            + string.Concat(Enumerable.Repeat("</blockquote>", 3_000)) + "<p>after</p>").Text);
}
