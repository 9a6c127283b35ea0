-- The twin of postgres/0006_the_door.sql.
-- +goose Up

ALTER TABLE rooms ADD COLUMN dedicated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN planned INTEGER NOT NULL DEFAULT 0;

CREATE INDEX openings_room ON openings (room_id, closes);
CREATE INDEX openings_source ON openings (source);
CREATE INDEX openings_closed ON openings (closes);

CREATE INDEX grants_source ON grants (source_id, source_kind) WHERE source_kind IN ('meeting', 'organizer');

CREATE TABLE links (
    id         TEXT NOT NULL PRIMARY KEY, -- the subject (link, id) of grants
    token_hash BLOB NOT NULL UNIQUE,
    room_id    TEXT NOT NULL REFERENCES rooms (id),
    name       TEXT NOT NULL, -- of who is invited
    created_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;
CREATE INDEX links_room ON links (room_id);

-- The admission ends with the grant of a meeting by which its holder came in. There is no key: grants go, admissions stay.
ALTER TABLE admissions ADD COLUMN grant_id TEXT;
CREATE INDEX admissions_grant ON admissions (grant_id) WHERE grant_id IS NOT NULL AND state <> 'ended';

ALTER TABLE lobby_tickets ADD COLUMN link_id TEXT; -- that they brought

-- +goose Down

ALTER TABLE lobby_tickets DROP COLUMN link_id;
DROP INDEX admissions_grant;
ALTER TABLE admissions DROP COLUMN grant_id;
DROP TABLE links;
DROP INDEX grants_source;
DROP INDEX openings_room;
DROP INDEX openings_source;
DROP INDEX openings_closed;
ALTER TABLE rooms DROP COLUMN dedicated;
ALTER TABLE rooms DROP COLUMN planned;
