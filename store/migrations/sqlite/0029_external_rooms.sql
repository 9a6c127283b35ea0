-- The name that an organization's software has for a room: by it the same room is found again, and never made twice. It is added: the
-- program before runs on beside it, and makes rooms without.
-- +goose Up

ALTER TABLE rooms ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX rooms_external ON rooms (org_id, external_id) WHERE external_id IS NOT NULL;

-- +goose Down

DROP INDEX rooms_external;
ALTER TABLE rooms DROP COLUMN external_id;
