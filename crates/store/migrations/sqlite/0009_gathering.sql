-- What came in and has not yet been compared with the rest of the paper: an import that is cut off leaves it to the next.

-- 1: taken in, and nobody knows yet which story it tells
ALTER TABLE crawls ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
CREATE INDEX crawls_waiting ON crawls (hash) WHERE waits = 1;

-- Stories that came in.
CREATE TABLE newcomers (
    number INTEGER PRIMARY KEY REFERENCES stories (number)
) STRICT;
