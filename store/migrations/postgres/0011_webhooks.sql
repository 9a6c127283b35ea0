-- Webhooks: to which addresses events of an organization are told, and what came of each message. Everything is added: the
-- program before runs on beside it, and what it writes is told to nobody.
-- +goose Up

-- Written with the event where somebody wants to hear of it, taken away by the worker that makes messages of it.
ALTER TABLE events ADD COLUMN pending boolean NOT NULL DEFAULT false;
CREATE INDEX events_pending ON events (at, id) WHERE pending;

-- The meeting in whose opening a session began. There is no key: it is an answer to "which one was that".
ALTER TABLE sessions ADD COLUMN meeting_id uuid;

CREATE TABLE webhooks (
    id            uuid PRIMARY KEY,
    org_id        uuid NOT NULL REFERENCES organizations (id),
    account_id    uuid NOT NULL REFERENCES service_accounts (id), -- whose end ends it
    url           text NOT NULL CHECK (url <> ''),
    types         jsonb NOT NULL, -- []: all
    description   text NOT NULL,
    signature     text NOT NULL CHECK (signature IN ('hmac-sha256', 'ed25519')),
    keys          jsonb NOT NULL, -- sealed
    state         text NOT NULL CHECK (state IN ('pending', 'active', 'disabled')),
    reason        text NOT NULL,
    challenge     uuid NOT NULL, -- the message whose answer proves the address
    version       bigint NOT NULL CHECK (version > 0),
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    disabled_at   timestamptz,
    delivered_at  timestamptz,
    failing_since timestamptz,
    dead          integer NOT NULL CHECK (dead >= 0), -- since something came through
    paused_until  timestamptz,
    leased_by     uuid,
    leased_until  timestamptz,
    wake_at       timestamptz, -- when background work looks at it again
    deleted_at    timestamptz, -- the row goes when its deliveries are gone
    CHECK ((state = 'disabled') = (disabled_at IS NOT NULL))
);
CREATE INDEX webhooks_org ON webhooks (org_id, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX webhooks_account ON webhooks (account_id) WHERE deleted_at IS NULL;

-- body is what is sent, byte for byte, at every attempt; message_id is the webhook-id.
CREATE TABLE deliveries (
    id           uuid PRIMARY KEY,
    webhook_id   uuid NOT NULL REFERENCES webhooks (id),
    message_id   uuid NOT NULL,
    type         text NOT NULL,
    body         bytea NOT NULL,
    state        text NOT NULL CHECK (state IN ('queued', 'delivered', 'dead')),
    attempts     integer NOT NULL CHECK (attempts >= 0),
    next_at      timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    attempted_at timestamptz,
    status       integer NOT NULL, -- of the last answer; 0 without one
    failure      text NOT NULL,
    UNIQUE (webhook_id, message_id)
);
CREATE INDEX deliveries_due ON deliveries (webhook_id, next_at, id) WHERE state = 'queued';
CREATE INDEX deliveries_list ON deliveries (webhook_id, id DESC);
CREATE INDEX deliveries_age ON deliveries (created_at);

-- The numbers of messages: one row a meeting, or a room where there is no meeting.
CREATE TABLE webhook_streams (
    stream text PRIMARY KEY,
    seq    bigint NOT NULL
);

-- +goose Down

DROP TABLE webhook_streams, deliveries, webhooks;
ALTER TABLE sessions DROP COLUMN meeting_id;
DROP INDEX events_pending;
ALTER TABLE events DROP COLUMN pending;
