-- What an event changed of what readers see, by the names that cached answers carry: caches here and in front of here let go of it.
ALTER TABLE log.events ADD COLUMN tags text[];

CREATE OR REPLACE VIEW log.public_events AS
SELECT position, id, at, type, resource_kind, resource_id, version, tags
FROM log.events
WHERE type IN ('article.published', 'article.updated', 'article.corrected', 'article.syndicated', 'article.unsyndicated',
               'article.withdrawn', 'article.deleted', 'article.rerendered',
               'author.changed', 'author.rerendered', 'author.merged', 'author.deleted',
               'source.changed', 'source.rerendered', 'source.merged', 'source.deleted',
               'tag.changed', 'tag.rerendered', 'tag.merged', 'tag.deleted');

-- As before, with each event's tags, joined by commas: PostgreSQL has no arrays of arrays of different lengths.
CREATE FUNCTION log.append(
    p_types text[], p_kinds text[], p_ids uuid[], p_versions integer[], p_previous_versions integer[], p_data jsonb[], p_tags text[],
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
    INSERT INTO log.events (position, id, at, type, resource_kind, resource_id, version, previous_version, actor, address, data, tags)
    SELECT last - many + e.nth, gen_random_uuid(), clock_timestamp(), e.type, e.kind, e.id, e.version, e.previous_version,
           p_actor, p_address, e.data, string_to_array(e.tags, ',')
    FROM unnest(p_types, p_kinds, p_ids, p_versions, p_previous_versions, p_data, p_tags)
        WITH ORDINALITY AS e (type, kind, id, version, previous_version, data, tags, nth);
    -- Only a hint that there is something to read: every reader also polls the head.
    PERFORM pg_notify('headlessnews_log', last::text);
    RETURN last;
END
$$;
DROP FUNCTION log.append(text[], text[], uuid[], integer[], integer[], jsonb[], text, inet);
REVOKE EXECUTE ON FUNCTION log.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.append TO headlessnews_editorial;
