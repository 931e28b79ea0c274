using FluentValidation;
using HeadlessNews.Authors;
using HeadlessNews.Data;
using HeadlessNews.Delivery;
using HeadlessNews.Http;
using HeadlessNews.Log;
using HeadlessNews.Records;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using Microsoft.EntityFrameworkCore;

namespace HeadlessNews.Import;

/// <summary>
/// The authors, sources and tags that a batch of articles names: found by slug, id or name, set-wise, or made. What is made is written
/// when the articles that name it are; one that none is left to name never was.
/// </summary>
internal sealed class FindNamed(NewsDbContext db, TimeProvider clock, IServiceProvider services)
{
    private readonly Dictionary<Guid, NamedRecord> made = [];

    /// <summary>What each asked for means: a record's id, or the rule that it breaks.</summary>
    public sealed record Meaning(Guid Id, string? Fault);

    public Task<IReadOnlyDictionary<Asked, Meaning>> Sources(IReadOnlyCollection<Asked> asked, UpsertOptions options, CancellationToken cancel) =>
        Find<Source, SourceRequest>(SlugKind.Source, asked, options, one => new SourceRequest { Name = one.Name, Kind = SourceKind.Agency }, id => new Source(id), cancel);

    public Task<IReadOnlyDictionary<Asked, Meaning>> Authors(IReadOnlyCollection<Asked> asked, UpsertOptions options, CancellationToken cancel) =>
        Find<Author, AuthorRequest>(SlugKind.Author, asked, options, one => new AuthorRequest
        {
            Name = one.Name,
            Kind = one.Kind is null ? AuthorKind.Person : EnumNames.Parse<AuthorKind>(one.Kind),
        }, id => new Author(id), cancel);

    public Task<IReadOnlyDictionary<Asked, Meaning>> Tags(IReadOnlyCollection<Asked> asked, UpsertOptions options, CancellationToken cancel) =>
        Find<Tag, TagRequest>(SlugKind.Tag, asked, options, one => new TagRequest
        {
            Name = one.Name,
            Kind = one.Kind is null ? TagKind.Topic : EnumNames.Parse<TagKind>(one.Kind),
            MediaTopic = one.MediaTopic,
        }, id => new Tag(id), cancel);

    /// <summary>With what is made here and not written yet.</summary>
    public Named WithNew(Named named) => made.Count == 0 ? named : named with
    {
        Authors = With(named.Authors),
        Sources = With(named.Sources),
        Tags = With(named.Tags),
    };

    /// <summary>Writes what is made and still named.</summary>
    public async Task Write(Change change, IReadOnlySet<Guid> named, CancellationToken cancel)
    {
        var wanted = made.Values.Where(record => named.Contains(record.Id)).ToList();
        foreach (var record in wanted)
        {
            record.MoveTo(await db.Take(record.SlugKind, record.Name, null, record.Id, isPublic: true, cancel));
            record.Touch(clock.Now());
            db.Add(record);
            change.Record($"{EnumNames.Of(record.SlugKind)}.changed", record.Id, record.Version);
        }
        if (wanted.Count > 0)
        {
            await db.SaveChangesAsync(cancel);
        }
    }

    private Dictionary<Guid, TRecord> With<TRecord>(IReadOnlyDictionary<Guid, TRecord> found) where TRecord : NamedRecord =>
        found.Values.Concat(made.Values.OfType<TRecord>()).ToDictionary(record => record.Id);

    private async Task<IReadOnlyDictionary<Asked, Meaning>> Find<TRecord, TRequest>(
        SlugKind kind, IReadOnlyCollection<Asked> asked, UpsertOptions options, Func<Asked, TRequest> request, Func<Guid, TRecord> make, CancellationToken cancel)
        where TRecord : NamedRecord<TRequest>
    {
        var meanings = new Dictionary<Asked, Meaning>();
        var all = asked.Distinct().ToList();
        var ids = await db.FindIds<TRecord>(kind, all.ConvertAll(one => one.Reference), cancel);
        for (var nth = 0; nth < all.Count; nth++)
        {
            if (ids[nth] is { } id)
            {
                meanings[all[nth]] = new Meaning(id, null);
            }
        }
        await LookByName(Rest());
        if (Rest().FindAll(one => options.Create.Contains(kind) || options.Pretended?.Has(kind, one.Reference) == true) is { Count: > 0 } unknown)
        {
            await WaitForOthers(kind, unknown, cancel);
            await LookByName(unknown);
            MakeThem(unknown.FindAll(one => !meanings.ContainsKey(one)));
        }
        foreach (var one in Rest())
        {
            meanings[one] = new Meaning(Guid.Empty, References.NamesNone(kind, one.Reference));
        }
        return meanings;

        List<Asked> Rest() => all.FindAll(one => !meanings.ContainsKey(one));

        async Task LookByName(List<Asked> rest)
        {
            if (rest.Count == 0)
            {
                return;
            }
            foreach (var found in (await FoundByName.Find(db, kind, rest, cancel)).GroupBy(found => found.Nth))
            {
                // A topic's code says more than its name.
                var best = found.Where(one => one.IsTopic).DefaultIfEmpty().First() is { } topic ? [topic] : found.ToList();
                meanings[rest[found.Key - 1]] = best.Count == 1
                    ? new Meaning(best[0].Id, null)
                    : Ambiguous(kind, rest[found.Key - 1]);
            }
        }

        // They are one where they will be found as one when they are asked for again: a topic's code says more than a name, and a name with a kind
        // more than one without.
        void MakeThem(List<Asked> unknown)
        {
            var topics = new Dictionary<string, Meaning>();
            var names = new Dictionary<(string Name, string? Kind), Meaning>();
            foreach (var one in unknown.OrderBy(one => one.MediaTopic is null).ThenBy(one => one.Kind is null))
            {
                var name = one.Name.ToLowerInvariant();
                if (!(one.MediaTopic is { } known && topics.TryGetValue(known, out var meaning)) && !names.TryGetValue((name, one.Kind), out meaning))
                {
                    meaning = Make(request(one), make(Guid.CreateVersion7(clock.GetUtcNow())));
                    names[(name, one.Kind)] = meaning;
                    if (one.Kind is not null)
                    {
                        names[(name, null)] = names.ContainsKey((name, null)) ? Ambiguous(kind, one) : meaning;
                    }
                    if (one.MediaTopic is { } topic)
                    {
                        topics[topic] = meaning;
                    }
                }
                meanings[one] = meaning;
            }
        }
    }

    private Meaning Make<TRequest>(TRequest sent, NamedRecord<TRequest> record)
    {
        var faults = services.GetRequiredService<IValidator<TRequest>>().Validate(sent);
        if (!faults.IsValid)
        {
            return new Meaning(record.Id, faults.Errors[0].ErrorMessage);
        }
        record.Replace(sent);
        made.Add(record.Id, record);
        return new Meaning(record.Id, null);
    }

    /// <summary>Whoever else is about to make one of these waits here, and then finds it.</summary>
    private async Task WaitForOthers(SlugKind kind, List<Asked> unknown, CancellationToken cancel)
    {
        var keys = unknown.Select(one => one.Name.ToLowerInvariant()).Concat(unknown.Select(one => one.MediaTopic).OfType<string>());
        foreach (var key in keys.Distinct().Order(StringComparer.Ordinal))
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({EnumNames.Of(kind) + " " + key}, 0))", cancel);
        }
    }

    private static Meaning Ambiguous(SlugKind kind, Asked asked) =>
        new(Guid.Empty, $"is the name of several {EnumNames.Of(kind)}s; use a slug or an id: {asked.Reference}");
}
