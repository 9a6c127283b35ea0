-- What letters said of a meeting, so that the next one can say what has changed since; and which answers an organizer is to hear
-- of. Everything is added: the program before runs on beside it, its letters say that something changed and not what, and it tells
-- of no answer.
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

-- Answers that an organizer is to hear of in one mail. A notice gathers until it is closed, and is settled when it was sent.
CREATE TABLE notices (
    id         uuid PRIMARY KEY,
    meeting_id uuid NOT NULL REFERENCES meetings (id),
    created_at timestamptz NOT NULL,
    closed_at  timestamptz,
    settled_at timestamptz
);
CREATE UNIQUE INDEX notices_gathering ON notices (meeting_id) WHERE closed_at IS NULL;
CREATE TABLE reports (
    notice_id  uuid NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
    invitee_id uuid NOT NULL,
    occurrence text NOT NULL, -- the name of a date; empty: the whole meeting
    PRIMARY KEY (notice_id, invitee_id, occurrence)
);

-- The organizer hears of no answer by mail.
ALTER TABLE meetings ADD COLUMN quiet boolean NOT NULL DEFAULT false;

-- +goose Down

ALTER TABLE meetings DROP COLUMN quiet;
DROP TABLE reports;
DROP TABLE notices;

ALTER TABLE letters DROP COLUMN told_version;
DROP TABLE tellings;
