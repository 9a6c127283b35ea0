-- The twin of postgres/0001_foundation.sql: same tables, same numbers. Keys are UUIDv7; times are UTC in RFC 3339 with six
-- decimals, so that they sort as text; JSON is written and read whole, never searched.
-- +goose Up

CREATE TABLE organizations (
    id         TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL CHECK (name <> ''),
    siret      TEXT UNIQUE CHECK (siret <> ''),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE organization_idps (
    idp_id TEXT NOT NULL PRIMARY KEY CHECK (idp_id <> ''),
    org_id TEXT NOT NULL REFERENCES organizations (id)
) STRICT;

INSERT INTO organizations (id, name, created_at)
VALUES ('00000000-0000-7000-8000-000000000000', 'Autres organismes / Other bodies', strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'));

CREATE TABLE people (
    id             TEXT NOT NULL PRIMARY KEY,
    org_id         TEXT NOT NULL REFERENCES organizations (id),
    given_name     TEXT NOT NULL,
    family_name    TEXT NOT NULL,
    email          TEXT NOT NULL, -- the present address; emails keeps the earlier ones
    locale         TEXT NOT NULL,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL,
    deactivated_at TEXT
) STRICT;

-- People are found here and nowhere else: never by e-mail.
CREATE TABLE identities (
    iss        TEXT NOT NULL CHECK (iss <> ''),
    sub        TEXT NOT NULL CHECK (sub <> ''),
    provider   TEXT NOT NULL,
    person_id  TEXT NOT NULL REFERENCES people (id),
    created_at TEXT NOT NULL,
    PRIMARY KEY (iss, sub)
) STRICT;

CREATE TABLE emails (
    id        TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id),
    address   TEXT NOT NULL CHECK (address <> ''),
    folded    TEXT NOT NULL, -- lower case, for an administrator's look-up alone
    since     TEXT NOT NULL,
    until     TEXT,
    CHECK (until >= since)
) STRICT;
CREATE UNIQUE INDEX emails_present ON emails (person_id) WHERE until IS NULL;
CREATE INDEX emails_folded ON emails (folded) WHERE until IS NULL;

CREATE TABLE groups (
    id         TEXT NOT NULL PRIMARY KEY,
    org_id     TEXT NOT NULL REFERENCES organizations (id),
    name       TEXT NOT NULL CHECK (name <> ''),
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE group_members (
    group_id  TEXT NOT NULL REFERENCES groups (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    added_at  TEXT NOT NULL,
    PRIMARY KEY (group_id, person_id)
) STRICT;

CREATE TABLE sign_ins (
    id           TEXT NOT NULL PRIMARY KEY,
    secret_hash  BLOB NOT NULL UNIQUE,
    kind         TEXT NOT NULL CHECK (kind IN ('person', 'guest')),
    person_id    TEXT REFERENCES people (id),
    org_id       TEXT NOT NULL REFERENCES organizations (id),
    org_name     TEXT NOT NULL,
    name         TEXT NOT NULL,
    emails       TEXT NOT NULL,
    assurance    INTEGER NOT NULL CHECK (assurance BETWEEN 0 AND 4),
    provider     TEXT NOT NULL,
    issuer       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    provider_sid TEXT NOT NULL,
    id_token     BLOB,
    user_agent   TEXT NOT NULL,
    network      TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at   TEXT NOT NULL,
    ended_at     TEXT,
    CHECK ((kind = 'person') = (person_id IS NOT NULL))
) STRICT;
CREATE INDEX sign_ins_person ON sign_ins (person_id) WHERE ended_at IS NULL;
CREATE INDEX sign_ins_provider_sid ON sign_ins (issuer, provider_sid) WHERE ended_at IS NULL AND provider_sid <> '';
CREATE INDEX sign_ins_subject ON sign_ins (issuer, subject) WHERE ended_at IS NULL AND subject <> '';

CREATE TABLE sign_in_attempts (
    state_hash    BLOB NOT NULL PRIMARY KEY,
    browser_hash  BLOB NOT NULL,
    provider      TEXT NOT NULL,
    nonce         TEXT NOT NULL,
    pkce_verifier TEXT NOT NULL,
    return_to     TEXT NOT NULL,
    expires_at    TEXT NOT NULL
) STRICT;
CREATE INDEX sign_in_attempts_expiry ON sign_in_attempts (expires_at);

CREATE TABLE used_logout_tokens (
    issuer     TEXT NOT NULL,
    jti        TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (issuer, jti)
) STRICT;
CREATE INDEX used_logout_tokens_expiry ON used_logout_tokens (expires_at);

CREATE TABLE service_tokens (
    id           TEXT NOT NULL PRIMARY KEY,
    org_id       TEXT NOT NULL REFERENCES organizations (id),
    name         TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    secret_hash  BLOB NOT NULL,
    created_at   TEXT NOT NULL,
    expires_at   TEXT,
    last_used_at TEXT,
    revoked_at   TEXT
) STRICT;
CREATE INDEX service_tokens_org ON service_tokens (org_id);

CREATE TABLE rooms (
    id            TEXT NOT NULL PRIMARY KEY,
    org_id        TEXT NOT NULL REFERENCES organizations (id),
    slug          TEXT NOT NULL UNIQUE,
    media_name    TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL CHECK (name <> ''),
    description   TEXT NOT NULL,
    language      TEXT NOT NULL,
    tags          TEXT NOT NULL,
    entry         TEXT NOT NULL CHECK (entry IN ('hosts', 'members', 'organization', 'signed-in', 'everyone')),
    min_assurance INTEGER NOT NULL CHECK (min_assurance BETWEEN 0 AND 4),
    version       INTEGER NOT NULL CHECK (version > 0),
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    archived_at   TEXT
) STRICT;

-- What moves while a room is used stands apart, so that it moves no version. active_at is last_used_at, else the
-- creation: the order of every list.
CREATE TABLE room_use (
    room_id      TEXT NOT NULL PRIMARY KEY REFERENCES rooms (id),
    org_id       TEXT NOT NULL,
    active_at    TEXT NOT NULL,
    last_used_at TEXT
) STRICT;
CREATE INDEX room_use_order ON room_use (org_id, active_at DESC, room_id DESC);

CREATE TABLE room_seq (
    room_id TEXT NOT NULL PRIMARY KEY REFERENCES rooms (id),
    seq     INTEGER NOT NULL
) STRICT;

CREATE TABLE grants (
    id           TEXT NOT NULL PRIMARY KEY,
    room_id      TEXT NOT NULL REFERENCES rooms (id),
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('person', 'group', 'email', 'link', 'organization', 'service')),
    subject_id   TEXT NOT NULL CHECK (subject_id <> ''),
    role         TEXT NOT NULL CHECK (role IN ('owner', 'moderator', 'member')),
    sources      TEXT NOT NULL, -- []: all; ["none"]: nothing
    not_before   TEXT,
    not_after    TEXT,
    source_kind  TEXT NOT NULL,
    source_id    TEXT NOT NULL,
    UNIQUE (room_id, subject_kind, subject_id, source_kind, source_id),
    CHECK (not_after > not_before)
) STRICT;
CREATE INDEX grants_subject ON grants (subject_kind, subject_id);

CREATE TABLE openings (
    id            TEXT NOT NULL PRIMARY KEY,
    room_id       TEXT NOT NULL REFERENCES rooms (id),
    source        TEXT NOT NULL,
    opens         TEXT NOT NULL,
    closes        TEXT NOT NULL,
    entry         TEXT NOT NULL CHECK (entry IN ('hosts', 'members', 'organization', 'signed-in', 'everyone')),
    min_assurance INTEGER NOT NULL CHECK (min_assurance BETWEEN 0 AND 4),
    passcode_hash TEXT NOT NULL,
    CHECK (closes > opens)
) STRICT;

CREATE TABLE lobby_tickets (
    id         TEXT NOT NULL PRIMARY KEY,
    room_id    TEXT NOT NULL REFERENCES rooms (id),
    sign_in_id TEXT NOT NULL REFERENCES sign_ins (id),
    name       TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'admitted', 'refused')),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    UNIQUE (sign_in_id, room_id)
) STRICT;

CREATE TABLE sessions (
    id          TEXT NOT NULL PRIMARY KEY,
    org_id      TEXT NOT NULL REFERENCES organizations (id),
    room_id     TEXT NOT NULL REFERENCES rooms (id),
    sid         TEXT NOT NULL, -- the SFU room that carries it now
    empty_since TEXT,
    started_at  TEXT NOT NULL,
    ended_at    TEXT,
    CHECK (ended_at >= started_at)
) STRICT;
CREATE UNIQUE INDEX sessions_open ON sessions (room_id) WHERE ended_at IS NULL;

CREATE TABLE session_rooms (
    session_id TEXT NOT NULL REFERENCES sessions (id),
    sid        TEXT NOT NULL,
    node       TEXT NOT NULL,
    seen_at    TEXT NOT NULL,
    PRIMARY KEY (session_id, sid)
) STRICT;

-- This is the table that the storm writes, so it proves its keys otherwise: room, organization and person come from rows
-- that are never deleted, and the gate asks for the sign-in. It has no index that a join would fill and nobody would ask.
CREATE TABLE admissions (
    id         TEXT NOT NULL PRIMARY KEY,
    org_id     TEXT NOT NULL,
    room_id    TEXT NOT NULL,
    session_id TEXT REFERENCES sessions (id),
    who_kind   TEXT NOT NULL CHECK (who_kind IN ('person', 'guest', 'service', 'phone', 'matrix', 'system')),
    who_id     TEXT NOT NULL CHECK (who_id <> ''),
    person_id  TEXT,
    sign_in_id TEXT,
    name       TEXT NOT NULL,
    org_name   TEXT NOT NULL,
    assurance  INTEGER NOT NULL CHECK (assurance BETWEEN 0 AND 4),
    role       TEXT NOT NULL CHECK (role IN ('owner', 'moderator', 'member')),
    sources    TEXT NOT NULL, -- empty: nothing
    state      TEXT NOT NULL CHECK (state IN ('admitted', 'open', 'ended')),
    reason     TEXT NOT NULL,
    generation INTEGER NOT NULL CHECK (generation > 0),
    created_at TEXT NOT NULL,
    ended_at   TEXT,
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
) STRICT;
-- Joining is repeatable: one admission that no relay has opened, for a sign-in and a room.
CREATE UNIQUE INDEX admissions_unopened ON admissions (sign_in_id, room_id) WHERE state = 'admitted';
CREATE INDEX admissions_sign_in ON admissions (sign_in_id) WHERE state = 'open'; -- admissions_unopened has the others
CREATE INDEX admissions_person ON admissions (person_id) WHERE state <> 'ended' AND sign_in_id IS NULL;
CREATE INDEX admissions_room ON admissions (room_id) WHERE state <> 'ended';
CREATE INDEX admissions_service ON admissions (who_id) WHERE who_kind = 'service' AND state <> 'ended';

CREATE TABLE relays (
    id           TEXT NOT NULL PRIMARY KEY,
    admission_id TEXT NOT NULL REFERENCES admissions (id),
    replica      TEXT NOT NULL,
    opened_at    TEXT NOT NULL,
    closed_at    TEXT
) STRICT;
CREATE INDEX relays_open ON relays (admission_id) WHERE closed_at IS NULL;
CREATE INDEX relays_replica ON relays (replica) WHERE closed_at IS NULL;
CREATE INDEX relays_closed ON relays (closed_at) WHERE closed_at IS NOT NULL;

CREATE TABLE replicas (
    name    TEXT NOT NULL PRIMARY KEY,
    seen_at TEXT NOT NULL
) STRICT;

CREATE TABLE participants (
    id              TEXT NOT NULL PRIMARY KEY,
    session_id      TEXT NOT NULL REFERENCES sessions (id),
    who_kind        TEXT NOT NULL,
    who_id          TEXT NOT NULL,
    person_id       TEXT,
    name            TEXT NOT NULL,
    org_name        TEXT NOT NULL,
    assurance       INTEGER NOT NULL,
    role            TEXT NOT NULL,
    first_joined_at TEXT NOT NULL,
    UNIQUE (session_id, who_kind, who_id)
) STRICT;

CREATE TABLE intervals (
    id             TEXT NOT NULL PRIMARY KEY,
    session_id     TEXT NOT NULL REFERENCES sessions (id),
    participant_id TEXT NOT NULL REFERENCES participants (id),
    admission_id   TEXT NOT NULL REFERENCES admissions (id),
    began_at       TEXT NOT NULL,
    last_seen_at   TEXT NOT NULL,
    ended_at       TEXT,
    CHECK (ended_at >= began_at)
) STRICT;
CREATE UNIQUE INDEX intervals_open ON intervals (admission_id) WHERE ended_at IS NULL;
CREATE INDEX intervals_session ON intervals (session_id);

CREATE TABLE messages (
    id           TEXT NOT NULL PRIMARY KEY,
    room_id      TEXT NOT NULL REFERENCES rooms (id),
    session_id   TEXT NOT NULL REFERENCES sessions (id),
    admission_id TEXT NOT NULL REFERENCES admissions (id),
    seq          INTEGER NOT NULL,
    name         TEXT NOT NULL,
    text         TEXT NOT NULL,
    at           TEXT NOT NULL,
    UNIQUE (session_id, seq)
) STRICT;

CREATE TABLE hands (
    admission_id TEXT NOT NULL PRIMARY KEY REFERENCES admissions (id),
    room_id      TEXT NOT NULL REFERENCES rooms (id),
    raised_at    TEXT NOT NULL
) STRICT;
CREATE INDEX hands_room ON hands (room_id);

-- The outbox: written in the transaction that caused the event, delivered_at by the worker that took it away.
CREATE TABLE events (
    id           TEXT NOT NULL,
    subject      TEXT NOT NULL,
    seq          INTEGER NOT NULL CHECK (seq > 0),
    type         TEXT NOT NULL,
    org_id       TEXT NOT NULL,
    actor        TEXT NOT NULL,
    on_behalf_of TEXT NOT NULL,
    at           TEXT NOT NULL,
    data         TEXT NOT NULL,
    delivered_at TEXT,
    PRIMARY KEY (subject, seq)
) STRICT;

-- What other processes must forget. One writer at a time, so that numbers are given in the order of commits.
CREATE TABLE changes (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    origin TEXT NOT NULL,
    kind   TEXT NOT NULL,
    ref    TEXT NOT NULL,
    at     TEXT NOT NULL
) STRICT;

-- Rows hold ids; names and addresses only as the ciphertext in personal, under the key of person_key_id. batch_id and
-- leaf_hash are the sealer's; the hash stays when the row's content expires.
CREATE TABLE audit_batches (
    id            INTEGER PRIMARY KEY,
    size          INTEGER NOT NULL CHECK (size > 0),
    root          BLOB NOT NULL,
    previous_root BLOB NOT NULL,
    key_id        TEXT NOT NULL,
    signature     BLOB NOT NULL,
    sealed_at     TEXT NOT NULL
) STRICT;

CREATE TABLE person_keys (
    id           TEXT NOT NULL PRIMARY KEY,
    person_id    TEXT NOT NULL UNIQUE REFERENCES people (id),
    wrapped      BLOB, -- gone once erased
    created_at   TEXT NOT NULL,
    destroyed_at TEXT,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
) STRICT;

CREATE TABLE audit (
    id            TEXT NOT NULL PRIMARY KEY,
    at            TEXT NOT NULL,
    org_id        TEXT NOT NULL,
    action        TEXT NOT NULL,
    actor         TEXT NOT NULL,
    on_behalf_of  TEXT NOT NULL,
    subject       TEXT NOT NULL,
    data          TEXT NOT NULL,
    personal      BLOB,
    person_key_id TEXT REFERENCES person_keys (id),
    batch_id      INTEGER REFERENCES audit_batches (id),
    leaf_hash     BLOB,
    CHECK ((batch_id IS NULL) = (leaf_hash IS NULL))
) STRICT;

CREATE TABLE webhook_inbox (
    position    INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE CHECK (id <> ''),
    type        TEXT NOT NULL,
    room        TEXT NOT NULL,
    sid         TEXT NOT NULL,
    identity    TEXT NOT NULL,
    at          TEXT NOT NULL,
    received_at TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    not_before  TEXT NOT NULL,
    done_at     TEXT
) STRICT;
CREATE INDEX webhook_inbox_waiting ON webhook_inbox (position) WHERE done_at IS NULL;
CREATE INDEX webhook_inbox_waiting_room ON webhook_inbox (room, position) WHERE done_at IS NULL;

CREATE TABLE idempotency_keys (
    principal    TEXT NOT NULL,
    route        TEXT NOT NULL,
    key          TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    status       INTEGER NOT NULL, -- 0 while the request runs
    header       TEXT NOT NULL,
    body         BLOB,
    created_at   TEXT NOT NULL,
    PRIMARY KEY (principal, route, key)
) STRICT;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE leases (
    name   TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until  TEXT NOT NULL
) STRICT;

-- +goose Down

DROP TABLE leases;
DROP TABLE idempotency_keys;
DROP TABLE webhook_inbox;
DROP TABLE audit;
DROP TABLE person_keys;
DROP TABLE audit_batches;
DROP TABLE changes;
DROP TABLE events;
DROP TABLE hands;
DROP TABLE messages;
DROP TABLE intervals;
DROP TABLE participants;
DROP TABLE replicas;
DROP TABLE relays;
DROP TABLE admissions;
DROP TABLE session_rooms;
DROP TABLE sessions;
DROP TABLE lobby_tickets;
DROP TABLE openings;
DROP TABLE grants;
DROP TABLE room_seq;
DROP TABLE room_use;
DROP TABLE rooms;
DROP TABLE service_tokens;
DROP TABLE used_logout_tokens;
DROP TABLE sign_in_attempts;
DROP TABLE sign_ins;
DROP TABLE group_members;
DROP TABLE groups;
DROP TABLE emails;
DROP TABLE identities;
DROP TABLE people;
DROP TABLE organization_idps;
DROP TABLE organizations;
