-- Who administers what, by which rules people come to an organization, and how an organization is divided. Everything is added:
-- the program before runs on beside it, places people by siret and idp_id alone, and knows no administrator.
-- +goose Up

ALTER TABLE organizations ADD COLUMN parent_id TEXT REFERENCES organizations (id);
ALTER TABLE organizations ADD COLUMN kind TEXT NOT NULL DEFAULT 'other' CHECK (kind IN ('ministry', 'agency', 'other'));
ALTER TABLE organizations ADD COLUMN state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'pending', 'refused'));
ALTER TABLE organizations ADD COLUMN contact TEXT NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0);
CREATE INDEX organizations_parent ON organizations (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX organization_idps_org ON organization_idps (org_id);
CREATE INDEX people_order ON people (org_id, family_name, given_name, id);

CREATE TABLE organization_domains (
    domain TEXT NOT NULL PRIMARY KEY CHECK (domain <> ''), -- lower case
    org_id TEXT NOT NULL REFERENCES organizations (id)
) STRICT;
CREATE INDEX organization_domains_org ON organization_domains (org_id);

CREATE TABLE organization_claims (
    claim  TEXT NOT NULL CHECK (claim IN ('provider', 'organization_label', 'organizational_unit', 'roles')),
    value  TEXT NOT NULL CHECK (value <> ''),
    org_id TEXT NOT NULL REFERENCES organizations (id),
    PRIMARY KEY (claim, value)
) STRICT;
CREATE INDEX organization_claims_org ON organization_claims (org_id);

CREATE TABLE units (
    id         TEXT NOT NULL PRIMARY KEY,
    org_id     TEXT NOT NULL REFERENCES organizations (id),
    parent_id  TEXT REFERENCES units (id),
    name       TEXT NOT NULL CHECK (name <> ''),
    version    INTEGER NOT NULL CHECK (version > 0),
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX units_org ON units (org_id, name, id);
CREATE INDEX units_parent ON units (parent_id) WHERE parent_id IS NOT NULL;

-- Without org_id it is for the whole platform.
CREATE TABLE appointments (
    id        TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id),
    role      TEXT NOT NULL CHECK (role IN ('platform-admin', 'org-admin', 'auditor', 'support')),
    org_id    TEXT REFERENCES organizations (id),
    given_by  TEXT NOT NULL,
    given_at  TEXT NOT NULL,
    CHECK (role <> 'platform-admin' OR org_id IS NULL),
    CHECK (role <> 'org-admin' OR org_id IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX appointments_of_platform ON appointments (person_id, role) WHERE org_id IS NULL;
CREATE UNIQUE INDEX appointments_of_organization ON appointments (person_id, role, org_id) WHERE org_id IS NOT NULL;
CREATE INDEX appointments_org ON appointments (org_id);

-- The code by which the first administrator is made: hashed, good once.
CREATE TABLE platform_claims (
    code_hash  BLOB NOT NULL PRIMARY KEY,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at    TEXT,
    used_by    TEXT REFERENCES people (id)
) STRICT;

-- Whose account became part of whose; the first is closed.
CREATE TABLE merges (
    person_id TEXT NOT NULL PRIMARY KEY REFERENCES people (id),
    into_id   TEXT NOT NULL REFERENCES people (id),
    merged_by TEXT NOT NULL,
    merged_at TEXT NOT NULL,
    CHECK (person_id <> into_id)
) STRICT;
CREATE INDEX merges_into ON merges (into_id);

-- When the person last proved who they are; NULL: not known.
ALTER TABLE sign_ins ADD COLUMN authenticated_at TEXT;
-- The sign-in was asked to prove it anew.
ALTER TABLE sign_in_attempts ADD COLUMN elevate INTEGER NOT NULL DEFAULT 0;

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
