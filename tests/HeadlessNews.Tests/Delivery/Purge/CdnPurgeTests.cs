using System.ComponentModel.DataAnnotations;
using HeadlessNews.Http;

namespace HeadlessNews.Tests.Delivery.Purge;

/// <summary>The settings of a CDN.</summary>
public sealed class CdnPurgeTests
{
    [Theory]
    [InlineData("""{ "tags": {tags} }""", """{ "tags": ["article:1","articles"] }""", true)]
    [InlineData("""[{"type":"tag","values":{tags}}]""", """[{"type":"tag","values":["article:1","articles"]}]""", true)]
    [InlineData("{tags}", "article:1 articles", false)]
    [InlineData("xkey {tags}\n", "xkey article:1 articles\n", false)]
    public void A_generic_purge_is_the_template_with_the_tags_in_it(string template, string body, bool isJson)
    {
        var settings = new CdnPurge { Template = template };

        Assert.Equal((body, isJson), (settings.Fill(["article:1", "articles"]), settings.IsJson));
    }

    [Theory]
    [InlineData("Url", "cdn.example/purge")]
    [InlineData("Url", "ftp://cdn.example/purge")]
    [InlineData("Template", "purge")]
    [InlineData("Soft", "")]
    [InlineData("MostTags", "")]
    [InlineData("HeaderName", "Two words")]
    [InlineData("HeaderValue", "two\nlines")]
    public void What_could_not_work_is_refused(string name, string value)
    {
        var settings = name switch
        {
            "Url" => new CdnPurge { Url = value },
            "Template" => new CdnPurge { Template = value },
            "Soft" => new CdnPurge { Soft = true },
            "MostTags" => new CdnPurge { MostTags = 0 },
            "HeaderName" => new CdnPurge { HeaderName = value },
            _ => new CdnPurge { HeaderValue = value },
        };
        var faults = new List<ValidationResult>();

        Assert.False(Validator.TryValidateObject(settings, new ValidationContext(settings), faults, validateAllProperties: true));

        Assert.Equal([name], faults.SelectMany(fault => fault.MemberNames));
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 256)]
    [InlineData(2, 30)]
    public void As_many_tags_are_sent_at_once_as_the_CDN_takes(int shape, int most)
    {
        Assert.Equal(most, new CdnPurge { Shape = (PurgeShape)shape }.Most);
        Assert.Equal(7, new CdnPurge { Shape = (PurgeShape)shape, MostTags = 7 }.Most);
    }
}
