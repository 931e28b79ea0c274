using System.Security.Cryptography;
using System.Text;
using HeadlessNews.Articles;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery;

/// <summary>A list that an article stands in.</summary>
internal readonly record struct Facet(string Kind, Guid Id)
{
    /// <summary>The list of everything.</summary>
    public static readonly Facet All = new("all", Guid.Empty);

    public static Facet Language(string tag) => new("language", IdOf(tag.ToLowerInvariant()));

    public static Facet Genre(string name) => new("genre", IdOf(name));

    /// <summary>Languages and genres have no ids of their own: theirs is the MD5 of the name, as PostgreSQL's <c>md5(...)::uuid</c>.</summary>
    private static Guid IdOf(string name) =>
#pragma warning disable CA5351 // A name for a list, no secret.
        new(MD5.HashData(Encoding.UTF8.GetBytes(name)), bigEndian: true);
#pragma warning restore CA5351
}

internal static class Facets
{
    /// <summary>What sorts of text there are lists of.</summary>
    public static IReadOnlyCollection<string> Genres { get; } = [.. EnumNames.All(typeof(Genre))];

    /// <summary>
    /// Every list the article stands in: its tags' parents find it too, and so does each shorter form of its language (RFC 4647:
    /// who asks for <c>en</c> gets <c>en-GB</c>).
    /// </summary>
    public static IReadOnlyList<Facet> Of(ArticleSnapshot snapshot, Named named)
    {
        var facets = new HashSet<Facet> { Facet.All, new("source", snapshot.Source), Facet.Genre(EnumNames.Of(snapshot.Content.Genre)) };
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
