-- Hosts run their room: who waits and who may what, limits, and what happened. Everything is added, with a default, so that
-- the program of schema 2 runs on during a roll-out; it knows none of it and asks nobody to wait.
-- +goose Up

ALTER TABLE rooms ADD COLUMN forbidden TEXT NOT NULL DEFAULT '[]';
ALTER TABLE rooms ADD COLUMN phone_entry TEXT NOT NULL DEFAULT 'hosts' CHECK (phone_entry IN ('hosts', 'members', 'organization', 'signed-in', 'everyone'));
ALTER TABLE rooms ADD COLUMN opens_with_host INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN max_participants INTEGER NOT NULL DEFAULT 0 CHECK (max_participants >= 0);
ALTER TABLE rooms ADD COLUMN max_minutes INTEGER NOT NULL DEFAULT 0 CHECK (max_minutes >= 0);
ALTER TABLE rooms ADD COLUMN close_empty_after INTEGER NOT NULL DEFAULT 0 CHECK (close_empty_after >= 0);
ALTER TABLE rooms ADD COLUMN attendance_days INTEGER NOT NULL DEFAULT 90 CHECK (attendance_days > 0);
ALTER TABLE rooms ADD COLUMN link_expires_at TEXT;
ALTER TABLE rooms ADD COLUMN guarded INTEGER NOT NULL DEFAULT 0;

ALTER TABLE sessions ADD COLUMN locked_at TEXT;
ALTER TABLE sessions ADD COLUMN locked_by TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN spotlight TEXT NOT NULL DEFAULT '[]';
ALTER TABLE sessions ADD COLUMN end_reason TEXT NOT NULL DEFAULT '' CHECK (end_reason IN ('', 'ended-by-host', 'ended-by-time', 'ended-when-empty'));
ALTER TABLE sessions ADD COLUMN attendance_until TEXT;
ALTER TABLE sessions ADD COLUMN people INTEGER;
ALTER TABLE sessions ADD COLUMN peak INTEGER;
ALTER TABLE sessions ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
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
    session_id TEXT NOT NULL REFERENCES sessions (id),
    who_kind   TEXT NOT NULL,
    who_id     TEXT NOT NULL CHECK (who_id <> ''),
    role       TEXT NOT NULL CHECK (role IN ('', 'owner', 'moderator', 'member')),
    name       TEXT NOT NULL,
    forbidden  TEXT NOT NULL,
    held       TEXT NOT NULL CHECK (held IN ('', 'removed', 'lobby')),
    updated_at TEXT NOT NULL,
    PRIMARY KEY (session_id, who_kind, who_id)
) STRICT;
CREATE INDEX adjustments_who ON adjustments (who_kind, who_id); -- what follows a guest who signs in

CREATE TABLE blocks (
    id              TEXT NOT NULL PRIMARY KEY,
    room_id         TEXT NOT NULL REFERENCES rooms (id),
    who_kind        TEXT NOT NULL,
    who_id          TEXT NOT NULL CHECK (who_id <> ''),
    name            TEXT NOT NULL,
    blocked_by      TEXT NOT NULL,
    blocked_by_name TEXT NOT NULL,
    blocked_at      TEXT NOT NULL,
    UNIQUE (room_id, who_kind, who_id)
) STRICT;
CREATE INDEX blocks_who ON blocks (who_kind, who_id); -- what follows a guest who signs in

-- Acts of moderation, for the attendance list.
CREATE TABLE acts (
    id          TEXT NOT NULL PRIMARY KEY,
    session_id  TEXT NOT NULL REFERENCES sessions (id),
    at          TEXT NOT NULL,
    actor       TEXT NOT NULL,
    actor_name  TEXT NOT NULL,
    act         TEXT NOT NULL,
    target      TEXT NOT NULL,
    target_name TEXT NOT NULL,
    data        TEXT NOT NULL
) STRICT;
CREATE INDEX acts_session ON acts (session_id, at);

ALTER TABLE lobby_tickets ADD COLUMN who_kind TEXT NOT NULL DEFAULT 'guest';
ALTER TABLE lobby_tickets ADD COLUMN who_id TEXT NOT NULL DEFAULT '';
ALTER TABLE lobby_tickets ADD COLUMN person_id TEXT;
ALTER TABLE lobby_tickets ADD COLUMN org_name TEXT NOT NULL DEFAULT '';
ALTER TABLE lobby_tickets ADD COLUMN assurance INTEGER NOT NULL DEFAULT 0 CHECK (assurance BETWEEN 0 AND 4);
ALTER TABLE lobby_tickets ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE lobby_tickets ADD COLUMN reason TEXT NOT NULL DEFAULT 'lobby' CHECK (reason IN ('lobby', 'host', 'removed', 'returned', 'email'));
ALTER TABLE lobby_tickets ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE lobby_tickets ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';
ALTER TABLE lobby_tickets ADD COLUMN decided_at TEXT;
CREATE INDEX lobby_tickets_room ON lobby_tickets (room_id, created_at);
CREATE INDEX lobby_tickets_expiry ON lobby_tickets (expires_at);

-- A step for each change of a room's lobby: streams resume by it.
CREATE TABLE lobby_seq (
    room_id TEXT NOT NULL PRIMARY KEY REFERENCES rooms (id),
    seq     INTEGER NOT NULL
) STRICT;

ALTER TABLE participants ADD COLUMN door TEXT NOT NULL DEFAULT '';
ALTER TABLE participants ADD COLUMN email TEXT NOT NULL DEFAULT '';

-- An address that a guest proves, by a code that was sent there.
CREATE TABLE email_proofs (
    sign_in_id TEXT NOT NULL PRIMARY KEY REFERENCES sign_ins (id),
    address    TEXT NOT NULL,
    code_hash  BLOB NOT NULL, -- empty: there is none to confirm
    attempts   INTEGER NOT NULL,
    expires_at TEXT NOT NULL,
    asked      TEXT NOT NULL -- when codes were asked for lately
) STRICT;
CREATE INDEX email_proofs_expiry ON email_proofs (expires_at);

-- Invitations to roles by address: who shows the token claims the grant.
CREATE TABLE invitations (
    token_hash BLOB NOT NULL PRIMARY KEY,
    grant_id   TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX invitations_grant ON invitations (grant_id);

-- What people are found by when a colleague types: the words of name and address, in lower case and without accents, so that
-- the beginning of a word is a range of this index. The program writes them at each sign-in; until the next one, these do.
ALTER TABLE people ADD COLUMN unit TEXT NOT NULL DEFAULT '';
CREATE TABLE people_words (
    person_id TEXT NOT NULL REFERENCES people (id),
    org_id    TEXT NOT NULL,
    word      TEXT NOT NULL CHECK (word <> ''),
    PRIMARY KEY (person_id, word)
) STRICT;
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
DROP TABLE invitations;
DROP TABLE email_proofs;
DROP TABLE lobby_seq;
DROP TABLE acts;
DROP TABLE blocks;
DROP TABLE adjustments;
ALTER TABLE participants DROP COLUMN door;
ALTER TABLE participants DROP COLUMN email;
DROP INDEX lobby_tickets_room;
DROP INDEX lobby_tickets_expiry;
ALTER TABLE lobby_tickets DROP COLUMN who_kind;
ALTER TABLE lobby_tickets DROP COLUMN who_id;
ALTER TABLE lobby_tickets DROP COLUMN person_id;
ALTER TABLE lobby_tickets DROP COLUMN org_name;
ALTER TABLE lobby_tickets DROP COLUMN assurance;
ALTER TABLE lobby_tickets DROP COLUMN email;
ALTER TABLE lobby_tickets DROP COLUMN reason;
ALTER TABLE lobby_tickets DROP COLUMN note;
ALTER TABLE lobby_tickets DROP COLUMN decided_by;
ALTER TABLE lobby_tickets DROP COLUMN decided_at;
DROP INDEX sessions_room;
DROP INDEX sessions_attendance;
DROP INDEX sessions_uncounted;
DROP INDEX intervals_participant;
ALTER TABLE sessions DROP COLUMN locked_at;
ALTER TABLE sessions DROP COLUMN locked_by;
ALTER TABLE sessions DROP COLUMN spotlight;
ALTER TABLE sessions DROP COLUMN end_reason;
ALTER TABLE sessions DROP COLUMN attendance_until;
ALTER TABLE sessions DROP COLUMN people;
ALTER TABLE sessions DROP COLUMN peak;
ALTER TABLE sessions DROP COLUMN forgotten;
ALTER TABLE rooms DROP COLUMN forbidden;
ALTER TABLE rooms DROP COLUMN phone_entry;
ALTER TABLE rooms DROP COLUMN opens_with_host;
ALTER TABLE rooms DROP COLUMN max_participants;
ALTER TABLE rooms DROP COLUMN max_minutes;
ALTER TABLE rooms DROP COLUMN close_empty_after;
ALTER TABLE rooms DROP COLUMN attendance_days;
ALTER TABLE rooms DROP COLUMN link_expires_at;
ALTER TABLE rooms DROP COLUMN guarded;
