-- What answers for personal data: holds, erasures and copies that were asked for. Everything is added.
-- +goose Up

ALTER TABLE people ADD COLUMN erased_at TEXT;

CREATE TABLE holds (
    id           TEXT NOT NULL PRIMARY KEY,
    org_id       TEXT NOT NULL REFERENCES organizations (id),
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('person', 'room')),
    subject_id   TEXT NOT NULL,
    reason       TEXT NOT NULL CHECK (reason <> ''),
    placed_by    TEXT NOT NULL,
    placed_at    TEXT NOT NULL,
    ended_at     TEXT,
    ended_by     TEXT NOT NULL DEFAULT '',
    end_reason   TEXT NOT NULL DEFAULT '',
    CHECK ((ended_at IS NULL) = (end_reason = ''))
) STRICT;
CREATE INDEX holds_open ON holds (subject_kind, subject_id) WHERE ended_at IS NULL;
CREATE INDEX holds_list ON holds (org_id, id);

-- counts: what was done of each kind, written with each step; handover: who takes over what the person leads.
CREATE TABLE erasures (
    id           TEXT NOT NULL PRIMARY KEY,
    org_id       TEXT NOT NULL REFERENCES organizations (id),
    person_id    TEXT NOT NULL UNIQUE REFERENCES people (id),
    state        TEXT NOT NULL CHECK (state IN ('running', 'done')),
    reason       TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    handover     TEXT NOT NULL,
    counts       TEXT NOT NULL,
    held         INTEGER NOT NULL DEFAULT 0, -- rows that a hold on a room keeps
    receipt      TEXT,
    done_at      TEXT,
    CHECK ((state = 'done') = (receipt IS NOT NULL AND done_at IS NOT NULL))
) STRICT;

CREATE TABLE exports (
    id        TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id),
    asked_by  TEXT NOT NULL,
    asked_at  TEXT NOT NULL
) STRICT;
CREATE INDEX exports_person ON exports (person_id, asked_at);
CREATE INDEX exports_age ON exports (asked_at);

CREATE INDEX participants_person ON participants (person_id) WHERE person_id IS NOT NULL;

-- +goose Down

DROP INDEX participants_person;
DROP TABLE exports;
DROP TABLE erasures;
DROP TABLE holds;
ALTER TABLE people DROP COLUMN erased_at;
