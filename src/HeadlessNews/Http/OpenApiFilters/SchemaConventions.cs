using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using FluentValidation.Validators;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace HeadlessNews.Http.OpenApiFilters;

/// <summary>The validators' rules, read into the schemas: what is checked is what the contract says is checked.</summary>
internal sealed class SchemaConventions(IServiceProvider services) : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema concrete)
        {
            return;
        }
        if (context.Type.IsEnum)
        {
            return;
        }
        var validatorType = typeof(IValidator<>).MakeGenericType(context.Type);
        if (services.GetService(validatorType) is not IValidator validator || concrete.Properties is null)
        {
            return;
        }
        // What a client must send is what the validator says, not what has no null in C#.
        concrete.Required = null;
        foreach (var member in validator.CreateDescriptor().GetMembersWithValidators())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(member.Key);
            if (!concrete.Properties.TryGetValue(name, out var property))
            {
                continue;
            }
            foreach (var rule in validator.CreateDescriptor().GetRulesForMember(member.Key))
            {
                var target = IsForEach(rule) ? (property as OpenApiSchema)?.Items : property;
                foreach (var component in rule.Components.Where(component => !component.HasCondition))
                {
                    if (component.Validator is INotNullValidator or INotEmptyValidator && !IsForEach(rule))
                    {
                        concrete.Required ??= new SortedSet<string>(StringComparer.Ordinal);
                        concrete.Required.Add(name);
                        (property as OpenApiSchema)?.Type &= ~JsonSchemaType.Null;
                    }
                    if (target is OpenApiSchema bounded)
                    {
                        Bound(bounded, component.Validator);
                    }
                }
            }
        }
    }

    private static bool IsForEach(IValidationRule rule) => rule.GetType().Name.StartsWith("CollectionPropertyRule", StringComparison.Ordinal);

    private static void Bound(OpenApiSchema schema, IPropertyValidator validator)
    {
        switch (validator)
        {
            case INotEmptyValidator when schema.Type?.HasFlag(JsonSchemaType.String) == true:
                schema.MinLength = Math.Max(schema.MinLength ?? 0, 1);
                break;
            case IMaximumItems items:
                schema.MaxItems = items.Most;
                break;
            case ILengthValidator length:
                schema.MinLength = length.Min > 0 ? length.Min : schema.MinLength;
                schema.MaxLength = length.Max > 0 ? length.Max : schema.MaxLength;
                break;
            case IRegularExpressionValidator pattern:
                // JSON Schema's dialect (ECMA-262, by code points) has no \z, its $ is the very end, and its letters are whole: .NET's
                // surrogates, which stand for letters beyond U+FFFF, mean nothing there.
                schema.Pattern = pattern.Expression.Replace(@"\z", "$", StringComparison.Ordinal).Replace(@"\uD800-\uDFFF", "", StringComparison.Ordinal);
                break;
            case IBetweenValidator between:
                schema.Minimum = Convert.ToString(between.From, CultureInfo.InvariantCulture);
                schema.Maximum = Convert.ToString(between.To, CultureInfo.InvariantCulture);
                break;
            case IEmailValidator:
                schema.Format = "email";
                break;
        }
    }
}

/// <summary>An enumeration in a query is its names; limits are bounds.</summary>
internal sealed class ParameterConventions : IParameterFilter
{
    public void Apply(IOpenApiParameter parameter, ParameterFilterContext context)
    {
        if (parameter is not OpenApiParameter concrete)
        {
            return;
        }
        var type = Nullable.GetUnderlyingType(context.ApiParameterDescription.Type ?? typeof(string)) ?? context.ApiParameterDescription.Type ?? typeof(string);
        if (context.ParameterInfo?.ParameterType is { } declared)
        {
            var bare = Nullable.GetUnderlyingType(declared) ?? declared;
            if (bare == typeof(QueryTime))
            {
                concrete.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" };
                return;
            }
            if (bare.IsGenericType && bare.GetGenericTypeDefinition() == typeof(QueryEnum<>))
            {
                concrete.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = [.. EnumNames.All(bare.GetGenericArguments()[0]).Select(name => (JsonNode)JsonValue.Create(name)!)],
                };
                return;
            }
        }
        if (concrete.Name == "limit")
        {
            concrete.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Format = "int32",
                Minimum = "1",
                Maximum = Paging.MaximumLimit.ToString(CultureInfo.InvariantCulture),
                Default = JsonValue.Create(Paging.DefaultLimit),
            };
        }
        else if (type == typeof(string) && concrete.Schema is OpenApiSchema schema)
        {
            schema.MinLength = 1;
        }
    }
}

/// <summary>The one shape of every refusal (RFC 9457), and stable order, so that a change of the contract reads as one.</summary>
internal sealed class DocumentConventions : IDocumentFilter
{
    /// <summary>The order in which Swagger UI shows the routes: what an editor does most comes first.</summary>
    private static readonly (string Name, string Description)[] Rooms =
    [
        ("Articles", "What is written, and what is read"),
        ("Authors", "Persons and organizations in bylines"),
        ("Sources", "Who supplies articles, and under what rights"),
        ("Tags", "What articles are about"),
        ("Fronts", "Pages that editors put together: pinned articles and automatic fill"),
        ("Sync", "For those who keep a copy: all that is published, and what happens to it"),
        ("Import and export", "Everything in, and everything out, line by line"),
        ("API keys", "Who may come in, and how far"),
        ("Audit", "Who did what, and who was refused"),
    ];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Components ??= new OpenApiComponents();
        swaggerDoc.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        swaggerDoc.Components.Schemas["Problem"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "A refusal (RFC 9457). Some types have members of their own besides these.",
            Required = new HashSet<string> { "type", "title", "status", "detail", "instance", "traceId" },
            AdditionalPropertiesAllowed = true,
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("What kind of refusal it is: a stable URN.", "urn:headlessnews:problem:validation"),
                ["title"] = Text("The kind in words.", "The request breaks a rule"),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status.", Examples = [JsonValue.Create(422)] },
                ["detail"] = Text("What is wrong with this request.", "`headline` must not be empty."),
                ["instance"] = Text("The address that was called.", "/api/v1/editorial/articles"),
                ["traceId"] = Text("Finds the request in the service's log.", "4bf92f3577b34da6a3ce929d0e0e4736"),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = "By member or parameter: what each breaks.",
                    AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
                    Examples = [JsonNode.Parse("""{ "headline": ["must not be empty"] }""")!],
                },
            },
        };
        foreach (var schema in swaggerDoc.Components.Schemas.Values.OfType<OpenApiSchema>())
        {
            SayNullable(schema);
        }
        swaggerDoc.Components.Schemas = swaggerDoc.Components.Schemas.OrderBy(schema => schema.Key, StringComparer.Ordinal).ToDictionary();
        var used = swaggerDoc.Paths.Values.SelectMany(path => path.Operations ?? [])
            .SelectMany(operation => operation.Value.Tags ?? new HashSet<OpenApiTagReference>()).Select(tag => tag.Name).ToHashSet();
        swaggerDoc.Tags = Rooms.Where(room => used.Contains(room.Name))
            .Select(room => new OpenApiTag { Name = room.Name, Description = room.Description }).ToHashSet();
        var paths = new OpenApiPaths();
        foreach (var (path, item) in swaggerDoc.Paths.OrderBy(path => path.Key, StringComparer.Ordinal))
        {
            paths[path] = item;
        }
        swaggerDoc.Paths = paths;
    }

    /// <summary>
    /// A member that is a record or null comes as "null, and also the record", which nothing can be. It is one or the other.
    /// </summary>
    private static void SayNullable(OpenApiSchema schema)
    {
        foreach (var property in (schema.Properties?.Values ?? []).OfType<OpenApiSchema>())
        {
            if (property is { Type: JsonSchemaType.Null, AllOf: [var record] })
            {
                property.Type = null;
                property.AllOf = null;
                property.OneOf = [record, new OpenApiSchema { Type = JsonSchemaType.Null }];
            }
        }
    }

    private static OpenApiSchema Text(string description, string example) =>
        new() { Type = JsonSchemaType.String, Description = description, Examples = [JsonValue.Create(example)] };
}
