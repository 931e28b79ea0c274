using FluentValidation;
using HeadlessNews.Http;

namespace HeadlessNews.Access;

/// <summary>An API key to be made.</summary>
[Example("""{ "name": "Website front end", "role": "reader" }""")]
public sealed record KeyRequest
{
    /// <summary>What the key is for, so that one knows later what breaks when it is revoked.</summary>
    /// <example>Website front end</example>
    public string? Name { get; init; }

    /// <summary>What the key may do.</summary>
    /// <example>reader</example>
    public Role? Role { get; init; }

    /// <summary>When the key stops working; null for never.</summary>
    /// <example>2027-12-31T00:00:00Z</example>
    public DateTimeOffset? ExpiresAt { get; init; }
}

internal sealed class KeyRequestValidator : AbstractValidator<KeyRequest>
{
    public KeyRequestValidator()
    {
        RuleFor(key => key.Name).NotEmpty().MaximumLength(200);
        RuleFor(key => key.Role).NotNull();
    }
}
