-- `after:` began with the time it names, and begins behind it now: searches that readers keep go on to find what they found.
UPDATE saved_searches SET query = REPLACE(query, 'after:', 'since:')
WHERE (query LIKE 'after:%' OR query LIKE '% after:%' OR query LIKE '%-after:%')
  AND NOT EXISTS (
    SELECT 1 FROM saved_searches other
    WHERE other.reader_id = saved_searches.reader_id AND other.query = REPLACE(saved_searches.query, 'after:', 'since:'));
