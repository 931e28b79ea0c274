namespace HeadlessNews.Delivery.Neighbours;

/// <summary>How alike two articles are, 0 to 1: of one event, or for one reader.</summary>
internal static class Likeness
{
    /// <summary>Nothing is better than something wrong: what is below is not shown.</summary>
    public const double LeastForCoverage = 0.20;

    public const double LeastForRelated = 0.10;

    /// <summary>Reports of one event appear within days.</summary>
    public static readonly TimeSpan CoverageWindow = TimeSpan.FromHours(72);

    public static readonly TimeSpan RelatedWindow = TimeSpan.FromDays(45);

    /// <summary>
    /// Reports of one event share both: who and where (names, numbers), and what happened (the other words). A press conference of the same
    /// minister on another matter shares the first alone, another ferry's accident the second: so the mean of the two that is nothing when
    /// one of them is counts as much as the likeness of the whole.
    /// </summary>
    public static double AsCoverage(Story one, Story other, WordRarity rarity)
    {
        var apart = (one.PublishedAt - other.PublishedAt).Duration();
        if (one.Source == other.Source || one.Configuration != other.Configuration || apart > CoverageWindow)
        {
            return 0;
        }
        var (all, names, matter) = Compare(one, other, rarity);
        var score = names is null || matter is null ? all : (all + Math.Sqrt(names.Value * matter.Value)) / 2;
        return score * Math.Exp(-Math.Max(0, apart.TotalHours - 24) / 192);
    }

    /// <summary>
    /// What a report must have beside a surer one: where two wires tell an event almost alike, what is half as like them tells another. A
    /// text that was taken over word for word asks no more of the others than one in other words.
    /// </summary>
    public static double LeastBeside(double surest) => Math.Min(surest, 0.6) / 2;

    /// <summary>Of the same matter or with the same people; an older article fades with the distance, a newer one hardly.</summary>
    public static double AsRelated(Story article, Story other, WordRarity rarity)
    {
        var later = (other.PublishedAt - article.PublishedAt).TotalDays;
        var fade = later < 0 ? Math.Pow(2, later / 20) : Math.Pow(2, -later / 90);
        var all = article.Configuration == other.Configuration ? Compare(article, other, rarity).All : 0;
        return (all + rarity.OfShared(article.Tags, other.Tags) / 2) * fade;
    }

    /// <summary>Cosines of all words, of the names alone and of the others alone; null where one of the two has too few to tell.</summary>
    public static (double All, double? Names, double? Matter) Compare(Story one, Story other, WordRarity rarity)
    {
        var others = new Dictionary<string, StoryWord>(other.Words.Count, StringComparer.Ordinal);
        foreach (var word in other.Words)
        {
            others[word.Text] = word;
        }
        var (names, matter) = (new Cosine(), new Cosine());
        foreach (var word in one.Words)
        {
            var rare = rarity.Of(word.Text, one.Configuration);
            var same = others.Remove(word.Text, out var found) ? found : null;
            var part = word.IsName || same?.IsName == true ? names : matter;
            part.Add(word.Weight * rare, same is null ? 0 : same.Weight * rarity.Of(word.Text, other.Configuration));
        }
        foreach (var word in others.Values)
        {
            (word.IsName ? names : matter).Add(0, word.Weight * rarity.Of(word.Text, other.Configuration));
        }
        return (Cosine.OfBoth(names, matter).Value, names.IsTelling ? names.Value : null, matter.IsTelling ? matter.Value : null);
    }

    private sealed class Cosine
    {
        private double product;
        private double one;
        private double other;
        private int ones;
        private int others;

        public double Value => one == 0 || other == 0 ? 0 : product / Math.Sqrt(one * other);

        public bool IsTelling => ones >= 3 && others >= 3;

        public static Cosine OfBoth(Cosine first, Cosine second) =>
            new() { product = first.product + second.product, one = first.one + second.one, other = first.other + second.other };

        public void Add(double inOne, double inOther)
        {
            product += inOne * inOther;
            one += inOne * inOne;
            other += inOther * inOther;
            ones += inOne > 0 ? 1 : 0;
            others += inOther > 0 ? 1 : 0;
        }
    }
}
