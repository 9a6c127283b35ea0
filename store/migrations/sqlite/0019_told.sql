-- What letters said of a meeting, so that the next one can say what has changed since. Everything is added: the program before
-- runs on beside it, and its letters say that something changed and not what.
-- +goose Up

-- A version of a meeting as letters told it; said is a document.
CREATE TABLE tellings (
    meeting_id TEXT NOT NULL REFERENCES meetings (id),
    version    INTEGER NOT NULL CHECK (version > 0),
    said       TEXT NOT NULL,
    PRIMARY KEY (meeting_id, version)
) STRICT;

-- Which version an invitation told; NULL: none that was kept.
ALTER TABLE letters ADD COLUMN told_version INTEGER;

-- +goose Down

ALTER TABLE letters DROP COLUMN told_version;
DROP TABLE tellings;
