-- How much the platform was used, by day and organization: counts that stay when the names of sessions are gone. Everything is
-- added: the program before runs on beside it.
-- +goose Up

-- A row for each organization that met on that day, in UTC, and one of the nil UUID for the platform, of each day that was counted.
CREATE TABLE usage_days (
    day          TEXT    NOT NULL,
    org_id       TEXT    NOT NULL,
    sessions     INTEGER NOT NULL CHECK (sessions >= 0),
    participants INTEGER NOT NULL CHECK (participants >= 0),
    seconds      INTEGER NOT NULL CHECK (seconds >= 0),
    peak         INTEGER NOT NULL CHECK (peak >= 0),
    final        INTEGER NOT NULL,
    PRIMARY KEY (org_id, day)
) STRICT;
CREATE INDEX usage_days_day ON usage_days (day);

-- Sessions that a day saw: those that ended on it or later, and those that run.
CREATE INDEX sessions_ended ON sessions (ended_at);
CREATE INDEX sessions_started ON sessions (started_at);

-- +goose Down

DROP INDEX sessions_started;
DROP INDEX sessions_ended;
DROP TABLE usage_days;
