-- Administrators who enter a meeting of whose people they are none, and the list of what runs now. Everything is added: the program
-- before runs on beside it, and writes no visit.
-- +goose Up

ALTER TABLE admissions ADD COLUMN visit TEXT NOT NULL DEFAULT ''; -- the administrative role by which somebody is there
ALTER TABLE admissions ADD COLUMN visit_for TEXT NOT NULL DEFAULT ''; -- the reason that they gave
ALTER TABLE participants ADD COLUMN visit TEXT NOT NULL DEFAULT '';
CREATE INDEX admissions_visits ON admissions (room_id) WHERE visit <> '' AND state = 'open';

-- +goose Down

DROP INDEX admissions_visits;
ALTER TABLE participants DROP COLUMN visit;
ALTER TABLE admissions DROP COLUMN visit_for;
ALTER TABLE admissions DROP COLUMN visit;
