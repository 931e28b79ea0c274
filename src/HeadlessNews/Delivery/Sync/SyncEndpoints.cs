using HeadlessNews.Http;

namespace HeadlessNews.Delivery.Sync;

/// <summary>For those who keep a copy of what is published.</summary>
internal static class SyncEndpoints
{
    private static readonly PageLimit Limit = new(Default: 100, Most: 1_000);

    private const string StreamExample =
        """
        retry: 2000

        id: AZqPPmwbfFWdDi9vPBp7EDE1LjQy
        event: article.withdrawn
        data: {"type":"article.withdrawn","id":"019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10","version":4,"at":"2026-05-04T10:15:00.000000Z","data":null}


        """;

    private static readonly Meaning Expired = new(410, "The cursor can no longer be followed: begin again with `initial=true`.",
        () => Problems.CursorExpired("What came after it is older than 90 days, and no longer told."));

    private static readonly string[] Names = [.. SyncKind.InOrder.Select(kind => kind.Name())];

    public static void MapSync(this RouteGroupBuilder api)
    {
        api.MapGet("/sync", Sync).WithName("Sync").WithTags("Sync").DeliversUnkept<SyncPage>().WithMetadata(new LinesOf(typeof(SyncItem), typeof(SyncEnd))).MayAnswer(422)
            .WithMetadata(Expired, Limit, new AnswerHeader("200", "Link", "Where to go on (RFC 8288), `rel=\"next\"`: always there, also when there is nothing more for now."));
        api.MapGet("/stream", Stream).WithName("Stream").WithTags("Sync").DeliversUnkept<string>("text/event-stream").WithMetadata(
            Expired, new AnswerExample(StreamExample),
            new Meaning(503, "The database cannot be reached, or too many streams are open here.", () => Problems.TooManyStreams(2_000)),
            new HeaderParameter("Last-Event-ID",
                "The `id` of the last event you have, or the `nextCursor` of a sync whose initial pages have come to their end: what came after it comes first. Browsers send it by themselves."));
    }

    /// <summary>Keep a copy of all that is published and may be passed on</summary>
    /// <remarks>
    /// Begin with `initial=true`, follow `nextCursor` (as `after`) as long as `hasMore` says so, then ask again whenever you like, with the last
    /// cursor you have: every minute, or when `GET /stream` or a webhook says that there is news. Who applies the items in order, page by page, has in the
    /// end exactly what is published: the initial pages go over into what has happened since without a gap, every change comes at least once, in the order in
    /// which they were committed, and removals come too. What an item brings is the document as it is when it is sent, so the same may come several times: keep the
    /// last. Sources, authors and tags come before the articles that name them in the initial pages; after those an article, being sent as it is now, may name one that
    /// comes only some items later.
    ///
    /// With `Accept: application/x-ndjson` each item is a line, and the last line is `{"nextCursor": ..., "hasMore": ...}`: an answer without it was cut off, and its cursor
    /// is the one before.
    ///
    /// A cursor that cannot be followed any more answers 410 (`cursor-expired`): begin again with `initial=true`, and remove what it does not bring.
    /// </remarks>
    /// <param name="initial">`true` begins: first comes all that is there now.</param>
    /// <param name="after">The `nextCursor` of the answer before, or the `id` of an event of the stream.</param>
    /// <param name="types">What to keep a copy of, as names separated by commas: `article`, `author`, `source`, `tag`; all if left out. The cursor keeps it.</param>
    /// <param name="limit">How many items to answer, 1 to 1000; 100 if left out.</param>
    private static async Task<object> Sync(
        bool? initial, string? after, string? types, int? limit, SyncEvents events, BindItems bind, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var most = limit switch
        {
            null => Limit.Default,
            >= 1 when limit <= Limit.Most => limit.Value,
            _ => throw new ProblemException(Problems.Invalid("limit", $"must be between 1 and {Limit.Most}")),
        };
        var kinds = Kinds(types);
        var cursor = SyncCursor.Read(cursors, after, "after");
        if (cursor is null == initial is not true)
        {
            throw new ProblemException(Problems.Invalid("after", cursor is null ? "is needed, or initial=true to begin" : "goes on, where initial=true begins: only one of them can be sent"));
        }
        if (cursor is not null && kinds is not null && kinds != cursor.Kinds)
        {
            throw new ProblemException(Problems.BadCursor("after"));
        }
        var wanted = kinds ?? SyncKinds.All;
        cursor ??= new SyncCursor(wanted, await events.End(cancel), new SyncPlace(wanted.Each().First(), Guid.Empty));
        var stretch = await events.After(cursor, most, cancel);
        var next = stretch.Next.Seal(cursors);
        http.LinkNext(next, without: "initial");
        return await SyncAnswer.Of(stretch, next, bind, cancel);
    }

    /// <summary>Hear at once what happens to what is published and may be passed on</summary>
    /// <remarks>
    /// Server-sent events (WHATWG HTML, section 9.2), the same items as `GET /sync` gives, in the same order: `event` is the item's type, `data` the item, `id` its cursor, which `GET /sync` takes
    /// as `after`. Without a cursor it begins now. After 15 s without an event comes a comment, with the id that has been reached.
    ///
    /// A stream ends: after an hour, when the service stops, when its reader takes nothing for 20 s. `EventSource` opens it again by itself and says where it was; what came
    /// meanwhile comes first, and nothing is left out. A cursor that cannot be followed any more answers 410 (`cursor-expired`).
    /// </remarks>
    /// <param name="lastEventId">As the header `Last-Event-ID`, for those who cannot set one; the header counts.</param>
    /// <param name="types">What to hear of, as names separated by commas: `article`, `author`, `source`, `tag`; all if left out. A cursor keeps it.</param>
    private static async Task<object> Stream(
        string? lastEventId, string? types, StreamSettings settings, LiveItems live, SyncEvents events, BindItems bind, Cursors cursors,
        IHostApplicationLifetime lifetime, TimeProvider clock, HttpContext http, CancellationToken cancel)
    {
        var kinds = Kinds(types);
        var (parameter, sent) = http.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } header] ? ("Last-Event-ID", header) : ("lastEventId", lastEventId);
        var cursor = SyncCursor.Read(cursors, sent, parameter);
        if (cursor is { Initial: not null })
        {
            throw new ProblemException(Problems.InitialCursor(parameter));
        }
        if (cursor is not null && kinds is not null && kinds != cursor.Kinds)
        {
            throw new ProblemException(Problems.BadCursor(parameter));
        }
        cursor ??= new SyncCursor(kinds ?? SyncKinds.All, await events.End(cancel), null);
        await events.Check(cursor.Mark, cancel);
        return new StreamAnswer(cursor, live.Open(settings.MostOpen), live, events, bind, cursors, settings, lifetime, clock);
    }

    private static SyncKinds? Kinds(string? types) => types is null ? null : SyncKind.Of(ListedParts.Names("types", types, Names));
}
