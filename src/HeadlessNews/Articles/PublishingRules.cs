using HeadlessNews.Delivery;
using HeadlessNews.Http;
using HeadlessNews.Sources;

namespace HeadlessNews.Articles;

/// <summary>What keeps a text from being public at a time. The database holds embargo and rights a second time.</summary>
internal static class PublishingRules
{
    public static IEnumerable<string> ReasonsAgainst(
        ArticleSnapshot snapshot, RenderedBody body, Named named, IEnumerable<RightsClearance> clearances, DateTimeOffset at)
    {
        var content = snapshot.Content;
        if (body.IsEmpty)
        {
            yield return "The body is empty.";
        }
        if (content.EmbargoUntil > at)
        {
            yield return $"The embargo lasts until {Rfc3339.Format(content.EmbargoUntil.Value)}.";
        }
        if (content.ExpiresAt <= at)
        {
            yield return $"It expires at {Rfc3339.Format(content.ExpiresAt.Value)}.";
        }
        if (!named.Knows(snapshot))
        {
            yield return "Its source, an author or a tag has been deleted.";
        }
        else if (!Cleared.Of(snapshot.EffectiveRights(named), clearances, at).ForSite)
        {
            yield return content.Rights.Redistribution == Redistribution.Prohibited
                ? "Its rights prohibit it, and no clearance for the site lasts at that time."
                : $"The rights of its source, {named.Sources[snapshot.Source].Name}, prohibit it, and no clearance for the site lasts at that time.";
        }
    }

    /// <summary>The article's own rights, filled from its source's.</summary>
    public static Rights EffectiveRights(this ArticleSnapshot snapshot, Named named)
    {
        var rights = snapshot.Content.Rights.InheritingFrom(named.Sources[snapshot.Source].Rights);
        return rights with { Redistribution = rights.Redistribution ?? Redistribution.Allowed };
    }
}

/// <summary>
/// What an article may do: be read on the site, and be passed on. Rights that do not prohibit it allow both; what they prohibit, a
/// clearance allows for a time (null: without end).
/// </summary>
internal readonly record struct Cleared(bool ForSite, DateTimeOffset? SiteUntil, bool ForSyndication, DateTimeOffset? SyndicationUntil)
{
    public static Cleared Of(Rights effective, IEnumerable<RightsClearance> clearances, DateTimeOffset at)
    {
        if (effective.Redistribution != Redistribution.Prohibited)
        {
            return new Cleared(true, null, true, null);
        }
        var active = clearances.Where(clearance => clearance.IsActive(at)).ToLookup(clearance => clearance.Scope, clearance => clearance.Until);
        var site = active[ClearanceScope.Site].ToList();
        var syndication = active[ClearanceScope.Syndication].ToList();
        return new Cleared(site.Count > 0, Last(site), syndication.Count > 0, Last(syndication));
    }

    private static DateTimeOffset? Last(List<DateTimeOffset?> ends) => ends.Contains(null) ? null : ends.Max();
}
