package rooms_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// administrator signs somebody in who holds an appointment and has proved anew who they are.
func (h *house) administrator(name string, role auth.AdminRole, orgID string) auth.Identity {
	who := h.person(name, "")
	who.Elevated, who.Appointments = true, []auth.Appointment{{Role: role, OrgID: orgID}}
	return who
}

// visits enters as an administrator: asks, joins and passes the gate.
func (o *office) visits(who auth.Identity) rooms.Admission {
	o.t.Helper()
	v, err := o.Visit(o.t.Context(), who, o.roomID(), "Nobody answers")
	if err != nil || !v.Announced {
		o.t.Fatalf("got %+v, %v", v, err)
	}
	a, _ := o.enter(who, o.slug)
	return a
}

func (o *office) roomID() string {
	o.t.Helper()
	r, err := o.db.DB.Room(o.t.Context(), o.slug)
	if err != nil {
		o.t.Fatal(err)
	}
	return r.ID
}

func (o *office) announcements() []event.Signal {
	o.t.Helper()
	r, err := o.db.DB.Room(o.t.Context(), o.slug)
	if err != nil {
		o.t.Fatal(err)
	}
	var heard []event.Signal
	for _, said := range o.media.Signals(r.MediaName) {
		if said.Signal.Type == event.SignalAdministrator && len(said.To) == 0 {
			heard = append(heard, said.Signal)
		}
	}
	return heard
}

func TestWhoMayEnterAMeetingThatIsNotTheirs(t *testing.T) {
	o := openOffice(t)
	o.enter(o.owner, o.slug)
	stale := o.administrator("stale", auth.OrgAdmin, o.owner.OrgID)
	stale.Elevated = false
	software := o.administrator("boss", auth.PlatformAdmin, "")
	software.OnBehalfOf, software.Scopes, software.SignInID = "agenda", auth.Scopes(), ""
	for name, c := range map[string]struct {
		who  auth.Identity
		want fault.Code
	}{
		"nobody":                              {auth.Identity{}, fault.CodeSignInRequired},
		"a guest":                             {o.guest("Gaston"), fault.CodeSignInRequired},
		"a stranger":                          {o.colleague, fault.CodeRoomNotFound},
		"the owner, who administers nothing":  {o.owner, fault.CodeRoomNotFound},
		"an auditor":                          {o.administrator("ada", auth.Auditor, ""), fault.CodeForbidden},
		"support":                             {o.administrator("sam", auth.Support, o.owner.OrgID), fault.CodeForbidden},
		"the administrator of another":        {o.administrator("lou", auth.OrgAdmin, o.far.OrgID), fault.CodeRoomNotFound},
		"an administrator not proved anew":    {stale, fault.CodeElevationRequired},
		"software for an administrator":       {software, fault.CodeForbidden},
		"the administrator of the ministry":   {o.administrator("paul", auth.OrgAdmin, o.owner.OrgID), ""},
		"the administrator of the platform":   {o.administrator("root", auth.PlatformAdmin, ""), ""},
		"an administrator who is of the room": {appointed(o.member, auth.OrgAdmin, o.owner.OrgID), ""},
	} {
		_, err := o.Visit(t.Context(), c.who, o.roomID(), "To help")
		if (c.want == "") != (err == nil) || err != nil && !fault.HasCode(err, c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	if heard := o.announcements(); len(heard) != 0 {
		t.Errorf("nobody has come, and heard was %+v", heard)
	}
}

func appointed(who auth.Identity, role auth.AdminRole, orgID string) auth.Identity {
	who.Elevated, who.Appointments = true, []auth.Appointment{{Role: role, OrgID: orgID}}
	return who
}

func TestAnAdministratorWhoEntersIsAnnouncedToAllAndMarkedWhileThere(t *testing.T) {
	o := openOffice(t)
	inside, _ := o.enter(o.owner, o.slug)
	o.must(o.Lock(t.Context(), o.owner, o.slug, true))
	paul := o.administrator("paul", auth.OrgAdmin, o.owner.OrgID)
	_, err := o.Join(t.Context(), paul, o.slug, rooms.JoinRequest{})
	o.refused(err, fault.CodeRoomLocked)

	a := o.visits(paul)
	if a.Visit != auth.OrgAdmin || a.Role != access.Member {
		t.Errorf("admitted as %+v", a)
	}
	heard := o.announcements()
	state, err := o.State(t.Context(), o.owner, o.slug, inside.ID)
	if err != nil || len(heard) != 1 || heard[0].Seq == 0 || heard[0].Seq != state.Seq {
		t.Fatalf("heard %+v, state %+v, %v", heard, state, err)
	}
	if len(state.Visitors) != 1 || state.Visitors[0].AdmissionID != a.ID || state.Visitors[0].Office != auth.OrgAdmin {
		t.Errorf("shown %+v", state.Visitors)
	}
	list := o.attendance(o.owner, a.SessionID)
	at := slices.IndexFunc(list.People, func(p rooms.Attendee) bool { return p.Name == "paul" })
	if at < 0 || list.People[at].Door != rooms.EntranceAdministrator {
		t.Errorf("the history shows %+v", list.People)
	}
	last := list.Acts[len(list.Acts)-1]
	if last.Act != rooms.ActVisit || last.Data["reason"] != "Nobody answers" || last.Data["administrator"] != "org-admin" {
		t.Errorf("the history says %+v", last)
	}

	o.must(o.Leave(t.Context(), paul, o.slug, a.ID))
	if state, err := o.State(t.Context(), o.owner, o.slug, inside.ID); err != nil || len(state.Visitors) != 0 {
		t.Errorf("gone, and shown %+v, %v", state.Visitors, err)
	}
}

// The second door is that of all: what was announced once is so again.
func TestAnAdministratorWhoComesBackIsAnnouncedAgainByWhateverDoor(t *testing.T) {
	h := open(t)
	m := h.meeting()
	paul := h.administrator("paul", auth.PlatformAdmin, "")
	o := &office{house: h, slug: m.room.Slug}
	a := o.visits(paul)
	o.must(o.Leave(t.Context(), paul, o.slug, a.ID))
	again, _ := o.enter(paul, o.slug) // the entry lets in everyone
	if again.ID == a.ID || again.Visit != auth.PlatformAdmin || len(o.announcements()) != 2 {
		t.Errorf("came back as %+v, heard %d times", again, len(o.announcements()))
	}
	back := paul
	back.SignInID = h.person("paul", "").SignInID // another browser of theirs
	if other, _ := o.enter(back, o.slug); other.Visit != auth.PlatformAdmin || len(o.announcements()) != 3 {
		t.Errorf("from another browser as %+v, heard %d times", other, len(o.announcements()))
	}
}

func TestAnAdministratorOfTheRoomItselfIsNotAnnounced(t *testing.T) {
	o := openOffice(t)
	o.enter(o.owner, o.slug)
	member := appointed(o.member, auth.OrgAdmin, o.owner.OrgID)
	v, err := o.Visit(t.Context(), member, o.roomID(), "It is mine")
	if err != nil || v.Announced {
		t.Fatalf("got %+v, %v", v, err)
	}
	if a, _ := o.enter(member, o.slug); a.Visit != "" || len(o.announcements()) != 0 {
		t.Errorf("entered as %+v", a)
	}
}

func TestAnAdministratorGivesAReason(t *testing.T) {
	o := openOffice(t)
	a, _ := o.enter(o.owner, o.slug)
	paul := o.administrator("paul", auth.OrgAdmin, o.owner.OrgID)
	for _, reason := range []string{"", "  ", string(make([]rune, rooms.MaxReason+1))} {
		_, err := o.Visit(t.Context(), paul, o.roomID(), reason)
		for _, err := range []error{err, o.EndLive(t.Context(), paul, o.roomID(), reason), o.RemoveLive(t.Context(), paul, o.roomID(), a.ID, reason)} {
			if !fault.HasCode(err, fault.CodeInvalid) {
				t.Errorf("%q: got %v", reason, err)
			}
		}
	}
}

func TestWhomAHostTookOutIsNotLetInByAnOffice(t *testing.T) {
	o := openOffice(t)
	o.enter(o.owner, o.slug)
	paul := o.administrator("paul", auth.OrgAdmin, o.owner.OrgID)
	a := o.visits(paul)
	if _, err := o.Remove(t.Context(), o.owner, o.slug, a.ID, false); err != nil {
		t.Fatal(err)
	}
	_, err := o.Visit(t.Context(), paul, o.roomID(), "Once more")
	o.refused(err, fault.CodeRemoved)
	o.must(o.EndLive(t.Context(), paul, o.roomID(), "It is over"))
}

func TestNobodyIsLetInToAnEmptyRoomByAnOffice(t *testing.T) {
	o := openOffice(t)
	paul := o.administrator("paul", auth.OrgAdmin, o.owner.OrgID)
	_, err := o.Visit(t.Context(), paul, o.roomID(), "To look around")
	o.refused(err, fault.CodeRoomNotFound)
	o.enter(o.owner, o.slug)
	if _, err := o.Visit(t.Context(), paul, o.roomID(), "To look around"); err != nil {
		t.Fatal(err)
	}
	joined, err := o.Join(t.Context(), paul, o.slug, rooms.JoinRequest{})
	o.must(err)
	o.must(o.End(t.Context(), o.owner, o.slug))
	_, _, err = o.Enter(t.Context(), joined.Admission.ID, paul.SignInID, joined.Room.MediaName)
	if err == nil {
		t.Error("entered a meeting that is over")
	}
}

// The announcement is a step of the room's state: who misses the signal finds it there.
func TestAnEntryThatCannotBeSaidIsSeenInTheState(t *testing.T) {
	o := openOffice(t)
	inside, _ := o.enter(o.owner, o.slug)
	paul := o.administrator("paul", auth.OrgAdmin, o.owner.OrgID)
	_, err := o.Visit(t.Context(), paul, o.roomID(), "Nobody answers")
	o.must(err)
	joined, err := o.Join(t.Context(), paul, o.slug, rooms.JoinRequest{})
	o.must(err)
	o.media.SetDown(true)
	_, _, err = o.Enter(t.Context(), joined.Admission.ID, paul.SignInID, joined.Room.MediaName)
	o.must(err)
	o.media.SetDown(false)
	if state, err := o.State(t.Context(), o.owner, o.slug, inside.ID); err != nil || len(state.Visitors) != 1 || len(o.announcements()) != 0 {
		t.Errorf("got %+v, %v", state, err)
	}
}

func TestAnAdministratorEndsAMeetingAndTakesSomebodyOut(t *testing.T) {
	o := openOffice(t)
	owner, _ := o.enter(o.owner, o.slug)
	member, _ := o.enter(o.member, o.slug)
	paul := o.administrator("paul", auth.OrgAdmin, o.owner.OrgID)
	ctx := t.Context()
	o.refused(o.RemoveLive(ctx, o.administrator("lou", auth.OrgAdmin, o.far.OrgID), o.roomID(), member.ID, "No"), fault.CodeRoomNotFound)
	o.refused(o.RemoveLive(ctx, o.administrator("ada", auth.Auditor, ""), o.roomID(), member.ID, "No"), fault.CodeForbidden)
	o.must(o.RemoveLive(ctx, paul, o.roomID(), member.ID, "Shouts"))
	o.refused(o.RemoveLive(ctx, paul, o.roomID(), member.ID, "Shouts"), fault.CodeParticipantNotFound)
	o.must(o.RemoveLive(ctx, paul, o.roomID(), owner.ID, "Owners too"))
	list := o.attendance(o.owner, owner.SessionID)
	if act := list.Acts[0]; act.Act != rooms.ActRemove || act.ActorName != "paul" || act.Data["reason"] != "Shouts" {
		t.Errorf("the history says %+v", act)
	}
	o.enter(o.moderator, o.slug)
	o.must(o.EndLive(ctx, paul, o.roomID(), "It is night"))
	o.refused(o.EndLive(ctx, paul, o.roomID(), "It is night"), fault.CodeRoomNotFound)
}

func TestLeavingWhileBeingTakenOutEndsOnce(t *testing.T) {
	o := openOffice(t)
	o.enter(o.owner, o.slug)
	member, _ := o.enter(o.member, o.slug)
	paul, id := o.administrator("paul", auth.OrgAdmin, o.owner.OrgID), o.roomID()
	var both sync.WaitGroup
	var removed error
	both.Go(func() { removed = o.RemoveLive(t.Context(), paul, id, member.ID, "Shouts") })
	both.Go(func() { o.must(o.Leave(t.Context(), o.member, o.slug, member.ID)) })
	both.Wait()
	if removed != nil && !fault.HasCode(removed, fault.CodeParticipantNotFound) {
		t.Errorf("got %v", removed)
	}
	in, err := o.Current(t.Context(), member.ID)
	if err != nil || in.Admission.State != rooms.Ended {
		t.Errorf("got %+v, %v", in.Admission, err)
	}
}

func TestAdministratorsSeeWhereMeetingsRunAndNoFurther(t *testing.T) {
	o := openOffice(t)
	ctx := t.Context()
	o.enter(o.owner, o.slug)
	o.enter(o.member, o.slug)
	elsewhere := o.room(o.far, "members")
	o.enter(o.far, elsewhere.Slug)
	for name, c := range map[string]struct {
		who   auth.Identity
		rooms int
		named fault.Code // what stands before names
	}{
		"the platform's":     {o.administrator("root", auth.PlatformAdmin, ""), 2, ""},
		"the ministry's":     {o.administrator("paul", auth.OrgAdmin, o.owner.OrgID), 1, ""},
		"support":            {o.administrator("sam", auth.Support, o.owner.OrgID), 1, ""},
		"an auditor":         {o.administrator("ada", auth.Auditor, o.owner.OrgID), 1, fault.CodeForbidden},
		"another ministry's": {o.administrator("lou", auth.OrgAdmin, o.far.OrgID), 1, fault.CodeRoomNotFound},
	} {
		page, err := o.LiveRooms(ctx, c.who, rooms.LiveQuery{})
		if err != nil || len(page.Rooms) != c.rooms {
			t.Errorf("%s: sees %+v, %v", name, page.Rooms, err)
		}
		people, err := o.LivePeople(ctx, c.who, o.roomID())
		if (c.named == "") != (err == nil) || err != nil && !fault.HasCode(err, c.named) || err == nil && len(people) != 2 {
			t.Errorf("%s: is told %+v, %v", name, people, err)
		}
	}
	lou := o.administrator("louis", auth.OrgAdmin, o.far.OrgID)
	_, hidden := o.LiveRoom(ctx, lou, o.roomID())
	_, absent := o.LiveRoom(ctx, lou, "0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25")
	var a, b *fault.Error
	if !errors.As(hidden, &a) || !errors.As(absent, &b) || a.Code != b.Code || a.Detail != b.Detail {
		t.Errorf("theirs: %v; none: %v", hidden, absent)
	}
	_, err := o.LiveRooms(ctx, lou, rooms.LiveQuery{OrgID: o.owner.OrgID})
	o.refused(err, fault.CodeRoomNotFound)
	_, err = o.LiveRooms(ctx, o.owner, rooms.LiveQuery{})
	o.refused(err, fault.CodeForbidden)
}

func TestALiveRoomSaysHowManyAreThereWaitAndAreCutOff(t *testing.T) {
	o := openOffice(t)
	ctx := t.Context()
	root := o.administrator("root", auth.PlatformAdmin, "")
	o.enter(o.owner, o.slug)
	_, relay := o.enter(o.member, o.slug)
	if _, err := o.Join(ctx, o.colleague, o.slug, rooms.JoinRequest{}); err != nil {
		t.Fatal(err)
	}
	o.RelayClosed(ctx, relay)
	o.must(o.Lock(ctx, o.owner, o.slug, true))
	o.clock.pass(time.Second)
	got, err := o.LiveRoom(ctx, root, o.roomID())
	if err != nil || got.People != 2 || got.Interrupted != 1 || got.Waiting != 1 || !got.Locked || got.OrgID != o.owner.OrgID {
		t.Errorf("got %+v, %v", got, err)
	}
	people, err := o.LivePeople(ctx, root, o.roomID())
	if err != nil || len(people) != 2 || !people[0].Connected || people[1].Connected || people[0].Role != access.Owner {
		t.Errorf("got %+v, %v", people, err)
	}
	for search, want := range map[string]int{"": 1, "POINT": 1, "hebdo": 1, "nothing": 0, "point nothing": 0} {
		page, err := o.LiveRooms(ctx, root, rooms.LiveQuery{Search: search})
		if err != nil || len(page.Rooms) != want {
			t.Errorf("%q finds %+v, %v", search, page.Rooms, err)
		}
	}
}
