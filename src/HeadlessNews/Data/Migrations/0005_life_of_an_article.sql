-- The life of an article: its schedule, its revisions' why, its corrections, clearances and preview links.

-- The working copy may go back to the live revision, so the number to count on from is not its own.
ALTER TABLE editorial.articles
    ADD COLUMN last_revision integer,
    -- Whether the body would render to nothing; known at the save, so that a list need not render it to say so.
    ADD COLUMN body_is_empty boolean;
UPDATE editorial.articles SET last_revision = revision, body_is_empty = body_content !~ '\S';
ALTER TABLE editorial.articles
    ALTER COLUMN last_revision SET NOT NULL,
    ALTER COLUMN body_is_empty SET NOT NULL,
    ADD CONSTRAINT articles_last_revision CHECK (revision <= last_revision);

ALTER TABLE editorial.article_revisions
    ADD COLUMN comment text,
    -- When it first went live; null for what was never public. What was public is never pruned.
    ADD COLUMN published_at timestamptz;
UPDATE editorial.article_revisions AS kept SET published_at = document.updated_at
FROM delivery.articles AS document
WHERE (document.article_id, document.revision) = (kept.article_id, kept.revision);

-- A publication to come, pinned to one revision. There while the article's stage is scheduled.
CREATE TABLE editorial.scheduled_publications (
    article_id uuid NOT NULL,
    revision integer NOT NULL,
    -- The pinned revision's slug stays the article's, whatever later saves choose.
    slug text NOT NULL,
    due_at timestamptz NOT NULL,
    scheduled_by text NOT NULL,
    scheduled_at timestamptz NOT NULL,
    -- When it is to be tried: at the due time, later after a fault; null once its rules refused it, until an editor acts.
    try_at timestamptz,
    attempts integer NOT NULL,
    failed_at timestamptz,
    failure text[],
    CONSTRAINT scheduled_publications_pkey PRIMARY KEY (article_id),
    CONSTRAINT scheduled_publications_article_fkey FOREIGN KEY (article_id) REFERENCES editorial.articles (id) ON DELETE CASCADE,
    CONSTRAINT scheduled_publications_revision_fkey FOREIGN KEY (article_id, revision)
        REFERENCES editorial.article_revisions (article_id, revision) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT scheduled_publications_failure CHECK ((failed_at IS NULL) = (failure IS NULL)),
    CONSTRAINT scheduled_publications_not_early CHECK (try_at >= due_at)
);
CREATE INDEX scheduled_publications_to_try ON editorial.scheduled_publications (try_at, article_id) WHERE try_at IS NOT NULL;
CREATE INDEX scheduled_publications_by_due ON editorial.scheduled_publications (due_at, article_id);

-- An expiry, or the end of a clearance, that could not be done at its time, and when it is tried again. Gone once it is done.
CREATE TABLE editorial.due_failures (
    article_id uuid NOT NULL,
    action text NOT NULL,
    failed_at timestamptz NOT NULL,
    failure text NOT NULL,
    try_at timestamptz NOT NULL,
    CONSTRAINT due_failures_pkey PRIMARY KEY (article_id, action),
    CONSTRAINT due_failures_article_fkey FOREIGN KEY (article_id) REFERENCES editorial.articles (id) ON DELETE CASCADE,
    CONSTRAINT due_failures_action CHECK (action IN ('withdraw', 'endSyndication'))
);

-- Appended, never changed: what readers are told about an error.
CREATE TABLE editorial.corrections (
    id uuid NOT NULL,
    article_id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    note text NOT NULL,
    made_by text NOT NULL,
    CONSTRAINT corrections_pkey PRIMARY KEY (id),
    CONSTRAINT corrections_article_fkey FOREIGN KEY (article_id) REFERENCES editorial.articles (id) ON DELETE CASCADE,
    CONSTRAINT corrections_kind CHECK (kind IN ('correction', 'clarification', 'update'))
);
CREATE INDEX corrections_by_article ON editorial.corrections (article_id, at DESC, id DESC);

-- What the rights prohibit, cleared for one article: for the site, or for passing on. Nothing of it changes, but that an end can be
-- brought forward.
CREATE TABLE editorial.rights_clearances (
    id uuid NOT NULL,
    article_id uuid NOT NULL,
    scope text NOT NULL,
    reason text NOT NULL,
    until timestamptz,
    cleared_by text NOT NULL,
    cleared_at timestamptz NOT NULL,
    CONSTRAINT rights_clearances_pkey PRIMARY KEY (id),
    CONSTRAINT rights_clearances_article_fkey FOREIGN KEY (article_id) REFERENCES editorial.articles (id) ON DELETE CASCADE,
    CONSTRAINT rights_clearances_scope CHECK (scope IN ('site', 'syndication'))
);
CREATE INDEX rights_clearances_by_article ON editorial.rights_clearances (article_id);

CREATE TABLE editorial.preview_links (
    id uuid NOT NULL,
    article_id uuid NOT NULL,
    -- Null shows the working copy as it is when looked at.
    revision integer,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT preview_links_pkey PRIMARY KEY (id),
    CONSTRAINT preview_links_article_fkey FOREIGN KEY (article_id) REFERENCES editorial.articles (id) ON DELETE CASCADE
);
CREATE INDEX preview_links_by_article ON editorial.preview_links (article_id, id);

-- Until when a clearance lets it on the site (null: as long as it likes), and whether, and until when, it may be passed on.
ALTER TABLE delivery.articles
    ADD COLUMN site_until timestamptz,
    ADD COLUMN is_syndicable boolean NOT NULL DEFAULT true,
    ADD COLUMN syndicable_until timestamptz,
    ADD COLUMN shown_until timestamptz GENERATED ALWAYS AS (least(expires_at, site_until)) STORED,
    DROP CONSTRAINT articles_rights,
    ADD CONSTRAINT articles_redistribution CHECK (redistribution IN ('allowed', 'attribution', 'prohibited'));
ALTER TABLE delivery.articles ALTER COLUMN is_syndicable DROP DEFAULT;
CREATE INDEX articles_by_end ON delivery.articles (shown_until) WHERE state = 'live' AND shown_until IS NOT NULL;
CREATE INDEX articles_by_syndication_end ON delivery.articles (syndicable_until) WHERE state = 'live' AND syndicable_until IS NOT NULL;

-- Whether a clearance of this scope lets an article through at this moment.
CREATE FUNCTION editorial.is_cleared(p_article uuid, p_scope text) RETURNS boolean LANGUAGE sql VOLATILE AS $$
    SELECT EXISTS (
        SELECT FROM editorial.rights_clearances
        WHERE article_id = p_article AND scope = p_scope AND (until IS NULL OR until > clock_timestamp()))
$$;

-- The second lock on the door, now a better one: the database does not believe the row, it looks into the revision that the row says
-- it renders, at its source and at its clearances.
CREATE FUNCTION delivery.refuse_unpublishable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    embargo timestamptz;
    redistribution text;
BEGIN
    SELECT (kept.content #>> '{content,embargoUntil}')::timestamptz,
           coalesce(kept.content #>> '{content,rights,redistribution}', source.rights_redistribution, 'allowed')
    INTO embargo, redistribution
    FROM editorial.article_revisions AS kept
    LEFT JOIN editorial.sources AS source ON source.id = (kept.content ->> 'source')::uuid
    WHERE (kept.article_id, kept.revision) = (new.article_id, new.revision);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'article % has no revision %', new.article_id, new.revision
            USING ERRCODE = 'check_violation', CONSTRAINT = 'articles_revision', SCHEMA = 'delivery', TABLE = 'articles';
    END IF;
    -- What is live was let through: an embargo that was over stays over, whatever the clock is set to since.
    IF greatest(embargo, new.embargo_until) > clock_timestamp()
        AND (TG_OP = 'INSERT' OR (old.state, old.revision, old.embargo_until) IS DISTINCT FROM ('live', new.revision, new.embargo_until)) THEN
        RAISE EXCEPTION 'article % is under embargo until %', new.article_id, greatest(embargo, new.embargo_until)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'articles_embargo', SCHEMA = 'delivery', TABLE = 'articles';
    END IF;
    IF 'prohibited' IN (redistribution, new.redistribution) THEN
        IF NOT editorial.is_cleared(new.article_id, 'site') THEN
            RAISE EXCEPTION 'the rights of article % prohibit it, and nothing clears it', new.article_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'articles_rights', SCHEMA = 'delivery', TABLE = 'articles';
        END IF;
        IF new.is_syndicable AND NOT editorial.is_cleared(new.article_id, 'syndication') THEN
            RAISE EXCEPTION 'the rights of article % prohibit passing it on, and nothing clears it for that', new.article_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'articles_syndication', SCHEMA = 'delivery', TABLE = 'articles';
        END IF;
    END IF;
    RETURN new;
END
$$;
DROP TRIGGER articles_embargo ON delivery.articles;
DROP FUNCTION delivery.refuse_embargoed();
CREATE TRIGGER articles_publishable BEFORE INSERT OR UPDATE ON delivery.articles
    FOR EACH ROW WHEN (new.state = 'live') EXECUTE FUNCTION delivery.refuse_unpublishable();

-- A live article that comes to be passed on, or ceases to be, is news for those it is passed on to.
CREATE OR REPLACE VIEW log.public_events AS
SELECT position, id, at, type, resource_kind, resource_id, version
FROM log.events
WHERE type IN ('article.published', 'article.updated', 'article.corrected', 'article.syndicated', 'article.unsyndicated',
               'article.withdrawn', 'article.deleted', 'article.rerendered',
               'author.changed', 'author.rerendered', 'author.merged', 'author.deleted',
               'source.changed', 'source.rerendered', 'source.merged', 'source.deleted',
               'tag.changed', 'tag.rerendered', 'tag.merged', 'tag.deleted');
