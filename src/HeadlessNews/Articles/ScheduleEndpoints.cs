using AutoMapper;
using HeadlessNews.Access;
using HeadlessNews.Data;
using HeadlessNews.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HeadlessNews.Articles;

/// <summary>What is to come: publications, what ends by itself, and fronts that change.</summary>
internal static class ScheduleEndpoints
{
    public static void MapSchedule(this RouteGroupBuilder editorial)
    {
        editorial.MapGet("/schedule", List).WithName("ListEditorSchedule").WithTags("Articles").RequireRole(Role.Contributor);
    }

    /// <summary>List what is to come, soonest first</summary>
    /// <remarks>
    /// Scheduled publications; live articles whose expiry or whose clearance for the site ends; those that are passed on until a clearance
    /// for syndication ends; and editions of fronts. Judged by the database's clock. What is late stays here until it is done: a publication that its
    /// rules refused waits for an editor, with the reasons in `failure`.
    /// </remarks>
    /// <param name="overdue">True: only what is late.</param>
    /// <param name="limit">How many to answer, 1 to 100; 20 if left out.</param>
    /// <param name="after">The `nextCursor` of the page before.</param>
    private static async Task<Ok<Page<ScheduleItem>>> List(
        bool? overdue, int? limit, string? after, NewsDbContext db, IMapper mapper, Cursors cursors, HttpContext http, CancellationToken cancel)
    {
        var most = Paging.Limit(limit);
        var list = $"editorial/schedule?{overdue == true}";
        var rows = await ScheduleQuery.Read(db, SchedulePlace.Of(cursors.Read(list, after)), overdue == true, most + 1, cancel);
        return TypedResults.Ok(mapper.Map<List<ScheduleItem>>(rows)
            .ToPage(most, http, item => Cursor(item, item.Edition ?? item.Article!.Id)));

        string Cursor(ScheduleItem item, Guid id) => cursors.Make(list, new SchedulePlace(item.At, item.Action, id).SortKey, id);
    }
}
