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
	interests, err := t.interestsIn(events)
	if err != nil {
		return fmt.Errorf("who wants to hear of events: %w", err)
	}
	return chunks(events, func(part []event.Event) error {
		last, err := t.lastSeqs(part)
		if err != nil {
			return fmt.Errorf("number events: %w", err)
		}
		rows, trail := make([]eventRow, len(part)), make([]auditRow, len(part))
		for i, e := range part {
			if e.Seq == 0 {
				last[e.Subject]++
				e.Seq = last[e.Subject]
			}
			rows[i], trail[i] = rowOfEvent(e), auditOf(e)
			rows[i].Pending = interests.Want(e.OrgID, e.Type)
		}
		if err := t.Create(&rows).Error; err != nil {
			return fmt.Errorf("write events: %w", err)
		}
		if err := t.Create(&trail).Error; err != nil {
			return fmt.Errorf("write audit: %w", err)
		}
		return nil
	})
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
	if len(subjects) == 0 {
		return last, nil
	}
	rows, err := all[struct {
		Subject string
		Seq     int64
	}](t.DB, "SELECT subject, MAX(seq) AS seq FROM events WHERE subject IN ? GROUP BY subject", subjects)
	for _, r := range rows {
		last[r.Subject] = r.Seq
	}
	return last, err
}
