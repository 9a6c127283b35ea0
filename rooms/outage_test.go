package rooms_test

import (
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// connected tells who of these is at the SFU.
func (h *house) connected(r rooms.Listed, a rooms.Admission) bool {
	_, there := h.media.Connected(r.MediaName, a.ID)
	return there
}

// outage is two minutes in which the database does not answer.
func (h *house) outage() {
	h.t.Helper()
	h.db.cut.Store(true)
	for range 12 {
		h.clock.pass(10 * time.Second)
		if err := h.Beat(h.t.Context()); !fault.Is(err, fault.Unavailable) {
			h.t.Fatalf("the database is cut off, and a beat says %v", err)
		}
	}
	if err := h.Sweep(h.t.Context(), 0); err == nil {
		h.t.Fatal("a sweep without a database")
	}
	h.db.cut.Store(false)
}

// settled passes the time after which the want of a relay counts.
func (h *house) settled() {
	h.t.Helper()
	h.later(95 * time.Second)
}

func (h *house) join(who auth.Identity, slug string) rooms.Joined {
	h.t.Helper()
	joined, err := h.Join(h.t.Context(), who, slug, rooms.JoinRequest{})
	if err != nil {
		h.t.Fatal(err)
	}
	return joined
}

func TestCallsGoOnThroughAnOutageOfTheDatabase(t *testing.T) {
	h := open(t)
	jeanne, louise, samira := h.person("Jeanne", "1"), h.person("Louise", "2"), h.guest("Samira")
	r := h.room(jeanne, "public")
	stays, _ := h.enter(jeanne, r.Slug)
	lost, relay := h.enter(louise, r.Slug)
	byPass := h.join(samira, r.Slug).Admission
	h.db.cut.Store(true)
	h.RelayClosed(t.Context(), relay)
	h.media.Join(r.MediaName, byPass) // the gate let her in by her pass alone
	h.outage()
	h.sweep() // before any beat of the loop
	for _, a := range []rooms.Admission{stays, lost, byPass} {
		if !h.connected(r, a) {
			t.Errorf("%s was removed by the first sweep after the outage", a.Name)
		}
	}
	if people := h.present(r); len(people) != 2 {
		t.Errorf("present: %+v", people)
	}
	h.settled()
	h.sweep()
	if !h.connected(r, stays) || h.connected(r, lost) || h.connected(r, byPass) {
		t.Error("after the grace, exactly those without a relay are removed")
	}
}

func TestCallsGoOnThroughARestart(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r := h.room(jeanne, "")
	back, _ := h.enter(jeanne, r.Slug)
	lost, _ := h.enter(louise, r.Slug)
	h.clock.pass(2 * time.Minute) // killed, and started again
	h.Service = h.another("two")
	h.sweep() // before any beat of the loop, and any browser
	if !h.connected(r, back) || !h.connected(r, lost) || len(h.present(r)) != 2 {
		t.Fatal("the first sweep of a new process removed people")
	}
	if _, _, err := h.Enter(t.Context(), back.ID, jeanne.SignInID, r.MediaName); err != nil {
		t.Fatal(err)
	}
	h.settled()
	h.sweep()
	if !h.connected(r, back) || h.connected(r, lost) {
		t.Error("after the grace, exactly who did not come back is removed")
	}
}

func TestAnotherReplicaThatCameBackDeservesTheSameGrace(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	me, relay := h.enter(jeanne, r.Slug)
	two := h.another("two")
	h.RelayClosed(t.Context(), relay)
	h.later(2 * time.Minute)
	if err := two.Beat(t.Context()); err != nil { // comes back just now: she may be at its gate
		t.Fatal(err)
	}
	h.sweep()
	if !h.connected(r, me) {
		t.Error("removed although another replica came back a moment ago")
	}
}

func TestWhoMayNotBeThereIsRemovedHoweverEarly(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r, other := h.room(jeanne, ""), h.room(jeanne, "")
	ended, _ := h.enter(jeanne, r.Slug)
	elsewhere := h.join(louise, other.Slug).Admission
	if _, err := h.db.EndAdmissions(t.Context(), rooms.AdmissionSelection{ID: ended.ID}, rooms.EndRemoved, h.clock.now()); err != nil {
		t.Fatal(err)
	}
	stranger := rooms.Admission{ID: "stranger", Role: access.Member}
	h.media.Join(r.MediaName, stranger)
	h.media.Join(r.MediaName, elsewhere)
	h.outage()
	h.sweep()
	for name, a := range map[string]rooms.Admission{"an ended admission": ended, "no admission": stranger, "another room's admission": elsewhere} {
		if h.connected(r, a) {
			t.Errorf("%s stays", name)
		}
	}
}

func TestWhoWasLetInByThePassAloneHasAMinuteToBeEntered(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	me := h.join(jeanne, r.Slug).Admission
	h.media.Join(r.MediaName, me) // the database stalled for some seconds: no gap of heartbeats
	h.webhook(rooms.MediaEvent{ID: "EV_1", Type: "participant_joined", Room: r.MediaName, Identity: me.ID, At: h.clock.now()})
	h.sweep()
	h.later(25 * time.Second)
	h.sweep()
	if !h.connected(r, me) {
		t.Fatal("removed before the gate could enter her")
	}
	h.later(50 * time.Second)
	h.sweep()
	if h.connected(r, me) {
		t.Error("a pass used past the gate stays")
	}
}

func TestARelayWhoseCloseWasLostIsClosedWithALaterBeat(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	_, relay := h.enter(jeanne, r.Slug)
	at := h.clock.now()
	h.db.cut.Store(true)
	h.RelayClosed(t.Context(), relay)
	h.clock.pass(10 * time.Second)
	h.db.cut.Store(false)
	h.beat()
	if people := h.present(r); len(people) != 1 || people[0].Relays != 0 || people[0].LastSeen.Before(at) {
		t.Errorf("present: %+v", people)
	}
}

func TestARelayOfAProcessThatDiedIsClosed(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	h.enter(jeanne, r.Slug)
	h.start("two") // "one" was killed
	h.settled()
	h.sweep()
	if err := h.db.Heartbeat(t.Context(), "one", h.clock.now()); err != nil {
		t.Fatal(err)
	}
	if all, err := h.db.Present(t.Context(), "", h.clock.now().Add(-rooms.RelayFresh)); err != nil || (len(all) > 0 && len(all[0].People) > 0 && all[0].People[0].Relays > 0) {
		t.Errorf("its relay is open still: %+v, %v", all, err)
	}
}

func TestALateEndOfAnOlderSFURoomEndsNoSession(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	_, relay := h.enter(jeanne, r.Slug)
	h.RelayClosed(t.Context(), relay) // for a second; no sweep has told which SFU room carries the session
	for id, sid := range map[string]string{"EV_1": "RM_old", "EV_2": ""} {
		h.webhook(rooms.MediaEvent{ID: id, Type: "room_finished", Room: r.MediaName, Sid: sid, At: h.clock.now()})
	}
	if len(h.present(r)) != 1 {
		t.Error("the session ended")
	}
}

func TestAnOutageEndsNoRelayOfAReplicaThatIsBackLater(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	two := h.another("two")
	if err := two.Beat(t.Context()); err != nil {
		t.Fatal(err)
	}
	joined := h.join(jeanne, r.Slug)
	in, _, err := two.Enter(t.Context(), joined.Admission.ID, jeanne.SignInID, r.MediaName)
	if err != nil {
		t.Fatal(err)
	}
	h.media.Join(r.MediaName, in.Admission)
	h.clock.pass(2 * time.Minute) // neither beats
	h.sweep()                     // "one" is back first
	for range 6 {
		if err := two.Beat(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.later(20 * time.Second)
	}
	h.sweep()
	if people := h.present(r); !h.connected(r, in.Admission) || len(people) != 1 || people[0].Relays != 1 {
		t.Errorf("present: %+v", people)
	}
}

func TestAReplicaThatComesBackBelievesNoWebhookBeforeItsRelaysCount(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	me, _ := h.enter(jeanne, r.Slug)
	two := h.another("two")
	for range 7 { // "one" alone is cut off meanwhile
		if err := two.Beat(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.clock.pass(20 * time.Second)
	}
	h.webhook(rooms.MediaEvent{ID: "EV_1", Type: "participant_left", Room: r.MediaName, Identity: me.ID, At: h.clock.now()})
	if len(h.present(r)) != 1 {
		t.Error("a leave of an older connection ended somebody whose relay is open")
	}
}

func TestWhoseReplicaAloneIsCutOffLeavesAfterAMinuteAndMayComeBackThroughAnother(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	two := h.another("two")
	me, _ := h.enter(jeanne, r.Slug)
	h.settled()
	pass := func(d time.Duration) { // "one" does not beat; to "two" that is no other than its death
		t.Helper()
		for ; d > 0; d -= 20 * time.Second {
			h.clock.pass(min(d, 20*time.Second))
			if err := two.Sweep(t.Context(), 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	pass(4 * time.Minute) // until "two" believes what it sees, and a minute from when it last saw them before that
	if h.connected(r, me) {
		t.Fatal("somebody without a relay that counts stays")
	}
	in, _, err := two.Enter(t.Context(), me.ID, jeanne.SignInID, r.MediaName)
	if err != nil || !in.Admission.Live() {
		t.Errorf("a removal for want of a relay is not final: %+v, %v", in, err)
	}
}
