using FluentValidation;

namespace HeadlessNews.Data;

internal static class SlugRules
{
    /// <summary>A slug that an editor chose.</summary>
    public static IRuleBuilderOptions<T, string?> Slug<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Length(1, SlugText.MaxLength)
            .Matches(SlugText.Pattern).WithMessage("must be lower-case letters and digits with single hyphens between them")
            .Must(slug => slug is null || SlugText.IsValid(slug))
            .WithMessage("must be lower-case letters and digits with single hyphens between them, and not look like a UUID");
}
