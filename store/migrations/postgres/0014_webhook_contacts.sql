-- Who is told by mail that a webhook was disabled. Everything is added: the program before runs on beside it, and tells nobody.
-- +goose Up

ALTER TABLE webhooks
    ADD COLUMN contact  text NOT NULL DEFAULT '',
    ADD COLUMN language text NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'en')),
    ADD COLUMN notice   jsonb NOT NULL DEFAULT 'null'; -- what nobody was told yet

-- +goose Down

ALTER TABLE webhooks DROP COLUMN contact, DROP COLUMN language, DROP COLUMN notice;
