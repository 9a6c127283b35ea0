package store

import (
	"fmt"
	"slices"

	"parvis/event"
	"parvis/webhook"
)

type eventRow struct {
	ID         string
	Subject    string
	Seq        int64
	Type       string
	OrgID      string
	Actor      string
	OnBehalfOf string
	At         moment
	Data       document[map[string]any]
	Pending    bool // a webhook wants to hear of it
}

func (eventRow) TableName() string { return "events" }

func rowOfEvent(e event.Event) eventRow {
	if e.Data == nil {
		e.Data = map[string]any{}
	}
	if e.ID == "" {
		e.ID = newID()
	}
	return eventRow{
		ID: e.ID, Subject: e.Subject, Seq: e.Seq, Type: string(e.Type), OrgID: e.OrgID,
		Actor: e.Actor, OnBehalfOf: e.OnBehalfOf, At: moment(e.At), Data: documentOf(e.Data),
	}
}

// happened puts events into the outbox and says the same to the audit. Those without a number get the next of their
// subject; whoever writes an event of a subject holds a lock on the subject's own row, so that numbers do not collide.
func (t *tx) happened(events ...event.Event) error {
	b := t.batch()
	b.happened(events)
	if err := b.send(); err != nil {
		return fmt.Errorf("write events: %w", err)
	}
	return nil
}

// happened does the same beside other statements. It reads the last numbers now: once in a batch.
func (b *batch) happened(events []event.Event) {
	interests, err := b.t.interestsIn(events)
	if err != nil {
		b.fail(fmt.Errorf("who wants to hear of events: %w", err))
	}
	last, err := b.t.lastSeqs(events)
	if err != nil {
		b.fail(fmt.Errorf("number events: %w", err))
	}
	rows, trail := make([]eventRow, len(events)), make([]auditRow, len(events))
	for i, e := range events {
		if e.Seq == 0 {
			last[e.Subject]++
			e.Seq = last[e.Subject]
		}
		rows[i], trail[i] = rowOfEvent(e), auditOf(b.t.Statement.Context, e)
		rows[i].Pending = interests.Want(e.OrgID, e.Type)
	}
	insert(b, rows)
	insert(b, trail)
}

// first numbers the events of a subject that is new, of which nobody has to be asked.
func first(subject string, events []event.Event) []event.Event {
	events = slices.Clone(events)
	last := int64(0)
	for i := range events {
		if e := &events[i]; e.Subject == subject && e.Seq == 0 {
			last++
			e.Seq = last
		}
	}
	return events
}

// interestsIn is who wants to hear of these events; it is not asked where no receiver knows their types.
func (t *tx) interestsIn(events []event.Event) (webhook.Interests, error) {
	if !slices.ContainsFunc(events, func(e event.Event) bool { _, told := webhook.TypeOf(e.Type); return told }) {
		return nil, nil
	}
	return t.interests()
}

func (t *tx) lastSeqs(events []event.Event) (map[string]int64, error) {
	var subjects []string
	for _, e := range events {
		if e.Seq == 0 {
			subjects = append(subjects, e.Subject)
		}
	}
	last := map[string]int64{}
	err := chunks(slices.Compact(slices.Sorted(slices.Values(subjects))), func(some []string) error {
		rows, err := all[struct {
			Subject string
			Seq     int64
		}](t.DB, `SELECT n.subject, MAX(n.seq) AS seq FROM (SELECT subject, seq FROM events WHERE subject IN ?
			UNION ALL SELECT subject, seq FROM event_numbers WHERE subject IN ?) n GROUP BY n.subject`, some, some)
		for _, r := range rows {
			last[r.Subject] = r.Seq
		}
		return err
	})
	return last, err
}
