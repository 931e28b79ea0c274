-- Editorial records: working copies and their revisions. No reader's request ever comes here.

-- Every slug that is or was in use, so that none is taken twice. What was once public stays for ever, as a redirect.
CREATE TABLE editorial.slugs (
    kind text NOT NULL,
    slug text NOT NULL,
    owner_id uuid NOT NULL,
    was_public boolean NOT NULL,
    CONSTRAINT slugs_pkey PRIMARY KEY (kind, slug),
    CONSTRAINT slugs_kind CHECK (kind IN ('article', 'author', 'source', 'tag')),
    -- An id or a slug may stand in the same place of a path, so a slug must not look like an id.
    CONSTRAINT slugs_not_an_id CHECK (slug !~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$')
);
CREATE INDEX slugs_owner ON editorial.slugs (owner_id);

CREATE TABLE editorial.sources (
    id uuid NOT NULL,
    slug text NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    homepage_url text,
    language text,
    country text,
    rights_copyright_holder text,
    rights_copyright_year integer,
    rights_copyright_notice text,
    rights_usage_terms text,
    rights_redistribution text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT sources_pkey PRIMARY KEY (id),
    CONSTRAINT sources_slug_key UNIQUE (slug),
    CONSTRAINT sources_kind CHECK (kind IN ('own', 'agency', 'syndicated')),
    CONSTRAINT sources_redistribution CHECK (rights_redistribution IN ('allowed', 'attribution', 'prohibited'))
);

CREATE TABLE editorial.authors (
    id uuid NOT NULL,
    slug text NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    role text,
    bio text,
    avatar_url text,
    email text,
    links jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT authors_pkey PRIMARY KEY (id),
    CONSTRAINT authors_slug_key UNIQUE (slug),
    CONSTRAINT authors_kind CHECK (kind IN ('person', 'organization'))
);

CREATE TABLE editorial.tags (
    id uuid NOT NULL,
    slug text NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    description text,
    parent_id uuid,
    media_topic text,
    aliases text[] NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT tags_pkey PRIMARY KEY (id),
    CONSTRAINT tags_slug_key UNIQUE (slug),
    CONSTRAINT tags_parent_fkey FOREIGN KEY (parent_id) REFERENCES editorial.tags (id),
    CONSTRAINT tags_kind CHECK (kind IN ('topic', 'section', 'place', 'person', 'organization', 'series'))
);
CREATE INDEX tags_by_parent ON editorial.tags (parent_id);

-- A tag is never its own ancestor. Two moves that only together close a ring would both pass a check made apart,
-- so moves within the tree wait for each other.
CREATE FUNCTION editorial.refuse_tag_ring() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ancestor uuid := new.parent_id;
    steps integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('editorial.tags.parent_id'));
    -- The levels that come along below the tag count too.
    WITH RECURSIVE below AS (
        SELECT new.id AS id, 0 AS level
        UNION ALL
        SELECT child.id, below.level + 1 FROM editorial.tags AS child JOIN below ON child.parent_id = below.id WHERE below.level < 21
    )
    SELECT max(level) INTO steps FROM below;
    WHILE ancestor IS NOT NULL LOOP
        steps := steps + 1;
        IF ancestor = new.id OR steps > 20 THEN
            RAISE EXCEPTION 'a tag cannot stand below itself, nor more than 20 levels deep'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'tags_parent_tree';
        END IF;
        SELECT parent_id INTO ancestor FROM editorial.tags WHERE id = ancestor;
    END LOOP;
    RETURN new;
END
$$;
CREATE TRIGGER tags_parent_tree BEFORE INSERT OR UPDATE OF parent_id ON editorial.tags
    FOR EACH ROW WHEN (new.parent_id IS NOT NULL) EXECUTE FUNCTION editorial.refuse_tag_ring();

-- The working copy of an article, and where it stands on its two axes.
CREATE TABLE editorial.articles (
    id uuid NOT NULL,
    version integer NOT NULL,
    revision integer NOT NULL,
    stage text NOT NULL,
    public_state text NOT NULL,
    live_revision integer,
    live_slug text,
    first_published_at timestamptz,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    slug text NOT NULL,
    headline text NOT NULL,
    kicker text,
    summary text,
    body_format text NOT NULL,
    body_content text NOT NULL,
    dateline_place text,
    dateline_date date,
    language text NOT NULL,
    genre text NOT NULL,
    urgency integer NOT NULL,
    source_id uuid NOT NULL,
    source_url text,
    external_id text,
    byline_override text,
    lead_media_url text,
    lead_media_alt text,
    lead_media_credit text,
    rights_copyright_holder text,
    rights_copyright_year integer,
    rights_copyright_notice text,
    rights_usage_terms text,
    rights_redistribution text,
    embargo_until timestamptz,
    expires_at timestamptz,
    published_at timestamptz,
    is_accessible_for_free boolean NOT NULL,
    seo_title text,
    seo_description text,
    seo_canonical_url text,
    seo_no_index boolean NOT NULL,
    internal_note text,
    CONSTRAINT articles_pkey PRIMARY KEY (id),
    CONSTRAINT articles_slug_key UNIQUE (slug),
    CONSTRAINT articles_source_external_id_key UNIQUE (source_id, external_id),
    CONSTRAINT articles_source_fkey FOREIGN KEY (source_id) REFERENCES editorial.sources (id),
    CONSTRAINT articles_stage CHECK (stage IN ('draft', 'inReview', 'scheduled', 'trashed')),
    CONSTRAINT articles_public_state CHECK (public_state IN ('never', 'live', 'withdrawn')),
    CONSTRAINT articles_live_has_a_revision CHECK ((public_state = 'never') = (live_revision IS NULL)),
    CONSTRAINT articles_live_has_a_slug CHECK ((public_state = 'never') = (live_slug IS NULL)),
    CONSTRAINT articles_live_is_not_trashed CHECK (public_state <> 'live' OR stage <> 'trashed'),
    CONSTRAINT articles_headline_length CHECK (char_length(headline) BETWEEN 1 AND 300),
    CONSTRAINT articles_urgency CHECK (urgency BETWEEN 1 AND 9),
    CONSTRAINT articles_body_format CHECK (body_format IN ('markdown', 'html')),
    CONSTRAINT articles_redistribution CHECK (rights_redistribution IN ('allowed', 'attribution', 'prohibited')),
    CONSTRAINT articles_expires_after_embargo CHECK (expires_at > embargo_until)
);
CREATE INDEX articles_by_update ON editorial.articles (updated_at DESC, id DESC);
-- The editors' list by status, at any size: what is not published is few among many.
CREATE INDEX articles_by_stage ON editorial.articles (stage, updated_at DESC, id DESC);
CREATE INDEX articles_by_status ON editorial.articles (stage, public_state, updated_at DESC, id DESC);
CREATE INDEX articles_by_language ON editorial.articles (language, updated_at DESC, id DESC);
CREATE INDEX articles_by_source ON editorial.articles (source_id);

CREATE TABLE editorial.article_authors (
    article_id uuid NOT NULL,
    position integer NOT NULL,
    author_id uuid NOT NULL,
    CONSTRAINT article_authors_pkey PRIMARY KEY (article_id, position),
    CONSTRAINT article_authors_article_fkey FOREIGN KEY (article_id) REFERENCES editorial.articles (id) ON DELETE CASCADE,
    CONSTRAINT article_authors_author_fkey FOREIGN KEY (author_id) REFERENCES editorial.authors (id)
);
CREATE INDEX article_authors_by_author ON editorial.article_authors (author_id);

CREATE TABLE editorial.article_tags (
    article_id uuid NOT NULL,
    position integer NOT NULL,
    tag_id uuid NOT NULL,
    CONSTRAINT article_tags_pkey PRIMARY KEY (article_id, position),
    CONSTRAINT article_tags_article_fkey FOREIGN KEY (article_id) REFERENCES editorial.articles (id) ON DELETE CASCADE,
    CONSTRAINT article_tags_tag_fkey FOREIGN KEY (tag_id) REFERENCES editorial.tags (id)
);
CREATE INDEX article_tags_by_tag ON editorial.article_tags (tag_id);

CREATE TABLE editorial.article_relations (
    article_id uuid NOT NULL,
    position integer NOT NULL,
    related_id uuid NOT NULL,
    kind text NOT NULL,
    CONSTRAINT article_relations_pkey PRIMARY KEY (article_id, position),
    CONSTRAINT article_relations_article_fkey FOREIGN KEY (article_id) REFERENCES editorial.articles (id) ON DELETE CASCADE,
    CONSTRAINT article_relations_related_fkey FOREIGN KEY (related_id) REFERENCES editorial.articles (id) ON DELETE CASCADE,
    CONSTRAINT article_relations_kind CHECK (kind IN ('related', 'background', 'translation', 'sameStory')),
    CONSTRAINT article_relations_not_itself CHECK (article_id <> related_id)
);
CREATE INDEX article_relations_by_related ON editorial.article_relations (related_id);

-- One saved state each, whole. The live one is what the public sees; the constraint below keeps it from being pruned.
CREATE TABLE editorial.article_revisions (
    article_id uuid NOT NULL,
    revision integer NOT NULL,
    content jsonb NOT NULL,
    saved_by text NOT NULL,
    saved_at timestamptz NOT NULL,
    CONSTRAINT article_revisions_pkey PRIMARY KEY (article_id, revision),
    CONSTRAINT article_revisions_article_fkey FOREIGN KEY (article_id) REFERENCES editorial.articles (id) ON DELETE CASCADE
);
ALTER TABLE editorial.articles
    ADD CONSTRAINT articles_live_revision_fkey FOREIGN KEY (id, live_revision)
        REFERENCES editorial.article_revisions (article_id, revision) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT articles_revision_fkey FOREIGN KEY (id, revision)
        REFERENCES editorial.article_revisions (article_id, revision) DEFERRABLE INITIALLY DEFERRED;

-- API keys: the secret itself is never kept, only its SHA-256 (keys are 256 random bits, so a slow hash would add nothing).
CREATE TABLE editorial.api_keys (
    id uuid NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    hash bytea NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    CONSTRAINT api_keys_pkey PRIMARY KEY (id),
    CONSTRAINT api_keys_hash_key UNIQUE (hash),
    CONSTRAINT api_keys_role CHECK (role IN ('reader', 'contributor', 'editor', 'admin'))
);

-- What every node of one installation must share, such as the key that seals cursors.
CREATE TABLE editorial.installation_secrets (
    name text NOT NULL,
    value bytea NOT NULL,
    CONSTRAINT installation_secrets_pkey PRIMARY KEY (name)
);
