namespace HeadlessNews.Articles;

/// <summary>Where an article stands, for people: derived from its working copy's stage and from what the public sees.</summary>
public enum ArticleStatus
{
    /// <summary>Being written; never public.</summary>
    Draft,

    /// <summary>Waiting for an editor.</summary>
    InReview,

    /// <summary>Waiting for its time.</summary>
    Scheduled,

    /// <summary>Live. `hasUnpublishedChanges` says whether the working copy has gone on.</summary>
    Published,

    /// <summary>Was live, and was taken back.</summary>
    Withdrawn,

    /// <summary>In the trash.</summary>
    Trashed,
}

/// <summary>What can be done with an article.</summary>
public enum ArticleAction
{
    /// <summary>`POST .../submit`</summary>
    Submit,

    /// <summary>`POST .../return`</summary>
    Return,

    /// <summary>`POST .../publish`</summary>
    Publish,

    /// <summary>`POST .../schedule`</summary>
    Schedule,

    /// <summary>`POST .../unschedule`</summary>
    Unschedule,

    /// <summary>`POST .../discard-changes`</summary>
    DiscardChanges,

    /// <summary>`POST .../withdraw`</summary>
    Withdraw,

    /// <summary>`POST .../trash` or `DELETE`</summary>
    Trash,

    /// <summary>`POST .../restore`</summary>
    Restore,

    /// <summary>`DELETE ?permanent=true`</summary>
    Delete,
}
