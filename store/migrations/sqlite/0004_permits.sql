-- Hosts decide for a meeting what everybody may do, and for one person against it. Everything is added, with a default, so that
-- the program of schema 3 runs on during a roll-out; it knows the room's own setting alone.
-- +goose Up

ALTER TABLE sessions ADD COLUMN permits TEXT NOT NULL DEFAULT '{}'; -- ability: allowed; what differs from rooms.forbidden
ALTER TABLE adjustments ADD COLUMN allowed TEXT NOT NULL DEFAULT '[]'; -- although it is forbidden to all

-- +goose Down

ALTER TABLE sessions DROP COLUMN permits;
ALTER TABLE adjustments DROP COLUMN allowed;
