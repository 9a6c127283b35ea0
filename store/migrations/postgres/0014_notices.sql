-- Who is told by mail that a webhook was disabled, and which date the next reminder of a meeting is about. Everything is added:
-- the program before runs on beside it.
-- +goose Up

ALTER TABLE webhooks
    ADD COLUMN contact  text NOT NULL DEFAULT '',
    ADD COLUMN language text NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'en')),
    ADD COLUMN notice   jsonb NOT NULL DEFAULT 'null'; -- what nobody was told yet

-- Which date reminds_at is about, and how long before it: by other rules of the zone that is another moment. {}: not known.
ALTER TABLE meetings ADD COLUMN reminds_of jsonb NOT NULL DEFAULT '{}';

-- +goose Down

ALTER TABLE meetings DROP COLUMN reminds_of;
ALTER TABLE webhooks DROP COLUMN contact, DROP COLUMN language, DROP COLUMN notice;
