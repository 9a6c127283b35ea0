package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// Decide implements rooms.LobbyStore.
func (d *DB) Decide(ctx context.Context, v rooms.Decision) (ids []string, err error) {
	for i, id := range v.Tickets {
		if !isKey(id) {
			return nil, fault.Of(rooms.NoTicket()).At(fmt.Sprintf("body.tickets[%d]", i), "no ticket before this room")
		}
	}
	err = d.write(ctx, "decide about tickets", func(t *tx) error {
		session, err := t.lockSession(v)
		if err != nil {
			return err
		}
		if err := t.lobbyStep(v.Room.ID); err != nil {
			return err
		}
		about, err := t.tickets(v)
		if err != nil {
			return err
		}
		var fresh []ticketRow
		ids = make([]string, len(about))
		for i, row := range about {
			ids[i] = row.ID
			if waits(row) {
				fresh = append(fresh, row)
			}
		}
		return t.decide(v, fresh, session)
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// lockSession takes the running session of a room, where one runs: the decision is an act in it. Letting in may change
// what hosts decided there.
func (t *tx) lockSession(v rooms.Decision) (id string, err error) {
	lock := t.store.dialect.forUpdate
	if v.To != rooms.TicketAdmitted {
		lock = t.store.dialect.forShare
	}
	err = one(t.DB, &id, "SELECT id FROM sessions WHERE room_id = ? AND ended_at IS NULL"+lock, v.Room.ID)
	return id, ignoreMissing(err)
}

// tickets reads what a decision is about, in the order of the request, or of the lobby for all. Hosts decide nothing about who has
// to prove an address first.
func (t *tx) tickets(v rooms.Decision) ([]ticketRow, error) {
	if v.All {
		condition := ""
		if v.To == rooms.TicketAdmitted {
			condition = " AND k.reason <> 'removed' AND k.asks = '{}'"
		}
		return all[ticketRow](t.DB, "SELECT "+ticketColumns+` FROM lobby_tickets k WHERE k.room_id = ? AND k.state = 'waiting' AND k.reason <> 'email' AND k.expires_at > ?`+
			condition+" ORDER BY k.created_at, k.id", v.Room.ID, moment(v.At))
	}
	found := map[string]ticketRow{}
	err := chunks(v.Tickets, func(part []string) error {
		rows, err := all[ticketRow](t.DB, "SELECT "+ticketColumns+" FROM lobby_tickets k WHERE k.room_id = ? AND k.id IN ? AND k.reason <> 'email' AND k.expires_at > ?",
			v.Room.ID, part, moment(v.At))
		for _, row := range rows {
			found[row.ID] = row
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var rows []ticketRow
	gone, otherwise := fault.Of(rooms.NoTicket()), fault.New(fault.CodeAlreadyDecided, "somebody else decided otherwise about a ticket")
	for i, id := range v.Tickets {
		row, there := found[id]
		at := fmt.Sprintf("body.tickets[%d]", i)
		switch {
		case !there:
			gone = gone.At(at, "no ticket before this room")
		case !waits(row) && row.State != string(v.To):
			otherwise = otherwise.At(at, "was decided otherwise")
		case !slices.ContainsFunc(rows, func(r ticketRow) bool { return r.ID == id }):
			rows = append(rows, row)
		}
	}
	switch {
	case len(otherwise.Fields) > 0:
		return nil, otherwise
	case len(gone.Fields) > 0:
		return nil, gone
	default:
		return rows, nil
	}
}

var ticketEvents = map[rooms.TicketState]event.Type{rooms.TicketAdmitted: event.TicketAdmitted, rooms.TicketRefused: event.TicketRefused}

var ticketActs = map[rooms.TicketState]rooms.ActName{rooms.TicketAdmitted: rooms.ActAdmitFromWait, rooms.TicketRefused: rooms.ActRefuseAtDoor}

func (t *tx) decide(v rooms.Decision, rows []ticketRow, session string) error {
	if len(rows) == 0 {
		return nil
	}
	ids, events, acts := make([]string, len(rows)), make([]event.Event, len(rows)), make([]rooms.Act, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
		events[i] = event.Event{
			ID: newID(), Seq: 1, Type: ticketEvents[v.To], OrgID: v.Room.OrgID, Subject: "ticket:" + row.ID, Actor: v.Actor,
			OnBehalfOf: v.OnBehalfOf, At: v.At, Data: map[string]any{"room": v.Room.ID, "whose": row.WhoKind + ":" + row.WhoID, "ticket": row.ID},
		}
		acts[i] = rooms.Act{
			ID: newID(), At: v.At, Actor: v.Actor, ActorName: v.ActorName, Act: ticketActs[v.To],
			Target: rooms.Who{Kind: auth.Kind(row.WhoKind), ID: row.WhoID}, TargetName: row.Name,
		}
		if err := t.release(row, session, v.At); err != nil {
			return err
		}
	}
	err := chunks(ids, func(part []string) error {
		_, err := exec(t.DB, "UPDATE lobby_tickets SET state = ?, expires_at = ?, decided_by = ?, decided_at = ? WHERE id IN ?",
			string(v.To), moment(v.Until), v.Actor, moment(v.At), part)
		return err
	})
	if err == nil && session != "" {
		err = t.saveActs(session, acts)
	}
	if err != nil {
		return err
	}
	return t.happened(events...)
}

// release takes back what holds somebody outside for the rest of a session. Without a session there is nothing to take
// back.
func (t *tx) release(row ticketRow, session string, now time.Time) error {
	if session == "" || !takenOut(rooms.WaitReason(row.Reason)) {
		return nil
	}
	rows, err := exec(t.DB, "UPDATE adjustments SET held = '', updated_at = ? WHERE session_id = ? AND who_kind = ? AND who_id = ? AND held <> ''",
		moment(now), session, row.WhoKind, row.WhoID)
	if rows > 0 {
		t.changed(ChangedRoom, row.RoomID)
	}
	return err
}
