using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Delivery.Coverage;

/// <summary>A young newsroom, in which no word is common and nothing competes: a few articles in each language, none of any event that is labelled.</summary>
public sealed class SmallNewsroom(TestPostgres postgres) : NewsApp(postgres)
{
    private static readonly (string Language, string Headline, string Text)[] Matters =
    [
        ("en", "Bakery in Ostvik wins rye prize", "A jury of nine tasted two hundred loaves in Ostvik on Saturday and gave the prize to Morten Quist."),
        ("en", "Snow closes pass for the weekend", "The pass is closed until Monday, the road office said. Ploughs will clear it when the wind drops."),
        ("en", "Old boat returns to museum", "A fishing boat of 1904 is back in the museum after two years of repairs that cost 300,000 crowns."),
        ("en", "Owls counted in the northern forest", "Volunteers counted 212 owls, twelve more than last year, said the biologist Hanne Solum."),
        ("en", "Choir looks for tenors", "The cathedral choir has 40 sopranos and three tenors. Rehearsals are on Tuesday."),
        ("en", "Apple harvest better than feared", "Growers expect 18,000 tonnes of apples, a tenth more than after last year’s frost."),
        ("de", "Drei Störche brüten auf dem Rathaus", "Auf dem Rathaus von Ebersrode brüten drei Störche. Der Turm bleibt bis August gesperrt, sagte der Hausmeister."),
        ("de", "Apfelernte besser als befürchtet", "Die Obstbauern rechnen mit 18.000 Tonnen Äpfeln, einem Zehntel mehr als im vorigen Jahr."),
        ("de", "Bücherei öffnet am Sonntag", "Die Bücherei in Lauterau hat künftig auch sonntags geöffnet, zunächst für ein Jahr."),
        ("fa", "برف گردنه را بست", "گردنه تا شنبه بسته می‌ماند. راهداران گفتند با آرام شدن باد برف‌روبی آغاز می‌شود."),
        ("fa", "برداشت سیب بهتر از انتظار بود", "باغداران امسال ۱۸ هزار تن سیب چیدند که یک‌دهم بیش از پارسال است."),
        ("fa", "کتابخانهٔ روستا جمعه‌ها باز است", "کتابخانهٔ روستا از این پس جمعه‌ها نیز باز خواهد بود."),
    ];

    protected override async Task Prepare()
    {
        var unlike = (await Editor.CreateSource("Village Echo")).Slug;
        foreach (var (language, headline, text) in Matters)
        {
            await Editor.PublishArticle(unlike, headline, new { language, body = new { format = "markdown", content = text } });
        }
        foreach (var name in LabelledStory.Decoys.Select(story => story.Source).Distinct())
        {
            await Editor.CreateSource(name);
        }
        await Databases.NeighboursAreFound();
    }
}

/// <summary>Another matter of the same people, and nobody else's report of it.</summary>
public sealed class DecoyTests(SmallNewsroom app) : IClassFixture<SmallNewsroom>
{
    public static TheoryData<string> Cases => [.. LabelledStory.Decoys.Select(story => story.Case!).Distinct()];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Another_matter_of_the_same_people_is_no_coverage_where_nothing_better_competes(string name)
    {
        var reports = new List<(LabelledStory Story, Saved Article)>();
        var begin = DateTimeOffset.UtcNow.AddHours(-110);
        foreach (var story in LabelledStory.Decoys.Where(story => story.Case == name))
        {
            reports.Add((story, await app.Editor.PublishArticle(story.Source.ToLowerInvariant().Replace(' ', '-'), story.Headline, story.Content(begin))));
        }
        await app.Databases.NeighboursAreFound();

        foreach (var (story, article) in reports)
        {
            var items = (await app.Reader.GetJson($"/api/v1/articles/{article.Id}/coverage"))["items"]!.AsArray();
            Assert.Equal(
                reports.Where(other => other.Story.Event == story.Event && other.Story.Source != story.Source).Select(other => other.Story.Headline),
                items.Select(item => item!["article"]!["headline"]!.GetValue<string>()));
        }
        foreach (var (_, article) in reports)
        {
            await app.Editor.Withdraw(article);
        }
        await app.Databases.NeighboursAreFound();
    }
}
