using System.Globalization;
using System.Text;
using HeadlessNews.Articles;

namespace HeadlessNews.Tests.Articles;

public sealed class TextDiffTests
{
    private static readonly string[] Pieces =
    [
        "ferry", "Ferry", "the", "a", " ", "  ", "\t", "\n", "\r\n", "\r", "\u2028", ".", ",", "—", "'", "’", "wasn’t", "٫", "۱۲",
        "می‌رود", "می", "\u200c", "کشتیِ", "e\u0301", "\u0301", "👩🏽‍🚀", "👩", "🏳️‍🌈", "🇮🇷", "\u200d", "क्षि", "한글", "渡し船", "𠀀", "<b>", "**", "\u0000",
    ];

    [Theory]
    [InlineData("From June twice a night.", "From July twice a night.", "=From |-June|+July|= twice a night.")]
    [InlineData("", "New.", "+New.")]
    [InlineData("Old.", "", "-Old.")]
    [InlineData("Sails at nine.", "Sails twice, at nine.", "=Sails |+twice, |=at nine.")]
    [InlineData("It sails at nine sharp from the pier", "It sails by ten o’clock from the pier", "=It sails |-at nine sharp|+by ten o’clock|= from the pier")]
    [InlineData("That wasn’t the ferry", "That isn’t the ferry", "=That |-wasn’t|+isn’t|= the ferry")]
    [InlineData("The first.\n\nThe second.\n", "The first.\n\nThe third.\n\nThe second.\n", "=The first.\n\n|+The third.\n\n|=The second.\n")]
    [InlineData("One line\r\nand another", "One line\nand another", "=One line|-\r\n|+\n|=and another")]
    [InlineData("A cafe on the quay", "A cafe\u0301 on the quay", "=A |-cafe|+cafe\u0301|= on the quay")]
    [InlineData("The crew: 👩", "The crew: 👩🏽‍🚀", "=The crew: |-👩|+👩🏽‍🚀")]
    [InlineData("کشتی شبانه می‌رود", "کشتی شبانه می‌آید", "=کشتی شبانه |-می‌رود|+می‌آید")]
    [InlineData("夜の渡し船が戻る", "夜の渡し船は戻る", "=夜の渡し船|-が|+は|=戻る")]
    [InlineData("Not a word of this stays.", "Everything here was rewritten!", "-Not a word of this stays.|+Everything here was rewritten!")]
    public void Words_are_kept_removed_and_added_as_an_editor_would_say(string before, string after, string expected)
    {
        var runs = TextDiff.Runs(before, after);

        Assert.Equal(expected, string.Join('|', runs.Select(run => $"{(run.Op == TextOp.Kept ? '=' : run.Op == TextOp.Removed ? '-' : '+')}{run.Text}")));
    }

    [Fact]
    public void A_changed_paragraph_leaves_its_neighbours_alone()
    {
        var paragraphs = Enumerable.Range(0, 400).Select(n => $"Paragraph {n} speaks of the ferry and of what it carries.").ToArray();
        var changed = paragraphs.ToArray();
        changed[200] = "Something wholly different stands between them now!";

        var runs = TextDiff.Runs(string.Join("\n\n", paragraphs), string.Join("\n\n", changed));

        Assert.Equal([TextOp.Kept, TextOp.Removed, TextOp.Added, TextOp.Kept], runs.Select(run => run.Op));
        Assert.Equal(changed[200] + "\n", runs[2].Text);
    }

    [Fact]
    public void A_name_replaced_throughout_a_long_article_is_replaced_word_by_word()
    {
        var before = string.Join("\n\n", Enumerable.Range(0, 2_000).Select(n => $"In paragraph {n} the harbour master Dray says something about the ferry, at length."));

        var runs = TextDiff.Runs(before, before.Replace("Dray", "Tolliver", StringComparison.Ordinal));

        Assert.Equal(2_000, runs.Count(run => run is { Op: TextOp.Removed, Text: "Dray" }));
        Assert.Equal(2_000, runs.Count(run => run is { Op: TextOp.Added, Text: "Tolliver" }));
        Assert.Equal(6_001, runs.Count);
    }

    [Fact]
    public void Joined_runs_are_the_texts_whatever_they_hold()
    {
        for (var seed = 1; seed <= 2_000; seed++)
        {
            var random = new Random(seed);
            var before = Text(random, random.Next(60));
            var after = random.Next(3) == 0 ? Text(random, random.Next(60)) : Edited(random, before);

            AssertJoins(before, after, $"seed {seed}");
        }
    }

    [Fact]
    public void No_run_ends_within_what_readers_see_as_one_character()
    {
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            // Lines begin with a letter: an accent after a line break stands by itself.
            var before = "a" + Text(random, 40);
            var after = Edited(random, before);
            var runs = TextDiff.Runs(before, after);

            AssertAtBoundaries(before, runs.Where(run => run.Op != TextOp.Added), seed);
            AssertAtBoundaries(after, runs.Where(run => run.Op != TextOp.Removed), seed);
        }
    }

    public static TheoryData<string> Extremes => ["different words", "different letters", "different lines", "lines by turns", "one letter", "shuffled words", "moved halves", "one line"];

    [Theory]
    [MemberData(nameof(Extremes))]
    public async Task The_longest_bodies_are_compared_in_bounded_time_and_answer(string extreme)
    {
        const int most = 500_000;
        var random = new Random(7);
        var words = Enumerable.Range(0, 80_000).Select(n => $"w{n}").ToArray();
        var (before, after) = extreme switch
        {
            "different words" => (string.Join(' ', words), string.Join(' ', words.Select(word => "x" + word))),
            "different letters" => (Letters("abcdefgh ", most), Letters("ijklmnop.", most)),
            "different lines" => (Letters("ab\n", most), Letters("cd\n", most)),
            "lines by turns" => (string.Concat(Enumerable.Range(0, 40_000).Select(n => $"k{n}\na{n}\n")), string.Concat(Enumerable.Range(0, 40_000).Select(n => $"k{n}\nb{n}\n"))),
            "one letter" => (new string('.', most), new string('.', most - 1) + "!"),
            "shuffled words" => (string.Join(' ', words), string.Join(' ', words.OrderBy(_ => random.Next()))),
            "moved halves" => (Letters("ab c.", most), Letters(" .cab", most)),
            _ => (new string('x', most), new string('x', most - 1) + " y"),
        };

        // Generous: it takes less than a second of work; without a bound it would be many minutes.
        var runs = await Task.Run(() => TextDiff.Runs(before, after)).WaitAsync(TimeSpan.FromMinutes(5));

        Assert.InRange(runs.Count, 1, 20_010);
        Assert.Equal(before, string.Concat(runs.Where(run => run.Op != TextOp.Added).Select(run => run.Text)));
        Assert.Equal(after, string.Concat(runs.Where(run => run.Op != TextOp.Removed).Select(run => run.Text)));

        string Letters(string from, int length) => string.Create(length, from, (letters, alphabet) =>
        {
            for (var i = 0; i < letters.Length; i++)
            {
                letters[i] = alphabet[random.Next(alphabet.Length)];
            }
        });
    }

    [Fact]
    public void The_shortest_edit_is_found_and_a_bounded_one_is_an_edit_still()
    {
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            var before = Numbers(random);
            var after = Numbers(random);

            var shared = ShortestEdit.Of(before, after, 100);

            AssertShared(before, after, shared, seed);
            AssertShared(before, after, ShortestEdit.Of(before, after, 1 + random.Next(4)), seed);
            Assert.True(LongestCommon(before, after) == shared.Sum(stretch => stretch.Length), $"seed {seed}: more could be kept");
        }

        static int[] Numbers(Random random) => [.. Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(1 + random.Next(12)))];
    }

    private static void AssertShared(int[] before, int[] after, List<Shared> shared, int seed)
    {
        var (atBefore, atAfter) = (0, 0);
        foreach (var stretch in shared)
        {
            Assert.True(stretch.Before >= atBefore && stretch.After >= atAfter && stretch.Length > 0, $"seed {seed}: stretches out of order");
            Assert.Equal(before.AsSpan(stretch.Before, stretch.Length).ToArray(), after.AsSpan(stretch.After, stretch.Length).ToArray());
            (atBefore, atAfter) = (stretch.Before + stretch.Length, stretch.After + stretch.Length);
        }
    }

    /// <summary>The text-book table, to compare with.</summary>
    private static int LongestCommon(int[] before, int[] after)
    {
        var table = new int[before.Length + 1, after.Length + 1];
        for (var i = 1; i <= before.Length; i++)
        {
            for (var j = 1; j <= after.Length; j++)
            {
                table[i, j] = before[i - 1] == after[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
            }
        }
        return table[before.Length, after.Length];
    }

    private static void AssertJoins(string before, string after, string about)
    {
        var runs = TextDiff.Runs(before, after);

        Assert.True(before == string.Concat(runs.Where(run => run.Op != TextOp.Added).Select(run => run.Text)), about);
        Assert.True(after == string.Concat(runs.Where(run => run.Op != TextOp.Removed).Select(run => run.Text)), about);
        Assert.DoesNotContain(runs, run => run.Text.Length == 0);
        Assert.DoesNotContain(runs.Zip(runs.Skip(1)), pair => pair.First.Op == pair.Second.Op);
        Assert.True(before != after || runs.All(run => run.Op == TextOp.Kept), about);
    }

    private static void AssertAtBoundaries(string text, IEnumerable<TextRun> runs, int seed)
    {
        var boundaries = StringInfo.ParseCombiningCharacters(text).Append(text.Length).ToHashSet();
        var at = 0;
        foreach (var run in runs)
        {
            at += run.Text.Length;
            Assert.True(boundaries.Contains(at), $"seed {seed}: a run ends within a character at {at}");
        }
    }

    private static string Text(Random random, int pieces)
    {
        var text = new StringBuilder();
        for (var i = 0; i < pieces; i++)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
        }
        return text.ToString();
    }

    private static string Edited(Random random, string text)
    {
        for (var edits = random.Next(6); edits > 0; edits--)
        {
            var elements = StringInfo.ParseCombiningCharacters(text).Append(text.Length).ToArray();
            var from = random.Next(elements.Length);
            var to = Math.Min(elements.Length - 1, from + random.Next(4));
            text = text[..elements[from]] + Text(random, random.Next(4)) + text[elements[to]..];
        }
        return text;
    }
}
