using HeadlessNews.Sources;

namespace HeadlessNews.Articles;

/// <summary>What would refuse a publication now.</summary>
public enum PublishingBlock
{
    /// <summary>The body renders to nothing.</summary>
    EmptyBody,

    /// <summary>The embargo is ahead.</summary>
    Embargo,

    /// <summary>It has expired.</summary>
    Expired,

    /// <summary>Its rights, its own or its source's, prohibit it, and no clearance for the site says otherwise.</summary>
    Rights,
}

/// <summary>
/// <see cref="PublishingRules"/> at a glance: what they would refuse a working copy for, told from what is kept, so that a list need
/// neither render nor lock. A test holds the two together.
/// </summary>
internal static class PublishingBlocks
{
    public static IReadOnlyList<PublishingBlock> Of(Article article, Rights effective, DateTimeOffset now) => Of(
        article.BodyIsEmpty,
        article.Content.EmbargoUntil > now,
        article.Content.ExpiresAt <= now,
        !Cleared.Of(effective, article.Clearances, now).ForSite);

    public static IReadOnlyList<PublishingBlock> Of(bool isEmpty, bool isUnderEmbargo, bool hasExpired, bool isProhibited)
    {
        var blocks = new List<PublishingBlock>();
        Add(isEmpty, PublishingBlock.EmptyBody);
        Add(isUnderEmbargo, PublishingBlock.Embargo);
        Add(hasExpired, PublishingBlock.Expired);
        Add(isProhibited, PublishingBlock.Rights);
        return blocks;

        void Add(bool holds, PublishingBlock block)
        {
            if (holds)
            {
                blocks.Add(block);
            }
        }
    }

    /// <summary>The working copy's own rights, filled from its source's.</summary>
    public static Rights EffectiveRights(this Article article)
    {
        var rights = article.Content.Rights.InheritingFrom(article.Source!.Rights);
        return rights with { Redistribution = rights.Redistribution ?? Redistribution.Allowed };
    }
}
