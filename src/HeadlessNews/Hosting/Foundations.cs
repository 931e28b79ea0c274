namespace HeadlessNews.Hosting;

/// <summary>What everything else stands on.</summary>
internal static class Foundations
{
    public static void Add(WebApplicationBuilder builder, CommandLine command)
    {
        Telemetry.Add(builder, command);
        Database.Add(builder);
        Mapping.Add(builder);
        Preparation.Add(builder);
    }
}
