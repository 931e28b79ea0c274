-- What POSTs with an Idempotency-Key answered, each written in the transaction of what it tells of. Kept for a day, then pruned.
CREATE TABLE editorial.kept_answers (
    actor text NOT NULL,
    key text NOT NULL,
    -- SHA-256 of method, address and body.
    request bytea NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT kept_answers_pkey PRIMARY KEY (actor, key),
    CONSTRAINT kept_answers_request CHECK (length(request) = 32)
);
CREATE INDEX kept_answers_by_time ON editorial.kept_answers (at);
GRANT SELECT, INSERT, UPDATE, DELETE ON editorial.kept_answers TO headlessnews_editorial;
