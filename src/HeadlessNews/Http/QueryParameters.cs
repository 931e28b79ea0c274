using System.Globalization;
using System.Reflection;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;

namespace HeadlessNews.Http;

/// <summary>
/// Query parameters are checked before they are bound: an unknown one is refused by name (a misspelt filter must not answer the
/// unfiltered list, nor fill a cache), an unreadable one is refused with its rule. Runs after authorization, which comes first.
/// </summary>
internal static class QueryParameters
{
    /// <summary>What a route takes, read off its handler when the route is built.</summary>
    internal sealed record Known(IReadOnlyDictionary<string, ParameterInfo> ByName);

    public static void CheckQueryParameters(this IEndpointConventionBuilder routes) => routes.Finally(endpoint =>
    {
        var known = endpoint.Metadata.OfType<IParameterBindingMetadata>()
            .Where(parameter => IsQueryType(parameter.ParameterInfo.ParameterType) && !IsRouteValue(endpoint, parameter.Name))
            .ToDictionary(parameter => parameter.Name, parameter => parameter.ParameterInfo, StringComparer.Ordinal);
        endpoint.Metadata.Add(new Known(known));
    });

    public static void UseQueryParameterChecks(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Known>() is { } known)
        {
            if (context.Request.RouteValues.Values.Any(value => value is string text && !IsReadable(text)))
            {
                // No record is called that, and the database could not even be asked.
                throw new ProblemException(Problems.NotFound("resource"));
            }
            foreach (var piece in (context.Request.QueryString.Value ?? "").TrimStart('?').Split('&'))
            {
                if (!IsWellEncoded(piece))
                {
                    throw new ProblemException(Problems.BadParameter(piece.Split('=')[0], "must be percent-encoded UTF-8"));
                }
            }
            foreach (var (name, values) in context.Request.Query)
            {
                if (!known.ByName.TryGetValue(name, out var parameter))
                {
                    throw new ProblemException(Problems.UnknownParameter(name, known.ByName.Keys));
                }
                Check(name, values, parameter);
            }
        }
        return next(context);
    });

    private static void Check(string name, StringValues values, ParameterInfo parameter)
    {
        var isList = parameter.ParameterType.IsArray;
        if (values.Count > 1 && !isList)
        {
            throw new ProblemException(Problems.BadParameter(name, "must be given once"));
        }
        if (values.Count > 20)
        {
            throw new ProblemException(Problems.BadParameter(name, "must be given at most 20 times"));
        }
        var element = isList ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        var type = Nullable.GetUnderlyingType(element) ?? element;
        foreach (var value in values)
        {
            if (Rule(type, value ?? "") is { } rule)
            {
                throw new ProblemException(Problems.BadParameter(name, rule));
            }
        }
    }

    /// <summary>Null when the value can be read, else the sentence that says what it must be.</summary>
    private static string? Rule(Type type, string value)
    {
        if (!IsReadable(value))
        {
            return "must be well-formed text without control characters";
        }
        if (type == typeof(string))
        {
            return value.Length is 0 or > 4000 ? "must not be empty, nor longer than 4000 characters" : null;
        }
        if (type == typeof(int))
        {
            // In one spelling only: each other one would be another request to a cache.
            return int.TryParse(value, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == value
                ? null
                : "must be a whole number, without leading zeros";
        }
        if (type == typeof(bool))
        {
            return value is "true" or "false" ? null : "must be true or false";
        }
        if (type == typeof(QueryTime))
        {
            return Rfc3339.TryParse(value, out _) ? null : Rfc3339.Rule;
        }
        if (type == typeof(Guid))
        {
            return Guid.TryParseExact(value, "D", out _) ? null : "must be a UUID";
        }
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(QueryEnum<>))
        {
            var names = EnumNames.All(type.GetGenericArguments()[0]);
            return names.Contains(value) ? null : $"must be one of {string.Join(", ", names)}";
        }
        throw new InvalidOperationException($"No rule is written for query parameters of type {type}.");
    }

    /// <summary>The framework would take a broken sequence for the text that it looks like; RFC 3986 has no such text.</summary>
    private static bool IsWellEncoded(string text)
    {
        if (!text.Contains('%'))
        {
            return true;
        }
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                bytes.Add((byte)text[i]);
            }
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                return false;
            }
        }
        return Utf8.IsValid(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
    }

    private static bool IsReadable(string text)
    {
        if (text.Any(char.IsControl))
        {
            return false;
        }
        for (var i = 0; i < text.Length; i++)
        {
            // U+FFFD stands where the percent-encoded bytes were no UTF-8; U+FFFE and U+FFFF are no characters.
            if (text[i] is >= '\uFFFD' || (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i]))))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsQueryType(Type type)
    {
        var element = type.IsArray ? type.GetElementType()! : type;
        element = Nullable.GetUnderlyingType(element) ?? element;
        return element == typeof(string) || element == typeof(int) || element == typeof(bool) || element == typeof(QueryTime) || element == typeof(Guid)
            || (element.IsGenericType && element.GetGenericTypeDefinition() == typeof(QueryEnum<>));
    }

    private static bool IsRouteValue(EndpointBuilder endpoint, string name) =>
        endpoint is RouteEndpointBuilder route && route.RoutePattern.Parameters.Any(parameter => parameter.Name == name);
}

/// <summary>An enumeration in a query: its camelCase name, as in JSON (the framework's own binding would take numbers and any case).</summary>
internal readonly record struct QueryEnum<T>(T Value) where T : struct, Enum
{
    public static bool TryParse(string text, out QueryEnum<T> result)
    {
        var known = EnumNames.TryParse<T>(text, out var value);
        result = new QueryEnum<T>(value);
        return known;
    }
}

/// <summary>A time in a query: RFC 3339 with its offset, as in JSON (the framework's own binding would take a time of nowhere).</summary>
internal readonly record struct QueryTime(DateTimeOffset Value)
{
    public static bool TryParse(string text, out QueryTime result)
    {
        var readable = Rfc3339.TryParse(text, out var time);
        result = new QueryTime(time);
        return readable;
    }
}
