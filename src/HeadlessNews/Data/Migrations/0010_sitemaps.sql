-- What search engines are asked to pass over: known without reading the documents, since a sitemap goes through them all.
ALTER TABLE delivery.articles
    ADD COLUMN is_indexable boolean NOT NULL
        GENERATED ALWAYS AS (coalesce(document #>> '{seo,noIndex}', 'false') = 'false' AND document #>> '{seo,canonicalUrl}' IS NULL) STORED;
CREATE INDEX articles_by_id_for_sitemaps ON delivery.articles (article_id) WHERE state = 'live' AND is_indexable;
