package rooms

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return nine.Add(-d) }

func in(room string, ids ...string) observation {
	people := []MediaParticipant{}
	for _, id := range ids {
		people = append(people, MediaParticipant{Identity: id, Standard: true})
	}
	return observation{
		rooms:  map[string]MediaRoom{room: {Name: room, Sid: "RM_1", Participants: len(ids)}},
		people: map[string][]MediaParticipant{room: people},
	}
}

func TestWhoHoldsARelayIsPresentWhateverTheSFUSays(t *testing.T) {
	known := []Presence{{MediaName: "m", SessionID: "s", Sid: "RM_1", People: []Presentee{{AdmissionID: "a", Relays: 1, LastSeen: ago(time.Hour)}}}}
	d, out := reconcile(known, observation{}, nine) // the SFU was restarted and is empty
	if len(d.Left)+len(d.Over)+len(out)+len(d.EmptySince) != 0 {
		t.Errorf("got %+v, %v", d, out)
	}
}

func TestWhoLostTheRelayForAMinuteIsRemovedAndThenLeaves(t *testing.T) {
	who := Presentee{AdmissionID: "a", LastSeen: ago(61 * time.Second)}
	known := []Presence{{MediaName: "m", SessionID: "s", Sid: "RM_1", People: []Presentee{who}}}
	d, out := reconcile(known, in("m", "a"), nine)
	if diff := cmp.Diff([]removal{{"m", "a"}}, out, cmp.AllowUnexported(removal{})); diff != "" || len(d.Left) != 0 {
		t.Errorf("removed first, left later: %s %v", diff, d.Left)
	}
	d, out = reconcile(known, in("m"), nine.Add(time.Minute))
	if len(out) != 0 || !d.Left["a"].Equal(who.LastSeen) {
		t.Errorf("the interval ends at the last moment seen: %v, %v", d.Left, out)
	}
}

func TestASignallingSocketThatBreaksForASecondEndsNothing(t *testing.T) {
	known := []Presence{{MediaName: "m", SessionID: "s", Sid: "RM_1", People: []Presentee{{AdmissionID: "a", LastSeen: ago(5 * time.Second)}}}}
	for _, seen := range []observation{in("m", "a"), in("m"), {}} {
		if d, out := reconcile(known, seen, nine); len(d.Left)+len(d.EmptySince)+len(out) != 0 {
			t.Errorf("got %+v, %v", d, out)
		}
	}
}

func TestAPassUsedPastTheGateIsRemoved(t *testing.T) {
	for name, known := range map[string][]Presence{
		"a room with a session":    {{MediaName: "m", SessionID: "s", Sid: "RM_1", People: []Presentee{{AdmissionID: "a", Relays: 1}}}},
		"a room without a session": nil,
	} {
		_, out := reconcile(known, in("m", "a", "intruder"), nine)
		if len(out) == 0 || out[len(out)-1].identity != "intruder" {
			t.Errorf("%s: %v", name, out)
		}
	}
}

func TestSomebodyRemovedWhoIsStillThereIsRemovedAgain(t *testing.T) {
	known := []Presence{{MediaName: "m", SessionID: "s", Sid: "RM_1", People: []Presentee{{AdmissionID: "a", Ended: true, Relays: 1, LastSeen: ago(time.Second)}}}}
	d, out := reconcile(known, in("m", "a"), nine)
	if len(out) != 1 || len(d.Left) != 1 {
		t.Errorf("got %v, %v", out, d.Left)
	}
}

func TestASessionEndsAfterTwoObservationsOfAnEmptyRoom(t *testing.T) {
	known := []Presence{{MediaName: "m", SessionID: "s", Sid: "RM_1"}}
	d, _ := reconcile(known, observation{}, nine)
	if d.EmptySince["s"] == nil || len(d.Over) != 0 {
		t.Fatalf("the first observation only notes it: %+v", d)
	}
	known[0].EmptySince = d.EmptySince["s"]
	if d, _ = reconcile(known, observation{}, nine.Add(29*time.Second)); len(d.Over) != 0 {
		t.Error("29 seconds are not 30")
	}
	if d, _ = reconcile(known, observation{}, nine.Add(30*time.Second)); len(d.Over) != 1 {
		t.Error("30 seconds end it")
	}
	known[0].People = []Presentee{{AdmissionID: "a", Relays: 1}}
	if d, _ = reconcile(known, observation{}, nine.Add(31*time.Second)); len(d.Over) != 0 || d.EmptySince["s"] != nil {
		t.Error("somebody who comes back keeps the session")
	}
	if _, said := d.EmptySince["s"]; !said {
		t.Error("that it is empty no more must be written")
	}
}

func TestAPhoneKeepsTheSessionWithoutARelay(t *testing.T) {
	seen := observation{
		rooms:  map[string]MediaRoom{"m": {Name: "m", Sid: "RM_1", Participants: 1}},
		people: map[string][]MediaParticipant{"m": {{Identity: "phone"}}},
	}
	d, out := reconcile([]Presence{{MediaName: "m", SessionID: "s", Sid: "RM_1"}}, seen, nine)
	if len(d.EmptySince)+len(out) != 0 {
		t.Errorf("got %+v %v", d, out)
	}
}

// Whatever the database and the SFU say, looks follow each other into rest: one removes, the next notes the leave, and
// then nothing is left to decide.
func TestJudgingComesToRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := []string{"a", "b", "c", "d"}
		p := Presence{MediaName: "m", SessionID: "s", Sid: "RM_1"}
		var atSFU []string
		for _, id := range ids {
			if rapid.Bool().Draw(t, "known "+id) {
				p.People = append(p.People, Presentee{
					AdmissionID: id, Ended: rapid.Bool().Draw(t, "ended "+id), Relays: rapid.IntRange(0, 2).Draw(t, "relays "+id),
					LastSeen: ago(time.Duration(rapid.IntRange(0, 200).Draw(t, "seconds "+id)) * time.Second),
				})
			}
			if rapid.Bool().Draw(t, "at SFU "+id) {
				atSFU = append(atSFU, id)
			}
		}
		for range 2 {
			d, out := reconcile([]Presence{p}, in("m", atSFU...), nine)
			p, atSFU = settle(p, d), without(atSFU, out)
		}
		again, more := reconcile([]Presence{p}, in("m", atSFU...), nine)
		if len(again.Left) != 0 || len(more) != 0 {
			t.Fatalf("the third look decides %+v and removes %v", again, more)
		}
	})
}

func settle(p Presence, d Settlement) Presence {
	var people []Presentee
	for _, who := range p.People {
		if _, gone := d.Left[who.AdmissionID]; !gone {
			people = append(people, who)
		}
	}
	p.People = people
	if since, said := d.EmptySince[p.SessionID]; said {
		p.EmptySince = since
	}
	return p
}

func without(ids []string, out []removal) []string {
	var rest []string
	for _, id := range ids {
		gone := false
		for _, r := range out {
			gone = gone || r.identity == id
		}
		if !gone {
			rest = append(rest, id)
		}
	}
	return rest
}

func TestReactionsOfARoomAreGathered(t *testing.T) {
	items := []reactionItem{}
	for i := range 100 {
		items = merge(items, reactionItem{Participant: fmt.Sprint(i % 70), Reaction: "clap", Count: 1})
	}
	if len(items) != reactionKinds || items[0].Count != 2 {
		t.Errorf("got %d kinds, first %+v", len(items), items[0])
	}
}
