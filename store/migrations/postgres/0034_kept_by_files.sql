-- Which files or software keep a room template or a webhook: what people made is theirs to remove. The columns are added: the program
-- before runs on beside them, and what it makes counts as made by people.
-- +goose Up

ALTER TABLE templates ADD COLUMN managed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE webhooks ADD COLUMN managed_by TEXT NOT NULL DEFAULT '';

-- +goose Down

ALTER TABLE webhooks DROP COLUMN managed_by;
ALTER TABLE templates DROP COLUMN managed_by;
