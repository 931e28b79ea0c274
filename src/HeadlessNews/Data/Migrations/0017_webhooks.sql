-- Webhooks: who is told of what is published, and every delivery of it.

CREATE TABLE editorial.webhooks (
    id uuid NOT NULL,
    version integer NOT NULL,
    url text NOT NULL,
    description text,
    events text[] NOT NULL,
    enabled boolean NOT NULL,
    disabled_reason text,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT webhooks_pkey PRIMARY KEY (id),
    CONSTRAINT webhooks_events CHECK (cardinality(events) > 0),
    CONSTRAINT webhooks_disabled_for_a_reason CHECK (NOT enabled OR disabled_reason IS NULL)
);

-- What is sent, apart from what editors write: a schema that no reader's request comes to.
CREATE SCHEMA IF NOT EXISTS webhooks;
GRANT USAGE ON SCHEMA webhooks TO headlessnews_editorial;
ALTER DEFAULT PRIVILEGES IN SCHEMA webhooks GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO headlessnews_editorial;

-- They sign, so they are kept as they are. The one without an end is the newest; others sign beside it until theirs.
CREATE TABLE webhooks.secrets (
    webhook_id uuid NOT NULL,
    number integer NOT NULL,
    value bytea NOT NULL,
    made_at timestamptz NOT NULL,
    ends_at timestamptz,
    CONSTRAINT secrets_pkey PRIMARY KEY (webhook_id, number),
    CONSTRAINT secrets_webhook_fkey FOREIGN KEY (webhook_id) REFERENCES editorial.webhooks (id) ON DELETE CASCADE
);

-- How a receiver has fared, which is no change of the record. Whoever adds to its queue or takes from it locks this row first: else what
-- comes to stand behind a delivery that ends at this moment would wait for ever.
CREATE TABLE webhooks.endpoints (
    webhook_id uuid NOT NULL,
    from_position bigint NOT NULL,
    failures integer NOT NULL DEFAULT 0,
    -- A receiver that has failed too often in a row is tried once at a time, from then on.
    probe_at timestamptz NOT NULL DEFAULT '-infinity',
    -- It asked to be left alone until then.
    paused_until timestamptz NOT NULL DEFAULT '-infinity',
    -- What it is to get once more: the rest of it.
    replay_next bigint,
    replay_end bigint,
    replay_from timestamptz,
    CONSTRAINT endpoints_pkey PRIMARY KEY (webhook_id),
    CONSTRAINT endpoints_webhook_fkey FOREIGN KEY (webhook_id) REFERENCES editorial.webhooks (id) ON DELETE CASCADE
) WITH (fillfactor = 20);

-- One row for each event and receiver, under the event's own id. The content is bound when it is sent, and is not here. No foreign key: what
-- a deleted webhook leaves is taken away bit by bit.
CREATE TABLE webhooks.deliveries (
    webhook_id uuid NOT NULL,
    id uuid NOT NULL,
    position bigint NOT NULL,
    at timestamptz NOT NULL,
    type text NOT NULL,
    -- The log's own word, which is what the content is bound by.
    logged_as text NOT NULL,
    resource_kind text NOT NULL,
    resource_id uuid NOT NULL,
    version integer NOT NULL,
    state text NOT NULL,
    queued_at timestamptz NOT NULL,
    -- When it is to be sent; while it is being sent, when whoever does so is given up. NULL: not before the one that it waits behind.
    due_at timestamptz,
    lease uuid,
    -- In all; and since it was queued last.
    attempts integer NOT NULL DEFAULT 0,
    tries integer NOT NULL DEFAULT 0,
    finished_at timestamptz,
    CONSTRAINT deliveries_pkey PRIMARY KEY (webhook_id, id),
    CONSTRAINT deliveries_state CHECK (state IN ('waiting', 'delivered', 'failed', 'skipped')),
    CONSTRAINT deliveries_waits_or_has_ended CHECK ((state = 'waiting') = (finished_at IS NULL) AND (state = 'waiting' OR due_at IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX deliveries_by_position ON webhooks.deliveries (webhook_id, position);
CREATE INDEX deliveries_due ON webhooks.deliveries (webhook_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_in_line ON webhooks.deliveries (webhook_id, resource_id, position) WHERE state = 'waiting';
CREATE INDEX deliveries_failed ON webhooks.deliveries (webhook_id, position) WHERE state = 'failed';

CREATE TABLE webhooks.attempts (
    webhook_id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    number integer NOT NULL,
    at timestamptz NOT NULL,
    took_ms integer NOT NULL,
    status integer,
    request text NOT NULL,
    response text,
    error text,
    CONSTRAINT attempts_pkey PRIMARY KEY (webhook_id, delivery_id, number)
);

-- Nothing that happened before there were webhooks is news to one.
INSERT INTO log.readers (name, position) SELECT 'webhooks', position FROM log.head;
