using System.Text;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Search;

/// <summary>Words to find, among which articles, in which order.</summary>
internal sealed record SearchQuestion(string Text, ListFilter Filter, SearchSort Sort)
{
    public const int Longest = 200;
    public const int MostWords = 20;

    /// <summary>Names the list of what is found in its cursors.</summary>
    public string Name => $"delivery/search?sort={EnumNames.Of(Sort)}&q={Uri.EscapeDataString(Text)}&{Filter.Name}";

    /// <exception cref="ProblemException">It asks for nothing, or for too much.</exception>
    public SearchQuestion Checked()
    {
        var words = SearchText.Runs(Text).Count();
        return Text.Length > Longest ? throw Broken($"must not be longer than {Longest} characters")
            : words == 0 ? throw Broken("must have a word to look for")
            : words > MostWords ? throw Broken($"must not have more than {MostWords} words")
            : this with { Filter = Filter.Checked() };
    }

    /// <summary>
    /// As a stemmer is asked: with the quotation marks that <c>websearch_to_tsquery</c> knows. Within them, words that a joiner holds
    /// together are apart, as they stand in texts; in one, they stand at a text's end.
    /// </summary>
    public string In(string configuration)
    {
        var text = new StringBuilder(Text.Length);
        var isQuoted = false;
        foreach (var letter in Text)
        {
            var plain = letter is '“' or '”' or '„' or '‟' or '«' or '»' ? '"' : letter == '\u2212' ? '-' : letter;
            isQuoted ^= plain == '"';
            text.Append(isQuoted && plain == SearchText.ZeroWidthNonJoiner ? ' ' : plain);
        }
        return SearchText.ToAsk(text.ToString(), configuration);
    }

    private static ProblemException Broken(string rule) => new(Problems.Invalid("q", rule));
}
