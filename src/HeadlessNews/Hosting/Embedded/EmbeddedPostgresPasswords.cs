using System.Security.Cryptography;
using System.Text.Json;

namespace HeadlessNews.Hosting;

/// <summary>Made once for a data directory and kept in it; logged nowhere.</summary>
internal sealed record EmbeddedPostgresPasswords
{
    public required string Superuser { get; init; }
    public required string Owner { get; init; }
    public required string Reader { get; init; }

    public static EmbeddedPostgresPasswords ReadOrMake(EmbeddedPostgresDirectory directory)
    {
        if (File.Exists(directory.Passwords)) return Read(directory);
        if (Directory.Exists(directory.Cluster)) throw Unusable(directory, "missing", null);

        var made = new EmbeddedPostgresPasswords { Superuser = Random(), Owner = Random(), Reader = Random() };
        EmbeddedPostgresDirectory.WriteSecret(directory.Passwords, JsonSerializer.Serialize(made, JsonSerializerOptions.Web));
        return made;
    }

    private static EmbeddedPostgresPasswords Read(EmbeddedPostgresDirectory directory)
    {
        try
        {
            return JsonSerializer.Deserialize<EmbeddedPostgresPasswords>(File.ReadAllText(directory.Passwords), JsonSerializerOptions.Web)
                ?? throw Unusable(directory, "empty", null);
        }
        catch (JsonException failure)
        {
            throw Unusable(directory, "damaged", failure);
        }
    }

    private static EmbeddedPostgresException Unusable(EmbeddedPostgresDirectory directory, string how, Exception? inner) => new(
        $"{directory.Passwords}, which holds the passwords of the private PostgreSQL beside it, is {how}. "
        + $"Restore it, or move {directory.Folder} away to begin with an empty database.", inner);

    private static string Random() => RandomNumberGenerator.GetHexString(48, lowercase: true);
}
