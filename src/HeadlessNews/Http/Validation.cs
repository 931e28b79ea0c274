using System.Text.Json;
using FluentValidation;

namespace HeadlessNews.Http;

/// <summary>Runs a request's validator before its handler; a broken rule is a 422 that names every member.</summary>
internal static class Validation
{
    public static void Add(IServiceCollection services)
    {
        ValidatorOptions.Global.LanguageManager = new RuleWords();
        // Rules are declared once and read by requests and by the contract: singletons.
        foreach (var validator in typeof(Validation).Assembly.GetTypes().Where(type => type is { IsAbstract: false, IsGenericType: false }))
        {
            var validates = validator.GetInterfaces().FirstOrDefault(candidate =>
                candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IValidator<>));
            if (validates is not null)
            {
                services.AddSingleton(validates, Activator.CreateInstance(validator)!);
            }
        }
    }

    public static RouteHandlerBuilder Validate<TRequest>(this RouteHandlerBuilder route) where TRequest : class =>
        route.AddEndpointFilter(async (context, next) =>
        {
            var request = context.Arguments.OfType<TRequest>().Single();
            var problem = Check(context.HttpContext.RequestServices, request);
            return problem is null ? await next(context) : problem.ToResult();
        }).WithMetadata(new ValidatedBody(typeof(TRequest)));

    public static Microsoft.AspNetCore.Mvc.ProblemDetails? Check<TRequest>(IServiceProvider services, TRequest request)
    {
        var result = services.GetRequiredService<IValidator<TRequest>>().Validate(request);
        return result.IsValid
            ? null
            : Problems.Invalid(result.Errors
                .GroupBy(error => CamelCase(error.PropertyName))
                .ToDictionary(group => group.Key, group => group.Select(error => error.ErrorMessage).Distinct().ToArray()));
    }

    /// <summary>Body.Content → body.content: the path a client knows.</summary>
    private static string CamelCase(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}

/// <summary>Marks a route whose body is checked, for the contract.</summary>
internal sealed record ValidatedBody(Type Request);

/// <summary>Rules that several requests share. Messages complete the sentence that the member's name begins.</summary>
internal static class Rules
{
    // Patterns end with \z, not $: the latter would let a line break through at the end. The contract says $, which means \z there.

    // RFC 5646, without the irregular grandfathered tags: language, then script, region, variants, extensions, private use.
    public const string LanguagePattern =
        "^[A-Za-z]{2,8}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-[A-WY-Za-wy-z0-9](-[A-Za-z0-9]{2,8})+)*(-[xX](-[A-Za-z0-9]{1,8})+)?\\z";

    public const string WebAddressPattern = "^https?://[^\\s/?#@]\\S*\\z";

    /// <summary>A name or a headline: one line, with something in it that can be seen.</summary>
    public static IRuleBuilderOptions<T, string?> OneLine<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Matches(@"^[^\p{Cc}\u2028\u2029]*\z").WithMessage("must be one line without control characters")
            .Must(text => string.IsNullOrEmpty(text) || text.EnumerateRunes().Any(IsVisible)).WithMessage("must have something in it that can be seen");

    private static bool IsVisible(System.Text.Rune rune) =>
        System.Text.Rune.IsLetterOrDigit(rune) || System.Text.Rune.IsPunctuation(rune) || System.Text.Rune.IsSymbol(rune);

    public static IRuleBuilderOptions<T, string?> IdOrSlug<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Length(1, 120);

    public static IRuleBuilderOptions<T, string?> LanguageTag<T>(this IRuleBuilder<T, string?> rule) =>
        rule.MaximumLength(35).Matches(LanguagePattern).WithMessage("must be a BCP 47 language tag such as en, en-GB or fa");

    public static IRuleBuilderOptions<T, string?> WebAddress<T>(this IRuleBuilder<T, string?> rule) =>
        rule.MaximumLength(2000)
            // Linear, whatever is sent: each character is looked at once.
            .Matches(WebAddressPattern).WithMessage("must be an absolute http or https address")
            .Must(address => address is null || Uri.TryCreate(address, UriKind.Absolute, out _)).WithMessage("must be an absolute http or https address");

    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> MaximumItems<T, TItem>(this IRuleBuilder<T, IReadOnlyList<TItem>?> rule, int most) =>
        rule.SetValidator(new MaximumItemsValidator<T, TItem>(most));
}

/// <summary>A list has at most so many items.</summary>
internal sealed class MaximumItemsValidator<T, TItem>(int most)
    : FluentValidation.Validators.PropertyValidator<T, IReadOnlyList<TItem>?>, IMaximumItems
{
    public int Most => most;

    public override string Name => "MaximumItemsValidator";

    public override bool IsValid(ValidationContext<T> context, IReadOnlyList<TItem>? value) => value is null || value.Count <= most;

    protected override string GetDefaultMessageTemplate(string errorCode) => $"must have at most {most} items";
}

/// <summary>How the contract reads the bound without knowing the item's type.</summary>
internal interface IMaximumItems
{
    int Most { get; }
}

internal sealed class LinkValidator : AbstractValidator<Link>
{
    public LinkValidator()
    {
        RuleFor(link => link.Label).Length(1, 200);
        RuleFor(link => link.Url).NotEmpty().WebAddress();
    }
}

/// <summary>The library's own rules, in the same voice: each message goes on from the member's name.</summary>
internal sealed class RuleWords : FluentValidation.Resources.LanguageManager
{
    public RuleWords()
    {
        Culture = System.Globalization.CultureInfo.GetCultureInfo("en");
        AddTranslation("en", "NotNullValidator", "must be given");
        AddTranslation("en", "NotEmptyValidator", "must not be empty");
        AddTranslation("en", "MaximumLengthValidator", "must have at most {MaxLength} characters, not {TotalLength}");
        AddTranslation("en", "LengthValidator", "must have {MinLength} to {MaxLength} characters, not {TotalLength}");
        AddTranslation("en", "InclusiveBetweenValidator", "must be between {From} and {To}, not {PropertyValue}");
        AddTranslation("en", "EmailValidator", "must be an e-mail address");
        AddTranslation("en", "RegularExpressionValidator", "is not in the right form");
        AddTranslation("en", "PredicateValidator", "breaks a rule");
    }
}
