-- Delivery documents: what the public sees, finished. Written by publishing and re-rendering, read without joins to anything editorial.

CREATE TABLE delivery.articles (
    article_id uuid NOT NULL,
    slug text NOT NULL,
    state text NOT NULL,
    version integer NOT NULL,
    revision integer NOT NULL,
    render_version integer NOT NULL,
    language text NOT NULL,
    redistribution text NOT NULL,
    published_at timestamptz NOT NULL,
    -- When the live revision was published; and when it was last rendered, which also happens when an author is renamed.
    updated_at timestamptz NOT NULL,
    rendered_at timestamptz NOT NULL,
    -- How far the log had come when what the article names was read: a rename at a later position is not in the document yet.
    log_position bigint NOT NULL,
    embargo_until timestamptz,
    expires_at timestamptz,
    etag text NOT NULL,
    card json,
    document json,
    withdrawn_at timestamptz,
    notice text,
    CONSTRAINT articles_pkey PRIMARY KEY (article_id),
    CONSTRAINT articles_slug_key UNIQUE (slug),
    CONSTRAINT articles_state CHECK (state IN ('live', 'withdrawn')),
    -- A withdrawn article keeps its address and its notice, and not a word of its text.
    CONSTRAINT articles_live_has_a_document CHECK ((state = 'live') = (document IS NOT NULL) AND (state = 'live') = (card IS NOT NULL)),
    CONSTRAINT articles_withdrawn_has_a_time CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
    CONSTRAINT articles_rights CHECK (state = 'withdrawn' OR redistribution IN ('allowed', 'attribution'))
);
CREATE INDEX articles_by_render_version ON delivery.articles (render_version) WHERE state = 'live';

-- A second lock on the door: whoever writes, and however, an embargo holds until the database's own clock has passed it.
CREATE FUNCTION delivery.refuse_embargoed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF new.embargo_until > clock_timestamp() THEN
        RAISE EXCEPTION 'article % is under embargo until %', new.article_id, new.embargo_until
            USING ERRCODE = 'check_violation', CONSTRAINT = 'articles_embargo', SCHEMA = 'delivery', TABLE = 'articles';
    END IF;
    RETURN new;
END
$$;
CREATE TRIGGER articles_embargo BEFORE INSERT OR UPDATE ON delivery.articles
    FOR EACH ROW WHEN (new.state = 'live' AND new.embargo_until IS NOT NULL) EXECUTE FUNCTION delivery.refuse_embargoed();

-- The authors, sources and tags that published articles name. Tags above a used tag are here too.
CREATE TABLE delivery.directory (
    id uuid NOT NULL,
    kind text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    document json NOT NULL,
    article_count integer NOT NULL DEFAULT 0,
    CONSTRAINT directory_pkey PRIMARY KEY (id),
    CONSTRAINT directory_slug_key UNIQUE (kind, slug),
    CONSTRAINT directory_kind CHECK (kind IN ('author', 'source', 'tag')),
    CONSTRAINT directory_article_count CHECK (article_count >= 0)
);

-- Slugs of former days, for redirects.
CREATE TABLE delivery.former_slugs (
    kind text NOT NULL,
    slug text NOT NULL,
    id uuid NOT NULL,
    CONSTRAINT former_slugs_pkey PRIMARY KEY (kind, slug)
);

-- One narrow row for each list an article stands in, newest last: any list with a single filter is one range scan of the
-- primary key, read backwards, at any depth. A language has no id of its own: its facet_id is an MD5 name UUID.
CREATE TABLE delivery.listing (
    facet_kind text NOT NULL,
    facet_id uuid NOT NULL,
    published_at timestamptz NOT NULL,
    article_id uuid NOT NULL,
    CONSTRAINT listing_pkey PRIMARY KEY (facet_kind, facet_id, published_at, article_id),
    CONSTRAINT listing_article_fkey FOREIGN KEY (article_id) REFERENCES delivery.articles (article_id),
    CONSTRAINT listing_facet_kind CHECK (facet_kind IN ('all', 'author', 'source', 'tag', 'language'))
);
CREATE INDEX listing_by_article ON delivery.listing (article_id);
