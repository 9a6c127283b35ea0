-- Who is told by mail that a webhook was disabled. Everything is added: the program before runs on beside it, and tells nobody.
-- +goose Up

ALTER TABLE webhooks ADD COLUMN contact TEXT NOT NULL DEFAULT '';
ALTER TABLE webhooks ADD COLUMN language TEXT NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'en'));
ALTER TABLE webhooks ADD COLUMN notice TEXT NOT NULL DEFAULT 'null'; -- what nobody was told yet

-- +goose Down

ALTER TABLE webhooks DROP COLUMN notice;
ALTER TABLE webhooks DROP COLUMN language;
ALTER TABLE webhooks DROP COLUMN contact;
