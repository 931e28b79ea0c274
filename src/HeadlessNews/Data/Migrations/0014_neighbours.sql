-- What stands beside an article without an editor's doing: written by a follower of the log, after the publication and apart from it.

-- What an article is told apart by: its weightiest words as they are stemmed in delivery.search. One row for each live article that has
-- been looked at, gone with the text when it is withdrawn. No foreign keys here: others' lists are put right when the log says so, and
-- readers look for what is live anyway.
CREATE TABLE delivery.stories (
    article_id uuid NOT NULL,
    published_at timestamptz NOT NULL,
    source_id uuid NOT NULL,
    configuration text NOT NULL,
    words text[] NOT NULL,
    weights real[] NOT NULL,
    -- Names of people and places, and numbers.
    are_names boolean[] NOT NULL,
    tags uuid[] NOT NULL,
    CONSTRAINT stories_pkey PRIMARY KEY (article_id)
);

-- Nearest first. In one row, since they are read and written together: a row for each pair would be ten times the room.
CREATE TABLE delivery.neighbours (
    article_id uuid NOT NULL,
    coverage uuid[] NOT NULL,
    coverage_scores real[] NOT NULL,
    -- How many of the coverage are as sure as the first lets one ask for; readers see the others as related.
    sure integer NOT NULL,
    related uuid[] NOT NULL,
    related_scores real[] NOT NULL,
    CONSTRAINT neighbours_pkey PRIMARY KEY (article_id)
);

-- Articles that are not today's news: an archive that was imported, what was live before there were neighbours. Newest first, when there
-- is nothing more urgent.
CREATE TABLE delivery.neighbours_due (
    article_id uuid NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT neighbours_due_pkey PRIMARY KEY (article_id)
);
-- First where the log is, then what is live: what is published in between is in both rather than in neither.
INSERT INTO log.readers (name, position) SELECT 'neighbours', position FROM log.head;
INSERT INTO delivery.neighbours_due (article_id, published_at) SELECT article_id, published_at FROM delivery.articles WHERE state = 'live';
CREATE INDEX neighbours_due_by_time ON delivery.neighbours_due (published_at DESC);

-- Caches learn of it as of everything. What the view has shown so far stays in it, whatever other migrations have put there.
DO $$
BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW log.public_events AS %s OR type = %L',
        rtrim(pg_get_viewdef('log.public_events'::regclass), '; '), 'neighbours.changed');
END
$$;
