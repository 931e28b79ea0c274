-- What an article costs that comes with a thousand others.

-- Known when the article is rendered: reading it out of the document, twice a row, took as long as all else that the table does.
ALTER TABLE delivery.articles ALTER COLUMN is_indexable DROP EXPRESSION;
ALTER TABLE delivery.articles ALTER COLUMN is_indexable SET DEFAULT true;

-- How many fresh entries wait is up to who writes: a few megabytes for an editor, whom a search follows, many for an import, which enters
-- them at once when it has come to its end.
ALTER INDEX delivery.search_by_words RESET (gin_pending_list_limit);
CREATE FUNCTION delivery.enter_words() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT gin_clean_pending_list('delivery.search_by_words'), gin_clean_pending_list('editorial.articles_by_text')
$$;
REVOKE EXECUTE ON FUNCTION delivery.enter_words FROM PUBLIC;
GRANT EXECUTE ON FUNCTION delivery.enter_words TO headlessnews_editorial;

-- How often which word comes is counted by a sample of 30,000 vectors else, whenever a table has grown by a tenth. Searches ask for their
-- words by their own rules; nothing looks for spelled ones by this table.
ALTER TABLE delivery.search ALTER COLUMN words SET STATISTICS 10, ALTER COLUMN spelled SET STATISTICS 0;
ALTER TABLE delivery.search_ranking ALTER COLUMN words SET STATISTICS 0;
