namespace HeadlessNews.Delivery.Search;

/// <summary>The services behind search.</summary>
internal static class SearchServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<SearchReads>();
        services.AddSingleton<QueryReads>();
        services.AddSingleton<MatchReads>();
        services.AddSingleton<SoughtReads>();
        services.AddSingleton<Stems>();
        services.AddSingleton<FacetReads>();
        services.AddSingleton<WordReads>();
        services.AddSingleton<SuggestionReads>();
    }
}
