-- An archive of any size: what changed since a version is asked for, never everything.

-- The value of versions.n ('stories') at the story's last change.
ALTER TABLE stories ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX stories_changed ON stories (changed, number);
CREATE INDEX stories_published ON stories (published_at, number) WHERE supplanted_by IS NULL;
CREATE INDEX stories_picked ON stories (pick) WHERE pick IS NOT NULL;
CREATE INDEX stories_supplanted ON stories (supplanted_by) WHERE supplanted_by IS NOT NULL;
CREATE INDEX old_paths_of_story ON old_paths (number);
CREATE INDEX stories_of_section ON stories (section, published_at, number) WHERE supplanted_by IS NULL;

-- Who wrote what, and what is about what: one row a story, kept with the story.
CREATE TABLE story_authors (
    author TEXT NOT NULL,
    number INTEGER NOT NULL REFERENCES stories (number),
    name TEXT NOT NULL,
    published_at INTEGER,
    PRIMARY KEY (author, number)
) STRICT;
CREATE INDEX authors_of_story ON story_authors (number);
CREATE INDEX stories_of_author ON story_authors (author, published_at, number);
CREATE TABLE story_topics (
    topic TEXT NOT NULL,
    number INTEGER NOT NULL REFERENCES stories (number),
    name TEXT NOT NULL,
    published_at INTEGER,
    PRIMARY KEY (topic, number)
) STRICT;
CREATE INDEX topics_of_story ON story_topics (number);
CREATE INDEX stories_of_topic ON story_topics (topic, published_at, number);
