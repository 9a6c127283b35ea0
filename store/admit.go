package store

import (
	"context"

	"parvis/event"
	"parvis/rooms"
)

// Admit implements rooms.AdmissionStore. A sign-in that ended meanwhile is fault.Unauthenticated (sign-in-expired).
func (d *DB) Admit(ctx context.Context, a rooms.Admission, events []event.Event) (rooms.Admission, error) {
	return d.admits.admit(ctx, a, events)
}

// Both engines write: rows only for sign-ins that have not ended, the present row brought up to date where the sign-in
// holds one that was never opened, events and audit only for rows that are new. A sign-in that ends at this very moment
// may miss the row: nothing comes of it, since Enter asks whether the sign-in holds, under its lock.
const (
	admitColumns = `id, org_id, room_id, who_kind, who_id, person_id, sign_in_id, name, org_name, assurance, role, sources,
		state, reason, generation, created_at, grant_id`
	admitAgain = `ON CONFLICT (sign_in_id, room_id) WHERE state = 'admitted' DO UPDATE SET
		name = excluded.name, org_name = excluded.org_name, assurance = excluded.assurance, role = excluded.role,
		sources = excluded.sources, created_at = excluded.created_at, grant_id = excluded.grant_id,
		generation = a.generation + CASE WHEN a.name <> excluded.name OR a.org_name <> excluded.org_name
			OR a.assurance <> excluded.assurance OR a.role <> excluded.role OR a.sources <> excluded.sources
			THEN 1 ELSE 0 END
		RETURNING `
	eventColumns = "id, subject, seq, type, org_id, actor, on_behalf_of, at, data"
	auditColumns = "id, at, org_id, action, actor, on_behalf_of, subject, data, network, request_id"
)

// admitAll writes seats in one transaction and answers the rows by key; a seat whose sign-in has ended is not in it.
func (d *DB) admitAll(ctx context.Context, all []*seat) (map[seatKey]rooms.Admission, error) {
	if d.dialect.postgres() {
		return d.admitPostgres(ctx, all)
	}
	return d.admitSQLite(ctx, all)
}

// outbox is the events of a new admission, numbered: they are the first of their subject.
func (s *seat) outbox() []event.Event {
	for i := range s.events {
		s.events[i].Seq, s.events[i].Subject = int64(i+1), "admission:"+s.admission.ID
	}
	return s.events
}
