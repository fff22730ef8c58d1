-- Marks of letters stay in the key of a name. The rows are made anew with these keys when this is done, and the keys that parted a word at a
-- mark are kept: addresses that were made of them lead on.
DELETE FROM story_authors;
DELETE FROM story_topics;
CREATE TABLE former_keys (
    directory TEXT NOT NULL CHECK (directory IN ('authors', 'topics')),
    former    TEXT NOT NULL,
    key       TEXT NOT NULL,
    PRIMARY KEY (directory, former)
);
