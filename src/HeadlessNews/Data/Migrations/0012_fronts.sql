-- Fronts: pages that editors put together. What a front shows at a time is looked up when it is read: nothing is done when a scheduled
-- edition's time comes, it is simply the newest whose time has come.
ALTER TABLE editorial.slugs
    DROP CONSTRAINT slugs_kind,
    ADD CONSTRAINT slugs_kind CHECK (kind IN ('article', 'author', 'source', 'tag', 'front'));

-- The layout is kept as it was saved (json, not jsonb): a save that changes nothing is known by its text. What it names besides articles
-- stands beside it, since none of that may be deleted.
CREATE TABLE editorial.fronts (
    id uuid NOT NULL,
    slug text NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    description text,
    layout json NOT NULL,
    names uuid[] NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT fronts_pkey PRIMARY KEY (id),
    CONSTRAINT fronts_slug_key UNIQUE (slug)
);

-- Layouts to come. One whose time has come is the front's layout, and is moved there by the next save.
CREATE TABLE editorial.front_editions (
    id uuid NOT NULL,
    front_id uuid NOT NULL,
    version integer NOT NULL,
    at timestamptz NOT NULL,
    layout json NOT NULL,
    names uuid[] NOT NULL,
    scheduled_by text NOT NULL,
    scheduled_at timestamptz NOT NULL,
    CONSTRAINT front_editions_pkey PRIMARY KEY (id),
    CONSTRAINT front_editions_front_fkey FOREIGN KEY (front_id) REFERENCES editorial.fronts (id) ON DELETE CASCADE,
    CONSTRAINT front_editions_at_key UNIQUE (front_id, at)
);

CREATE TABLE delivery.fronts (
    front_id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text,
    updated_at timestamptz NOT NULL,
    CONSTRAINT fronts_pkey PRIMARY KEY (front_id),
    CONSTRAINT fronts_slug_key UNIQUE (slug)
);

-- The first of a front is in force from -infinity on, so that at every time there is one.
CREATE TABLE delivery.front_editions (
    front_id uuid NOT NULL,
    effective_from timestamptz NOT NULL,
    CONSTRAINT front_editions_pkey PRIMARY KEY (front_id, effective_from),
    CONSTRAINT front_editions_front_fkey FOREIGN KEY (front_id) REFERENCES delivery.fronts (front_id) ON DELETE CASCADE
);

-- The lead is position 0. A pinned article need not be live, nor stay so: readers get it while it is. The lists that fill a slot are
-- named as delivery.listing names them; all of them must be met.
CREATE TABLE delivery.front_slots (
    front_id uuid NOT NULL,
    effective_from timestamptz NOT NULL,
    position integer NOT NULL,
    title text,
    article_id uuid,
    headline text,
    kicker text,
    pinned_from timestamptz,
    pinned_until timestamptz,
    most integer,
    facet_kinds text[],
    facet_ids uuid[],
    CONSTRAINT front_slots_pkey PRIMARY KEY (front_id, effective_from, position),
    CONSTRAINT front_slots_edition_fkey FOREIGN KEY (front_id, effective_from)
        REFERENCES delivery.front_editions (front_id, effective_from) ON DELETE CASCADE,
    CONSTRAINT front_slots_shows_something CHECK (article_id IS NOT NULL OR most IS NOT NULL),
    CONSTRAINT front_slots_fill CHECK ((most IS NULL) = (facet_kinds IS NULL) AND cardinality(facet_kinds) = cardinality(facet_ids))
);

-- What is scheduled changes how long a cached front may be shown, so it is for caches too.
CREATE OR REPLACE VIEW log.public_events AS
SELECT position, id, at, type, resource_kind, resource_id, version, tags
FROM log.events
WHERE type IN ('article.published', 'article.updated', 'article.corrected', 'article.syndicated', 'article.unsyndicated',
               'article.withdrawn', 'article.deleted', 'article.rerendered',
               'author.changed', 'author.rerendered', 'author.merged', 'author.deleted',
               'source.changed', 'source.rerendered', 'source.merged', 'source.deleted',
               'tag.changed', 'tag.rerendered', 'tag.merged', 'tag.deleted',
               'front.changed', 'front.deleted', 'front.scheduled', 'front.scheduleChanged', 'front.scheduleCancelled');
