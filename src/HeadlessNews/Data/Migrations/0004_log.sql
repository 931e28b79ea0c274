-- The change log: one ordered record of what happened, written in the transaction of the change itself.

-- The position is taken from this one locked row as a transaction's last statement before commit, so that position order is
-- commit order and no gap is filled later. A sequence would not do: a lower number can commit after a higher one was read.
CREATE TABLE log.head (
    only_row boolean NOT NULL DEFAULT true,
    position bigint NOT NULL,
    CONSTRAINT head_pkey PRIMARY KEY (only_row),
    CONSTRAINT head_only_row CHECK (only_row)
) WITH (fillfactor = 10);
INSERT INTO log.head (position) VALUES (0);

CREATE TABLE log.events (
    position bigint NOT NULL,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    type text NOT NULL,
    resource_kind text NOT NULL,
    resource_id uuid NOT NULL,
    version integer NOT NULL,
    previous_version integer,
    actor text NOT NULL,
    address inet,
    data jsonb,
    CONSTRAINT events_pkey PRIMARY KEY (position)
) PARTITION BY RANGE (position);
CREATE INDEX events_by_resource ON log.events (resource_id, position);

-- Partitions of a million positions each, so that what is past its retention is dropped, not deleted.
CREATE FUNCTION log.add_partition(p_number bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    lower bigint := p_number * 1000000;
    name text := format('events_%s', lpad(p_number::text, 6, '0'));
BEGIN
    EXECUTE format('CREATE TABLE log.%I (LIKE log.events INCLUDING ALL, CHECK (position >= %s AND position < %s))', name, lower, lower + 1000000);
    -- ATTACH, unlike PARTITION OF, lets readers and writers of the other partitions go on.
    EXECUTE format('ALTER TABLE log.events ATTACH PARTITION log.%I FOR VALUES FROM (%s) TO (%s)', name, lower, lower + 1000000);
END
$$;
SELECT log.add_partition(0);

-- The only way in. Runs with the owner's rights: the service's role may execute it, and neither insert, update nor delete.
-- Arrays of one length: a batch takes one position each under one lock. Answers the last position.
CREATE FUNCTION log.append(
    p_types text[], p_kinds text[], p_ids uuid[], p_versions integer[], p_previous_versions integer[], p_data jsonb[],
    p_actor text, p_address inet
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    many integer := cardinality(p_types);
    last bigint;
BEGIN
    UPDATE log.head SET position = position + many RETURNING position INTO last;
    FOR missing IN (last - many) / 1000000 + 1 .. last / 1000000 LOOP
        PERFORM log.add_partition(missing);
    END LOOP;
    INSERT INTO log.events (position, id, at, type, resource_kind, resource_id, version, previous_version, actor, address, data)
    SELECT last - many + e.nth, gen_random_uuid(), clock_timestamp(), e.type, e.kind, e.id, e.version, e.previous_version,
           p_actor, p_address, e.data
    FROM unnest(p_types, p_kinds, p_ids, p_versions, p_previous_versions, p_data)
        WITH ORDINALITY AS e (type, kind, id, version, previous_version, data, nth);
    -- Only a hint that there is something to read: every reader also polls the head.
    PERFORM pg_notify('headlessnews_log', last::text);
    RETURN last;
END
$$;
REVOKE EXECUTE ON FUNCTION log.append, log.add_partition FROM PUBLIC;

-- How far each follower of the log has come, and what it is at.
CREATE TABLE log.readers (
    name text NOT NULL,
    position bigint NOT NULL,
    render_version integer NOT NULL DEFAULT 0,
    working_on text,
    done integer NOT NULL DEFAULT 0,
    of_total integer NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT readers_pkey PRIMARY KEY (name)
);

-- What a reader of delivery may know of the log: that something public changed, never who did it.
CREATE VIEW log.public_events AS
SELECT position, id, at, type, resource_kind, resource_id, version
FROM log.events
WHERE type IN ('article.published', 'article.updated', 'article.corrected', 'article.withdrawn', 'article.deleted', 'article.rerendered',
               'author.changed', 'author.rerendered', 'author.merged', 'author.deleted',
               'source.changed', 'source.rerendered', 'source.merged', 'source.deleted',
               'tag.changed', 'tag.rerendered', 'tag.merged', 'tag.deleted');

GRANT SELECT ON log.head, log.events, log.public_events TO headlessnews_editorial;
GRANT SELECT, INSERT, UPDATE ON log.readers TO headlessnews_editorial;
GRANT EXECUTE ON FUNCTION log.append TO headlessnews_editorial;
GRANT SELECT ON log.head, log.public_events TO headlessnews_delivery;
