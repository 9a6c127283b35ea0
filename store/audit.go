package store

import "parvis/event"

// auditRow is what happened for those who must answer for it: ids only. The sealer fills batch and leaf later.
type auditRow struct {
	ID         string
	At         moment
	OrgID      string
	Action     string
	Actor      string
	OnBehalfOf string
	Subject    string
	Data       document[map[string]any]
}

func (auditRow) TableName() string { return "audit" }

// auditOf is the audit row of an event: the same facts under an id of its own, kept longer.
func auditOf(e event.Event) auditRow {
	row := rowOfEvent(e)
	return auditRow{
		ID: newID(), At: row.At, OrgID: row.OrgID, Action: row.Type, Actor: row.Actor,
		OnBehalfOf: row.OnBehalfOf, Subject: row.Subject, Data: row.Data,
	}
}
