-- Upserts and imports.

-- Which revision the last upsert left: while the working copy is still that one, no person has edited it since.
ALTER TABLE editorial.articles ADD COLUMN upserted_revision integer;

-- Imports name authors, sources and tags as they are printed.
CREATE INDEX authors_by_name ON editorial.authors (lower(name));
CREATE INDEX sources_by_name ON editorial.sources (lower(name));
CREATE INDEX tags_by_name ON editorial.tags (lower(name));
CREATE INDEX tags_by_media_topic ON editorial.tags (media_topic) WHERE media_topic IS NOT NULL;
