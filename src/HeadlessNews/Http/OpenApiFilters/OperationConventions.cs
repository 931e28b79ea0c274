using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace HeadlessNews.Http.OpenApiFilters;

/// <summary>
/// What follows from a route's metadata: its body, If-Match, security, and every status it can answer, problems included. A route says
/// only what is its own (<see cref="MayAnswer"/>).
/// </summary>
internal sealed class OperationConventions : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        operation.Responses ??= [];
        DescribeBody(operation, context, metadata);
        DescribeParameters(operation, context, metadata);
        DescribeAnswers(operation, context, metadata);
        foreach (var status in Problems(context, metadata).Order())
        {
            operation.Responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] =
                Answer(status, metadata.OfType<Meaning>().SingleOrDefault(meaning => meaning.Status == status), context);
        }
        var answers = new OpenApiResponses();
        foreach (var (status, answer) in operation.Responses.OrderBy(response => response.Key, StringComparer.Ordinal))
        {
            answers[status] = answer;
        }
        operation.Responses = answers;
        var key = new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", context.Document)] = [] };
        // The empty requirement beside it: without a key will do, by default.
        operation.Security = metadata.OfType<IAuthorizeData>().Any() ? [key]
            : metadata.OfType<IAllowAnonymous>().Any() ? [new OpenApiSecurityRequirement()]
            : [new OpenApiSecurityRequirement(), key];
        operation.Description = string.Join("\n\n", metadata.OfType<Remark>().Select(remark => remark.Text).Prepend(operation.Description)).Trim();
    }

    private static void DescribeBody(OpenApiOperation operation, OperationFilterContext context, IList<object> metadata)
    {
        if (metadata.OfType<AcceptedBody>().SingleOrDefault() is not { Type: { } type } accepted)
        {
            operation.RequestBody = null;
            return;
        }
        var schema = context.SchemaGenerator.GenerateSchema(type, context.SchemaRepository);
        var contentTypes = accepted.Types;
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = contentTypes.ToDictionary(contentType => contentType, contentType => (IOpenApiMediaType)new OpenApiMediaType
            {
                // A patch has any of the members, so none of them is required.
                Schema = contentTypes.Contains(AcceptedBodies.MergePatch) ? Patch() : schema,
                Example = contentTypes.Contains(AcceptedBodies.MergePatch) ? null : Example(type),
            }),
        };

        IOpenApiSchema Patch() => new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = $"Any members of {type.Name}; null takes a value away.",
            Examples = PatchExample(type) is { } example ? [example] : [],
        };
    }

    private static JsonNode? Example(Type type) =>
        type.GetCustomAttributes(typeof(ExampleAttribute), false) is [ExampleAttribute example] ? JsonNode.Parse(example.Json) : null;

    /// <summary>The example's first member of plain text: something to change.</summary>
    private static JsonObject? PatchExample(Type type) =>
        Example(type) is JsonObject whole && whole.FirstOrDefault(member => member.Key is "headline" or "name" or "description") is { Key: { } name, Value: { } value }
            ? new JsonObject { [name] = value.DeepClone() }
            : null;

    private static void DescribeParameters(OpenApiOperation operation, OperationFilterContext context, IList<object> metadata)
    {
        operation.Parameters ??= [];
        if (metadata.OfType<IfMatchRule>().SingleOrDefault() is { } rule)
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "If-Match",
                In = ParameterLocation.Header,
                Required = true,
                Description = "The ETag of the version you read, quotes included: the write is refused (412) if somebody has saved since."
                    + (rule.AnyIsAllowed ? " `*` means whatever version there is." : " `*` is refused here (428): it would overwrite another's save."),
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                // Swagger UI fills it in: right for a record just made.
                Example = JsonValue.Create("\"1\""),
            });
        }
        if (metadata.OfType<PageLimit>().SingleOrDefault() is { } limits
            && operation.Parameters.FirstOrDefault(parameter => parameter.Name == "limit")?.Schema is OpenApiSchema limit)
        {
            limit.Maximum = limits.Most.ToString(System.Globalization.CultureInfo.InvariantCulture);
            limit.Default = JsonValue.Create(limits.Default);
        }
        foreach (var header in metadata.OfType<HeaderParameter>())
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Required = false,
                Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
        if (metadata.OfType<TakesIdempotencyKey>().Any())
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = IdempotencyKeys.Header,
                In = ParameterLocation.Header,
                Required = false,
                Description = "A name of your own for this request, such as a UUID: sent again with it within 24 hours, the request is not done again but "
                    + "answered as the first time, whatever If-Match says by then. The same name with another body or address is a 422; while the "
                    + "first still runs, a 409. What was refused was not done, and may be sent again. Names are each API key's own. 1 to 255 visible "
                    + "ASCII characters, in quotes (a structured field's string) or without them, and then without commas, quotes and backslashes.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = IdempotencyKeys.Pattern },
            });
        }
        if (metadata.OfType<MayAnswer>().Any(may => may.Statuses.Contains(304)))
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "If-None-Match",
                In = ParameterLocation.Header,
                Required = false,
                Description = "The ETag you have: if it is still current the answer is an empty 304.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
    }

    private static void DescribeAnswers(OpenApiOperation operation, OperationFilterContext context, IList<object> metadata)
    {
        foreach (var (status, response) in operation.Responses!)
        {
            if (response is OpenApiResponse answer && status[0] == '2')
            {
                answer.Description = status switch { "201" => "Made.", "204" => "Done.", _ => "As asked." };
                answer.Headers ??= new Dictionary<string, IOpenApiHeader>();
                if (status is "200" or "201" && HasVersion(context.ApiDescription))
                {
                    answer.Headers["ETag"] = Header("The version of what is answered.");
                }
                if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<TakesIdempotencyKey>().Any())
                {
                    answer.Headers[IdempotencyKeys.Replayed] = Header("`true` when this is what the request was answered before; absent otherwise.");
                }
                if (IsKept(context.ApiDescription))
                {
                    answer.Headers["Last-Modified"] = Header("Since when it reads so: an article's last rendering, or for anything else the last time it was put together.");
                    answer.Headers["Cache-Control"] = Header("How long it may be kept, and no longer than what it shows may be shown (RFC 9111, RFC 5861).");
                    answer.Headers["Cache-Tag"] = Header("What it shows, such as `article:<id>`, `tag:<id>`, `articles`: a CDN that knows them can be told what has changed. Absent where it shows none.");
                }
                if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<LinesOf>().SingleOrDefault() is { } lines)
                {
                    answer.Content![Ndjson.ContentType] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchema
                        {
                            Description = "Each line.",
                            OneOf = [.. lines.Types.Select(line => context.SchemaGenerator.GenerateSchema(line, context.SchemaRepository))],
                        },
                    };
                }
                if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<AnswerExample>().SingleOrDefault() is { } example)
                {
                    foreach (var media in answer.Content?.Values.OfType<OpenApiMediaType>() ?? [])
                    {
                        media.Example = JsonValue.Create(example.Text);
                    }
                }
                if (metadata.OfType<AnswerHeader>().SingleOrDefault(known => known.Status == status) is { } own)
                {
                    answer.Headers[own.Name] = Header(own.Description);
                }
                if (status == "201")
                {
                    answer.Headers["Location"] = Header("The new record's address.");
                }
                if (operation.OperationId!.StartsWith("List", StringComparison.Ordinal) || operation.Parameters!.Any(parameter => parameter.Name == "after"))
                {
                    answer.Headers.TryAdd("Link", Header("The next page's address (RFC 8288), `rel=\"next\"`; absent on the last page."));
                }
            }
        }
    }

    /// <summary>
    /// Whatever the public reads and caches keep has an ETag; of what editors get, the records that rise in version: no list, nothing appended, and no
    /// preview, which is another document at every look.
    /// </summary>
    private static bool HasVersion(ApiDescription api) =>
        IsKept(api)
        || api.RelativePath?.StartsWith("api/v1/editorial/", StringComparison.Ordinal) == true
        && api.SupportedResponseTypes.Any(answer => answer.Type?.GetProperty("Version") is not null);

    private static bool IsKept(ApiDescription api) =>
        api.GroupName == OpenApi.Delivery && !api.ActionDescriptor.EndpointMetadata.OfType<Unkept>().Any();

    private static HashSet<int> Problems(OperationFilterContext context, IList<object> metadata)
    {
        var statuses = new HashSet<int> { 400, 500, 503 };
        if (metadata.OfType<IAuthorizeData>().Any())
        {
            statuses.UnionWith([401, 403, 429]);
        }
        if (metadata.OfType<AcceptedBody>().Any())
        {
            statuses.UnionWith([413, 415]);
        }
        if (metadata.OfType<ValidatedBody>().Any())
        {
            statuses.Add(422);
        }
        if (metadata.OfType<IfMatchRule>().Any())
        {
            statuses.UnionWith([412, 428]);
        }
        if (metadata.OfType<TakesIdempotencyKey>().Any())
        {
            statuses.UnionWith([409, 422]);
        }
        if (context.ApiDescription.ParameterDescriptions.Any(parameter => parameter.Source?.Id == "Path"))
        {
            statuses.Add(404);
        }
        if (context.ApiDescription.ParameterDescriptions.Any(parameter => parameter.Name == "limit"))
        {
            statuses.Add(422);
        }
        statuses.UnionWith(metadata.OfType<MayAnswer>().SelectMany(may => may.Statuses));
        statuses.UnionWith(metadata.OfType<Meaning>().Select(meaning => meaning.Status));
        return statuses;
    }

    private static OpenApiResponse Answer(int status, Meaning? meaning, OperationFilterContext context)
    {
        if (status == 304)
        {
            return new OpenApiResponse { Description = "What you have is current.", Headers = new Dictionary<string, IOpenApiHeader> { ["ETag"] = Header("The current version.") } };
        }
        if (status == 308)
        {
            return new OpenApiResponse
            {
                Description = "It moved: this was a former slug.",
                Headers = new Dictionary<string, IOpenApiHeader>
                {
                    ["Location"] = Header("Its present address."),
                    ["Cache-Tag"] = Header("What it points to, as in the answers there."),
                },
            };
        }
        var response = new OpenApiResponse
        {
            Description = meaning?.Words ?? InWords(status, context.DocumentName),
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [Http.Problems.ContentType] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchemaReference("Problem", context.Document),
                    Example = ProblemExamples.Of(status, "/" + context.ApiDescription.RelativePath!.Replace(":guid}", "}"), meaning?.Sample()),
                },
            },
        };
        var header = status switch
        {
            401 => ("WWW-Authenticate", "`Bearer`"),
            412 => ("ETag", "The version that is current now."),
            429 or 503 => ("Retry-After", "Seconds to wait."),
            _ => ((string, string)?)null,
        };
        if (header is { } known)
        {
            response.Headers = new Dictionary<string, IOpenApiHeader> { [known.Item1] = Header(known.Item2) };
        }
        return response;
    }

    private static string InWords(int status, string face) => status switch
    {
        400 => "The request cannot be read: malformed, or with a member or parameter that is not known here.",
        401 => "No valid API key was sent.",
        403 => "The key's role does not reach this far.",
        404 => "There is no such record.",
        409 => "The record's state, or another record, stands in the way.",
        410 when face == OpenApi.Editorial => "The revision was never public, and is no longer kept.",
        410 => "The article was withdrawn; the problem carries the editors' notice.",
        412 => "Somebody has saved since the version in If-Match.",
        413 => "The body is too large.",
        415 => "The body's type is not understood here.",
        422 => "The request was read, and breaks a rule; `errors` says which, by member.",
        428 => "If-Match is missing, or names no version.",
        429 => "Too many requests.",
        500 => "The fault is the service's; nothing of the request was kept.",
        503 => "The database cannot be reached.",
        _ => ((HttpStatusCode)status).ToString(),
    };

    private static OpenApiHeader Header(string description) => new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
