using HeadlessNews.Access;
using HeadlessNews.Articles;
using HeadlessNews.Authors;
using HeadlessNews.Delivery;
using HeadlessNews.Delivery.Formats;
using HeadlessNews.Delivery.Search;
using HeadlessNews.Fronts;
using HeadlessNews.Hosting;
using HeadlessNews.Http;
using HeadlessNews.Log;
using HeadlessNews.Sources;
using HeadlessNews.Tags;

if (!CommandLine.TryParse(args, out var command, out var exitCode))
{
    return exitCode;
}
using var interruption = new Interruption();
try
{
    var builder = WebApplication.CreateBuilder(command.HostArguments);
    await using var postgres = await Database.StartOwn(builder, command, interruption.Token);
    Telemetry.Add(builder);
    Limits.Add(builder);
    Conventions.AddCors(builder);
    Database.Add(builder);
    Mapping.Add(builder);
    Preparation.Add(builder);
    ProblemHandling.Add(builder.Services);
    Validation.Add(builder.Services);
    Authorization.Add(builder.Services);
    LogServices.Add(builder.Services);
    Publishing.Add(builder.Services);
    FrontServices.Add(builder.Services);
    DeliveryServices.Add(builder.Services);
    FormatServices.Add(builder.Services);
    SearchServices.Add(builder.Services);
    OpenApi.Add(builder.Services);

    var app = builder.Build();
    app.UseOutputCache();
    ProblemHandling.Use(app);
    app.UseHeadAsGet();
    app.UseRouting();
    app.UseCors();
    app.UseAuthentication();
    app.UseRefusalNotes();
    app.UseRateLimiter();
    app.UseKeyBeforeEditorialRefusals();
    app.UseAuthorization();
    app.UseQueryParameterChecks();
    app.UseContentTypeChecks();
    OpenApi.Use(app);

    var delivery = app.MapDeliveryFace();
    delivery.MapDelivery();
    delivery.MapPublishedFronts();
    delivery.MapSearch();
    delivery.MapFormats();
    delivery.MapFeeds();
    delivery.MapSitemaps();
    app.MapPreviewFace().MapPreview();
    var editorial = app.MapEditorialFace().ShowWritesAtOnce();
    editorial.MapArticles();
    editorial.MapAuthors();
    editorial.MapSources();
    editorial.MapTags();
    editorial.MapFronts();
    editorial.MapKeys();
    editorial.MapArticleHistory();
    editorial.MapAudit();
    Telemetry.Map(app);
    return await command.Run(app, interruption.Token);
}
catch (Exception reason) when (Interruption.Understands(reason))
{
    return await interruption.Explain(reason);
}
