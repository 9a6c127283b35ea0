-- Who is told by mail that a webhook was disabled, which date the next reminder of a meeting is about, and which letters may be on
-- their way. Everything is added: the program before runs on beside it.
-- +goose Up

ALTER TABLE webhooks ADD COLUMN contact TEXT NOT NULL DEFAULT '';
ALTER TABLE webhooks ADD COLUMN language TEXT NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'en'));
ALTER TABLE webhooks ADD COLUMN notice TEXT NOT NULL DEFAULT 'null'; -- what nobody was told yet

-- Which date reminds_at is about, and how long before it: by other rules of the zone that is another moment. {}: not known.
ALTER TABLE meetings ADD COLUMN reminds_of TEXT NOT NULL DEFAULT '{}';

-- Since when a letter may have arrived; NULL again when its server certainly did not take it.
ALTER TABLE letters ADD COLUMN begun_at TEXT;

-- +goose Down

ALTER TABLE letters DROP COLUMN begun_at;
ALTER TABLE meetings DROP COLUMN reminds_of;
ALTER TABLE webhooks DROP COLUMN notice;
ALTER TABLE webhooks DROP COLUMN language;
ALTER TABLE webhooks DROP COLUMN contact;
