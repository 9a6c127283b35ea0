package store

import (
	"fmt"

	"parvis/event"
	"parvis/rooms"
)

// Who comes and goes is written as events only where a webhook wants to hear of it: it happens so often, and intervals and
// tickets say it already. It is no act of anybody, and stands in no audit.

// noticed puts such events into the outbox. compose is asked when somebody wants to hear of them.
func (t *tx) noticed(orgID string, what event.Type, compose func() []event.Event) error {
	interests, err := t.interests()
	if err != nil || !interests.Want(orgID, what) {
		return err
	}
	events := compose()
	if len(events) == 0 {
		return nil
	}
	rows := make([]eventRow, len(events))
	for i, e := range events {
		e.ID, e.Type, e.OrgID = newID(), what, orgID
		rows[i] = rowOfEvent(e)
		rows[i].Pending = true
	}
	b := t.batch()
	insert(b, rows)
	if err := b.send(); err != nil {
		return fmt.Errorf("write notices: %w", err)
	}
	return nil
}

// An interval's first event is that it began, its second that it ended.
const (
	seqBegan = 1
	seqEnded = 2
)

// stay is an interval that began or ended.
type stay struct {
	ID            string
	SessionID     string
	ParticipantID string
	AdmissionID   string
	EndedAt       *moment
}

const stayColumns = "id, session_id, participant_id, admission_id, ended_at"

// stayed tells who left, after their intervals have ended.
func (t *tx) stayed(ended []stay) error {
	if len(ended) == 0 {
		return nil
	}
	interests, err := t.interests()
	if err != nil || len(interests) == 0 {
		return err
	}
	byOrg, err := t.orgsOf(ended)
	if err != nil {
		return err
	}
	for org, stays := range byOrg {
		err := t.noticed(org, event.ParticipantLeft, func() []event.Event {
			events := make([]event.Event, len(stays))
			for i, s := range stays {
				events[i] = event.Event{
					Seq: seqEnded, Subject: "interval:" + s.ID, Actor: "system:rooms", At: s.EndedAt.time(),
					Data: map[string]any{"session": s.SessionID, "participant": s.ParticipantID},
				}
			}
			return events
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// orgsOf parts intervals by the organization of their rooms.
func (t *tx) orgsOf(stays []stay) (map[string][]stay, error) {
	ids := make([]string, len(stays))
	for i, s := range stays {
		ids[i] = s.SessionID
	}
	parted := map[string][]stay{}
	err := chunks(distinct(ids), func(part []string) error {
		rows, err := all[struct{ ID, OrgID string }](t.DB, "SELECT id, org_id FROM sessions WHERE id IN ?", part)
		for _, r := range rows {
			for _, s := range stays {
				if s.SessionID == r.ID {
					parted[r.OrgID] = append(parted[r.OrgID], s)
				}
			}
		}
		return err
	})
	return parted, err
}

// waiting tells that somebody new waits before a room. Who has to prove an address first is seen by nobody yet.
func (t *tx) waiting(k rooms.Ticket) error {
	interests, err := t.interests()
	if err != nil || len(interests) == 0 || k.Reason == rooms.WaitEmail {
		return err
	}
	var org string
	if err := one(t.DB, &org, "SELECT org_id FROM rooms WHERE id = ?", k.RoomID); err != nil {
		return err
	}
	return t.noticed(org, event.ParticipantWaiting, func() []event.Event {
		return []event.Event{{
			Seq: 1, Subject: "wait:" + k.ID, Actor: string(k.WhoKind) + ":" + k.WhoID, At: k.Since,
			Data: map[string]any{"room": k.RoomID, "ticket": k.ID, "kind": string(k.WhoKind)},
		}}
	})
}
