-- What the platform, organizations and templates decide about rooms, people and software. Everything is added: the program before
-- runs on beside it, and heeds none of it.
-- +goose Up

-- One row is one document, with one version: all that somebody decided at one place. subject is '' for the platform.
CREATE TABLE policies (
    level      text NOT NULL,
    subject    text NOT NULL,
    settings   jsonb NOT NULL,
    version    bigint NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL,
    PRIMARY KEY (level, subject)
);

-- What rooms begin with. prefix comes before their names.
CREATE TABLE templates (
    id         uuid PRIMARY KEY,
    org_id     uuid NOT NULL REFERENCES organizations (id),
    name       text NOT NULL,
    prefix     text NOT NULL,
    settings   jsonb NOT NULL,
    version    bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by text NOT NULL
);
CREATE UNIQUE INDEX templates_name ON templates (org_id, name);

-- Counts the changes of both, so that a copy can be told from the present state by one number. There is one row, or none yet.
CREATE TABLE policy_clock (
    id         integer PRIMARY KEY,
    version    bigint NOT NULL,
    changed_at timestamptz NOT NULL
);

-- No reference: a room stays when its template goes, and then nothing is above it but its organization.
ALTER TABLE rooms ADD COLUMN template_id uuid;

-- +goose Down

ALTER TABLE rooms DROP COLUMN template_id;
DROP TABLE policy_clock;
DROP TABLE templates;
DROP TABLE policies;
