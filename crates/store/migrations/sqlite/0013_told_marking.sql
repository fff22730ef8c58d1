-- What a source said last of who may read, and in which import; NULL where it never did, and of what came in before this.
ALTER TABLE story_sources ADD COLUMN marking TEXT;
ALTER TABLE story_sources ADD COLUMN marked_in INTEGER;
