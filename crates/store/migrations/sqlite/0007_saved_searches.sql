-- Searches that readers keep. The query is in the words of the search field.
CREATE TABLE saved_searches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reader_id INTEGER NOT NULL REFERENCES readers (id),
    query TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (reader_id, query)
) STRICT;
