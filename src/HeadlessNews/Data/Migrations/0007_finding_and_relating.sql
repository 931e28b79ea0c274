-- The editors' list in every order at any size, what is to come, and the chosen related articles that readers see.

-- Trusted since PostgreSQL 13: the database's owner may create it. It comes with PostgreSQL's own contrib package.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- What the editors' list looks for text in. A line break keeps a text from being found across two fields: no query holds one.
ALTER TABLE editorial.articles
    ADD COLUMN search_text text NOT NULL
        GENERATED ALWAYS AS (headline || E'\n' || coalesce(kicker, '') || E'\n' || coalesce(summary, '') || E'\n' || slug) STORED;
CREATE INDEX articles_by_text ON editorial.articles USING gin (search_text gin_trgm_ops);
CREATE INDEX articles_by_external_id ON editorial.articles (external_id) WHERE external_id IS NOT NULL;

CREATE INDEX articles_by_creator ON editorial.articles (created_by, updated_at DESC, id DESC);
DROP INDEX editorial.articles_by_source;
CREATE INDEX articles_by_source ON editorial.articles (source_id, updated_at DESC, id DESC);
-- An expression, as the list says it: when an editor set it, else the first publish here.
CREATE INDEX articles_by_publication ON editorial.articles (coalesce(published_at, first_published_at) DESC, id DESC);
CREATE INDEX articles_by_status_and_publication
    ON editorial.articles (stage, public_state, coalesce(published_at, first_published_at) DESC, id DESC);
CREATE INDEX articles_by_source_and_publication ON editorial.articles (source_id, coalesce(published_at, first_published_at) DESC, id DESC);

-- Who names an article, newest first.
DROP INDEX editorial.article_relations_by_related;
CREATE INDEX article_relations_by_related ON editorial.article_relations (related_id, article_id DESC);

-- With the id, so that a page of what is to come begins where the last one ended.
DROP INDEX delivery.articles_by_end;
CREATE INDEX articles_by_end ON delivery.articles (shown_until, article_id) WHERE state = 'live' AND shown_until IS NOT NULL;
DROP INDEX delivery.articles_by_syndication_end;
CREATE INDEX articles_by_syndication_end ON delivery.articles (syndicable_until, article_id)
    WHERE state = 'live' AND syndicable_until IS NOT NULL;

-- The related articles that editors chose, of the live revision. What is named need not be public, nor stay so: readers get what is
-- live when they ask.
CREATE TABLE delivery.relations (
    article_id uuid NOT NULL,
    position integer NOT NULL,
    related_id uuid NOT NULL,
    kind text NOT NULL,
    CONSTRAINT relations_pkey PRIMARY KEY (article_id, position),
    CONSTRAINT relations_article_fkey FOREIGN KEY (article_id) REFERENCES delivery.articles (article_id),
    CONSTRAINT relations_kind CHECK (kind IN ('related', 'background', 'translation', 'sameStory'))
);
-- What is live already gets what rendering it again would write.
INSERT INTO delivery.relations (article_id, position, related_id, kind)
SELECT document.article_id, chosen.nth - 1, (chosen.other ->> 'id')::uuid, chosen.other ->> 'kind'
FROM delivery.articles AS document
JOIN editorial.article_revisions AS kept ON (kept.article_id, kept.revision) = (document.article_id, document.revision)
CROSS JOIN jsonb_array_elements(kept.content -> 'related') WITH ORDINALITY AS chosen (other, nth)
WHERE document.state = 'live';
