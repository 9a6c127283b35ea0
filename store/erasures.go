package store

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"time"

	"gorm.io/gorm"

	"parvis/audit"
	"parvis/event"
	"parvis/fault"
	"parvis/job"
	"parvis/privacy"
	"parvis/rooms"
)

var (
	_ privacy.Erasures = (*DB)(nil)
	_ privacy.Wiping   = (*DB)(nil)
)

type erasureRow struct {
	ID          string
	OrgID       string
	PersonID    string
	State       string
	Reason      string
	RequestedBy string
	RequestedAt moment
	Handover    document[privacy.Handover]
	Counts      document[privacy.Done]
	Held        int
	Receipt     optional
	DoneAt      *moment
}

func (erasureRow) TableName() string { return "erasures" }

const selectErasure = `SELECT id, org_id, person_id, state, reason, requested_by, requested_at, handover, counts, held, CAST(receipt AS text) AS receipt, done_at FROM erasures `

func (r erasureRow) erasure() (privacy.Erasure, error) {
	e := privacy.Erasure{
		ID: r.ID, OrgID: r.OrgID, PersonID: r.PersonID, Reason: r.Reason, RequestedBy: r.RequestedBy, RequestedAt: r.RequestedAt.time(),
		Handover: r.Handover.v, Done: r.Counts.v, FinishedAt: timeOf(r.DoneAt),
	}
	if r.Receipt == "" {
		return e, nil
	}
	e.Receipt = new(privacy.Receipt)
	return e, json.Unmarshal([]byte(r.Receipt), e.Receipt)
}

func noErasure() error { return fault.New(fault.CodeErasureNotFound, "there is no such erasure") }

func erasureWhere(g *gorm.DB, where string, args ...any) (privacy.Erasure, error) {
	var row erasureRow
	err := one(g, &row, selectErasure+where, args...)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return privacy.Erasure{}, noErasure()
	}
	if err != nil {
		return privacy.Erasure{}, err
	}
	return row.erasure()
}

// Erasure implements privacy.Erasures.
func (d *DB) Erasure(ctx context.Context, id string) (e privacy.Erasure, err error) {
	if !isKey(id) {
		return e, noErasure()
	}
	err = d.read(ctx, "find erasure", func(g *gorm.DB) (err error) {
		e, err = erasureWhere(g, "WHERE id = ?", id)
		return err
	})
	return e, err
}

// Heir implements privacy.Erasures.
func (d *DB) Heir(ctx context.Context, orgID, personID string) error {
	if !isKey(personID) {
		return nobodyThere()
	}
	return d.read(ctx, "find successor", func(g *gorm.DB) error {
		err := one(g, new(string), "SELECT id FROM people WHERE id = ? AND org_id = ? AND deactivated_at IS NULL", personID, orgID)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nobodyThere()
		}
		return err
	})
}

// PreviewErasure implements privacy.Erasures.
func (d *DB) PreviewErasure(ctx context.Context, personID string, now time.Time) (p privacy.Preview, err error) {
	if !isKey(personID) {
		return p, nobodyThere()
	}
	err = d.snapshot(ctx, "preview erasure", func(g *gorm.DB) (err error) {
		p, err = standsAgainst(g, personID, now)
		if err != nil {
			return err
		}
		if e, err := erasureWhere(g, "WHERE person_id = ?", personID); err == nil {
			p.Erasure = &e
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
		accounts, err := stepArgs(g, personID, now)
		if err != nil {
			return err
		}
		p.Kinds = map[privacy.Kind]privacy.Count{}
		for _, s := range eraseSteps {
			for _, args := range accounts {
				all, held, err := s.count(g, args)
				if err != nil {
					return err
				}
				p.Kinds[s.kind] = s.add(p.Kinds[s.kind], all-held, held)
			}
		}
		return nil
	})
	return p, err
}

// standsAgainst is what may forbid an erasure.
func standsAgainst(g *gorm.DB, personID string, now time.Time) (p privacy.Preview, err error) {
	p.PersonID = personID
	rows, err := openHolds(g, personID)
	for _, r := range rows {
		p.Holds = append(p.Holds, r.hold())
	}
	if err != nil {
		return p, err
	}
	if err := one(g, &p.Rooms, `SELECT COUNT(*) FROM rooms r WHERE r.archived_at IS NULL AND r.personal_of IS NULL AND r.office_id IS NULL
		AND r.org_id = (SELECT org_id FROM people WHERE id = ?) AND EXISTS (SELECT 1 FROM grants g WHERE g.room_id = r.id AND g.role = 'owner' AND g.subject_kind = 'person' AND g.subject_id = ? AND `+givenByRoom+`)
		AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.room_id = r.id AND g.role = 'owner' AND NOT (g.subject_kind = 'person' AND g.subject_id = ?) AND `+givenByRoom+`
			AND NOT EXISTS (SELECT 1 FROM people p WHERE g.subject_kind = 'person' AND CAST(p.id AS text) = g.subject_id AND p.deactivated_at IS NOT NULL))`, personID, personID, personID); err != nil {
		return p, err
	}
	if err := one(g, &p.Meetings, "SELECT COUNT(*) FROM meetings WHERE organizer_id = ? AND status = 'confirmed' AND last_at >= ?", personID, moment(now)); err != nil {
		return p, err
	}
	p.LastOne, err = lastAdministrator(g, personID)
	return p, err
}

// stepArgs is what the steps name, of each account of a person.
func stepArgs(g *gorm.DB, personID string, now time.Time) ([]map[string]any, error) {
	accounts, err := aboutEach(g, personID)
	for _, args := range accounts {
		maps.Copy(args, map[string]any{"erased": privacy.ErasedName, "now": moment(now), "nowhere": "erased@erased.invalid", "domain": "@erased.invalid"})
	}
	return accounts, err
}

// count is how many rows a step is about, and how many of them a hold keeps.
func (s eraseStep) count(g *gorm.DB, args map[string]any) (all, held int, err error) {
	if err := one(g, &all, "SELECT COUNT(*) FROM "+s.table+" WHERE ("+s.where+")", args); err != nil || s.held == "" || all == 0 {
		return all, 0, err
	}
	err = one(g, &held, "SELECT COUNT(*) FROM "+s.table+" WHERE ("+s.where+") AND "+s.held, args)
	return all, held, err
}

func (s eraseStep) add(c privacy.Count, rows, held int) privacy.Count {
	if s.mark {
		return c
	}
	c.Held += held
	if s.set == "" {
		c.Removed += rows
	} else {
		c.Nameless += rows
	}
	return c
}

func (s eraseStep) do(t *tx, args map[string]any) (int, error) {
	statement := "DELETE FROM " + s.table
	if s.set != "" {
		statement = "UPDATE " + s.table + " SET " + s.set
	}
	statement += " WHERE (" + s.where + ")"
	if s.held != "" {
		statement += " AND NOT (" + s.held + ")"
	}
	rows, err := exec(t.DB, statement, args)
	return int(rows), err
}

// BeginErasure implements privacy.Erasures.
func (d *DB) BeginErasure(ctx context.Context, e privacy.Erasure, decide func(privacy.Preview) error, ev event.Event) (begun privacy.Erasure, err error) {
	err = d.write(ctx, "begin erasure", func(t *tx) error {
		if err := t.holdAccounts(e.PersonID); err != nil {
			return err
		}
		if erasing, err := t.erasing(e.PersonID); err != nil {
			return err
		} else if erasing {
			begun, err = erasureWhere(t.DB, "WHERE person_id IN ("+accountsAbove+") ORDER BY id LIMIT 1", e.PersonID)
			return err
		}
		if err := t.keepsAdministrator(e.PersonID); err != nil {
			return err
		}
		p, err := standsAgainst(t.DB, e.PersonID, e.RequestedAt)
		if err == nil {
			err = decide(p)
		}
		if err != nil {
			return err
		}
		if err := t.shutOut(e.PersonID, e.RequestedAt); err != nil {
			return err
		}
		identities, err := exec(t.DB, "DELETE FROM identities WHERE person_id = ?", e.PersonID)
		if err != nil {
			return err
		}
		e.Done = privacy.Done{Kinds: map[privacy.Kind]privacy.Count{privacy.Identities: {Removed: int(identities)}}}
		begun = e
		row := erasureRow{
			ID: e.ID, OrgID: e.OrgID, PersonID: e.PersonID, State: "running", Reason: e.Reason, RequestedBy: e.RequestedBy, RequestedAt: moment(e.RequestedAt),
			Handover: documentOf(e.Handover), Counts: documentOf(e.Done),
		}
		if err := t.Create(&row).Error; err != nil {
			return err
		}
		if err := t.later(job.Task{Kind: job.ErasePerson, Subject: e.ID}); err != nil {
			return err
		}
		return t.happened(ev)
	})
	return begun, err
}

// shutOut closes an account with all that runs of it, for good.
func (t *tx) shutOut(personID string, at time.Time) error {
	if err := t.closeFor(personID, at); err != nil {
		return err
	}
	_, err := t.endAdmissions("a.person_id = ?", []any{personID}, rooms.EndDeactivated, at)
	return err
}

// erasureStep runs a step of an erasure in a transaction of its own, with what it did.
func (d *DB) erasureStep(ctx context.Context, op, id string, do func(t *tx, e *privacy.Erasure) error) error {
	if !isKey(id) {
		return noErasure()
	}
	return d.write(ctx, op, func(t *tx) error {
		e, err := erasureWhere(t.DB, "WHERE id = ?"+d.dialect.forUpdate, id)
		if err != nil {
			return err
		}
		if e.Done.Kinds == nil {
			e.Done.Kinds = map[privacy.Kind]privacy.Count{}
		}
		if err := do(t, &e); err != nil {
			return err
		}
		held := 0
		for _, c := range e.Done.Kinds {
			held += c.Held
		}
		_, err = exec(t.DB, "UPDATE erasures SET counts = ?, held = ? WHERE id = ?", documentOf(e.Done), held, id)
		return err
	})
}

// NoteHanded implements privacy.Wiping.
func (d *DB) NoteHanded(ctx context.Context, erasureID string, given bool) error {
	return d.erasureStep(ctx, "note meeting handed over", erasureID, func(_ *tx, e *privacy.Erasure) error {
		if given {
			e.Done.Handed.Meetings++
		} else {
			e.Done.Handed.Cancelled++
		}
		return nil
	})
}

// Wipe implements privacy.Wiping. Each step counts what it did with what it did, so that one that was interrupted goes on.
func (d *DB) Wipe(ctx context.Context, erasureID string, now time.Time, vouch privacy.Vouch) error {
	err := d.erasureStep(ctx, "begin to wipe", erasureID, func(_ *tx, e *privacy.Erasure) error {
		for kind, c := range e.Done.Kinds {
			c.Held = 0
			e.Done.Kinds[kind] = c
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, s := range eraseSteps {
		err := d.erasureStep(ctx, "wipe "+s.table, erasureID, func(t *tx, e *privacy.Erasure) error {
			accounts, err := stepArgs(t.DB, e.PersonID, now)
			for _, args := range accounts {
				if err == nil {
					err = t.wipe(s, args, e)
				}
				if err == nil && s.table == "person_keys" {
					err = t.destroyKey(args["person"].(string), now, audit.Vouch(vouch))
				}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) wipe(s eraseStep, args map[string]any, e *privacy.Erasure) error {
	if err := t.announce(s, args); err != nil {
		return err
	}
	rows, err := s.do(t, args)
	if err != nil {
		return err
	}
	left, _, err := s.count(t.DB, args)
	e.Done.Kinds[s.kind] = s.add(e.Done.Kinds[s.kind], rows, left)
	return err
}

// announce tells others of what a step is about to change under them.
func (t *tx) announce(s eraseStep, args map[string]any) error {
	switch {
	case s.table == "grants":
		rooms, err := all[struct{ RoomID string }](t.DB, "SELECT DISTINCT room_id FROM grants WHERE "+s.where, args)
		for _, r := range rooms {
			t.changed(ChangedGrants, r.RoomID)
		}
		return err
	case s.table == "invitees":
		where := "(" + s.where + ")"
		if s.held != "" { // which stay as they are
			where += " AND NOT (" + s.held + ")"
		}
		_, err := exec(t.DB, "UPDATE meetings SET version = version + 1 WHERE id IN (SELECT meeting_id FROM invitees WHERE "+where+")", args)
		return err
	default:
		return nil
	}
}

// FinishErasure implements privacy.Wiping.
func (d *DB) FinishErasure(ctx context.Context, id string, r privacy.Receipt, at time.Time, e event.Event) error {
	return d.write(ctx, "finish erasure", func(t *tx) error {
		now, err := erasureWhere(t.DB, "WHERE id = ?"+d.dialect.forUpdate, id)
		if err != nil {
			return err
		}
		if now.Receipt != nil && len(now.Receipt.Kinds) == len(r.Kinds) && sameReceipt(*now.Receipt, r) {
			return nil
		}
		if _, err := exec(t.DB, "UPDATE erasures SET state = 'done', reason = '', receipt = ?, done_at = ? WHERE id = ?", documentOf(r), moment(at), id); err != nil {
			return err
		}
		return t.happened(e)
	})
}

// sameReceipt tells whether two receipts say the same but for when.
func sameReceipt(a, b privacy.Receipt) bool {
	for i := range a.Kinds {
		if a.Kinds[i].Count != b.Kinds[i].Count {
			return false
		}
	}
	return a.Handed == b.Handed
}
