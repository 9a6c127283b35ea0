-- Claims of invitations end when their person no longer holds the address: each sign-in looks whether it has such, and whether others
-- have such by its address. Everything is added: the program before runs on beside it.
-- +goose Up

CREATE INDEX invitees_claimed ON invitees (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX invitees_claimed_address ON invitees (folded) WHERE claimed_by IS NOT NULL;

-- +goose Down

DROP INDEX invitees_claimed_address;
DROP INDEX invitees_claimed;
