using HeadlessNews.Delivery.Search;

namespace HeadlessNews.Tests.Delivery.Search;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("كتابي", "کتابی")]
    [InlineData("۱۴۰۳", "1403")]
    [InlineData("١٤٠٣", "1403")]
    [InlineData("كِتَاب", "کتاب")]
    [InlineData("كـتـاب", "کتاب")]
    [InlineData("می‌رود", "میرود")]
    [InlineData("آب", "اب")]
    [InlineData("مدرسة", "مدرسه")]
    [InlineData("خانۀ", "خانه")]
    public void Spellings_of_the_same_Persian_word_are_asked_for_alike(string one, string other) =>
        Assert.Equal(SearchText.ToAsk(one, "simple"), SearchText.ToAsk(other, "simple"));

    [Fact]
    public void What_a_joiner_holds_together_is_found_apart_and_in_one()
    {
        var found = SearchText.ToFind("او می‌رود", "simple").Split([' ', '\n']);

        Assert.Equal([], SearchText.ToAsk("می رود میرود", "simple").Split(' ').Except(found));
    }

    [Theory]
    [InlineData("Zoë Müller", "english", "Zoe Muller")]
    [InlineData("Zoë Müller", "simple", "Zoe Muller")]
    [InlineData("Häuser", "german", "Häuser")]
    [InlineData("ﬁnance", "english", "finance")]
    [InlineData("har\uFFFEbour", "english", "harbour")]
    [InlineData("im\u00ADpor\u00ADtant", "english", "important")]
    public void Accents_fall_where_the_stemmer_does_not_live_by_them(string text, string configuration, string expected) =>
        Assert.Equal(expected, SearchText.ToFind(text, configuration));

    [Theory]
    [InlineData("Labour/Conservative pact", "Labour Conservative pact")]
    [InlineData("signed.Morlan wrote to a@b.example.org", "signed Morlan wrote to a b example org")]
    [InlineData("the <blink> tag", "the  blink  tag")]
    [InlineData("the U.S. and 3.5 per cent", "the U.S. and 3.5 per cent")]
    public void What_looks_like_an_address_is_parted_into_its_words(string text, string expected) => Assert.Equal(expected, SearchText.ToFind(text, "english"));

    [Theory]
    [InlineData("en-GB", "english")]
    [InlineData("DE", "german")]
    [InlineData("fa", "simple")]
    [InlineData("tlh", "simple")]
    public void A_language_has_its_stemmer_or_none(string language, string configuration) => Assert.Equal(configuration, SearchText.Configuration(language));

    [Theory]
    [InlineData("aé漢😀", 10, "aé漢😀")]
    [InlineData("aé漢😀", 9, "aé漢")]
    [InlineData("aé漢😀", 6, "aé漢")]
    [InlineData("aé漢😀", 5, "aé")]
    [InlineData("aé漢😀", 2, "a")]
    public void What_is_cut_to_bytes_ends_with_a_whole_letter(string text, int most, string expected) => Assert.Equal(expected, SearchText.CutToBytes(text, most));
}
