namespace HeadlessNews.Delivery.Neighbours;

/// <summary>How alike two articles are, 0 to 1: of one event, or for one reader.</summary>
internal static class Likeness
{
    /// <summary>Nothing is better than something wrong: what is below is not shown.</summary>
    public const double LeastForCoverage = 0.20;

    /// <summary>Where no name can be told from other words, names alone come to more.</summary>
    public const double LeastWithoutNames = 0.36;

    public const double LeastForRelated = 0.10;

    /// <summary>Reports of one event appear within days.</summary>
    public static readonly TimeSpan CoverageWindow = TimeSpan.FromHours(72);

    public static readonly TimeSpan RelatedWindow = TimeSpan.FromDays(45);

    /// <summary>
    /// Reports of one event share both: who and where (names), and what happened (the other words, and numbers). A press conference of the same
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
        var (names, matter) = Compare(one, other, rarity);
        var all = Cosine.OfBoth((names, matter)).Value;
        if (matter.Value < LeastMatter(rarity.Doubt(one.Configuration)) || (names.IsOfNothing && all < LeastWithoutNames))
        {
            return 0;
        }
        var score = names.IsTelling && matter.IsTelling ? (all + Math.Sqrt(names.Value * matter.Value)) / 2 : all;
        return score * Math.Exp(-Math.Max(0, apart.TotalHours - 24) / 192);
    }

    /// <summary>
    /// Of the likeness of what happened, names apart: the same people in the same place, and less than this, are there for another matter,
    /// however many of them. Chance gives every two texts some words, and more of weight where few articles say which are everyday ones.
    /// </summary>
    public static double LeastMatter(double doubt) => 0.14 + (0.09 * doubt * doubt);

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
        var all = article.Configuration == other.Configuration ? Cosine.OfBoth(Compare(article, other, rarity)).Value : 0;
        return (all + rarity.OfShared(article.Tags, other.Tags) / 2) * fade;
    }

    /// <summary>Of the names alone and of the other words alone.</summary>
    private static (Cosine Names, Cosine Matter) Compare(Story one, Story other, WordRarity rarity)
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
        return (names, matter);
    }

    private sealed class Cosine
    {
        private double product;
        private double one;
        private double other;
        private int ones;
        private int others;

        public double Value => one == 0 || other == 0 ? 0 : product / Math.Sqrt(one * other);

        /// <summary>Neither has any of these words.</summary>
        public bool IsOfNothing => ones == 0 && others == 0;

        /// <summary>Both have enough of them.</summary>
        public bool IsTelling => ones >= 3 && others >= 3;

        public static Cosine OfBoth((Cosine Names, Cosine Matter) of) =>
            new() { product = of.Names.product + of.Matter.product, one = of.Names.one + of.Matter.one, other = of.Names.other + of.Matter.other };

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
