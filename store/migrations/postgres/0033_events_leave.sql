-- Events leave once they were told, the trail keeps what they say; and the end of the key of somebody's names is signed. Everything
-- is added: the program before leaves events where they are, numbers go on from what is left, and a key that it destroys
-- is unsigned until parvis audit forget signs it.
-- +goose Up

CREATE INDEX events_told ON events (at) WHERE NOT pending;

-- How far the numbers of a subject went whose events have left. forget_at is set where nothing more is said of the subject.
CREATE TABLE event_numbers (
    subject   text PRIMARY KEY,
    seq       bigint NOT NULL CHECK (seq > 0),
    forget_at timestamptz
);
CREATE INDEX event_numbers_forgotten ON event_numbers (forget_at) WHERE forget_at IS NOT NULL;

-- By the key that signs the trail: that this key was destroyed by an erasure.
ALTER TABLE person_keys ADD COLUMN destruction bytea;

-- Why somebody did it, in their own words; it leaves with the seal, as network does.
ALTER TABLE audit ADD COLUMN reason text NOT NULL DEFAULT '';

-- +goose Down

ALTER TABLE audit DROP COLUMN reason;
ALTER TABLE person_keys DROP COLUMN destruction;
DROP TABLE event_numbers;
DROP INDEX events_told;
