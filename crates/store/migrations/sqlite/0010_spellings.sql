-- Spellings of one name that differ in case, accents or punctuation alone have one key, and stand under it in a directory. The rows are made
-- anew with these keys when this is done.
DELETE FROM story_authors;
DELETE FROM story_topics;
-- How often a name is spelled in which way.
CREATE INDEX spellings_of_author ON story_authors (author, name, published_at);
CREATE INDEX spellings_of_topic ON story_topics (topic, name, published_at);
