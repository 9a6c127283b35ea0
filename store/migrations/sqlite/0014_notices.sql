-- Who is told by mail that a webhook was disabled, and which date the next reminder of a meeting is about. Everything is added:
-- the program before runs on beside it.
-- +goose Up

ALTER TABLE webhooks ADD COLUMN contact TEXT NOT NULL DEFAULT '';
ALTER TABLE webhooks ADD COLUMN language TEXT NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'en'));
ALTER TABLE webhooks ADD COLUMN notice TEXT NOT NULL DEFAULT 'null'; -- what nobody was told yet

-- Which date reminds_at is about, and how long before it: by other rules of the zone that is another moment. {}: not known.
ALTER TABLE meetings ADD COLUMN reminds_of TEXT NOT NULL DEFAULT '{}';

-- +goose Down

ALTER TABLE meetings DROP COLUMN reminds_of;
ALTER TABLE webhooks DROP COLUMN notice;
ALTER TABLE webhooks DROP COLUMN language;
ALTER TABLE webhooks DROP COLUMN contact;
