package rooms

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

// hall is a hub over a lobby in memory that counts how often it is read.
type hall struct {
	hub   *lobbyHub
	mu    sync.Mutex // of what follows, which the hub reads beside the test
	count int
	lobby Lobby
	fails error
	takes time.Duration // from the moment that a read shows until it is there
}

func newHall() *hall {
	h := &hall{lobby: Lobby{
		Waiting: []Ticket{{ID: "t", SignInID: "guest", State: TicketWaiting}},
		Hosts:   []access.Grant{{Subject: access.Subject{Kind: access.SubjectPerson, ID: "jeanne"}, Role: access.Owner}},
		door:    &door{room: Room{ID: "room", OrgID: "org"}},
	}}
	h.hub = newLobbyHub(func(_ context.Context, roomID string) (*Lobby, error) {
		h.mu.Lock()
		h.count++
		l, takes, fails := h.lobby, h.takes, h.fails
		h.mu.Unlock()
		l.RoomID = roomID
		time.Sleep(takes)
		return &l, fails
	}, slog.New(slog.DiscardHandler))
	return h
}

// reads is how often the lobby was read until now, everything at rest.
func (h *hall) reads() int {
	synctest.Wait()
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

func (h *hall) set(change func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change()
}

func (h *hall) feed(t *testing.T, kind feedKind, key string) *Feed {
	t.Helper()
	f := &Feed{
		service: &Service{Ports: Ports{Now: time.Now}, lobbies: h.hub}, kind: kind, key: key, room: Room{ID: "room"},
		wake: make(chan struct{}, 1), who: auth.Identity{SignInID: key},
	}
	if kind == feedMine {
		f.subjects, f.seen = []access.Subject{{Kind: access.SubjectPerson, ID: "jeanne"}}, map[string]*Lobby{}
		f.who = auth.Identity{Kind: auth.Person, ID: "jeanne", PersonID: "jeanne", OrgID: "org", SignInID: key}
	}
	if err := h.hub.enter(f); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestALobbyIsReadFourTimesASecondWhateverHappensInIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		defer h.hub.close()
		for range 20 {
			defer h.feed(t, feedHost, "host").Close()
		}
		for range 1000 { // ten seconds
			h.hub.changed("room", true)
			time.Sleep(10 * time.Millisecond)
		}
		if h.reads() < 30 || h.reads() > 42 {
			t.Errorf("read %d times in ten seconds", h.reads())
		}
		time.Sleep(time.Second)
		before := h.reads()
		time.Sleep(time.Hour)
		if h.reads() != before {
			t.Error("it is read although nothing changes")
		}
	})
}

func TestALobbyToWhichNobodyListensIsNotReadAndNothingOfItIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		defer h.hub.close()
		h.hub.changed("room", true)
		synctest.Wait()
		if h.reads() != 0 {
			t.Error("read for nobody")
		}
		feeds := []*Feed{h.feed(t, feedHost, "a"), h.feed(t, feedTicket, "guest"), h.feed(t, feedMine, "b")}
		time.Sleep(time.Second)
		for range 3 {
			h.hub.changed("room", true)
			h.hub.changed("another room", true)
			time.Sleep(time.Second)
		}
		if news, err := feeds[2].nextMine(t.Context()); len(news) != 2 || err != nil {
			t.Errorf("got %v, %v", news, err)
		}
		for _, f := range feeds {
			f.Close()
			f.Close() // twice is once
		}
		time.Sleep(time.Second)
		if len(h.hub.rooms)+len(h.hub.mine)+len(h.hub.bySign) != 0 {
			t.Errorf("kept: %d rooms, %d subjects, %d sign-ins", len(h.hub.rooms), len(h.hub.mine), len(h.hub.bySign))
		}
	})
}

func TestAReadThatFailsIsMadeAgainAndSaidToWhoCameFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		defer h.hub.close()
		away := errors.New("away")
		h.set(func() { h.fails = away })
		f := h.feed(t, feedHost, "a")
		defer f.Close()
		if _, err := h.hub.first(t.Context(), "room"); !errors.Is(err, away) {
			t.Errorf("got %v", err)
		}
		time.Sleep(10 * time.Second)
		if h.reads() < 4 || h.reads() > 7 {
			t.Errorf("tried %d times in ten seconds", h.reads())
		}
		h.set(func() { h.fails = nil })
		time.Sleep(2 * lobbyRetry)
		if l, err := h.hub.first(t.Context(), "room"); l == nil || err != nil {
			t.Errorf("got %v, %v", l, err)
		}
	})
}

func TestAGapInWhatIsHeardOfChangesMakesEverythingReadAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		defer h.hub.close()
		room, mine := h.feed(t, feedHost, "a"), h.feed(t, feedMine, "b")
		defer room.Close()
		defer mine.Close()
		time.Sleep(time.Second)
		synctest.Wait()
		before := h.reads()
		h.hub.everything()
		time.Sleep(time.Second)
		synctest.Wait()
		if h.reads() != before+1 || !room.Unsure() || !mine.Unsure() || !mine.missed {
			t.Errorf("read %d times more", h.reads()-before)
		}
	})
}

func TestAStreamThatComesTooLateIsRefused(t *testing.T) {
	h := newHall()
	h.hub.close()
	err := h.hub.enter(&Feed{service: &Service{lobbies: h.hub}, key: "a", room: Room{ID: "room"}, wake: make(chan struct{}, 1)})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

// written is what the database knows, whatever was read of it before.
type written struct {
	LobbyStore
	*hall
}

func (w written) TicketOf(_ context.Context, signInID, _ string, _ time.Time) (Ticket, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t, found := w.lobby.ticket(func(t Ticket) bool { return t.SignInID == signInID })
	return t, found, nil
}

func TestWhoKnocksWhileTheLobbyIsReadIsNotToldThatTheirPlaceHasGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall()
		defer h.hub.close()
		h.set(func() { h.lobby.Waiting = nil })
		defer h.feed(t, feedHost, "host").Close()
		time.Sleep(time.Second) // the lobby has been read
		h.set(func() { h.takes = time.Second })
		h.hub.changed("room", true)
		time.Sleep(time.Second / 2) // somebody comes in the middle of the next read
		h.set(func() {
			h.lobby.Waiting = []Ticket{{ID: "t", SignInID: "guest", State: TicketWaiting, ExpiresAt: time.Now().Add(time.Hour)}}
		})
		f := h.feed(t, feedTicket, "guest")
		defer f.Close()
		f.service.Lobby = written{hall: h}
		if err := f.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		if news, err := f.Next(t.Context()); len(news) != 1 || news[0].State != TicketWaiting || err != nil {
			t.Errorf("got %v, %v", news, err)
		}
		<-f.Wake() // that read is there
		if news, err := f.Next(t.Context()); len(news) != 0 || err != nil {
			t.Errorf("got %v, %v", news, err)
		}
		h.set(func() { h.lobby.Waiting = nil })
		h.hub.changed("room", true)
		time.Sleep(10 * time.Second)
		if news, err := f.Next(t.Context()); len(news) != 1 || news[0].State != TicketGone || !fault.HasCode(err, fault.CodeTicketNotFound) {
			t.Errorf("got %v, %v", news, err)
		}
	})
}
