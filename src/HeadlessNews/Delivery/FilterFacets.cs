using HeadlessNews.Data;
using Npgsql;

namespace HeadlessNews.Delivery;

/// <summary>Which lists a filter asks for: its names are looked up among what is published.</summary>
internal sealed class FilterFacets(Databases databases)
{
    private const string ByName =
        """
        SELECT wanted.nth::integer - 1, entry.id, entry.article_count, CASE WHEN wanted.kind = 'tag' THEN entry.document ->> 'kind' END
        FROM unnest($1, $2, $3) WITH ORDINALITY AS wanted (kind, slug, id, nth)
        -- Three look-ups by key: as one join with OR it would walk an index for each name.
        CROSS JOIN LATERAL (
            SELECT id FROM delivery.directory WHERE kind = wanted.kind AND slug = wanted.slug
            UNION
            SELECT id FROM delivery.directory WHERE id = wanted.id AND kind = wanted.kind
            UNION
            SELECT id FROM delivery.former_slugs WHERE kind = wanted.kind AND slug = wanted.slug
        ) AS named
        JOIN delivery.directory AS entry ON entry.id = named.id
        """;

    /// <summary>The lists to be met, the shortest first; none when one of them does not exist, with what could make it exist.</summary>
    public async Task<(IReadOnlyList<Facet> Facets, IReadOnlyList<string> UnseenTags)> Of(ListFilter filter, CancellationToken cancel)
    {
        var names = Names(filter);
        var facets = new List<(Facet Facet, int Count)>();
        if (names.Count > 0)
        {
            var found = new HashSet<int>();
            var noSections = new List<string>();
            await using var command = databases.Delivery.CreateCommand(ByName);
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. names.Select(name => name.Kind)] });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. names.Select(name => name.Name)] });
            command.Parameters.Add(new NpgsqlParameter<Guid?[]>
            {
                TypedValue = [.. names.Select(name => Guid.TryParseExact(name.Name, "D", out var id) ? id : (Guid?)null)],
            });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                var name = names[reader.GetInt32(0)];
                var facet = new Facet(name.Kind, reader.GetGuid(1));
                if (name.MustBeSection && reader.GetString(3) != "section")
                {
                    noSections.Add(CacheTags.Of(facet));
                    continue;
                }
                found.Add(reader.GetInt32(0));
                facets.Add((facet, reader.GetInt32(2)));
            }
            if (found.Count < names.Count)
            {
                // A name that nothing published has: the next article may be the first, whatever it is, or something be renamed to it.
                return ([], [.. noSections, .. names.Select(name => CacheTags.List(name.Kind)).Distinct()]);
            }
        }
        if (filter.Language is not null)
        {
            facets.Add((Facet.Language(filter.Language), int.MaxValue));
        }
        if (filter.Genre is not null)
        {
            facets.Add((Facet.Genre(filter.Genre), int.MaxValue));
        }
        return (facets.Count == 0 ? [Facet.All] : [.. facets.OrderBy(facet => facet.Count).Select(facet => facet.Facet).Distinct()], []);
    }

    /// <summary>What a filter names, by slug or id.</summary>
    public static List<(string Kind, string Name, bool MustBeSection)> Names(ListFilter filter)
    {
        List<(string Kind, string Name, bool MustBeSection)> names = [.. filter.Tags.Select(tag => ("tag", tag, false))];
        if (filter.Section is not null)
        {
            names.Add(("tag", filter.Section, true));
        }
        if (filter.Author is not null)
        {
            names.Add(("author", filter.Author, false));
        }
        if (filter.Source is not null)
        {
            names.Add(("source", filter.Source, false));
        }
        return names;
    }
}
