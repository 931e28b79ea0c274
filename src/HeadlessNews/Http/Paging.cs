using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;

namespace HeadlessNews.Http;

/// <summary>
/// Keyset cursors. A cursor holds the last item's sort key, sealed with the installation's key together with the list's own name and
/// filters: a forged one, or one of another list, is refused. Opaque to clients, and free to change.
/// </summary>
internal sealed class Cursors(InstallationKey key)
{
    private const int SealLength = 12;

    public string Make(string list, string sortKey, Guid id)
    {
        var text = Encoding.UTF8.GetBytes(sortKey);
        var payload = new byte[16 + text.Length + SealLength];
        id.TryWriteBytes(payload, bigEndian: true, out _);
        text.CopyTo(payload, 16);
        Seal(list, payload.AsSpan(..^SealLength), payload.AsSpan(^SealLength..));
        return Base64Url.EncodeToString(payload);
    }

    /// <param name="list">The list's name.</param>
    /// <param name="cursor">What the client sent; null for nothing.</param>
    /// <param name="parameter">The parameter it came in.</param>
    /// <exception cref="ProblemException">The cursor was not made for this list.</exception>
    public (string SortKey, Guid Id)? Read(string list, string? cursor, string parameter = "after")
    {
        if (cursor is null)
        {
            return null;
        }
        Span<byte> seal = stackalloc byte[SealLength];
        if (Base64Url.IsValid(cursor))
        {
            var payload = Base64Url.DecodeFromChars(cursor);
            if (payload.Length >= 16 + SealLength)
            {
                Seal(list, payload.AsSpan(..^SealLength), seal);
                if (CryptographicOperations.FixedTimeEquals(seal, payload.AsSpan(^SealLength..)))
                {
                    return (Encoding.UTF8.GetString(payload.AsSpan(16..^SealLength)), new Guid(payload.AsSpan(..16), bigEndian: true));
                }
            }
        }
        throw new ProblemException(Problems.BadCursor(parameter));
    }

    private void Seal(string list, ReadOnlySpan<byte> payload, Span<byte> seal)
    {
        var name = Encoding.UTF8.GetBytes(list);
        var message = new byte[4 + name.Length + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, name.Length);
        name.CopyTo(message, 4);
        payload.CopyTo(message.AsSpan(4 + name.Length));
        HMACSHA256.HashData(key.Value, message).AsSpan(..SealLength).CopyTo(seal);
    }
}

/// <summary>A key that all nodes of an installation share, read once when the service prepares itself.</summary>
internal sealed class InstallationKey
{
    private byte[]? value;

    public byte[] Value
    {
        get => value ?? throw new InvalidOperationException("The installation's key is read while the service starts.");
        set => this.value = value;
    }
}

internal static class Paging
{
    public const int DefaultLimit = 20;
    public const int MaximumLimit = 100;

    /// <exception cref="ProblemException">The limit is out of range.</exception>
    public static int Limit(int? limit) => limit switch
    {
        null => DefaultLimit,
        >= 1 and <= MaximumLimit => limit.Value,
        _ => throw new ProblemException(Problems.Invalid("limit", $"must be between 1 and {MaximumLimit}")),
    };

    /// <summary>The addresses of the pages beside this one in the Link header (RFC 8288), filters kept.</summary>
    /// <param name="http">The request.</param>
    /// <param name="nextCursor">Where the page after begins; null for none.</param>
    /// <param name="previousCursor">Where the page before ends; null for none.</param>
    /// <param name="without">A parameter that only the first page takes.</param>
    public static void LinkNext(this HttpContext http, string? nextCursor, string? previousCursor = null, string? without = null)
    {
        string[] links =
        [
            .. nextCursor is null ? Array.Empty<string>() : [$"<{AddressOf(http, "after", nextCursor, without)}>; rel=\"next\""],
            .. previousCursor is null ? Array.Empty<string>() : [$"<{AddressOf(http, "before", previousCursor)}>; rel=\"prev\""],
        ];
        if (links.Length > 0)
        {
            http.Response.Headers.Link = string.Join(", ", links);
        }
    }

    private static string AddressOf(HttpContext http, string parameter, string cursor, string? without = null)
    {
        var query = new QueryBuilder(http.Request.Query.Where(sent => sent.Key is not ("after" or "before") && sent.Key != without)
            .SelectMany(sent => sent.Value.Select(value => KeyValuePair.Create(sent.Key, value ?? ""))))
        {
            { parameter, cursor },
        };
        return $"{http.Request.PathBase}{http.Request.Path.ToUriComponent()}{query.ToQueryString()}";
    }

    /// <summary>A page out of one row more than was asked for.</summary>
    public static Page<T> ToPage<T>(this List<T> rows, int limit, HttpContext http, Func<T, string> cursor)
    {
        string? next = null;
        if (rows.Count > limit)
        {
            rows.RemoveRange(limit, rows.Count - limit);
            next = cursor(rows[^1]);
        }
        http.LinkNext(next);
        return new Page<T> { Items = rows, NextCursor = next };
    }
}
