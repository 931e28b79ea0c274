using FluentValidation;
using HeadlessNews.Http;

namespace HeadlessNews.Articles;

/// <summary>The text of an article, as its editors write it.</summary>
public sealed record Body
{
    /// <summary>What `content` is written in.</summary>
    /// <example>markdown</example>
    public BodyFormat? Format { get; init; }

    /// <summary>
    /// The text itself, kept byte for byte. HTML in it is made safe when the article is published: scripts, handlers, styles and
    /// foreign frames are left out. At most 500,000 characters.
    /// </summary>
    /// <example>The last ferry of the season left **on time** — with the mayor aboard.</example>
    public string? Content { get; init; }
}

/// <summary>What a body is written in.</summary>
public enum BodyFormat
{
    /// <summary>CommonMark, with tables, footnotes and strikethrough.</summary>
    Markdown,

    /// <summary>HTML.</summary>
    Html,
}

/// <summary>Where and when a report was written: the place and date that open the text.</summary>
public sealed record Dateline
{
    /// <summary>The place, as printed.</summary>
    /// <example>MARROW BAY</example>
    public string? Place { get; init; }

    /// <summary>The date, without a time.</summary>
    /// <example>2026-05-04</example>
    public DateOnly? Date { get; init; }
}

/// <summary>The picture that leads the article.</summary>
public sealed record LeadMedia
{
    /// <summary>Where the picture is: an absolute `https` or `http` address.</summary>
    /// <example>https://media.example/ferry-at-dusk.jpg</example>
    public string? Url { get; init; }

    /// <summary>What it shows, for those who cannot see it.</summary>
    /// <example>A white ferry at a quay at dusk</example>
    public string? Alt { get; init; }

    /// <summary>Who made it, as printed.</summary>
    /// <example>Photo: Callum Dray</example>
    public string? Credit { get; init; }
}

/// <summary>What search engines and link previews are told.</summary>
public sealed record Seo
{
    /// <summary>A title for search results; null for the headline.</summary>
    /// <example>Night ferry to Tarrow returns after eleven years</example>
    public string? Title { get; init; }

    /// <summary>A description for search results; null for the summary.</summary>
    /// <example>Sailings resume on Friday; what passengers need to know.</example>
    public string? Description { get; init; }

    /// <summary>Where the article first stood, if not here: an absolute `https` or `http` address.</summary>
    /// <example>https://harbour-wire.example/2026/night-ferry</example>
    public string? CanonicalUrl { get; init; }

    /// <summary>True asks search engines to leave the page out.</summary>
    /// <example>false</example>
    public bool NoIndex { get; init; }
}

/// <summary>How one article relates to another.</summary>
public enum RelationKind
{
    /// <summary>Of interest to the same reader.</summary>
    Related,

    /// <summary>Explains what this one builds on.</summary>
    Background,

    /// <summary>The same text in another language.</summary>
    Translation,

    /// <summary>Another report of the same event.</summary>
    SameStory,
}

/// <summary>What sort of text an article is.</summary>
public enum Genre
{
    /// <summary>A news report.</summary>
    Article,

    /// <summary>Explains what an event means.</summary>
    Analysis,

    /// <summary>The author's own view.</summary>
    Opinion,

    /// <summary>A longer piece beyond the day's news.</summary>
    Feature,

    /// <summary>Questions and answers.</summary>
    Interview,

    /// <summary>Reports as an event goes on.</summary>
    LiveBlog,

    /// <summary>A life, on the occasion of a death.</summary>
    Obituary,

    /// <summary>A judgement on a work.</summary>
    Review,

    /// <summary>The day in short items.</summary>
    Briefing,

    /// <summary>A text taken over from an organization.</summary>
    PressRelease,
}

internal sealed class BodyValidator : AbstractValidator<Body>
{
    public BodyValidator()
    {
        RuleFor(body => body.Format).NotNull();
        RuleFor(body => body.Content).NotNull().MaximumLength(500_000);
    }
}

internal sealed class DatelineValidator : AbstractValidator<Dateline>
{
    public DatelineValidator()
    {
        RuleFor(dateline => dateline.Place).Length(1, 200);
    }
}

internal sealed class LeadMediaValidator : AbstractValidator<LeadMedia>
{
    public LeadMediaValidator()
    {
        RuleFor(media => media.Url).NotEmpty().WebAddress();
        RuleFor(media => media.Alt).Length(1, 1000);
        RuleFor(media => media.Credit).Length(1, 200);
    }
}

internal sealed class SeoValidator : AbstractValidator<Seo>
{
    public SeoValidator()
    {
        RuleFor(seo => seo.Title).Length(1, 300);
        RuleFor(seo => seo.Description).Length(1, 1000);
        RuleFor(seo => seo.CanonicalUrl).WebAddress();
    }
}
