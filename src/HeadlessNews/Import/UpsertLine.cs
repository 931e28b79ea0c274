using HeadlessNews.Articles;
using Microsoft.AspNetCore.Mvc;

namespace HeadlessNews.Import;

/// <summary>One of a batch, on its way.</summary>
internal sealed class UpsertLine(Upsert upsert)
{
    private Article? article;

    public Upsert Upsert => upsert;
    public ArticleRequest Sent => upsert.Article;
    public Guid Id { get; set; }
    public Guid SourceId { get; set; }
    public IReadOnlyList<Guid> Authors { get; set; } = [];
    public IReadOnlyList<Guid> Tags { get; set; } = [];
    public IReadOnlyList<RelatedSnapshot> Related { get; set; } = [];

    /// <summary>The article that was here before, locked.</summary>
    public Article? Present { get; set; }

    /// <summary>The article from here on.</summary>
    public Article? Article
    {
        get => article ?? Present;
        set => article = value;
    }

    public ArticleSnapshot? Snapshot { get; set; }
    public bool IsSaved { get; set; }
    public bool GoesLive { get; set; }
    public bool HasNewSlug { get; set; }
    public Upserted Outcome { get; set; } = new(UpsertStatus.Failed);

    /// <summary>Whether something is to be done about it yet.</summary>
    public bool IsOpen { get; private set; } = true;

    public void Refuse(ProblemDetails problem)
    {
        IsOpen = false;
        Outcome = Upserted.Failed(problem, Present?.Id);
    }

    public void End(UpsertStatus status)
    {
        IsOpen = false;
        Outcome = new Upserted(status, Present?.Id ?? (status == UpsertStatus.Created ? Id : null));
    }
}
