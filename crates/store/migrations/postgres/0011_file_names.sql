-- What a file of a name said last. The beginning alone, since PostgreSQL keeps no long texts in an index.
CREATE INDEX import_files_of_name ON import_files (substr(name, 1, 500), saved_at);
