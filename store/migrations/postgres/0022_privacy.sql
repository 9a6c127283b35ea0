-- What answers for personal data: holds, erasures and copies that were asked for. Everything is added.
-- +goose Up

ALTER TABLE people ADD COLUMN erased_at timestamptz;

CREATE TABLE holds (
    id           uuid PRIMARY KEY,
    org_id       uuid NOT NULL REFERENCES organizations (id),
    subject_kind text NOT NULL CHECK (subject_kind IN ('person', 'room')),
    subject_id   uuid NOT NULL,
    reason       text NOT NULL CHECK (reason <> ''),
    placed_by    text NOT NULL,
    placed_at    timestamptz NOT NULL,
    ended_at     timestamptz,
    ended_by     text NOT NULL DEFAULT '',
    end_reason   text NOT NULL DEFAULT '',
    CHECK ((ended_at IS NULL) = (end_reason = ''))
);
CREATE INDEX holds_open ON holds (subject_kind, subject_id) WHERE ended_at IS NULL;
CREATE INDEX holds_list ON holds (org_id, id);

-- counts: what was done of each kind, written with each step; handover: who takes over what the person leads.
CREATE TABLE erasures (
    id           uuid PRIMARY KEY,
    org_id       uuid NOT NULL REFERENCES organizations (id),
    person_id    uuid NOT NULL UNIQUE REFERENCES people (id),
    state        text NOT NULL CHECK (state IN ('running', 'done')),
    reason       text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    handover     jsonb NOT NULL,
    counts       jsonb NOT NULL,
    held         integer NOT NULL DEFAULT 0, -- rows that a hold on a room keeps
    receipt      jsonb,
    done_at      timestamptz,
    CHECK ((state = 'done') = (receipt IS NOT NULL AND done_at IS NOT NULL))
);

CREATE TABLE exports (
    id        uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people (id),
    asked_by  text NOT NULL,
    asked_at  timestamptz NOT NULL
);
CREATE INDEX exports_person ON exports (person_id, asked_at);
CREATE INDEX exports_age ON exports (asked_at);

CREATE INDEX participants_person ON participants (person_id) WHERE person_id IS NOT NULL;

-- +goose Down

DROP INDEX participants_person;
DROP TABLE exports;
DROP TABLE erasures;
DROP TABLE holds;
ALTER TABLE people DROP COLUMN erased_at;
