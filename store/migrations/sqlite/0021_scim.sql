-- People and groups as an identity management keeps them (SCIM 2.0). Everything is added: the program before runs on beside it, notes
-- no uid at a sign-in, which the next sign-in does, and makes a new person of somebody who was provisioned: the next sign-in joins them.
-- +goose Up

-- Whose identity provider behind a broker said who this is, and how it names them there; '' where neither is said.
ALTER TABLE identities ADD COLUMN idp_id TEXT NOT NULL DEFAULT '';
ALTER TABLE identities ADD COLUMN uid TEXT NOT NULL DEFAULT '';
CREATE INDEX identities_uid ON identities (provider, idp_id, uid) WHERE uid <> '';
CREATE INDEX identities_person ON identities (person_id);

-- For which people of which organization a service account speaks: those of one provider, or behind a broker of one idp_id.
CREATE TABLE scim_clients (
    id         TEXT NOT NULL PRIMARY KEY,
    account_id TEXT        NOT NULL UNIQUE REFERENCES service_accounts (id),
    org_id     TEXT        NOT NULL REFERENCES organizations (id),
    provider   TEXT        NOT NULL CHECK (provider <> ''),
    idp_id     TEXT        NOT NULL, -- '': the provider is the organization's own
    created_at TEXT NOT NULL,
    UNIQUE (org_id, provider, idp_id)
) STRICT;

-- Which client closed the account: it may open it again. NULL: an administrator did, or it is open.
ALTER TABLE people ADD COLUMN closed_by_client TEXT REFERENCES scim_clients (id);

-- Columns beside attributes are what can be searched: folded, but for external_id.
CREATE TABLE scim_users (
    id           TEXT NOT NULL PRIMARY KEY,
    client_id    TEXT        NOT NULL REFERENCES scim_clients (id),
    person_id    TEXT        NOT NULL REFERENCES people (id),
    user_name    TEXT        NOT NULL CHECK (user_name <> ''),
    external_id  TEXT        NOT NULL,
    display_name TEXT        NOT NULL,
    given_name   TEXT        NOT NULL,
    family_name  TEXT        NOT NULL,
    title        TEXT        NOT NULL,
    user_type    TEXT        NOT NULL,
    department   TEXT        NOT NULL,
    organization TEXT        NOT NULL,
    active       INTEGER     NOT NULL,
    attributes   TEXT       NOT NULL,
    version      INTEGER      NOT NULL CHECK (version > 0),
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX scim_users_name ON scim_users (client_id, user_name);
CREATE UNIQUE INDEX scim_users_external ON scim_users (client_id, external_id) WHERE external_id <> '';
CREATE INDEX scim_users_order ON scim_users (client_id, id);
CREATE INDEX scim_users_person ON scim_users (person_id);

CREATE TABLE scim_emails (
    user_id    TEXT    NOT NULL REFERENCES scim_users (id),
    place      INTEGER NOT NULL,
    address    TEXT    NOT NULL, -- folded
    kind       TEXT    NOT NULL,
    is_primary INTEGER NOT NULL,
    PRIMARY KEY (user_id, place)
) STRICT;
CREATE INDEX scim_emails_address ON scim_emails (address);

CREATE TABLE scim_groups (
    id           TEXT NOT NULL PRIMARY KEY REFERENCES groups (id),
    client_id    TEXT        NOT NULL REFERENCES scim_clients (id),
    external_id  TEXT        NOT NULL,
    display_name TEXT        NOT NULL CHECK (display_name <> ''), -- folded
    version      INTEGER      NOT NULL CHECK (version > 0),
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX scim_groups_external ON scim_groups (client_id, external_id) WHERE external_id <> '';
CREATE UNIQUE INDEX scim_groups_name ON scim_groups (client_id, display_name);
CREATE INDEX scim_groups_order ON scim_groups (client_id, id);

CREATE TABLE scim_group_members (
    group_id TEXT NOT NULL REFERENCES scim_groups (id),
    user_id  TEXT NOT NULL REFERENCES scim_users (id),
    PRIMARY KEY (group_id, user_id)
) STRICT;
CREATE INDEX scim_group_members_user ON scim_group_members (user_id);

-- +goose Down

DROP TABLE scim_group_members;
DROP TABLE scim_groups;
DROP TABLE scim_emails;
DROP TABLE scim_users;
ALTER TABLE people DROP COLUMN closed_by_client;
DROP TABLE scim_clients;
DROP INDEX identities_person;
DROP INDEX identities_uid;
ALTER TABLE identities DROP COLUMN uid;
ALTER TABLE identities DROP COLUMN idp_id;
