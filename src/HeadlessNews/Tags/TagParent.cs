using HeadlessNews.Data;
using HeadlessNews.Http;
using HeadlessNews.Records;

namespace HeadlessNews.Tags;

internal static class TagParent
{
    /// <summary>Before a tag is saved: the tag above it, from the slug or id that the request names.</summary>
    public static NamedRecords<Tag, TagRequest>.Preparation Find(NewsDbContext db) => async (tag, request, cancel) =>
    {
        var errors = new Dictionary<string, string[]>();
        Guid? parent = request.Parent is null ? null : (await db.Resolve<Tag>(SlugKind.Tag, [request.Parent], _ => "parent", errors, cancel))[0];
        tag.MoveBelow(parent);
        return errors.Count == 0 ? null : Problems.Invalid(errors);
    };
}
