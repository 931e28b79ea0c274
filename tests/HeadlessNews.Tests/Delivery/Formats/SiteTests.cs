using System.ComponentModel.DataAnnotations;
using HeadlessNews.Delivery.Formats;

namespace HeadlessNews.Tests.Delivery.Formats;

public sealed class SiteTests
{
    private static readonly Guid Id = Guid.Parse("019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10");

    [Theory]
    [InlineData("https://ledger.example", "{publicUrl}/articles/{slug}", "https://ledger.example/articles/night-ferry")]
    [InlineData("https://ledger.example/news/", "{publicUrl}/{year}/{month}/{day}/{slug}", "https://ledger.example/news/2026/05/04/night-ferry")]
    [InlineData("https://ledger.example", "https://m.ledger.example/a?id={id}", "https://m.ledger.example/a?id=019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10")]
    [InlineData("https://خبر.example", "{publicUrl}/مقاله/{slug}", "https://xn--ngblk.example/%D9%85%D9%82%D8%A7%D9%84%D9%87/night-ferry")]
    public void An_articles_page_is_where_the_template_says(string publicUrl, string template, string address)
    {
        var site = new Site { PublicUrl = publicUrl, ArticleUrlTemplate = template };

        Assert.Empty(Faults(site));
        Assert.Equal(address, site.UrlOf("night-ferry", Id, new DateTimeOffset(2026, 5, 4, 23, 30, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void What_is_set_by_nobody_will_do() => Assert.Empty(Faults(new Site()));

    [Theory]
    [InlineData("ledger.example", "{publicUrl}/{slug}", "PublicUrl")]
    [InlineData("ftp://ledger.example", "{publicUrl}/{slug}", "PublicUrl")]
    [InlineData("https://ledger.example", "{publicUrl}/articles", "{slug} or {id}")]
    [InlineData("https://ledger.example", "{publicUrl}/{section}/{slug}", "{section}")]
    [InlineData("https://ledger.example", "/articles/{slug}", "absolute")]
    public void What_gives_no_addresses_is_refused_at_the_start(string publicUrl, string template, string fault) =>
        Assert.Contains(Faults(new Site { PublicUrl = publicUrl, ArticleUrlTemplate = template }), found => found.Contains(fault, StringComparison.Ordinal));

    private static List<string> Faults(Site site)
    {
        var found = new List<ValidationResult>();
        Validator.TryValidateObject(site, new ValidationContext(site), found, validateAllProperties: true);
        return found.ConvertAll(result => result.ErrorMessage!);
    }
}
