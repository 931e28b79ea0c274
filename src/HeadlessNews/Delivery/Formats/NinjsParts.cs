namespace HeadlessNews.Delivery.Formats;

/// <summary>Which standard a document keeps to.</summary>
public sealed record NinjsStandard
{
    /// <summary>The standard's name.</summary>
    /// <example>ninjs</example>
    public required string Name { get; init; }

    /// <summary>The standard's version.</summary>
    /// <example>3.1</example>
    public required string Version { get; init; }

    /// <summary>The standard's JSON Schema.</summary>
    /// <example>http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json</example>
    public required string Schema { get; init; }
}

/// <summary>A short text with its role.</summary>
public sealed record NinjsText
{
    /// <summary>What the text is for.</summary>
    /// <example>main</example>
    public required string Role { get; init; }

    /// <summary>Always `text/plain`.</summary>
    /// <example>text/plain</example>
    public required string ContentType { get; init; }

    /// <summary>The text.</summary>
    /// <example>The night ferry to Tarrow returns</example>
    public required string Value { get; init; }
}

/// <summary>The text in one form.</summary>
public sealed record NinjsBody
{
    /// <summary>Always `main`.</summary>
    /// <example>main</example>
    public required string Role { get; init; }

    /// <summary>`text/html` (safe, a fragment) or `text/plain`.</summary>
    /// <example>text/plain</example>
    public required string ContentType { get; init; }

    /// <summary>Words in the text.</summary>
    /// <example>463</example>
    public required int WordCount { get; init; }

    /// <summary>Unicode characters in the plain text.</summary>
    /// <example>2710</example>
    public int? CharCount { get; init; }

    /// <summary>The text.</summary>
    public required string Value { get; init; }
}

/// <summary>A person, organisation, place or subject.</summary>
public sealed record NinjsName
{
    /// <summary>The name.</summary>
    /// <example>Shipping</example>
    public required string Name { get; init; }

    /// <summary>`author`, or `about`.</summary>
    /// <example>about</example>
    public required string Rel { get; init; }

    /// <summary>The IPTC Media Topic, else `urn:uuid:` and the record's id.</summary>
    /// <example>http://cv.iptc.org/newscodes/mediatopic/04000000</example>
    public required string Uri { get; init; }

    /// <summary>The record's slug here.</summary>
    /// <example>shipping</example>
    public required string Literal { get; init; }
}

/// <summary>Who supplied an article.</summary>
public sealed record NinjsSource
{
    /// <summary>The source's name.</summary>
    /// <example>Harbour Wire</example>
    public required string Name { get; init; }

    /// <summary>Always `supplier`.</summary>
    /// <example>supplier</example>
    public required string Role { get; init; }

    /// <summary>`urn:uuid:` and the source's id.</summary>
    /// <example>urn:uuid:019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public required string Uri { get; init; }

    /// <summary>The source's slug here.</summary>
    /// <example>harbour-wire</example>
    public required string Literal { get; init; }
}

/// <summary>What sort of text it is.</summary>
public sealed record NinjsGenre
{
    /// <summary>The genre.</summary>
    /// <example>interview</example>
    public required string Name { get; init; }

    /// <summary>The genre's code here: the same word.</summary>
    /// <example>interview</example>
    public required string Literal { get; init; }
}

/// <summary>Another name of the item.</summary>
public sealed record NinjsAltId
{
    /// <summary>`slug` or `sourceUrl`.</summary>
    /// <example>slug</example>
    public required string Role { get; init; }

    /// <summary>The name.</summary>
    /// <example>night-ferry-returns</example>
    public required string Value { get; init; }
}

/// <summary>Where the item, or a picture, can be had.</summary>
public sealed record NinjsRendition
{
    /// <summary>`web` for the article's page, `original` for a picture.</summary>
    /// <example>web</example>
    public required string Name { get; init; }

    /// <summary>Its address.</summary>
    /// <example>https://ledger.example/articles/night-ferry-returns</example>
    public required string Href { get; init; }

    /// <summary>Its media type, where it is known.</summary>
    /// <example>text/html</example>
    public string? ContentType { get; init; }
}

/// <summary>A picture that belongs to the article.</summary>
public sealed record NinjsAssociation
{
    /// <summary>Always `main`.</summary>
    /// <example>main</example>
    public required string Name { get; init; }

    /// <summary>The picture's address.</summary>
    /// <example>https://media.example/ferry-at-dusk.jpg</example>
    public required string Uri { get; init; }

    /// <summary>Always `picture`.</summary>
    /// <example>picture</example>
    public required string Type { get; init; }

    /// <summary>Who made it, as printed.</summary>
    /// <example>Photo: Callum Dray</example>
    public string? By { get; init; }

    /// <summary>What it shows, in the role `alt`.</summary>
    public IReadOnlyList<NinjsText>? Descriptions { get; init; }

    /// <summary>The picture itself.</summary>
    public required IReadOnlyList<NinjsRendition> Renditions { get; init; }
}
