package sfu

import (
	"io"
	"log/slog"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
	"parvis/sfu/sfutest"
)

func testLogger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

func databaseGone() error { return fault.New(fault.CodeDatabaseUnavailable, "gone") }

func (h *house) databaseIs(err error) { h.door.set(func() { h.door.err = err }) }

func (h *house) unchecked(basis string) float64 {
	var now dto.Metric
	if err := h.client.metrics.unchecked.WithLabelValues(basis).Write(&now); err != nil {
		return -1
	}
	return now.GetCounter().GetValue()
}

func TestWithoutDatabaseAnUnexpiredPassOpensAndIsCounted(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", "sign-in-1"))
	h.databaseIs(databaseGone())
	conn, status := h.open(t, dialing{token: token, origin: testOrigin})
	if status != 101 || conn.hear(t) != welcome {
		t.Fatalf("got %d", status)
	}
	if h.unchecked(basisPass) != 1 {
		t.Error("not counted")
	}
}

// What cannot be announced does not happen.
func TestWithoutDatabaseNoAdministratorOfOthersEnters(t *testing.T) {
	h := newHouse(t)
	a := h.admit("a", "sign-in-1")
	a.Visit = auth.OrgAdmin
	token := h.pass(t, a)
	if pass, err := testSigner().verify(token, time.Now()); err != nil || pass.Attributes["administrator"] != "org-admin" {
		t.Errorf("the pass says %+v, %v", pass, err)
	}
	h.databaseIs(databaseGone())
	if _, status := h.open(t, dialing{token: token, origin: testOrigin}); status != 503 {
		t.Errorf("got %d", status)
	}
}

func TestWithoutDatabaseThePassGivesItsOwnRightsOnly(t *testing.T) {
	h := newHouse(t)
	a, b := h.admit("a", ""), h.admit("b", "")
	a.Sources = []access.Source{access.Microphone}
	b.Sources = nil
	token, mute := h.pass(t, a), h.pass(t, b)
	h.databaseIs(databaseGone())
	for token, want := range map[string]int{token: 1, mute: 0} {
		if _, status := h.open(t, dialing{token: token}); status != 101 {
			t.Fatalf("got %d", status)
		}
		pass, err := testSigner().verify(h.sfu.seen[len(h.sfu.seen)-1].Header.Get("Authorization")[len("Bearer "):], time.Now())
		if err != nil || len(pass.Video.CanPublishSources) != want || pass.Video.GetCanPublish() != (want > 0) {
			t.Errorf("%+v, %v", pass.Video, err)
		}
	}
}

func TestWithoutDatabaseAKnownRefusalHolds(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	h.door.change("a", func(a *rooms.Admission) { a.State, a.Reason = rooms.Ended, rooms.EndRemoved })
	h.open(t, dialing{token: token})
	h.databaseIs(databaseGone())
	if _, status := h.open(t, dialing{token: token}); status != 403 {
		t.Errorf("got %d, want 403", status)
	}
}

func TestWithoutDatabaseWhoWasCutWaits(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	conn, _ := h.open(t, dialing{token: token})
	conn.hear(t)
	h.gate.Cut("a")
	conn.ended(t)
	h.databaseIs(databaseGone())
	if _, status := h.open(t, dialing{token: token}); status != 503 {
		t.Errorf("got %d, want 503", status)
	}
	h.databaseIs(nil)
	if _, status := h.open(t, dialing{token: token}); status != 101 {
		t.Errorf("with the database back: got %d, want 101", status)
	}
}

func TestWithoutDatabaseAHeldAdmissionComesBackForFifteenMinutes(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", "sign-in-1"))
	conn, _ := h.open(t, dialing{token: token, signIn: "sign-in-1", origin: testOrigin})
	conn.hear(t)
	_ = conn.Close()
	sfutest.Eventually(t, "the relay has ended", func() bool { return h.gate.Relays() == 0 })
	h.databaseIs(databaseGone())
	h.clock.forward(14 * time.Minute) // the pass has expired
	if _, status := h.open(t, dialing{token: token, signIn: "sign-in-2", origin: testOrigin}); status != 403 {
		t.Errorf("another browser: got %d, want 403", status)
	}
	again, status := h.open(t, dialing{token: token, origin: testOrigin})
	if status != 101 || h.unchecked(basisHeld) != 1 {
		t.Fatalf("got %d, counted %v", status, h.unchecked(basisHeld))
	}
	_ = again.Close()
	sfutest.Eventually(t, "the relay has ended", func() bool { return h.gate.Relays() == 0 })
	h.clock.forward(16 * time.Minute)
	if _, status := h.open(t, dialing{token: token, origin: testOrigin}); status != 403 {
		t.Errorf("after more than 15 minutes: got %d, want 403", status)
	}
}

func TestAnotherBrowsersKnockDoesNotShutTheOwnerOut(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", "sign-in-1"))
	own := dialing{token: token, signIn: "sign-in-1", origin: testOrigin}
	conn, _ := h.open(t, own)
	conn.hear(t)
	h.open(t, dialing{token: token, signIn: "sign-in-2", origin: testOrigin})
	h.databaseIs(databaseGone())
	if _, status := h.open(t, own); status != 101 {
		t.Errorf("got %d, want 101", status)
	}
}

func TestWhoWasLetInUncheckedIsEnteredWhenTheDatabaseIsBack(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", "sign-in-1"))
	h.databaseIs(databaseGone())
	conn, _ := h.open(t, dialing{token: token, signIn: "sign-in-1", origin: testOrigin})
	conn.hear(t)
	h.databaseIs(nil)
	sfutest.Eventually(t, "the relay is entered", func() bool {
		h.clock.forward(11 * time.Second)
		conn.say(t, "alive")
		return h.gate.relaysOf("a")[0].relayID() != ""
	})
	if conn.say(t, "still here") != "still here" {
		t.Error("the relay ended")
	}
}

func TestWhoWasLetInUncheckedAndHasEndedIsRemovedWhenTheDatabaseIsBack(t *testing.T) {
	h := newHouse(t, eachSignCounts)
	token := h.pass(t, h.admit("a", ""))
	h.databaseIs(databaseGone())
	conn, _ := h.open(t, dialing{token: token})
	conn.hear(t)
	h.door.change("a", func(a *rooms.Admission) { a.State, a.Reason = rooms.Ended, rooms.EndRemoved })
	h.databaseIs(nil)
	h.endedByACheck(t, conn)
	if !h.sfu.read(func() bool { return len(h.sfu.removed) == 1 }) {
		t.Error("not removed at the SFU, once")
	}
}

func TestWhoCouldNotShowACookieComesBackWithIt(t *testing.T) {
	h := newHouse(t, eachSignCounts)
	token := h.pass(t, h.admit("a", "sign-in-1"))
	h.databaseIs(databaseGone())
	conn, _ := h.open(t, dialing{token: token, origin: testOrigin})
	conn.hear(t)
	h.databaseIs(nil)
	h.endedByACheck(t, conn)
	if !h.sfu.read(func() bool { return len(h.sfu.removed) == 0 }) {
		t.Error("removed at the SFU: the media would stop")
	}
}

func TestAnErrorOfOursIsNoReasonToLetIn(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	h.databaseIs(io.ErrUnexpectedEOF)
	if _, status := h.open(t, dialing{token: token}); status != 503 {
		t.Errorf("got %d, want 503", status)
	}
}
