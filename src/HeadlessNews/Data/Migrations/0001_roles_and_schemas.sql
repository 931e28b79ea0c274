-- Three stores in one database, and the two roles that keep them apart.
-- headlessnews_editorial is what the service works as; headlessnews_delivery is what readers' requests work as.
-- Neither logs in: connections of the database's owner take them on (role=... in the start-up options), or logins are members of them.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY ['headlessnews_editorial', 'headlessnews_delivery'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            END IF;
        EXCEPTION
            -- Roles belong to the whole server: another database of ours may be making them at this moment.
            WHEN duplicate_object OR unique_violation THEN NULL;
        END;
        BEGIN
            IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
                EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
            END IF;
        EXCEPTION
            -- The operator made the roles and the memberships already (README, "Your own PostgreSQL").
            WHEN insufficient_privilege THEN NULL;
        END;
    END LOOP;
END
$$;

CREATE SCHEMA IF NOT EXISTS editorial;
CREATE SCHEMA IF NOT EXISTS delivery;
CREATE SCHEMA IF NOT EXISTS log;

GRANT USAGE ON SCHEMA editorial, delivery, log TO headlessnews_editorial;
GRANT USAGE ON SCHEMA delivery, log TO headlessnews_delivery;

-- EF Core made this table just before: a start asks it whether there is anything to do.
GRANT SELECT ON editorial.schema_migrations TO headlessnews_editorial;

-- Tables to come in editorial and delivery. The log grants table by table: nobody updates or deletes there.
ALTER DEFAULT PRIVILEGES IN SCHEMA editorial GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO headlessnews_editorial;
ALTER DEFAULT PRIVILEGES IN SCHEMA delivery GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO headlessnews_editorial;
ALTER DEFAULT PRIVILEGES IN SCHEMA delivery GRANT SELECT ON TABLES TO headlessnews_delivery;
