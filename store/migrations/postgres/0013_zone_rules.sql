-- By which edition of a zone's rules the instants of a meeting were found. Everything is added: the program before runs on
-- beside it.
-- +goose Up

-- The rules that decide about a zone, and since when the program that brought them has known them.
CREATE TABLE zone_rules (
    zone  text PRIMARY KEY,
    stamp text NOT NULL,
    since timestamptz NOT NULL
);

-- Empty: not known, as of meetings of before. They are projected once more.
ALTER TABLE meetings ADD COLUMN zone_stamp text NOT NULL DEFAULT '';
CREATE INDEX meetings_rules ON meetings (last_at, zone, zone_stamp) WHERE status = 'confirmed';

-- +goose Down

DROP INDEX meetings_rules;
ALTER TABLE meetings DROP COLUMN zone_stamp;
DROP TABLE zone_rules;
