-- Mail about meetings: one letter is one mail to one person. Everything is added: the program before runs on beside it and
-- writes no letters.
-- +goose Up

-- What a letter says is read from its meeting when it is sent; message_id is fixed at birth. recipient is the person or the
-- address, whatever the invitee's row. occurrence is the one date that it is about, '' of all; title, starts
-- and ends are what its reader knew of what is cancelled, or is to be reminded of. before_start is seconds.
CREATE TABLE letters (
    id           TEXT NOT NULL PRIMARY KEY,
    org_id       TEXT NOT NULL,
    meeting_id   TEXT NOT NULL REFERENCES meetings (id),
    version      INTEGER NOT NULL CHECK (version > 0),
    invitee_id   TEXT NOT NULL,
    recipient    TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('request', 'cancel', 'reminder', 'counter-declined')),
    sequence     INTEGER NOT NULL CHECK (sequence >= 0),
    occurrence   TEXT NOT NULL,
    title        TEXT NOT NULL,
    starts       TEXT,
    ends         TEXT,
    before_start INTEGER NOT NULL CHECK (before_start >= 0),
    address      TEXT NOT NULL CHECK (address <> ''),
    name         TEXT NOT NULL,
    language     TEXT NOT NULL,
    message_id   TEXT NOT NULL UNIQUE,
    state        TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'refused', 'superseded')),
    created_at   TEXT NOT NULL,
    done_at      TEXT,
    CHECK ((state = 'queued') = (done_at IS NULL))
) STRICT;
CREATE INDEX letters_meeting ON letters (meeting_id, recipient, version);
CREATE INDEX letters_done ON letters (done_at) WHERE done_at IS NOT NULL;
CREATE UNIQUE INDEX letters_reminder ON letters (meeting_id, occurrence, starts, before_start, recipient) WHERE kind = 'reminder';

-- The token of a personal link, sealed, for the mails that carry it; and the language of somebody without an account.
ALTER TABLE invitees ADD COLUMN link_token BLOB;
ALTER TABLE invitees ADD COLUMN language TEXT NOT NULL DEFAULT '';

-- When the next reminder is due.
ALTER TABLE meetings ADD COLUMN reminds_at TEXT;

-- +goose Down

ALTER TABLE meetings DROP COLUMN reminds_at;
ALTER TABLE invitees DROP COLUMN language;
ALTER TABLE invitees DROP COLUMN link_token;
DROP TABLE letters;
