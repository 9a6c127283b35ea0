package sfu

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
	"github.com/google/go-cmp/cmp"
	"github.com/twitchtv/twirp"

	"parvis/access"
	"parvis/rooms"
	"parvis/sfu/sfutest"
)

func TestTheSFUGetsOurTokenAndNothingOfTheBrowsers(t *testing.T) {
	h := newHouse(t)
	a := h.admit("a", "sign-in-1")
	old := h.pass(t, a)
	h.door.change("a", func(a *rooms.Admission) { a.Name, a.Sources = "Camille", []access.Source{access.Microphone} })
	h.clock.forward(time.Second)
	conn, status := h.open(t, dialing{token: old, signIn: "sign-in-1", origin: testOrigin, query: "protocol=16&auto_subscribe=1"})
	if status != 101 || conn.hear(t) != welcome || conn.say(t, "hello") != "hello" {
		t.Fatalf("no relay: %d", status)
	}
	r := h.sfu.seen[0]
	pass, err := testSigner().verify(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if pass.Name != "Camille" || !cmp.Equal(pass.Video.CanPublishSources, []string{"microphone"}) {
		t.Errorf("the token does not say what the admission says now: %s %v", pass.Name, pass.Video.CanPublishSources)
	}
	if got, want := r.URL.RawQuery, "auto_subscribe=1&protocol=16"; got != want {
		t.Errorf("query %q, want %q", got, want)
	}
	for _, name := range []string{"Cookie", "Origin", "Sec-Websocket-Extensions", "X-Forwarded-For", signInHeader} {
		if r.Header.Get(name) != "" {
			t.Errorf("the SFU saw %s", name)
		}
	}
}

func TestARemovedAdmissionStaysOut(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	h.door.change("a", func(a *rooms.Admission) { a.State, a.Reason = rooms.Ended, rooms.EndRemoved })
	status, body := get(t, h, "/livekit/rtc/validate?access_token="+token, nil)
	if status != 403 || !strings.Contains(body, `"removed"`) {
		t.Errorf("got %d %s", status, body)
	}
	h.enters(t, dialing{token: token}, 403)
}

func TestALostRoomIsMadeAnewAndItsAbsenceIsNeverTold(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	conn, _ := h.open(t, dialing{token: token})
	conn.hear(t)
	h.sfu.set(func() { clear(h.sfu.rooms) }) // as after a crash, while the gate believes in it
	if _, status := h.open(t, dialing{token: token}); status != 101 {
		t.Errorf("got %d", status)
	}
	h.sfu.set(func() { clear(h.sfu.rooms) })
	if status, _ := get(t, h, "/livekit/rtc/validate?access_token="+token, nil); status != 200 {
		t.Errorf("validate: got %d", status)
	}
	if h.sfu.created != 3 {
		t.Errorf("created %d times, want 3", h.sfu.created)
	}
	h.sfu.set(func() { h.sfu.status = 404 })
	if _, status := h.open(t, dialing{token: token}); status != 503 {
		t.Errorf("a 404 that stays: got %d, want 503", status)
	}
}

func TestWhatTheSFUAnswersAtTheGate(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	for answer, want := range map[int]int{400: 400, 401: 503, 403: 503, 404: 503, 429: 503, 500: 503, 503: 503, 302: 503} {
		h.sfu.set(func() { h.sfu.status = answer })
		if _, status := h.open(t, dialing{token: token}); status != want {
			t.Errorf("join: the SFU says %d, the gate %d, want %d", answer, status, want)
		}
		status, body, header := getHeader(t, h, "/livekit/rtc/v1/validate?access_token="+token, nil)
		if status != want || !isProblem(body, want) {
			t.Errorf("validate: the SFU says %d, the gate %d, want %d: %s", answer, status, want, body)
		}
		if want == 503 && header.Get("Retry-After") == "" {
			t.Errorf("%d without Retry-After", answer)
		}
	}
	if opened, closed := h.door.entered, h.door.closedCount(); opened != closed {
		t.Errorf("%d relays opened, %d closed", opened, closed)
	}
}

func TestAnSFUThatIsAwayIsNoFinalAnswer(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	h.sfu.set(func() { h.sfu.callErr = twirp.InternalError("no") })
	if _, status := h.open(t, dialing{token: token}); status != 503 {
		t.Errorf("got %d, want 503", status)
	}
}

func TestManyAtOnceMakeTheRoomOnce(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, status := h.open(t, dialing{token: token}); status != 101 {
				t.Errorf("got %d", status)
			}
		})
	}
	all.Wait()
	if h.sfu.created != 1 {
		t.Errorf("created %d times", h.sfu.created)
	}
}

func TestRightsTakenWhileTheSFULetsInReachIt(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	hold := make(chan struct{})
	h.sfu.set(func() { h.sfu.hold, h.sfu.absences = hold, 2 })
	conn, _ := h.open(t, dialing{token: token})
	h.door.change("a", func(a *rooms.Admission) { a.Sources = nil })
	close(hold)
	conn.hear(t)
	sfutest.Eventually(t, "the SFU hears of the rights", func() bool {
		return h.sfu.read(func() bool { return len(h.sfu.applied) == 1 })
	})
	p := h.sfu.applied[0]
	if p.Permission.CanPublish || len(p.Permission.CanPublishSources) != 0 || !p.Permission.CanSubscribe || p.Identity != "a" {
		t.Errorf("applied %v", p)
	}
	if conn.say(t, "still here") != "still here" {
		t.Error("the relay ended")
	}
}

func TestARemovalWhileTheSFULetsInRemovesThere(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	hold := make(chan struct{})
	h.sfu.set(func() { h.sfu.hold = hold })
	conn, _ := h.open(t, dialing{token: token})
	h.door.change("a", func(a *rooms.Admission) { a.State, a.Reason = rooms.Ended, rooms.EndRemoved })
	close(hold)
	conn.ended(t)
	if !h.sfu.read(func() bool { return cmp.Equal(h.sfu.removed, []string{"a"}) }) {
		t.Errorf("removed %v", h.sfu.removed)
	}
	sfutest.Eventually(t, "the relay is noted as closed", func() bool { return h.door.closedCount() == 1 })
}

func TestNothingChangedNothingApplied(t *testing.T) {
	h := newHouse(t)
	conn, _ := h.open(t, dialing{token: h.pass(t, h.admit("a", ""))})
	conn.hear(t)
	sfutest.Eventually(t, "the admission was compared", func() bool { return h.gate.relaysOf("a")[0].agreed.Load() })
	if len(h.sfu.applied)+len(h.sfu.removed) != 0 {
		t.Errorf("applied %v, removed %v", h.sfu.applied, h.sfu.removed)
	}
}

func TestACutLetsTheFarewellPass(t *testing.T) {
	h := newHouse(t, func(tm *timing) { tm.farewell = time.Hour }) // the next test shows that a cut ends
	token := h.pass(t, h.admit("a", ""))
	conn, _ := h.open(t, dialing{token: token})
	conn.hear(t)
	h.gate.Cut("a")
	if conn.say(t, "leave") != "leave" {
		t.Error("the farewell did not pass")
	}
	_ = conn.Close()
	sfutest.Eventually(t, "no relay is left", func() bool { return h.gate.Relays() == 0 })
}

func TestACutOfOneLeavesTheOthers(t *testing.T) {
	h := newHouse(t)
	a, _ := h.open(t, dialing{token: h.pass(t, h.admit("a", ""))})
	b, _ := h.open(t, dialing{token: h.pass(t, h.admit("b", ""))})
	a.hear(t)
	b.hear(t)
	h.gate.Cut("a")
	a.ended(t)
	if b.say(t, "here") != "here" {
		t.Error("the other one was cut too")
	}
}

func TestAMessageOverTwoMebibytesEndsTheRelay(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	t.Run("just below passes", func(t *testing.T) {
		conn, _ := h.open(t, dialing{token: token})
		conn.hear(t)
		if got := conn.say(t, strings.Repeat("x", messageLimit)); len(got) != messageLimit {
			t.Errorf("got %d bytes", len(got))
		}
	})
	t.Run("one byte more", func(t *testing.T) {
		conn, _ := h.open(t, dialing{token: token})
		conn.hear(t)
		_ = wsutil.WriteClientBinary(conn, make([]byte, messageLimit+1)) // the gate may close while we write
		conn.ended(t)
	})
	t.Run("in fragments", func(t *testing.T) {
		conn, _ := h.open(t, dialing{token: token})
		conn.hear(t)
		half := make([]byte, messageLimit/2+1)
		for i, op := range []ws.OpCode{ws.OpBinary, ws.OpContinuation} {
			_ = ws.WriteFrame(conn, ws.MaskFrame(ws.NewFrame(op, i == 1, half)))
		}
		conn.ended(t)
	})
}

func TestASilentBrowserIsNotPresent(t *testing.T) {
	h := newHouse(t, func(tm *timing) { tm.idle = 100 * time.Millisecond })
	conn, _ := h.open(t, dialing{token: h.pass(t, h.admit("a", ""))})
	conn.ended(t)
	sfutest.Eventually(t, "the relay is noted as closed", func() bool { return h.door.closedCount() == 1 })
}

func TestTheEndOfOneSideIsTheEndOfTheOther(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	t.Run("the SFU ends", func(t *testing.T) {
		conn, _ := h.open(t, dialing{token: token})
		conn.hear(t)
		h.sfu.hangUp()
		conn.ended(t)
	})
	t.Run("the browser ends", func(t *testing.T) {
		conn, _ := h.open(t, dialing{token: token})
		conn.hear(t)
		_ = conn.Close()
		sfutest.Eventually(t, "no relay is left", func() bool { return h.gate.Relays() == 0 })
	})
}

func TestADrainClosesEverythingAndLetsNobodyIn(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	conn, _ := h.open(t, dialing{token: token})
	conn.hear(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := h.gate.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	conn.ended(t)
	if h.door.closedCount() != 1 {
		t.Error("the relay is not noted as closed")
	}
	if _, status := h.open(t, dialing{token: token}); status != 503 {
		t.Errorf("got %d, want 503", status)
	}
}

// TestTwoHundredRelaysLeaveNothingBehind leans on goleak (TestMain) for the goroutines.
func TestTwoHundredRelaysLeaveNothingBehind(t *testing.T) {
	h := newHouse(t)
	var all sync.WaitGroup
	for i := range 200 {
		token := h.pass(t, h.admit(fmt.Sprintf("p%d", i), ""))
		all.Go(func() {
			conn, status := h.open(t, dialing{token: token})
			if status != 101 {
				t.Errorf("got %d", status)
				return
			}
			conn.hear(t)
			conn.say(t, "hello")
			if i%2 == 0 {
				_ = conn.Close()
			}
		})
	}
	all.Wait()
	h.sfu.hangUp()
	sfutest.Eventually(t, "all relays are noted as closed", func() bool { return h.door.closedCount() == 200 && h.gate.Relays() == 0 })
}

func TestNoTokenReachesALog(t *testing.T) {
	var logged bytes.Buffer
	h := newHouse(t)
	h.gate.logger = testLogger(&logged)
	token := h.pass(t, h.admit("a", ""))
	h.sfu.set(func() { h.sfu.status = 500 })
	h.open(t, dialing{token: token})
	get(t, h, "/livekit/rtc/validate?access_token="+token, http.Header{})
	if logged.Len() == 0 || strings.Contains(logged.String(), token[:40]) || strings.Contains(logged.String(), "eyJ") {
		t.Errorf("logged: %s", logged.String())
	}
}

func TestWhatAnotherReplicaChangedReachesTheSFU(t *testing.T) {
	h := newHouse(t)
	conn, _ := h.open(t, dialing{token: h.pass(t, h.admit("a", ""))})
	conn.hear(t)
	sfutest.Eventually(t, "the admission was compared", func() bool { return h.gate.relaysOf("a")[0].agreed.Load() })
	h.door.change("a", func(a *rooms.Admission) { a.Sources = nil })
	h.gate.Recheck("a")
	sfutest.Eventually(t, "the SFU hears of the rights", func() bool {
		return h.sfu.read(func() bool { return len(h.sfu.applied) == 1 })
	})
	h.door.change("a", func(a *rooms.Admission) { a.State, a.Reason = rooms.Ended, rooms.EndRemoved })
	h.gate.Recheck("a")
	conn.ended(t)
	h.gate.Recheck("nobody")
}
