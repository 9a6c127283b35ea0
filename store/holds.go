package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/job"
	"parvis/once"
	"parvis/privacy"
)

var _ privacy.Holds = (*DB)(nil)

// Rooms and people that a hold keeps; who is held is so with the accounts that were merged into theirs. Each is a list for IN.
const (
	heldRooms  = "(SELECT h.subject_id FROM holds h WHERE h.subject_kind = 'room' AND h.ended_at IS NULL)"
	heldPeople = `(WITH RECURSIVE held (id) AS (SELECT h.subject_id FROM holds h WHERE h.subject_kind = 'person' AND h.ended_at IS NULL
		UNION SELECT m.person_id FROM merges m JOIN held ON m.into_id = held.id) SELECT id FROM held)`
)

// heldSessions are those in a room that is held, and those in which somebody was whom a hold keeps.
// SQLite takes the tables of a CROSS JOIN in the order in which they stand: mostly nothing is held.
const heldSessions = "(SELECT hs.id FROM sessions hs WHERE hs.room_id IN " + heldRooms +
	" UNION SELECT hp.session_id FROM " + heldPeople + " h CROSS JOIN participants hp WHERE hp.person_id = h.id)"

// What a hold keeps from the jobs that take away what has run out.
const (
	notHeldThere   = " AND room_id NOT IN " + heldRooms + " AND (person_id IS NULL OR person_id NOT IN " + heldPeople + ")"
	notHeldPerson  = " AND (person_id IS NULL OR person_id NOT IN " + heldPeople + ")"
	notHeldSession = " AND session_id NOT IN " + heldSessions
	notHeldLetter  = " AND NOT " + heldLetter
	heldLetter     = "(recipient IN (SELECT 'person:' || CAST(h.id AS text) FROM " + heldPeople + " h)" +
		" OR meeting_id IN (SELECT hm.id FROM meetings hm WHERE hm.room_id IN " + heldRooms + "))"
)

// heldSubjects are what the trail calls whom and what a hold keeps: a person, a room, and what took place in it.
const heldSubjects = `(SELECT 'person:' || CAST(h.id AS text) FROM ` + heldPeople + ` h UNION ALL SELECT 'room:' || CAST(r.subject_id AS text) FROM ` + heldRooms + ` r
	UNION ALL SELECT 'session:' || CAST(s.id AS text) FROM ` + heldSessions + ` s
	UNION ALL SELECT 'meeting:' || CAST(m.id AS text) FROM meetings m WHERE m.room_id IN ` + heldRooms + `)`

// heldBatches is the condition that a hold keeps no row of a batch, by or about whom or what it holds. A batch expires whole: what was
// sealed in the same second stays with it. Mostly nothing is held, and nothing is asked.
func (t *tx) heldBatches(sealedBy time.Time) (condition string, args []any, err error) {
	some := false
	if err := one(t.DB, &some, "SELECT EXISTS (SELECT 1 FROM holds WHERE ended_at IS NULL)"); err != nil || !some {
		return "", nil, err
	}
	until := moment(sealedBy.Add(time.Hour)) // clocks of replicas differ
	return " AND id NOT IN (SELECT t.batch_id FROM audit_trail t WHERE t.at <= ? AND t.actor IN " + heldSubjects +
		" UNION SELECT t.batch_id FROM audit_trail t WHERE t.at <= ? AND t.subject IN " + heldSubjects + ")", []any{until, until}, nil
}

type holdRow struct {
	ID          string
	OrgID       string
	SubjectKind string
	SubjectID   string
	Reason      string
	PlacedBy    string
	PlacedAt    moment
	EndedAt     *moment
	EndedBy     string
	EndReason   string
}

func (holdRow) TableName() string { return "holds" }

func (r holdRow) hold() privacy.Hold {
	return privacy.Hold{
		ID: r.ID, OrgID: r.OrgID, Kind: privacy.HeldKind(r.SubjectKind), SubjectID: r.SubjectID, Reason: r.Reason, PlacedBy: r.PlacedBy,
		PlacedAt: r.PlacedAt.time(), ReleasedAt: timeOf(r.EndedAt), ReleasedBy: r.EndedBy, Released: r.EndReason,
	}
}

func noHold() error { return fault.New(fault.CodeHoldNotFound, "there is no such hold") }

func gone() error {
	return fault.New(fault.CodePersonErased, "an erasure of this person was asked for")
}

// PlaceHold implements privacy.Holds. A hold and an erasure of the same person come one after the other.
func (d *DB) PlaceHold(ctx context.Context, h privacy.Hold, e event.Event) error {
	return d.write(ctx, "place hold", func(t *tx) error {
		if h.Kind == privacy.HeldPerson {
			if erasing, err := t.erasing(h.SubjectID); err != nil {
				return err
			} else if erasing {
				return gone()
			}
		}
		row := holdRow{
			ID: h.ID, OrgID: h.OrgID, SubjectKind: string(h.Kind), SubjectID: h.SubjectID, Reason: h.Reason, PlacedBy: h.PlacedBy, PlacedAt: moment(h.PlacedAt),
		}
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		if err := t.happened(e); err != nil {
			return err
		}
		return t.made(once.Hold, h.ID)
	})
}

// erasing locks an account and tells whether an erasure was asked for, of it or of one that it was merged into.
func (t *tx) erasing(personID string) (bool, error) {
	if !isKey(personID) {
		return false, nobodyThere()
	}
	err := one(t.DB, new(string), "SELECT id FROM people WHERE id = ?"+t.store.dialect.forUpdate, personID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return false, nobodyThere()
	}
	if err != nil {
		return false, err
	}
	var erasing bool
	err = one(t.DB, &erasing, "SELECT "+beingErased, personID)
	return erasing, err
}

// ReleaseHold implements privacy.Holds. What an erasure had to leave in a room is done now.
func (d *DB) ReleaseHold(ctx context.Context, id, by, reason string, at time.Time, e event.Event) (h privacy.Hold, err error) {
	if !isKey(id) {
		return h, noHold()
	}
	err = d.write(ctx, "release hold", func(t *tx) error {
		var row holdRow
		err := one(t.DB, &row, "SELECT * FROM holds WHERE id = ? AND ended_at IS NULL"+d.dialect.forUpdate, id)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return noHold()
		}
		if err != nil {
			return err
		}
		if _, err := exec(t.DB, "UPDATE holds SET ended_at = ?, ended_by = ?, end_reason = ? WHERE id = ?", moment(at), by, reason, id); err != nil {
			return err
		}
		if err := one(t.DB, &row, "SELECT * FROM holds WHERE id = ?", id); err != nil {
			return err
		}
		h = row.hold()
		if err := t.goOnErasing(); err != nil {
			return err
		}
		return t.happened(e)
	})
	return h, err
}

// goOnErasing has the erasures go on that a hold on a room kept from their end.
func (t *tx) goOnErasing() error {
	waiting, err := all[struct{ ID string }](t.DB, "SELECT id FROM erasures WHERE held > 0 ORDER BY id")
	if err != nil {
		return err
	}
	tasks := make([]job.Task, len(waiting))
	for i, w := range waiting {
		tasks[i] = job.Task{Kind: job.ErasePerson, Subject: w.ID}
	}
	return t.later(tasks...)
}

// Hold implements privacy.Holds.
func (d *DB) Hold(ctx context.Context, id string) (privacy.Hold, error) {
	if !isKey(id) {
		return privacy.Hold{}, noHold()
	}
	var row holdRow
	err := d.read(ctx, "find hold", func(g *gorm.DB) error {
		err := one(g, &row, "SELECT * FROM holds WHERE id = ?", id)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return noHold()
		}
		return err
	})
	if err != nil {
		return privacy.Hold{}, err
	}
	return row.hold(), nil
}

// ListHolds implements privacy.Holds. An organization has those of the ones below it as well.
func (d *DB) ListHolds(ctx context.Context, reach auth.Reach, most int) ([]privacy.Hold, error) {
	condition, args := within("org_id", reach)
	var list []privacy.Hold
	err := d.read(ctx, "list holds", func(g *gorm.DB) error {
		rows, err := all[holdRow](g, "SELECT * FROM holds WHERE "+condition+" ORDER BY id DESC LIMIT ?", append(args, most)...)
		list = make([]privacy.Hold, len(rows))
		for i, r := range rows {
			list[i] = r.hold()
		}
		return err
	})
	return list, err
}
