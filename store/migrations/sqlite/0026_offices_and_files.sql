-- People told of in files, by nobody's software, and offices that own rooms. Everything is added, but that a client of provisioning may
-- be without an account: the program before runs on beside it, opens rooms to the holders of offices as to anybody with a role, and
-- knows nothing of the offices themselves.
-- +goose Up

-- SQLite takes a NOT NULL back by making the table anew. What refers to it is looked at when all is done.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE scim_clients_before AS SELECT id, account_id, org_id, provider, idp_id, created_at FROM scim_clients;
DROP TABLE scim_clients;
CREATE TABLE scim_clients (
    id         TEXT NOT NULL PRIMARY KEY,
    account_id TEXT UNIQUE REFERENCES service_accounts (id), -- NULL: files speak
    org_id     TEXT NOT NULL REFERENCES organizations (id),
    provider   TEXT NOT NULL CHECK (provider <> ''),
    idp_id     TEXT NOT NULL, -- '': the provider is the organization's own
    created_at TEXT NOT NULL,
    UNIQUE (org_id, provider, idp_id)
) STRICT;
INSERT INTO scim_clients (id, account_id, org_id, provider, idp_id, created_at) SELECT id, account_id, org_id, provider, idp_id, created_at FROM scim_clients_before;
DROP TABLE scim_clients_before;

-- A function of an organization that owns rooms, whoever fills it.
CREATE TABLE offices (
    id         TEXT NOT NULL PRIMARY KEY,
    org_id     TEXT NOT NULL REFERENCES organizations (id),
    unit_id    TEXT REFERENCES units (id),
    name       TEXT NOT NULL CHECK (name <> ''),
    version    INTEGER NOT NULL CHECK (version > 0),
    created_at TEXT NOT NULL,
    UNIQUE (org_id, name)
) STRICT;
CREATE INDEX offices_unit ON offices (unit_id) WHERE unit_id IS NOT NULL;

-- Who fills an office, and who stands in. What they may do in its rooms are grants of source office.
CREATE TABLE office_holders (
    id         TEXT NOT NULL PRIMARY KEY,
    office_id  TEXT NOT NULL REFERENCES offices (id),
    person_id  TEXT NOT NULL REFERENCES people (id),
    kind       TEXT NOT NULL CHECK (kind IN ('holder', 'deputy')),
    role       TEXT NOT NULL CHECK (role IN ('owner', 'moderator')),
    not_before TEXT,
    not_after  TEXT,
    added_by   TEXT NOT NULL,
    added_at   TEXT NOT NULL,
    UNIQUE (office_id, person_id),
    CHECK (not_after > not_before),
    CHECK (kind = 'deputy' OR role = 'owner'),
    CHECK (kind = 'holder' OR not_after IS NOT NULL)
) STRICT;
CREATE INDEX office_holders_person ON office_holders (person_id);

ALTER TABLE rooms ADD COLUMN office_id TEXT REFERENCES offices (id);
CREATE INDEX rooms_office ON rooms (office_id) WHERE office_id IS NOT NULL;

-- +goose Down

DELETE FROM grants WHERE source_kind = 'office';
DROP INDEX rooms_office;
ALTER TABLE rooms DROP COLUMN office_id;
DROP TABLE office_holders;
DROP TABLE offices;
PRAGMA defer_foreign_keys = ON;
UPDATE people SET closed_by_client = NULL WHERE closed_by_client IN (SELECT id FROM scim_clients WHERE account_id IS NULL);
DELETE FROM scim_emails WHERE user_id IN (SELECT u.id FROM scim_users u JOIN scim_clients c ON c.id = u.client_id WHERE c.account_id IS NULL);
DELETE FROM scim_group_members WHERE user_id IN (SELECT u.id FROM scim_users u JOIN scim_clients c ON c.id = u.client_id WHERE c.account_id IS NULL);
DELETE FROM scim_users WHERE client_id IN (SELECT id FROM scim_clients WHERE account_id IS NULL);
DELETE FROM scim_groups WHERE client_id IN (SELECT id FROM scim_clients WHERE account_id IS NULL);
CREATE TABLE scim_clients_before AS SELECT id, account_id, org_id, provider, idp_id, created_at FROM scim_clients WHERE account_id IS NOT NULL;
DROP TABLE scim_clients;
CREATE TABLE scim_clients (
    id         TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE REFERENCES service_accounts (id),
    org_id     TEXT NOT NULL REFERENCES organizations (id),
    provider   TEXT NOT NULL CHECK (provider <> ''),
    idp_id     TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (org_id, provider, idp_id)
) STRICT;
INSERT INTO scim_clients (id, account_id, org_id, provider, idp_id, created_at) SELECT id, account_id, org_id, provider, idp_id, created_at FROM scim_clients_before;
DROP TABLE scim_clients_before;
