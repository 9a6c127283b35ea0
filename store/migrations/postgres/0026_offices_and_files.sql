-- People told of in files, by nobody's software, and offices that own rooms. Everything is added, but that a client of provisioning may
-- be without an account: the program before runs on beside it, opens rooms to the holders of offices as to anybody with a role, and
-- knows nothing of the offices themselves.
-- +goose Up

ALTER TABLE scim_clients ALTER COLUMN account_id DROP NOT NULL; -- NULL: files speak

-- A function of an organization that owns rooms, whoever fills it.
CREATE TABLE offices (
    id         uuid        NOT NULL PRIMARY KEY,
    org_id     uuid        NOT NULL REFERENCES organizations (id),
    unit_id    uuid        REFERENCES units (id),
    name       text        NOT NULL CHECK (name <> ''),
    version    bigint      NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    UNIQUE (org_id, name)
);
CREATE INDEX offices_unit ON offices (unit_id) WHERE unit_id IS NOT NULL;

-- Who fills an office, and who stands in. What they may do in its rooms are grants of source office.
CREATE TABLE office_holders (
    id         uuid        NOT NULL PRIMARY KEY,
    office_id  uuid        NOT NULL REFERENCES offices (id),
    person_id  uuid        NOT NULL REFERENCES people (id),
    kind       text        NOT NULL CHECK (kind IN ('holder', 'deputy')),
    role       text        NOT NULL CHECK (role IN ('owner', 'moderator')),
    not_before timestamptz,
    not_after  timestamptz,
    added_by   text        NOT NULL,
    added_at   timestamptz NOT NULL,
    UNIQUE (office_id, person_id),
    CHECK (not_after > not_before),
    CHECK (kind = 'deputy' OR role = 'owner'),
    CHECK (kind = 'holder' OR not_after IS NOT NULL)
);
CREATE INDEX office_holders_person ON office_holders (person_id);

ALTER TABLE rooms ADD COLUMN office_id uuid REFERENCES offices (id);
CREATE INDEX rooms_office ON rooms (office_id) WHERE office_id IS NOT NULL;

-- +goose Down

DELETE FROM grants WHERE source_kind = 'office';
DROP INDEX rooms_office;
ALTER TABLE rooms DROP COLUMN office_id;
DROP TABLE office_holders;
DROP TABLE offices;
UPDATE people SET closed_by_client = NULL WHERE closed_by_client IN (SELECT id FROM scim_clients WHERE account_id IS NULL);
DELETE FROM scim_emails WHERE user_id IN (SELECT u.id FROM scim_users u JOIN scim_clients c ON c.id = u.client_id WHERE c.account_id IS NULL);
DELETE FROM scim_group_members WHERE user_id IN (SELECT u.id FROM scim_users u JOIN scim_clients c ON c.id = u.client_id WHERE c.account_id IS NULL);
DELETE FROM scim_users WHERE client_id IN (SELECT id FROM scim_clients WHERE account_id IS NULL);
DELETE FROM scim_groups WHERE client_id IN (SELECT id FROM scim_clients WHERE account_id IS NULL);
DELETE FROM scim_clients WHERE account_id IS NULL;
ALTER TABLE scim_clients ALTER COLUMN account_id SET NOT NULL;
