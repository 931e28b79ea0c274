using System.CommandLine;
using HeadlessNews.Http;
using HeadlessNews.Import;

namespace HeadlessNews.Hosting;

/// <summary>The words of the command <c>import</c>.</summary>
internal sealed class ImportWords
{
    private readonly Argument<string> file = InputFile.Argument("The file to import, a line of JSON for each article; - for what comes in");
    private readonly Option<ImportFormat> format = new("--format") { Description = "native or ninjs" };
    private readonly Option<string?> source = new("--source") { Description = "The source, by slug, id or name, of articles that name none; of ninjs, of all items" };
    private readonly Option<bool> publish = new("--publish") { Description = "Publish what can be published" };
    private readonly Option<bool> overwrite = new("--overwrite") { Description = "Write over what a person has edited or withdrawn" };
    private readonly Option<OnConflict> onConflict = new("--on-conflict") { Description = "What becomes of what is here already and differs: update, skip or fail" };
    private readonly Option<string?> create = new("--create") { Description = "What is made when none has the name: authors,tags,sources" };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Try everything and keep nothing" };
    private readonly Option<string?> errors = new("--errors") { Description = "Where refused lines go, with why; FILE.errors.ndjson if left out" };
    private readonly Option<bool> resume = new("--resume") { Description = "Go on where the last run of this file was stopped" };

    public ImportWords()
    {
        Command = new Command("import", "Import articles, and the authors, sources and tags that they name")
        {
            file, format, source, publish, overwrite, onConflict, create, dryRun, errors, resume,
        };
        create.Validators.Add(said =>
        {
            try
            {
                Creatable.Read(said.GetValueOrDefault<string?>());
            }
            catch (ProblemException unreadable)
            {
                said.AddError($"--create: {unreadable.Message}");
            }
        });
    }

    public Command Command { get; }

    public ImportFileOptions Read(ParseResult parsed)
    {
        var isDryRun = parsed.GetValue(dryRun);
        return new ImportFileOptions(parsed.GetValue(file)!, parsed.GetValue(errors), parsed.GetValue(resume), new ImportOptions(parsed.GetValue(format), parsed.GetValue(source), new UpsertOptions
        {
            Publish = parsed.GetValue(publish),
            Overwrite = parsed.GetValue(overwrite),
            OnConflict = parsed.GetValue(onConflict),
            Create = Creatable.Read(parsed.GetValue(create)),
            DryRun = isDryRun,
            Pretended = isDryRun ? new Pretended() : null,
        }));
    }
}
