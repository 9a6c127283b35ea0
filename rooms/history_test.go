package rooms_test

import (
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/signin"
	"parvis/fault"
	"parvis/rooms"
)

func (o *office) attendance(by auth.Identity, session string) rooms.Attendance {
	o.t.Helper()
	got, err := o.Attendance(o.t.Context(), by, o.slug, session)
	if err != nil {
		o.t.Fatal(err)
	}
	return got
}

func TestWhatHappenedIsTheHosts(t *testing.T) {
	o := openOffice(t)
	a, _ := o.enter(o.owner, o.slug)
	software := func(org string, scopes ...auth.Scope) auth.Identity {
		return auth.Identity{Kind: auth.Service, ID: "software", OrgID: org, Scopes: scopes}
	}
	for name, c := range map[string]struct {
		who  auth.Identity
		want fault.Code
	}{
		"nobody":           {auth.Identity{}, fault.CodeSignInRequired},
		"a guest":          {o.guest("Gaston"), fault.CodeSignInRequired},
		"a stranger":       {o.colleague, fault.CodeRoomNotFound},
		"another ministry": {o.far, fault.CodeRoomNotFound},
		"a member":         {o.member, fault.CodeForbidden},
		"software that may do anything with rooms": {software(o.owner.OrgID, auth.ScopeRoomsRead, auth.ScopeRoomsWrite), fault.CodeScopeMissing},
		"software of another ministry":             {software(o.far.OrgID, auth.ScopeAttendanceRead), fault.CodeRoomNotFound},
		"software with the scope":                  {software(o.owner.OrgID, auth.ScopeAttendanceRead), ""},
		"a moderator":                              {o.moderator, ""},
		"the owner":                                {o.owner, ""},
	} {
		page, listed := o.Sessions(t.Context(), c.who, o.slug, 0, "")
		list, read := o.Attendance(t.Context(), c.who, o.slug, a.SessionID)
		for _, err := range []error{listed, read} {
			if (c.want == "") != (err == nil) || (err != nil && !fault.HasCode(err, c.want)) {
				t.Errorf("%s: got %v, want %q", name, err, c.want)
			}
		}
		if told := len(page.Sessions) + len(list.People); (c.want == "") != (told == 2) {
			t.Errorf("%s is told %+v and %+v", name, page, list)
		}
	}
}

func TestWhoHostsForAMeetingAloneSeesThatMeetingAlone(t *testing.T) {
	o := openOffice(t)
	o.enter(o.owner, o.slug)
	if err := o.End(t.Context(), o.owner, o.slug); err != nil {
		t.Fatal(err)
	}
	o.later(time.Minute)
	o.enter(o.owner, o.slug)
	odile, _ := o.enter(o.member, o.slug)
	if _, err := o.SetRole(t.Context(), o.owner, o.slug, odile.ID, access.Moderator, false); err != nil {
		t.Fatal(err)
	}
	all, err := o.Sessions(t.Context(), o.owner, o.slug, 0, "")
	if err != nil || len(all.Sessions) != 2 || all.Sessions[0].EndedAt != nil || all.Sessions[1].EndReason == "" {
		t.Fatalf("got %+v, %v", all, err)
	}
	hers, err := o.Sessions(t.Context(), o.member, o.slug, 0, "")
	if err != nil || len(hers.Sessions) != 1 || hers.Sessions[0].ID != odile.SessionID {
		t.Errorf("got %+v, %v", hers, err)
	}
	o.attendance(o.member, odile.SessionID)
	_, err = o.Attendance(t.Context(), o.member, o.slug, all.Sessions[1].ID)
	o.refused(err, fault.CodeSessionNotFound)
	if err := o.End(t.Context(), o.owner, o.slug); err != nil {
		t.Fatal(err)
	}
	_, err = o.Sessions(t.Context(), o.member, o.slug, 0, "")
	o.refused(err, fault.CodeForbidden)
}

func TestComingBackIsOnePersonWithTheTimeTheyWereThere(t *testing.T) {
	o := openOffice(t)
	began := o.clock.now()
	camille, _ := o.enter(o.owner, o.slug)
	odile, _ := o.enter(o.member, o.slug)
	second, _ := o.enter(o.member, o.slug) // a second tab
	o.later(10 * time.Minute)
	if err := o.Leave(t.Context(), o.member, o.slug, odile.ID); err != nil {
		t.Fatal(err)
	}
	o.later(5 * time.Minute)
	if got := o.attendance(o.owner, camille.SessionID).People[1]; !got.Present || got.Time != 15*time.Minute || len(got.Stays) != 1 || got.LeftAt() != nil {
		t.Errorf("one tab goes on: %+v", got)
	}
	if err := o.Leave(t.Context(), o.member, o.slug, second.ID); err != nil {
		t.Fatal(err)
	}
	o.later(5 * time.Minute)
	o.enter(o.member, o.slug)
	o.later(time.Minute)
	got := o.attendance(o.owner, camille.SessionID)
	if len(got.People) != 2 || got.Session.Participants != 2 || got.Session.Peak != 2 {
		t.Fatalf("got %+v", got)
	}
	if p := got.People[0]; p.Name != "camille" || p.Door != rooms.EntranceHost || !p.Stays[0].From.Equal(began) || p.Time != 21*time.Minute {
		t.Errorf("got %+v", p)
	}
	if p := got.People[1]; p.Name != "odile" || p.Door != rooms.EntranceEntry || len(p.Stays) != 2 || p.Time != 16*time.Minute || !p.Present {
		t.Errorf("got %+v", p)
	}
}

func TestAGuestWhoSignsInDuringTheMeetingIsOnePerson(t *testing.T) {
	h := open(t)
	owner := h.person("camille", interior)
	slug := h.room(owner, "everyone").Slug
	guest := h.guest("Jeanne")
	a, _ := h.enter(guest, slug)
	known := h.person("jeanne", justice)
	p := signin.SignIn{Kind: auth.Person, PersonID: known.PersonID, OrgID: known.OrgID, Name: "jeanne", Assurance: auth.AssuranceAgent}
	who := h.signsIn(p, guest.SignInID)
	who.ID, who.PersonID = known.PersonID, known.PersonID
	h.later(time.Minute)
	h.enter(who, slug)
	got, err := h.Attendance(t.Context(), owner, slug, a.SessionID)
	if err != nil || len(got.People) != 1 || got.Session.Participants != 1 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if p := got.People[0]; p.Name != "jeanne" || p.Who.Kind != auth.Person || p.Assurance != auth.AssuranceAgent || p.Time != time.Minute || len(p.Stays) != 1 {
		t.Errorf("got %+v", p)
	}
}

func TestActsOfHostsAreInTheList(t *testing.T) {
	o := openOffice(t)
	a, _ := o.enter(o.owner, o.slug)
	odile, _ := o.enter(o.member, o.slug)
	if err := o.Lock(t.Context(), o.owner, o.slug, true); err != nil {
		t.Fatal(err)
	}
	o.later(time.Second)
	if _, err := o.SetRole(t.Context(), o.owner, o.slug, odile.ID, access.Moderator, false); err != nil {
		t.Fatal(err)
	}
	got := o.attendance(o.owner, a.SessionID).Acts
	if len(got) != 2 || got[0].Act != rooms.ActLock || got[0].ActorName != "camille" || got[1].TargetName != "odile" || got[1].Data["role"] != "moderator" {
		t.Errorf("got %+v", got)
	}
}

func TestNamesAreKeptForAsLongAsTheRoomSaid(t *testing.T) {
	o := openOffice(t)
	days := 2
	if _, err := o.Update(t.Context(), o.owner, o.slug, 1, rooms.Change{AttendanceDays: &days}); err != nil {
		t.Fatal(err)
	}
	a, _ := o.enter(o.owner, o.slug)
	o.later(time.Minute)
	if err := o.End(t.Context(), o.owner, o.slug); err != nil {
		t.Fatal(err)
	}
	ended := o.clock.now()
	days = 1 // for later sessions
	if _, err := o.Update(t.Context(), o.owner, o.slug, 2, rooms.Change{AttendanceDays: &days}); err != nil {
		t.Fatal(err)
	}
	o.clock.pass(2*24*time.Hour - time.Second)
	if got := o.attendance(o.owner, a.SessionID); got.Session.ExpiresAt == nil || !got.Session.ExpiresAt.Equal(ended.AddDate(0, 0, 2)) || len(got.People) != 1 {
		t.Errorf("got %+v", got)
	}
	o.clock.pass(time.Second)
	for range 2 { // before they are pruned, and after
		_, err := o.Attendance(t.Context(), o.owner, o.slug, a.SessionID)
		o.refused(err, fault.CodeAttendanceExpired)
		if err := o.db.Prune(t.Context(), o.clock.now()); err != nil {
			t.Fatal(err)
		}
	}
	page, err := o.Sessions(t.Context(), o.owner, o.slug, 0, "")
	if err != nil || len(page.Sessions) != 1 || page.Sessions[0].Participants != 1 {
		t.Errorf("the count stays: %+v, %v", page, err)
	}
}
