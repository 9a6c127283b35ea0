-- Whom to ask about a service account. The program of before leaves it empty.
-- +goose Up

ALTER TABLE service_accounts ADD COLUMN contact TEXT NOT NULL DEFAULT '';

-- +goose Down

ALTER TABLE service_accounts DROP COLUMN contact;
