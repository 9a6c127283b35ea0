package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"parvis/audit"
	"parvis/event"
)

// auditRow is an entry that waits to be sealed: ids, the network it came from, and why, in somebody's own words.
type auditRow struct {
	ID         string
	At         moment
	OrgID      string
	Action     string
	Actor      string
	OnBehalfOf string
	Subject    string
	Result     string
	Code       string
	RequestID  string
	Network    string
	Reason     string
	Data       document[map[string]any]
}

func (auditRow) TableName() string { return "audit" }

// auditOf is the audit row of an event: the same facts under an id of its own, kept longer, and where it came from.
func auditOf(ctx context.Context, e event.Event) auditRow {
	row, from := rowOfEvent(e), audit.OriginOf(ctx)
	return auditRow{
		ID: newID(), At: row.At, OrgID: row.OrgID, Action: row.Type, Actor: row.Actor, OnBehalfOf: row.OnBehalfOf, Subject: row.Subject,
		Result: string(audit.Done), RequestID: from.RequestID, Network: from.Network, Reason: e.Reason, Data: row.Data,
	}
}

func rowOfEntry(e audit.Entry) (auditRow, error) {
	row := auditRow{
		ID: cmp.Or(e.ID, newID()), At: moment(e.At), OrgID: e.OrgID, Action: e.Action, Actor: e.Actor, OnBehalfOf: e.OnBehalfOf, Subject: e.Subject,
		Result: string(cmp.Or(e.Result, audit.Done)), Code: e.Code, RequestID: e.RequestID, Network: e.Network, Reason: e.Reason, Data: documentOf(map[string]any{}),
	}
	if len(e.Data) > 0 {
		if err := json.Unmarshal(e.Data, &row.Data.v); err != nil {
			return auditRow{}, fmt.Errorf("audit %s: %w", e.Action, err)
		}
	}
	return row, nil
}

// Record implements audit.Recorder.
func (d *DB) Record(ctx context.Context, entries []audit.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	return d.write(ctx, "write the audit", func(t *tx) error { return t.record(entries...) })
}

// record writes entries that are no events, in the transaction of what they tell of.
func (t *tx) record(entries ...audit.Entry) error {
	rows := make([]auditRow, len(entries))
	for i, e := range entries {
		var err error
		if rows[i], err = rowOfEntry(e); err != nil {
			return err
		}
	}
	b := t.batch()
	insert(b, rows)
	return b.send()
}
