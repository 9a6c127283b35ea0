-- What is planned: meetings, who is invited, and whose agenda they stand in. Everything is added: the program before runs
-- on beside it, and opens no room for a meeting.
-- +goose Up

-- Local time and zone are the truth (starts, zone); first_at and last_at are what they come to as zones are known now, for
-- lists. opens_before and closes_after are seconds. passcode is sealed.
CREATE TABLE meetings (
    id              uuid PRIMARY KEY,
    org_id          uuid NOT NULL REFERENCES organizations (id),
    uid             text NOT NULL UNIQUE CHECK (uid <> ''),
    sequence        integer NOT NULL CHECK (sequence >= 0),
    version         bigint NOT NULL CHECK (version > 0),
    app             text NOT NULL,
    external_id     text NOT NULL CHECK (external_id = '' OR app <> ''),
    status          text NOT NULL CHECK (status IN ('confirmed', 'cancelled')),
    title           text NOT NULL CHECK (title <> ''),
    description     text NOT NULL,
    language        text NOT NULL,
    starts          text NOT NULL,
    zone            text NOT NULL,
    duration        integer NOT NULL CHECK (duration > 0), -- seconds
    rules           jsonb NOT NULL,
    rdates          jsonb NOT NULL,
    exdates         jsonb NOT NULL,
    overrides       jsonb NOT NULL,
    organizer_id    uuid REFERENCES people (id),
    organizer_name  text NOT NULL,
    on_behalf_of    text NOT NULL,
    deputies        jsonb NOT NULL,
    place_mode      text NOT NULL CHECK (place_mode IN ('dedicated', 'existing', 'personal')),
    room_id         uuid NOT NULL REFERENCES rooms (id),
    entry           text NOT NULL CHECK (entry IN ('hosts', 'members', 'organization', 'signed-in', 'everyone')),
    min_assurance   smallint NOT NULL CHECK (min_assurance BETWEEN 0 AND 4),
    passcode        bytea,
    passcode_hash   text NOT NULL,
    opens_before    integer NOT NULL CHECK (opens_before >= 0),
    closes_after    integer NOT NULL CHECK (closes_after >= 0),
    settings        jsonb NOT NULL,
    reminders       jsonb NOT NULL, -- seconds before the start
    tags            jsonb NOT NULL,
    split_from      uuid,
    first_at        timestamptz NOT NULL,
    last_at         timestamptz NOT NULL,
    projected_until timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    cancelled_at    timestamptz,
    CHECK (last_at >= first_at),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);
CREATE UNIQUE INDEX meetings_external ON meetings (org_id, app, external_id) WHERE external_id <> '';
CREATE INDEX meetings_order ON meetings (org_id, first_at, id);
CREATE INDEX meetings_room ON meetings (room_id) WHERE status = 'confirmed';
CREATE INDEX meetings_unprojected ON meetings (projected_until) WHERE status = 'confirmed';

CREATE TABLE invitees (
    id         uuid PRIMARY KEY,
    meeting_id uuid NOT NULL REFERENCES meetings (id),
    position   integer NOT NULL,
    person_id  uuid REFERENCES people (id),
    email      text NOT NULL,
    folded     text NOT NULL,
    name       text NOT NULL,
    role       text NOT NULL CHECK (role IN ('moderator', 'presenter', 'member')),
    required   boolean NOT NULL,
    rsvp       text NOT NULL CHECK (rsvp IN ('needs-action', 'accepted', 'declined', 'tentative')),
    link_id    uuid REFERENCES links (id),
    CHECK (person_id IS NOT NULL OR email <> '')
);
CREATE INDEX invitees_meeting ON invitees (meeting_id, position);
CREATE INDEX invitees_folded ON invitees (folded) WHERE person_id IS NULL;

-- Whose agenda a meeting stands in: its organizer's, its deputies', and that of those invited who have an account.
CREATE TABLE agenda (
    person_id  uuid NOT NULL REFERENCES people (id),
    meeting_id uuid NOT NULL REFERENCES meetings (id),
    first_at   timestamptz NOT NULL,
    last_at    timestamptz NOT NULL,
    PRIMARY KEY (person_id, meeting_id)
);
CREATE INDEX agenda_time ON agenda (person_id, last_at);
CREATE INDEX agenda_meeting ON agenda (meeting_id);

CREATE TABLE meeting_tags (
    meeting_id uuid NOT NULL REFERENCES meetings (id),
    org_id     uuid NOT NULL,
    name       text NOT NULL,
    value      text NOT NULL,
    PRIMARY KEY (meeting_id, name)
);
CREATE INDEX meeting_tags_name ON meeting_tags (org_id, name, value);

-- Somebody's own calendar, for programs that read it again and again. Whoever knows the token reads it.
CREATE TABLE feeds (
    person_id  uuid PRIMARY KEY REFERENCES people (id),
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);

ALTER TABLE rooms ADD COLUMN personal_of uuid REFERENCES people (id);
CREATE UNIQUE INDEX rooms_personal ON rooms (personal_of) WHERE personal_of IS NOT NULL AND archived_at IS NULL;

-- +goose Down

DROP INDEX rooms_personal;
ALTER TABLE rooms DROP COLUMN personal_of;
DROP TABLE feeds;
DROP TABLE meeting_tags;
DROP TABLE agenda;
DROP TABLE invitees;
DROP TABLE meetings;
