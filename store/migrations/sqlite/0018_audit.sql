-- The audit, sealed. Entries wait in audit, where they are written plainly and without an index, for at most a second; the sealer
-- moves them to audit_trail. Everything is added: the program before runs on beside it, and what it writes is sealed like the rest.
-- batch_id, leaf_hash, personal and person_key_id of audit were never written; a later version takes them away.
-- +goose Up

-- network is cut to /24 or /48 and leaves with the seal, which puts it under the key of whoever acted.
ALTER TABLE audit ADD COLUMN result TEXT NOT NULL DEFAULT 'done';
ALTER TABLE audit ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN request_id TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN network TEXT NOT NULL DEFAULT '';

-- leaves is the hashes of a batch's rows, one after the other; they stay when the rows expire.
ALTER TABLE audit_batches ADD COLUMN leaves BLOB NOT NULL DEFAULT x'';
ALTER TABLE audit_batches ADD COLUMN expired_at TEXT;
ALTER TABLE audit_batches ADD COLUMN expiry_signature BLOB;
CREATE INDEX audit_batches_kept ON audit_batches (sealed_at) WHERE expired_at IS NULL;

CREATE TABLE audit_trail (
    id            TEXT NOT NULL PRIMARY KEY,
    batch_id      INTEGER NOT NULL REFERENCES audit_batches (id),
    position      INTEGER NOT NULL,
    at            TEXT NOT NULL,
    org_id        TEXT NOT NULL,
    action        TEXT NOT NULL,
    actor         TEXT NOT NULL,
    on_behalf_of  TEXT NOT NULL,
    subject       TEXT NOT NULL,
    result        TEXT NOT NULL,
    code          TEXT NOT NULL,
    request_id    TEXT NOT NULL,
    data          TEXT NOT NULL,
    personal      BLOB,
    person_key_id TEXT REFERENCES person_keys (id),
    UNIQUE (batch_id, position)
) STRICT;
CREATE INDEX audit_trail_at ON audit_trail (at, id);
CREATE INDEX audit_trail_org ON audit_trail (org_id, at, id);
CREATE INDEX audit_trail_actor ON audit_trail (actor, at, id);
CREATE INDEX audit_trail_subject ON audit_trail (subject, at, id);
CREATE INDEX audit_trail_action ON audit_trail (action, at, id);

-- +goose Down

-- What was sealed goes back to where the program before looks for it.
INSERT INTO audit (id, at, org_id, action, actor, on_behalf_of, subject, data)
    SELECT id, at, org_id, action, actor, on_behalf_of, subject, data FROM audit_trail;
DROP TABLE audit_trail;
DELETE FROM audit_batches;
DROP INDEX audit_batches_kept;
ALTER TABLE audit_batches DROP COLUMN leaves;
ALTER TABLE audit_batches DROP COLUMN expired_at;
ALTER TABLE audit_batches DROP COLUMN expiry_signature;
ALTER TABLE audit DROP COLUMN result;
ALTER TABLE audit DROP COLUMN code;
ALTER TABLE audit DROP COLUMN request_id;
ALTER TABLE audit DROP COLUMN network;
