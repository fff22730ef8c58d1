-- Imports of any size: how far each has come, which sources a story has, what its versions said, and what a person decides.

-- A story that its source took back stands in its own place: supplanted_by is its own number. It is published no longer, and nothing of it is lost.

ALTER TABLE imports ADD COLUMN state TEXT NOT NULL DEFAULT 'done' CHECK (state IN ('running', 'done'));
-- paths and settings of the run: the same command goes on with it
ALTER TABLE imports ADD COLUMN run TEXT;
-- length of the report's file that belongs to what is committed; what stands behind it is cut off by who goes on
ALTER TABLE imports ADD COLUMN report_bytes BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX imports_running ON imports (run) WHERE state = 'running';

-- How far a file has come: written in the transaction that keeps its stories.
CREATE TABLE import_files (
    fingerprint TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    pieces BIGINT NOT NULL CHECK (pieces >= 0),
    stories BIGINT NOT NULL CHECK (stories >= 0),
    refused BIGINT NOT NULL CHECK (refused >= 0),
    done BIGINT NOT NULL,
    saved_at BIGINT NOT NULL
);

-- Every source that is known to tell a story.
CREATE TABLE story_sources (
    source TEXT PRIMARY KEY,
    number BIGINT NOT NULL REFERENCES stories (number),
    version BIGINT,
    said_at BIGINT,
    -- fingerprint of the words
    print TEXT NOT NULL
);
CREATE INDEX story_sources_by_print ON story_sources (print);
CREATE INDEX story_sources_of_story ON story_sources (number);

-- What each source said at each time, word for word.
CREATE TABLE story_versions (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number BIGINT NOT NULL REFERENCES stories (number),
    source TEXT NOT NULL,
    print TEXT NOT NULL,
    place TEXT NOT NULL,
    why TEXT NOT NULL,
    said_at BIGINT,
    kept_at BIGINT NOT NULL,
    story TEXT NOT NULL,
    UNIQUE (source, print)
);
CREATE INDEX versions_of_story ON story_versions (number, id);

-- Pieces that their source says were never public. They are kept, and published by nobody but a person.
CREATE TABLE held_back (
    source TEXT PRIMARY KEY,
    headline TEXT NOT NULL,
    place TEXT NOT NULL,
    reason TEXT NOT NULL,
    story TEXT NOT NULL,
    kept_at BIGINT NOT NULL
);

CREATE TABLE doubts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- what makes it the same doubt when the same source comes again
    key TEXT NOT NULL UNIQUE,
    import_id BIGINT REFERENCES imports (id),
    number BIGINT NOT NULL REFERENCES stories (number),
    paragraph BIGINT,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    evidence TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'decided')),
    decided_by BIGINT REFERENCES readers (id),
    decided_at BIGINT,
    -- the choice, and what undoes it
    decision TEXT,
    created_at BIGINT NOT NULL,
    CHECK ((state = 'decided') = (decided_at IS NOT NULL))
);
CREATE INDEX doubts_by_state ON doubts (state, kind, id);
CREATE INDEX doubts_of_story ON doubts (number, id);
CREATE INDEX doubts_of_import ON doubts (import_id, id);
