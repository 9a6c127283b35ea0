-- What is planned: meetings, who is invited, and whose agenda they stand in. Everything is added: the program before runs
-- on beside it, and opens no room for a meeting.
-- +goose Up

-- Local time and zone are the truth (starts, zone); first_at and last_at are what they come to as zones are known now, for
-- lists. opens_before and closes_after are seconds. passcode is sealed.
CREATE TABLE meetings (
    id              TEXT NOT NULL PRIMARY KEY,
    org_id          TEXT NOT NULL REFERENCES organizations (id),
    uid             TEXT NOT NULL UNIQUE CHECK (uid <> ''),
    sequence        INTEGER NOT NULL CHECK (sequence >= 0),
    version         INTEGER NOT NULL CHECK (version > 0),
    app             TEXT NOT NULL,
    external_id     TEXT NOT NULL CHECK (external_id = '' OR app <> ''),
    status          TEXT NOT NULL CHECK (status IN ('confirmed', 'cancelled')),
    title           TEXT NOT NULL CHECK (title <> ''),
    description     TEXT NOT NULL,
    language        TEXT NOT NULL,
    starts          TEXT NOT NULL,
    zone            TEXT NOT NULL,
    duration        INTEGER NOT NULL CHECK (duration > 0), -- seconds
    rules           TEXT NOT NULL,
    rdates          TEXT NOT NULL,
    exdates         TEXT NOT NULL,
    overrides       TEXT NOT NULL,
    organizer_id    TEXT REFERENCES people (id),
    organizer_name  TEXT NOT NULL,
    on_behalf_of    TEXT NOT NULL,
    deputies        TEXT NOT NULL,
    place_mode      TEXT NOT NULL CHECK (place_mode IN ('dedicated', 'existing', 'personal')),
    room_id         TEXT NOT NULL REFERENCES rooms (id),
    entry           TEXT NOT NULL CHECK (entry IN ('hosts', 'members', 'organization', 'signed-in', 'everyone')),
    min_assurance   INTEGER NOT NULL CHECK (min_assurance BETWEEN 0 AND 4),
    passcode        BLOB,
    passcode_hash   TEXT NOT NULL,
    opens_before    INTEGER NOT NULL CHECK (opens_before >= 0),
    closes_after    INTEGER NOT NULL CHECK (closes_after >= 0),
    settings        TEXT NOT NULL,
    reminders       TEXT NOT NULL, -- seconds before the start
    tags            TEXT NOT NULL,
    split_from      TEXT,
    first_at        TEXT NOT NULL,
    last_at         TEXT NOT NULL,
    projected_until TEXT NOT NULL,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,
    cancelled_at    TEXT,
    CHECK (last_at >= first_at),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX meetings_external ON meetings (org_id, app, external_id) WHERE external_id <> '';
CREATE INDEX meetings_order ON meetings (org_id, first_at, id);
CREATE INDEX meetings_room ON meetings (room_id) WHERE status = 'confirmed';
CREATE INDEX meetings_unprojected ON meetings (projected_until) WHERE status = 'confirmed';

CREATE TABLE invitees (
    id         TEXT NOT NULL PRIMARY KEY,
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    position   INTEGER NOT NULL,
    person_id  TEXT REFERENCES people (id),
    email      TEXT NOT NULL,
    folded     TEXT NOT NULL,
    name       TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('moderator', 'presenter', 'member')),
    required   INTEGER NOT NULL,
    rsvp       TEXT NOT NULL CHECK (rsvp IN ('needs-action', 'accepted', 'declined', 'tentative')),
    link_id    TEXT REFERENCES links (id),
    CHECK (person_id IS NOT NULL OR email <> '')
) STRICT;
CREATE INDEX invitees_meeting ON invitees (meeting_id, position);
CREATE INDEX invitees_folded ON invitees (folded) WHERE person_id IS NULL;

-- Whose agenda a meeting stands in: its organizer's, its deputies', and that of those invited who have an account.
CREATE TABLE agenda (
    person_id  TEXT NOT NULL REFERENCES people (id),
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    first_at   TEXT NOT NULL,
    last_at    TEXT NOT NULL,
    PRIMARY KEY (person_id, meeting_id)
) STRICT;
CREATE INDEX agenda_time ON agenda (person_id, last_at);
CREATE INDEX agenda_meeting ON agenda (meeting_id);

CREATE TABLE meeting_tags (
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    org_id     TEXT NOT NULL,
    name       TEXT NOT NULL,
    value      TEXT NOT NULL,
    PRIMARY KEY (meeting_id, name)
) STRICT;
CREATE INDEX meeting_tags_name ON meeting_tags (org_id, name, value);

-- Somebody's own calendar, for programs that read it again and again. Whoever knows the token reads it.
CREATE TABLE feeds (
    person_id  TEXT NOT NULL PRIMARY KEY REFERENCES people (id),
    token_hash BLOB NOT NULL UNIQUE,
    created_at TEXT NOT NULL
) STRICT;

ALTER TABLE rooms ADD COLUMN personal_of TEXT REFERENCES people (id);
CREATE UNIQUE INDEX rooms_personal ON rooms (personal_of) WHERE personal_of IS NOT NULL AND archived_at IS NULL;

-- +goose Down

DROP INDEX rooms_personal;
ALTER TABLE rooms DROP COLUMN personal_of;
DROP TABLE feeds;
DROP TABLE meeting_tags;
DROP TABLE agenda;
DROP TABLE invitees;
DROP TABLE meetings;
