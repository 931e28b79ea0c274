-- There while a restore is under way, and after one that was broken off or had lines that could not be taken: only then does a
-- restore go into an installation that is not empty. Gone when one has come to its end.
CREATE TABLE editorial.restore_under_way (
    only_row boolean NOT NULL DEFAULT true,
    begun_by text NOT NULL,
    begun_at timestamptz NOT NULL,
    CONSTRAINT restore_under_way_pkey PRIMARY KEY (only_row),
    CONSTRAINT restore_under_way_only_row CHECK (only_row)
);
