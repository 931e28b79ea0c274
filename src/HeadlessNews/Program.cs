using HeadlessNews.Access;
using HeadlessNews.Articles;
using HeadlessNews.Authors;
using HeadlessNews.Delivery;
using HeadlessNews.Fronts;
using HeadlessNews.Hosting;
using HeadlessNews.Http;
using HeadlessNews.Idempotency;
using HeadlessNews.Import;
using HeadlessNews.Log;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using HeadlessNews.Webhooks;

if (!CommandLine.TryParse(args, out var command, out var exitCode))
{
    return exitCode;
}
using var interruption = new Interruption();
try
{
    var builder = WebApplication.CreateBuilder(command.HostArguments);
    await using var postgres = await Database.StartOwn(builder, command, interruption.Token);
    Foundations.Add(builder, command);
    Conventions.Add(builder);
    Authorization.Add(builder.Services);
    LogServices.Add(builder.Services);
    IdempotentPosts.Add(builder.Services);
    Publishing.Add(builder.Services);
    FrontServices.Add(builder.Services);
    ImportServices.Add(builder.Services);
    DeliveryServices.Add(builder.Services);
    WebhookServices.Add(builder.Services);

    var app = builder.Build();
    Conventions.Use(app);
    Authorization.Use(app);
    app.UseRequestChecks();
    app.UseIdempotencyKeys();
    OpenApi.Use(app);

    app.MapDeliveryFace().MapDelivery();
    app.MapPreviewFace().MapPreview();
    var editorial = app.MapEditorialFace().ShowWritesAtOnce().KeepAnswers();
    editorial.MapArticles();
    editorial.MapAuthors();
    editorial.MapSources();
    editorial.MapTags();
    editorial.MapFronts();
    editorial.MapWebhooks();
    editorial.MapImportAndExport();
    editorial.MapKeys();
    editorial.MapLog();
    Telemetry.Map(app);
    return await command.Run(app, interruption.Token);
}
catch (Exception reason) when (Interruption.Understands(reason))
{
    return await interruption.Explain(reason);
}
