package storetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// OfficesStore is what offices act in.
type OfficesStore interface {
	AdministrationStore
	AdmissionsStore
	rooms.OwnerStore
	rooms.MemberStore
}

// cabinet is an organization with an office, a room that zoe owns, and people.
type cabinet struct {
	OfficesStore
	now            time.Time
	admin          *directory.Administration
	org, other     string
	zoe, paul, ida directory.Person
	stranger       directory.Person
	root           auth.Identity
	office         directory.Office
	room           rooms.Room
}

func newCabinet(t *testing.T, s OfficesStore) *cabinet {
	t.Helper()
	c := &cabinet{OfficesStore: s, now: Nine}
	c.admin = directory.NewAdministration(s, func() time.Time { return c.now })
	c.root = auth.Identity{Kind: auth.System, ID: "test"}
	organization := func(name string) string {
		o, err := c.admin.CreateOrganization(t.Context(), c.root, directory.Organization{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		return o.ID
	}
	c.org, c.other = organization("Ministry"), organization("Other")
	person := func(name, org string) directory.Person {
		p, err := s.UpsertPerson(t.Context(), claims(name), org, Nine)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	c.zoe, c.paul, c.ida, c.stranger = person("zoe", c.org), person("paul", c.org), person("ida", c.org), person("stranger", c.other)
	c.office = c.newOffice(t, "Bureau du cabinet")
	c.room = Room("aaa-bbbb-ccc")
	c.room.OrgID = c.org
	if err := s.CreateRoom(t.Context(), c.room, []access.Grant{Grant(c.room, c.zoe.ID, access.Owner)}, nil); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *cabinet) newOffice(t *testing.T, name string) directory.Office {
	t.Helper()
	o, err := c.admin.CreateOffice(t.Context(), c.root, directory.Office{OrgID: c.org, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (c *cabinet) seat(t *testing.T, o directory.Office, s directory.Seat) {
	t.Helper()
	if _, err := c.admin.SeatInOffice(t.Context(), c.root, c.org, o.ID, s); err != nil {
		t.Fatal(err)
	}
}

func (c *cabinet) move(t *testing.T, to rooms.Heir) ([]string, error) {
	t.Helper()
	return c.MoveRoom(t.Context(), c.room.ID, to, nil, c.now, func(rooms.Owned) ([]event.Event, error) {
		return []event.Event{{ID: NewID(), Type: event.RoomTransferred, OrgID: c.org, Subject: "room:" + c.room.ID, Actor: "system:test", At: c.now}}, nil
	})
}

func (c *cabinet) mustMove(t *testing.T, to rooms.Heir) []string {
	t.Helper()
	people, err := c.move(t, to)
	if err != nil {
		t.Fatal(err)
	}
	return people
}

// role is what a person is in the room at the present moment.
func (c *cabinet) role(t *testing.T, p directory.Person) access.Role {
	t.Helper()
	grants, err := c.Grants(t.Context(), c.room.ID, []access.Subject{{Kind: access.SubjectPerson, ID: p.ID}})
	if err != nil {
		t.Fatal(err)
	}
	return access.Strongest(grants, nil, c.now).Role
}

func (c *cabinet) mustBe(t *testing.T, when string, want map[string]access.Role) {
	t.Helper()
	got := map[string]access.Role{}
	for name := range want {
		got[name] = c.role(t, map[string]directory.Person{"zoe": c.zoe, "paul": c.paul, "ida": c.ida}[name])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", when, diff)
	}
}

func ahead(d time.Duration) *time.Time { at := Nine.Add(d); return &at }

// Offices is the suite of offices and of the rooms that they own.
func Offices(t *testing.T, newStore func(*testing.T) OfficesStore) {
	for name, run := range map[string]func(*testing.T, *cabinet){
		"whoever is of another organization has no place, and its office gets no room": officesApart,
		"an office is called as no other, and one with rooms stays":                    officesStay,
		"holders own the rooms and deputies lead them for their dates":                 officeDates,
		"a room goes from one office to another":                                       transferredTwice,
		"the rooms of an organization are listed with whose they are":                  roomsOfAnOrganization,
		"the room stays when the last holder leaves":                                   lastHolderLeaves,
		"whoever goes to another organization leaves the office":                       holderMoves,
		"a room whose owner went to another organization is taken back":                ownerMoves,
		"whose role begins or ends in the call is found":                               officeInTheCall,
		"two accounts that become one hold the office once":                            holdersMerge,
	} {
		t.Run(name, func(t *testing.T) { run(t, newCabinet(t, newStore(t))) })
	}
}

func officesApart(t *testing.T, c *cabinet) {
	foreign, err := c.admin.CreateOffice(t.Context(), c.root, directory.Office{OrgID: c.other, Name: "Bureau"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.move(t, rooms.Heir{OfficeID: foreign.ID})
	mustBe(t, err, fault.NotFound)
	_, err = c.move(t, rooms.Heir{PersonID: c.stranger.ID})
	mustBe(t, err, fault.NotFound)
	_, err = c.admin.SeatInOffice(t.Context(), c.root, c.org, c.office.ID, directory.Seat{PersonID: c.stranger.ID, Kind: directory.Holds})
	mustBe(t, err, fault.NotFound)
	_, err = c.admin.SeatInOffice(t.Context(), c.root, c.other, c.office.ID, directory.Seat{PersonID: c.stranger.ID, Kind: directory.Holds})
	mustBe(t, err, fault.NotFound)
	_, err = c.admin.CreateOffice(t.Context(), c.root, directory.Office{OrgID: c.org, UnitID: NewID(), Name: "Nowhere"})
	mustBe(t, err, fault.Invalid)
	for name, seat := range map[string]directory.Seat{
		"a deputy for good":    {PersonID: c.paul.ID, Kind: directory.StandsIn, Role: "owner"},
		"a deputy as nothing":  {PersonID: c.paul.ID, Kind: directory.StandsIn, NotAfter: ahead(time.Hour)},
		"a time that has gone": {PersonID: c.paul.ID, Kind: directory.Holds, NotAfter: ahead(-time.Hour)},
		"the end first":        {PersonID: c.paul.ID, Kind: directory.Holds, NotBefore: ahead(2 * time.Hour), NotAfter: ahead(time.Hour)},
		"no kind":              {PersonID: c.paul.ID},
	} {
		if _, err := c.admin.SeatInOffice(t.Context(), c.root, c.org, c.office.ID, seat); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	clerk := administers(c.ida, auth.Appointment{Role: auth.OrgAdmin, OrgID: c.org})
	clerk.Elevated = false
	if _, err := c.admin.SeatInOffice(t.Context(), clerk, c.org, c.office.ID, directory.Seat{PersonID: c.paul.ID, Kind: directory.Holds}); !fault.HasCode(err, fault.CodeElevationRequired) {
		t.Errorf("without a fresh sign-in: %v", err)
	}
}

func officesStay(t *testing.T, c *cabinet) {
	_, err := c.admin.CreateOffice(t.Context(), c.root, directory.Office{OrgID: c.org, Name: c.office.Name})
	mustBe(t, err, fault.Conflict)
	second := c.newOffice(t, "Direction")
	name := c.office.Name
	_, err = c.admin.UpdateOffice(t.Context(), c.root, c.org, second.ID, 1, directory.OfficeChange{Name: &name})
	mustBe(t, err, fault.Conflict)
	name = "Direction du budget"
	changed, err := c.admin.UpdateOffice(t.Context(), c.root, c.org, second.ID, 1, directory.OfficeChange{Name: &name})
	if err != nil || changed.Name != name || changed.Version != 2 {
		t.Errorf("got %+v, %v", changed, err)
	}
	c.mustMove(t, rooms.Heir{OfficeID: c.office.ID})
	mustBe(t, c.admin.DeleteOffice(t.Context(), c.root, c.org, c.office.ID), fault.Conflict)
	c.mustMove(t, rooms.Heir{PersonID: c.paul.ID})
	if err := c.admin.DeleteOffice(t.Context(), c.root, c.org, c.office.ID); err != nil {
		t.Error(err)
	}
	c.mustBe(t, "handed to paul", map[string]access.Role{"zoe": access.Moderator, "paul": access.Owner})
	unit, err := c.admin.CreateUnit(t.Context(), c.root, directory.Unit{OrgID: c.org, Name: "Cabinet"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.admin.UpdateOffice(t.Context(), c.root, c.org, second.ID, 2, directory.OfficeChange{UnitID: &unit.ID}); err != nil {
		t.Fatal(err)
	}
	mustBe(t, c.admin.DeleteUnit(t.Context(), c.root, c.org, unit.ID), fault.Conflict)
}

func officeDates(t *testing.T, c *cabinet) {
	c.seat(t, c.office, directory.Seat{PersonID: c.paul.ID, Kind: directory.Holds})
	c.seat(t, c.office, directory.Seat{PersonID: c.ida.ID, Kind: directory.StandsIn, Role: "moderator", NotBefore: ahead(time.Hour), NotAfter: ahead(2 * time.Hour)})
	people := c.mustMove(t, rooms.Heir{OfficeID: c.office.ID})
	want := []string{c.zoe.ID, c.paul.ID, c.ida.ID}
	slices.Sort(want)
	mustSame(t, want, people, nil)
	c.mustBe(t, "at nine", map[string]access.Role{"zoe": access.Moderator, "paul": access.Owner, "ida": access.NoRole})
	c.now = Nine.Add(time.Hour)
	c.mustBe(t, "at ten", map[string]access.Role{"paul": access.Owner, "ida": access.Moderator})
	c.now = Nine.Add(2 * time.Hour)
	c.mustBe(t, "at eleven", map[string]access.Role{"paul": access.Owner, "ida": access.NoRole})
	c.seat(t, c.office, directory.Seat{PersonID: c.ida.ID, Kind: directory.StandsIn, Role: "owner", NotAfter: ahead(3 * time.Hour)})
	c.mustBe(t, "again", map[string]access.Role{"ida": access.Owner})
	got, err := c.admin.Office(t.Context(), c.root, c.org, c.office.ID)
	if err != nil || len(got.Holders) != 2 || got.Holders[0].Person.ID != c.paul.ID || len(got.Rooms) != 1 || got.Vacant(c.now) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func transferredTwice(t *testing.T, c *cabinet) {
	second := c.newOffice(t, "Direction")
	c.seat(t, c.office, directory.Seat{PersonID: c.paul.ID, Kind: directory.Holds})
	c.seat(t, second, directory.Seat{PersonID: c.ida.ID, Kind: directory.Holds})
	c.mustMove(t, rooms.Heir{OfficeID: c.office.ID})
	if people := c.mustMove(t, rooms.Heir{OfficeID: c.office.ID}); len(people) != 0 {
		t.Errorf("the same office again changes %v", people)
	}
	c.mustMove(t, rooms.Heir{OfficeID: second.ID})
	c.mustBe(t, "at the second", map[string]access.Role{"zoe": access.Moderator, "paul": access.NoRole, "ida": access.Owner})
	c.now = Nine.Add(time.Minute)
	c.mustMove(t, rooms.Heir{OfficeID: c.office.ID})
	c.mustBe(t, "back at the first", map[string]access.Role{"paul": access.Owner, "ida": access.NoRole})
	room, err := c.Room(t.Context(), c.room.Slug)
	if err != nil || room.OfficeID != c.office.ID {
		t.Errorf("got %q, %v", room.OfficeID, err)
	}
}

func roomsOfAnOrganization(t *testing.T, c *cabinet) {
	for i, name := range []string{"Été 2027", "Budget", "Archive"} {
		r := Room([]string{"bbb-bbbb-ccc", "ccc-bbbb-ccc", "ddd-bbbb-ccc"}[i])
		r.OrgID, r.Name, r.CreatedAt = c.org, name, kept(Nine.Add(time.Duration(i+1)*time.Minute))
		if name == "Archive" {
			r.ArchivedAt = ahead(time.Hour)
		}
		if err := c.CreateRoom(t.Context(), r, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	list := func(q rooms.OrgRoomQuery) (names []string) {
		t.Helper()
		q.Now = Nine
		if q.OrgID == "" {
			q.OrgID = c.org
		}
		for {
			page, err := c.RoomsOf(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Rooms {
				names = append(names, r.Name)
			}
			if q.Cursor = page.Next; page.Next == "" {
				return names
			}
		}
	}
	for want, q := range map[string]rooms.OrgRoomQuery{
		"Budget Été 2027 " + c.room.Name: {PageSize: 1},
		"Archive":                        {Archived: true},
		"Budget Été 2027":                {Ownerless: true},
		"Été 2027":                       {Search: "ete 20", PageSize: 1},
		c.room.Name:                      {Search: c.room.Slug},
		"":                               {OrgID: c.other},
	} {
		if got := strings.Join(list(q), " "); got != want {
			t.Errorf("%+v: %q, want %q", q, got, want)
		}
	}
	for _, q := range []rooms.OrgRoomQuery{{UnitID: "nonsense"}, {TemplateID: NewID()}, {OrgID: "nonsense"}, {Search: "nothing like it"}} {
		if got := list(q); len(got) != 0 {
			t.Errorf("%+v: %v", q, got)
		}
	}
	c.seat(t, c.office, directory.Seat{PersonID: c.paul.ID, Kind: directory.Holds})
	c.mustMove(t, rooms.Heir{OfficeID: c.office.ID})
	page, err := c.RoomsOf(t.Context(), rooms.OrgRoomQuery{OrgID: c.org, Search: c.room.Slug, Now: Nine})
	if err != nil || len(page.Rooms) != 1 || page.Rooms[0].Office.ID != c.office.ID || len(page.Rooms[0].Owners) != 1 || page.Rooms[0].Owners[0].ID != c.paul.ID {
		t.Errorf("got %+v, %v", page, err)
	}
	if _, err := c.RoomsOf(t.Context(), rooms.OrgRoomQuery{OrgID: c.org, Cursor: "nonsense", Now: Nine}); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v", err)
	}
}

func lastHolderLeaves(t *testing.T, c *cabinet) {
	ownerless := func() int {
		list, err := c.Ownerless(t.Context(), c.org, c.now, 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	c.seat(t, c.office, directory.Seat{PersonID: c.paul.ID, Kind: directory.Holds})
	c.mustMove(t, rooms.Heir{OfficeID: c.office.ID})
	if n := ownerless(); n != 0 {
		t.Errorf("%d rooms are without an owner", n)
	}
	if _, err := c.admin.Deactivate(t.Context(), c.root, c.paul.ID); err != nil {
		t.Fatal(err)
	}
	got, err := c.admin.Office(t.Context(), c.root, c.org, c.office.ID)
	if err != nil || len(got.Rooms) != 1 || !got.Vacant(c.now) || ownerless() != 1 {
		t.Errorf("got %+v, %v, %d without an owner", got, err, ownerless())
	}
	c.seat(t, c.office, directory.Seat{PersonID: c.ida.ID, Kind: directory.Holds})
	c.mustBe(t, "the next holder", map[string]access.Role{"ida": access.Owner})
	if err := c.admin.LeaveOffice(t.Context(), c.root, c.org, c.office.ID, c.ida.ID); err != nil {
		t.Fatal(err)
	}
	c.mustBe(t, "who has left", map[string]access.Role{"ida": access.NoRole})
	mustBe(t, c.admin.LeaveOffice(t.Context(), c.root, c.org, c.office.ID, c.ida.ID), fault.NotFound)
	if ownerless() != 1 {
		t.Error("the room of an empty office is without an owner")
	}
	c.mustMove(t, rooms.Heir{PersonID: c.zoe.ID})
	if _, err := c.admin.Deactivate(t.Context(), c.root, c.zoe.ID); err != nil {
		t.Fatal(err)
	}
	if ownerless() != 1 {
		t.Error("the room of who left is without an owner")
	}
}

func holderMoves(t *testing.T, c *cabinet) {
	c.seat(t, c.office, directory.Seat{PersonID: c.paul.ID, Kind: directory.Holds})
	c.mustMove(t, rooms.Heir{OfficeID: c.office.ID})
	if _, err := c.UpsertPerson(t.Context(), claims("paul"), c.other, Nine); err != nil {
		t.Fatal(err)
	}
	c.mustBe(t, "of another organization now", map[string]access.Role{"paul": access.NoRole})
	got, err := c.admin.Office(t.Context(), c.root, c.org, c.office.ID)
	if err != nil || len(got.Holders) != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

// ownerMoves: nothing but the ministry's administrator brings the room of who has moved back to the ministry.
func ownerMoves(t *testing.T, c *cabinet) {
	listed := func(when string, want ...rooms.Ownerless) {
		t.Helper()
		list, err := c.Ownerless(t.Context(), c.org, c.now, 10)
		if err != nil || len(list) != len(want) || len(want) > 0 && (list[0].Slug != c.room.Slug || list[0].Elsewhere != want[0].Elsewhere) {
			t.Errorf("%s: got %+v, %v", when, list, err)
		}
	}
	handOver := func(to rooms.Heir) error {
		_, err := c.MoveRoom(t.Context(), c.room.ID, to, nil, c.now, func(o rooms.Owned) ([]event.Event, error) {
			if o.Owners {
				return nil, fault.New(fault.CodeConflict, "it has an owner")
			}
			return nil, nil
		})
		return err
	}
	listed("she owns it")
	mustBe(t, handOver(rooms.Heir{PersonID: c.paul.ID}), fault.Conflict)
	if _, err := c.UpsertPerson(t.Context(), claims("zoe"), c.other, Nine); err != nil {
		t.Fatal(err)
	}
	listed("she has moved", rooms.Ownerless{Elsewhere: true})
	c.mustBe(t, "until it is handed over", map[string]access.Role{"zoe": access.Owner})
	if err := handOver(rooms.Heir{PersonID: c.paul.ID}); err != nil {
		t.Fatal(err)
	}
	c.mustBe(t, "handed over", map[string]access.Role{"zoe": access.Moderator, "paul": access.Owner})
	listed("paul owns it")
	mustBe(t, handOver(rooms.Heir{PersonID: c.ida.ID}), fault.Conflict)
	if _, err := c.UpsertPerson(t.Context(), claims("paul"), c.other, Nine); err != nil {
		t.Fatal(err)
	}
	if err := handOver(rooms.Heir{OfficeID: c.office.ID}); err != nil {
		t.Fatal(err)
	}
	c.mustBe(t, "given to the office", map[string]access.Role{"paul": access.Moderator})
	listed("nobody holds the office", rooms.Ownerless{})
}

func officeInTheCall(t *testing.T, c *cabinet) {
	c.seat(t, c.office, directory.Seat{PersonID: c.paul.ID, Kind: directory.Holds})
	c.mustMove(t, rooms.Heir{OfficeID: c.office.ID})
	for person, role := range map[string]access.Role{c.ida.ID: access.Member, c.paul.ID: access.Owner} {
		a := Admission(c.room)
		a.WhoKind, a.WhoID, a.PersonID, a.Role = auth.Person, person, person, role
		enter(t, c, admit(t, c, a), "one", Nine)
	}
	found := func(when string, want ...string) {
		t.Helper()
		list, err := c.Lapsed(t.Context(), c.now)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range list {
			got = append(got, l.Who.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	c.now = Nine.Add(time.Minute)
	c.seat(t, c.office, directory.Seat{PersonID: c.ida.ID, Kind: directory.StandsIn, Role: "moderator", NotBefore: ahead(time.Hour), NotAfter: ahead(2 * time.Hour)})
	found("before the first date")
	c.now = Nine.Add(time.Hour)
	found("at the first date", c.ida.ID)
	c.now = Nine.Add(2 * time.Hour)
	found("at the last date")
	if err := c.admin.LeaveOffice(t.Context(), c.root, c.org, c.office.ID, c.paul.ID); err != nil {
		t.Fatal(err)
	}
	found("who leads and has left", c.paul.ID)
}

func holdersMerge(t *testing.T, c *cabinet) {
	c.seat(t, c.office, directory.Seat{PersonID: c.paul.ID, Kind: directory.Holds})
	c.seat(t, c.office, directory.Seat{PersonID: c.ida.ID, Kind: directory.StandsIn, Role: "moderator", NotAfter: ahead(time.Hour)})
	second := c.newOffice(t, "Direction")
	c.seat(t, second, directory.Seat{PersonID: c.paul.ID, Kind: directory.Holds})
	c.mustMove(t, rooms.Heir{OfficeID: second.ID})
	m, err := c.admin.PreviewMerge(t.Context(), c.root, c.paul.ID, c.ida.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.admin.MergePeople(t.Context(), c.root, c.paul.ID, c.ida.ID, m.Version); err != nil {
		t.Fatal(err)
	}
	c.mustBe(t, "one account", map[string]access.Role{"paul": access.NoRole, "ida": access.Owner})
	offices, err := c.admin.Offices(t.Context(), c.root, c.org)
	if err != nil || len(offices) != 2 || len(offices[0].Holders) != 1 || len(offices[1].Holders) != 1 || offices[0].Holders[0].Kind != directory.StandsIn {
		t.Errorf("got %+v, %v", offices, err)
	}
}
