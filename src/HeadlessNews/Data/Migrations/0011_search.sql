-- What articles are found by: one row for each that is live, written with its document. What is live already gets its row when it is
-- rendered again, which the raised render version makes happen at the next start.
CREATE TABLE delivery.search (
    article_id uuid NOT NULL,
    published_at timestamptz NOT NULL,
    -- The stemmer: what is asked for goes through the one that the words went through.
    configuration regconfig NOT NULL,
    -- Words by weight: A the headline, B kicker and summary, C names, D the body. And marks, which no text has: see SearchMarks.
    words tsvector NOT NULL,
    CONSTRAINT search_pkey PRIMARY KEY (article_id),
    CONSTRAINT search_article_fkey FOREIGN KEY (article_id) REFERENCES delivery.articles (article_id)
);
CREATE INDEX search_by_words ON delivery.search USING gin (words);
-- Kept beside the row and not compressed: ranking reads hundreds of vectors for one answer, and a walk by time reads none.
ALTER TABLE delivery.search ALTER COLUMN words SET STORAGE EXTERNAL;

-- Documents are read and written in half the time where PostgreSQL was built with LZ4. What is there already stays as it is.
DO $$
BEGIN
    ALTER TABLE delivery.articles ALTER COLUMN document SET COMPRESSION lz4;
    ALTER TABLE editorial.articles ALTER COLUMN body_content SET COMPRESSION lz4;
    ALTER TABLE editorial.article_revisions ALTER COLUMN content SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL;
END
$$;
