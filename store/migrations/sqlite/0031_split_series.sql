-- The earlier part of a series names the one that took over its later dates. The column is added: the program before writes nothing
-- there, so that what it splits meanwhile is named from the later part alone.
-- +goose Up

ALTER TABLE meetings ADD COLUMN split_into TEXT;
UPDATE meetings SET split_into = (SELECT l.id FROM meetings l WHERE l.split_from = meetings.id ORDER BY l.created_at DESC, l.id DESC LIMIT 1)
    WHERE id IN (SELECT split_from FROM meetings WHERE split_from IS NOT NULL);

-- +goose Down

ALTER TABLE meetings DROP COLUMN split_into;
