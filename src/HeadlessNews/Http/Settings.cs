using System.Reflection;
using Microsoft.Extensions.Options;

namespace HeadlessNews.Http;

/// <summary>A section of the configuration as a record: bound once, and checked at start, also for names that nobody reads.</summary>
internal static class Settings
{
    public static OptionsBuilder<T> AddSettings<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddSingleton<IValidateOptions<T>>(provider => new OnlyKnownNames<T>(provider.GetRequiredService<IConfiguration>().GetSection(section)));
        return services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
    }

    /// <summary>A mistyped name would leave the default in force, unnoticed. The binder's own check names neither the path nor what would have been right.</summary>
    private sealed class OnlyKnownNames<T>(IConfigurationSection section) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options) =>
            Unknown(section, typeof(T)).ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>))
        {
            return section.GetChildren().SelectMany(entry => Unknown(entry, type.GetGenericArguments()[1]));
        }
        if (type.Namespace?.StartsWith(nameof(HeadlessNews), StringComparison.Ordinal) != true || type.IsEnum)
        {
            return [];
        }
        var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)
            .ToDictionary(property => property.Name, property => property.PropertyType, StringComparer.OrdinalIgnoreCase);
        return section.GetChildren().SelectMany(child => known.TryGetValue(child.Key, out var itsType)
            ? Unknown(child, itsType)
            : [$"{child.Path} is no setting: below {section.Path} there {(known.Count == 1 ? "is" : "are")} {string.Join(", ", known.Keys.Order())}."]);
    }
}
