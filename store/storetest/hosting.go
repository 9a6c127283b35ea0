package storetest

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// HostingStore is what the suite of rooms.HostStore needs.
type HostingStore interface {
	PresenceStore
	People
	rooms.HostStore
}

// Hosting is the suite of rooms.HostStore. Each call of newStore gives an empty store.
func Hosting(t *testing.T, newStore func(*testing.T) HostingStore) {
	t.Run("who leads a call by a grant that has ended since is found", func(t *testing.T) { lapses(t, newStore(t)) })
	t.Run("a room in which nobody is has no session to change", func(t *testing.T) {
		s := newStore(t)
		r := createRoom(t, s, "aaa-bbbb-ccc")
		_, err := s.Running(t.Context(), r.ID, Nine)
		refusedWith(t, err, fault.CodeNoSession)
		_, err = s.UpdateRunning(t.Context(), r.ID, Nine, func(*rooms.Running) error { t.Error("changed"); return nil })
		refusedWith(t, err, fault.CodeNoSession)
	})
	t.Run("what a host changes is written, and what is not changed stays", func(t *testing.T) { hostChanges(t, newStore(t)) })
	t.Run("an error of the change writes nothing", func(t *testing.T) { hostFails(t, newStore(t)) })
	t.Run("two hosts at once act one after the other", func(t *testing.T) { hostsAtOnce(t, newStore(t)) })
	t.Run("the threshold is asked for until the session ends, or for as long as somebody is blocked", func(t *testing.T) { threshold(t, newStore(t)) })
	t.Run("what is decided for everybody guards the door until it is taken back or the session ends", func(t *testing.T) { permits(t, newStore(t)) })
	t.Run("who enters after a decision enters under it", func(t *testing.T) { enterUnder(t, newStore(t)) })
	t.Run("what is decided about a guest follows when the guest signs in", func(t *testing.T) { followsGuest(t, newStore(t)) })
	t.Run("what is allowed alone follows a guest who signs in, but for what is forbidden to the account", func(t *testing.T) { allowanceFollows(t, newStore(t)) })
	t.Run("a place of one's own is told from those of others", func(t *testing.T) { ownPlaces(t, newStore(t)) })
	t.Run("an act is found in its session alone", func(t *testing.T) { actFound(t, newStore(t)) })
	t.Run("a kept role takes the place of the one before, and the last owner stays", func(t *testing.T) { keptRole(t, newStore(t)) })
}

func refusedWith(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if !fault.HasCode(err, code) {
		t.Fatalf("got %v, want %s", err, code)
	}
}

func change(t *testing.T, s HostingStore, roomID string, do func(*rooms.Running)) rooms.Moderated {
	t.Helper()
	done, err := s.UpdateRunning(t.Context(), roomID, Nine, func(r *rooms.Running) error {
		do(r)
		return nil
	})
	if err != nil {
		t.Fatalf("update running: %v", err)
	}
	return done
}

func hostChanges(t *testing.T, s HostingStore) {
	r, in, _ := inside(t, s)
	who := in.Admission.Who()
	at := kept(Nine)
	done := change(t, s, r.ID, func(run *rooms.Running) {
		if len(run.People) != 1 || run.People[0].JoinedAt == nil || run.Room.ID != r.ID {
			t.Errorf("runs: %+v", run)
		}
		run.Session.LockedAt, run.Session.LockedBy, run.Session.Spotlight = &at, "Odile", []string{in.Admission.ID}
		run.Session.Permits = rooms.Permission{access.AbilityScreen: false, access.AbilityCamera: true}
		run.Adjusted[who] = rooms.Adjustment{
			Role: access.Moderator, Name: "Maître Bernard", Forbidden: access.Abilities{access.AbilityChat}, Allowed: access.Abilities{access.AbilityScreen},
		}
		p := &run.People[0]
		p.Name, p.Role, p.Silenced = "Maître Bernard", access.Moderator, access.Abilities{access.AbilityChat}
		p.Withheld, p.Sources = []access.Source{access.Camera}, []access.Source{access.Microphone}
		run.Signals = []event.Signal{{Type: event.SignalLock}, {Type: event.SignalRole}}
		run.Acts = []rooms.Act{{ID: NewID(), At: at, Actor: "person:x", ActorName: "Odile", Act: rooms.ActLock}}
	})
	if len(done.Changed) != 1 || done.Changed[0].Generation != in.Admission.Generation+1 || done.Signals[1].Seq != done.Signals[0].Seq+1 || done.Signals[0].Seq < 1 {
		t.Errorf("done: %+v", done)
	}
	got, err := s.Running(t.Context(), r.ID, Nine)
	if err != nil {
		t.Fatal(err)
	}
	p := got.People[0]
	if p.Name != "Maître Bernard" || p.Role != access.Moderator || !slices.Equal(p.Sources, []access.Source{access.Microphone}) ||
		!slices.Equal(p.Withheld, []access.Source{access.Camera}) || !p.Silenced.Has(access.AbilityChat) {
		t.Errorf("the admission: %+v", p)
	}
	if a := got.Adjusted[who]; a.Role != access.Moderator || a.Name != "Maître Bernard" || !a.Forbidden.Has(access.AbilityChat) || !a.Allowed.Equal(access.Abilities{access.AbilityScreen}) {
		t.Errorf("decided: %+v", a)
	}
	if got.Session.LockedAt == nil || !got.Session.LockedAt.Equal(at) || got.Session.LockedBy != "Odile" || len(got.Session.Spotlight) != 1 ||
		!maps.Equal(got.Session.Permits, rooms.Permission{access.AbilityScreen: false, access.AbilityCamera: true}) {
		t.Errorf("the session: %+v", got.Session)
	}
	if st, err := s.State(t.Context(), r.ID, in.Admission.ID, 1); err != nil || !st.Locked || st.Role != access.Moderator ||
		!st.ForbiddenToMe.Has(access.AbilityChat) || !st.AllowedToMe.Equal(access.Abilities{access.AbilityScreen}) ||
		!st.ForbiddenForAll.Equal(access.Abilities{access.AbilityScreen}) || st.Seq != done.Signals[1].Seq || !st.StartedAt.Equal(got.Session.StartedAt) {
		t.Errorf("the state: %+v, %v", st, err)
	}
	again := change(t, s, r.ID, func(run *rooms.Running) { run.Session.LockedAt, run.Session.LockedBy = nil, "" })
	if len(again.Changed) != 0 || len(again.Session.Spotlight) != 1 || len(again.Session.Permits) != 2 {
		t.Errorf("then: %+v", again)
	}
	room, err := s.Room(t.Context(), r.Slug)
	if err != nil || !room.Guarded || room.Version != r.Version {
		t.Errorf("the room: %+v, %v", room, err)
	}
}

func hostFails(t *testing.T, s HostingStore) {
	r, _, _ := inside(t, s)
	no := errors.New("no")
	_, err := s.UpdateRunning(t.Context(), r.ID, Nine, func(run *rooms.Running) error {
		run.Session.LockedBy = "Odile"
		run.Over = rooms.EndedByHost
		return no
	})
	if !errors.Is(err, no) {
		t.Errorf("got %v", err)
	}
	if got, err := s.Running(t.Context(), r.ID, Nine); err != nil || got.Session.LockedBy != "" {
		t.Errorf("got %+v, %v", got.Session, err)
	}
}

func hostsAtOnce(t *testing.T, s HostingStore) {
	r, in, _ := inside(t, s)
	const hosts = 8
	failed := make(chan error, hosts)
	for range hosts {
		go func() {
			_, err := s.UpdateRunning(t.Context(), r.ID, Nine, func(run *rooms.Running) error {
				run.Session.Spotlight = append(slices.Clone(run.Session.Spotlight), in.Admission.ID)
				return nil
			})
			failed <- err
		}()
	}
	for range hosts {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	if got, err := s.Running(t.Context(), r.ID, Nine); err != nil || len(got.Session.Spotlight) != hosts {
		t.Errorf("%d of %d, %v", len(got.Session.Spotlight), hosts, err)
	}
}

func threshold(t *testing.T, s HostingStore) {
	r, in, _ := inside(t, s)
	who := in.Admission.Who()
	change(t, s, r.ID, func(run *rooms.Running) {
		at := kept(Nine)
		run.Session.LockedAt = &at
		run.Adjusted[who] = rooms.Adjustment{Held: rooms.HeldRemoved}
		run.Blocks = []rooms.Block{{ID: NewID(), RoomID: r.ID, Who: who, Name: "Zoé", BlockedBy: "person:x", BlockedByName: "Odile", BlockedAt: at}}
	})
	got, err := s.Threshold(t.Context(), r.ID)
	if err != nil || !got.Locked || got.Adjusted[who].Held != rooms.HeldRemoved || !got.Blocked[who] || got.SessionID == "" {
		t.Errorf("got %+v, %v", got, err)
	}
	done := change(t, s, r.ID, func(run *rooms.Running) {
		run.People[0].State, run.People[0].Reason = rooms.Ended, rooms.EndMeetingOver
		run.Over = rooms.EndedByHost
	})
	if len(done.Ended) != 1 {
		t.Errorf("ended %+v", done.Ended)
	}
	if got, err = s.Threshold(t.Context(), r.ID); err != nil || got.Locked || len(got.Adjusted) != 0 || !got.Blocked[who] {
		t.Errorf("after the session: %+v, %v", got, err)
	}
	if room, err := s.Room(t.Context(), r.Slug); err != nil || !room.Guarded {
		t.Errorf("a block is forgotten: %+v, %v", room, err)
	}
	blocks, err := s.Blocks(t.Context(), r.ID)
	if err != nil || len(blocks) != 1 || blocks[0].Name != "Zoé" || blocks[0].BlockedByName != "Odile" {
		t.Fatalf("blocks %+v, %v", blocks, err)
	}
	other := createRoom(t, s, "ddd-eeee-fff")
	refusedWith(t, s.Unblock(t.Context(), other.ID, blocks[0].ID, unblocking(), about(other, event.RoomModerated)), fault.CodeBlockNotFound)
	refusedWith(t, s.Unblock(t.Context(), r.ID, "nonsense", unblocking(), about(r, event.RoomModerated)), fault.CodeBlockNotFound)
	act := unblocking()
	if err := s.Unblock(t.Context(), r.ID, blocks[0].ID, act, about(r, event.RoomModerated)); err != nil {
		t.Fatal(err)
	}
	_, err = actsSince(t, s, r.ID, act.ID)
	refusedWith(t, err, fault.CodeNoSession)
	if got, err = s.Threshold(t.Context(), r.ID); err != nil || got.Blocked[who] {
		t.Errorf("unblocked: %+v, %v", got, err)
	}
}

func permits(t *testing.T, s HostingStore) {
	r, _, _ := inside(t, s)
	change(t, s, r.ID, func(run *rooms.Running) { run.Session.Permits = rooms.Permission{access.AbilityMicrophone: false} })
	if room, err := s.Room(t.Context(), r.Slug); err != nil || !room.Guarded || room.Version != r.Version {
		t.Errorf("the room: %+v, %v", room, err)
	}
	if got, err := s.Threshold(t.Context(), r.ID); err != nil || !maps.Equal(got.Permits, rooms.Permission{access.AbilityMicrophone: false}) {
		t.Errorf("got %+v, %v", got, err)
	}
	late := Admission(r)
	late.WhoKind, late.Role = auth.Guest, access.Member
	if got, _ := enter(t, s, admit(t, s, late), "a", Nine); slices.Contains(got.Admission.Sources, access.Microphone) {
		t.Errorf("enters with %v", got.Admission.Sources)
	}
	change(t, s, r.ID, func(run *rooms.Running) { delete(run.Session.Permits, access.AbilityMicrophone) })
	if got, err := s.Threshold(t.Context(), r.ID); err != nil || len(got.Permits) != 0 {
		t.Errorf("taken back: %+v, %v", got, err)
	}
	change(t, s, r.ID, func(run *rooms.Running) { run.Session.Permits = rooms.Permission{access.AbilityChat: false} })
	change(t, s, r.ID, func(run *rooms.Running) {
		for i := range run.People {
			run.People[i].State, run.People[i].Reason = rooms.Ended, rooms.EndMeetingOver
		}
		run.Over = rooms.EndedByHost
	})
	if got, err := s.Threshold(t.Context(), r.ID); err != nil || len(got.Permits) != 0 {
		t.Errorf("after the session: %+v, %v", got, err)
	}
	if room, err := s.Room(t.Context(), r.Slug); err != nil || room.Guarded {
		t.Errorf("the room: %+v, %v", room, err)
	}
}

func enterUnder(t *testing.T, s HostingStore) {
	r, _, _ := inside(t, s)
	late := Admission(r)
	late.WhoKind, late.Role = auth.Guest, access.Member
	admit(t, s, late)
	change(t, s, r.ID, func(run *rooms.Running) {
		run.Adjusted[late.Who()] = rooms.Adjustment{Name: "Renamed", Forbidden: access.Abilities{access.AbilityMicrophone}}
	})
	got, _ := enter(t, s, late, "a", Nine)
	if got.Admission.Name != "Renamed" || slices.Contains(got.Admission.Sources, access.Microphone) || got.Admission.Generation < 2 {
		t.Errorf("got %+v", got.Admission)
	}

}

func actFound(t *testing.T, s HostingStore) {
	r, in, _ := inside(t, s)
	before, id := NewID(), NewID()
	change(t, s, r.ID, func(run *rooms.Running) {
		run.Acts = []rooms.Act{{
			ID: id, At: kept(Nine), Actor: "person:x", ActorName: "Odile", Act: rooms.ActAskToUnmute, Target: in.Admission.Who(), TargetName: "Zoé",
			Data: map[string]any{"source": "microphone"},
		}}
	})
	later := NewID()
	change(t, s, r.ID, func(run *rooms.Running) {
		run.Acts = []rooms.Act{{ID: later, At: kept(Nine), Actor: "person:x", Act: rooms.ActLock}}
	})
	acts, err := actsSince(t, s, r.ID, id)
	if err != nil || len(acts) != 2 || acts[1].ID != later {
		t.Fatalf("got %+v, %v", acts, err)
	}
	if got := acts[0]; got.Act != rooms.ActAskToUnmute || got.Target != in.Admission.Who() || got.Data["source"] != "microphone" || !got.At.Equal(kept(Nine)) {
		t.Errorf("got %+v", got)
	}
	if acts, err = actsSince(t, s, r.ID, later); err != nil || len(acts) != 1 {
		t.Errorf("since the last: %+v, %v", acts, err)
	}
	elsewhere := createRoom(t, s, "ddd-eeee-fff")
	enter(t, s, admit(t, s, Admission(elsewhere)), "a", Nine)
	for _, other := range [][2]string{{elsewhere.ID, id}, {r.ID, before}, {r.ID, NewID()}, {r.ID, "x"}} {
		_, err := actsSince(t, s, other[0], other[1])
		mustBe(t, err, fault.NotFound)
	}
}

// actsSince is an act of the session that runs in a room, with those after it.
func actsSince(t *testing.T, s HostingStore, roomID, actID string) (acts []rooms.Act, err error) {
	t.Helper()
	_, err = s.UpdateSince(t.Context(), roomID, actID, Nine, func(_ *rooms.Running, found []rooms.Act) error {
		acts = found
		return nil
	})
	return acts, err
}

func keptRole(t *testing.T, s HostingStore) {
	r, _, _ := inside(t, s)
	person := NewID()
	grant := func(role access.Role) access.Grant { return Grant(r, person, role) }
	held := func() []access.Grant {
		found, err := s.Grants(t.Context(), r.ID, []access.Subject{{Kind: access.SubjectPerson, ID: person}})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	change(t, s, r.ID, func(run *rooms.Running) { run.Kept = []access.Grant{grant(access.Member)} })
	change(t, s, r.ID, func(run *rooms.Running) { run.Kept = []access.Grant{grant(access.Moderator)} })
	if got := held(); len(got) != 1 || got[0].Role != access.Moderator {
		t.Errorf("holds %+v", got)
	}
}

func unblocking() rooms.Act {
	return rooms.Act{ID: NewID(), At: Nine, Actor: "person:x", ActorName: "Odile", Act: rooms.ActUnblock}
}

// followsGuest holds that what was decided about a guest is decided about the person that the guest signs in as.
func followsGuest(t *testing.T, s HostingStore) {
	r, _, _ := inside(t, s)
	guest := createSignIn(t, s, Guest("g"))
	who := rooms.Who{Kind: auth.Guest, ID: guest.ID}
	id := NewID()
	change(t, s, r.ID, func(run *rooms.Running) {
		run.Adjusted[who] = rooms.Adjustment{
			Held: rooms.HeldRemoved, Forbidden: access.Abilities{access.AbilityChat}, Allowed: access.Abilities{access.AbilityMicrophone},
		}
		run.Blocks = []rooms.Block{{ID: id, RoomID: r.ID, Who: who, Name: "Gaston", BlockedBy: "person:x", BlockedByName: "Odile", BlockedAt: kept(Nine)}}
	})
	p := createPerson(t, s, "x")
	if err := s.CreateSignIn(t.Context(), SignedIn("s", p), guest.ID); err != nil {
		t.Fatal(err)
	}
	person := rooms.Who{Kind: auth.Person, ID: p.ID}
	got, err := s.Threshold(t.Context(), r.ID)
	if a := got.Adjusted[person]; err != nil || !got.Blocked[person] || a.Held != rooms.HeldRemoved || !a.Forbidden.Has(access.AbilityChat) ||
		!a.Allowed.Equal(access.Abilities{access.AbilityMicrophone}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if there := present(t, s, Nine); len(there) != 1 || there[0].TakenOutAt == nil {
		t.Errorf("the sweep is not told that somebody was taken out: %+v", there)
	}
	blocks, err := s.Blocks(t.Context(), r.ID)
	if err != nil || len(blocks) != 1 || blocks[0].ID != id || blocks[0].Name != "Gaston" {
		t.Errorf("blocks %+v, %v", blocks, err)
	}
	act := unblocking()
	if err := s.Unblock(t.Context(), r.ID, id, act, about(r, event.RoomModerated)); err != nil {
		t.Fatal(err)
	}
	told, err := actsSince(t, s, r.ID, act.ID)
	if err != nil || told[0].Act != rooms.ActUnblock || told[0].ActorName != "Odile" || told[0].Target != person || told[0].TargetName != "Gaston" {
		t.Errorf("the act is %+v, %v", told, err)
	}
	if got, err = s.Threshold(t.Context(), r.ID); err != nil || got.Blocked[person] || got.Adjusted[person].Held != rooms.NotHeld {
		t.Errorf("unblocked: %+v, %v", got, err)
	}
}

// allowanceFollows looks at a guest of whom nothing else is decided.
func allowanceFollows(t *testing.T, s HostingStore) {
	r, _, _ := inside(t, s)
	guest := createSignIn(t, s, Guest("g"))
	p := createPerson(t, s, "x")
	person := rooms.Who{Kind: auth.Person, ID: p.ID}
	change(t, s, r.ID, func(run *rooms.Running) {
		run.Adjusted[rooms.Who{Kind: auth.Guest, ID: guest.ID}] = rooms.Adjustment{Allowed: access.Abilities{access.AbilityMicrophone, access.AbilityChat}}
		run.Adjusted[person] = rooms.Adjustment{Forbidden: access.Abilities{access.AbilityChat}}
	})
	if err := s.CreateSignIn(t.Context(), SignedIn("s", p), guest.ID); err != nil {
		t.Fatal(err)
	}
	got, err := s.Threshold(t.Context(), r.ID)
	if a := got.Adjusted[person]; err != nil || !a.Allowed.Equal(access.Abilities{access.AbilityMicrophone}) || !a.Forbidden.Equal(access.Abilities{access.AbilityChat}) {
		t.Errorf("got %+v, %v", a, err)
	}
}

// ownPlaces holds that somebody's own places in the call are told from those of others.
func ownPlaces(t *testing.T, s HostingStore) {
	r, _, _ := inside(t, s)
	guest := createSignIn(t, s, Guest("g"))
	enter(t, s, admit(t, s, AdmissionOf(r, guest)), "a", Nine)
	p := createPerson(t, s, "x")
	person := SignedIn("s", p)
	if err := s.CreateSignIn(t.Context(), person, guest.ID); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		signIn      string
		who         rooms.Who
		others, own int
	}{
		"who signed in in the call": {person.ID, rooms.Who{Kind: auth.Person, ID: p.ID}, 1, 1},
		"from another device":       {NewID(), rooms.Who{Kind: auth.Person, ID: p.ID}, 1, 1},
		"somebody else":             {NewID(), rooms.Who{Kind: auth.Person, ID: NewID()}, 2, 0},
		"software":                  {"", rooms.Who{Kind: auth.Service, ID: NewID()}, 2, 0},
	} {
		if got, err := s.AtDoor(t.Context(), r.ID, c.signIn, c.who); err != nil || got.Others != c.others || got.Own != c.own {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// lapses looks at a call with its owner and a deputy.
func lapses(t *testing.T, s HostingStore) {
	deputy, owner := NewID(), NewID()
	r := Room("aaa-bbbb-ccc")
	until := kept(Nine.Add(10 * time.Minute))
	dated := Grant(r, deputy, access.Moderator)
	dated.NotAfter = &until
	if err := s.CreateRoom(t.Context(), r, append(ownedBy(r, owner), dated), nil); err != nil {
		t.Fatal(err)
	}
	beat(t, s, "a", Nine)
	for person, role := range map[string]access.Role{deputy: access.Moderator, owner: access.Owner} {
		a := Admission(r)
		a.WhoKind, a.WhoID, a.PersonID, a.Role = auth.Person, person, person, role
		enter(t, s, admit(t, s, a), "a", Nine)
	}
	if there := present(t, s, Nine); len(there) != 1 || there[0].TakenOutAt != nil {
		t.Errorf("nobody was taken out: %+v", there)
	}
	if got, err := s.Lapsed(t.Context(), until.Add(-time.Second)); err != nil || len(got) != 0 {
		t.Errorf("too early: %+v, %v", got, err)
	}
	want := []rooms.Lapsed{{RoomID: r.ID, Who: rooms.Who{Kind: auth.Person, ID: deputy}}}
	if got, err := s.Lapsed(t.Context(), until); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}
