using Npgsql;

namespace HeadlessNews.Hosting;

/// <summary>The roles and the database, made at the first start and mended at every other.</summary>
internal static class EmbeddedPostgresRoles
{
    // The passwords come as settings of the session and not in a statement's text, which an error would copy into the server's log.
    private const string Passwords = """
        SELECT set_config('embedded.owner_password', $1, false),
               set_config('embedded.reader_password', $2, false)
        """;

    // PUBLIC may connect to any database and make temporary tables there: the delivery role shall not, so nobody gets it for nothing.
    private const string Roles = """
        DO $$
        BEGIN
            IF to_regrole('headlessnews_editorial') IS NULL THEN
                CREATE ROLE headlessnews_editorial NOLOGIN;
            END IF;
            IF to_regrole('headlessnews_delivery') IS NULL THEN
                CREATE ROLE headlessnews_delivery NOLOGIN;
            END IF;
            IF to_regrole('headlessnews') IS NULL THEN
                EXECUTE format('CREATE ROLE headlessnews PASSWORD %L', current_setting('embedded.owner_password'));
            END IF;
            IF to_regrole('headlessnews_reader') IS NULL THEN
                EXECUTE format('CREATE ROLE headlessnews_reader PASSWORD %L', current_setting('embedded.reader_password'));
            END IF;
        END
        $$;
        ALTER ROLE headlessnews LOGIN NOSUPERUSER CREATEROLE CREATEDB INHERIT;
        ALTER ROLE headlessnews_reader LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB INHERIT;
        GRANT headlessnews_editorial, headlessnews_delivery TO headlessnews WITH ADMIN OPTION;
        GRANT headlessnews_delivery TO headlessnews_reader;
        REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
        GRANT CONNECT ON DATABASE postgres TO headlessnews;
        """;

    private const string DatabaseExists = """
        SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'headlessnews')
        """;

    private const string Database = """
        CREATE DATABASE headlessnews OWNER headlessnews
        """;

    private const string DatabaseGrants = """
        REVOKE ALL ON DATABASE headlessnews FROM PUBLIC;
        GRANT CONNECT ON DATABASE headlessnews TO headlessnews_editorial, headlessnews_delivery;
        """;

    public static async Task EnsureAsync(NpgsqlConnection connection, EmbeddedPostgresPasswords passwords, CancellationToken cancel)
    {
        await using var settings = new NpgsqlCommand(Passwords, connection)
        {
            Parameters = { new() { Value = passwords.Owner }, new() { Value = passwords.Reader } },
        };
        await settings.ExecuteNonQueryAsync(cancel);
        await ExecuteAsync(Roles);

        await using var exists = new NpgsqlCommand(DatabaseExists, connection);
        if (await exists.ExecuteScalarAsync(cancel) is not true) await ExecuteAsync(Database);
        await ExecuteAsync(DatabaseGrants);

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }
}
