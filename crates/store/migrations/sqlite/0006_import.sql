-- Imports of any size: how far each has come, which sources a story has, what its versions said, and what a person decides.

-- A story that its source took back stands in its own place: supplanted_by is its own number. It is published no longer, and nothing of it is lost.

ALTER TABLE imports ADD COLUMN state TEXT NOT NULL DEFAULT 'done' CHECK (state IN ('running', 'done'));
-- paths and settings of the run: the same command goes on with it
ALTER TABLE imports ADD COLUMN run TEXT;
-- length of the report's file that belongs to what is committed; what stands behind it is cut off by who goes on
ALTER TABLE imports ADD COLUMN report_bytes INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX imports_running ON imports (run) WHERE state = 'running';

-- How far a file has come: written in the transaction that keeps its stories.
CREATE TABLE import_files (
    fingerprint TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    pieces INTEGER NOT NULL CHECK (pieces >= 0),
    stories INTEGER NOT NULL CHECK (stories >= 0),
    refused INTEGER NOT NULL CHECK (refused >= 0),
    done INTEGER NOT NULL,
    saved_at INTEGER NOT NULL
) STRICT;

-- Every source that is known to tell a story.
CREATE TABLE story_sources (
    source TEXT PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES stories (number),
    version INTEGER,
    said_at INTEGER,
    -- fingerprint of the words
    print TEXT NOT NULL
) STRICT;
CREATE INDEX story_sources_by_print ON story_sources (print);
CREATE INDEX story_sources_of_story ON story_sources (number);

-- What each source said at each time, word for word.
CREATE TABLE story_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number INTEGER NOT NULL REFERENCES stories (number),
    source TEXT NOT NULL,
    print TEXT NOT NULL,
    place TEXT NOT NULL,
    why TEXT NOT NULL,
    said_at INTEGER,
    kept_at INTEGER NOT NULL,
    story TEXT NOT NULL,
    UNIQUE (source, print)
) STRICT;
CREATE INDEX versions_of_story ON story_versions (number, id);

-- Pieces that their source says were never public. They are kept, and published by nobody but a person.
CREATE TABLE held_back (
    source TEXT PRIMARY KEY,
    headline TEXT NOT NULL,
    place TEXT NOT NULL,
    reason TEXT NOT NULL,
    story TEXT NOT NULL,
    kept_at INTEGER NOT NULL
) STRICT;

CREATE TABLE doubts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- what makes it the same doubt when the same source comes again
    key TEXT NOT NULL UNIQUE,
    import_id INTEGER REFERENCES imports (id),
    number INTEGER NOT NULL REFERENCES stories (number),
    paragraph INTEGER,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    evidence TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'decided')),
    decided_by INTEGER REFERENCES readers (id),
    decided_at INTEGER,
    -- the choice, and what undoes it
    decision TEXT,
    created_at INTEGER NOT NULL,
    CHECK ((state = 'decided') = (decided_at IS NOT NULL))
) STRICT;
CREATE INDEX doubts_by_state ON doubts (state, kind, id);
CREATE INDEX doubts_of_story ON doubts (number, id);
CREATE INDEX doubts_of_import ON doubts (import_id, id);
