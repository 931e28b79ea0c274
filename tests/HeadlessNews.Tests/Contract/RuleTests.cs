using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using FluentValidation.Validators;
using HeadlessNews.Http;
using HeadlessNews.Tests.Infrastructure;

namespace HeadlessNews.Tests.Contract;

/// <summary>Each rule of each validator, found again in the schema of what it validates.</summary>
public sealed class RuleTests
{
    /// <summary>Rules that no schema can say: the member's description does.</summary>
    private static readonly string[] InWordsOnly = ["ChildValidatorAdaptor", "PredicateValidator", "GreaterThanValidator"];

    private static readonly JsonObject Schemas = Operations.Document("editorial")["components"]!["schemas"]!.AsObject();

    public static TheoryData<string> Validators => [.. ValidatorTypes().Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Validators))]
    public void The_schema_says_what_the_validator_checks(string name)
    {
        var type = ValidatorTypes().Single(candidate => candidate.Name == name);
        var validated = Validated(type)!;
        var schema = Schemas[validated.Name]!.AsObject();
        var required = schema["required"]?.AsArray().Select(member => member!.GetValue<string>()).ToHashSet() ?? [];
        var expectedlyRequired = new HashSet<string>();
        var rules = (IEnumerable<IValidationRule>)Activator.CreateInstance(type)!;

        foreach (var rule in rules)
        {
            var member = JsonNamingPolicy.CamelCase.ConvertName(rule.PropertyName);
            var property = schema["properties"]![member]!.AsObject();
            var isForEach = rule.GetType().Name.StartsWith("Collection", StringComparison.Ordinal);
            var bounded = isForEach ? property["items"]!.AsObject() : property;
            foreach (var component in rule.Components)
            {
                if (component.Validator is INotNullValidator or INotEmptyValidator && !isForEach)
                {
                    Assert.False(component.HasCondition, $"{name}: {member} is required only sometimes, which the schema cannot say.");
                    expectedlyRequired.Add(member);
                    Assert.False(MayBeNull(property), $"{name}: {member} is required, and the schema lets it be null.");
                }
                Check($"{name}: {member}", bounded, component.Validator);
            }
        }

        Assert.Equal(expectedlyRequired.Order(), required.Order());
    }

    [Fact]
    public void Every_body_of_the_contract_has_a_validator()
    {
        var validated = ValidatorTypes().Select(type => Validated(type)!.Name).ToHashSet();
        var bodies = Operations.Editorial.Where(operation => operation.HasBody)
            .Select(operation => operation.Json["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]?.GetValue<string>().Split('/')[^1])
            .OfType<string>().ToHashSet();

        Assert.NotEmpty(bodies);
        Assert.Subset(validated, bodies);
    }

    private static void Check(string where, JsonObject schema, IPropertyValidator validator)
    {
        switch (validator)
        {
            case INotNullValidator:
                break;
            case INotEmptyValidator:
                Assert.True(!IsText(schema) || Number(schema, "minLength") >= 1, $"{where} may be empty in the schema.");
                break;
            case ILengthValidator length:
                Assert.True(length.Max <= 0 || Number(schema, "maxLength") == length.Max, $"{where} has at most {length.Max} characters, not so in the schema.");
                Assert.True(length.Min <= 0 || Number(schema, "minLength") == length.Min, $"{where} has at least {length.Min} characters, not so in the schema.");
                break;
            case IRegularExpressionValidator pattern:
                Assert.Equal(pattern.Expression.Replace(@"\z", "$", StringComparison.Ordinal).Replace(@"\uD800-\uDFFF", "", StringComparison.Ordinal), schema["pattern"]?.GetValue<string>());
                Assert.False(pattern.Expression.EndsWith('$') && !where.EndsWith("slug", StringComparison.Ordinal), $"{where} lets a line break through at its end.");
                break;
            case IBetweenValidator between:
                Assert.Equal(Convert.ToDouble(between.From, CultureInfo.InvariantCulture), Number(schema, "minimum"));
                Assert.Equal(Convert.ToDouble(between.To, CultureInfo.InvariantCulture), Number(schema, "maximum"));
                break;
            case IEmailValidator:
                Assert.Equal("email", schema["format"]?.GetValue<string>());
                break;
            case IMaximumItems items:
                Assert.True(Number(schema, "maxItems") == items.Most, $"{where} has at most {items.Most} items, not so in the schema.");
                break;
            default:
                Assert.Contains(validator.Name, InWordsOnly);
                break;
        }
    }

    private static IEnumerable<Type> ValidatorTypes() => typeof(Problems).Assembly.GetTypes().Where(type => !type.IsAbstract && Validated(type) is not null);

    /// <summary>What it is a validator of, by itself or by the rules it shares; null for what is none.</summary>
    private static Type? Validated(Type? type) =>
        type is null ? null
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(AbstractValidator<>) ? type.GetGenericArguments()[0]
        : Validated(type.BaseType);

    private static bool IsText(JsonObject schema) => schema["type"]?.ToJsonString().Contains("\"string\"", StringComparison.Ordinal) == true;

    private static bool MayBeNull(JsonObject schema) =>
        schema["type"]?.ToJsonString().Contains("\"null\"", StringComparison.Ordinal) == true
        || schema["oneOf"]?.AsArray().Any(part => part!["type"]?.ToString() == "null") == true;

    private static double? Number(JsonObject schema, string keyword) =>
        schema[keyword] is { } value ? double.Parse(value.ToString(), CultureInfo.InvariantCulture) : null;
}
