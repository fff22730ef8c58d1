-- Fingerprints of the words of what was held back and of what crawls tell, so that what one source publishes and another one keeps back is seen.
-- NULL of what came in before this, until it comes in again.
ALTER TABLE held_back ADD COLUMN print TEXT;
CREATE INDEX held_back_by_print ON held_back (print) WHERE print IS NOT NULL;
ALTER TABLE crawls ADD COLUMN print TEXT;
CREATE INDEX crawls_by_print ON crawls (print) WHERE print IS NOT NULL;
