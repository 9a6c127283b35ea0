-- Who was invited by address and has an account whose provider answers for that address. Everything is added: the program before
-- runs on beside it; what it writes of a meeting loses the claim, which the next sign-in makes again.
-- +goose Up

ALTER TABLE invitees ADD COLUMN claimed_by TEXT REFERENCES people (id);
CREATE INDEX invitees_unclaimed ON invitees (folded) WHERE person_id IS NULL AND claimed_by IS NULL;
DROP INDEX invitees_folded; -- nobody reads it

-- When a provider that answers for the address last said that it is this person's; NULL: none does.
ALTER TABLE emails ADD COLUMN vouched_at TEXT;

-- +goose Down

ALTER TABLE emails DROP COLUMN vouched_at;
CREATE INDEX invitees_folded ON invitees (folded) WHERE person_id IS NULL;
DROP INDEX invitees_unclaimed;
ALTER TABLE invitees DROP COLUMN claimed_by;
