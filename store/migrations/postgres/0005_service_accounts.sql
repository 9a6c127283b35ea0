-- Software has accounts with several credentials, and short tokens. What was a token of schema 4 becomes an account whose
-- secret is the token's. service_tokens stays for one release: the program before reads and writes it during a roll-out, and
-- the triggers below keep the two alike as far as they can be. What they cannot (networks, a secret taken away) ends the token
-- for that program. The migration after the next release drops both.
-- +goose Up

CREATE TABLE service_accounts (
    id           uuid PRIMARY KEY, -- the client_id
    org_id       uuid        NOT NULL REFERENCES organizations (id),
    name         text        NOT NULL,
    scopes       jsonb       NOT NULL,
    networks     jsonb       NOT NULL, -- []: from anywhere
    acts_for     jsonb       NOT NULL, -- organizations; []: for nobody
    version      bigint      NOT NULL CHECK (version > 0),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE INDEX service_accounts_org ON service_accounts (org_id, created_at DESC, id DESC);

CREATE TABLE service_credentials (
    id          uuid PRIMARY KEY,
    account_id  uuid        NOT NULL REFERENCES service_accounts (id),
    secret_hash bytea, -- of a secret
    kid         text, -- of a key
    jwk         text, -- of a key, as it was written: jsonb would turn it around
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz,
    UNIQUE (account_id, kid),
    CHECK ((secret_hash IS NULL) = (jwk IS NOT NULL) AND (kid IS NULL) = (jwk IS NULL))
);
CREATE INDEX service_credentials_account ON service_credentials (account_id);

CREATE TABLE service_access_tokens (
    hash          bytea PRIMARY KEY,
    account_id    uuid        NOT NULL REFERENCES service_accounts (id),
    credential_id uuid        NOT NULL, -- it may be gone: then the token counts no more
    person_id     uuid REFERENCES people (id), -- for whom the account acts
    scopes        jsonb       NOT NULL,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX service_access_tokens_expiry ON service_access_tokens (expires_at);

CREATE TABLE used_assertions (
    account_id uuid        NOT NULL REFERENCES service_accounts (id),
    jti_hash   bytea       NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, jti_hash)
);
CREATE INDEX used_assertions_expiry ON used_assertions (expires_at);

INSERT INTO service_accounts (id, org_id, name, scopes, networks, acts_for, version, created_at, expires_at, last_used_at, revoked_at)
SELECT id, org_id, name, scopes, '[]', '[]', 1, created_at, expires_at, last_used_at, revoked_at FROM service_tokens;
INSERT INTO service_credentials (id, account_id, secret_hash, created_at)
SELECT id, id, secret_hash, created_at FROM service_tokens;

-- +goose StatementBegin
CREATE FUNCTION service_token_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO service_accounts (id, org_id, name, scopes, networks, acts_for, version, created_at, expires_at)
    VALUES (NEW.id, NEW.org_id, NEW.name, NEW.scopes, '[]', '[]', 1, NEW.created_at, NEW.expires_at);
    INSERT INTO service_credentials (id, account_id, secret_hash, created_at) VALUES (NEW.id, NEW.id, NEW.secret_hash, NEW.created_at);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER service_token_made AFTER INSERT ON service_tokens FOR EACH ROW EXECUTE FUNCTION service_token_made();

-- +goose StatementBegin
CREATE FUNCTION service_token_revoked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE service_accounts SET revoked_at = NEW.revoked_at, version = version + 1
    WHERE id = NEW.id AND revoked_at IS NULL AND NEW.revoked_at IS NOT NULL;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER service_token_revoked AFTER UPDATE OF revoked_at ON service_tokens FOR EACH ROW EXECUTE FUNCTION service_token_revoked();

-- +goose StatementBegin
CREATE FUNCTION service_account_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE service_tokens SET revoked_at = NEW.revoked_at, scopes = NEW.scopes, expires_at = CASE
        WHEN NEW.networks <> '[]' THEN created_at
        WHEN expires_at IS NULL OR NEW.expires_at < expires_at THEN NEW.expires_at
        ELSE expires_at END
    WHERE id = NEW.id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER service_account_changed AFTER UPDATE OF revoked_at, scopes, networks, expires_at ON service_accounts
    FOR EACH ROW EXECUTE FUNCTION service_account_changed();

-- +goose StatementBegin
CREATE FUNCTION service_secret_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE service_tokens SET expires_at = created_at WHERE id = OLD.id;
    ELSE
        UPDATE service_tokens SET expires_at = NEW.expires_at WHERE id = NEW.id AND (expires_at IS NULL OR NEW.expires_at < expires_at);
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER service_secret_ended AFTER DELETE OR UPDATE OF expires_at ON service_credentials
    FOR EACH ROW EXECUTE FUNCTION service_secret_ended();

-- +goose Down

DROP TRIGGER service_token_made ON service_tokens;
DROP TRIGGER service_token_revoked ON service_tokens;
DROP TABLE used_assertions, service_access_tokens, service_credentials, service_accounts;
DROP FUNCTION service_token_made(), service_token_revoked(), service_account_changed(), service_secret_ended();
