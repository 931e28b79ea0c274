using System.Security.Cryptography;
using System.Text;
using HeadlessNews.Articles;

namespace HeadlessNews.Delivery;

/// <summary>A list that an article stands in.</summary>
internal readonly record struct Facet(string Kind, Guid Id)
{
    /// <summary>The list of everything.</summary>
    public static readonly Facet All = new("all", Guid.Empty);

    /// <summary>Languages have no ids of their own: theirs is the MD5 of the lower-case tag, as PostgreSQL's <c>md5(...)::uuid</c>.</summary>
    public static Facet Language(string tag) =>
#pragma warning disable CA5351 // A name for a list, no secret.
        new("language", new Guid(MD5.HashData(Encoding.UTF8.GetBytes(tag.ToLowerInvariant())), bigEndian: true));
#pragma warning restore CA5351
}

internal static class Facets
{
    /// <summary>
    /// Every list the article stands in: its tags' parents find it too, and so does each shorter form of its language (RFC 4647:
    /// who asks for <c>en</c> gets <c>en-GB</c>).
    /// </summary>
    public static IReadOnlyList<Facet> Of(ArticleSnapshot snapshot, Named named)
    {
        var facets = new HashSet<Facet> { Facet.All, new("source", snapshot.Source) };
        facets.UnionWith(snapshot.Authors.Select(id => new Facet("author", id)));
        foreach (var tag in snapshot.Tags)
        {
            for (Guid? id = tag; id is { } here; id = named.Tags[here].ParentId)
            {
                facets.Add(new Facet("tag", here));
            }
        }
        for (var language = snapshot.Content.Language; language.Length > 0; language = language[..Math.Max(0, language.LastIndexOf('-'))])
        {
            facets.Add(Facet.Language(language));
        }
        return [.. facets];
    }
}
