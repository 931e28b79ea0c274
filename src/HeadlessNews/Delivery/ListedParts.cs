using System.Buffers;
using System.Text.Json;
using HeadlessNews.Http;

namespace HeadlessNews.Delivery;

/// <summary>What a list shows of each article: its card or some members of it, and what joins it.</summary>
internal sealed record ListedParts(IReadOnlySet<string>? Fields, bool Body, bool Related, bool Count)
{
    private static readonly string[] Members = [.. typeof(ArticleCard).GetProperties().Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name))];
    private static readonly string[] Includable = ["body", "related"];

    /// <exception cref="ProblemException">A name is not known, or stands twice.</exception>
    public static ListedParts Read(string? fields, string? include, string? count)
    {
        var shown = fields is null ? null : Names("fields", fields, Members);
        shown?.Add("id");
        var included = include is null ? [] : Names("include", include, Includable);
        return new ListedParts(shown, included.Contains("body"), included.Contains("related"), count switch
        {
            null => false,
            "exact" => true,
            _ => throw new ProblemException(Problems.BadParameter("count", "must be exact, or left out")),
        });
    }

    /// <summary>One item: the card's own bytes, without what was not asked for, and with what was.</summary>
    public byte[] Item(byte[] card, byte[]? body, IReadOnlyList<byte[]> related)
    {
        var shown = Fields is null ? card : Only(card, Fields);
        if (!Body && !Related)
        {
            return shown;
        }
        var json = new ArrayBufferWriter<byte>(shown.Length + (body?.Length ?? 0) + related.Sum(one => one.Length + 1) + 40);
        // Every card has at least its id: there is always a member before the comma.
        json.Write(shown.AsSpan(..^1));
        if (Body)
        {
            json.Write(",\"body\":"u8);
            json.Write(body);
        }
        if (Related)
        {
            json.Write(",\"related\":["u8);
            for (var i = 0; i < related.Count; i++)
            {
                json.Write(i > 0 ? ","u8 : ""u8);
                json.Write(related[i]);
            }
            json.Write("]"u8);
        }
        json.Write("}"u8);
        return json.WrittenSpan.ToArray();
    }

    /// <summary>Members as they were rendered, in the card's order: they are found, not read.</summary>
    private static byte[] Only(byte[] card, IReadOnlySet<string> fields)
    {
        var json = new ArrayBufferWriter<byte>(card.Length);
        var reader = new Utf8JsonReader(card);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isWanted = fields.Contains(reader.GetString()!);
            reader.Read();
            reader.Skip();
            if (isWanted)
            {
                json.Write(json.WrittenCount == 0 ? "{"u8 : ","u8);
                json.Write(card.AsSpan(start..(int)reader.BytesConsumed));
            }
        }
        json.Write("}"u8);
        return json.WrittenSpan.ToArray();
    }

    internal static HashSet<string> Names(string parameter, string value, string[] known)
    {
        var names = value.Split(',');
        var read = names.ToHashSet(StringComparer.Ordinal);
        return read.Count == names.Length && read.IsSubsetOf(known)
            ? read
            : throw new ProblemException(Problems.BadParameter(parameter, $"must be names separated by commas, each once, out of {string.Join(", ", known)}"));
    }
}
