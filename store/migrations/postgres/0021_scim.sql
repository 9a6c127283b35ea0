-- People and groups as an identity management keeps them (SCIM 2.0). Everything is added: the program before runs on beside it, notes
-- no uid at a sign-in, which the next sign-in does, and makes a new person of somebody who was provisioned: the next sign-in joins them.
-- +goose Up

-- Whose identity provider behind a broker said who this is, and how it names them there; '' where neither is said.
ALTER TABLE identities ADD COLUMN idp_id text NOT NULL DEFAULT '';
ALTER TABLE identities ADD COLUMN uid text NOT NULL DEFAULT '';
CREATE INDEX identities_uid ON identities (provider, idp_id, uid) WHERE uid <> '';
CREATE INDEX identities_person ON identities (person_id);

-- For which people of which organization a service account speaks: those of one provider, or behind a broker of one idp_id.
CREATE TABLE scim_clients (
    id         uuid PRIMARY KEY,
    account_id uuid        NOT NULL UNIQUE REFERENCES service_accounts (id),
    org_id     uuid        NOT NULL REFERENCES organizations (id),
    provider   text        NOT NULL CHECK (provider <> ''),
    idp_id     text        NOT NULL, -- '': the provider is the organization's own
    created_at timestamptz NOT NULL,
    UNIQUE (org_id, provider, idp_id)
);

-- Which client closed the account: it may open it again. NULL: an administrator did, or it is open.
ALTER TABLE people ADD COLUMN closed_by_client uuid REFERENCES scim_clients (id);

-- Columns beside attributes are what can be searched: folded, but for external_id.
CREATE TABLE scim_users (
    id           uuid PRIMARY KEY,
    client_id    uuid        NOT NULL REFERENCES scim_clients (id),
    person_id    uuid        NOT NULL REFERENCES people (id),
    user_name    text        NOT NULL CHECK (user_name <> ''),
    external_id  text        NOT NULL,
    display_name text        NOT NULL,
    given_name   text        NOT NULL,
    family_name  text        NOT NULL,
    title        text        NOT NULL,
    user_type    text        NOT NULL,
    department   text        NOT NULL,
    organization text        NOT NULL,
    active       boolean     NOT NULL,
    attributes   jsonb       NOT NULL,
    version      bigint      NOT NULL CHECK (version > 0),
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
CREATE UNIQUE INDEX scim_users_name ON scim_users (client_id, user_name);
CREATE UNIQUE INDEX scim_users_external ON scim_users (client_id, external_id) WHERE external_id <> '';
CREATE INDEX scim_users_order ON scim_users (client_id, id);
CREATE INDEX scim_users_person ON scim_users (person_id);

CREATE TABLE scim_emails (
    user_id    uuid    NOT NULL REFERENCES scim_users (id),
    place      integer NOT NULL,
    address    text    NOT NULL, -- folded
    kind       text    NOT NULL,
    is_primary boolean NOT NULL,
    PRIMARY KEY (user_id, place)
);
CREATE INDEX scim_emails_address ON scim_emails (address);

CREATE TABLE scim_groups (
    id           uuid PRIMARY KEY REFERENCES groups (id),
    client_id    uuid        NOT NULL REFERENCES scim_clients (id),
    external_id  text        NOT NULL,
    display_name text        NOT NULL CHECK (display_name <> ''), -- folded
    version      bigint      NOT NULL CHECK (version > 0),
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);
CREATE UNIQUE INDEX scim_groups_external ON scim_groups (client_id, external_id) WHERE external_id <> '';
CREATE UNIQUE INDEX scim_groups_name ON scim_groups (client_id, display_name);
CREATE INDEX scim_groups_order ON scim_groups (client_id, id);

CREATE TABLE scim_group_members (
    group_id uuid NOT NULL REFERENCES scim_groups (id),
    user_id  uuid NOT NULL REFERENCES scim_users (id),
    PRIMARY KEY (group_id, user_id)
);
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
