using System.Text.Json;
using HeadlessNews.Access;
using HeadlessNews.Articles;
using HeadlessNews.Authors;
using HeadlessNews.Fronts;
using HeadlessNews.Http;
using HeadlessNews.Sources;
using HeadlessNews.Tags;
using HeadlessNews.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace HeadlessNews.Data;

/// <summary>
/// The editorial records. The schema comes from the .sql files beside, not from this model; a test holds the two together.
/// Delivery documents and the log have no entities: their writers and readers speak SQL.
/// </summary>
internal sealed class NewsDbContext(DbContextOptions<NewsDbContext> options) : DbContext(options)
{
    public DbSet<Article> Articles => Set<Article>();
    public DbSet<ArticleRevision> Revisions => Set<ArticleRevision>();
    public DbSet<Correction> Corrections => Set<Correction>();
    public DbSet<RightsClearance> Clearances => Set<RightsClearance>();
    public DbSet<PreviewLink> PreviewLinks => Set<PreviewLink>();
    public DbSet<Author> Authors => Set<Author>();
    public DbSet<Source> Sources => Set<Source>();
    public DbSet<Tag> Tags => Set<Tag>();
    public DbSet<Front> Fronts => Set<Front>();
    public DbSet<TakenSlug> Slugs => Set<TakenSlug>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<Webhook> Webhooks => Set<Webhook>();

    /// <summary>The transaction that a request opened around all it writes; null where each write has its own.</summary>
    public OpenTransaction? Around { get; set; }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema("editorial");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(NewsDbContext).Assembly);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(SnakeCase(entity.GetTableName()!));
            ShapeColumns(entity, "");
        }
    }

    /// <summary>
    /// snake_case, nested values behind their own name (body_content), but for an article's content, which is the article; enumerations
    /// as they stand in JSON.
    /// </summary>
    private static void ShapeColumns(IMutableTypeBase type, string prefix)
    {
        foreach (var property in type.GetDeclaredProperties())
        {
            property.SetColumnName(prefix + SnakeCase(property.Name));
            var value = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (value.IsEnum)
            {
                property.SetValueConverter(typeof(CamelCaseEnumConverter<>).MakeGenericType(value));
            }
        }
        foreach (var nested in type.GetDeclaredComplexProperties())
        {
            ShapeColumns(nested.ComplexType, nested.Name == nameof(Article.Content) && prefix == "" ? "" : $"{prefix}{SnakeCase(nested.Name)}_");
        }
    }

    private static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}

/// <summary>Enumerations stand in the database as they stand in JSON.</summary>
internal sealed class CamelCaseEnumConverter<T>() : ValueConverter<T, string>(value => EnumNames.Of(value), text => EnumNames.Parse<T>(text))
    where T : struct, Enum;
