-- What search needs besides the words of each article. It is filled when an article or a name is rendered, and all that was live before
-- search (0011) is rendered again.

-- The stemmers that something published has gone through: a query is asked once for each. A row stays when its last article goes, which
-- finds nothing and harms nobody.
CREATE TABLE delivery.search_configurations (
    configuration regconfig NOT NULL,
    CONSTRAINT search_configurations_pkey PRIMARY KEY (configuration)
);
INSERT INTO delivery.search_configurations SELECT DISTINCT configuration FROM delivery.search;

-- Fresh entries wait in a list that every search reads through. At two megabytes an article costs a
-- third of what it does with a short list, and a search a millisecond.
ALTER INDEX delivery.search_by_words SET (gin_pending_list_limit = 2048);

-- Words as published headlines, summaries and names spell them, to mend what was mistyped; folded is one spelling for them all. Each is
-- counted by the articles that have it, and goes with the last of them: what was withdrawn leaves no word.
CREATE TABLE delivery.words (
    word text COLLATE "C" NOT NULL,
    folded text COLLATE "C" NOT NULL,
    articles integer NOT NULL,
    CONSTRAINT words_pkey PRIMARY KEY (word),
    CONSTRAINT words_articles CHECK (articles > 0)
);
CREATE INDEX words_by_folded ON delivery.words (folded, word);
CREATE INDEX words_by_trigrams ON delivery.words USING gin (folded gin_trgm_ops);
ALTER TABLE delivery.search ADD COLUMN spelled text[] NOT NULL DEFAULT '{}';
-- Beside the row, as the vector is: what a search walks through is narrow.
ALTER TABLE delivery.search SET (toast_tuple_target = 128);

-- What may be typed of a name or a headline before it is offered, folded: its beginning, the beginning of each word of a name, its slug.
-- By "C", so that a prefix is a range of the index.
CREATE TABLE delivery.suggestions (
    kind text NOT NULL,
    typed text COLLATE "C" NOT NULL,
    -- Of articles; those of one prefix are offered newest first.
    published_at timestamptz,
    id uuid NOT NULL,
    CONSTRAINT suggestions_pkey PRIMARY KEY (id, typed),
    CONSTRAINT suggestions_kind CHECK (kind IN ('article', 'author', 'source', 'tag')),
    CONSTRAINT suggestions_article_has_a_time CHECK ((kind = 'article') = (published_at IS NOT NULL))
);
CREATE INDEX suggestions_by_prefix ON delivery.suggestions (kind, typed, published_at, id);
