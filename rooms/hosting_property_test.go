package rooms_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
	"parvis/sfu/sfutest"
)

// What is drawn is the same each time, so that a change is judged and not the luck of the draw: -rapid.seed=0 draws anew.
func init() {
	for name, value := range map[string]string{"rapid.seed": "20261121", "rapid.checks": runsDrawn, "rapid.nofailfile": "true"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
}

// The people of a hosted call. The owner acts from outside when not in it; the colleague may be made a host.
const (
	owner = iota
	colleague
	firstGuest
	secondGuest
	everybody
)

// line is the way from the platform to the SFU. One call that brings rights may be held up on it while others pass.
type line struct {
	*sfutest.Server
	mu   sync.Mutex
	hold *heldUp // for the next call
}

// heldUp is an act whose rights are on their way to the SFU.
type heldUp struct {
	reached, goOn chan struct{}
	done          chan error
}

func (l *line) arm(h *heldUp) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hold = h
}

func (l *line) Apply(ctx context.Context, mediaName string, a rooms.Admission) error {
	l.mu.Lock()
	h := l.hold
	l.hold = nil
	l.mu.Unlock()
	if h != nil {
		close(h.reached)
		<-h.goOn
	}
	return l.Server.Apply(ctx, mediaName, a)
}

// link is a connection at the gate.
type link struct {
	who      int
	relay    string
	in       rooms.Entered // what the SFU was told last by the gate
	welcomed bool          // the SFU has let them in
	agreed   bool          // in is known to be the present admission
}

// hosted is a call with its gate, of which anything happens in any order. The gate does what sfu.Gate does: it asks the
// door, then the SFU, then whether anything was decided meanwhile; and asks again when an admission changes.
type hosted struct {
	*house
	service *rooms.Service
	line    *line
	room    rooms.Listed
	who     [everybody]auth.Identity
	passes  [everybody][]string // admissions, oldest first
	links   []*link
	late    []*heldUp
	slow    bool // the next act is held up on its way to the SFU
	down    bool // the SFU does not answer
	cuts    int
	heard   int

	mu      sync.Mutex
	changed map[string]bool // admissions, until the gate looks
}

func (h *house) hosted() *hosted {
	l := &line{Server: h.media}
	ports := h.Service.Ports
	ports.Media = l
	c := &hosted{house: h, service: rooms.New(ports), line: l, changed: map[string]bool{}}
	h.t.Cleanup(c.service.Close)
	h.db.OnChange(func(kind, id string) {
		if kind != "admission" {
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.changed[id] = true
	})
	return c
}

// begins is a new call of new browsers.
func (c *hosted) begins() {
	c.media.Kill()
	c.who = [everybody]auth.Identity{
		c.person("Odile", "11000001500001"), c.person("Karim", "11000001500001"), c.guest("Gaston"), c.guest("Greta"),
	}
	c.passes, c.links, c.late, c.slow, c.down, c.cuts = [everybody][]string{}, nil, nil, false, false, len(c.media.Cuts())
	c.room = c.house.room(c.who[owner], "everyone")
}

// step is one thing that happens. What it means without somebody to act on is nothing.
type step struct {
	What    string
	By, Who int // the host, and whom it is about
	Which   int // of several: pass, ability, word
	Yes     bool
}

func (s step) String() string {
	return fmt.Sprintf("%s(%d→%d %d %t)", s.What, s.By, s.Who, s.Which, s.Yes)
}

// What may happen: people, hosts, and everything that may go wrong between the platform and the SFU.
var (
	ofPeople = []string{"comes", "comes", "comes", "older pass", "welcomed", "welcomed", "leaves", "relay closed", "raises"}
	ofHosts  = []string{
		"permit", "permit", "permit", "permit undone", "permit all", "rule", "rule", "rule undone", "role", "remove", "block", "unblock", "return", "let in", "rename", "lock", "spotlight",
		"lower hands", "mute", "mute all",
	}
	ofFaults = []string{
		"webhook joined", "webhook left", "webhook finished", "SFU away", "SFU back", "SFU dies", "slow line", "slow line goes on",
		"gate looks", "database away", "database back", "time", "sweep",
	}
)

func steps(kinds ...[]string) *rapid.Generator[[]step] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
		return step{
			What: rapid.SampledFrom(slices.Concat(kinds...)).Draw(t, "what"), By: rapid.IntRange(owner, colleague).Draw(t, "by"),
			Who: rapid.IntRange(owner, everybody-1).Draw(t, "who"), Which: rapid.IntRange(0, 4).Draw(t, "which"), Yes: rapid.Bool().Draw(t, "yes"),
		}
	}), 12, 40) // a length of 26 on average
}

func (c *hosted) happens(t rapid.TB, s step) {
	switch {
	case slices.Contains(ofPeople, s.What):
		c.people(t, s)
	case slices.Contains(ofHosts, s.What):
		c.acts(t, s)
	default:
		c.faults(t, s)
	}
	c.cutOff()
}

func (c *hosted) people(t rapid.TB, s step) {
	ctx, passes := c.t.Context(), c.passes[s.Who]
	switch s.What {
	case "comes":
		joined, err := c.service.Join(ctx, c.who[s.Who], c.room.Slug, rooms.JoinRequest{})
		c.plain(t, s, err)
		if err == nil && joined.Ticket == nil {
			if !slices.Contains(passes, joined.Admission.ID) {
				c.passes[s.Who] = append(passes, joined.Admission.ID)
			}
			c.knocks(t, s.Who, joined.Admission.ID)
		}
	case "older pass":
		if len(passes) > 0 {
			c.knocks(t, s.Who, passes[s.Which%len(passes)])
		}
	case "welcomed":
		c.welcome(s.Who)
	case "leaves":
		if id := c.last(s.Who); id != "" {
			c.plain(t, s, c.service.Leave(ctx, c.who[s.Who], c.room.Slug, id))
		}
	case "relay closed":
		if i := slices.IndexFunc(c.links, func(l *link) bool { return l.who == s.Who }); i >= 0 {
			c.close(c.links[i])
		}
	case "raises":
		if id := c.last(s.Who); id != "" {
			c.plain(t, s, c.service.Raise(ctx, c.who[s.Who], c.room.Slug, id, s.Yes))
		}
	}
}

func (c *hosted) last(who int) string {
	if n := len(c.passes[who]); n > 0 {
		return c.passes[who][n-1]
	}
	return ""
}

// plain holds that an answer is one that a person can act upon.
func (c *hosted) plain(t rapid.TB, s step, err error) {
	f := fault.Of(err)
	if err == nil || (f.Kind != fault.Internal && f.Kind != fault.Unavailable) || (c.down && f.Code == fault.CodeMediaUnavailable) {
		return
	}
	t.Fatalf("%v: %v", s, err)
}

func (c *hosted) acts(t rapid.TB, s step) {
	if !c.slow {
		c.plain(t, s, c.act(s))
		return
	}
	c.slow = false
	held := &heldUp{reached: make(chan struct{}), goOn: make(chan struct{}), done: make(chan error, 1)}
	c.line.arm(held)
	go func() { held.done <- c.act(s) }()
	select {
	case <-held.reached:
		c.late = append(c.late, held)
	case err := <-held.done: // it had no rights to bring
		c.line.arm(nil)
		c.plain(t, s, err)
	}
}

var abilities = access.AllAbilities()

func (c *hosted) act(s step) error {
	ctx, by, slug, id := c.t.Context(), c.who[s.By], c.room.Slug, c.last(s.Who)
	var err error
	switch s.What {
	case "permit":
		_, err = c.service.Permit(ctx, by, slug, id, rooms.PermissionChange{abilities[s.Which]: new(s.Yes)})
	case "permit undone":
		_, err = c.service.Permit(ctx, by, slug, id, rooms.PermissionChange{abilities[s.Which]: nil})
	case "rule":
		_, err = c.service.PermitAll(ctx, by, slug, rooms.PermissionChange{abilities[s.Which]: new(s.Yes)})
	case "rule undone":
		_, err = c.service.PermitAll(ctx, by, slug, rooms.PermissionChange{abilities[s.Which]: nil})
	case "permit all": // for good
		err = c.permitAll(by, abilities[s.Which], s.Yes)
	case "role":
		role := map[bool]access.Role{true: access.Moderator, false: access.Member}[s.Yes]
		_, err = c.service.SetRole(ctx, by, slug, id, role, false)
	case "remove", "block":
		_, err = c.service.Remove(ctx, by, slug, id, s.What == "block")
	case "unblock":
		err = c.unblock(by, s.Which)
	case "return":
		err = c.service.Return(ctx, by, slug, id)
	case "let in":
		_, err = c.service.Decide(ctx, by, slug, rooms.Verdict{To: rooms.TicketAdmitted, All: true})
	case "rename":
		_, err = c.service.Rename(ctx, by, slug, id, fmt.Sprint("Name ", s.Which))
	case "lock":
		err = c.service.Lock(ctx, by, slug, s.Yes)
	case "spotlight":
		err = c.service.Spotlight(ctx, by, slug, []string{id})
	case "lower hands":
		err = c.service.LowerHands(ctx, by, slug, nil)
	case "mute":
		err = c.service.Mute(ctx, by, slug, id, access.AbilityMicrophone)
	case "mute all":
		_, err = c.service.MuteAll(ctx, by, slug, access.AbilityMicrophone, nil)
	}
	return err
}

func (c *hosted) permitAll(by auth.Identity, a access.Ability, yes bool) error {
	view, err := c.service.Get(c.t.Context(), by, c.room.Slug)
	if err != nil {
		return err
	}
	forbidden := view.Forbidden.With(a)
	if yes {
		forbidden = view.Forbidden.Without(a)
	}
	_, err = c.service.Update(c.t.Context(), by, c.room.Slug, view.Version, rooms.Change{Forbidden: &forbidden})
	return err
}

func (c *hosted) unblock(by auth.Identity, which int) error {
	blocks, err := c.service.Blocks(c.t.Context(), by, c.room.Slug)
	if err != nil || len(blocks) == 0 {
		return err
	}
	return c.service.Unblock(c.t.Context(), by, c.room.Slug, blocks[which%len(blocks)].ID)
}

func (c *hosted) faults(t rapid.TB, s step) {
	ctx := c.t.Context()
	switch s.What {
	case "SFU away", "SFU back":
		c.down = s.What == "SFU away"
		c.media.SetDown(c.down)
	case "SFU dies": // with all connections
		c.media.Kill()
		for _, l := range slices.Clone(c.links) {
			c.close(l)
		}
	case "slow line":
		c.slow = true
	case "slow line goes on":
		c.goOn(t, s.Which)
	case "gate looks":
		c.look()
	case "database away", "database back": // for heartbeats and closes; what cannot be decided is not done
		c.db.cut.Store(s.What == "database away")
	case "time":
		c.passes40(t)
	case "sweep":
		_ = c.service.Sweep(ctx, s.Which) // the SFU or the database may be away
	default:
		c.webhook(t, s)
	}
}

func (c *hosted) goOn(t rapid.TB, which int) {
	if len(c.late) == 0 {
		return
	}
	i := which % len(c.late)
	held := c.late[i]
	c.late = slices.Delete(c.late, i, i+1)
	close(held.goOn)
	c.plain(t, step{What: "held up"}, <-held.done)
}

// webhook comes twice, or, when Yes is drawn, from an SFU room of before.
func (c *hosted) webhook(t rapid.TB, s step) {
	c.heard++
	kind := map[string]string{"webhook joined": "participant_joined", "webhook left": "participant_left", "webhook finished": "room_finished"}[s.What]
	e := rooms.MediaEvent{ID: fmt.Sprint(c.room.ID, c.heard), Type: kind, Room: c.room.MediaName, Sid: "RM_old", Identity: c.last(s.Who), At: c.clock.now()}
	listed, err := c.media.Rooms(c.t.Context())
	if err == nil && len(listed) > 0 && !s.Yes {
		e.Sid = listed[0].Sid
	}
	for range 2 {
		if _, err := c.db.Keep(c.t.Context(), e, c.clock.now()); err != nil {
			t.Fatal(err)
		}
		_, err := c.service.Hear(c.t.Context())
		c.plain(t, s, err)
	}
}

func (c *hosted) passes40(t rapid.TB) {
	for range 2 {
		c.clock.pass(20 * time.Second)
		if err := c.service.Beat(c.t.Context()); err != nil && !fault.Is(err, fault.Unavailable) {
			t.Fatal(err)
		}
	}
}

// knocks is the gate's question at the door.
func (c *hosted) knocks(t rapid.TB, who int, id string) {
	in, relay, err := c.service.Enter(c.t.Context(), id, c.who[who].SignInID, c.room.MediaName)
	if err == nil {
		c.links = append(c.links, &link{who: who, relay: relay, in: in})
	} else if !fault.Is(err, fault.Forbidden) {
		t.Fatalf("at the gate: %v", err)
	}
}

// welcome is the SFU's answer to the gate, with the rights that the gate signed.
func (c *hosted) welcome(who int) {
	for _, l := range slices.Clone(c.links) {
		switch {
		case l.who != who || l.welcomed:
		case c.down:
			c.close(l)
		default:
			l.welcomed = true
			c.media.Join(c.room.MediaName, l.in.Admission)
		}
	}
}

// look is the gate's comparison, due after a welcome and after a change.
func (c *hosted) look() {
	c.mu.Lock()
	changed := c.changed
	c.changed = map[string]bool{}
	c.mu.Unlock()
	for _, l := range slices.Clone(c.links) {
		id := l.in.Admission.ID
		l.agreed = l.agreed && !changed[id]
		if l.agreed || !l.welcomed {
			continue
		}
		in, err := c.service.Current(c.t.Context(), id)
		if err == nil {
			err = in.Holds(in.Admission.SignInID)
		}
		switch {
		case err != nil:
			_ = c.media.Remove(c.t.Context(), c.room.MediaName, id) // else the sweep
			c.close(l)
		case in.Admission.Generation == l.in.Admission.Generation:
			l.agreed = true
		case c.media.Apply(c.t.Context(), c.room.MediaName, in.Admission) != nil:
			c.close(l) // with a new connection comes a token of the new rights
		default:
			l.in, l.agreed = in, true
		}
	}
}

func (c *hosted) close(l *link) {
	c.service.RelayClosed(c.t.Context(), l.relay)
	c.links = slices.DeleteFunc(c.links, func(other *link) bool { return other == l })
}

// cutOff closes the relays that were cut.
func (c *hosted) cutOff() {
	cuts := c.media.Cuts()
	for _, id := range cuts[c.cuts:] {
		for _, l := range slices.Clone(c.links) {
			if l.in.Admission.ID == id {
				c.close(l)
			}
		}
	}
	c.cuts = len(cuts)
}

// calm ends all faults, lets the grace of presence pass and sweeps twice, thirty seconds apart.
func (c *hosted) calm(t rapid.TB) {
	c.down, c.slow = false, false
	c.media.SetDown(false)
	c.line.arm(nil)
	c.db.cut.Store(false)
	for len(c.late) > 0 {
		c.goOn(t, len(c.late)-1) // the last first
	}
	c.cutOff()
	for who := range everybody {
		c.welcome(who)
	}
	c.look()
	for range 5 { // longer than any grace
		c.clock.pass(20 * time.Second)
		c.check(t, c.service.Beat(c.t.Context()))
	}
	for range 2 {
		c.check(t, c.service.Sweep(c.t.Context(), rooms.TurnOf(c.room.MediaName)))
		c.clock.pass(30 * time.Second)
	}
}

func (c *hosted) check(t rapid.TB, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// over ends a call, so that the next has the sweep for itself.
func (c *hosted) over(t rapid.TB) {
	c.check(t, c.service.End(c.t.Context(), c.who[owner], c.room.Slug))
	for _, l := range slices.Clone(c.links) {
		c.close(l)
	}
}

// consistent holds the SFU to what rooms say, and rooms to what the SFU shows.
func (c *hosted) consistent(t rapid.TB) {
	ctx := c.t.Context()
	atSFU, err := c.media.Participants(ctx, c.room.MediaName)
	c.check(t, err)
	run, err := c.db.Running(ctx, c.room.ID, c.clock.now())
	if err != nil && !fault.HasCode(err, fault.CodeNoSession) {
		t.Fatal(err)
	}
	blocks, err := c.db.Blocks(ctx, c.room.ID)
	c.check(t, err)
	rule := run.Session.Permits.Over(run.Room.Forbidden)
	for who, a := range run.Adjusted {
		if len(a.Allowed.Without(rule...)) > 0 || len(a.Allowed.Without(a.Forbidden...)) < len(a.Allowed) {
			t.Errorf("%v is allowed %v, forbidden %v, where %v is forbidden to all", who, a.Allowed, a.Forbidden, rule)
		}
	}
	known, err := c.db.Present(ctx, c.room.MediaName, c.clock.now().Add(-rooms.RelayFresh))
	c.check(t, err)
	for _, m := range atSFU {
		i := slices.IndexFunc(run.People, func(p rooms.Person) bool { return p.ID == m.Identity })
		if i < 0 {
			t.Fatalf("the SFU shows somebody whom no live admission lets in: %s", m.Identity)
		}
		p := run.People[i]
		if p.State != rooms.Open || p.JoinedAt == nil || !hasInterval(known, p.ID) {
			t.Errorf("%s is at the SFU: admission %s, joined %v", p.Name, p.State, p.JoinedAt)
		}
		if held := run.Adjusted[p.Who()].Held; held != rooms.NotHeld {
			t.Errorf("%s is connected and held: %s", p.Name, held)
		}
		if slices.ContainsFunc(blocks, func(b rooms.Block) bool { return b.Who == p.Who() }) {
			t.Errorf("%s is connected and blocked", p.Name)
		}
		c.sameRights(t, p)
	}
	for _, l := range c.links {
		if in, err := c.service.Current(ctx, l.in.Admission.ID); err != nil || !in.Admission.Live() {
			t.Errorf("%s has a relay and no admission that lives: %v", l.in.Admission.Name, err)
		}
	}
	for _, id := range run.Session.Spotlight { // who left by themselves makes room when the next one is shown
		if in, err := c.service.Current(ctx, id); err != nil || in.Admission.Reason == rooms.EndRemoved || in.Admission.Reason == rooms.EndBlocked {
			t.Errorf("in the spotlight stands %s, whom hosts took out: %v", in.Admission.Name, err)
		}
	}
}

func hasInterval(known []rooms.Presence, id string) bool {
	return slices.ContainsFunc(known, func(p rooms.Presence) bool {
		return slices.ContainsFunc(p.People, func(who rooms.Presentee) bool { return who.AdmissionID == id && !who.Ended })
	})
}

// sameRights holds that the SFU lets somebody publish what the state of the call tells them, under the name and role that
// hosts gave.
func (c *hosted) sameRights(t rapid.TB, p rooms.Person) {
	who := c.who[slices.IndexFunc(c.who[:], func(i auth.Identity) bool { return i.SignInID == p.SignInID })]
	state, err := c.service.State(c.t.Context(), who, c.room.Slug, p.ID)
	c.check(t, err)
	at, _ := c.media.Connected(c.room.MediaName, p.ID)
	may, _ := access.Forbid(access.AllSources(), state.Forbidden)
	if !slices.Equal(may, at.Sources) {
		t.Errorf("%s is told that %v is forbidden, and the SFU lets %v", p.Name, state.Forbidden, at.Sources)
	}
	if at.Role != state.Role || at.Role != p.Role || at.Name != p.Name {
		t.Errorf("%s is %s (%s), at the SFU %s is %s", p.Name, p.Role, state.Role, at.Name, at.Role)
	}
	_, _, err = c.service.Say(c.t.Context(), who, c.room.Slug, p.ID, "hello")
	if silenced := fault.HasCode(err, fault.CodeForbiddenByHost); silenced != state.Forbidden.Has(access.AbilityChat) {
		t.Errorf("%s is told that %v is forbidden, and writing says %v", p.Name, state.Forbidden, err)
	}
}

// Whatever hosts and people do, in whatever order, twice or while the SFU and the database are away, and whatever is lost
// between them: once things are calm, two sweeps leave a call in which the SFU does what rooms say.
func TestWhateverHostsDoTheSFUEndsUpDoingWhatRoomsSay(t *testing.T) {
	c := open(t).hosted()
	rapid.Check(t, func(t *rapid.T) {
		defer c.letGo()
		if rapid.Bool().Draw(t, "all are in already") {
			c.assembled(t)
		} else {
			c.begins()
		}
		for _, s := range steps(ofPeople, ofHosts, ofFaults).Draw(t, "steps") {
			c.happens(t, s)
			if s.Yes && s.Which == 0 && s.What != "comes" {
				c.happens(t, s) // twice
			}
		}
		c.calm(t)
		c.consistent(t)
		c.over(t)
	})
}

// letGo ends what a run that failed holds up.
func (c *hosted) letGo() {
	c.line.arm(nil)
	c.media.SetDown(false)
	c.db.cut.Store(false)
	for _, held := range c.late {
		close(held.goOn)
		<-held.done
	}
	c.late = nil
}

// decision is something that is decided once, so that its order among others does not matter.
type decision struct{ step }

func (c *hosted) decide(t rapid.TB, all []decision, faults []step) {
	for i, d := range all {
		if i < len(faults) {
			c.happens(t, faults[i])
		}
		c.happens(t, d.step)
	}
}

// told is a call as everybody sees it, without ids and times.
type told struct {
	Locked    bool
	Entry     access.Entry
	ForAll    access.Abilities
	Setting   access.Abilities
	Spotlight []int
	People    map[int]person
}

type person struct {
	Name     string
	Role     access.Role
	Told     access.Abilities
	AtSFU    []access.Source
	Held     rooms.Held
	Blocked  bool
	HandIsUp bool
}

func (c *hosted) told(t rapid.TB) told {
	ctx := c.t.Context()
	run, err := c.db.Running(ctx, c.room.ID, c.clock.now())
	c.check(t, err)
	blocks, err := c.db.Blocks(ctx, c.room.ID)
	c.check(t, err)
	seen := told{
		Locked: run.Session.LockedAt != nil, Entry: run.Room.Entry, ForAll: run.Session.Permits.Over(run.Room.Forbidden).With(),
		Setting: run.Room.Forbidden.With(), People: map[int]person{},
	}
	for i, who := range c.who {
		is := rooms.WhoIs(who)
		one := person{Held: run.Adjusted[is].Held, Blocked: slices.ContainsFunc(blocks, func(b rooms.Block) bool { return b.Who == is })}
		for _, p := range run.People {
			if p.Who() != is {
				continue
			}
			state, err := c.service.State(ctx, who, c.room.Slug, p.ID)
			c.check(t, err)
			at, _ := c.media.Connected(c.room.MediaName, p.ID)
			one.Name, one.Role, one.Told, one.AtSFU, one.HandIsUp = p.Name, state.Role, state.Forbidden, at.Sources, p.HandAt != nil
			if slices.Contains(run.Session.Spotlight, p.ID) {
				seen.Spotlight = append(seen.Spotlight, i)
			}
		}
		seen.People[i] = one
	}
	return seen
}

// decisions are at most one of each kind about each person, and nothing but the removal about who is removed; and what is
// decided about all is allowed to nobody alone, since of these two the later counts. All these commute.
func decisions(t *rapid.T) []decision {
	found := map[string]decision{}
	add := func(key string, s step) { found[key] = decision{s} }
	forAll := map[int]bool{}
	for which := range abilities {
		if what := rapid.SampledFrom([]string{"", "", "permit all", "rule"}).Draw(t, "decided for all"); what != "" {
			forAll[which] = true
			add(fmt.Sprint(what, which), step{What: what, Which: which, Yes: rapid.Bool().Draw(t, "allowed")})
		}
	}
	for who := colleague; who < everybody; who++ {
		if what := rapid.SampledFrom([]string{"", "", "remove", "block", "return"}).Draw(t, "out"); what != "" {
			add(fmt.Sprint("out", who), step{What: what, Who: who})
			continue
		}
		for which := range abilities {
			if rapid.Bool().Draw(t, "decided") {
				add(fmt.Sprint("permit", who, which), step{What: "permit", Who: who, Which: which, Yes: rapid.Bool().Draw(t, "allowed") && !forAll[which]})
			}
		}
		if rapid.Bool().Draw(t, "role") {
			add(fmt.Sprint("role", who), step{What: "role", Who: who, Yes: rapid.Bool().Draw(t, "moderator")})
		}
		if rapid.Bool().Draw(t, "name") {
			add(fmt.Sprint("rename", who), step{What: "rename", Who: who, Which: rapid.IntRange(0, 4).Draw(t, "name")})
		}
	}
	for _, what := range []string{"lock", "spotlight", "lower hands", "mute all"} {
		if rapid.Bool().Draw(t, what) {
			add(what, step{What: what, Yes: true}) // the owner, who stays, stands in the spotlight
		}
	}
	var all []decision
	for _, key := range slices.Sorted(maps.Keys(found)) {
		all = append(all, found[key])
	}
	return all
}

// rules are what is forbidden to all before anything is decided about anybody.
func rules(t *rapid.T) []decision {
	var found []decision
	for which := range abilities {
		if what := rapid.SampledFrom([]string{"", "permit all", "rule"}).Draw(t, "forbidden to all"); what != "" {
			found = append(found, decision{step{What: what, Which: which}})
		}
	}
	return found
}

// assembled is a new call that everybody is in, with their hands up.
func (c *hosted) assembled(t rapid.TB) {
	c.begins()
	for who := range everybody {
		c.people(t, step{What: "comes", Who: who})
		c.welcome(who)
		c.people(t, step{What: "raises", Who: who, Yes: true})
	}
	if len(c.links) != everybody {
		t.Fatal(errors.New("not everybody came in"))
	}
}

// The same decisions in another order, some of them twice, and with losses on the way to the SFU, end in the same call.
func TestDecisionsThatCommuteEndInTheSameCall(t *testing.T) {
	c := open(t).hosted()
	disturb := []string{"SFU away", "SFU back", "slow line", "slow line goes on", "gate looks", "webhook joined"}
	rapid.Check(t, func(t *rapid.T) {
		defer c.letGo()
		before, all := rules(t), decisions(t)
		c.assembled(t)
		c.decide(t, before, nil)
		c.decide(t, all, nil)
		c.consistent(t) // at once, before gate and sweep look
		c.calm(t)
		want := c.told(t)
		c.over(t)

		c.assembled(t)
		c.decide(t, before, nil)
		other := rapid.Permutation(all).Draw(t, "order")
		again := rapid.IntRange(0, len(other)).Draw(t, "twice")
		faults := rapid.SliceOfN(steps(disturb), 0, 1).Draw(t, "faults")
		c.decide(t, slices.Concat(other, other[:again]), slices.Concat(faults...))
		c.back(t)
		c.calm(t)
		if diff := cmp.Diff(want, c.told(t), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("-first order +second:\n%s", diff)
		}
		c.consistent(t)
		c.over(t)
	})
}

// back ends the faults and lets those come back whose relays the gate closed for want of the SFU, as browsers do.
func (c *hosted) back(t rapid.TB) {
	c.down, c.slow = false, false
	c.media.SetDown(false)
	for len(c.late) > 0 {
		c.goOn(t, 0)
	}
	c.cutOff()
	for who := range everybody {
		if !slices.ContainsFunc(c.links, func(l *link) bool { return l.who == who }) {
			c.knocks(t, who, c.last(who))
		}
	}
}

// The first of two hosts forbids a microphone over a slow line, the second allows it again: what was decided last counts at
// the SFU, whatever arrives there last.
func TestOfTwoHostsTheLastDecisionCountsHoweverSlowTheLineOfTheFirst(t *testing.T) {
	c := open(t).hosted()
	for _, what := range []string{"permit", "permit all", "rule"} {
		for _, first := range []bool{true, false} {
			for _, looks := range []bool{true, false} {
				c.assembled(t)
				c.look()
				act := func(yes bool) { c.acts(t, step{What: what, Who: firstGuest, Which: 1, Yes: yes}) }
				act(!first)
				c.slow = true
				act(first)
				act(!first)
				if looks {
					c.look()
				}
				c.calm(t)
				c.consistent(t)
				c.over(t)
			}
		}
	}
}
