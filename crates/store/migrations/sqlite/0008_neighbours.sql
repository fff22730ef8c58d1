-- What to read beside a story. Nothing here is the truth: all of it is computed anew from the stories when it is gone.

-- What was learned from the paper's words. Stories up to (version, after) of the feed of changes have their cards.
CREATE TABLE related_models (
    generation INTEGER PRIMARY KEY,
    model BLOB NOT NULL,
    stories INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    after INTEGER NOT NULL DEFAULT 0,
    -- 1: every story's lists were chosen by this model
    chosen INTEGER NOT NULL DEFAULT 0
) STRICT;
-- One row a story and model; stories of one list point the same way and lie next to each other. at: when it was published, in
-- milliseconds; undated stories come before all times.
CREATE TABLE story_cards (
    generation INTEGER NOT NULL,
    list INTEGER NOT NULL,
    number INTEGER NOT NULL,
    section TEXT NOT NULL,
    at INTEGER NOT NULL,
    card BLOB NOT NULL,
    PRIMARY KEY (generation, list, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX card_of_story ON story_cards (generation, number);
CREATE INDEX cards_of_section ON story_cards (generation, section, at, number);
-- Numbers of stories as JSON, best first, more than are shown.
CREATE TABLE story_neighbours (
    number INTEGER PRIMARY KEY,
    also_read TEXT NOT NULL DEFAULT '[]',
    more_from_section TEXT NOT NULL DEFAULT '[]'
) STRICT;
