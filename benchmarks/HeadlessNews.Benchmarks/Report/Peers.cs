namespace HeadlessNews.Benchmarks.Report;

/// <summary>
/// What others did with the same content on two cores, measured earlier and elsewhere (wrk -t2 -c32, 10,000 articles, medians of three):
/// their figures stand beside ours for the order of magnitude, and take part in no ratio.
/// </summary>
internal static class Peers
{
    public static readonly IReadOnlyList<string> Columns = ["home list", "by slug", "tag list", "page 400", "search", "304 list"];

    public static readonly IReadOnlyList<(string Name, string[] Cells)> Rows =
    [
        ("Directus 12.4 (its memory cache on)", ["189 (520)", "263 (652)", "186 (585)", "178 (558)", "6 (527)", "174 (515)"]),
        ("Strapi 5.54", ["169", "279", "128", "120", "3", "no ETag"]),
        ("PostGraphile 5.1", ["1,145", "4,225", "772", "23", "769", ""]),
        ("hand-written Kestrel + Npgsql, one prepared joining statement", ["4,043", "18,647", "2,332", "800", "2,358", "3,496"]),
        ("bare Kestrel, same bytes from memory", ["95,000", "118,000", "", "", "", "222,000"]),
        ("pgbench, the same statements", ["4,710", "39,129", "2,934", "843", "3,210", ""]),
    ];

    /// <summary>Where our figures for these columns are.</summary>
    public static readonly IReadOnlyList<(string Name, string Stage, string?[] Series)> Ours =
    [
        ("**HeadlessNews**", "cached", ["home cached", "articles cached", "tag cached", "page 400 cached", null, "list 304 cached"]),
        ("**HeadlessNews, cache off**", "database", ["home off", "articles off", "tag off", "page 400 off", "search off", "list 304 off"]),
        ("bare Kestrel, same bytes from memory", "cached", ["home bare", "articles bare", "tag bare", "page 400 bare", null, "list 304 bare"]),
        ("hand-written Kestrel + Npgsql, one prepared joining statement", "database",
            ["home hand-written", "articles hand-written", "tag hand-written", "page 400 hand-written", null, null]),
        ("pgbench, HeadlessNews's statements", "database", ["home pgbench", "articles pgbench", "tag pgbench", "page 400 pgbench", null, null]),
        ("pgbench, the hand-written statements", "database",
            ["home pgbench hand-written", "articles pgbench hand-written", "tag pgbench hand-written", "page 400 pgbench hand-written", null, null]),
    ];
}
