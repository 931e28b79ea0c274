using System.Buffers.Text;
using System.Security.Cryptography;
using HeadlessNews.Http;

namespace HeadlessNews.Articles;

/// <summary>
/// What opens a preview: the link's id, sealed with a key derived from the installation's. A forged one is refused before the database
/// is asked anything; what a genuine one opens, and until when, the link's row says.
/// </summary>
internal sealed class PreviewTokens(InstallationKey installation)
{
    private const int IdLength = 16;

    public string Make(Guid link)
    {
        Span<byte> payload = stackalloc byte[IdLength + HMACSHA256.HashSizeInBytes];
        link.TryWriteBytes(payload, bigEndian: true, out _);
        Seal(payload[..IdLength], payload[IdLength..]);
        return Base64Url.EncodeToString(payload);
    }

    /// <returns>The link's id; null for what was never made here.</returns>
    public Guid? Read(string token)
    {
        Span<byte> payload = stackalloc byte[IdLength + HMACSHA256.HashSizeInBytes];
        // Its length in letters is a multiple of four: there is one spelling of each token, and no other decodes to it.
        if (token.Length != Base64Url.GetEncodedLength(payload.Length) || !Base64Url.TryDecodeFromChars(token, payload, out var length) || length != payload.Length)
        {
            return null;
        }
        Span<byte> seal = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Seal(payload[..IdLength], seal);
        return CryptographicOperations.FixedTimeEquals(seal, payload[IdLength..]) ? new Guid(payload[..IdLength], bigEndian: true) : null;
    }

    /// <summary>A key of its own, so that no cursor's seal is ever a preview's.</summary>
    private void Seal(ReadOnlySpan<byte> id, Span<byte> seal)
    {
        Span<byte> key = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, installation.Value, key, salt: [], info: "preview links"u8);
        HMACSHA256.HashData(key, id, seal);
    }
}
