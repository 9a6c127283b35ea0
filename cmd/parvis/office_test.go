package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"parvis/directory"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

// cabinet is an installation with a ministry of two people and a room of the first one, whose code it answers.
func cabinet(t *testing.T) (*installation, string) {
	t.Helper()
	i := install(t)
	i.must("migrate")
	i.must("org", "create", "Ministère des Finances", "--siret", "11001401600015")
	for _, name := range []string{"camille", "louise"} {
		i.signsIn(directory.Claims{
			Provider: "proconnect", Issuer: "https://op.example", Subject: name, GivenName: strings.ToUpper(name[:1]) + name[1:], FamilyName: "Martin",
			Email: name + ".martin@finances.example", Siret: "11001401600015",
		})
	}
	out := i.must("room", "create", "--name", "Budget", "--owner", "camille.martin@finances.example", "--org", "11001401600015")
	return i, strings.Fields(out)[0]
}

func TestWhatIsNoOfficeOrNobodyOfTheOrganizationIsSaid(t *testing.T) {
	i, room := cabinet(t)
	i.must("org", "create", "Ministère de la Guerre", "--siret", "11001001400014")
	i.signsIn(directory.Claims{Provider: "proconnect", Issuer: "https://op.example", Subject: "ada", GivenName: "Ada", Email: "ada@guerre.example", Siret: "11001001400014"})
	ada := i.person("ada@guerre.example", "11001001400014")
	i.must("office", "create", "Cabinet", "--org", "11001401600015")
	i.must("office", "create", "Secrétariat", "--org", "11001401600015")
	const org = " --org 11001401600015"
	for line, says := range map[string]string{
		"office list":                                                                    "--org",
		"office list --org Paix":                                                         "no organization",
		"office show Cabinet --org 11001001400014":                                       "no office of this id or name",
		"office create Cabinet" + org:                                                    "another office of the organization is called so",
		"office create Bureau --unit Nulle" + org:                                        "no unit of this id or name",
		"office rename Cabinet Secrétariat" + org:                                        "another office of the organization is called so",
		"office place Cabinet" + org:                                                     "--unit",
		"office place Cabinet --unit Nulle" + org:                                        "no unit of this id or name",
		"office holder Cabinet nobody@finances.example" + org:                            "nobody in this organization has this address",
		"office holder Cabinet " + ada + org:                                             "no such person",
		"office holder Cabinet camille.martin@finances.example --until yesterday" + org:  "a day or a moment",
		"office holder Cabinet camille.martin@finances.example --until 2020-01-01" + org: "a time to come",
		"office holder Cabinet camille.martin@finances.example --from 2099-02-01 --until 2099-01-01" + org: "a time after from",
		"office deputy Cabinet camille.martin@finances.example" + org:                                      "--until",
		"office deputy Cabinet camille.martin@finances.example --role king --until 2099-01-01" + org:       "must be one of",
		"office leave Cabinet camille.martin@finances.example" + org:                                       "nobody of that id is in the office",
		"office hand-over " + room + org:                                                                   "--office",
		"office hand-over " + room + " --office Cabinet" + org:                                             "gives it away themselves",
		"office hand-over " + room + " --office Cabinet --person " + ada + org:                             "can't be used together",
		"office hand-over aaa-aaaa-aaa --office Cabinet" + org:                                             "no room with this link",
		"office delete Guerre" + org:                                                                       "no office of this id or name",
	} {
		if code, out, errs := i.do(strings.Fields(line)...); code == 0 || !strings.Contains(errs, says) {
			t.Errorf("%s: %d %s %s, want %q", line, code, out, errs, says)
		}
	}
}

// person is somebody's id.
func (i *installation) person(email, org string) (id string) {
	i.t.Helper()
	i.withStore(func(db *store.DB) error {
		p, err := db.PersonByEmail(i.t.Context(), org, email)
		id = p.ID
		return err
	})
	return id
}

func (i *installation) office(args ...string) officeWire {
	i.t.Helper()
	var shown officeWire
	if out := i.must(append(append([]string{"office"}, args...), "--org", "11001401600015", "-o", "json")...); json.Unmarshal([]byte(out), &shown) != nil {
		i.t.Fatalf("parvis office %v: %s", args, out)
	}
	return shown
}

func TestARoomGoesFromWhoLeavesToAnOfficeAndStaysThere(t *testing.T) {
	i, room := cabinet(t)
	i.office("create", "Cabinet")
	i.must("user", "deactivate", "camille.martin@finances.example", "--org", "11001401600015")
	if out := i.must("office", "ownerless", "--org", "11001401600015"); !strings.Contains(out, room) || !strings.Contains(out, "Budget") {
		t.Fatalf("without an owner: %s", out)
	}
	if out := i.must("office", "hand-over", room, "--office", "Cabinet", "--org", "11001401600015"); !strings.Contains(out, "Cabinet") {
		t.Errorf("handed over: %s", out)
	}
	got := i.office("show", "Cabinet")
	if len(got.Rooms) != 1 || got.Rooms[0].Slug != room || !got.Vacant {
		t.Errorf("nobody holds it yet: %+v", got)
	}
	if out := i.must("office", "ownerless", "--org", "11001401600015", "-o", "json"); !strings.Contains(out, `"office":"Cabinet"`) {
		t.Errorf("an office without anybody: %s", out)
	}
	if code, _, errs := i.do("office", "delete", "Cabinet", "--org", "11001401600015"); code == 0 {
		t.Errorf("an office with a room was deleted: %s", errs)
	}
	i.office("holder", "Cabinet", "louise.martin@finances.example")
	if out := strings.TrimSpace(i.must("office", "ownerless", "--org", "11001401600015", "-o", "json")); out != "[]" {
		t.Errorf("still without an owner: %s", out)
	}
	if list := i.must("office", "list", "--org", "11001401600015"); !regexp.MustCompile(`Cabinet +Louise Martin +1\n`).MatchString(list) {
		t.Errorf("the list: %s", list)
	}
	i.withStore(func(db *store.DB) error { return i.seal(db, i.auditKeys()) })
	if trail := i.must("audit", "show", "--action", "room.transferred", "-o", "json"); !strings.Contains(trail, "system:command") {
		t.Errorf("the trail has no act of the operator: %s", trail)
	}
}

func TestARoomIsNotHandedOverUnderThoseWhoMeetInIt(t *testing.T) {
	i, room := cabinet(t)
	i.office("create", "Cabinet")
	i.withStore(func(db *store.DB) error {
		r, err := db.Room(t.Context(), room)
		if err != nil {
			return err
		}
		guest := storetest.Guest("somebody")
		guest.CreatedAt, guest.LastSeenAt, guest.ExpiresAt = time.Now().UTC(), time.Now().UTC(), time.Now().UTC().Add(time.Hour)
		if err := db.CreateSignIn(t.Context(), guest, ""); err != nil {
			return err
		}
		a := storetest.AdmissionOf(r, guest)
		if a, err = db.Admit(t.Context(), a, storetest.Created(a)); err != nil {
			return err
		}
		relay := rooms.Relay{ID: storetest.NewID(), AdmissionID: a.ID, Replica: "one", OpenedAt: time.Now().UTC()}
		_, err = db.Enter(t.Context(), relay, func(in rooms.Entered) error { return in.Fits(a.SignInID, r.MediaName) })
		return err
	})
	i.must("user", "deactivate", "camille.martin@finances.example", "--org", "11001401600015")
	if code, _, errs := i.do("office", "hand-over", room, "--office", "Cabinet", "--org", "11001401600015"); code == 0 || !strings.Contains(errs, "a meeting runs in this room") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if got := i.office("show", "Cabinet"); len(got.Rooms) != 0 {
		t.Errorf("it owns %+v", got.Rooms)
	}
}

func TestTheLastDayOfADeputyCountsToItsEnd(t *testing.T) {
	i, _ := cabinet(t)
	i.office("create", "Cabinet")
	got := i.office("deputy", "Cabinet", "louise.martin@finances.example", "--from", "2098-12-24", "--until", "2099-01-02")
	from, until := time.Date(2098, 12, 24, 0, 0, 0, 0, time.Local), time.Date(2099, 1, 3, 0, 0, 0, 0, time.Local)
	if len(got.People) != 1 || !got.People[0].From.Equal(from) || !got.People[0].Until.Equal(until) || got.People[0].Role != "moderator" || !got.Vacant {
		t.Errorf("got %+v", got)
	}
	got = i.office("deputy", "Cabinet", "louise.martin@finances.example", "--role", "owner", "--until", "2099-01-02T18:00:00Z")
	if len(got.People) != 1 || got.People[0].From != nil || !got.People[0].Until.Equal(time.Date(2099, 1, 2, 18, 0, 0, 0, time.UTC)) || got.People[0].Role != "owner" {
		t.Errorf("another place: %+v", got)
	}
	if got = i.office("leave", "Cabinet", "louise.martin@finances.example"); len(got.People) != 0 {
		t.Errorf("still there: %+v", got)
	}
}

// TestEachCommandOfThePageOnOfficesDoesWhatItSays stands where the page begins: a ministry, two people, and a room whose owner leaves.
func TestEachCommandOfThePageOnOfficesDoesWhatItSays(t *testing.T) {
	i, room := cabinet(t)
	i.withStore(func(db *store.DB) error {
		org, _, err := db.OrgByKey(t.Context(), "11001401600015")
		if err != nil {
			return err
		}
		_, err = directory.NewAdministration(db, time.Now).CreateUnit(t.Context(), operator(), directory.Unit{OrgID: org, Name: "Direction du budget"})
		return err
	})
	ran := 0
	for _, args := range commandsIn(t, "../../docs/operations/offices.md") {
		for at, word := range args {
			if word == "<code>" {
				args[at] = room
			}
		}
		if args[0] == "office" && args[1] == "ownerless" {
			i.must("user", "deactivate", "camille.martin@finances.example", "--org", "11001401600015")
		}
		out, line := i.must(args...), strings.Join(args, " ")
		want := map[string]string{
			"create": "Bureau du cabinet", "list": "Bureau du cabinet", "show": "nobody", "holder": "Camille Martin", "deputy": "Louise Martin", "rename": "Cabinet du ministre",
			"place": "name", "ownerless": "", "hand-over": room, "leave": "Cabinet du ministre", "delete": "Bureau provisoire",
		}[args[1]]
		if ran == 0 && args[1] != "create" {
			t.Fatalf("the page begins with %s", line)
		}
		if args[1] != "create" && !strings.Contains(out, want) {
			t.Errorf("%s: %q is missing in %s", line, want, out)
		}
		ran++
	}
	if ran < 11 {
		t.Errorf("%d commands ran", ran)
	}
	if got := i.office("show", "Cabinet du ministre"); got.Unit == "" || len(got.Rooms) != 1 {
		t.Errorf("in the end: %+v", got)
	}
}
