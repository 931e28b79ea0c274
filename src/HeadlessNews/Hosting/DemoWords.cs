using System.Globalization;
using System.Text;

namespace HeadlessNews.Hosting;

/// <summary>
/// Text like a newspaper's in its statistics: 20,000 words that come up by Zipf's law, the commonest of them English, the others made of
/// syllables. The same from every run; none of it means anything.
/// </summary>
internal sealed class DemoWords
{
    private static readonly string[] Common =
    [
        "the", "of", "to", "in", "a", "and", "for", "on", "said", "with", "at", "after", "from", "by", "was", "before", "its", "new", "first", "last",
        "harbour", "council", "ferry", "morning", "report", "engine", "market", "storm", "school", "bridge", "minister", "river", "night",
        "captain", "budget", "island", "station", "vote", "winter", "signal", "museum", "worker", "summer", "cargo", "village", "judge",
        "coast", "season", "answer", "letter", "garden", "union", "power", "water", "street", "theatre", "doctor", "record", "border", "light",
        "opened", "closed", "returned", "promised", "delayed", "counted", "found", "moved", "built", "old", "quiet", "early", "late", "long",
        "short", "northern", "southern", "public",
    ];

    public static readonly DemoWords English = new(Common, "b c d f g h j k l m n p r s t v w br cl dr gr pl st tr", "a e i o u ai ea ou", "n r s t l m ck nd st ng");

    public static readonly DemoWords Persian = new(["در", "از", "به", "که", "را", "با", "است", "این", "برای", "آن"], "ب پ ت ج چ خ د ر ز س ش ف ق ک گ ل م ن", "ا و ی", "ب ت د ر ز س ش ک گ ل م ن ه");

    private readonly string[] words = new string[20_000];

    private DemoWords(string[] common, string initials, string vowels, string finals)
    {
        var random = new Random(1_609);
        var known = new HashSet<string>(common);
        common.CopyTo(words, 0);
        string Pick(string sounds) => sounds.Split(' ') is var all ? all[random.Next(all.Length)] : "";
        for (var next = common.Length; next < words.Length;)
        {
            var word = new StringBuilder();
            for (var syllable = random.Next(2, 4); syllable > 0; syllable--)
            {
                word.Append(Pick(initials)).Append(Pick(vowels));
            }
            word.Append(Pick(finals));
            if (known.Add(word.ToString()))
            {
                words[next++] = word.ToString();
            }
        }
    }

    public string Sentence(Random random, int length)
    {
        var sentence = new StringBuilder();
        for (var word = 0; word < length; word++)
        {
            sentence.Append(word == 0 ? "" : " ").Append(words[Zipf(random, words.Length)]);
        }
        sentence[0] = char.ToUpper(sentence[0], CultureInfo.InvariantCulture);
        return sentence.ToString();
    }

    /// <summary>Rank r comes up in proportion to 1/r.</summary>
    public static int Zipf(Random random, int ranks) => Math.Min(ranks - 1, (int)Math.Exp(random.NextDouble() * Math.Log(ranks + 1)) - 1);
}
