-- The door learns what meetings plan: dedicated rooms, openings, personal links, and by which grant of a meeting somebody came
-- in. Everything is added, with a default, so that the program before runs on during a roll-out. It knows no openings: a
-- dedicated room keeps its own entry at hosts, so that it lets nobody else in there, and links count for nothing.
-- +goose Up

ALTER TABLE rooms
    ADD COLUMN dedicated boolean NOT NULL DEFAULT false, -- made for one meeting
    ADD COLUMN planned   boolean NOT NULL DEFAULT false; -- the door has to read openings: it moves no version

CREATE INDEX openings_room ON openings (room_id, closes);
CREATE INDEX openings_source ON openings (source);
CREATE INDEX openings_closed ON openings (closes);

CREATE INDEX grants_source ON grants (source_id, source_kind) WHERE source_kind IN ('meeting', 'organizer');

CREATE TABLE links (
    id         uuid PRIMARY KEY, -- the subject (link, id) of grants
    token_hash bytea       NOT NULL UNIQUE,
    room_id    uuid        NOT NULL REFERENCES rooms (id),
    name       text        NOT NULL, -- of who is invited
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX links_room ON links (room_id);

-- The admission ends with the grant of a meeting by which its holder came in. There is no key: grants go, admissions stay.
ALTER TABLE admissions ADD COLUMN grant_id uuid;
CREATE INDEX admissions_grant ON admissions (grant_id) WHERE grant_id IS NOT NULL AND state <> 'ended';

ALTER TABLE lobby_tickets ADD COLUMN link_id uuid; -- that they brought

-- +goose Down

ALTER TABLE lobby_tickets DROP COLUMN link_id;
DROP INDEX admissions_grant;
ALTER TABLE admissions DROP COLUMN grant_id;
DROP TABLE links;
DROP INDEX grants_source;
DROP INDEX openings_room, openings_source, openings_closed;
ALTER TABLE rooms DROP COLUMN dedicated, DROP COLUMN planned;
