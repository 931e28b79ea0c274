-- Lists by genre. A genre has no id of its own: its facet_id is an MD5 name UUID, as a language's.
-- What is live gets its row when it is rendered again, which the raised render version makes happen at the next start.
ALTER TABLE delivery.listing
    DROP CONSTRAINT listing_facet_kind,
    ADD CONSTRAINT listing_facet_kind CHECK (facet_kind IN ('all', 'author', 'source', 'tag', 'language', 'genre'));
