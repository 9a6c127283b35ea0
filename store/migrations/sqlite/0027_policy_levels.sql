-- Units and single rooms have policies of their own, and sessions become stricter by who is in them. Everything is added, with a
-- default: the program before runs on beside it, and heeds none of it.
-- +goose Up

-- No reference: a room stays when its unit goes, and then stands below its organization alone.
ALTER TABLE rooms ADD COLUMN unit_id TEXT;
ALTER TABLE rooms ADD COLUMN governed INTEGER NOT NULL DEFAULT 0; -- there is a policy of this room alone
CREATE INDEX rooms_unit ON rooms (unit_id) WHERE unit_id IS NOT NULL;

ALTER TABLE sessions ADD COLUMN tightened TEXT NOT NULL DEFAULT '{}'; -- by setting: value, and who locked it
ALTER TABLE sessions ADD COLUMN untold INTEGER NOT NULL DEFAULT 0; -- the people in it have not heard of that yet
ALTER TABLE lobby_tickets ADD COLUMN asks TEXT NOT NULL DEFAULT '{}'; -- what becomes stricter when they are let in
ALTER TABLE lobby_tickets ADD COLUMN asks_only INTEGER NOT NULL DEFAULT 0; -- they wait for nothing but that

-- +goose Down

ALTER TABLE lobby_tickets DROP COLUMN asks_only;
ALTER TABLE lobby_tickets DROP COLUMN asks;
ALTER TABLE sessions DROP COLUMN untold;
ALTER TABLE sessions DROP COLUMN tightened;
DROP INDEX rooms_unit;
ALTER TABLE rooms DROP COLUMN governed;
ALTER TABLE rooms DROP COLUMN unit_id;
