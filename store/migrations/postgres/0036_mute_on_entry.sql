-- Whether who is no host enters a room with the microphone closed. The column is added: the program before runs on beside it, and lets
-- everybody enter as they like.
-- +goose Up

ALTER TABLE rooms ADD COLUMN mute_on_entry boolean NOT NULL DEFAULT false;

-- +goose Down

ALTER TABLE rooms DROP COLUMN mute_on_entry;
