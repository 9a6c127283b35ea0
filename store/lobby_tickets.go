package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/auth/signin"
	"parvis/fault"
	"parvis/rooms"
)

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
	Asks      document[map[string]demandRow]
	AsksOnly  bool
	Note      string
	State     string
	CreatedAt moment
	ExpiresAt moment
	DecidedBy string
	DecidedAt *moment
}

var ticketColumns = `k.id, k.room_id, k.sign_in_id, k.who_kind, k.who_id, k.person_id, k.name, k.org_name, k.assurance, k.email,
	k.reason, k.note, k.state, k.created_at, k.expires_at, k.decided_by, k.decided_at, k.link_id, k.asks, k.asks_only,
	(SELECT l.name FROM links l WHERE l.id = k.link_id AND l.revoked_at IS NULL AND ` + linkCounts("k.room_id") + `) AS invited`

// returnedTicket is what RETURNING names, where SQLite knows no alias.
var returnedTicket = func() string {
	own, _, _ := strings.Cut(ticketColumns, ",\n	(SELECT")
	return strings.ReplaceAll(own, "k.", "")
}()

func (r ticketRow) ticket() rooms.Ticket {
	return rooms.Ticket{
		ID: r.ID, RoomID: r.RoomID, SignInID: r.SignInID, WhoKind: auth.Kind(r.WhoKind), WhoID: r.WhoID, PersonID: string(r.PersonID),
		Name: r.Name, OrgName: r.OrgName, Assurance: auth.Assurance(r.Assurance), Email: r.Email, Reason: r.reason(),
		Note: r.Note, State: rooms.TicketState(r.State), Since: r.CreatedAt.time(), ExpiresAt: r.ExpiresAt.time(),
		DecidedBy: r.DecidedBy, DecidedAt: timeOf(r.DecidedAt), LinkID: string(r.LinkID), Invited: string(r.Invited), Asks: demandsIn(r.Asks.v),
	}
}

// reason is what somebody waits for. That the session becomes stricter by them is kept as a wait for hosts, which the program before
// knows too, and beside it that there is nothing else.
func (r ticketRow) reason() rooms.WaitReason {
	if r.AsksOnly {
		return rooms.WaitTightens
	}
	return rooms.WaitReason(r.Reason)
}

func keptReason(reason rooms.WaitReason) string {
	if reason == rooms.WaitTightens {
		return string(rooms.WaitLobby)
	}
	return string(reason)
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
	if r.State == string(rooms.TicketAdmitted) && !k.Asks.Within(demandsIn(r.Asks.v)) { // hosts agreed to less
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
		r.Assurance == int(k.Assurance) && r.Email == k.Email && r.reason() == k.Reason && string(r.LinkID) == k.LinkID &&
		k.Asks.Equal(demandsIn(r.Asks.v))
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
			reason, note, state, created_at, expires_at, link_id, asks, asks_only)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?)
		ON CONFLICT (sign_in_id, room_id) DO UPDATE SET id = excluded.id, who_kind = excluded.who_kind, who_id = excluded.who_id,
			person_id = excluded.person_id, name = excluded.name, org_name = excluded.org_name, assurance = excluded.assurance,
			email = excluded.email, reason = excluded.reason, note = excluded.note, state = 'waiting', created_at = excluded.created_at,
			expires_at = excluded.expires_at, decided_by = '', decided_at = NULL, link_id = excluded.link_id, asks = excluded.asks, asks_only = excluded.asks_only
		RETURNING `+returnedTicket,
		k.ID, k.RoomID, k.SignInID, string(k.WhoKind), k.WhoID, optional(k.PersonID), k.Name, k.OrgName, int(k.Assurance), k.Email,
		keptReason(k.Reason), k.Note, moment(k.Since), moment(k.ExpiresAt), optional(k.LinkID), rowOfDemands(k.Asks), k.Reason == rooms.WaitTightens)
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
