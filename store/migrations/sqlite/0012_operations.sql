-- Work that somebody asked for and does not wait for. Everything is added.
-- +goose Up

-- who asked, and with what rights; who is to be invited, until it has ended.
CREATE TABLE operations (
    id         text PRIMARY KEY,
    org_id     text NOT NULL REFERENCES organizations (id),
    meeting_id text NOT NULL REFERENCES meetings (id),
    who        text NOT NULL,
    invitees   text NOT NULL,
    state      text NOT NULL CHECK (state IN ('queued', 'done', 'failed')),
    invited    integer NOT NULL,
    changed    integer NOT NULL,
    code       text NOT NULL,
    detail     text NOT NULL,
    created_at timestamp NOT NULL,
    ended_at   timestamp,
    CHECK ((state = 'queued') = (ended_at IS NULL))
);
CREATE INDEX operations_created ON operations (created_at);

-- +goose Down

DROP TABLE operations;
