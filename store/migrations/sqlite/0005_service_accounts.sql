-- Software has accounts with several credentials, and short tokens. What was a token of schema 4 becomes an account whose
-- secret is the token's. service_tokens stays for one release: the program before reads and writes it during a roll-out, and
-- the triggers below keep the two alike as far as they can be. What they cannot (networks, a secret taken away) ends the token
-- for that program. The migration after the next release drops both.
-- +goose Up

CREATE TABLE service_accounts (
    id           TEXT NOT NULL PRIMARY KEY, -- the client_id
    org_id       TEXT NOT NULL REFERENCES organizations (id),
    name         TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    networks     TEXT NOT NULL, -- []: from anywhere
    acts_for     TEXT NOT NULL, -- organizations; []: for nobody
    version      INTEGER NOT NULL CHECK (version > 0),
    created_at   TEXT NOT NULL,
    expires_at   TEXT,
    last_used_at TEXT,
    revoked_at   TEXT
) STRICT;
CREATE INDEX service_accounts_org ON service_accounts (org_id, created_at DESC, id DESC);

CREATE TABLE service_credentials (
    id          TEXT NOT NULL PRIMARY KEY,
    account_id  TEXT NOT NULL REFERENCES service_accounts (id),
    secret_hash BLOB, -- of a secret
    kid         TEXT, -- of a key
    jwk         TEXT, -- of a key
    created_at  TEXT NOT NULL,
    expires_at  TEXT,
    UNIQUE (account_id, kid),
    CHECK ((secret_hash IS NULL) = (jwk IS NOT NULL) AND (kid IS NULL) = (jwk IS NULL))
) STRICT;
CREATE INDEX service_credentials_account ON service_credentials (account_id);

CREATE TABLE service_access_tokens (
    hash          BLOB NOT NULL PRIMARY KEY,
    account_id    TEXT NOT NULL REFERENCES service_accounts (id),
    credential_id TEXT NOT NULL, -- it may be gone: then the token counts no more
    person_id     TEXT REFERENCES people (id), -- for whom the account acts
    scopes        TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    expires_at    TEXT NOT NULL
) STRICT;
CREATE INDEX service_access_tokens_expiry ON service_access_tokens (expires_at);

CREATE TABLE used_assertions (
    account_id TEXT NOT NULL REFERENCES service_accounts (id),
    jti_hash   BLOB NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (account_id, jti_hash)
) STRICT;
CREATE INDEX used_assertions_expiry ON used_assertions (expires_at);

INSERT INTO service_accounts (id, org_id, name, scopes, networks, acts_for, version, created_at, expires_at, last_used_at, revoked_at)
SELECT id, org_id, name, scopes, '[]', '[]', 1, created_at, expires_at, last_used_at, revoked_at FROM service_tokens;
INSERT INTO service_credentials (id, account_id, secret_hash, created_at)
SELECT id, id, secret_hash, created_at FROM service_tokens;

-- +goose StatementBegin
CREATE TRIGGER service_token_made AFTER INSERT ON service_tokens BEGIN
    INSERT INTO service_accounts (id, org_id, name, scopes, networks, acts_for, version, created_at, expires_at)
    VALUES (NEW.id, NEW.org_id, NEW.name, NEW.scopes, '[]', '[]', 1, NEW.created_at, NEW.expires_at);
    INSERT INTO service_credentials (id, account_id, secret_hash, created_at) VALUES (NEW.id, NEW.id, NEW.secret_hash, NEW.created_at);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER service_token_revoked AFTER UPDATE OF revoked_at ON service_tokens BEGIN
    UPDATE service_accounts SET revoked_at = NEW.revoked_at, version = version + 1
    WHERE id = NEW.id AND revoked_at IS NULL AND NEW.revoked_at IS NOT NULL;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER service_account_changed AFTER UPDATE OF revoked_at, scopes, networks, expires_at ON service_accounts BEGIN
    UPDATE service_tokens SET revoked_at = NEW.revoked_at, scopes = NEW.scopes, expires_at = CASE
        WHEN NEW.networks <> '[]' THEN created_at
        WHEN expires_at IS NULL OR NEW.expires_at < expires_at THEN NEW.expires_at
        ELSE expires_at END
    WHERE id = NEW.id;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER service_secret_ended AFTER UPDATE OF expires_at ON service_credentials BEGIN
    UPDATE service_tokens SET expires_at = NEW.expires_at WHERE id = NEW.id AND (expires_at IS NULL OR NEW.expires_at < expires_at);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER service_secret_removed AFTER DELETE ON service_credentials BEGIN
    UPDATE service_tokens SET expires_at = created_at WHERE id = OLD.id;
END;
-- +goose StatementEnd

-- +goose Down

DROP TRIGGER service_token_made;
DROP TRIGGER service_token_revoked;
DROP TRIGGER service_account_changed;
DROP TRIGGER service_secret_ended;
DROP TRIGGER service_secret_removed;
DROP TABLE used_assertions;
DROP TABLE service_access_tokens;
DROP TABLE service_credentials;
DROP TABLE service_accounts;
