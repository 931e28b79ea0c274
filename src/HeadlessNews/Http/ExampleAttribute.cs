using System.Diagnostics.CodeAnalysis;

namespace HeadlessNews.Http;

/// <summary>A whole example of a request, as JSON: one that works as it stands against the demo content.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ExampleAttribute([StringSyntax(StringSyntaxAttribute.Json)] string json) : Attribute
{
    public string Json => json;
}
