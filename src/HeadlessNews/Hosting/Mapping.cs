namespace HeadlessNews.Hosting;

internal static class Mapping
{
    /// <summary>AutoMapper's category: without a licence key it repeats its terms at every start. The README says them once.</summary>
    private const string LicenseNotices = "LuckyPennySoftware.AutoMapper.License";

    public static void Add(WebApplicationBuilder builder)
    {
        builder.Logging.AddFilter(LicenseNotices, LogLevel.None);
        builder.Services.AddAutoMapper(
            options =>
            {
                options.LicenseKey = builder.Configuration["AutoMapper:LicenseKey"];
                // A list that is null by meaning stays so: a publication that has not failed has no empty list of reasons.
                options.AllowNullCollections = true;
            },
            typeof(Mapping).Assembly);
    }
}
