-- What the platform, organizations and templates decide about rooms, people and software. Everything is added: the program before
-- runs on beside it, and heeds none of it.
-- +goose Up

-- One row is one document, with one version: all that somebody decided at one place. subject is '' for the platform.
CREATE TABLE policies (
    level      TEXT NOT NULL,
    subject    TEXT NOT NULL,
    settings   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (level, subject)
);

-- What rooms begin with. prefix comes before their names.
CREATE TABLE templates (
    id         TEXT PRIMARY KEY,
    org_id     TEXT NOT NULL REFERENCES organizations (id),
    name       TEXT NOT NULL,
    prefix     TEXT NOT NULL,
    settings   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    updated_by TEXT NOT NULL
);
CREATE UNIQUE INDEX templates_name ON templates (org_id, name);

-- Counts the changes of both, so that a copy can be told from the present state by one number. There is one row, or none yet.
CREATE TABLE policy_clock (
    id         INTEGER PRIMARY KEY,
    version    INTEGER NOT NULL,
    changed_at TEXT NOT NULL
);

-- No reference: a room stays when its template goes, and then nothing is above it but its organization.
ALTER TABLE rooms ADD COLUMN template_id TEXT;

-- +goose Down

ALTER TABLE rooms DROP COLUMN template_id;
DROP TABLE policy_clock;
DROP TABLE templates;
DROP TABLE policies;
