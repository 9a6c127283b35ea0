-- How the media server judges the connection of each open relay, as the gate hears it: 0 not yet, 1 lost, 2 poor, 3 good, 4 excellent.
-- The column is added: the program before runs on beside it, and what it lets in counts as not judged.
-- +goose Up

ALTER TABLE relays ADD COLUMN quality INTEGER NOT NULL DEFAULT 0;

-- +goose Down

ALTER TABLE relays DROP COLUMN quality;
