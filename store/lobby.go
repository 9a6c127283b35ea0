package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/signin"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

var _ rooms.LobbyStore = (*DB)(nil)

type ticketRow struct {
	ID        string
	RoomID    string
	SignInID  string
	WhoKind   string
	WhoID     string
	PersonID  optional
	Name      string
	OrgName   string
	Assurance int
	Email     string
	LinkID    optional
	Invited   optional // the name on the link, read with it
	Reason    string
	Note      string
	State     string
	CreatedAt moment
	ExpiresAt moment
	DecidedBy string
	DecidedAt *moment
}

var ticketColumns = `k.id, k.room_id, k.sign_in_id, k.who_kind, k.who_id, k.person_id, k.name, k.org_name, k.assurance, k.email,
	k.reason, k.note, k.state, k.created_at, k.expires_at, k.decided_by, k.decided_at, k.link_id,
	(SELECT l.name FROM links l WHERE l.id = k.link_id AND l.revoked_at IS NULL AND ` + linkCounts("k.room_id") + `) AS invited`

// returnedTicket is what RETURNING names, where SQLite knows no alias.
var returnedTicket = func() string {
	own, _, _ := strings.Cut(ticketColumns, ",\n	(SELECT")
	return strings.ReplaceAll(own, "k.", "")
}()

func (r ticketRow) ticket() rooms.Ticket {
	return rooms.Ticket{
		ID: r.ID, RoomID: r.RoomID, SignInID: r.SignInID, WhoKind: auth.Kind(r.WhoKind), WhoID: r.WhoID, PersonID: string(r.PersonID),
		Name: r.Name, OrgName: r.OrgName, Assurance: auth.Assurance(r.Assurance), Email: r.Email, Reason: rooms.WaitReason(r.Reason),
		Note: r.Note, State: rooms.TicketState(r.State), Since: r.CreatedAt.time(), ExpiresAt: r.ExpiresAt.time(),
		DecidedBy: r.DecidedBy, DecidedAt: timeOf(r.DecidedAt), LinkID: string(r.LinkID), Invited: string(r.Invited),
	}
}

// Locks are taken in one order: session, step of the lobby, tickets. Who changes what hosts see of a lobby takes its step
// first, which makes the changes of one room one after the other.

// lobbyStep counts a change of a room's lobby, which stays locked, and tells it.
func (t *tx) lobbyStep(roomID string) error {
	_, err := exec(t.DB, `INSERT INTO lobby_seq (room_id, seq) VALUES (?, 1)
		ON CONFLICT (room_id) DO UPDATE SET seq = lobby_seq.seq + 1`, roomID)
	t.changed(ChangedLobby, roomID)
	return err
}

// ticketOf reads the ticket of a sign-in to a room, also one that has run out and was not given up yet.
func ticketOf(g *gorm.DB, signInID, roomID string) (row ticketRow, found bool, err error) {
	err = one(g, &row, "SELECT "+ticketColumns+" FROM lobby_tickets k WHERE k.sign_in_id = ? AND k.room_id = ?", signInID, roomID)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, false, nil
	}
	return row, err == nil, err
}

// Knock implements rooms.LobbyStore. A contact of somebody who waits, of whom hosts see nothing new, writes one row and
// tells nobody.
func (d *DB) Knock(ctx context.Context, k rooms.Ticket, now time.Time) (kept rooms.Ticket, err error) {
	err = d.writeInTurn(ctx, k.RoomID, "knock", func(t *tx) error {
		have, found, err := ticketOf(t.DB, k.SignInID, k.RoomID)
		if err != nil {
			return err
		}
		if found && decided(have, k, now) {
			kept = have.ticket()
			return nil
		}
		if found && waits(have) && now.Before(have.ExpiresAt.time()) && seenAs(have, k) {
			have.ExpiresAt = moment(k.ExpiresAt)
			kept = have.ticket()
			renewed, err := exec(t.DB, "UPDATE lobby_tickets SET expires_at = ? WHERE id = ? AND state = 'waiting'", have.ExpiresAt, have.ID)
			if err == nil && renewed == 0 {
				return errAgain
			}
			return err
		}
		kept, err = t.keepTicket(k, now)
		return err
	})
	return kept, err
}

func waits(r ticketRow) bool { return r.State == string(rooms.TicketWaiting) }

// decided reports whether a ticket answers a knock for good. Who was let in, and then taken out by a host before they used
// the ticket, was not let in again by it; nor was who has to prove an address by now.
func decided(r ticketRow, k rooms.Ticket, now time.Time) bool {
	if r.State == string(rooms.TicketAdmitted) && (k.Reason == rooms.WaitEmail || takenOut(k.Reason) && !takenOut(rooms.WaitReason(r.Reason))) {
		return false
	}
	return !waits(r) && now.Before(r.ExpiresAt.time())
}

func takenOut(why rooms.WaitReason) bool {
	return why == rooms.WaitRemoved || why == rooms.WaitReturned
}

// seenAs reports whether hosts see of a ticket what another of the same sign-in would show.
func seenAs(r ticketRow, k rooms.Ticket) bool {
	return r.WhoKind == string(k.WhoKind) && r.WhoID == k.WhoID && r.Name == k.Name && r.OrgName == k.OrgName &&
		r.Assurance == int(k.Assurance) && r.Email == k.Email && r.Reason == string(k.Reason) && string(r.LinkID) == k.LinkID
}

// keepTicket makes somebody wait, or brings the ticket of who waits up to date; one that was decided and holds is answered
// as it is. It is a step of the lobby.
func (t *tx) keepTicket(k rooms.Ticket, now time.Time) (rooms.Ticket, error) {
	if err := t.lobbyStep(k.RoomID); err != nil {
		return rooms.Ticket{}, err
	}
	have, found, err := ticketOf(t.DB, k.SignInID, k.RoomID)
	if err != nil {
		return rooms.Ticket{}, err
	}
	if found && decided(have, k, now) {
		return have.ticket(), nil
	}
	if found && waits(have) { // the place stays theirs until somebody gave it up
		k.ID, k.Since, k.Note = have.ID, have.CreatedAt.time(), have.Note
	}
	var others int
	if err := one(t.DB, &others, `SELECT COUNT(*) FROM lobby_tickets WHERE room_id = ? AND state = 'waiting' AND expires_at > ? AND sign_in_id <> ?
			AND (reason = 'email') = ?`, k.RoomID, moment(now), k.SignInID, k.Reason == rooms.WaitEmail); err != nil {
		return rooms.Ticket{}, err
	}
	if others >= rooms.MaxWaiting {
		return rooms.Ticket{}, fault.New(fault.CodeLobbyFull, "too many people wait before this room").After(lobbyFullRetry)
	}
	var row ticketRow
	err = one(t.DB, &row, `INSERT INTO lobby_tickets AS k (id, room_id, sign_in_id, who_kind, who_id, person_id, name, org_name, assurance, email,
			reason, note, state, created_at, expires_at, link_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?)
		ON CONFLICT (sign_in_id, room_id) DO UPDATE SET id = excluded.id, who_kind = excluded.who_kind, who_id = excluded.who_id,
			person_id = excluded.person_id, name = excluded.name, org_name = excluded.org_name, assurance = excluded.assurance,
			email = excluded.email, reason = excluded.reason, note = excluded.note, state = 'waiting', created_at = excluded.created_at,
			expires_at = excluded.expires_at, decided_by = '', decided_at = NULL, link_id = excluded.link_id
		RETURNING `+returnedTicket,
		k.ID, k.RoomID, k.SignInID, string(k.WhoKind), k.WhoID, optional(k.PersonID), k.Name, k.OrgName, int(k.Assurance), k.Email,
		string(k.Reason), k.Note, moment(k.Since), moment(k.ExpiresAt), optional(k.LinkID))
	kept := row.ticket()
	kept.Invited = k.Invited // which a returning row cannot look up
	if err == nil && !(found && waits(have)) {
		err = t.waiting(kept)
	}
	return kept, err
}

// lobbyFullRetry is when somebody whom a full lobby refused may try again.
const lobbyFullRetry = 30 * time.Second

// TicketOf implements rooms.LobbyStore.
func (d *DB) TicketOf(ctx context.Context, signInID, roomID string, now time.Time) (k rooms.Ticket, found bool, err error) {
	err = d.read(ctx, "ticket of a sign-in", func(g *gorm.DB) error {
		var row ticketRow
		row, found, err = ticketOf(g, signInID, roomID)
		k = row.ticket()
		return err
	})
	if err != nil || !found || !k.Holds(now) {
		return rooms.Ticket{}, false, err
	}
	return k, true, nil
}

// Lobby implements rooms.LobbyStore.
func (d *DB) Lobby(ctx context.Context, roomID string, now time.Time) (l rooms.Lobby, err error) {
	err = d.snapshot(ctx, "read lobby", func(g *gorm.DB) error {
		l, err = lobbyOf(g, roomID, now)
		return err
	})
	return l, err
}

// Lobbies implements rooms.LobbyStore.
func (d *DB) Lobbies(ctx context.Context, subjects []access.Subject, now time.Time) (lobbies []rooms.Lobby, err error) {
	if len(subjects) == 0 {
		return nil, nil
	}
	err = d.snapshot(ctx, "read lobbies", func(g *gorm.DB) error {
		lobbies = nil
		ids, err := all[struct{ RoomID string }](g, `SELECT DISTINCT g.room_id FROM grants g JOIN lobby_tickets k ON k.room_id = g.room_id
			WHERE `+subjectIs("g.", len(subjects))+` AND g.role IN ('owner', 'moderator') AND k.state = 'waiting' AND k.reason <> 'email' AND k.expires_at > ?
			ORDER BY g.room_id LIMIT 100`, append(subjectArgs(nil, subjects), moment(now))...)
		if err != nil {
			return err
		}
		for _, id := range ids {
			l, err := lobbyOf(g, id.RoomID, now)
			if err != nil {
				return err
			}
			lobbies = append(lobbies, l)
		}
		return nil
	})
	return lobbies, err
}

// lobbyOf reads a lobby in a snapshot.
func lobbyOf(g *gorm.DB, roomID string, now time.Time) (rooms.Lobby, error) {
	l := rooms.Lobby{RoomID: roomID}
	if !isKey(roomID) {
		return l, noRoom(nil)
	}
	var room struct {
		Slug, Name string
		Seq        int64
	}
	err := one(g, &room, "SELECT r.slug, r.name, COALESCE(s.seq, 0) AS seq FROM rooms r LEFT JOIN lobby_seq s ON s.room_id = r.id WHERE r.id = ?", roomID)
	if err != nil {
		return l, err
	}
	l.Slug, l.Name, l.Seq = room.Slug, room.Name, room.Seq
	tickets, err := all[ticketRow](g, "SELECT "+ticketColumns+` FROM lobby_tickets k WHERE k.room_id = ? AND k.expires_at > ?
		ORDER BY k.created_at, k.id`, roomID, moment(now))
	if err != nil {
		return l, err
	}
	forHost := false
	for _, row := range tickets {
		switch {
		case !waits(row):
			l.Decided = append(l.Decided, row.ticket())
		case row.Reason == string(rooms.WaitEmail):
			l.Proving = append(l.Proving, row.ticket())
		default:
			l.Waiting = append(l.Waiting, row.ticket())
			forHost = forHost || row.Reason == string(rooms.WaitHost)
		}
	}
	if forHost {
		var there int
		if err = one(g, &there, hostsInRoom, roomID); err != nil {
			return l, err
		}
		l.HostThere = there > 0
	}
	hosts, err := all[grantRow](g, "SELECT "+grantColumns+" FROM grants WHERE room_id = ? AND role IN ('owner', 'moderator') ORDER BY id", roomID)
	for _, row := range hosts {
		l.Hosts = append(l.Hosts, row.grant())
	}
	return l, err
}

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
			condition = " AND k.reason <> 'removed'"
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

// LeaveLobby implements rooms.LobbyStore.
func (d *DB) LeaveLobby(ctx context.Context, roomID, signInID, ticketID string) error {
	if !isKey(ticketID) {
		return rooms.NoTicket()
	}
	return d.writeInTurn(ctx, roomID, "leave lobby", func(t *tx) error {
		if err := t.lobbyStep(roomID); err != nil {
			return err
		}
		left, err := exec(t.DB, "DELETE FROM lobby_tickets WHERE id = ? AND room_id = ? AND sign_in_id = ? AND state = 'waiting'", ticketID, roomID, signInID)
		if err == nil && left == 0 {
			return rooms.NoTicket()
		}
		return err
	})
}

// Note implements rooms.LobbyStore.
func (d *DB) Note(ctx context.Context, roomID, signInID, ticketID, text string, now time.Time) error {
	if !isKey(ticketID) {
		return rooms.NoTicket()
	}
	return d.writeInTurn(ctx, roomID, "note of a ticket", func(t *tx) error {
		if err := t.lobbyStep(roomID); err != nil {
			return err
		}
		written, err := exec(t.DB, `UPDATE lobby_tickets SET note = ? WHERE id = ? AND room_id = ? AND sign_in_id = ? AND state = 'waiting'
			AND expires_at > ?`, text, ticketID, roomID, signInID, moment(now))
		if err == nil && written == 0 {
			return rooms.NoTicket()
		}
		return err
	})
}

// Renew implements rooms.LobbyStore. It takes the rows in one order, as other replicas do.
func (d *DB) Renew(ctx context.Context, ticketIDs []string, until time.Time) error {
	ids := slices.DeleteFunc(slices.Sorted(slices.Values(ticketIDs)), func(id string) bool { return !isKey(id) })
	return chunks(ids, func(part []string) error {
		return d.write(ctx, "renew tickets", func(t *tx) error {
			_, err := exec(t.DB, `UPDATE lobby_tickets SET expires_at = ? WHERE id IN (SELECT id FROM lobby_tickets
				WHERE id IN ? AND state = 'waiting' AND expires_at < ? ORDER BY id`+d.dialect.forUpdate+")", moment(until), part, moment(until))
			return err
		})
	})
}

// ExpireTickets implements rooms.LobbyStore.
func (d *DB) ExpireTickets(ctx context.Context, now time.Time) error {
	var lobbies []struct{ RoomID string }
	err := d.read(ctx, "lobbies with tickets that ran out", func(g *gorm.DB) (err error) {
		lobbies, err = all[struct{ RoomID string }](g, "SELECT DISTINCT room_id FROM lobby_tickets WHERE state = 'waiting' AND expires_at <= ? LIMIT 1000", moment(now))
		return err
	})
	if err != nil {
		return err
	}
	for _, l := range lobbies {
		err := d.write(ctx, "expire tickets", func(t *tx) error {
			if err := t.lobbyStep(l.RoomID); err != nil {
				return err
			}
			_, err := exec(t.DB, "DELETE FROM lobby_tickets WHERE room_id = ? AND state = 'waiting' AND expires_at <= ?", l.RoomID, moment(now))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// useTicket takes the ticket of somebody who comes in: nobody who is inside waits. Who came in by themselves, because a
// host came or the room was opened further, still stands in the list of the hosts, who see that they are gone from it.
func (t *tx) useTicket(a rooms.Admission) (usedTicket, error) {
	if a.SignInID == "" {
		return usedTicket{}, nil
	}
	have, found, err := ticketOf(t.DB, a.SignInID, a.RoomID)
	if err != nil || !found {
		return usedTicket{}, err
	}
	if waits(have) {
		if err := t.lobbyStep(a.RoomID); err != nil {
			return usedTicket{}, err
		}
	}
	used, err := all[usedTicket](t.DB, "DELETE FROM lobby_tickets WHERE sign_in_id = ? AND room_id = ? RETURNING state, email", a.SignInID, a.RoomID)
	if err != nil || len(used) == 0 {
		return usedTicket{}, err
	}
	return used[0], nil
}

// usedTicket is what of a ticket stays in the history: whether a host let its holder in, and the address that a guest
// proved. It is empty when they came without.
type usedTicket struct{ State, Email string }

func (u usedTicket) admitted() bool { return u.State == string(rooms.TicketAdmitted) }

// handTickets gives the tickets of a sign-in to the one that replaces it, whose holder hosts see from now on.
func (t *tx) handTickets(from string, to signin.SignIn) error {
	who := holderIn(to)
	lobbies, err := all[struct{ RoomID string }](t.DB, "SELECT room_id FROM lobby_tickets WHERE sign_in_id = ? ORDER BY room_id", from)
	if err != nil || len(lobbies) == 0 {
		return err
	}
	for _, l := range lobbies {
		if err := t.lobbyStep(l.RoomID); err != nil {
			return err
		}
	}
	_, err = exec(t.DB, `UPDATE lobby_tickets SET sign_in_id = ?, who_kind = ?, who_id = ?, person_id = ?, name = ?, org_name = ?, assurance = ?, email = ''
		WHERE sign_in_id = ?`, to.ID, string(who.Kind), who.ID, optional(to.PersonID), to.Name, to.OrgName, int(to.Assurance), from)
	return err
}

// leaveLobbies gives up the places of those whose sign-ins end.
func (t *tx) leaveLobbies(signIns []string) error {
	lobbies, err := all[struct{ RoomID string }](t.DB, `SELECT DISTINCT room_id FROM lobby_tickets
		WHERE sign_in_id IN ? AND state = 'waiting' ORDER BY room_id`, signIns)
	if err != nil || len(lobbies) == 0 {
		return err
	}
	for _, l := range lobbies {
		if err := t.lobbyStep(l.RoomID); err != nil {
			return err
		}
	}
	_, err = exec(t.DB, "DELETE FROM lobby_tickets WHERE sign_in_id IN ? AND state = 'waiting'", signIns)
	return err
}
