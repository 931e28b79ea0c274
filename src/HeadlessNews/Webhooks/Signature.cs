using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HeadlessNews.Webhooks;

/// <summary>
/// Secrets and signatures as Standard Webhooks has them (https://www.standardwebhooks.com): who holds the secret can tell that a message
/// is ours, whole, and of now.
/// </summary>
internal static class Signature
{
    private const string Prefix = "whsec_";

    /// <summary>The standard takes 24 to 64.</summary>
    private const int SecretBytes = 32;

    public static byte[] MakeSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>A secret as its holder is shown it.</summary>
    public static string Text(byte[] secret) => Prefix + Convert.ToBase64String(secret);

    /// <summary>The header <c>webhook-signature</c>: one for each secret, as they are given.</summary>
    public static string Of(string id, long timestamp, ReadOnlySpan<byte> body, IReadOnlyList<byte[]> secrets)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        var signatures = new string[secrets.Count];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        for (var i = 0; i < signatures.Length; i++)
        {
            using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secrets[i]);
            hmac.AppendData(head);
            hmac.AppendData(body);
            hmac.GetHashAndReset(hash);
            signatures[i] = $"v1,{Convert.ToBase64String(hash)}";
        }
        return string.Join(' ', signatures);
    }
}
