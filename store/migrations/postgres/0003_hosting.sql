-- Hosts run their room: who waits and who may what, limits, and what happened. Everything is added, with a default, so that
-- the program of schema 2 runs on during a roll-out; it knows none of it and asks nobody to wait.
-- +goose Up

ALTER TABLE rooms
    ADD COLUMN forbidden          jsonb    NOT NULL DEFAULT '[]', -- what all but hosts may not do
    ADD COLUMN phone_entry        text     NOT NULL DEFAULT 'hosts' CHECK (phone_entry IN ('hosts', 'members', 'organization', 'signed-in', 'everyone')),
    ADD COLUMN opens_with_host    boolean  NOT NULL DEFAULT false,
    ADD COLUMN max_participants   integer  NOT NULL DEFAULT 0 CHECK (max_participants >= 0), -- 0: no limit, here and below
    ADD COLUMN max_minutes        integer  NOT NULL DEFAULT 0 CHECK (max_minutes >= 0),
    ADD COLUMN close_empty_after  integer  NOT NULL DEFAULT 0 CHECK (close_empty_after >= 0), -- minutes
    ADD COLUMN attendance_days    integer  NOT NULL DEFAULT 90 CHECK (attendance_days > 0),
    ADD COLUMN link_expires_at    timestamptz,
    -- Whether the door has to look at locks, blocks and what hosts decided about people: it moves no version.
    ADD COLUMN guarded            boolean  NOT NULL DEFAULT false;

ALTER TABLE sessions
    ADD COLUMN locked_at      timestamptz,
    ADD COLUMN locked_by      text        NOT NULL DEFAULT '',
    ADD COLUMN spotlight      jsonb       NOT NULL DEFAULT '[]', -- admissions, in order
    ADD COLUMN end_reason     text        NOT NULL DEFAULT '' CHECK (end_reason IN ('', 'ended-by-host', 'ended-by-time', 'ended-when-empty')),
    ADD COLUMN attendance_until timestamptz, -- NULL while it runs; then when the names go
    ADD COLUMN people         integer, -- how many came, counted at the end: this stays
    ADD COLUMN peak           integer, -- at the same time
    ADD COLUMN forgotten      boolean     NOT NULL DEFAULT false; -- the names have gone
CREATE INDEX sessions_room ON sessions (room_id, started_at DESC);
CREATE INDEX sessions_attendance ON sessions (attendance_until) WHERE attendance_until IS NOT NULL AND NOT forgotten;
CREATE INDEX sessions_uncounted ON sessions (id) WHERE ended_at IS NOT NULL AND attendance_until IS NULL; -- ended by an earlier program
CREATE INDEX intervals_participant ON intervals (participant_id); -- for their end

-- For the end of what people leave behind. A join fills none of those on admissions: admissions_unopened has what nobody has opened yet.
CREATE INDEX sign_ins_expiry ON sign_ins (expires_at);
CREATE INDEX sign_ins_ended ON sign_ins (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX admissions_never_opened ON admissions (ended_at) WHERE state = 'ended' AND session_id IS NULL;

-- What hosts decided about somebody for the rest of a session. Empty values decide nothing.
CREATE TABLE adjustments (
    session_id uuid        NOT NULL REFERENCES sessions (id),
    who_kind   text        NOT NULL,
    who_id     text        NOT NULL CHECK (who_id <> ''),
    role       text        NOT NULL CHECK (role IN ('', 'owner', 'moderator', 'member')),
    name       text        NOT NULL,
    forbidden  jsonb       NOT NULL,
    held       text        NOT NULL CHECK (held IN ('', 'removed', 'lobby')), -- waits whatever the entry
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (session_id, who_kind, who_id)
);
CREATE INDEX adjustments_who ON adjustments (who_kind, who_id); -- what follows a guest who signs in

CREATE TABLE blocks (
    id              uuid PRIMARY KEY,
    room_id         uuid        NOT NULL REFERENCES rooms (id),
    who_kind        text        NOT NULL,
    who_id          text        NOT NULL CHECK (who_id <> ''),
    name            text        NOT NULL,
    blocked_by      text        NOT NULL,
    blocked_by_name text        NOT NULL,
    blocked_at      timestamptz NOT NULL,
    UNIQUE (room_id, who_kind, who_id)
);
CREATE INDEX blocks_who ON blocks (who_kind, who_id); -- what follows a guest who signs in

-- Acts of moderation, for the attendance list.
CREATE TABLE acts (
    id          uuid PRIMARY KEY,
    session_id  uuid        NOT NULL REFERENCES sessions (id),
    at          timestamptz NOT NULL,
    actor       text        NOT NULL,
    actor_name  text        NOT NULL,
    act         text        NOT NULL,
    target      text        NOT NULL, -- "kind:id", empty for the whole room
    target_name text        NOT NULL,
    data        jsonb       NOT NULL
);
CREATE INDEX acts_session ON acts (session_id, at);

ALTER TABLE lobby_tickets
    ADD COLUMN who_kind   text        NOT NULL DEFAULT 'guest',
    ADD COLUMN who_id     text        NOT NULL DEFAULT '',
    ADD COLUMN person_id  uuid,
    ADD COLUMN org_name   text        NOT NULL DEFAULT '',
    ADD COLUMN assurance  smallint    NOT NULL DEFAULT 0 CHECK (assurance BETWEEN 0 AND 4),
    ADD COLUMN email      text        NOT NULL DEFAULT '', -- proved by a guest
    ADD COLUMN reason     text        NOT NULL DEFAULT 'lobby' CHECK (reason IN ('lobby', 'host', 'removed', 'returned', 'email')),
    ADD COLUMN note       text        NOT NULL DEFAULT '',
    ADD COLUMN decided_by text        NOT NULL DEFAULT '',
    ADD COLUMN decided_at timestamptz;
CREATE INDEX lobby_tickets_room ON lobby_tickets (room_id, created_at);
CREATE INDEX lobby_tickets_expiry ON lobby_tickets (expires_at);

-- A step for each change of a room's lobby: streams resume by it.
CREATE TABLE lobby_seq (
    room_id uuid PRIMARY KEY REFERENCES rooms (id),
    seq     bigint NOT NULL
);

ALTER TABLE participants
    ADD COLUMN door  text NOT NULL DEFAULT '', -- by which rule they came in
    ADD COLUMN email text NOT NULL DEFAULT '';

-- An address that a guest proves, by a code that was sent there.
CREATE TABLE email_proofs (
    sign_in_id uuid PRIMARY KEY REFERENCES sign_ins (id),
    address    text        NOT NULL,
    code_hash  bytea       NOT NULL, -- empty: there is none to confirm
    attempts   integer     NOT NULL,
    expires_at timestamptz NOT NULL,
    asked      jsonb       NOT NULL -- when codes were asked for lately
);
CREATE INDEX email_proofs_expiry ON email_proofs (expires_at);

-- Invitations to roles by address: who shows the token claims the grant.
CREATE TABLE invitations (
    token_hash bytea PRIMARY KEY,
    grant_id   uuid        NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX invitations_grant ON invitations (grant_id);

-- What people are found by when a colleague types: the words of name and address, in lower case and without accents, so that
-- the beginning of a word is a range of this index. The program writes them at each sign-in; until the next one, these do.
ALTER TABLE people ADD COLUMN unit text NOT NULL DEFAULT '';
CREATE TABLE people_words (
    person_id uuid NOT NULL REFERENCES people (id),
    org_id    uuid NOT NULL,
    word      text COLLATE "C" NOT NULL CHECK (word <> ''),
    PRIMARY KEY (person_id, word)
);
CREATE INDEX people_words_search ON people_words (org_id, word);
INSERT INTO people_words (person_id, org_id, word)
    SELECT id, org_id, lower(given_name) FROM people WHERE given_name <> ''
    UNION SELECT id, org_id, lower(family_name) FROM people WHERE family_name <> ''
    UNION SELECT id, org_id, lower(email) FROM people WHERE email <> '';

CREATE INDEX group_members_person ON group_members (person_id);

-- +goose Down

DROP INDEX sign_ins_expiry;
DROP INDEX sign_ins_ended;
DROP INDEX admissions_never_opened;
DROP INDEX group_members_person;
DROP TABLE people_words;
ALTER TABLE people DROP COLUMN unit;
DROP TABLE invitations, email_proofs, lobby_seq, acts, blocks, adjustments;
ALTER TABLE participants DROP COLUMN door, DROP COLUMN email;
DROP INDEX lobby_tickets_room, lobby_tickets_expiry;
ALTER TABLE lobby_tickets
    DROP COLUMN who_kind, DROP COLUMN who_id, DROP COLUMN person_id, DROP COLUMN org_name, DROP COLUMN assurance, DROP COLUMN email,
    DROP COLUMN reason, DROP COLUMN note, DROP COLUMN decided_by, DROP COLUMN decided_at;
DROP INDEX sessions_room, sessions_attendance, sessions_uncounted, intervals_participant;
ALTER TABLE sessions DROP COLUMN locked_at, DROP COLUMN locked_by, DROP COLUMN spotlight, DROP COLUMN end_reason, DROP COLUMN attendance_until, DROP COLUMN people, DROP COLUMN peak, DROP COLUMN forgotten;
ALTER TABLE rooms
    DROP COLUMN forbidden, DROP COLUMN phone_entry, DROP COLUMN opens_with_host, DROP COLUMN max_participants, DROP COLUMN max_minutes,
    DROP COLUMN close_empty_after, DROP COLUMN attendance_days, DROP COLUMN link_expires_at, DROP COLUMN guarded;
