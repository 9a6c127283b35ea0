-- Which settings of a meeting nobody chose, so that they came from policies. null is not noted: of meetings that there are, and of those
-- that the program before plans.
-- +goose Up

ALTER TABLE meetings ADD COLUMN defaults jsonb NOT NULL DEFAULT 'null';

-- +goose Down

ALTER TABLE meetings DROP COLUMN defaults;
