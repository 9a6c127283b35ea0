package rooms_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// happening is one thing that happens to a call. Its order among others is drawn.
type happening struct {
	what string
	who  int
	tab  int // of the relay
}

// comeAndGo is a call of two guests, each with two relays at most, of which what happens comes in any order.
type comeAndGo struct {
	*house
	room   rooms.Listed
	people []auth.Identity
	ids    []string
	relays map[happening]string
	left   map[int]bool
	heard  int
}

func (c *comeAndGo) must(t *rapid.T, err error) {
	if err != nil {
		t.Fatalf("%v", err)
	}
}

func (c *comeAndGo) happens(t *rapid.T, e happening) {
	ctx, relay := c.t.Context(), happening{"relay", e.who, e.tab}
	switch e.what {
	case "relay": // the first time it opens, the second it closes
		if id, open := c.relays[relay]; open {
			c.RelayClosed(ctx, id)
			c.relays[relay] = ""
			return
		}
		in, id, err := c.Enter(ctx, c.ids[e.who], c.people[e.who].SignInID, c.room.MediaName)
		if c.left[e.who] && fault.HasCode(err, fault.CodeNotAdmitted) {
			c.relays[relay] = ""
			return
		}
		c.must(t, err)
		c.relays[relay] = id
		c.media.Join(c.room.MediaName, in.Admission)
	case "ends":
		c.left[e.who] = true
		c.must(t, c.end(e.who))
	case "vanishes at the SFU":
		c.media.Leave(c.room.MediaName, c.ids[e.who])
	case "SFU dies":
		c.media.Kill()
	case "close is lost":
		c.db.cut.Store(true)
	case "database is back":
		c.db.cut.Store(false)
	case "time":
		c.passes(t, 40*time.Second)
	case "sweep":
		_ = c.Sweep(ctx, 0) // the database may be cut off
	default:
		c.heard++
		sid := fmt.Sprintf("RM_%d", 1+e.tab)
		c.must(t, c.hint(e.what, fmt.Sprint("EV_", c.heard), sid, c.ids[e.who]))
	}
}

// end ends an admission; that the SFU was told is lost.
func (c *comeAndGo) end(who int) error {
	_, err := c.db.EndAdmissions(c.t.Context(), rooms.AdmissionSelection{ID: c.ids[who]}, rooms.EndLeft, c.clock.now())
	return err
}

func (c *comeAndGo) hint(what, id, sid, identity string) error {
	for range 2 { // each comes twice
		e := rooms.MediaEvent{ID: c.room.ID + id, Type: what, Room: c.room.MediaName, Sid: sid, Identity: identity, At: c.clock.now()}
		if _, err := c.db.Keep(c.t.Context(), e, c.clock.now()); err != nil {
			return err
		}
		if _, err := c.Hear(c.t.Context()); err != nil {
			return err
		}
	}
	return nil
}

func (c *comeAndGo) passes(t *rapid.T, d time.Duration) {
	for ; d > 0; d -= 20 * time.Second {
		c.clock.pass(20 * time.Second)
		if err := c.Beat(c.t.Context()); err != nil && !fault.Is(err, fault.Unavailable) {
			t.Fatalf("%v", err)
		}
	}
}

// outcome is what is true in the end, without what depends on when it became so.
type outcome struct {
	Present []string // with a relay
	Others  []string // with an interval or at the SFU, and no relay
	Session bool
}

// want follows from what happened alone, whatever the order.
func (c *comeAndGo) want() outcome {
	var o outcome
	for who, id := range c.ids {
		open := c.relays[happening{"relay", who, 0}] != "" || c.relays[happening{"relay", who, 1}] != ""
		if open && !c.left[who] {
			o.Present = append(o.Present, id)
		}
	}
	slices.Sort(o.Present)
	o.Session = len(o.Present) > 0
	return o
}

func (c *comeAndGo) got(t *rapid.T) outcome {
	var o outcome
	all, err := c.db.Present(c.t.Context(), c.room.MediaName, c.clock.now().Add(-rooms.RelayFresh))
	c.must(t, err)
	o.Session = len(all) > 0
	for _, p := range all {
		for _, who := range p.People {
			if who.Relays > 0 {
				o.Present = append(o.Present, who.AdmissionID)
			} else {
				o.Others = append(o.Others, who.AdmissionID)
			}
		}
	}
	at, err := c.media.Participants(c.t.Context(), c.room.MediaName)
	c.must(t, err)
	for _, m := range at {
		if !slices.Contains(o.Present, m.Identity) {
			o.Others = append(o.Others, m.Identity)
		}
	}
	slices.Sort(o.Present)
	return o
}

// In whatever order people come and go, relays close, webhooks come late, twice or never, and the database is away:
// sweeps with time bring the state that follows from who holds a relay and whose admission has ended.
func TestWhateverTheOrderSweepsBringTheSameState(t *testing.T) {
	h := open(t)
	owner := h.person("Jeanne", "1")
	rapid.Check(t, func(t *rapid.T) {
		c := &comeAndGo{house: h, room: h.room(owner, "public"), relays: map[happening]string{}, left: map[int]bool{}}
		h.media.Kill()
		var all []happening
		for who := range 2 {
			guest := h.guest("Samira")
			c.people = append(c.people, guest)
			c.ids = append(c.ids, h.join(guest, c.room.Slug).Admission.ID)
			for tab := range 2 {
				for range rapid.IntRange(0, 2).Draw(t, "opened, closed") {
					all = append(all, happening{"relay", who, tab})
				}
			}
			for _, what := range []string{"ends", "vanishes at the SFU", "participant_joined", "participant_left"} {
				if rapid.Bool().Draw(t, what) {
					all = append(all, happening{what: what, who: who})
				}
			}
		}
		for _, what := range []string{"SFU dies", "room_finished", "close is lost", "database is back", "time", "time", "sweep", "sweep"} {
			if rapid.Bool().Draw(t, what) {
				all = append(all, happening{what: what, tab: rapid.IntRange(0, 1).Draw(t, "which SFU room")})
			}
		}
		for _, e := range rapid.Permutation(all).Draw(t, "order") {
			c.happens(t, e)
		}
		h.db.cut.Store(false)
		c.must(t, c.Beat(h.t.Context()))
		for turn := range 17 { // each room is looked into in detail once in sixteen
			c.clock.pass(20 * time.Second)
			c.must(t, h.Sweep(h.t.Context(), turn)) // which beats first
		}
		if diff := cmp.Diff(c.want(), c.got(t)); diff != "" {
			t.Fatal(diff)
		}
		for who := range c.people { // the next call is another
			c.must(t, c.end(who))
		}
		c.passes(t, 40*time.Second)
		c.must(t, h.Sweep(h.t.Context(), 0))
	})
}
