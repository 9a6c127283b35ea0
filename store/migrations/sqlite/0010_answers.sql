-- What those invited answer, to a meeting and to single dates of it, and other times that they propose. Everything is added:
-- the program before runs on beside it, and keeps the answer that stands in invitees. Rows of invitees are written anew at
-- each change of their meeting, with the same ids; therefore nothing here refers to them by a key.
-- +goose Up

CREATE TABLE answers (
    invitee_id  TEXT NOT NULL,
    meeting_id  TEXT NOT NULL REFERENCES meetings (id),
    occurrence  TEXT NOT NULL, -- the name of a date; empty: the whole meeting
    rsvp        TEXT NOT NULL CHECK (rsvp IN ('accepted', 'declined', 'tentative')),
    comment     TEXT NOT NULL,
    sequence    INTEGER NOT NULL CHECK (sequence >= 0),
    answered_at TEXT NOT NULL,
    PRIMARY KEY (invitee_id, occurrence)
) STRICT;
CREATE INDEX answers_meeting ON answers (meeting_id);

CREATE TABLE proposals (
    invitee_id  TEXT NOT NULL,
    meeting_id  TEXT NOT NULL REFERENCES meetings (id),
    occurrence  TEXT NOT NULL,
    starts      TEXT NOT NULL, -- in the meeting's zone
    duration    INTEGER NOT NULL CHECK (duration > 0), -- seconds
    comment     TEXT NOT NULL,
    sequence    INTEGER NOT NULL CHECK (sequence >= 0),
    proposed_at TEXT NOT NULL,
    PRIMARY KEY (invitee_id, occurrence)
) STRICT;
CREATE INDEX proposals_meeting ON proposals (meeting_id);

CREATE INDEX invitees_link ON invitees (link_id) WHERE link_id IS NOT NULL;

-- +goose Down

DROP INDEX invitees_link;
DROP TABLE proposals;
DROP TABLE answers;
