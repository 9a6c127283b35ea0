package api_test

import (
	"cmp"
	"context"
	"slices"
	"time"

	"parvis/access"
	"parvis/fault"
	"parvis/rooms"
)

// rooms.LobbyStore

// lobbyChanged is called without w.mu, as a database tells after the commit.
func (w *world) lobbyChanged(roomID string) { w.service.LobbyChanged(roomID) }

func (w *world) Knock(_ context.Context, k rooms.Ticket, now time.Time) (rooms.Ticket, error) {
	w.mu.Lock()
	have, found := w.tickets[k.SignInID+k.RoomID]
	switch {
	case found && have.State != rooms.TicketWaiting && have.Holds(now):
		w.mu.Unlock()
		return have, nil
	case found && have.State == rooms.TicketWaiting:
		k.ID, k.Since, k.Note = have.ID, have.Since, have.Note
	case len(w.lobby(k.RoomID, now).Waiting) >= rooms.MaxWaiting:
		w.mu.Unlock()
		return rooms.Ticket{}, fault.New(fault.CodeLobbyFull, "too many people wait before this room").After(30 * time.Second)
	}
	w.tickets[k.SignInID+k.RoomID] = k
	w.steps[k.RoomID]++
	w.mu.Unlock()
	w.lobbyChanged(k.RoomID)
	return k, nil
}

func (w *world) TicketOf(_ context.Context, signInID, roomID string, now time.Time) (rooms.Ticket, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	k, found := w.tickets[signInID+roomID]
	return k, found && k.Holds(now), nil
}

func (w *world) Lobby(_ context.Context, roomID string, now time.Time) (rooms.Lobby, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lobby(roomID, now), w.fails
}

func (w *world) lobby(roomID string, now time.Time) rooms.Lobby {
	r := w.byID(roomID)
	l := rooms.Lobby{RoomID: r.ID, Slug: r.Slug, Name: r.Name, Seq: w.steps[roomID]}
	for _, k := range w.tickets {
		switch {
		case k.RoomID != roomID || !k.Holds(now):
		case k.State == rooms.TicketWaiting && k.Reason == rooms.WaitEmail:
			l.Proving = append(l.Proving, k)
		case k.State == rooms.TicketWaiting:
			l.Waiting = append(l.Waiting, k)
		default:
			l.Decided = append(l.Decided, k)
		}
	}
	slices.SortFunc(l.Waiting, func(a, b rooms.Ticket) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID)) })
	for _, g := range w.grants {
		if g.RoomID == roomID && g.Role.Host() {
			l.Hosts = append(l.Hosts, g)
		}
	}
	return l
}

func (w *world) Lobbies(_ context.Context, subjects []access.Subject, now time.Time) ([]rooms.Lobby, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []rooms.Lobby
	for _, r := range w.rooms {
		l := w.lobby(r.ID, now)
		hosts := slices.ContainsFunc(l.Hosts, func(g access.Grant) bool { return slices.Contains(subjects, g.Subject) })
		if hosts && len(l.Waiting) > 0 {
			found = append(found, l)
		}
	}
	return found, nil
}

func (w *world) Decide(_ context.Context, d rooms.Decision) ([]string, error) {
	w.mu.Lock()
	ids, err := w.decided(d)
	w.mu.Unlock()
	if err == nil {
		w.lobbyChanged(d.Room.ID)
	}
	return ids, err
}

func (w *world) decided(d rooms.Decision) (ids []string, err error) {
	var about []string
	for key, k := range w.tickets {
		named := slices.Contains(d.Tickets, k.ID) || (d.All && k.State == rooms.TicketWaiting)
		if !named || k.Reason == rooms.WaitEmail || k.RoomID != d.Room.ID || !k.Holds(d.At) {
			continue
		}
		if k.State != rooms.TicketWaiting && k.State != d.To {
			return nil, fault.New(fault.CodeAlreadyDecided, "somebody else decided otherwise")
		}
		about, ids = append(about, key), append(ids, k.ID)
	}
	if len(ids) < len(d.Tickets) {
		return nil, rooms.NoTicket()
	}
	for _, key := range about {
		k := w.tickets[key]
		k.State, k.ExpiresAt = d.To, d.Until
		w.tickets[key] = k
	}
	w.steps[d.Room.ID]++
	slices.Sort(ids)
	return ids, nil
}

func (w *world) LeaveLobby(_ context.Context, roomID, signInID, ticketID string) error {
	return w.own(roomID, signInID, ticketID, func(key string, _ rooms.Ticket) { delete(w.tickets, key) })
}

func (w *world) Note(_ context.Context, roomID, signInID, ticketID, text string, _ time.Time) error {
	return w.own(roomID, signInID, ticketID, func(key string, k rooms.Ticket) {
		k.Note = text
		w.tickets[key] = k
	})
}

func (w *world) own(roomID, signInID, ticketID string, change func(key string, k rooms.Ticket)) error {
	w.mu.Lock()
	key := signInID + roomID
	k, found := w.tickets[key]
	if !found || k.ID != ticketID || k.State != rooms.TicketWaiting {
		w.mu.Unlock()
		return rooms.NoTicket()
	}
	change(key, k)
	w.steps[roomID]++
	w.mu.Unlock()
	w.lobbyChanged(roomID)
	return nil
}

func (w *world) Renew(context.Context, []string, time.Time) error { return nil }

func (w *world) ExpireTickets(context.Context, time.Time) error { return nil }
