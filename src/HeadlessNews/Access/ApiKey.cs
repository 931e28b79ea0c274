using System.Net;
using System.Security.Cryptography;
using System.Text;
using HeadlessNews.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Access;

/// <summary>A key to the API. Its secret is shown once, when it is made; only a hash is kept.</summary>
internal sealed class ApiKey : IOrderedById
{
    public const int LongestText = 200;

    private ApiKey() { }

    public Guid Id { get; private init; }
    public string Name { get; private init; } = "";
    public Role Role { get; private init; }
    public byte[] Hash { get; private init; } = [];
    public string CreatedBy { get; private init; } = "";
    public DateTimeOffset CreatedAt { get; private init; }
    public DateTimeOffset? ExpiresAt { get; private init; }
    public DateTimeOffset? RevokedAt { get; private set; }
    public DateTimeOffset? LastUsedAt { get; private set; }

    /// <summary>A new key, and the text that opens the door: <c>hn_</c>, the key's id, 256 random bits.</summary>
    public static (ApiKey Key, string Text) Make(string name, Role role, DateTimeOffset? expiresAt, string createdBy, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var text = $"hn_{id:N}_{RandomNumberGenerator.GetHexString(64, lowercase: true)}";
        return (Of(id, text, name, role, expiresAt, createdBy, now), text);
    }

    /// <summary>A key whose text the operator chose (<c>Bootstrap:AdminKey</c>).</summary>
    public static ApiKey Of(Guid id, string text, string name, Role role, DateTimeOffset? expiresAt, string createdBy, DateTimeOffset now) => new()
    {
        Id = id,
        Name = name,
        Role = role,
        Hash = HashOf(text),
        CreatedBy = createdBy,
        CreatedAt = now,
        ExpiresAt = expiresAt,
    };

    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    public bool IsValid(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is null || ExpiresAt > now);

    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;

    internal sealed class Table : IEntityTypeConfiguration<ApiKey>
    {
        public void Configure(EntityTypeBuilder<ApiKey> builder)
        {
            builder.ToTable("api_keys").HasIndex(key => key.Hash).IsUnique();
        }
    }
}

/// <summary>Who makes a change, for the log and for "created by".</summary>
internal sealed record Actor(string Name, Role Role, IPAddress? Address)
{
    /// <summary>The service itself: demo content, first-start key, re-rendering.</summary>
    public static readonly Actor System = new("system", Role.Admin, null);

    public static string NameOf(Guid keyId) => $"key:{keyId}";
}
