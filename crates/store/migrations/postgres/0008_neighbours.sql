-- What to read beside a story. Nothing here is the truth: all of it is computed anew from the stories when it is gone.

-- What was learned from the paper's words. Stories up to (version, after) of the feed of changes have their cards.
CREATE TABLE related_models (
    generation BIGINT PRIMARY KEY,
    model BYTEA NOT NULL,
    stories BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 0,
    after BIGINT NOT NULL DEFAULT 0,
    -- 1: every story's lists were chosen by this model
    chosen BIGINT NOT NULL DEFAULT 0
);
-- One row a story and model; stories of one list point the same way and lie next to each other. at: when it was published, in
-- milliseconds; undated stories come before all times.
CREATE TABLE story_cards (
    generation BIGINT NOT NULL,
    list BIGINT NOT NULL,
    number BIGINT NOT NULL,
    section TEXT NOT NULL,
    at BIGINT NOT NULL,
    card BYTEA NOT NULL,
    PRIMARY KEY (generation, list, number)
);
CREATE UNIQUE INDEX card_of_story ON story_cards (generation, number);
CREATE INDEX cards_of_section ON story_cards (generation, section, at, number);
-- Numbers of stories as JSON, best first, more than are shown.
CREATE TABLE story_neighbours (
    number BIGINT PRIMARY KEY,
    also_read TEXT NOT NULL DEFAULT '[]',
    more_from_section TEXT NOT NULL DEFAULT '[]'
);
