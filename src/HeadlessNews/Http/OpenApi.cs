using System.Text.Json.Serialization;
using HeadlessNews.Http.OpenApiFilters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace HeadlessNews.Http;

/// <summary>The two contracts, and the page that lets people try them.</summary>
internal static class OpenApi
{
    public const string Delivery = "delivery.v1";
    public const string Editorial = "editorial.v1";

    public static void Add(IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Delivery, new OpenApiInfo
            {
                Title = "HeadlessNews: delivery",
                Version = "v1",
                Description = "Published news, for front ends. Anonymous GETs, unless the operator demands a key; every answer is a finished document with an ETag.",
                License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            });
            options.SwaggerDoc(Editorial, new OpenApiInfo
            {
                Title = "HeadlessNews: editorial",
                Version = "v1",
                Description =
                    "Writing and publishing, for editors and scripts. Every request carries an API key (`Authorization: Bearer hn_...`). "
                    + "Writes to a record carry the ETag that was read (`If-Match`), so that no save undoes another's.",
                License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            });
            options.DocInclusionPredicate((document, api) => api.GroupName == document);
            options.IncludeXmlComments(typeof(OpenApi).Assembly, includeControllerXmlComments: false);
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.UseAllOfToExtendReferenceSchemas();
            options.UseOneOfForPolymorphism();
            options.SelectSubTypesUsing(type => type.GetCustomAttributes(typeof(JsonDerivedTypeAttribute), false).Cast<JsonDerivedTypeAttribute>().Select(derived => derived.DerivedType));
            options.CustomSchemaIds(SchemaId);
            options.AddSecurityDefinition("key", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key: `hn_...`. The first start prints one; `POST /api/v1/editorial/keys` makes more.",
            });
            options.OperationFilter<OperationConventions>();
            options.ParameterFilter<ParameterConventions>();
            options.SchemaFilter<SchemaConventions>();
            options.DocumentFilter<DocumentConventions>();
        });
    }

    public static void Use(WebApplication app)
    {
        app.UseSwagger(options =>
        {
            options.RouteTemplate = "openapi/{documentName}.json";
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        });
        app.UseSwaggerUI(options =>
        {
            options.RoutePrefix = "swagger";
            options.DocumentTitle = "HeadlessNews";
            options.SwaggerEndpoint($"/openapi/{Editorial}.json", "Editorial: write and publish");
            options.SwaggerEndpoint($"/openapi/{Delivery}.json", "Delivery: read published news");
            options.EnablePersistAuthorization();
            options.EnableTryItOutByDefault();
            options.DisplayRequestDuration();
            options.DefaultModelsExpandDepth(0);
        });
    }

    /// <summary>The contract as it is served and committed.</summary>
    public static async Task<string> Serialize(IServiceProvider services, string document)
    {
        await using var scope = services.CreateAsyncScope();
        var contract = await scope.ServiceProvider.GetRequiredService<IAsyncSwaggerProvider>().GetSwaggerAsync(document);
        return await contract.SerializeAsync(OpenApiSpecVersion.OpenApi3_1, OpenApiConstants.Json, CancellationToken.None) + "\n";
    }

    private static string SchemaId(Type type) =>
        type == typeof(ProblemDetails) ? "Problem"
        : type.IsGenericType ? string.Concat(type.GetGenericArguments().Select(SchemaId)) + type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] : type.Name;
}

internal static class ContractExtensions
{
    /// <summary>Statuses that a route can answer besides those that follow from what it is.</summary>
    public static RouteHandlerBuilder MayAnswer(this RouteHandlerBuilder route, params int[] statuses) => route.WithMetadata(new MayAnswer(statuses));

    /// <summary>A delivery route: its 200 is a finished document of this type; it also answers 304, and 401 where a key is demanded.</summary>
    public static RouteHandlerBuilder Delivers<T>(this RouteHandlerBuilder route, string contentType = "application/json") =>
        route.Produces<T>(StatusCodes.Status200OK, contentType)
            .WithMetadata(new MayAnswer([StatusCodes.Status304NotModified, StatusCodes.Status401Unauthorized]));

    /// <summary>A delivery route whose answers nobody keeps, here or elsewhere: hardly any is asked for twice.</summary>
    public static RouteHandlerBuilder DeliversUnkept<T>(this RouteHandlerBuilder route, string contentType = "application/json") =>
        route.Produces<T>(StatusCodes.Status200OK, contentType).WithMetadata(new MayAnswer([StatusCodes.Status401Unauthorized]), Unkept.Route);
}

internal sealed record MayAnswer(IReadOnlyList<int> Statuses);

/// <summary>An answer of the route's as it comes, where no schema of ours describes it.</summary>
internal sealed record AnswerExample(string Text);

/// <summary>What a status means on this route, where it is not what it means elsewhere.</summary>
internal sealed record Meaning(int Status, string Words, Func<ProblemDetails> Sample);

/// <summary>How many items the route's pages have, where it is not what others have.</summary>
internal sealed record PageLimit(int Default, int Most);

/// <summary>A header that the route reads.</summary>
internal sealed record HeaderParameter(string Name, string Description);

/// <summary>The route answers in lines too (NDJSON, <c>application/x-ndjson</c>), where that is asked for: each a record of one of these types.</summary>
internal sealed record LinesOf(params Type[] Types);

/// <summary>A header of the route's own in one of its answers.</summary>
internal sealed record AnswerHeader(string Status, string Name, string Description);

/// <summary>A sentence of the route's own for its description.</summary>
internal sealed record Remark(string Text);
