-- When a source said that a piece is not public, and in which import; NULL of what was held back before this.
ALTER TABLE held_back ADD COLUMN said_at BIGINT;
ALTER TABLE held_back ADD COLUMN import_id BIGINT;
-- What sources say otherwise than before, for whoever looks which files have the earlier words.
CREATE INDEX versions_corrected ON story_versions (source, id) WHERE why = 'a correction';
