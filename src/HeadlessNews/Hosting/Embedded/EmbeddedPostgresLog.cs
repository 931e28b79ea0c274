namespace HeadlessNews.Hosting;

/// <summary>The server's own log, and where in it the present attempt to start begins.</summary>
internal sealed class EmbeddedPostgresLog
{
    private const long LongEnough = 10 * 1024 * 1024;
    private const int LastLines = 15;

    private readonly string path;
    private readonly long begin;

    private EmbeddedPostgresLog(string path)
    {
        this.path = path;
        begin = new FileInfo(path).Length;
    }

    /// <summary>Made by us for the server's user, who may not make files in our folder.</summary>
    public static async Task<EmbeddedPostgresLog> OpenAsync(EmbeddedPostgresDirectory directory, CancellationToken cancel)
    {
        var log = new FileInfo(directory.ServerLog);
        if (log.Exists && log.Length > LongEnough) File.Move(log.FullName, $"{log.FullName}.1", overwrite: true);
        if (!File.Exists(log.FullName))
        {
            EmbeddedPostgresDirectory.WriteSecret(log.FullName, "");
            await directory.ServerUser.GiveAsync([log.FullName], cancel);
        }
        return new EmbeddedPostgresLog(log.FullName);
    }

    /// <summary>The last lines that this attempt added.</summary>
    public string WhatWasSaid()
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(begin, SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(LastLines));
    }
}
