using HeadlessNews.Data;
using HeadlessNews.Records;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace HeadlessNews.Sources;

/// <summary>Who supplied an article.</summary>
internal sealed class Source : NamedRecord<SourceRequest>
{
    private Source() { }

    public Source(Guid id) => Id = id;

    public override SlugKind SlugKind => SlugKind.Source;
    public SourceKind Kind { get; private set; }
    public string? HomepageUrl { get; private set; }
    public string? Language { get; private set; }
    public string? Country { get; private set; }
    public Rights Rights { get; private set; } = new();

    public override void Replace(SourceRequest request)
    {
        Name = request.Name!;
        Kind = request.Kind!.Value;
        HomepageUrl = request.HomepageUrl;
        Language = request.Language;
        Country = request.Country;
        Rights = request.Rights ?? new Rights();
    }

    public override SourceRequest ToRequest() => new()
    {
        Slug = Slug,
        Name = Name,
        Kind = Kind,
        HomepageUrl = HomepageUrl,
        Language = Language,
        Country = Country,
        Rights = Rights,
    };

    internal sealed class Table : IEntityTypeConfiguration<Source>
    {
        public void Configure(EntityTypeBuilder<Source> builder)
        {
            builder.ToTable("sources").Ignore(source => source.SlugKind);
            builder.HasIndex(source => source.Slug).IsUnique();
            builder.Property(source => source.Version).IsConcurrencyToken();
            builder.ComplexProperty(source => source.Rights).IsRequired();
        }
    }
}
