-- What matches are ranked by: of each vector the words of headline, kicker, summary and names, with their places. A tenth of the whole, and
-- beside its row: of whole vectors a search would read and unfold megabytes to put five hundred in order.
CREATE TABLE delivery.search_ranking (
    article_id uuid NOT NULL,
    words tsvector NOT NULL,
    CONSTRAINT search_ranking_pkey PRIMARY KEY (article_id),
    CONSTRAINT search_ranking_article_fkey FOREIGN KEY (article_id) REFERENCES delivery.search (article_id) ON DELETE CASCADE
);
-- In the order of time, as new ones come: what is newest lies together. What is sorted are rows without their vectors.
INSERT INTO delivery.search_ranking (article_id, words)
SELECT article_id, ts_filter(words, '{a,b,c}')
FROM (SELECT article_id, words FROM delivery.search ORDER BY published_at, article_id OFFSET 0) AS present;
