package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/signin"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// AdministrationStore is what the suite of directory.AdministrationStore needs.
type AdministrationStore interface {
	directory.AdministrationStore
	directory.Store
	signin.Store
	rooms.RoomStore
	Grants(ctx context.Context, roomID string, subjects []access.Subject) ([]access.Grant, error)
}

// office is a platform with a ministry, its agency and another ministry, each with one person.
type office struct {
	AdministrationStore
	admin                             *directory.Administration
	ministry, agency, other           directory.Organization
	zoe, ministers, agencys, stranger directory.Person // zoe administers the platform
	root                              auth.Identity
}

func newOffice(t *testing.T, s AdministrationStore) *office {
	t.Helper()
	o := &office{AdministrationStore: s, admin: directory.NewAdministration(s, func() time.Time { return Nine })}
	system := auth.Identity{Kind: auth.System, ID: "test"}
	make := func(name, parent, siret string) directory.Organization {
		org, err := o.admin.CreateOrganization(t.Context(), system, directory.Organization{Name: name, ParentID: parent, Siret: siret})
		if err != nil {
			t.Fatalf("create %s: %v", name, err)
		}
		return org
	}
	o.ministry = make("Ministry", "", "11001401600015")
	o.agency = make("Agency", o.ministry.ID, "")
	o.other = make("Other ministry", "", "11000201100044")
	o.zoe, o.ministers, o.agencys, o.stranger = o.person(t, "zoe", auth.DefaultOrgID), o.person(t, "m", o.ministry.ID), o.person(t, "a", o.agency.ID), o.person(t, "s", o.other.ID)
	if _, _, err := o.admin.Appoint(t.Context(), system, o.zoe.ID, auth.Appointment{Role: auth.PlatformAdmin}); err != nil {
		t.Fatal(err)
	}
	o.root = administers(o.zoe, auth.Appointment{Role: auth.PlatformAdmin})
	return o
}

func (o *office) person(t *testing.T, subject, org string) directory.Person {
	t.Helper()
	c := claims(subject)
	c.Email = subject + "@example.org"
	p, err := o.UpsertPerson(t.Context(), c, org, Nine)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// administers is a person who has proved anew who they are and holds what is given.
func administers(p directory.Person, held ...auth.Appointment) auth.Identity {
	return auth.Identity{Kind: auth.Person, ID: p.ID, PersonID: p.ID, OrgID: p.OrgID, Elevated: true, Appointments: held}
}

// Administration is the suite of directory.AdministrationStore, asked through the use cases.
func Administration(t *testing.T, newStore func(*testing.T) AdministrationStore) {
	for name, run := range map[string]func(*testing.T, *office){
		"who has no role administers nothing":                       strangersAdministerNothing,
		"an org-admin sees what is theirs and below and no more":    administersBelow,
		"nobody is given what the giver does not hold":              givesNoMore,
		"the last platform-admin stays":                             lastAdministrator,
		"a role counts in the sign-in that is there":                rolesOfSignIns,
		"a tree has no circle":                                      noCircles,
		"who is moved administers what was left no more":            rolesEndWithAMove,
		"a rule is of one organization":                             rulesOnce,
		"rules place people in the order that is said":              rulesInOrder,
		"an unknown organization is made, put aside or refused":     unknownOrganizations,
		"the platform is claimed once by the code that was offered": platformClaimedOnce,
		"people are listed page by page, closed ones when asked":    listedPeople,
		"a closed account is opened again and a merged one is not":  closedAndOpened,
		"a merge brings over what one had, as the preview said":     merged,
		"roles and offices are in the preview of a merge":           mergedRoles,
		"units stand twenty deep at most":                           unitsAtMost,
	} {
		t.Run(name, func(t *testing.T) { run(t, newOffice(t, newStore(t))) })
	}
}

func strangersAdministerNothing(t *testing.T, o *office) {
	nobody := administers(o.ministers)
	_, err := o.admin.Organization(t.Context(), nobody, o.ministry.ID)
	mustBe(t, err, fault.NotFound)
	_, err = o.admin.Organizations(t.Context(), nobody, directory.OrganizationQuery{})
	mustBe(t, err, fault.Forbidden)
	_, err = o.admin.Account(t.Context(), nobody, o.ministers.ID)
	mustBe(t, err, fault.NotFound)
	_, err = o.admin.Deactivate(t.Context(), nobody, o.stranger.ID)
	mustBe(t, err, fault.NotFound)
}

func administersBelow(t *testing.T, o *office) {
	who := administers(o.ministers, auth.Appointment{Role: auth.OrgAdmin, OrgID: o.ministry.ID})
	page, err := o.admin.Organizations(t.Context(), who, directory.OrganizationQuery{})
	var names []string
	for _, org := range page.Organizations {
		names = append(names, org.Name)
	}
	if diff := cmp.Diff([]string{"Agency", "Ministry"}, names); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	people, err := o.admin.People(t.Context(), who, directory.PeopleQuery{})
	if err != nil || len(people.People) != 2 {
		t.Errorf("got %d people, %v", len(people.People), err)
	}
	for _, err := range []error{
		second(o.admin.Organization(t.Context(), who, o.other.ID)), second(o.admin.Units(t.Context(), who, o.other.ID)),
		second(o.admin.Appointments(t.Context(), who, o.other.ID)), second(o.admin.Account(t.Context(), who, o.stranger.ID)),
		second(o.admin.Deactivate(t.Context(), who, o.stranger.ID)), o.admin.SignOut(t.Context(), who, o.stranger.ID),
		second(o.admin.PreviewMerge(t.Context(), who, o.agencys.ID, o.stranger.ID)),
		second(o.admin.UpdateOrganization(t.Context(), who, o.other.ID, 1, directory.OrganizationChange{})),
		second(o.admin.CreateOrganization(t.Context(), who, directory.Organization{Name: "x", ParentID: o.other.ID})),
	} {
		mustBe(t, err, fault.NotFound)
	}
	if _, err := o.admin.Deactivate(t.Context(), who, o.agencys.ID); err != nil {
		t.Errorf("of the agency below: %v", err)
	}
	_, err = o.admin.Deactivate(t.Context(), who, o.ministers.ID)
	mustBe(t, err, fault.Forbidden) // themself
	domains := []string{"example.org"}
	_, err = o.admin.UpdateOrganization(t.Context(), who, o.ministry.ID, 1, directory.OrganizationChange{Domains: &domains})
	mustBe(t, err, fault.Forbidden)
}

func second[T any](_ T, err error) error { return err }

func givesNoMore(t *testing.T, o *office) {
	admin := auth.Appointment{Role: auth.OrgAdmin, OrgID: o.ministry.ID}
	who := administers(o.ministers, admin)
	for name, what := range map[string]auth.Appointment{
		"the platform": {Role: auth.PlatformAdmin}, "an auditor of everything": {Role: auth.Auditor},
	} {
		if _, _, err := o.admin.Appoint(t.Context(), who, o.agencys.ID, what); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, _, err := o.admin.Appoint(t.Context(), who, o.agencys.ID, auth.Appointment{Role: auth.OrgAdmin, OrgID: o.other.ID})
	mustBe(t, err, fault.NotFound)
	_, _, err = o.admin.Appoint(t.Context(), who, o.ministers.ID, auth.Appointment{Role: auth.Auditor, OrgID: o.ministry.ID})
	mustBe(t, err, fault.Forbidden) // their own
	_, _, err = o.admin.Appoint(t.Context(), who, o.stranger.ID, auth.Appointment{Role: auth.Auditor, OrgID: o.ministry.ID})
	mustBe(t, err, fault.NotFound) // whom they do not see
	given, isNew, err := o.admin.Appoint(t.Context(), who, o.agencys.ID, admin)
	if err != nil || !isNew || given.OrgName != "Ministry" || given.Person.ID != o.agencys.ID {
		t.Errorf("got %+v, %v, %v", given, isNew, err)
	}
	again, isNew, err := o.admin.Appoint(t.Context(), who, o.agencys.ID, admin)
	if err != nil || isNew || again.ID != given.ID {
		t.Errorf("again: got %s, %v, %v", again.ID, isNew, err)
	}
	elsewhere := administers(o.stranger, auth.Appointment{Role: auth.OrgAdmin, OrgID: o.other.ID})
	mustBe(t, o.admin.Dismiss(t.Context(), elsewhere, given.ID), fault.NotFound)
	if err := o.admin.Dismiss(t.Context(), who, given.ID); err != nil {
		t.Error(err)
	}
	mustBe(t, o.admin.Dismiss(t.Context(), who, given.ID), fault.NotFound)
}

func lastAdministrator(t *testing.T, o *office) {
	system := auth.Identity{Kind: auth.System, ID: "test"}
	held, err := o.admin.Appointments(t.Context(), o.root, "")
	if err != nil || len(held) != 1 {
		t.Fatalf("got %d, %v", len(held), err)
	}
	for _, err := range []error{o.admin.Dismiss(t.Context(), system, held[0].ID), second(o.admin.Deactivate(t.Context(), system, o.zoe.ID))} {
		if !fault.HasCode(err, fault.CodeLastAdministrator) {
			t.Errorf("got %v", err)
		}
	}
	if _, _, err := o.admin.Appoint(t.Context(), o.root, o.ministers.ID, auth.Appointment{Role: auth.PlatformAdmin}); err != nil {
		t.Fatal(err)
	}
	if err := o.admin.Dismiss(t.Context(), system, held[0].ID); err != nil {
		t.Errorf("there is another: %v", err)
	}
}

func rolesOfSignIns(t *testing.T, o *office) {
	in := SignedIn("m", o.ministers)
	in.AuthenticatedAt = Nine
	createSignIn(t, o, in)
	if got, err := o.SignIn(t.Context(), in.SecretHash); err != nil || len(got.Appointments) != 0 || !got.AuthenticatedAt.Equal(kept(Nine)) {
		t.Errorf("got %+v, %v", got, err)
	}
	want := auth.Appointment{Role: auth.Auditor, OrgID: o.ministry.ID}
	h, _, err := o.admin.Appoint(t.Context(), o.root, o.ministers.ID, want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := o.SignIn(t.Context(), in.SecretHash); err != nil || !slices.Equal(got.Appointments, []auth.Appointment{want}) {
		t.Errorf("got %+v, %v", got.Appointments, err)
	}
	if err := o.admin.Dismiss(t.Context(), o.root, h.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := o.SignIn(t.Context(), in.SecretHash); err != nil || len(got.Appointments) != 0 {
		t.Errorf("got %+v, %v", got.Appointments, err)
	}
}

func rolesEndWithAMove(t *testing.T, o *office) {
	left := auth.Appointment{Role: auth.OrgAdmin, OrgID: o.agency.ID}
	for _, a := range []auth.Appointment{left, {Role: auth.Auditor, OrgID: o.other.ID}, {Role: auth.Support}} {
		if _, _, err := o.admin.Appoint(t.Context(), o.root, o.ministers.ID, a); err != nil {
			t.Fatal(err)
		}
	}
	o.person(t, "m", o.other.ID)
	held, err := o.Appointments(t.Context(), directory.AppointmentQuery{PersonID: o.ministers.ID})
	if err != nil || len(held) != 2 || slices.ContainsFunc(held, func(h directory.Holder) bool { return h.Appointment == left }) {
		t.Errorf("got %+v, %v", held, err)
	}
}

func noCircles(t *testing.T, o *office) {
	for _, below := range []string{o.agency.ID, o.ministry.ID} {
		_, err := o.admin.UpdateOrganization(t.Context(), o.root, o.ministry.ID, directory.AnyVersion, directory.OrganizationChange{ParentID: &below})
		mustBe(t, err, fault.Conflict)
	}
	parent := o.agency.ID // the second level
	for level := 3; ; level++ {
		made, err := o.admin.CreateOrganization(t.Context(), o.root, directory.Organization{Name: "Level", ParentID: parent})
		if level > 20 {
			mustBe(t, err, fault.Conflict)
			break
		}
		if err != nil {
			t.Fatalf("level %d: %v", level, err)
		}
		parent = made.ID
	}
	_, err := o.admin.UpdateOrganization(t.Context(), o.root, o.ministry.ID, directory.AnyVersion, directory.OrganizationChange{ParentID: &o.other.ID})
	mustBe(t, err, fault.Conflict) // with all that stands below
	unit := func(name, parent string) directory.Unit {
		u, err := o.admin.CreateUnit(t.Context(), o.root, directory.Unit{OrgID: o.ministry.ID, Name: name, ParentID: parent})
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	top := unit("Directorate", "")
	middle := unit("Office", top.ID)
	bottom := unit("Team", middle.ID)
	for _, below := range []string{top.ID, middle.ID, bottom.ID} {
		_, err := o.admin.UpdateUnit(t.Context(), o.root, o.ministry.ID, top.ID, 1, directory.UnitChange{ParentID: &below})
		mustBe(t, err, fault.Conflict)
	}
	_, err = o.admin.CreateUnit(t.Context(), o.root, directory.Unit{OrgID: o.other.ID, Name: "x", ParentID: top.ID})
	mustBe(t, err, fault.Invalid)
	mustBe(t, o.admin.DeleteUnit(t.Context(), o.root, o.ministry.ID, top.ID), fault.Conflict)
	name := "Section"
	changed, err := o.admin.UpdateUnit(t.Context(), o.root, o.ministry.ID, bottom.ID, 1, directory.UnitChange{Name: &name, ParentID: &top.ID})
	if err != nil || changed.Version != 2 || changed.ParentID != top.ID {
		t.Errorf("got %+v, %v", changed, err)
	}
	_, err = o.admin.UpdateUnit(t.Context(), o.root, o.ministry.ID, bottom.ID, 1, directory.UnitChange{Name: &name})
	mustBe(t, err, fault.PreconditionFailed)
	if err := o.admin.DeleteUnit(t.Context(), o.root, o.ministry.ID, bottom.ID); err != nil {
		t.Error(err)
	}
	mustBe(t, o.admin.DeleteUnit(t.Context(), o.root, o.ministry.ID, bottom.ID), fault.NotFound)
	if units, err := o.admin.Units(t.Context(), o.root, o.ministry.ID); err != nil || len(units) != 2 {
		t.Errorf("got %+v, %v", units, err)
	}
}

func rulesOnce(t *testing.T, o *office) {
	domains, rules := []string{"Finances.Example"}, []directory.ClaimRule{{Claim: "provider", Value: "ministry"}}
	got, err := o.admin.UpdateOrganization(t.Context(), o.root, o.ministry.ID, 1, directory.OrganizationChange{Domains: &domains, Claims: &rules})
	if err != nil || !slices.Equal(got.Domains, []string{"finances.example"}) || got.Version != 2 {
		t.Fatalf("got %+v, %v", got, err)
	}
	read, err := o.admin.Organization(t.Context(), o.root, o.ministry.ID)
	if diff := cmp.Diff(got, read); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	for _, taken := range []directory.OrganizationChange{{Domains: &domains}, {Claims: &rules}, {Siret: &o.ministry.Siret}} {
		_, err := o.admin.UpdateOrganization(t.Context(), o.root, o.other.ID, directory.AnyVersion, taken)
		mustBe(t, err, fault.Conflict)
	}
}

func (o *office) rules(t *testing.T, org directory.Organization, c directory.OrganizationChange) {
	t.Helper()
	if _, err := o.admin.UpdateOrganization(t.Context(), o.root, org.ID, directory.AnyVersion, c); err != nil {
		t.Fatal(err)
	}
}

func rulesInOrder(t *testing.T, o *office) {
	idps, domains := []string{"idp-9"}, []string{"agency.example"}
	o.rules(t, o.other, directory.OrganizationChange{IdPIDs: &idps})
	o.rules(t, o.agency, directory.OrganizationChange{Domains: &domains, Claims: &[]directory.ClaimRule{{Claim: "roles", Value: "minister"}}})
	o.rules(t, o.ministry, directory.OrganizationChange{Claims: &[]directory.ClaimRule{{Claim: "provider", Value: "house"}}})
	everything := directory.Claims{
		Siret: o.ministry.Siret, IdPID: "idp-9", Email: "x@Agency.example", Vouched: directory.VouchedByDomain, Provider: "house", Roles: []string{"minister"},
	}
	for _, c := range []struct {
		name   string
		adjust func(*directory.Claims)
		want   string
	}{
		{"siret before all", func(*directory.Claims) {}, o.ministry.ID},
		{"then idp_id", func(c *directory.Claims) { c.Siret = "" }, o.other.ID},
		{"then the domain", func(c *directory.Claims) { c.IdPID = "" }, o.agency.ID},
		{"an address for which nobody vouches is no rule", func(c *directory.Claims) { c.Vouched = directory.NotVouched }, o.ministry.ID},
		{"then the provider, then roles", func(c *directory.Claims) { c.Provider = "other" }, o.agency.ID},
		{"else the default", func(c *directory.Claims) { c.Roles = nil }, auth.DefaultOrgID},
	} {
		c.adjust(&everything)
		if org, err := o.PlaceOrganization(t.Context(), everything, Nine); err != nil || org.ID != c.want {
			t.Errorf("%s: got %s, %v", c.name, org.Name, err)
		}
	}
}

func unknownOrganizations(t *testing.T, o *office) {
	c := directory.Claims{Siret: "13002526500013", OrganizationLabel: "New", Unknown: directory.UnknownRefused}
	_, err := o.PlaceOrganization(t.Context(), c, Nine)
	mustBe(t, err, fault.NotFound)
	c.Unknown = directory.UnknownPending
	for range 2 {
		if org, err := o.PlaceOrganization(t.Context(), c, Nine); err != nil || org.ID != auth.DefaultOrgID {
			t.Errorf("put aside: got %+v, %v", org, err)
		}
	}
	page, err := o.admin.Organizations(t.Context(), o.root, directory.OrganizationQuery{State: directory.StatePending})
	if err != nil || len(page.Organizations) != 1 || page.Organizations[0].Name != "New" {
		t.Fatalf("got %+v, %v", page, err)
	}
	for state, want := range map[directory.OrganizationState]string{directory.StateRefused: "", directory.StateActive: page.Organizations[0].ID} {
		o.rules(t, page.Organizations[0], directory.OrganizationChange{State: &state})
		org, err := o.PlaceOrganization(t.Context(), c, Nine)
		if org.ID != want || (want == "") != fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %+v, %v", state, org, err)
		}
	}
}

func platformClaimedOnce(t *testing.T, o *office) {
	who := administers(o.ministers)
	early, _, err := o.admin.OfferClaim(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	code, expires, err := o.admin.OfferClaim(t.Context())
	if err != nil || !expires.Equal(Nine.Add(30*time.Minute)) {
		t.Fatalf("got %s, %v", expires, err)
	}
	late := directory.NewAdministration(o, func() time.Time { return expires })
	for name, err := range map[string]error{
		"an earlier code": second(o.admin.Claim(t.Context(), who, early)), "a wrong one": second(o.admin.Claim(t.Context(), who, "AAAAA-BBBBB")),
		"one that ran out": second(late.Claim(t.Context(), who, code)),
	} {
		if !fault.HasCode(err, fault.CodeClaimInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	mustBe(t, second(o.admin.Claim(t.Context(), auth.Identity{Kind: auth.Guest, ID: NewID()}, code)), fault.Unauthenticated)
	h, err := o.admin.Claim(t.Context(), who, code)
	if err != nil || h.Role != auth.PlatformAdmin || h.Person.ID != o.ministers.ID {
		t.Errorf("got %+v, %v", h, err)
	}
	if _, err := o.admin.Claim(t.Context(), administers(o.stranger), code); !fault.HasCode(err, fault.CodeClaimInvalid) {
		t.Errorf("twice: %v", err)
	}
}

func listedPeople(t *testing.T, o *office) {
	if _, err := o.admin.Deactivate(t.Context(), o.root, o.stranger.ID); err != nil {
		t.Fatal(err)
	}
	closed := true
	page, err := o.admin.People(t.Context(), o.root, directory.PeopleQuery{Deactivated: &closed})
	if err != nil || len(page.People) != 1 || page.People[0].ID != o.stranger.ID {
		t.Errorf("closed: got %+v, %v", page, err)
	}
	page, err = o.admin.People(t.Context(), o.root, directory.PeopleQuery{OrgID: o.agency.ID, Query: "jeanne a@example.org"})
	if err != nil || len(page.People) != 1 || page.People[0].ID != o.agencys.ID {
		t.Errorf("searched: got %+v, %v", page, err)
	}
	seen, cursor := map[string]bool{}, ""
	for range 10 {
		page, err := o.admin.People(t.Context(), o.root, directory.PeopleQuery{PageSize: 3, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.People {
			if seen[p.ID] {
				t.Errorf("%s twice", p.Email)
			}
			seen[p.ID] = true
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d people", len(seen))
	}
	_, err = o.admin.People(t.Context(), o.root, directory.PeopleQuery{Cursor: "nonsense"})
	mustBe(t, err, fault.Invalid)
}

func closedAndOpened(t *testing.T, o *office) {
	in := createSignIn(t, o, SignedIn("s", o.stranger))
	p, err := o.admin.Deactivate(t.Context(), o.root, o.stranger.ID)
	if err != nil || p.DeactivatedAt == nil {
		t.Errorf("got %+v, %v", p, err)
	}
	_, err = o.SignIn(t.Context(), in.SecretHash)
	mustBe(t, err, fault.NotFound)
	if p, err = o.admin.Reactivate(t.Context(), o.root, o.stranger.ID); err != nil || p.DeactivatedAt != nil {
		t.Errorf("got %+v, %v", p, err)
	}
	in = createSignIn(t, o, SignedIn("s2", o.stranger))
	if err := o.admin.SignOut(t.Context(), o.root, o.stranger.ID); err != nil {
		t.Error(err)
	}
	_, err = o.SignIn(t.Context(), in.SecretHash)
	mustBe(t, err, fault.NotFound)
	m, err := o.admin.PreviewMerge(t.Context(), o.root, o.stranger.ID, o.ministers.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.admin.MergePeople(t.Context(), o.root, o.stranger.ID, o.ministers.ID, m.Version); err != nil {
		t.Fatal(err)
	}
	_, err = o.admin.Reactivate(t.Context(), o.root, o.stranger.ID)
	mustBe(t, err, fault.Conflict)
}

// mergedRoles: what one account administers is seen before it ends, and what was given since the preview is not ended unseen.
func mergedRoles(t *testing.T, o *office) {
	from, into := o.stranger, o.ministers
	held := func(want ...auth.AdminRole) directory.Merge {
		t.Helper()
		m, err := o.admin.PreviewMerge(t.Context(), o.root, from.ID, into.ID)
		if err != nil {
			t.Fatal(err)
		}
		var got []auth.AdminRole
		for _, h := range m.Roles {
			got = append(got, h.Role)
		}
		if !slices.Equal(got, want) {
			t.Errorf("the preview says %v, want %v", got, want)
		}
		return m
	}
	refused := func(when string, m directory.Merge) {
		t.Helper()
		if _, err := o.admin.MergePeople(t.Context(), o.root, from.ID, into.ID, m.Version); !fault.Is(err, fault.PreconditionFailed) {
			t.Errorf("%s: %v", when, err)
		}
	}
	appoint := func(p directory.Person, role auth.AdminRole) {
		t.Helper()
		if _, _, err := o.admin.Appoint(t.Context(), o.root, p.ID, auth.Appointment{Role: role, OrgID: p.OrgID}); err != nil {
			t.Fatal(err)
		}
	}
	m := held()
	appoint(from, auth.Auditor)
	refused("a role since the preview", m)
	m = held(auth.Auditor)
	appoint(into, auth.OrgAdmin)
	refused("a role of the other since the preview", m)
	m = held(auth.Auditor)
	seat, err := o.admin.CreateOffice(t.Context(), o.root, directory.Office{OrgID: from.OrgID, Name: "Bureau"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.admin.SeatInOffice(t.Context(), o.root, from.OrgID, seat.ID, directory.Seat{PersonID: from.ID, Kind: directory.Holds}); err != nil {
		t.Fatal(err)
	}
	refused("an office since the preview", m)
	m = held(auth.Auditor)
	if m.Offices != 1 {
		t.Errorf("the preview says %d offices", m.Offices)
	}
	if _, err := o.admin.MergePeople(t.Context(), o.root, from.ID, into.ID, m.Version); err != nil {
		t.Error(err)
	}
}

// unitsAtMost: the policies above a unit are all found, since none stands deeper than what walks them.
func unitsAtMost(t *testing.T, o *office) {
	chain := func(levels int) []directory.Unit {
		t.Helper()
		units, parent := make([]directory.Unit, levels), ""
		for i := range units {
			u, err := o.admin.CreateUnit(t.Context(), o.root, directory.Unit{OrgID: o.ministry.ID, Name: fmt.Sprintf("Level %d", i), ParentID: parent})
			if err != nil {
				t.Fatalf("level %d: %v", i+1, err)
			}
			units[i], parent = u, u.ID
		}
		return units
	}
	place := func(u directory.Unit, parent string) error {
		_, err := o.admin.UpdateUnit(t.Context(), o.root, o.ministry.ID, u.ID, directory.AnyVersion, directory.UnitChange{ParentID: &parent})
		return err
	}
	deep := chain(20)
	_, err := o.admin.CreateUnit(t.Context(), o.root, directory.Unit{OrgID: o.ministry.ID, Name: "x", ParentID: deep[19].ID})
	mustBe(t, err, fault.Conflict)
	mustBe(t, place(deep[0], deep[19].ID), fault.Conflict)
	two := chain(2)
	mustBe(t, place(two[0], deep[18].ID), fault.Conflict) // the lower of the two would be too deep
	if err := place(two[1], deep[18].ID); err != nil {
		t.Error(err)
	}
	if err := place(two[0], deep[17].ID); err != nil {
		t.Error(err)
	}
}

func merged(t *testing.T, o *office) {
	from, into := o.stranger, o.ministers
	both, one := Room("aaa-bbbb-ccc"), Room("ddd-eeee-fff")
	if err := o.CreateRoom(t.Context(), both, []access.Grant{Grant(both, from.ID, access.Owner), Grant(both, into.ID, access.Member)}, []event.Event{about(both, event.RoomCreated)}); err != nil {
		t.Fatal(err)
	}
	m, err := o.admin.PreviewMerge(t.Context(), o.root, from.ID, into.ID)
	if err != nil || m.Identities != 1 || m.Rooms != 1 {
		t.Fatalf("got %+v, %v", m, err)
	}
	if err := o.CreateRoom(t.Context(), one, ownedBy(one, from.ID), []event.Event{about(one, event.RoomCreated)}); err != nil {
		t.Fatal(err)
	}
	_, err = o.admin.MergePeople(t.Context(), o.root, from.ID, into.ID, m.Version)
	mustBe(t, err, fault.PreconditionFailed) // there is more to it now
	if m, err = o.admin.PreviewMerge(t.Context(), o.root, from.ID, into.ID); err != nil || m.Rooms != 2 {
		t.Fatalf("got %+v, %v", m, err)
	}
	if _, err := o.admin.MergePeople(t.Context(), o.root, from.ID, into.ID, m.Version); err != nil {
		t.Fatal(err)
	}
	for _, r := range []rooms.Room{both, one} {
		grants, err := o.Grants(t.Context(), r.ID, []access.Subject{{Kind: access.SubjectPerson, ID: into.ID}, {Kind: access.SubjectPerson, ID: from.ID}})
		if err != nil || len(grants) != 1 || grants[0].Role != access.Owner || grants[0].Subject.ID != into.ID {
			t.Errorf("%s: got %+v, %v", r.Slug, grants, err)
		}
	}
	c := claims("s")
	if p, err := o.UpsertPerson(t.Context(), c, o.ministry.ID, Nine); err != nil || p.ID != into.ID {
		t.Errorf("signs in as %s, %v", p.ID, err)
	}
	_, err = o.admin.PreviewMerge(t.Context(), o.root, from.ID, into.ID)
	mustBe(t, err, fault.Conflict)
	_, err = o.admin.PreviewMerge(t.Context(), o.root, into.ID, into.ID)
	mustBe(t, err, fault.Invalid)
	_, err = o.admin.PreviewMerge(t.Context(), o.root, into.ID, o.zoe.ID)
	mustBe(t, err, fault.Forbidden) // one's own account
}
