package rooms

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

// NewsKind is the sort of a piece of news.
type NewsKind string

// The kinds. Tickets is for who waits, the others for hosts.
const (
	NewsTicket NewsKind = "ticket" // what has become of one's own ticket
	NewsLobby  NewsKind = "lobby"  // who waits, anew and whole
	NewsKnock  NewsKind = "knock"  // somebody came, or changed what hosts see of them
	NewsGone   NewsKind = "gone"   // somebody waits no more
	NewsReset  NewsKind = "reset"  // over all rooms: nobody waits but those who follow
	NewsDoor   NewsKind = "door"   // what the door is, for who came before it opens
)

// What a ticket has become, as its holder is told. The first three are its states.
const (
	TicketGone  TicketState = "gone"  // it ran out, was given up or was used
	TicketAgain TicketState = "again" // the door may be open now: join again
)

// WhyLeft is why somebody waits no more on whom nobody decided; else the state of the ticket says it.
const WhyLeft TicketState = "left"

// News is something to tell on a stream. ID is where to resume after it. Ticket is set for one ticket, Lobby for all.
type News struct {
	Kind   NewsKind
	ID     string
	Lobby  *Lobby
	Ticket Ticket
	State  TicketState // of NewsTicket and NewsGone
	Door   Door        // of NewsDoor
}

type feedKind uint8

const (
	feedTicket feedKind = iota // of somebody who waits before one room
	feedHost                   // of a host of one room
	feedMine                   // of a host, over all rooms
	feedDoor                   // of somebody who came before the room opens, known or not
)

// Feed is what somebody hears of lobbies. One goroutine asks Next and then waits on Wake; Done says that it must end.
type Feed struct {
	service  *Service
	kind     feedKind
	key      string // under which its streams are counted: the sign-in, or the account of a service
	room     Room   // but for feedMine
	subjects []access.Subject
	wake     chan struct{}

	who      auth.Identity
	ticketID string
	told     TicketState       // of the ticket
	reason   WaitReason        // with it
	after    int               // how many reads had begun when the ticket was found beside them: these may not show it
	one      *Lobby            // what was told of the room, nil before
	resume   string            // where the client says that it left off
	seen     map[string]*Lobby // what was told, by room, of feedMine; written under the hub's mu
	door     *Door             // what was told of it, nil before
	turn     *time.Timer       // wakes when an opening opens or closes

	pending map[string]*Lobby // under the hub's mu: what to tell, of feedMine
	unsure  bool              // under the hub's mu: who listens has to be found out anew
	missed  bool              // under the hub's mu: changes may have been missed, of feedMine
}

// Watch listens to the lobby of a room, as a host of it or as who waits before it, or, before it opens, to its door.
// network is where the caller comes from: by it those are counted whom nobody knows. resume is the ID of the last news
// that the client has had, empty for none. fault.CodeTicketNotFound for who is none of these.
func (s *Service) Watch(ctx context.Context, who auth.Identity, network, slug, resume string) (*Feed, error) {
	room, st, err := s.find(ctx, who, slug)
	if err != nil {
		return nil, err
	}
	f := s.newFeed(who, feedHost, resume)
	f.room = room
	if err := mayHost(who, room, st); err != nil {
		switch early := fault.HasCode(room.receive(who, st, s.Now()).refusal, fault.CodeNotOpenYet); {
		case early && who.Anonymous():
			f.kind, f.key = feedDoor, network
		case early && who.SignInID != "":
			f.kind = feedDoor
		case who.Anonymous():
			return nil, fault.New(fault.CodeSignInRequired, "knock first")
		case who.SignInID == "" || !(fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound) || fault.Is(err, fault.Unauthenticated)):
			return nil, err
		default:
			f.kind = feedTicket
		}
	}
	if err := s.lobbies.enter(f); err != nil {
		return nil, err
	}
	if err := f.begin(ctx); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// WatchMine listens to the lobbies of all rooms of which a grant makes somebody host.
func (s *Service) WatchMine(ctx context.Context, who auth.Identity, resume string) (*Feed, error) {
	switch {
	case who.Anonymous() || who.Kind == auth.Guest:
		return nil, fault.New(fault.CodeSignInRequired, "sign in to hear of your rooms")
	case who.Kind != auth.Person:
		return nil, fault.New(fault.CodeForbidden, "only people have rooms of their own: listen to one room")
	}
	f := s.newFeed(who, feedMine, resume)
	f.subjects, f.seen = access.SubjectsOf(who), map[string]*Lobby{}
	if err := s.lobbies.enter(f); err != nil {
		return nil, err
	}
	if err := f.readMine(ctx); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (s *Service) newFeed(who auth.Identity, kind feedKind, resume string) *Feed {
	key := who.SignInID
	if key == "" {
		key = string(who.Kind) + ":" + who.ID
	}
	return &Feed{service: s, who: who, kind: kind, key: key, resume: resume, wake: make(chan struct{}, 1)}
}

// begin waits for the lobby and finds the ticket of who waits. It is in the lobby most times: a look-up is for one that
// was made a moment ago.
func (f *Feed) begin(ctx context.Context) error {
	now, err := f.service.lobbies.first(ctx, f.room.ID)
	if err != nil {
		return fmt.Errorf("listen to a lobby: %w", err)
	}
	if f.kind != feedTicket {
		return nil
	}
	t, found := now.ticket(func(t Ticket) bool { return t.SignInID == f.who.SignInID })
	if !found {
		if t, found, err = f.service.ticketOf(ctx, f.who, f.room.ID); err != nil {
			return err
		}
		f.after = f.service.lobbies.begun(f.room.ID)
		f.service.lobbies.changed(f.room.ID, true)
	}
	if !found {
		return NoTicket()
	}
	f.ticketID, f.reason = t.ID, t.Reason
	return nil
}

func (f *Feed) readMine(ctx context.Context) error {
	all, err := f.service.Lobby.Lobbies(ctx, f.subjects, f.service.Now().UTC())
	if err != nil {
		return fmt.Errorf("lobbies of one's rooms: %w", err)
	}
	f.service.lobbies.adopt(f, all)
	return nil
}

// Close ends the feed.
func (f *Feed) Close() {
	if f.turn != nil {
		f.turn.Stop()
	}
	f.service.lobbies.leave(f)
}

// Wake receives when there may be news.
func (f *Feed) Wake() <-chan struct{} { return f.wake }

// Done is closed when the stream must end because this process does: the client comes back to another.
func (f *Feed) Done() <-chan struct{} { return f.service.lobbies.drained }

// Unsure reports, once, that the sign-in may have ended: who listens has to be found out before anything more is told.
func (f *Feed) Unsure() bool {
	h := f.service.lobbies
	h.mu.Lock()
	defer h.mu.Unlock()
	was := f.unsure
	f.unsure = false
	return was
}

// Doubt makes the next Unsure report true, when it could not be found out.
func (f *Feed) Doubt() {
	h := f.service.lobbies
	h.mu.Lock()
	defer h.mu.Unlock()
	f.unsure = true
}

// Is says who listens, as was found out.
func (f *Feed) Is(who auth.Identity) { f.who = who }

// awake never blocks.
func (f *Feed) awake() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// offer is called under the hub's mu.
func (f *Feed) offer(l *Lobby) {
	if f.pending == nil {
		f.pending = map[string]*Lobby{}
	}
	f.pending[l.RoomID] = l
	f.awake()
}

// Next is what to tell now, as far as who listens may hear it now. The stream ends with an error, after what came with it;
// of what the database does not answer there is no news yet.
func (f *Feed) Next(ctx context.Context) ([]News, error) {
	var news []News
	var err error
	switch f.kind {
	case feedTicket:
		news, err = f.nextTicket(ctx)
	case feedHost:
		news, err = f.nextHost(ctx)
	case feedDoor:
		news, err = f.nextDoor(ctx)
	default:
		news, err = f.nextMine(ctx)
	}
	if fault.Is(err, fault.Unavailable) {
		return news, nil
	}
	return news, err
}

func (f *Feed) nextHost(ctx context.Context) ([]News, error) {
	now := f.service.lobbies.present(f.room.ID)
	room, st, err := f.stands(ctx, now, "")
	if err != nil {
		return nil, err
	}
	if err := mayHost(f.who, room, st); err != nil {
		return nil, err
	}
	if now == nil || now == f.one {
		return nil, nil
	}
	before := f.one
	f.one = now
	if before == nil {
		if f.resumes(seqID(now)) {
			return nil, nil
		}
		return []News{{Kind: NewsLobby, ID: seqID(now), Lobby: now}}, nil
	}
	return now.since(before, seqID(now)), nil
}

func seqID(l *Lobby) string { return strconv.FormatInt(l.Seq, 10) }

func (f *Feed) nextTicket(ctx context.Context) ([]News, error) {
	now := f.service.lobbies.readAfter(f.room.ID, f.after)
	if now == nil {
		return f.ticketNews(now, Ticket{ID: f.ticketID, Reason: f.reason}, TicketWaiting), nil
	}
	t, found := now.ticket(func(t Ticket) bool { return t.ID == f.ticketID })
	switch {
	case found && t.SignInID != f.who.SignInID: // it went over to another sign-in of this browser
		return nil, fault.New(fault.CodeSignInExpired, "this sign-in has ended")
	case found && t.State != TicketWaiting:
		return f.ticketNews(now, t, t.State), nil
	case found:
		again, err := f.mayEnter(ctx, now, t)
		if err != nil {
			return nil, err
		}
		if again {
			return f.ticketNews(now, t, TicketAgain), nil
		}
		return f.ticketNews(now, t, TicketWaiting), nil
	case f.told == TicketAdmitted: // it was used, or ran out
		return nil, NoTicket()
	default:
		return f.ticketNews(now, Ticket{ID: f.ticketID, Reason: f.reason}, TicketGone), NoTicket()
	}
}

// resumes reports, for the first news of a stream alone, that the client has had it.
func (f *Feed) resumes(id string) bool {
	was := f.resume
	f.resume = ""
	return was == id
}

// ticketNews says what has become of the ticket, unless it was said.
func (f *Feed) ticketNews(now *Lobby, t Ticket, state TicketState) []News {
	if f.told == state && f.reason == t.Reason {
		return nil
	}
	f.told, f.reason = state, t.Reason
	id := ""
	if now != nil {
		id = seqID(now)
	}
	return []News{{Kind: NewsTicket, ID: id, Ticket: t, State: state}}
}

// mayEnter reports that joining would answer something else now than to wait.
func (f *Feed) mayEnter(ctx context.Context, now *Lobby, t Ticket) (bool, error) {
	room, st, err := f.stands(ctx, now, t.LinkID)
	if err != nil {
		return false, err
	}
	f.wakeAtTurn(st.openings)
	st.passcode = rightPasscode // who has a ticket gave it
	found := room.receive(f.who, st, f.service.Now())
	if found.wait == NoWait && found.refusal == nil && t.Reason == WaitTightens && now.Company {
		asks, err := f.service.asks(ctx, f.who, room, st)
		return len(asks) == 0, err
	}
	switch {
	case fault.HasCode(found.refusal, fault.CodeRoomLocked): // who waited before the lock goes on waiting
		return false, nil
	case (found.wait == WaitEmail) != (t.Reason == WaitEmail): // what the room asks for has changed, or the address is proved
		return true, nil
	case found.wait == WaitHost:
		return now.HostThere, nil
	default:
		return found.wait == NoWait, nil
	}
}

// stands is how the listener stands to the room as it was read with the lobby, with the personal link that they waited
// with. One that a feed of all rooms has read has no door.
func (f *Feed) stands(ctx context.Context, now *Lobby, linkID string) (Room, standing, error) {
	var d *door
	if now != nil {
		d = now.door
	}
	if d == nil {
		var err error
		if d, err = f.service.doorOf(ctx, f.room.Slug); err != nil {
			return Room{}, standing{}, err
		}
	}
	var link *access.Link
	if linkID != "" {
		link = &access.Link{ID: linkID}
	}
	st, err := f.service.standing(ctx, f.who, d.room, d.threshold, link)
	return d.room, st, err
}

// nextDoor tells of the door as it is now, for whoever listens, until it is open or shut for good: who comes in then, or
// waits, listens anew as who they are.
func (f *Feed) nextDoor(ctx context.Context) ([]News, error) {
	room, st, err := f.stands(ctx, f.service.lobbies.present(f.room.ID), "")
	if err != nil {
		return nil, err
	}
	f.wakeAtTurn(st.openings)
	door := room.door(f.who, st, f.service.Now())
	var news []News
	if f.door == nil || *f.door != door {
		f.door = &door
		news = []News{{Kind: NewsDoor, Door: door}}
	}
	if door.Code != fault.CodeNotOpenYet {
		return news, NoTicket()
	}
	return news, nil
}

// wakeAtTurn has the feed look again when an opening opens or closes, which nobody says.
func (f *Feed) wakeAtTurn(openings access.Openings) {
	now := f.service.Now()
	at, found := openings.Turn(now)
	if f.turn != nil {
		f.turn.Stop()
	}
	if found {
		f.turn = time.AfterFunc(at.Sub(now), f.awake)
	}
}

// nextMine tells of all rooms that changed. Those of which it cannot be found out who may hear are read again.
func (f *Feed) nextMine(ctx context.Context) ([]News, error) {
	pending, missed := f.take(nil)
	var err error
	if missed {
		if err = f.readMine(ctx); err != nil {
			f.miss()
		}
		pending, _ = f.take(pending)
	}
	var news []News
	for _, id := range sortedKeys(pending) {
		told, failed := f.ofRoom(ctx, pending[id])
		if failed != nil {
			f.miss()
			err = failed
		}
		news = append(news, told...)
	}
	told := f.digest()
	if had := f.resume; had != "" {
		f.resume = ""
		if had == told {
			return nil, err
		}
		news = append([]News{{Kind: NewsReset}}, news...) // rooms of which there is nothing to tell may be among what it has
	}
	for i := range news {
		news[i].ID = told
	}
	return news, err
}

// ofRoom tells of one room to those who may host it. What hosts decided about who holds a grant may be taken back: such a
// room is not let go of while people wait.
func (f *Feed) ofRoom(ctx context.Context, now *Lobby) ([]News, error) {
	granted, err := f.granted(ctx, now)
	if err != nil {
		return nil, err
	}
	hosts, err := f.hosts(ctx, now, granted)
	if err != nil {
		return nil, err
	}
	before := f.seen[now.RoomID]
	some := len(now.Waiting) > 0
	switch {
	case some && hosts:
		f.seen[now.RoomID] = now
	case some && len(granted) > 0:
		f.seen[now.RoomID] = nil
	default:
		f.forget(now.RoomID)
	}
	switch {
	case before == nil && some && hosts:
		return []News{{Kind: NewsLobby, Lobby: now}}, nil
	case before == nil:
		return nil, nil
	case hosts:
		return now.since(before, ""), nil
	default:
		return []News{{Kind: NewsLobby, Lobby: &Lobby{RoomID: now.RoomID, Slug: before.Slug, Name: before.Name, Seq: now.Seq}}}, nil
	}
}

// granted is what makes the listener host of a lobby, and is in force.
func (f *Feed) granted(ctx context.Context, l *Lobby) (held []access.Grant, err error) {
	now, d := f.service.Now(), l.door
	for _, g := range l.Hosts {
		if !g.Role.Host() || !slices.Contains(f.subjects, g.Subject) {
			continue
		}
		if g.WhileMet() && d == nil { // it takes the openings to say whether it holds
			if d, err = f.service.doorOf(ctx, l.Slug); err != nil {
				return nil, err
			}
		}
		var openings access.Openings
		if d != nil {
			openings = d.threshold.Openings
		}
		if g.Holds(openings, now) {
			held = append(held, g)
		}
	}
	return held, nil
}

// hosts reports whether the listener may host a room, as the feed of that room asks: the grants were read with the lobby,
// and mostly what stands at the door too.
func (f *Feed) hosts(ctx context.Context, l *Lobby, granted []access.Grant) (bool, error) {
	if len(granted) == 0 {
		return false, nil
	}
	d := l.door
	if d == nil {
		var err error
		if d, err = f.service.doorOf(ctx, l.Slug); err != nil {
			return false, err
		}
	}
	st := f.service.stand(granted, d.threshold.Openings).under(d.threshold, WhoIs(f.who))
	return mayHost(f.who, d.room, st) == nil, nil
}

// take adds what is to be told to what was taken before.
func (f *Feed) take(before map[string]*Lobby) (pending map[string]*Lobby, missed bool) {
	h := f.service.lobbies
	h.mu.Lock()
	defer h.mu.Unlock()
	pending, missed = before, f.missed
	if pending == nil {
		pending = make(map[string]*Lobby, len(f.pending))
	}
	for id, l := range f.pending {
		pending[id] = l
		if f.seen[id] == nil {
			f.seen[id] = nil // so that it is let go of with the others
		}
	}
	f.pending, f.missed = nil, false
	return pending, missed
}

func (f *Feed) miss() {
	h := f.service.lobbies
	h.mu.Lock()
	defer h.mu.Unlock()
	f.missed = true
}

func (f *Feed) forget(roomID string) {
	h := f.service.lobbies
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(f.seen, roomID)
	if f.pending[roomID] == nil {
		h.unwatch(roomID, f)
	}
}

// digest names what was told of all rooms.
func (f *Feed) digest() string {
	sum := fnv.New64a()
	for _, id := range sortedKeys(f.seen) {
		if l := f.seen[id]; l != nil {
			_, _ = sum.Write([]byte(id + " " + seqID(l) + "\n"))
		}
	}
	return strconv.FormatUint(sum.Sum64(), 36)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, strings.Compare)
	return keys
}

// since is what hosts have to hear who were told of the lobby as it was before. Another name of the room needs all anew.
func (l *Lobby) since(before *Lobby, id string) []News {
	if l.Slug != before.Slug || l.Name != before.Name {
		return []News{{Kind: NewsLobby, ID: id, Lobby: l}}
	}
	var news []News
	was := make(map[string]Ticket, len(before.Waiting))
	for _, t := range before.Waiting {
		was[t.ID] = t
	}
	for _, t := range l.Waiting {
		old, known := was[t.ID]
		delete(was, t.ID)
		if !known || !old.looksLike(t) {
			news = append(news, News{Kind: NewsKnock, ID: id, Lobby: l, Ticket: t})
		}
	}
	for _, t := range before.Waiting {
		if _, gone := was[t.ID]; gone {
			news = append(news, News{Kind: NewsGone, ID: id, Lobby: l, Ticket: t, State: l.fate(t.ID)})
		}
	}
	return news
}

// looksLike reports whether hosts see the same of both.
func (t Ticket) looksLike(other Ticket) bool {
	return t.Name == other.Name && t.OrgName == other.OrgName && t.Assurance == other.Assurance && t.Email == other.Email &&
		t.Invited == other.Invited && t.Reason == other.Reason && t.Note == other.Note && t.WhoKind == other.WhoKind
}

func (l *Lobby) fate(ticketID string) TicketState {
	for _, t := range l.Decided {
		if t.ID == ticketID {
			return t.State
		}
	}
	return WhyLeft
}

// readLobby is how the hub reads. The door comes with it: whatever hosts decide in the call makes everybody look who waits,
// and three hundred looks must not be three hundred questions.
func (s *Service) readLobby(ctx context.Context, roomID string) (*Lobby, error) {
	l, err := s.Lobby.Lobby(ctx, roomID, s.Now().UTC())
	if err != nil {
		return nil, err
	}
	if l.door, err = s.doorOf(ctx, l.Slug); err != nil {
		return nil, err
	}
	return &l, nil
}

func (s *Service) doorOf(ctx context.Context, slug string) (*door, error) {
	room, err := s.Rooms.Room(ctx, slug)
	if err != nil {
		return nil, err
	}
	t, err := s.threshold(ctx, room)
	if err != nil {
		return nil, err
	}
	return &door{room.Tightened(t.Tightened), t}, nil
}

// LobbyChanged says that somebody came to the lobby of a room or went, by whatever replica. It does not block.
func (s *Service) LobbyChanged(roomID string) { s.lobbies.changed(roomID, true) }

// GrantsChanged says that others may be hosts of a room now.
func (s *Service) GrantsChanged(roomID string) { s.lobbies.changed(roomID, true) }

// RoomChanged says that a room is another now: its door, its name, who may wait.
func (s *Service) RoomChanged(roomID string) { s.lobbies.changed(roomID, false) }

// SignInChanged says that a sign-in may have ended.
func (s *Service) SignInChanged(signInID string) { s.lobbies.signIn(signInID) }

// ChangesMissed says that anything may have changed.
func (s *Service) ChangesMissed() { s.lobbies.everything() }

// EndStreams ends every feed and refuses new ones: the process is about to stop.
func (s *Service) EndStreams() { s.lobbies.drain() }
