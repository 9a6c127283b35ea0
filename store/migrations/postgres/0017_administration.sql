-- Who administers what, by which rules people come to an organization, and how an organization is divided. Everything is added:
-- the program before runs on beside it, places people by siret and idp_id alone, and knows no administrator.
-- +goose Up

ALTER TABLE organizations ADD COLUMN parent_id uuid REFERENCES organizations (id);
ALTER TABLE organizations ADD COLUMN kind text NOT NULL DEFAULT 'other' CHECK (kind IN ('ministry', 'agency', 'other'));
ALTER TABLE organizations ADD COLUMN state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'pending', 'refused'));
ALTER TABLE organizations ADD COLUMN contact text NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN version bigint NOT NULL DEFAULT 1 CHECK (version > 0);
CREATE INDEX organizations_parent ON organizations (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX organization_idps_org ON organization_idps (org_id);
CREATE INDEX people_order ON people (org_id, family_name, given_name, id);

CREATE TABLE organization_domains (
    domain text PRIMARY KEY CHECK (domain <> ''), -- lower case
    org_id uuid NOT NULL REFERENCES organizations (id)
);
CREATE INDEX organization_domains_org ON organization_domains (org_id);

CREATE TABLE organization_claims (
    claim  text NOT NULL CHECK (claim IN ('provider', 'organization_label', 'organizational_unit', 'roles')),
    value  text NOT NULL CHECK (value <> ''),
    org_id uuid NOT NULL REFERENCES organizations (id),
    PRIMARY KEY (claim, value)
);
CREATE INDEX organization_claims_org ON organization_claims (org_id);

CREATE TABLE units (
    id         uuid PRIMARY KEY,
    org_id     uuid NOT NULL REFERENCES organizations (id),
    parent_id  uuid REFERENCES units (id),
    name       text NOT NULL CHECK (name <> ''),
    version    bigint NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL
);
CREATE INDEX units_org ON units (org_id, name, id);
CREATE INDEX units_parent ON units (parent_id) WHERE parent_id IS NOT NULL;

-- Without org_id it is for the whole platform.
CREATE TABLE appointments (
    id        uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people (id),
    role      text NOT NULL CHECK (role IN ('platform-admin', 'org-admin', 'auditor', 'support')),
    org_id    uuid REFERENCES organizations (id),
    given_by  text NOT NULL,
    given_at  timestamptz NOT NULL,
    CHECK (role <> 'platform-admin' OR org_id IS NULL),
    CHECK (role <> 'org-admin' OR org_id IS NOT NULL)
);
CREATE UNIQUE INDEX appointments_of_platform ON appointments (person_id, role) WHERE org_id IS NULL;
CREATE UNIQUE INDEX appointments_of_organization ON appointments (person_id, role, org_id) WHERE org_id IS NOT NULL;
CREATE INDEX appointments_org ON appointments (org_id);

-- The code by which the first administrator is made: hashed, good once.
CREATE TABLE platform_claims (
    code_hash  bytea PRIMARY KEY,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    used_by    uuid REFERENCES people (id)
);

-- Whose account became part of whose; the first is closed.
CREATE TABLE merges (
    person_id uuid PRIMARY KEY REFERENCES people (id),
    into_id   uuid NOT NULL REFERENCES people (id),
    merged_by text NOT NULL,
    merged_at timestamptz NOT NULL,
    CHECK (person_id <> into_id)
);
CREATE INDEX merges_into ON merges (into_id);

-- When the person last proved who they are; NULL: not known.
ALTER TABLE sign_ins ADD COLUMN authenticated_at timestamptz;
-- The sign-in was asked to prove it anew.
ALTER TABLE sign_in_attempts ADD COLUMN elevate boolean NOT NULL DEFAULT false;

-- +goose Down

ALTER TABLE sign_in_attempts DROP COLUMN elevate;
ALTER TABLE sign_ins DROP COLUMN authenticated_at;
DROP TABLE merges;
DROP TABLE platform_claims;
DROP TABLE appointments;
DROP TABLE units;
DROP TABLE organization_claims;
DROP TABLE organization_domains;
DROP INDEX people_order;
DROP INDEX organization_idps_org;
DROP INDEX organizations_parent;
ALTER TABLE organizations DROP COLUMN version;
ALTER TABLE organizations DROP COLUMN contact;
ALTER TABLE organizations DROP COLUMN state;
ALTER TABLE organizations DROP COLUMN kind;
ALTER TABLE organizations DROP COLUMN parent_id;
