-- What letters said of a meeting, so that the next one can say what has changed since. Everything is added: the program before
-- runs on beside it, and its letters say that something changed and not what.
-- +goose Up

-- A version of a meeting as letters told it; said is a document.
CREATE TABLE tellings (
    meeting_id uuid NOT NULL REFERENCES meetings (id),
    version    bigint NOT NULL CHECK (version > 0),
    said       jsonb NOT NULL,
    PRIMARY KEY (meeting_id, version)
);

-- Which version an invitation told; NULL: none that was kept.
ALTER TABLE letters ADD COLUMN told_version bigint;

-- +goose Down

ALTER TABLE letters DROP COLUMN told_version;
DROP TABLE tellings;
