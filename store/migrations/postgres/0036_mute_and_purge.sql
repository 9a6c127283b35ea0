-- Whether who is no host enters a room with the microphone closed; and since when a meeting is erased but for the letters about it that
-- are still to be sent. The columns are added: the program before runs on beside them. It lets everybody enter as they like, and may show
-- a meeting that the new one erased until its letters are out.
-- +goose Up

ALTER TABLE rooms ADD COLUMN mute_on_entry boolean NOT NULL DEFAULT false;
ALTER TABLE meetings ADD COLUMN purged_at timestamptz;
CREATE INDEX meetings_purged ON meetings (purged_at) WHERE purged_at IS NOT NULL;

-- +goose Down

DROP INDEX meetings_purged;
ALTER TABLE meetings DROP COLUMN purged_at;
ALTER TABLE rooms DROP COLUMN mute_on_entry;
