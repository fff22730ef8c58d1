-- The language of a story's words as a tag (BCP 47); NULL for the paper's own, and for what came in before this.
ALTER TABLE stories ADD COLUMN language TEXT;
