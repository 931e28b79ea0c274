-- What those who keep a copy of the published state must hear besides: that an author, a source or a tag has become public, with the
-- first article that names it, or is so no longer.
CREATE OR REPLACE VIEW log.public_events AS
SELECT position, id, at, type, resource_kind, resource_id, version, tags
FROM log.events
WHERE type IN ('article.published', 'article.updated', 'article.corrected', 'article.syndicated', 'article.unsyndicated',
               'article.withdrawn', 'article.deleted', 'article.rerendered',
               'author.changed', 'author.rerendered', 'author.merged', 'author.deleted', 'author.listed', 'author.unlisted',
               'source.changed', 'source.rerendered', 'source.merged', 'source.deleted', 'source.listed', 'source.unlisted',
               'tag.changed', 'tag.rerendered', 'tag.merged', 'tag.deleted', 'tag.listed', 'tag.unlisted',
               'front.changed', 'front.deleted', 'front.scheduled', 'front.scheduleChanged', 'front.scheduleCancelled',
               'neighbours.changed');

-- Every position with its row's random id, whatever happened there: a cursor that knows another id was made by another history, such
-- as one that a restored backup has forgotten.
CREATE VIEW log.marks AS SELECT position, id, at FROM log.events;
GRANT SELECT ON log.marks TO headlessnews_delivery, headlessnews_editorial;

-- Documents are read and written whole. LZ4 is several times as quick at both as PostgreSQL's own compression, and nearly as small;
-- not every PostgreSQL is built with it. What is there already stays as it is until it is written again.
DO $$
BEGIN
    ALTER TABLE delivery.articles ALTER COLUMN document SET COMPRESSION lz4, ALTER COLUMN card SET COMPRESSION lz4;
EXCEPTION
    WHEN feature_not_supported THEN NULL;
END
$$;
