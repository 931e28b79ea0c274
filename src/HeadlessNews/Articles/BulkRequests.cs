using FluentValidation;
using HeadlessNews.Http;

namespace HeadlessNews.Articles;

/// <summary>What can be done with many articles at once; each is what the action of that name does with one.</summary>
public enum BulkAction
{
    /// <summary>As `POST .../publish`.</summary>
    Publish,

    /// <summary>As `POST .../withdraw`, with `reason` and `notice`.</summary>
    Withdraw,

    /// <summary>Saves the working copy with `tags` added behind those it has. A live article does not change until it is published again.</summary>
    Tag,

    /// <summary>Saves the working copy without `tags`. A live article does not change until it is published again.</summary>
    Untag,

    /// <summary>As `POST .../trash`.</summary>
    Trash,
}

/// <summary>One action, and the articles it is for.</summary>
[Example("""
    {
      "action": "withdraw",
      "items": [
        { "id": "019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10", "version": 3 },
        { "id": "019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b11", "version": 7 }
      ],
      "reason": "The agency has recalled the series.",
      "notice": "This article was withdrawn at the request of its agency."
    }
    """)]
public sealed record BulkRequest
{
    /// <summary>What is to be done.</summary>
    /// <example>withdraw</example>
    public BulkAction? Action { get; init; }

    /// <summary>The articles: 1 to 1,000, none of them twice.</summary>
    public IReadOnlyList<BulkItem>? Items { get; init; }

    /// <summary>To tag and untag, and only then: 1 to 100 tags, each by its slug or id.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>To withdraw, and only then: for the newsroom's log, never delivered.</summary>
    /// <example>The agency has recalled the series.</example>
    public string? Reason { get; init; }

    /// <summary>To withdraw, and only then: what readers are told at each article's address (410); null for a general sentence.</summary>
    /// <example>This article was withdrawn at the request of its agency.</example>
    public string? Notice { get; init; }
}

/// <summary>One of the articles.</summary>
public sealed record BulkItem
{
    /// <summary>The article's id.</summary>
    /// <example>019a8f3e-6c1b-7c55-9d0e-2f6f3c1a7b10</example>
    public Guid? Id { get; init; }

    /// <summary>The version you read: if somebody has saved since, this article is left as it is (412).</summary>
    /// <example>3</example>
    public int? Version { get; init; }
}

internal sealed class BulkRequestValidator : AbstractValidator<BulkRequest>
{
    private const int MostItems = 1_000;

    public BulkRequestValidator()
    {
        RuleFor(bulk => bulk.Action).NotNull();
        RuleFor(bulk => bulk.Items).NotEmpty().MaximumItems(MostItems);
        RuleFor(bulk => bulk.Items).Must(AreDifferent).WithMessage("must not name an article twice");
        RuleForEach(bulk => bulk.Items).NotNull().SetValidator(new BulkItemValidator());
        RuleFor(bulk => bulk.Tags).MaximumItems(ArticleRequestValidator.MostTags);
        RuleFor(bulk => bulk.Tags).Must((bulk, tags) => !IsTagging(bulk) || tags is { Count: > 0 }).WithMessage("must not be empty, where something is tagged");
        RuleFor(bulk => bulk.Tags).Must((bulk, tags) => IsTagging(bulk) || tags is null).WithMessage("must be left out, where nothing is tagged");
        RuleForEach(bulk => bulk.Tags).NotEmpty().IdOrSlug();
        RuleFor(bulk => bulk.Reason).Length(1, 2000);
        RuleFor(bulk => bulk.Reason).Must((bulk, text) => IsWithdrawing(bulk) || text is null).WithMessage("must be left out, where nothing is withdrawn");
        RuleFor(bulk => bulk.Notice).Length(1, 2000);
        RuleFor(bulk => bulk.Notice).Must((bulk, text) => IsWithdrawing(bulk) || text is null).WithMessage("must be left out, where nothing is withdrawn");
    }

    private static bool IsTagging(BulkRequest bulk) => bulk.Action is BulkAction.Tag or BulkAction.Untag;

    private static bool IsWithdrawing(BulkRequest bulk) => bulk.Action is BulkAction.Withdraw;

    private static bool AreDifferent(IReadOnlyList<BulkItem>? items)
    {
        var ids = (items ?? []).Select(item => item?.Id).Where(id => id is not null).ToList();
        return ids.Distinct().Count() == ids.Count;
    }
}

internal sealed class BulkItemValidator : AbstractValidator<BulkItem>
{
    public BulkItemValidator()
    {
        RuleFor(item => item.Id).NotNull();
        RuleFor(item => item.Version).NotNull();
    }
}
