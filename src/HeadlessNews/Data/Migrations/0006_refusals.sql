-- The audit: the log read by who, what, when and from where; and what was refused, in a bounded table of its own.

-- Newest first by each filter. Partitions to come take them over from the table that they are made like.
CREATE INDEX events_by_actor ON log.events (actor, position);
CREATE INDEX events_by_type ON log.events (type, position);
CREATE INDEX events_by_kind ON log.events (resource_kind, position);
CREATE INDEX events_by_address ON log.events (address, position) WHERE address IS NOT NULL;
-- Time follows position but for a clock that was set back: it only finds where to start.
CREATE INDEX events_by_time ON log.events (at, position);

-- Keys that failed, permissions refused, callers held up: one row for each who, what and where from, however often.
CREATE TABLE log.refusals (
    id uuid NOT NULL,
    kind text NOT NULL,
    actor text,
    address inet,
    method text,
    route text,
    needed text,
    times bigint NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    CONSTRAINT refusals_pkey PRIMARY KEY (id),
    CONSTRAINT refusals_key UNIQUE NULLS NOT DISTINCT (kind, actor, address, method, route, needed),
    CONSTRAINT refusals_kind CHECK (kind IN ('unknownKey', 'expiredKey', 'revokedKey', 'forbidden', 'tooManyRequests'))
);
CREATE INDEX refusals_by_last ON log.refusals (last_at, id);

-- The only way in, as log.append is: the service's role may execute it, and neither update nor delete what is there. Beyond 2,000 rows
-- of a kind those that happened last longest ago go: of a kind, so that who guesses at keys cannot wash away what a key was refused.
CREATE FUNCTION log.note_refusals(
    p_kinds text[], p_actors text[], p_addresses inet[], p_methods text[], p_routes text[], p_needed text[], p_times bigint[],
    p_first timestamptz[], p_last timestamptz[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- One writer at a time: two nodes that note the same refusals in another order would wait for each other in a ring.
    PERFORM pg_advisory_xact_lock(hashtext('refusals'));
    INSERT INTO log.refusals AS present (id, kind, actor, address, method, route, needed, times, first_at, last_at)
    SELECT gen_random_uuid(), kind, actor, address, method, route, needed, sum(times), min(first_at), max(last_at)
    FROM unnest(p_kinds, p_actors, p_addresses, p_methods, p_routes, p_needed, p_times, p_first, p_last)
        AS noted (kind, actor, address, method, route, needed, times, first_at, last_at)
    GROUP BY kind, actor, address, method, route, needed
    ON CONFLICT ON CONSTRAINT refusals_key DO UPDATE
        SET times = present.times + excluded.times,
            first_at = least(present.first_at, excluded.first_at),
            last_at = greatest(present.last_at, excluded.last_at);
    DELETE FROM log.refusals
    WHERE id IN (
        SELECT id
        FROM (SELECT id, row_number() OVER (PARTITION BY kind ORDER BY last_at DESC, id DESC) AS nth FROM log.refusals) AS newest_first
        WHERE nth > 2000);
END
$$;
REVOKE EXECUTE ON FUNCTION log.note_refusals FROM PUBLIC;
GRANT SELECT ON log.refusals TO headlessnews_editorial;
GRANT EXECUTE ON FUNCTION log.note_refusals TO headlessnews_editorial;
