package rooms

import (
	"context"
	"fmt"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/policy"
)

// TicketState is how far a ticket has come.
type TicketState string

// The states. Who is let in, or is not, learns it by the ticket and joins again; the ticket lasts as long as that matters.
const (
	TicketWaiting  TicketState = "waiting"
	TicketAdmitted TicketState = "admitted"
	TicketRefused  TicketState = "refused"
)

// Bounds of a lobby. A ticket that waits lasts for a while after the last contact, so that a laptop that sleeps or a
// service that restarts costs nobody the place.
const (
	MaxWaiting  = 500
	MaxNote     = 200
	WaitsFor    = 2 * time.Minute
	AdmittedFor = 10 * time.Minute // to open the first relay
	RefusedFor  = 5 * time.Minute  // until a new knock is possible
)

// Ticket is the place of somebody who waits before one room. It is good for the holder of its sign-in alone; its ID tells
// nothing and opens nothing. Since is when they came, by which a lobby is ordered.
type Ticket struct {
	ID        string
	RoomID    string
	SignInID  string
	WhoKind   auth.Kind
	WhoID     string
	PersonID  string
	Name      string
	OrgName   string
	Assurance auth.Assurance
	Email     string // that a guest has proved
	LinkID    string // of the personal link that they brought
	Invited   string // the name on it; empty once it is revoked
	Reason    WaitReason
	Asks      policy.Demands // what becomes stricter when they are let in
	Note      string
	State     TicketState
	Since     time.Time
	ExpiresAt time.Time
	DecidedBy string
	DecidedAt *time.Time
}

// Who is whose ticket it is.
func (t Ticket) Who() Who { return Who{t.WhoKind, t.WhoID} }

// Holds reports whether the ticket has not run out.
func (t Ticket) Holds(now time.Time) bool { return now.Before(t.ExpiresAt) }

// Lobby is who waits before a room at one moment, first come first. Seq counts the changes of it. Proving is who has to
// prove an address before hosts hear of them, Decided what was decided lately and not used yet. Hosts is the grants that
// make hosts, in force or not; HostThere is only looked at while somebody waits for a host, Company (somebody is in the call) while
// somebody waits because the session becomes stricter by them.
type Lobby struct {
	RoomID    string
	Slug      string
	Name      string
	Seq       int64
	Waiting   []Ticket
	Proving   []Ticket
	Decided   []Ticket
	Hosts     []access.Grant
	HostThere bool
	Company   bool

	door *door // read with it by the hub, for all who listen
}

// door is a room and what stands at its door, at one moment.
type door struct {
	room      Room
	threshold Threshold
}

// ticket finds a ticket among those that wait, for a host or a proof, and those that were decided.
func (l *Lobby) ticket(is func(Ticket) bool) (Ticket, bool) {
	for _, list := range [][]Ticket{l.Waiting, l.Proving, l.Decided} {
		for _, t := range list {
			if is(t) {
				return t, true
			}
		}
	}
	return Ticket{}, false
}

// Verdict is what a host decides about who waits: about the tickets named, or about all.
type Verdict struct {
	To      TicketState // TicketAdmitted or TicketRefused
	Tickets []string
	All     bool
}

// Decision is a verdict with who gave it, for the store.
type Decision struct {
	Verdict
	Room       Room
	Actor      string
	ActorName  string
	OnBehalfOf string
	At         time.Time
	Until      time.Time // when the decided tickets run out
}

// host answers nil when somebody may decide who is let into a room.
func (s *Service) host(ctx context.Context, who auth.Identity, room Room) error {
	_, st, err := s.find(ctx, who, room.Slug)
	if err != nil {
		return err
	}
	return mayHost(who, room, st)
}

func mayHost(who auth.Identity, room Room, st standing) error {
	return auth.Allowed(who, auth.RoomModerate, st.on(room))
}

// hosted is the room of that link, for its hosts.
func (s *Service) hosted(ctx context.Context, who auth.Identity, slug string) (Room, error) {
	room, err := s.Rooms.Room(ctx, slug)
	if err != nil {
		return Room{}, err
	}
	return room, s.host(ctx, who, room)
}

// knock makes somebody wait before a room, or renews the ticket that they have to it; the place stays theirs. An admitted
// ticket comes back as it is. fault.CodeRefused while a refusal lasts, fault.CodeLobbyFull when too many wait.
func (s *Service) knock(ctx context.Context, who auth.Identity, room Room, st standing, name string, reason WaitReason) (Ticket, error) {
	if who.SignInID == "" {
		return Ticket{}, fault.New(fault.CodeSignInRequired, "only a browser can wait before a room")
	}
	now := s.Now().UTC()
	t := Ticket{
		ID: newID(), RoomID: room.ID, SignInID: who.SignInID, WhoKind: who.Kind, WhoID: who.ID, PersonID: who.PersonID,
		Name: name, OrgName: who.OrgName, Assurance: who.Assurance, Email: who.ProvedEmail(), Reason: reason, Asks: st.asks,
		State: TicketWaiting, Since: now, ExpiresAt: now.Add(WaitsFor),
	}
	if st.link != nil {
		t.LinkID, t.Invited = st.link.ID, st.link.Name
	}
	t, err := s.Lobby.Knock(ctx, t, now)
	if err != nil {
		return Ticket{}, fmt.Errorf("knock: %w", err)
	}
	if t.State == TicketRefused {
		return Ticket{}, fault.New(fault.CodeRefused, "a host did not let you in").After(t.ExpiresAt.Sub(now))
	}
	return t, nil
}

// ticketOf is the ticket that somebody has to a room, in whatever state; none when it has run out or was used.
func (s *Service) ticketOf(ctx context.Context, who auth.Identity, roomID string) (Ticket, bool, error) {
	if who.SignInID == "" {
		return Ticket{}, false, nil
	}
	t, found, err := s.Lobby.TicketOf(ctx, who.SignInID, roomID, s.Now().UTC())
	if err != nil {
		return Ticket{}, false, fmt.Errorf("ticket of a room: %w", err)
	}
	return t, found, nil
}

// Waiting is who waits before a room, for its hosts.
func (s *Service) Waiting(ctx context.Context, who auth.Identity, slug string) (Lobby, error) {
	room, err := s.hosted(ctx, who, slug)
	if err != nil {
		return Lobby{}, err
	}
	return s.Lobby.Lobby(ctx, room.ID, s.Now().UTC())
}

// Decide lets people in or refuses them, all that are named or none, and answers whom. Deciding the same again is no
// error; fault.CodeAlreadyDecided when somebody else decided otherwise, fault.CodeTicketNotFound for a ticket of another
// room, one that is gone, and one of somebody who has to prove an address first. "All" lets in nobody whom a host has
// removed, or by whom the session becomes stricter: they have to be named.
func (s *Service) Decide(ctx context.Context, who auth.Identity, slug string, v Verdict) ([]string, error) {
	room, err := s.hosted(ctx, who, slug)
	if err != nil {
		return nil, err
	}
	now := s.Now().UTC()
	lasts := RefusedFor
	if v.To == TicketAdmitted {
		lasts = AdmittedFor
	}
	ids, err := s.Lobby.Decide(ctx, Decision{
		Verdict: v, Room: room, Actor: actor(who), ActorName: who.Name, OnBehalfOf: who.OnBehalfOf, At: now, Until: now.Add(lasts),
	})
	if err != nil {
		return nil, fmt.Errorf("decide who is let in: %w", err)
	}
	return ids, nil
}

// LeaveLobby gives the caller's own place up.
func (s *Service) LeaveLobby(ctx context.Context, who auth.Identity, slug, ticketID string) error {
	room, err := s.before(ctx, who, slug)
	if err != nil {
		return err
	}
	return s.Lobby.LeaveLobby(ctx, room.ID, who.SignInID, ticketID)
}

// Note leaves the hosts a line with the caller's own ticket; an empty one takes it back.
func (s *Service) Note(ctx context.Context, who auth.Identity, slug, ticketID, text string) error {
	room, err := s.before(ctx, who, slug)
	if err != nil {
		return err
	}
	var c check
	c.that(length(text) <= MaxNote, "body.text", "at most 200 characters")
	if err := c.err(); err != nil {
		return err
	}
	return s.Lobby.Note(ctx, room.ID, who.SignInID, ticketID, text, s.Now().UTC())
}

// before is the room of that link for somebody who waits before it.
func (s *Service) before(ctx context.Context, who auth.Identity, slug string) (Room, error) {
	if who.Anonymous() {
		return Room{}, fault.New(fault.CodeSignInRequired, "knock first")
	}
	room, err := s.Rooms.Room(ctx, slug)
	if err != nil {
		return Room{}, err
	}
	if who.SignInID == "" {
		return Room{}, NoTicket()
	}
	return room, nil
}

// NoTicket is the answer about a ticket that is not the caller's, of another room, or gone: which of these, it does not say.
func NoTicket() error {
	return fault.New(fault.CodeTicketNotFound, "there is no such ticket before this room")
}

// KeepLobby keeps the places of those whom this replica has on the line, and gives up those that nobody has heard of for
// too long. A process that has just started lets people come back first.
func (s *Service) KeepLobby(ctx context.Context) error {
	now := s.Now().UTC()
	if ids := s.lobbies.waiting(); len(ids) > 0 {
		if err := s.Lobby.Renew(ctx, ids, now.Add(WaitsFor)); err != nil {
			return fmt.Errorf("renew tickets: %w", err)
		}
	}
	if now.Sub(s.started) < WaitsFor {
		return nil
	}
	if err := s.Lobby.ExpireTickets(ctx, now); err != nil {
		return fmt.Errorf("expire tickets: %w", err)
	}
	return nil
}
