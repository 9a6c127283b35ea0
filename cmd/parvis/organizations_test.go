package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"parvis/directory"
	"parvis/store"
)

// words are those of a command line, with what stands in double quotes as one.
var words = regexp.MustCompile(`"[^"]*"|\S+`)

// commandsIn are the lines of a page that begin with parvis, in its blocks of shell.
func commandsIn(t *testing.T, page string) [][]string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var found [][]string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			var args []string
			for _, w := range words.FindAllString(strings.TrimSpace(line), -1) {
				args = append(args, strings.Trim(w, `"`))
			}
			if len(args) < 2 || args[0] != "parvis" {
				t.Fatalf("no command: %q", line)
			}
			found = append(found, args[1:])
		}
	}
	return found
}

func (i *installation) signsIn(c directory.Claims) {
	i.t.Helper()
	i.withStore(func(db *store.DB) error {
		_, err := directory.New(db, time.Now).SignedIn(i.t.Context(), c)
		return err
	})
}

func TestEachCommandOfThePageOnOrganizationsDoesWhatItSays(t *testing.T) {
	i := install(t)
	i.must("migrate")
	ran := 0
	for _, args := range commandsIn(t, "../../docs/operations/organizations.md") {
		out := i.must(args...)
		line := strings.Join(args, " ")
		switch {
		case strings.Contains(line, "11001001400013 --domain justice.example"):
			for _, name := range []string{"ada.premiere", "ben.second"} {
				i.signsIn(directory.Claims{
					Provider: "proconnect", Issuer: "https://op.example", Subject: name, GivenName: name, Email: name + "@justice.example", Siret: "11001001400013",
				})
			}
		case strings.Contains(line, "--kind ministry"):
			// Camille signs in once the ministry is there, and is placed in it.
			i.signsIn(directory.Claims{
				Provider: "proconnect", Issuer: "https://op.example", Subject: "camille", GivenName: "Camille", FamilyName: "Martin",
				Email: "camille.martin@finances.example", Siret: "11001401600015",
			})
		case strings.HasPrefix(line, "admin grant ben"), strings.HasPrefix(line, "admin list --org"):
			if !strings.Contains(out, "ben.second@justice.example") || !strings.Contains(out, "org-admin") {
				t.Errorf("%s: %s", line, out)
			}
		case line == "admin claim":
			if !regexp.MustCompile(`code +[A-Z2-9]{5}(-[A-Z2-9]{5}){3}\n`).MatchString(out) {
				t.Errorf("no code: %s", out)
			}
		case strings.HasPrefix(line, "user deactivate"):
			if !strings.Contains(out, "closed") {
				t.Errorf("%s: %s", line, out)
			}
		case strings.HasPrefix(line, "user list"), strings.HasPrefix(line, "user reactivate"):
			if !strings.Contains(out, "Camille Martin") {
				t.Errorf("%s: %s", line, out)
			}
		}
		ran++
	}
	if ran < 12 {
		t.Errorf("%d commands ran", ran)
	}
	var shown orgWire
	if err := json.Unmarshal([]byte(i.must("org", "show", "Agence du numérique", "-o", "json")), &shown); err != nil {
		t.Fatal(err)
	}
	if shown.Contact != "accueil@numerique.example" || len(shown.IdPIDs) != 1 || len(shown.Claims) != 2 || shown.Parent == "" || shown.State != "active" {
		t.Errorf("got %+v", shown)
	}
}

func TestAnOrganizationThatCannotBeMadeOrChangedSaysWhy(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.must("org", "create", "Ministry", "--siret", "11001401600015")
	for says, args := range map[string][]string{
		"14 digits":               {"org", "create", "x", "--siret", "123"},
		"another organization's":  {"org", "create", "x", "--siret", "11001401600015"},
		"claim=value":             {"org", "create", "x", "--claim", "provider"},
		"give claims of":          {"org", "create", "x", "--claim", "mood=good"},
		"cannot stand below":      {"org", "update", "Ministry", "--parent", "Ministry"},
		"no organization":         {"org", "show", "Guerre"},
		"there is no such person": {"user", "show", "0198a5c2-3c0f-7b02-8f3d-00000000ffff"},
		"add --org":               {"user", "deactivate", "camille@example.org"},
	} {
		if code, out, errs := i.do(args...); code == 0 || !strings.Contains(errs, says) {
			t.Errorf("%v: %d %s %s, want %q", args, code, out, errs, says)
		}
	}
}

func TestARoleIsGivenAndTakenOnTheServerAndTheLastPlatformAdminStays(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.must("org", "create", "Ministry", "--siret", "11001401600015", "--domain", "ministry.example")
	for _, name := range []string{"ada", "ben"} {
		i.signsIn(directory.Claims{Provider: "proconnect", Issuer: "https://op.example", Subject: name, GivenName: name, Email: name + "@ministry.example", Siret: "11001401600015"})
	}
	i.must("admin", "grant", "ada@ministry.example", "platform-admin", "--in", "11001401600015")
	for says, args := range map[string][]string{
		"the last platform-admi": {"admin", "revoke", "ada@ministry.example", "platform-admin", "--in", "11001401600015"},
		"does not hold":          {"admin", "revoke", "ben@ministry.example", "auditor", "--in", "11001401600015"},
		"add --org":              {"admin", "grant", "ben@ministry.example", "auditor"},
		"must be one of":         {"admin", "grant", "ben@ministry.example", "king", "--in", "11001401600015"},
		"no organization":        {"admin", "grant", "ben@ministry.example", "auditor", "--org", "Guerre"},
		"there is no such pers":  {"admin", "grant", "0198a5c2-3c0f-7b02-8f3d-00000000ffff", "auditor"},
	} {
		if code, out, errs := i.do(args...); code == 0 || !strings.Contains(errs, says) {
			t.Errorf("%v: %d %s %s, want %q", args, code, out, errs, says)
		}
	}
	i.must("admin", "grant", "ben@ministry.example", "platform-admin", "--in", "11001401600015")
	i.must("admin", "revoke", "ada@ministry.example", "platform-admin", "--in", "11001401600015")
	if list := i.must("admin", "list"); strings.Contains(list, "ada@") || !strings.Contains(list, "ben@") {
		t.Error(list)
	}
	i.withStore(func(db *store.DB) error { return i.seal(db, i.auditKeys()) })
	trail := i.must("audit", "show", "--action", "role.given", "-o", "json")
	if !strings.Contains(trail, "system:command") {
		t.Errorf("the trail has no act of the operator: %s", trail)
	}
}

func TestAFileWithAWrongLineIsNotWrittenAndTheCommandFails(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.must("org", "create", "Ministry", "--siret", "11001401600015")
	file := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(file, []byte("familyName,sub,email\nMartin,z,nowhere\nPetit,p,p@ministry.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := i.do("user", "import", file, "--org", "11001401600015")
	if code == 0 || !strings.Contains(out, "body.line[1].email") || !strings.Contains(errs, "nothing was written") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	if list := i.must("user", "list", "--org", "11001401600015"); strings.Contains(list, "Petit") {
		t.Error(list)
	}
}
