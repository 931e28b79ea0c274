using System.CommandLine;

namespace HeadlessNews.Hosting;

/// <summary>The file that a command reads; <c>-</c> is what comes in.</summary>
internal static class InputFile
{
    public const string StandardInput = "-";

    /// <summary>Looked for while words are read: for a file that is not there no database is started.</summary>
    public static Argument<string> Argument(string description)
    {
        var file = new Argument<string>("file") { Description = description };
        file.Validators.Add(said =>
        {
            if (said.Tokens is [{ Value: not StandardInput and var name }] && !File.Exists(name))
            {
                said.AddError($"{name} cannot be read. There is no such file.");
            }
        });
        return file;
    }

    /// <returns>Null where it cannot be read; why not has been said.</returns>
    public static async Task<Stream?> Open(string file)
    {
        try
        {
            return file == StandardInput ? Console.OpenStandardInput() : new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{file} cannot be read. {unreadable.Message}");
            return null;
        }
    }
}
