-- Since when a replica's heartbeats come without a gap: who came through it before that may be unknown, or look absent.
-- +goose Up

ALTER TABLE replicas ADD COLUMN since TEXT; -- NULL: an earlier program beats

-- +goose Down

ALTER TABLE replicas DROP COLUMN since;
