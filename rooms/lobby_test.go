package rooms_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/signin"
	"parvis/fault"
	"parvis/rooms"
)

// waits joins and expects to have to wait.
func (h *house) waits(who auth.Identity, slug string) rooms.Ticket {
	h.t.Helper()
	joined, err := h.Join(h.t.Context(), who, slug, rooms.JoinRequest{})
	if err != nil || joined.Ticket == nil {
		h.t.Fatalf("%s does not wait: %+v, %v", who.Name, joined, err)
	}
	return *joined.Ticket
}

func (h *house) decide(host auth.Identity, slug string, to rooms.TicketState, ids ...string) {
	h.t.Helper()
	if _, err := h.Decide(h.t.Context(), host, slug, rooms.Verdict{To: to, Tickets: ids, All: len(ids) == 0}); err != nil {
		h.t.Fatal(err)
	}
}

func TestWhoWouldBeRefusedWhateverAHostDecidesDoesNotWait(t *testing.T) {
	h := open(t)
	jeanne, louise, guest := h.person("Jeanne", "1"), h.person("Louise", "2"), h.guest("Samira")
	strict, err := h.Create(t.Context(), jeanne, rooms.NewRoom{Name: "x", Entry: "members", MinAssurance: "agent-mfa"})
	if err != nil {
		t.Fatal(err)
	}
	shut := h.room(jeanne, "members")
	if err := h.Archive(t.Context(), jeanne, shut.Slug, 1); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		who  auth.Identity
		slug string
		code fault.Code
	}{
		{"a guest, where a second factor is asked", guest, strict.Slug, fault.CodeSignInRequired},
		{"a person without it", louise, strict.Slug, fault.CodeAssuranceTooLow},
		{"anybody, before an archived room", louise, shut.Slug, fault.CodeRoomArchived},
		{"software of another organization", auth.Identity{Kind: auth.Service, ID: "x", OrgID: "y", Scopes: auth.Scopes()}, h.room(jeanne, "everyone").Slug, fault.CodeMembersOnly},
	} {
		_, err := h.Join(t.Context(), c.who, c.slug, rooms.JoinRequest{})
		if !fault.HasCode(err, c.code) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.code)
		}
	}
	_, err = h.MayGuestJoin(t.Context(), strict.Slug, rooms.JoinRequest{})
	h.refused(err, fault.CodeSignInRequired)
	if l, err := h.Waiting(t.Context(), jeanne, strict.Slug); err != nil || len(l.Waiting) != 0 {
		t.Errorf("got %+v, %v", l, err)
	}
}

func TestTheLobbyIsForHostsAlone(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r := h.room(jeanne, "members")
	mine := h.waits(louise, r.Slug)
	for name, c := range map[string]struct {
		who  auth.Identity
		code fault.Code
	}{
		"nobody":                   {auth.Identity{}, fault.CodeSignInRequired},
		"who waits":                {louise, fault.CodeRoomNotFound},
		"a guest":                  {h.guest("x"), fault.CodeRoomNotFound},
		"software without a scope": {auth.Identity{Kind: auth.Service, ID: "x", OrgID: jeanne.OrgID}, fault.CodeScopeMissing},
	} {
		_, err := h.Waiting(t.Context(), c.who, r.Slug)
		if !fault.HasCode(err, c.code) {
			t.Errorf("%s reads: %v", name, err)
		}
		_, err = h.Decide(t.Context(), c.who, r.Slug, rooms.Verdict{To: rooms.TicketAdmitted, Tickets: []string{mine.ID}})
		if !fault.HasCode(err, c.code) {
			t.Errorf("%s decides: %v", name, err)
		}
	}
	if h.waits(louise, r.Slug).State != rooms.TicketWaiting {
		t.Error("somebody let themselves in")
	}
}

func TestATicketIsGoodForItsRoomAndItsBrowserAlone(t *testing.T) {
	h := open(t)
	jeanne, louise, mallory := h.person("Jeanne", "1"), h.person("Louise", "2"), h.guest("Mallory")
	r, other := h.room(jeanne, "members"), h.room(jeanne, "members")
	ticket := h.waits(louise, r.Slug)
	h.waits(mallory, r.Slug)
	_, err := h.Decide(t.Context(), jeanne, other.Slug, rooms.Verdict{To: rooms.TicketAdmitted, Tickets: []string{ticket.ID}})
	h.refused(err, fault.CodeTicketNotFound)
	h.refused(h.LeaveLobby(t.Context(), mallory, r.Slug, ticket.ID), fault.CodeTicketNotFound)
	h.refused(h.LeaveLobby(t.Context(), louise, other.Slug, ticket.ID), fault.CodeTicketNotFound)
	h.refused(h.Note(t.Context(), mallory, r.Slug, ticket.ID, "let me in"), fault.CodeTicketNotFound)
	h.refused(h.Note(t.Context(), louise, r.Slug, ticket.ID, strings.Repeat("é", 201)), fault.CodeInvalid)
	_, err = h.Watch(t.Context(), mallory, "", other.Slug, "")
	h.refused(err, fault.CodeTicketNotFound)
	h.decide(jeanne, r.Slug, rooms.TicketAdmitted, ticket.ID)
	h.waits(mallory, r.Slug)    // for another browser
	h.waits(louise, other.Slug) // for another room
	her, _ := h.enter(louise, r.Slug)
	if her.ID == "" {
		t.Fatal("not admitted")
	}
	h.enter(louise, r.Slug) // used, but a host has let her into this meeting
	if err := h.End(t.Context(), jeanne, r.Slug); err != nil {
		t.Fatal(err)
	}
	h.waits(louise, r.Slug) // not into the next one
}

func TestALockKeepsThosePlacesAndLetsInWhomAHostLetsIn(t *testing.T) {
	h := open(t)
	jeanne, louise, late := h.person("Jeanne", "1"), h.person("Louise", "2"), h.person("Lea", "2")
	r := h.room(jeanne, "members")
	h.enter(jeanne, r.Slug)
	ticket := h.waits(louise, r.Slug)
	if err := h.Lock(t.Context(), jeanne, r.Slug, true); err != nil {
		t.Fatal(err)
	}
	if h.waits(louise, r.Slug).ID != ticket.ID {
		t.Error("the place is lost")
	}
	_, err := h.Join(t.Context(), late, r.Slug, rooms.JoinRequest{})
	h.refused(err, fault.CodeRoomLocked)
	h.decide(jeanne, r.Slug, rooms.TicketAdmitted, ticket.ID)
	h.enter(louise, r.Slug)
}

func TestWhoWasRefusedIsToldSoUntilTheyMayKnockAgain(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r := h.room(jeanne, "members")
	ticket := h.waits(louise, r.Slug)
	h.decide(jeanne, r.Slug, rooms.TicketRefused, ticket.ID)
	_, err := h.Join(t.Context(), louise, r.Slug, rooms.JoinRequest{})
	h.refused(err, fault.CodeRefused)
	if got := fault.Of(err).RetryAfter; got != rooms.RefusedFor {
		t.Errorf("Retry-After %s", got)
	}
	h.refused(h.LeaveLobby(t.Context(), louise, r.Slug, ticket.ID), fault.CodeTicketNotFound)
	_, err = h.Decide(t.Context(), jeanne, r.Slug, rooms.Verdict{To: rooms.TicketAdmitted, Tickets: []string{ticket.ID}})
	h.refused(err, fault.CodeAlreadyDecided)
	h.later(rooms.RefusedFor)
	if h.waits(louise, r.Slug).ID == ticket.ID {
		t.Error("the refused ticket came back")
	}
}

func TestTwoHostsDecideAtOnceAndEverybodyIsDecidedAboutOnce(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "members")
	var ids []string
	for i := range 20 {
		ids = append(ids, h.waits(h.guest(fmt.Sprint("Guest ", i)), r.Slug).ID)
	}
	admitted, refused := make([]error, len(ids)), make([]error, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() {
			_, admitted[i] = h.Decide(t.Context(), jeanne, r.Slug, rooms.Verdict{To: rooms.TicketAdmitted, Tickets: []string{id}})
		})
		wg.Go(func() {
			_, refused[i] = h.Decide(t.Context(), jeanne, r.Slug, rooms.Verdict{To: rooms.TicketRefused, Tickets: []string{id}})
		})
	}
	wg.Wait()
	for i := range ids {
		if (admitted[i] == nil) == (refused[i] == nil) {
			t.Errorf("ticket %d: admitting %v, refusing %v", i, admitted[i], refused[i])
		}
	}
}

func TestAGuestSignsInWhileWaitingAndKeepsThePlace(t *testing.T) {
	h := open(t)
	jeanne, guest := h.person("Jeanne", "1"), h.guest("Zoé")
	r := h.room(jeanne, "members")
	ticket := h.waits(guest, r.Slug)
	h.decide(jeanne, r.Slug, rooms.TicketAdmitted, ticket.ID)
	p := h.person("Zoé Martin", "3")
	s := signin.SignIn{
		ID: strings.Replace(p.SignInID, "-7", "-6", 1), SecretHash: []byte("zoé"), Kind: auth.Person, PersonID: p.PersonID, OrgID: p.OrgID, Name: p.Name,
		CreatedAt: h.clock.now(), LastSeenAt: h.clock.now(), ExpiresAt: h.clock.now().Add(time.Hour),
	}
	if err := h.db.CreateSignIn(t.Context(), s, guest.SignInID); err != nil {
		t.Fatal(err)
	}
	p.SignInID = s.ID
	if a, _ := h.enter(p, r.Slug); a.Name != "Zoé Martin" {
		t.Errorf("got %+v", a)
	}
}

func TestPlacesAreKeptForThoseOnTheLineAndGivenUpForThoseWhoAreGone(t *testing.T) {
	h := open(t)
	jeanne, here, gone := h.person("Jeanne", "1"), h.guest("Here"), h.guest("Gone")
	r := h.room(jeanne, "members")
	h.waits(here, r.Slug)
	lost := h.waits(gone, r.Slug)
	feed := h.listen(here, r.Slug, "")
	defer feed.Close()
	for range 10 {
		h.later(30 * time.Second)
		h.keep()
	}
	names := func() (names []string) {
		l, err := h.Waiting(t.Context(), jeanne, r.Slug)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range l.Waiting {
			names = append(names, k.Name)
		}
		return names
	}
	if got := names(); !slices.Equal(got, []string{"Here"}) {
		t.Errorf("%v wait", got)
	}
	if h.waits(gone, r.Slug).ID == lost.ID {
		t.Error("a place that was given up came back")
	}
}

func TestARestartAndASleepOfThirtySecondsCostNobodyThePlace(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r := h.room(jeanne, "members")
	first := h.waits(louise, r.Slug)
	feed := h.listen(louise, r.Slug, "")
	h.later(30 * time.Second)
	h.keep()
	feed.Close()
	h.Close()
	h.clock.pass(rooms.WaitsFor + 30*time.Second) // longer than a ticket lasts
	h.start("two")
	h.keep()
	if again := h.waits(louise, r.Slug); again.ID != first.ID || !again.Since.Equal(first.Since) {
		t.Errorf("the place is lost: %+v, then %+v", first, again)
	}
}

func (h *house) keep() {
	h.t.Helper()
	if err := h.KeepLobby(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}
