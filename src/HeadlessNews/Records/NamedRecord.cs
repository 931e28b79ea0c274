using HeadlessNews.Data;

namespace HeadlessNews.Records;

/// <summary>What authors, sources and tags have in common: an id for ever, a slug, a name, a version that rises with every save.</summary>
internal abstract class NamedRecord
{
    public Guid Id { get; protected init; }
    public string Slug { get; private set; } = "";
    public string Name { get; protected set; } = "";
    public int Version { get; private set; }
    public DateTimeOffset CreatedAt { get; private set; }
    public DateTimeOffset UpdatedAt { get; private set; }

    public abstract SlugKind SlugKind { get; }

    public void MoveTo(string slug) => Slug = slug;

    /// <summary>A save has changed something: the next version.</summary>
    public void Touch(DateTimeOffset now)
    {
        Version++;
        UpdatedAt = now;
        if (Version == 1)
        {
            CreatedAt = now;
        }
    }
}

/// <summary>A named record that is replaced as a whole by what an editor sends.</summary>
internal abstract class NamedRecord<TRequest> : NamedRecord
{
    public abstract void Replace(TRequest request);

    /// <summary>The request that would leave this record as it is: what a merge patch is merged into.</summary>
    public abstract TRequest ToRequest();
}

/// <summary>What a request for any named record holds.</summary>
internal interface INamedRequest
{
    string? Slug { get; }

    string? Name { get; }
}
