namespace HeadlessNews.Hosting;

/// <summary>Who the server runs as. PostgreSQL refuses to run as root, so root hands it to a user with less power.</summary>
/// <param name="Name">Null: as ourselves.</param>
internal sealed record EmbeddedPostgresUser(string? Name)
{
    private static readonly EmbeddedPostgresUser Ourselves = new(Name: null);

    /// <summary>A cluster stays with the user who made it, so that one run with sudo does not lock its owner out.</summary>
    public static async Task<EmbeddedPostgresUser> ChooseAsync(string clusterFolder, CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess) return Ourselves;

        var candidates = new List<string> { "postgres", "_postgres", "nobody" };
        if (Directory.Exists(clusterFolder) && await OwnerOfAsync(clusterFolder, cancel) is { } owner)
        {
            candidates.Insert(0, owner);
        }
        foreach (var name in candidates)
        {
            var id = await RunAsRootAsync("id", ["-u", name], cancel);
            if (id.ExitCode == 0 && id.Output != "0") return new EmbeddedPostgresUser(name);
        }
        throw new EmbeddedPostgresException(
            "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as. Start the service as an ordinary user.");
    }

    public Task<EmbeddedPostgresCommand.Result> RunAsync(
        string program, IEnumerable<string> arguments, string folder, CancellationToken cancel) =>
        EmbeddedPostgresCommand.RunAsync(program, arguments, Name, folder, cancel);

    public async Task<bool> CanEnterAsync(string folder, CancellationToken cancel) =>
        Name is null || (await RunAsync("test", ["-x", folder], "/", cancel)).ExitCode == 0;

    /// <summary>Hands over what we have just made; a folder last, for from then on its content is no longer ours to vouch for.</summary>
    public async Task GiveAsync(IReadOnlyList<string> paths, CancellationToken cancel)
    {
        if (Name is null) return;
        var chown = await RunAsRootAsync("chown", ["-h", Name, .. paths], cancel);
        if (chown.ExitCode != 0) throw new IOException($"{paths[0]} could not be given to the user {Name}: {chown.Errors}");
    }

    private static async Task<string?> OwnerOfAsync(string folder, CancellationToken cancel)
    {
        string[] format = OperatingSystem.IsMacOS() ? ["-f", "%Su"] : ["-c", "%U"];
        var stat = await RunAsRootAsync("stat", [.. format, folder], cancel);
        return stat.ExitCode == 0 ? stat.Output : null;
    }

    private static Task<EmbeddedPostgresCommand.Result> RunAsRootAsync(string program, IEnumerable<string> arguments, CancellationToken cancel) =>
        EmbeddedPostgresCommand.RunAsync(program, arguments, null, "/", cancel);
}
