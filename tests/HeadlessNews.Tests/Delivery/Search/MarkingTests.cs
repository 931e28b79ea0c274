using HeadlessNews.Delivery.Search;

namespace HeadlessNews.Tests.Delivery.Search;

public sealed class MarkingTests
{
    [Theory]
    [InlineData("so-called ferries", "ferries", "so-called <mark>ferries</mark>")]
    [InlineData("The night-ferry.", "ferry", "The night-<mark>ferry</mark>.")]
    [InlineData("see example.com, now", "example.com", "see <mark>example.com</mark>, now")]
    [InlineData("im\u00ADpor\u00ADtant", "im\u00ADpor\u00ADtant", "<mark>im\u00ADpor\u00ADtant</mark>")]
    [InlineData("او می‌رود", "می‌رود", "او <mark>می‌رود</mark>")]
    [InlineData("او می‌رود", "رود", "او می‌<mark>رود</mark>")]
    [InlineData("«می‌رود»؟", "می‌رود", "«<mark>می‌رود</mark>»؟")]
    [InlineData("<mark>ferry</mark>", "ferry", "&lt;mark&gt;<mark>ferry</mark>&lt;/mark&gt;")]
    [InlineData("a & b < \"c\" 'ferry'", "ferry", "a &amp; b &lt; &quot;c&quot; &#39;<mark>ferry</mark>&#39;")]
    [InlineData("one\nferry", "ferry", "one <mark>ferry</mark>")]
    [InlineData("🍎ferry🍏", "🍎ferry🍏", "<mark>🍎ferry🍏</mark>")]
    [InlineData("", "ferry", "")]
    public void Words_are_marked_and_all_else_is_escaped(string text, string sought, string html) =>
        Assert.Equal(html, Marking.Whole(text, Find(text, word => word.SequenceEqual(sought))));

    [Fact]
    public void All_that_is_a_word_or_may_be_one_is_asked_for_once()
    {
        var asked = new List<string>();

        Marking.Chunks("See «می‌رود», example.com/a?b, 3.5 and so-called wi\u200Cfi\u200C's. 🍎", word =>
        {
            asked.Add(word.ToString());
            return false;
        });

        Assert.Equal(
            ["See", "می‌رود", "می", "رود", "example", "com", "a", "b", "example.com/a?b", "3", "5", "3.5", "and", "so", "called", "so-called",
                "wi\u200Cfi\u200C", "wi", "fi", "s", "wi\u200Cfi\u200C's", "🍎"],
            asked);
    }

    [Fact]
    public void Only_where_something_may_be_sought_is_it_looked_for()
    {
        const string text = "A night-ferry, (ferries) and ships.";

        var chunks = Marking.Chunks(text, word => word[0] == 'f');

        Assert.Equal(["night-ferry", "ferries"], chunks.Select(chunk => text[chunk]));
        Assert.Equal(["ferry"], Marking.Find(text, chunks, word => word is "ferry" or "ships").Select(range => text[range]));
    }

    [Fact]
    public void A_passage_shows_the_words_with_some_around_them()
    {
        var filling = string.Concat(Enumerable.Repeat("plain words go on ", 40));
        var text = $"{filling}and the ferry left. {filling}\n\nAnother paragraph has a ferry with a captain aboard. {filling}";

        var html = Marking.Passages(text, Find(text, word => word is "ferry" or "captain"))!;

        Assert.StartsWith("… ", html, StringComparison.Ordinal);
        Assert.EndsWith(" …", html, StringComparison.Ordinal);
        Assert.Contains("the <mark>ferry</mark> left", html, StringComparison.Ordinal);
        Assert.Contains(" … Another paragraph has a <mark>ferry</mark> with a <mark>captain</mark> aboard", html, StringComparison.Ordinal);
        Assert.InRange(html.Length, 100, 500);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(69)]
    [InlineData(70)]
    [InlineData(71)]
    [InlineData(199)]
    [InlineData(200)]
    [InlineData(201)]
    public void Passages_are_cut_anywhere_without_losing_a_match_or_half_a_letter(int gap)
    {
        foreach (var filler in new[] { new string('x', gap), string.Concat(Enumerable.Repeat("🍎", gap)), string.Concat(Enumerable.Repeat("a ", gap)), string.Concat(Enumerable.Repeat(". ", gap)) })
        {
            var text = $"{filler} ferry. {filler}!ferry {filler} {filler} ferry,{filler}";

            var html = Marking.Passages(text, Find(text, word => word is "ferry"))!;

            Assert.Contains("<mark>ferry</mark>", html, StringComparison.Ordinal);
            Assert.True(html.IsNormalized());
            Assert.Equal(html.Split("<mark>").Length, html.Split("</mark>").Length);
        }
    }

    [Fact]
    public void Nothing_found_has_no_passage() => Assert.Null(Marking.Passages("A text.", []));

    [Theory]
    [InlineData("'ferri' & 'night'", false, "'ferri' 'night'")]
    [InlineData("'night' <-> 'ferri'", true, "'night' 'ferri'")]
    [InlineData("'ferri' & !'captain' & !( 'a' <2> ( 'b' | 'c' ) ) | 'd'", true, "'ferri' 'd'")]
    [InlineData("!!'a' | !( !'b' ) & 'c'", false, "'c'")]
    [InlineData("'it''s' & 'a\\\\b' & '<->'", false, "'it''s' 'a\\\\b' '<->'")]
    public void A_query_says_what_it_looks_for(string query, bool hasPhrase, string words)
    {
        var asked = new AskedWords("english", query);

        Assert.Equal(hasPhrase, asked.HasPhrase);
        Assert.Equal(words, string.Join(' ', asked.Words));
    }

    [Theory]
    [InlineData("'night' <-> 'ferri' | 'a' <12> 'b'", "'night'&'ferri'|'a'&'b'")]
    [InlineData("( 'a' | '<->' ) <-> 'b'", "('a'|'<->')&'b'")]
    [InlineData("T", null)]
    [InlineData("", null)]
    public void A_wider_query_has_no_phrases(string indexable, string? wider) => Assert.Equal(wider, AskedWords.Wider(indexable));

    private static List<Range> Find(string text, Marking.IsSought isSought) => Marking.Find(text, Marking.Chunks(text, _ => true), isSought);
}
