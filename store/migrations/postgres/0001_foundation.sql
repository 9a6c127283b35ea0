-- The tables of all that is built or decided: why they are so is in docs/architecture.md and docs/decisions. Keys are UUIDv7; times are UTC; JSON is written and read whole, never searched.
-- An index stands here for each query that exists; uniqueness that the program relies on stands here as well.

-- +goose Up

CREATE TABLE organizations (
    id         uuid PRIMARY KEY,
    name       text        NOT NULL CHECK (name <> ''),
    siret      text UNIQUE CHECK (siret <> ''),
    created_at timestamptz NOT NULL
);

CREATE TABLE organization_idps (
    idp_id text PRIMARY KEY CHECK (idp_id <> ''),
    org_id uuid NOT NULL REFERENCES organizations (id)
);

INSERT INTO organizations (id, name, created_at)
VALUES ('00000000-0000-7000-8000-000000000000', 'Autres organismes / Other bodies', now());

CREATE TABLE people (
    id             uuid PRIMARY KEY,
    org_id         uuid        NOT NULL REFERENCES organizations (id),
    given_name     text        NOT NULL,
    family_name    text        NOT NULL,
    email          text        NOT NULL, -- the present address; emails keeps the earlier ones
    locale         text        NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    deactivated_at timestamptz
);

-- People are found here and nowhere else: never by e-mail.
CREATE TABLE identities (
    iss        text        NOT NULL CHECK (iss <> ''),
    sub        text        NOT NULL CHECK (sub <> ''),
    provider   text        NOT NULL,
    person_id  uuid        NOT NULL REFERENCES people (id),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (iss, sub)
);

CREATE TABLE emails (
    id        uuid PRIMARY KEY,
    person_id uuid        NOT NULL REFERENCES people (id),
    address   text        NOT NULL CHECK (address <> ''),
    folded    text        NOT NULL, -- lower case, for an administrator's look-up alone
    since     timestamptz NOT NULL,
    until     timestamptz,
    CHECK (until >= since)
);
CREATE UNIQUE INDEX emails_present ON emails (person_id) WHERE until IS NULL;
CREATE INDEX emails_folded ON emails (folded) WHERE until IS NULL;

CREATE TABLE groups (
    id         uuid PRIMARY KEY,
    org_id     uuid        NOT NULL REFERENCES organizations (id),
    name       text        NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL
);

CREATE TABLE group_members (
    group_id  uuid        NOT NULL REFERENCES groups (id),
    person_id uuid        NOT NULL REFERENCES people (id),
    added_at  timestamptz NOT NULL,
    PRIMARY KEY (group_id, person_id)
);

CREATE TABLE sign_ins (
    id           uuid PRIMARY KEY,
    secret_hash  bytea       NOT NULL UNIQUE,
    kind         text        NOT NULL CHECK (kind IN ('person', 'guest')),
    person_id    uuid REFERENCES people (id),
    org_id       uuid        NOT NULL REFERENCES organizations (id),
    org_name     text        NOT NULL,
    name         text        NOT NULL,
    emails       jsonb       NOT NULL,
    assurance    smallint    NOT NULL CHECK (assurance BETWEEN 0 AND 4),
    provider     text        NOT NULL,
    issuer       text        NOT NULL,
    subject      text        NOT NULL,
    provider_sid text        NOT NULL,
    id_token     bytea,
    user_agent   text        NOT NULL,
    network      text        NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    CHECK ((kind = 'person') = (person_id IS NOT NULL))
);
CREATE INDEX sign_ins_person ON sign_ins (person_id) WHERE ended_at IS NULL;
CREATE INDEX sign_ins_provider_sid ON sign_ins (issuer, provider_sid) WHERE ended_at IS NULL AND provider_sid <> '';
CREATE INDEX sign_ins_subject ON sign_ins (issuer, subject) WHERE ended_at IS NULL AND subject <> '';

CREATE TABLE sign_in_attempts (
    state_hash    bytea PRIMARY KEY,
    browser_hash  bytea       NOT NULL,
    provider      text        NOT NULL,
    nonce         text        NOT NULL,
    pkce_verifier text        NOT NULL,
    return_to     text        NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX sign_in_attempts_expiry ON sign_in_attempts (expires_at);

CREATE TABLE used_logout_tokens (
    issuer     text        NOT NULL,
    jti        text        NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, jti)
);
CREATE INDEX used_logout_tokens_expiry ON used_logout_tokens (expires_at);

CREATE TABLE service_tokens (
    id           uuid PRIMARY KEY,
    org_id       uuid        NOT NULL REFERENCES organizations (id),
    name         text        NOT NULL,
    scopes       jsonb       NOT NULL,
    secret_hash  bytea       NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE INDEX service_tokens_org ON service_tokens (org_id);

CREATE TABLE rooms (
    id            uuid PRIMARY KEY,
    org_id        uuid        NOT NULL REFERENCES organizations (id),
    slug          text        NOT NULL UNIQUE,
    media_name    text        NOT NULL UNIQUE,
    name          text        NOT NULL CHECK (name <> ''),
    description   text        NOT NULL,
    language      text        NOT NULL,
    tags          jsonb       NOT NULL,
    entry         text        NOT NULL CHECK (entry IN ('hosts', 'members', 'organization', 'signed-in', 'everyone')),
    min_assurance smallint    NOT NULL CHECK (min_assurance BETWEEN 0 AND 4),
    version       bigint      NOT NULL CHECK (version > 0),
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    archived_at   timestamptz
);

-- What moves while a room is used stands apart, so that it moves no version. active_at is last_used_at, else the
-- creation: the order of every list.
CREATE TABLE room_use (
    room_id      uuid PRIMARY KEY REFERENCES rooms (id),
    org_id       uuid        NOT NULL,
    active_at    timestamptz NOT NULL,
    last_used_at timestamptz
);
CREATE INDEX room_use_order ON room_use (org_id, active_at DESC, room_id DESC);

CREATE TABLE room_seq (
    room_id uuid PRIMARY KEY REFERENCES rooms (id),
    seq     bigint NOT NULL
);

CREATE TABLE grants (
    id           uuid PRIMARY KEY,
    room_id      uuid        NOT NULL REFERENCES rooms (id),
    subject_kind text        NOT NULL CHECK (subject_kind IN ('person', 'group', 'email', 'link', 'organization', 'service')),
    subject_id   text        NOT NULL CHECK (subject_id <> ''),
    role         text        NOT NULL CHECK (role IN ('owner', 'moderator', 'member')),
    sources      jsonb       NOT NULL, -- []: all; ["none"]: nothing
    not_before   timestamptz,
    not_after    timestamptz,
    source_kind  text        NOT NULL,
    source_id    text        NOT NULL,
    UNIQUE (room_id, subject_kind, subject_id, source_kind, source_id),
    CHECK (not_after > not_before)
);
CREATE INDEX grants_subject ON grants (subject_kind, subject_id);

CREATE TABLE openings (
    id            uuid PRIMARY KEY,
    room_id       uuid        NOT NULL REFERENCES rooms (id),
    source        text        NOT NULL,
    opens         timestamptz NOT NULL,
    closes        timestamptz NOT NULL,
    entry         text        NOT NULL CHECK (entry IN ('hosts', 'members', 'organization', 'signed-in', 'everyone')),
    min_assurance smallint    NOT NULL CHECK (min_assurance BETWEEN 0 AND 4),
    passcode_hash text        NOT NULL,
    CHECK (closes > opens)
);

CREATE TABLE lobby_tickets (
    id         uuid PRIMARY KEY,
    room_id    uuid        NOT NULL REFERENCES rooms (id),
    sign_in_id uuid        NOT NULL REFERENCES sign_ins (id),
    name       text        NOT NULL,
    state      text        NOT NULL CHECK (state IN ('waiting', 'admitted', 'refused')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    UNIQUE (sign_in_id, room_id)
);

CREATE TABLE sessions (
    id          uuid PRIMARY KEY,
    org_id      uuid        NOT NULL REFERENCES organizations (id),
    room_id     uuid        NOT NULL REFERENCES rooms (id),
    sid         text        NOT NULL, -- the SFU room that carries it now
    empty_since timestamptz,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    CHECK (ended_at >= started_at)
);
CREATE UNIQUE INDEX sessions_open ON sessions (room_id) WHERE ended_at IS NULL;

CREATE TABLE session_rooms (
    session_id uuid        NOT NULL REFERENCES sessions (id),
    sid        text        NOT NULL,
    node       text        NOT NULL,
    seen_at    timestamptz NOT NULL,
    PRIMARY KEY (session_id, sid)
);

-- This is the table that the storm writes, so it proves its keys otherwise: room, organization and person come from rows
-- that are never deleted, and the gate asks for the sign-in. It has no index that a join would fill and nobody would ask.
CREATE TABLE admissions (
    id         uuid PRIMARY KEY,
    org_id     uuid        NOT NULL,
    room_id    uuid        NOT NULL,
    session_id uuid REFERENCES sessions (id),
    who_kind   text        NOT NULL CHECK (who_kind IN ('person', 'guest', 'service', 'phone', 'matrix', 'system')),
    who_id     text        NOT NULL CHECK (who_id <> ''),
    person_id  uuid,
    sign_in_id uuid,
    name       text        NOT NULL,
    org_name   text        NOT NULL,
    assurance  smallint    NOT NULL CHECK (assurance BETWEEN 0 AND 4),
    role       text        NOT NULL CHECK (role IN ('owner', 'moderator', 'member')),
    sources    jsonb       NOT NULL, -- empty: nothing
    state      text        NOT NULL CHECK (state IN ('admitted', 'open', 'ended')),
    reason     text        NOT NULL,
    generation bigint      NOT NULL CHECK (generation > 0),
    created_at timestamptz NOT NULL,
    ended_at   timestamptz,
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
-- Joining is repeatable: one admission that no relay has opened, for a sign-in and a room.
CREATE UNIQUE INDEX admissions_unopened ON admissions (sign_in_id, room_id) WHERE state = 'admitted';
CREATE INDEX admissions_sign_in ON admissions (sign_in_id) WHERE state = 'open'; -- admissions_unopened has the others
CREATE INDEX admissions_person ON admissions (person_id) WHERE state <> 'ended' AND sign_in_id IS NULL;
CREATE INDEX admissions_room ON admissions (room_id) WHERE state <> 'ended';
CREATE INDEX admissions_service ON admissions (who_id) WHERE who_kind = 'service' AND state <> 'ended';

CREATE TABLE relays (
    id           uuid PRIMARY KEY,
    admission_id uuid        NOT NULL REFERENCES admissions (id),
    replica      text        NOT NULL,
    opened_at    timestamptz NOT NULL,
    closed_at    timestamptz
);
CREATE INDEX relays_open ON relays (admission_id) WHERE closed_at IS NULL;
CREATE INDEX relays_replica ON relays (replica) WHERE closed_at IS NULL;
CREATE INDEX relays_closed ON relays (closed_at) WHERE closed_at IS NOT NULL;

CREATE TABLE replicas (
    name    text PRIMARY KEY,
    seen_at timestamptz NOT NULL
);

CREATE TABLE participants (
    id              uuid PRIMARY KEY,
    session_id      uuid        NOT NULL REFERENCES sessions (id),
    who_kind        text        NOT NULL,
    who_id          text        NOT NULL,
    person_id       uuid,
    name            text        NOT NULL,
    org_name        text        NOT NULL,
    assurance       smallint    NOT NULL,
    role            text        NOT NULL,
    first_joined_at timestamptz NOT NULL,
    UNIQUE (session_id, who_kind, who_id)
);

CREATE TABLE intervals (
    id             uuid PRIMARY KEY,
    session_id     uuid        NOT NULL REFERENCES sessions (id),
    participant_id uuid        NOT NULL REFERENCES participants (id),
    admission_id   uuid        NOT NULL REFERENCES admissions (id),
    began_at       timestamptz NOT NULL,
    last_seen_at   timestamptz NOT NULL,
    ended_at       timestamptz,
    CHECK (ended_at >= began_at)
);
CREATE UNIQUE INDEX intervals_open ON intervals (admission_id) WHERE ended_at IS NULL;
CREATE INDEX intervals_session ON intervals (session_id);

CREATE TABLE messages (
    id           uuid PRIMARY KEY,
    room_id      uuid        NOT NULL REFERENCES rooms (id),
    session_id   uuid        NOT NULL REFERENCES sessions (id),
    admission_id uuid        NOT NULL REFERENCES admissions (id),
    seq          bigint      NOT NULL,
    name         text        NOT NULL,
    text         text        NOT NULL,
    at           timestamptz NOT NULL,
    UNIQUE (session_id, seq)
);

CREATE TABLE hands (
    admission_id uuid PRIMARY KEY REFERENCES admissions (id),
    room_id      uuid        NOT NULL REFERENCES rooms (id),
    raised_at    timestamptz NOT NULL
);
CREATE INDEX hands_room ON hands (room_id);

-- The outbox: written in the transaction that caused the event, delivered_at by the worker that took it away.
CREATE TABLE events (
    id           uuid NOT NULL,
    subject      text        NOT NULL,
    seq          bigint      NOT NULL CHECK (seq > 0),
    type         text        NOT NULL,
    org_id       uuid        NOT NULL,
    actor        text        NOT NULL,
    on_behalf_of text        NOT NULL,
    at           timestamptz NOT NULL,
    data         jsonb       NOT NULL,
    delivered_at timestamptz,
    PRIMARY KEY (subject, seq)
);

-- What the replicas must forget. Read from the oldest transaction that still runs on, never "id > last": a number is
-- given before its transaction commits. origin is the process that wrote it and has forgotten already.
CREATE TABLE changes (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid    xid8        NOT NULL DEFAULT pg_current_xact_id(),
    origin uuid        NOT NULL,
    kind   text        NOT NULL,
    ref    text        NOT NULL,
    at     timestamptz NOT NULL
);
CREATE INDEX changes_xid ON changes (xid);

-- Rows hold ids; names and addresses only as the ciphertext in personal, under the key of person_key_id. batch_id and
-- leaf_hash are the sealer's; the hash stays when the row's content expires.
CREATE TABLE audit_batches (
    id            bigint PRIMARY KEY,
    size          integer     NOT NULL CHECK (size > 0),
    root          bytea       NOT NULL,
    previous_root bytea       NOT NULL,
    key_id        text        NOT NULL,
    signature     bytea       NOT NULL,
    sealed_at     timestamptz NOT NULL
);

CREATE TABLE person_keys (
    id           uuid PRIMARY KEY,
    person_id    uuid        NOT NULL UNIQUE REFERENCES people (id),
    wrapped      bytea, -- gone once erased
    created_at   timestamptz NOT NULL,
    destroyed_at timestamptz,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);

CREATE TABLE audit (
    id            uuid PRIMARY KEY,
    at            timestamptz NOT NULL,
    org_id        uuid        NOT NULL,
    action        text        NOT NULL,
    actor         text        NOT NULL,
    on_behalf_of  text        NOT NULL,
    subject       text        NOT NULL,
    data          jsonb       NOT NULL,
    personal      bytea,
    person_key_id uuid REFERENCES person_keys (id),
    batch_id      bigint REFERENCES audit_batches (id),
    leaf_hash     bytea,
    CHECK ((batch_id IS NULL) = (leaf_hash IS NULL))
);

CREATE TABLE webhook_inbox (
    position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id          text        NOT NULL UNIQUE CHECK (id <> ''),
    type        text        NOT NULL,
    room        text        NOT NULL,
    sid         text        NOT NULL,
    identity    text        NOT NULL,
    at          timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    attempts    integer     NOT NULL,
    not_before  timestamptz NOT NULL,
    done_at     timestamptz
);
CREATE INDEX webhook_inbox_waiting ON webhook_inbox (position) WHERE done_at IS NULL;
CREATE INDEX webhook_inbox_waiting_room ON webhook_inbox (room, position) WHERE done_at IS NULL;

CREATE TABLE idempotency_keys (
    principal    text        NOT NULL,
    route        text        NOT NULL,
    key          text        NOT NULL,
    request_hash bytea       NOT NULL,
    status       integer     NOT NULL, -- 0 while the request runs
    header       jsonb       NOT NULL,
    body         bytea,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (principal, route, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE leases (
    name   text PRIMARY KEY,
    holder text        NOT NULL,
    until  timestamptz NOT NULL
);

-- +goose Down

DROP TABLE leases, idempotency_keys, webhook_inbox, audit, person_keys, audit_batches, changes, events, hands, messages,
    intervals, participants, replicas, relays, admissions, session_rooms, sessions, lobby_tickets, openings, grants,
    room_seq, room_use, rooms, service_tokens, used_logout_tokens, sign_in_attempts, sign_ins, group_members, groups,
    emails, identities, people, organization_idps, organizations;
