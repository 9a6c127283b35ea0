-- The twin of postgres/0011_webhooks.sql.
-- +goose Up

ALTER TABLE events ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;
CREATE INDEX events_pending ON events (at, id) WHERE pending;

ALTER TABLE sessions ADD COLUMN meeting_id TEXT; -- the meeting in whose opening a session began

CREATE TABLE webhooks (
    id            TEXT NOT NULL PRIMARY KEY,
    org_id        TEXT NOT NULL REFERENCES organizations (id),
    account_id    TEXT NOT NULL REFERENCES service_accounts (id), -- whose end ends it
    url           TEXT NOT NULL CHECK (url <> ''),
    types         TEXT NOT NULL, -- []: all
    description   TEXT NOT NULL,
    signature     TEXT NOT NULL CHECK (signature IN ('hmac-sha256', 'ed25519')),
    keys          TEXT NOT NULL, -- sealed
    state         TEXT NOT NULL CHECK (state IN ('pending', 'active', 'disabled')),
    reason        TEXT NOT NULL,
    challenge     TEXT NOT NULL, -- the message whose answer proves the address
    version       INTEGER NOT NULL CHECK (version > 0),
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    disabled_at   TEXT,
    delivered_at  TEXT,
    failing_since TEXT,
    dead          INTEGER NOT NULL CHECK (dead >= 0), -- since something came through
    paused_until  TEXT,
    leased_by     TEXT,
    leased_until  TEXT,
    wake_at       TEXT, -- when background work looks at it again
    deleted_at    TEXT, -- the row goes when its deliveries are gone
    CHECK ((state = 'disabled') = (disabled_at IS NOT NULL))
) STRICT;
CREATE INDEX webhooks_org ON webhooks (org_id, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX webhooks_account ON webhooks (account_id) WHERE deleted_at IS NULL;

CREATE TABLE deliveries (
    id           TEXT NOT NULL PRIMARY KEY,
    webhook_id   TEXT NOT NULL REFERENCES webhooks (id),
    message_id   TEXT NOT NULL,
    type         TEXT NOT NULL,
    body         BLOB NOT NULL, -- what is sent, byte for byte, at every attempt
    state        TEXT NOT NULL CHECK (state IN ('queued', 'delivered', 'dead')),
    attempts     INTEGER NOT NULL CHECK (attempts >= 0),
    next_at      TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    attempted_at TEXT,
    status       INTEGER NOT NULL, -- of the last answer; 0 without one
    failure      TEXT NOT NULL,
    UNIQUE (webhook_id, message_id)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (webhook_id, next_at, id) WHERE state = 'queued';
CREATE INDEX deliveries_list ON deliveries (webhook_id, id DESC);
CREATE INDEX deliveries_age ON deliveries (created_at);

CREATE TABLE webhook_streams (
    stream TEXT NOT NULL PRIMARY KEY,
    seq    INTEGER NOT NULL
) STRICT;

-- +goose Down

DROP TABLE webhook_streams;
DROP TABLE deliveries;
DROP TABLE webhooks;
ALTER TABLE sessions DROP COLUMN meeting_id;
DROP INDEX events_pending;
ALTER TABLE events DROP COLUMN pending;
