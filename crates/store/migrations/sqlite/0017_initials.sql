-- Initials of a writer's name are one by one in its key, with points or without. The rows are made anew with these keys when this is done, and
-- the keys in which they were one word are kept: addresses that were made of them lead on.
DELETE FROM story_authors;
