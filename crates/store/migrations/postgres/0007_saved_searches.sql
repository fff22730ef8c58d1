-- Searches that readers keep. The query is in the words of the search field.
CREATE TABLE saved_searches (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reader_id BIGINT NOT NULL REFERENCES readers (id),
    query TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (reader_id, query)
);
