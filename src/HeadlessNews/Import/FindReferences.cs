using HeadlessNews.Http;

namespace HeadlessNews.Import;

/// <summary>The sources, authors and tags of a batch's articles.</summary>
internal sealed class FindReferences(FindNamed named)
{
    public async Task Find(List<UpsertLine> lines, UpsertOptions options, CancellationToken cancel)
    {
        var sources = await named.Sources([.. lines.Select(line => line.Upsert.Asked(line.Sent.Source!))], options, cancel);
        // Of what is canceled nothing but where it came from is looked at.
        var whole = lines.FindAll(line => !line.Upsert.IsCanceled);
        var authors = await named.Authors([.. whole.SelectMany(line => Asked(line, line.Sent.Authors))], options, cancel);
        var tags = await named.Tags([.. whole.SelectMany(line => Asked(line, line.Sent.Tags))], options, cancel);
        foreach (var line in lines)
        {
            var errors = new Dictionary<string, string[]>();
            line.SourceId = One(sources[line.Upsert.Asked(line.Sent.Source!)], "source");
            if (!line.Upsert.IsCanceled)
            {
                line.Authors = All(Asked(line, line.Sent.Authors), authors, "authors");
                line.Tags = All(Asked(line, line.Sent.Tags), tags, "tags");
            }
            if (errors.Count > 0)
            {
                line.Refuse(Problems.Invalid(errors));
            }

            Guid One(FindNamed.Meaning meaning, string path)
            {
                if (meaning.Fault is { } fault)
                {
                    errors[path] = [fault];
                }
                return meaning.Id;
            }

            List<Guid> All(IEnumerable<Asked> asked, IReadOnlyDictionary<Asked, FindNamed.Meaning> meanings, string path)
            {
                var ids = new List<Guid>();
                foreach (var (one, nth) in asked.Select((one, nth) => (one, nth)))
                {
                    var id = One(meanings[one], $"{path}[{nth}]");
                    if (!ids.Contains(id))
                    {
                        ids.Add(id);
                    }
                    else if (id != Guid.Empty && !line.Upsert.NamesMayCoincide)
                    {
                        errors[$"{path}[{nth}]"] = ["names the same record twice"];
                    }
                }
                return ids;
            }
        }
    }

    private static IEnumerable<Asked> Asked(UpsertLine line, IReadOnlyList<string>? names) => (names ?? []).Select(line.Upsert.Asked);
}
