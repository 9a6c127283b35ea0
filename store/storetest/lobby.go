package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/signin"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// LobbyStore is what the suite of lobbies needs.
type LobbyStore interface {
	AdmissionsStore
	rooms.LobbyStore
	OnChange(tell func(kind, id string))
	People
}

// Lobby is the suite of rooms.LobbyStore.
func Lobby(t *testing.T, newStore func(*testing.T) LobbyStore) {
	t.Run("a ticket of another room, of another sign-in, or of nobody is not found", func(t *testing.T) { ticketOfOthers(t, newStore(t)) })
	t.Run("a decision is whole or not at all", func(t *testing.T) { wholeDecision(t, newStore(t)) })
	t.Run("two hosts who decide otherwise at once: one of them is told", func(t *testing.T) { twoHosts(t, newStore(t)) })
	t.Run("deciding the same twice is no error", func(t *testing.T) { sameTwice(t, newStore(t)) })
	t.Run("the 501st is told that the lobby is full, and comes in once somebody goes", func(t *testing.T) { fullLobby(t, newStore(t)) })
	t.Run("many who knock at once never get past the bound", func(t *testing.T) { crowd(t, newStore(t)) })
	t.Run("who is refused cannot knock until the refusal runs out", func(t *testing.T) { refusedKnock(t, newStore(t)) })
	t.Run("who was let in and taken out before entering is not let in by the same ticket", func(t *testing.T) { takenOut(t, newStore(t)) })
	t.Run("a ticket comes back as it was written", func(t *testing.T) { ticketRoundTrip(t, newStore(t)) })
	t.Run("knocking again keeps the place and tells nobody; another name is told", func(t *testing.T) { knockAgain(t, newStore(t)) })
	t.Run("who sleeps keeps the place until somebody gives it up", func(t *testing.T) { sleeper(t, newStore(t)) })
	t.Run("admit all lets in nobody whom a host removed", func(t *testing.T) { allButRemoved(t, newStore(t)) })
	t.Run("hosts neither see nor decide about who has to prove an address first", func(t *testing.T) { proving(t, newStore(t)) })
	t.Run("who was let in and has to prove an address since is not let in by the same ticket", func(t *testing.T) { provesLate(t, newStore(t)) })
	t.Run("those who prove addresses take no place of those who wait for hosts", func(t *testing.T) { provingApart(t, newStore(t)) })
	t.Run("the first relay uses the ticket up, and only an admitted one of that room", func(t *testing.T) { usedUp(t, newStore(t)) })
	t.Run("who comes in by themselves waits no longer, and hosts see it at once", func(t *testing.T) { cameInAlone(t, newStore(t)) })
	t.Run("signing in keeps the place under the new name, signing out gives it up", func(t *testing.T) { placeAndSignIn(t, newStore(t)) })
	t.Run("hosts find the lobbies of their rooms", func(t *testing.T) { lobbiesOfHosts(t, newStore(t)) })
	t.Run("who waits for a host learns that one is there", func(t *testing.T) { hostThere(t, newStore(t)) })
}

// Knocking is the ticket of somebody who knocks at nine.
func Knocking(r rooms.Room, s signin.SignIn) rooms.Ticket {
	k := rooms.Ticket{
		ID: NewID(), RoomID: r.ID, SignInID: s.ID, WhoKind: s.Kind, WhoID: s.ID, PersonID: s.PersonID, Name: s.Name, OrgName: s.OrgName,
		Assurance: s.Assurance, Reason: rooms.WaitLobby, State: rooms.TicketWaiting, Since: Nine, ExpiresAt: Nine.Add(rooms.WaitsFor),
	}
	if s.Kind == auth.Person {
		k.WhoID = s.PersonID
	}
	return k
}

func knock(t *testing.T, s rooms.LobbyStore, k rooms.Ticket) rooms.Ticket {
	t.Helper()
	got, err := s.Knock(t.Context(), k, k.Since)
	if err != nil {
		t.Fatalf("knock: %v", err)
	}
	return got
}

func guestKnocks(t *testing.T, s LobbyStore, r rooms.Room, secret string) rooms.Ticket {
	t.Helper()
	return knock(t, s, Knocking(r, createSignIn(t, s, Guest(secret))))
}

func lobbyOf(t *testing.T, s rooms.LobbyStore, r rooms.Room, now time.Time) rooms.Lobby {
	t.Helper()
	l, err := s.Lobby(t.Context(), r.ID, now)
	if err != nil {
		t.Fatalf("lobby: %v", err)
	}
	return l
}

func decision(r rooms.Room, to rooms.TicketState, ids ...string) rooms.Decision {
	until := Nine.Add(rooms.RefusedFor)
	if to == rooms.TicketAdmitted {
		until = Nine.Add(rooms.AdmittedFor)
	}
	return rooms.Decision{
		Verdict: rooms.Verdict{To: to, Tickets: ids, All: len(ids) == 0}, Room: r, Actor: "person:host", At: Nine.Add(time.Second), Until: until,
	}
}

func decide(t *testing.T, s rooms.LobbyStore, d rooms.Decision) []string {
	t.Helper()
	ids, err := s.Decide(t.Context(), d)
	if err != nil {
		t.Fatalf("decide: %v", err)
	}
	return ids
}

func mustCode(t *testing.T, what string, err error, code fault.Code) {
	t.Helper()
	if !fault.HasCode(err, code) {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

func ticketOfOthers(t *testing.T, s LobbyStore) {
	r, other := createRoom(t, s, "aaa-bbbb-ccc"), createRoom(t, s, "ddd-dddd-ddd")
	k := guestKnocks(t, s, r, "g")
	stranger := createSignIn(t, s, Guest("other"))
	for _, id := range []string{NewID(), "nonsense", "", k.ID} {
		room, signIn := r.ID, k.SignInID
		if id == k.ID {
			room = other.ID
		}
		mustCode(t, "leave", s.LeaveLobby(t.Context(), room, signIn, id), fault.CodeTicketNotFound)
		mustCode(t, "note", s.Note(t.Context(), room, signIn, id, "x", Nine), fault.CodeTicketNotFound)
		_, err := s.Decide(t.Context(), decision(other, rooms.TicketAdmitted, id))
		if id == "" {
			continue
		}
		mustCode(t, "decide", err, fault.CodeTicketNotFound)
	}
	mustCode(t, "leave for another", s.LeaveLobby(t.Context(), r.ID, stranger.ID, k.ID), fault.CodeTicketNotFound)
	mustCode(t, "note of another", s.Note(t.Context(), r.ID, stranger.ID, k.ID, "x", Nine), fault.CodeTicketNotFound)
	for signIn, room := range map[string]string{stranger.ID: r.ID, k.SignInID: other.ID, NewID(): r.ID} {
		if _, found, err := s.TicketOf(t.Context(), signIn, room, Nine); found || err != nil {
			t.Errorf("found %v, %v", found, err)
		}
	}
	if l := lobbyOf(t, s, r, Nine); len(l.Waiting) != 1 || l.Waiting[0].Note != "" || l.Seq != 1 {
		t.Errorf("what was refused has changed something: %+v", l)
	}
}

func wholeDecision(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	first, second := guestKnocks(t, s, r, "1"), guestKnocks(t, s, r, "2")
	decide(t, s, decision(r, rooms.TicketRefused, second.ID))
	_, err := s.Decide(t.Context(), decision(r, rooms.TicketAdmitted, first.ID, second.ID))
	mustCode(t, "one was refused", err, fault.CodeAlreadyDecided)
	if f := fault.Of(err).Fields; len(f) != 1 || f[0].Location != "body.tickets[1]" {
		t.Errorf("names %v", f)
	}
	_, err = s.Decide(t.Context(), decision(r, rooms.TicketAdmitted, first.ID, NewID()))
	mustCode(t, "one is gone", err, fault.CodeTicketNotFound)
	if l := lobbyOf(t, s, r, Nine); len(l.Waiting) != 1 || l.Waiting[0].ID != first.ID {
		t.Errorf("half a decision was written: %+v", l)
	}
}

func twoHosts(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	var ids []string
	for i := range 8 {
		ids = append(ids, guestKnocks(t, s, r, fmt.Sprint(i)).ID)
	}
	backwards := slices.Clone(ids)
	slices.Reverse(backwards)
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, d := range []rooms.Decision{decision(r, rooms.TicketAdmitted, ids...), decision(r, rooms.TicketRefused, backwards...)} {
		wg.Go(func() { _, errs[i] = s.Decide(t.Context(), d) })
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("admitting: %v, refusing: %v", errs[0], errs[1])
	}
	want := rooms.TicketAdmitted
	if errs[0] != nil {
		want = rooms.TicketRefused
		mustCode(t, "who came second", errs[0], fault.CodeAlreadyDecided)
	} else {
		mustCode(t, "who came second", errs[1], fault.CodeAlreadyDecided)
	}
	for _, k := range lobbyOf(t, s, r, Nine.Add(time.Second)).Decided {
		if k.State != want {
			t.Errorf("one is %s, the others %s", k.State, want)
		}
	}
}

func sameTwice(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	k := guestKnocks(t, s, r, "g")
	for range 2 {
		if ids := decide(t, s, decision(r, rooms.TicketAdmitted, k.ID, k.ID)); !slices.Equal(ids, []string{k.ID}) {
			t.Errorf("admitted %v", ids)
		}
	}
	got, found, err := s.TicketOf(t.Context(), k.SignInID, r.ID, Nine.Add(9*time.Minute))
	if err != nil || !found || got.State != rooms.TicketAdmitted || got.DecidedBy != "person:host" || got.DecidedAt == nil {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, found, _ := s.TicketOf(t.Context(), k.SignInID, r.ID, Nine.Add(rooms.AdmittedFor)); found {
		t.Error("an admitted ticket holds for ever")
	}
	if ids := decide(t, s, decision(r, rooms.TicketRefused)); len(ids) != 0 {
		t.Errorf("nobody waits, and %v are refused", ids)
	}
}

func fullLobby(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	var last rooms.Ticket
	for i := range rooms.MaxWaiting {
		last = guestKnocks(t, s, r, fmt.Sprint(i))
	}
	k := Knocking(r, createSignIn(t, s, Guest("one too many")))
	_, err := s.Knock(t.Context(), k, Nine)
	mustCode(t, "the 501st", err, fault.CodeLobbyFull)
	if fault.Of(err).RetryAfter == 0 {
		t.Error("it is not said when to come back")
	}
	if got := knock(t, s, last); got.ID != last.ID {
		t.Error("somebody who waits already lost the place")
	}
	if l := lobbyOf(t, s, r, Nine); len(l.Waiting) != rooms.MaxWaiting {
		t.Errorf("%d wait", len(l.Waiting))
	}
	if err := s.LeaveLobby(t.Context(), r.ID, last.SignInID, last.ID); err != nil {
		t.Fatal(err)
	}
	knock(t, s, k)
}

func crowd(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	for i := range rooms.MaxWaiting - 2 {
		guestKnocks(t, s, r, fmt.Sprint(i))
	}
	var tickets []rooms.Ticket
	for i := range 10 {
		tickets = append(tickets, Knocking(r, createSignIn(t, s, Guest(fmt.Sprint("late", i)))))
	}
	var wg sync.WaitGroup
	errs := make([]error, len(tickets))
	for i, k := range tickets {
		wg.Go(func() { _, errs[i] = s.Knock(t.Context(), k, Nine) })
	}
	wg.Wait()
	in := 0
	for _, err := range errs {
		if err == nil {
			in++
		} else {
			mustCode(t, "late", err, fault.CodeLobbyFull)
		}
	}
	if in != 2 {
		t.Errorf("%d came in, 2 places were free", in)
	}
}

func refusedKnock(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	k := guestKnocks(t, s, r, "g")
	decide(t, s, decision(r, rooms.TicketRefused, k.ID))
	mustCode(t, "leave", s.LeaveLobby(t.Context(), r.ID, k.SignInID, k.ID), fault.CodeTicketNotFound)
	again := k
	again.ID, again.Since, again.Name = NewID(), Nine.Add(time.Minute), "Somebody else"
	if got := knock(t, s, again); got.State != rooms.TicketRefused || got.ID != k.ID || got.Name != k.Name {
		t.Errorf("got %+v", got)
	}
	again.Since = Nine.Add(rooms.RefusedFor)
	again.ExpiresAt = again.Since.Add(rooms.WaitsFor)
	if got := knock(t, s, again); got.State != rooms.TicketWaiting || got.ID == k.ID || got.DecidedBy != "" || got.DecidedAt != nil {
		t.Errorf("later: %+v", got)
	}
}

func takenOut(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	k := guestKnocks(t, s, r, "g")
	decide(t, s, decision(r, rooms.TicketAdmitted, k.ID))
	again := k
	again.ID, again.Reason = NewID(), rooms.WaitRemoved
	waits := knock(t, s, again)
	if waits.State != rooms.TicketWaiting || waits.ID == k.ID || waits.Reason != rooms.WaitRemoved {
		t.Fatalf("got %+v", waits)
	}
	decide(t, s, decision(r, rooms.TicketAdmitted, waits.ID))
	for _, reason := range []rooms.WaitReason{rooms.WaitRemoved, rooms.WaitLobby} { // as the door says before and after it hears of it
		again.Reason = reason
		if got := knock(t, s, again); got.State != rooms.TicketAdmitted || got.ID != waits.ID {
			t.Errorf("let in again, and as %s got %+v", reason, got)
		}
	}
}

func ticketRoundTrip(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	person := createSignIn(t, s, SignedIn("p", createPerson(t, s, "jeanne")))
	k := Knocking(r, person)
	k.Reason, k.Note = rooms.WaitReturned, "Je suis là 🙂"
	k.Email = "jeanne@example.fr"
	got := knock(t, s, k)
	k.Since, k.ExpiresAt = kept(k.Since), kept(k.ExpiresAt)
	if diff := cmp.Diff(k, got); diff != "" {
		t.Errorf("answered: -want +got\n%s", diff)
	}
	read, found, err := s.TicketOf(t.Context(), person.ID, r.ID, Nine)
	if diff := cmp.Diff(k, read); diff != "" || !found || err != nil {
		t.Errorf("read: %v %v\n%s", found, err, diff)
	}
	l := lobbyOf(t, s, r, Nine)
	if diff := cmp.Diff([]rooms.Ticket{k}, l.Waiting); diff != "" {
		t.Error(diff)
	}
	if l.Seq != 1 || l.Slug != r.Slug || l.Name != r.Name || len(l.Hosts) != 1 || l.Hosts[0].Role != access.Owner {
		t.Errorf("got %+v", l)
	}
	_, err = s.Lobby(t.Context(), NewID(), Nine)
	mustBe(t, err, fault.NotFound)
}

func knockAgain(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	k := guestKnocks(t, s, r, "g")
	changes := heard(s, "lobby", r.ID)
	again := k
	again.ID, again.Since, again.ExpiresAt = NewID(), Nine.Add(time.Minute), Nine.Add(3*time.Minute)
	got := knock(t, s, again)
	if told := changes.Load(); got.ID != k.ID || !got.Since.Equal(k.Since) || !got.ExpiresAt.Equal(kept(Nine.Add(3*time.Minute))) || told != 0 {
		t.Errorf("told %d times, got %+v", told, got)
	}
	if err := s.Note(t.Context(), r.ID, k.SignInID, k.ID, "Bonjour", Nine); err != nil || changes.Load() != 1 {
		t.Errorf("a note: %v, told %d times", err, changes.Load())
	}
	again.Name, again.Reason = "Zoé L.", rooms.WaitRemoved
	got = knock(t, s, again)
	if told := changes.Load(); got.ID != k.ID || got.Name != "Zoé L." || got.Reason != rooms.WaitRemoved || got.Note != "Bonjour" || !got.Since.Equal(k.Since) || told != 2 {
		t.Errorf("told %d times, got %+v", told, got)
	}
	if l := lobbyOf(t, s, r, Nine); l.Seq != 3 || len(l.Waiting) != 1 {
		t.Errorf("got %+v", l)
	}
	if err := s.Renew(t.Context(), []string{k.ID, NewID(), "nonsense"}, Nine.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if l := lobbyOf(t, s, r, Nine.Add(59*time.Minute)); l.Seq != 3 || len(l.Waiting) != 1 || changes.Load() != 2 {
		t.Errorf("renewed: %+v", l)
	}
}

func sleeper(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	k, other := guestKnocks(t, s, r, "sleeper"), guestKnocks(t, s, r, "other")
	late := Nine.Add(rooms.WaitsFor)
	if l := lobbyOf(t, s, r, late); len(l.Waiting) != 0 {
		t.Errorf("two minutes without a word, and %d wait", len(l.Waiting))
	}
	again := k
	again.ID, again.Since, again.ExpiresAt = NewID(), late, late.Add(rooms.WaitsFor)
	if got := knock(t, s, again); got.ID != k.ID || !got.Since.Equal(k.Since) {
		t.Errorf("nobody gave the place up, and it is lost: %+v", got)
	}
	before := lobbyOf(t, s, r, late).Seq
	if err := s.ExpireTickets(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	if l := lobbyOf(t, s, r, late); l.Seq != before+1 || len(l.Waiting) != 1 || l.Waiting[0].ID != k.ID {
		t.Errorf("got %+v", l)
	}
	again = other
	again.ID, again.Since, again.ExpiresAt = NewID(), late, late.Add(rooms.WaitsFor)
	if got := knock(t, s, again); got.ID == other.ID || !got.Since.Equal(kept(late)) {
		t.Errorf("a place that was given up comes back: %+v", got)
	}
	before = lobbyOf(t, s, r, late).Seq
	if err := s.ExpireTickets(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	if got := lobbyOf(t, s, r, late).Seq; got != before {
		t.Error("nothing ran out, and hosts are told")
	}
}

func allButRemoved(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	first := guestKnocks(t, s, r, "1")
	removed := Knocking(r, createSignIn(t, s, Guest("2")))
	removed.Reason = rooms.WaitRemoved
	removed = knock(t, s, removed)
	third := guestKnocks(t, s, r, "3")
	if ids := decide(t, s, decision(r, rooms.TicketAdmitted)); !slices.Equal(ids, []string{first.ID, third.ID}) {
		t.Errorf("admitted %v", ids)
	}
	if ids := decide(t, s, decision(r, rooms.TicketAdmitted, removed.ID)); len(ids) != 1 {
		t.Errorf("named: %v", ids)
	}
	if l := lobbyOf(t, s, r, Nine); len(l.Waiting) != 0 || len(l.Decided) != 3 {
		t.Errorf("got %+v", l)
	}
}

// needsProof is the ticket of a guest who has to prove an address.
func needsProof(t *testing.T, s LobbyStore, r rooms.Room, secret string) rooms.Ticket {
	t.Helper()
	k := Knocking(r, createSignIn(t, s, Guest(secret)))
	k.Reason = rooms.WaitEmail
	return knock(t, s, k)
}

func proving(t *testing.T, s LobbyStore) {
	owner := NewID()
	r := Room("aaa-bbbb-ccc")
	if err := s.CreateRoom(t.Context(), r, ownedBy(r, owner), nil); err != nil {
		t.Fatal(err)
	}
	unseen := needsProof(t, s, r, "1")
	if l := lobbyOf(t, s, r, Nine); len(l.Waiting) != 0 || len(l.Proving) != 1 || l.Proving[0].ID != unseen.ID {
		t.Errorf("got %+v", l)
	}
	mine := []access.Subject{{Kind: access.SubjectPerson, ID: owner}}
	if found, err := s.Lobbies(t.Context(), mine, Nine); err != nil || len(found) != 0 {
		t.Errorf("got %+v, %v", found, err)
	}
	for _, to := range []rooms.TicketState{rooms.TicketAdmitted, rooms.TicketRefused} {
		_, err := s.Decide(t.Context(), decision(r, to, unseen.ID))
		mustCode(t, string(to)+" by name", err, fault.CodeTicketNotFound)
		if ids := decide(t, s, decision(r, to)); len(ids) != 0 {
			t.Errorf("%s with all: %v", to, ids)
		}
	}
	if got, found, err := s.TicketOf(t.Context(), unseen.SignInID, r.ID, Nine); err != nil || !found || got.State != rooms.TicketWaiting {
		t.Errorf("got %+v, %v, %v", got, found, err)
	}
	proved := unseen
	proved.Reason, proved.Assurance, proved.Email = rooms.WaitLobby, auth.AssuranceEmail, "zoe@example.org"
	if got := knock(t, s, proved); got.ID != unseen.ID || got.Email != proved.Email {
		t.Errorf("the place stays theirs: %+v", got)
	}
	if found, err := s.Lobbies(t.Context(), mine, Nine); err != nil || len(found) != 1 || len(found[0].Waiting) != 1 || len(found[0].Proving) != 0 {
		t.Errorf("got %+v, %v", found, err)
	}
	if ids := decide(t, s, decision(r, rooms.TicketAdmitted)); !slices.Equal(ids, []string{unseen.ID}) {
		t.Errorf("admitted %v", ids)
	}
}

func provesLate(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	k := guestKnocks(t, s, r, "1")
	decide(t, s, decision(r, rooms.TicketAdmitted, k.ID))
	k.ID, k.Reason = NewID(), rooms.WaitEmail
	if got := knock(t, s, k); got.State != rooms.TicketWaiting || got.Reason != rooms.WaitEmail {
		t.Errorf("got %+v", got)
	}
	refused := guestKnocks(t, s, r, "2")
	decide(t, s, decision(r, rooms.TicketRefused, refused.ID))
	refused.Reason = rooms.WaitEmail
	if got := knock(t, s, refused); got.State != rooms.TicketRefused {
		t.Errorf("a refusal holds: %+v", got)
	}
}

func provingApart(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	for i := range rooms.MaxWaiting {
		needsProof(t, s, r, fmt.Sprint(i))
	}
	more := Knocking(r, createSignIn(t, s, Guest("one too many")))
	more.Reason = rooms.WaitEmail
	_, err := s.Knock(t.Context(), more, Nine)
	mustCode(t, "the 501st", err, fault.CodeLobbyFull)
	more.Reason = rooms.WaitLobby
	knock(t, s, more)
}

func usedUp(t *testing.T, s LobbyStore) {
	r, other := createRoom(t, s, "aaa-bbbb-ccc"), createRoom(t, s, "ddd-dddd-ddd")
	who := createSignIn(t, s, Guest("g"))
	here, there := knock(t, s, Knocking(r, who)), knock(t, s, Knocking(other, who))
	bystander := guestKnocks(t, s, r, "bystander")
	a := admit(t, s, AdmissionOf(r, who)) // let in by something else than the ticket, which waits
	decide(t, s, decision(other, rooms.TicketAdmitted, there.ID))
	decide(t, s, decision(r, rooms.TicketAdmitted, here.ID, bystander.ID))
	for range 2 { // once: the second relay uses nothing
		enter(t, s, a, "a", Nine)
		if _, found, err := s.TicketOf(t.Context(), who.ID, r.ID, Nine); found || err != nil {
			t.Errorf("the ticket is not used up: %v", err)
		}
	}
	for signIn, room := range map[string]string{who.ID: other.ID, bystander.SignInID: r.ID} {
		if _, found, err := s.TicketOf(t.Context(), signIn, room, Nine); !found || err != nil {
			t.Errorf("another ticket went with it: %v", err)
		}
	}
	bearer := admit(t, s, Admission(r))
	enter(t, s, bearer, "a", Nine)
}

// cameInAlone is of somebody whom no host let in: the room opened while they waited.
func cameInAlone(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	for _, reason := range []rooms.WaitReason{rooms.WaitHost, rooms.WaitLobby} {
		who := createSignIn(t, s, Guest(string(reason)))
		k := Knocking(r, who)
		k.Reason = reason
		first := knock(t, s, k)
		bystander := guestKnocks(t, s, r, "bystander "+string(reason))
		before := lobbyOf(t, s, r, Nine)
		changes := heard(s, "lobby", r.ID)
		enter(t, s, admit(t, s, AdmissionOf(r, who)), "a", Nine)
		after := lobbyOf(t, s, r, Nine)
		if slices.ContainsFunc(after.Waiting, func(k rooms.Ticket) bool { return k.SignInID == who.ID }) || after.Seq == before.Seq || changes.Load() == 0 {
			t.Errorf("%s: inside and still waiting: %+v, told %d times", reason, after, changes.Load())
		}
		if !slices.ContainsFunc(after.Waiting, func(k rooms.Ticket) bool { return k.ID == bystander.ID }) {
			t.Errorf("%s: somebody else lost the place", reason)
		}
		_, err := s.Decide(t.Context(), decision(r, rooms.TicketRefused, first.ID))
		mustCode(t, "deciding about somebody inside", err, fault.CodeTicketNotFound)
		back := Knocking(r, who)
		back.Reason, back.Since = rooms.WaitReturned, Nine.Add(time.Minute)
		if got := knock(t, s, back); got.Reason != rooms.WaitReturned || got.ID == first.ID || got.State != rooms.TicketWaiting {
			t.Errorf("%s: sent back, they wait as %+v", reason, got)
		}
	}

}

func placeAndSignIn(t *testing.T, s LobbyStore) {
	r := createRoom(t, s, "aaa-bbbb-ccc")
	guest := createSignIn(t, s, Guest("g"))
	k := knock(t, s, Knocking(r, guest))
	p := createPerson(t, s, "jeanne")
	signedIn := SignedIn("p", p)
	if err := s.CreateSignIn(t.Context(), signedIn, guest.ID); err != nil {
		t.Fatal(err)
	}
	l := lobbyOf(t, s, r, Nine)
	if len(l.Waiting) != 1 || l.Seq != 2 {
		t.Fatalf("got %+v", l)
	}
	got := l.Waiting[0]
	if got.ID != k.ID || got.SignInID != signedIn.ID || got.WhoKind != auth.Person || got.WhoID != p.ID || got.Name != signedIn.Name ||
		got.Assurance != auth.AssuranceAgentMFA || got.OrgName != signedIn.OrgName {
		t.Errorf("got %+v", got)
	}
	if _, err := s.EndSignIns(t.Context(), signin.Selection{ID: signedIn.ID}, Nine); err != nil {
		t.Fatal(err)
	}
	if l := lobbyOf(t, s, r, Nine); len(l.Waiting) != 0 || l.Seq != 3 {
		t.Errorf("signed out: %+v", l)
	}
}

func lobbiesOfHosts(t *testing.T, s LobbyStore) {
	owner, moderator, member := NewID(), NewID(), NewID()
	var slugs []string
	for _, slug := range []string{"aaa-aaaa-aaa", "bbb-bbbb-bbb", "ccc-cccc-ccc"} {
		r := Room(slug)
		grants := []access.Grant{Grant(r, owner, access.Owner), Grant(r, moderator, access.Moderator), Grant(r, member, access.Member)}
		if err := s.CreateRoom(t.Context(), r, grants, []event.Event{about(r, event.RoomCreated)}); err != nil {
			t.Fatal(err)
		}
		if slug != "bbb-bbbb-bbb" { // where nobody waits
			guestKnocks(t, s, r, slug)
			slugs = append(slugs, slug)
		}
	}
	of := func(person string) []string {
		all, err := s.Lobbies(t.Context(), []access.Subject{{Kind: access.SubjectPerson, ID: person}, {Kind: access.SubjectOrganization, ID: NewID()}}, Nine)
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, l := range all {
			if len(l.Waiting) == 1 && len(l.Hosts) == 2 {
				found = append(found, l.Slug)
			}
		}
		slices.Sort(found)
		return found
	}
	for person, want := range map[string][]string{owner: slugs, moderator: slugs, member: nil, NewID(): nil} {
		if diff := cmp.Diff(want, of(person)); diff != "" {
			t.Error(diff)
		}
	}
	if all, err := s.Lobbies(t.Context(), nil, Nine); len(all) != 0 || err != nil {
		t.Errorf("nobody's: %v, %v", all, err)
	}
}

func hostThere(t *testing.T, s LobbyStore) {
	r := Room("aaa-bbbb-ccc")
	r.Limits.OpensWithHost = true
	if err := s.CreateRoom(t.Context(), r, ownedBy(r, NewID()), []event.Event{about(r, event.RoomCreated)}); err != nil {
		t.Fatal(err)
	}
	k := Knocking(r, createSignIn(t, s, Guest("g")))
	k.Reason = rooms.WaitHost
	knock(t, s, k)
	enter(t, s, admit(t, s, Admission(r)), "a", Nine)
	if l := lobbyOf(t, s, r, Nine); l.HostThere {
		t.Error("a member is no host")
	}
	changes := heard(s, "lobby", r.ID)
	host := Admission(r)
	host.Role = access.Moderator
	enter(t, s, admit(t, s, host), "a", Nine)
	if l := lobbyOf(t, s, r, Nine); !l.HostThere || changes.Load() == 0 {
		t.Errorf("got %+v, told %d times", l, changes.Load())
	}
}
