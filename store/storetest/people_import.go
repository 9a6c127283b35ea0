package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
	"parvis/rooms"
	"parvis/scim"
)

// PeopleImportStore is what files of people act in.
type PeopleImportStore interface {
	AdministrationStore
	SCIMStore
}

// desk is an organization of whose people files tell.
type desk struct {
	PeopleImportStore
	admin *directory.Administration
	org   string
	who   auth.Identity
}

func newDesk(t *testing.T, s PeopleImportStore) *desk {
	t.Helper()
	d := &desk{PeopleImportStore: s, admin: directory.NewAdministration(s, func() time.Time { return Nine })}
	org, err := d.admin.CreateOrganization(t.Context(), auth.Identity{Kind: auth.System, ID: "test"}, directory.Organization{Name: "Ministry"})
	if err != nil {
		t.Fatal(err)
	}
	d.org = org.ID
	clerk, err := s.UpsertPerson(t.Context(), claims("clerk"), d.org, Nine)
	if err != nil {
		t.Fatal(err)
	}
	d.who = administers(clerk, auth.Appointment{Role: auth.OrgAdmin, OrgID: d.org})
	return d
}

func (d *desk) file(t *testing.T, trial bool, lines ...string) (directory.ImportReport, error) {
	t.Helper()
	return d.admin.ImportPeople(t.Context(), d.who, d.org, []byte(strings.Join(lines, "\n")), trial)
}

// acts imports a file and answers what came of its lines.
func (d *desk) acts(t *testing.T, trial bool, lines ...string) []string {
	t.Helper()
	r, err := d.file(t, trial, lines...)
	if err != nil {
		t.Fatal(err)
	}
	var acts []string
	for _, l := range r.Lines {
		words := append([]string{string(l.Act)}, l.Changed...)
		for _, w := range l.Wrong {
			words = append(words, w.Location)
		}
		acts = append(acts, strings.Join(words, " "))
	}
	return acts
}

func (d *desk) mustAct(t *testing.T, want []string, trial bool, lines ...string) {
	t.Helper()
	if diff := cmp.Diff(want, d.acts(t, trial, lines...)); diff != "" {
		t.Error(diff)
	}
}

func (d *desk) people(t *testing.T) int {
	t.Helper()
	page, err := d.ListPeople(t.Context(), directory.PeopleQuery{OrgID: d.org, Reach: auth.Reach{All: true}, PageSize: 200})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.People)
}

// PeopleImport is the suite of files of people.
func PeopleImport(t *testing.T, newStore func(*testing.T) PeopleImportStore) {
	for name, run := range map[string]func(*testing.T, *desk){
		"a file with one wrong line writes nothing, and says line, column and remedy": wrongLines,
		"a trial tells what would be done and does nothing":                           trials,
		"the same file again changes nothing":                                         twice,
		"whoever a file closes is signed out and out of the call":                     closedByFile,
		"nobody is met by an address":                                                 noAddresses,
		"a file closes nobody who administers more, nor whoever sends it":             aboveTheClerk,
		"a platform-admin closes another administrator by a file, but for the last":   administratorsByFile,
		"people are in the groups that the file names and in no other":                filedGroups,
		"files end where software begins":                                             softwareFollows,
		"a formula is text":                                                           formulas,
	} {
		t.Run(name, func(t *testing.T) { run(t, newDesk(t, newStore(t))) })
	}
}

const filed = "givenName;familyName;email;provider;sub;active"

func wrongLines(t *testing.T, d *desk) {
	before := d.people(t)
	lines := []string{
		filed, "Zoe;Martin;zoe@ministry.example;agentconnect;z;true", "Paul;Petit;no address;agentconnect;p;true",
		"Paul;Petit;p@ministry.example;agentconnect;;true", "Paul;Petit;p@ministry.example;agentconnect;q;perhaps", "Zoe;Other;;agentconnect;z;true", ";;;agentconnect;n;true", "short;line",
	}
	r, err := d.file(t, false, lines...)
	if err != nil {
		t.Fatal(err)
	}
	mustBe(t, r.Wrong(), fault.Invalid)
	var wrong []string
	for _, f := range fault.Of(r.Wrong()).Fields {
		wrong = append(wrong, f.Location)
	}
	if diff := cmp.Diff([]string{"body.line[2].email", "body.line[3].uid", "body.line[4].active", "body.line[5].uid", "body.line[6].familyName", "body.line[7]"}, wrong); diff != "" {
		t.Error(diff)
	}
	if after := d.people(t); after != before {
		t.Errorf("%d people came of a refused file", after-before)
	}
	for name, body := range map[string]string{
		"nothing": "", "no key": "email\nx@ministry.example", "a column nobody knows": "uid;idp_id;salary\na;b;9", "a column twice": "sub;sub\na;b", "names alone": filed,
		"another encoding": "sub;familyName\na;\xe9", "a quote alone": "sub,familyName\na,\"b",
		"too many": filed + strings.Repeat("\na;b;;agentconnect;c;true", directory.MaxImport+1),
	} {
		if _, err := d.file(t, true, body); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	stranger := administers(directory.Person{ID: NewID(), OrgID: d.org})
	if _, err := d.admin.ImportPeople(t.Context(), stranger, d.org, []byte(filed), true); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Forbidden) {
		t.Errorf("whoever administers nothing: %v", err)
	}
	d.who.Elevated = false
	if _, err := d.file(t, false, lines[:2]...); !fault.HasCode(err, fault.CodeElevationRequired) {
		t.Errorf("without a fresh sign-in: %v", err)
	}
	if _, err := d.file(t, true, lines[:2]...); err != nil {
		t.Errorf("a trial needs none: %v", err)
	}
}

func trials(t *testing.T, d *desk) {
	before := d.people(t)
	d.mustAct(t, []string{"made", "linked"}, true, filed, "Zoe;Martin;zoe@ministry.example;agentconnect;z;true", "Clerk;Of the desk;;agentconnect;clerk;true")
	if after := d.people(t); after != before {
		t.Errorf("%d people came of a trial", after-before)
	}
	if clients, err := d.SCIMClients(t.Context(), d.org); len(clients) != 0 || err != nil {
		t.Errorf("a trial keeps %v, %v", clients, err)
	}
}

func twice(t *testing.T, d *desk) {
	first := []string{filed, "Zoe;Martin;zoe@ministry.example;agentconnect;z;true", "Clerk;Of the desk;;agentconnect;clerk;true"}
	d.mustAct(t, []string{"made", "linked"}, false, first...)
	d.mustAct(t, []string{"unchanged", "unchanged"}, false, first...)
	d.mustAct(t, []string{"changed familyName email", "unchanged"}, false, "\ufeff"+filed, "Zoe;Durand;durand@ministry.example;agentconnect;z;true", first[2])
	found, err := d.SearchPeople(t.Context(), d.org, "durand", 10)
	if err != nil || len(found) != 1 || found[0].Email != "durand@ministry.example" {
		t.Fatalf("got %+v, %v", found, err)
	}
	signed, err := d.UpsertPerson(t.Context(), claims("z"), d.org, Nine) // who was told of signs in
	if err != nil || signed.ID != found[0].ID {
		t.Errorf("signed in as %s, was %s, %v", signed.ID, found[0].ID, err)
	}
	d.mustAct(t, []string{"changed title"}, false, "sub,provider,title", "z,agentconnect,Cheffe")
}

func closedByFile(t *testing.T, d *desk) {
	p, err := d.UpsertPerson(t.Context(), claims("z"), d.org, Nine)
	if err != nil {
		t.Fatal(err)
	}
	room := createRoom(t, d, "aaa-bbbb-ccc")
	row := createSignIn(t, d, SignedIn("s", p))
	a := admit(t, d, AdmissionOf(room, row))
	d.mustAct(t, []string{"closed"}, true, "provider,sub,active", "agentconnect,z,false")
	if got, err := d.Admission(t.Context(), a.ID); err != nil || got.Admission.State == rooms.Ended {
		t.Errorf("a trial ended the call: %v", err)
	}
	d.mustAct(t, []string{"closed"}, false, "provider,sub,active", "agentconnect,z,false")
	if got, err := d.Admission(t.Context(), a.ID); err != nil || got.Admission.State != rooms.Ended || got.Admission.Reason != rooms.EndDeactivated {
		t.Errorf("got %v %v, %v", got.Admission.State, got.Admission.Reason, err)
	}
	if got, err := d.SignIn(t.Context(), row.SecretHash); err == nil && got.EndedAt == nil {
		t.Error("the sign-in goes on")
	}
	d.mustAct(t, []string{"unchanged"}, false, "provider,sub,active", "agentconnect,z,false")
	d.mustAct(t, []string{"reopened active"}, false, "provider,sub,active", "agentconnect,z,true")
	if _, err := d.admin.Deactivate(t.Context(), d.who, p.ID); err != nil {
		t.Fatal(err)
	}
	r, err := d.file(t, false, "provider,sub,active", "agentconnect,z,true")
	if err != nil || !r.Lines[0].StaysClosed || r.Lines[0].Act != directory.ImportUnchanged {
		t.Errorf("what an administrator closed a file opens: %+v, %v", r.Lines, err)
	}
}

func noAddresses(t *testing.T, d *desk) {
	other, err := d.admin.CreateOrganization(t.Context(), auth.Identity{Kind: auth.System, ID: "test"}, directory.Organization{Name: "Other"})
	if err != nil {
		t.Fatal(err)
	}
	c := claims("agent")
	c.Email = "agent@other.example"
	agent, err := d.UpsertPerson(t.Context(), c, other.ID, Nine)
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.file(t, false, filed, "Agent;Of another;agent@other.example;agentconnect;unknown;false", "Agent;Of another;;agentconnect;agent;false")
	if err != nil || r.Lines[0].Act != directory.ImportMade || r.Lines[1].Act != directory.ImportMade || r.Lines[0].PersonID == agent.ID || r.Lines[1].PersonID == agent.ID {
		t.Fatalf("got %+v, %v", r.Lines, err)
	}
	if got, err := d.Person(t.Context(), agent.ID); err != nil || got.DeactivatedAt != nil || got.OrgID != other.ID {
		t.Errorf("got %+v, %v", got, err)
	}
}

func aboveTheClerk(t *testing.T, d *desk) {
	boss, err := d.UpsertPerson(t.Context(), claims("boss"), d.org, Nine)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.admin.Appoint(t.Context(), auth.Identity{Kind: auth.System, ID: "test"}, boss.ID, auth.Appointment{Role: auth.PlatformAdmin}); err != nil {
		t.Fatal(err)
	}
	file := []string{"provider,sub,active", "agentconnect,boss,false", "agentconnect,clerk,false"}
	d.mustAct(t, []string{"refused body.line[1].active", "refused body.line[2].active"}, true, file...)
	r, err := d.file(t, false, file...)
	if err != nil || r.Wrong() == nil {
		t.Errorf("got %+v, %v", r, err)
	}
	d.who = auth.Identity{Kind: auth.System, ID: "command"}
	d.mustAct(t, []string{"refused body.line[1].active"}, false, file[:2]...) // the last platform-admin, whoever asks
	if got, err := d.Person(t.Context(), boss.ID); err != nil || got.DeactivatedAt != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}

func administratorsByFile(t *testing.T, d *desk) {
	operator := auth.Identity{Kind: auth.System, ID: "command"}
	for name, a := range map[string]auth.Appointment{"one": {Role: auth.PlatformAdmin}, "two": {Role: auth.PlatformAdmin}, "known": {Role: auth.PlatformAdmin}, "org": {Role: auth.OrgAdmin, OrgID: d.org}, "told": {Role: auth.OrgAdmin, OrgID: d.org}} {
		p, err := d.UpsertPerson(t.Context(), claims(name), d.org, Nine)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.admin.Appoint(t.Context(), operator, p.ID, a); err != nil {
			t.Fatal(err)
		}
	}
	const columns = "provider,sub,active"
	d.who = operator
	d.mustAct(t, []string{"linked", "linked"}, false, columns, "agentconnect,known,true", "agentconnect,told,true")
	d.mustAct(t, []string{"closed active", "closed", "closed", "refused body.line[4].active", "closed active"}, true,
		columns, "agentconnect,known,false", "agentconnect,org,false", "agentconnect,one,false", "agentconnect,two,false", "agentconnect,told,false")
	d.mustAct(t, []string{"closed active", "closed", "closed", "closed active"}, false,
		columns, "agentconnect,known,false", "agentconnect,org,false", "agentconnect,one,false", "agentconnect,told,false")
	r, err := d.file(t, false, columns, "agentconnect,two,false")
	if err != nil || len(r.Lines[0].Wrong) != 1 || r.Lines[0].Wrong[0].Message != "this is the last platform-admin: make somebody else one first" {
		t.Errorf("got %+v, %v", r.Lines, err)
	}
}

func filedGroups(t *testing.T, d *desk) {
	const columns = "familyName;provider;sub;groups"
	d.mustAct(t, []string{"made groups", "made groups"}, false, columns, "Martin;agentconnect;z;Cabinet | Budget|cabinet", "Petit;agentconnect;p;Cabinet")
	d.mustAct(t, []string{"unchanged", "unchanged"}, false, columns, "Martin;agentconnect;z;budget|Cabinet", "Petit;agentconnect;p;Cabinet")
	d.mustAct(t, []string{"changed groups", "changed groups"}, false, columns, "Martin;agentconnect;z;Budget", "Petit;agentconnect;p;")
	clients, err := d.SCIMClients(t.Context(), d.org)
	if err != nil || len(clients) != 1 {
		t.Fatalf("got %v, %v", clients, err)
	}
	groups, _, err := d.SCIMGroups(t.Context(), clients[0], scim.Query{Start: 1, Count: 10, WithParts: true})
	members := map[string]int{}
	for _, g := range groups {
		members[g.Name] = len(g.Members)
	}
	mustSame(t, map[string]int{"Cabinet": 0, "Budget": 1}, members, err)
}

func softwareFollows(t *testing.T, d *desk) {
	file := []string{filed, "Zoe;Martin;zoe@ministry.example;agentconnect;z;true"}
	d.mustAct(t, []string{"made"}, false, file...)
	a := ServiceAccount()
	a.OrgID, a.Scopes = d.org, []auth.Scope{auth.ScopePeopleManage}
	if err := d.CreateAccount(t.Context(), a, nil); err != nil {
		t.Fatal(err)
	}
	c, err := d.BindSCIM(t.Context(), a.ID, "agentconnect", "", "system:test", Nine)
	if err != nil {
		t.Fatal(err)
	}
	users, total, err := d.SCIMUsers(t.Context(), c, scim.Query{Start: 1, Count: 10})
	if err != nil || total != 1 || users[0].Text("externalId") != "z" {
		t.Errorf("the account that follows has %v, %v", users, err)
	}
	_, err = d.file(t, true, file...)
	mustBe(t, err, fault.Conflict)
}

func formulas(t *testing.T, d *desk) {
	d.mustAct(t, []string{"made"}, false, "familyName,provider,sub", `"=HYPERLINK(""https://evil.example"")",agentconnect,z`)
	found, err := d.SearchPeople(t.Context(), d.org, "hyperlink", 10)
	if err != nil || len(found) != 1 || found[0].FamilyName != `=HYPERLINK("https://evil.example")` {
		t.Errorf("got %+v, %v", found, err)
	}
}
