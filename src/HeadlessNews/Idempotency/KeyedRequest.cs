using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;

namespace HeadlessNews.Idempotency;

/// <summary>A request under the name that its caller gave it. Another caller's names are others.</summary>
/// <param name="Caller">Whose key it is.</param>
/// <param name="Key">The name.</param>
/// <param name="Hash">What was asked: SHA-256 of method, address and body.</param>
internal sealed record KeyedRequest(string Caller, string Key, byte[] Hash)
{
    /// <summary>Reads the body whole, before anything is locked for it, and leaves it to be read again.</summary>
    public static async Task<KeyedRequest> Read(HttpRequest request, string caller, string key, CancellationToken cancel)
    {
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancel);
        body.Position = 0;
        request.Body = body;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method}\n{request.GetEncodedPathAndQuery()}\n"));
        hash.AppendData(body.GetBuffer().AsSpan(0, (int)body.Length));
        return new KeyedRequest(caller, key, hash.GetHashAndReset());
    }
}
