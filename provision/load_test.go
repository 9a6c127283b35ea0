package provision_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"parvis/provision"
)

// TestFilesThatAreNotWhollyUnderstoodAreRefused by file, line, column, key and remedy.
func TestFilesThatAreNotWhollyUnderstoodAreRefused(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a: &a [x, x]\n")
	for c := 'b'; c < 'z'; c++ {
		bomb.WriteString(string(c) + ": &" + string(c) + " [*" + string(c-1) + ", *" + string(c-1) + "]\n")
	}
	for name, c := range map[string]struct{ yaml, says string }{
		"no YAML":                  {"rooms: [", "a.yaml:1:1: this is no YAML"},
		"a tab":                    {"rooms:\n\t- key: a\n", "a.yaml:2:1: this is no YAML"},
		"no mapping":               {"- rooms", "a.yaml:1:1: keys with values are expected here"},
		"an unknown kind":          {"romos: []", "a.yaml:1:1: romos: no such key: there are folder, organizations, policies"},
		"groups":                   {"groups: []", "a.yaml:1:1: groups: an organization's identity management writes them, by SCIM"},
		"an unknown key":           {"rooms:\n  - key: a\n    name: A\n    nmae: B\n", "a.yaml:4:5: rooms[0].nmae: no such key: there are key, slug"},
		"a key twice":              {"rooms:\n  - key: a\n    name: A\n    name: B\n", "a.yaml:4:5: rooms[0].name: is here twice, first in line 3: keep one"},
		"a section twice":          {"rooms: []\nrooms: []\n", "a.yaml:2:1: rooms: is here twice"},
		"an anchor":                {"rooms:\n  - &a {key: a, name: A}\n", "a.yaml:2:5: an anchor (&a)"},
		"an alias":                 {"rooms: *a\n", "a.yaml:1:"},
		"a bomb":                   {bomb.String(), "a.yaml:1:4: an anchor (&a)"},
		"a merge key":              {"rooms:\n  - <<: {key: a}\n", "a.yaml:2:5: rooms[0].<<: no such key"},
		"a tag":                    {"rooms: !!seq []\n", "a.yaml:1:8: a tag (!!seq)"},
		"a list that is none":      {"rooms: {key: a}\n", "a.yaml:1:8: rooms: a list is expected here"},
		"a room that is a word":    {"rooms: [a]\n", "a.yaml:1:9: rooms[0]: keys with values are expected here"},
		"a room without identity":  {"rooms: [{name: A}]\n", "a.yaml:1:9: rooms.key: give a key of yours, or the slug"},
		"a room with two":          {"rooms: [{key: a, slug: qpz-wkfm-jtx, name: A}]\n", "a.yaml:1:9: rooms.key: give a key of yours, or the slug"},
		"a room without a name":    {"rooms: [{key: a}]\n", "a.yaml:1:9: rooms.name: is missing"},
		"a key with blanks":        {"rooms: [{key: 'a b', name: A}]\n", "a.yaml:1:15: rooms[0].key: letters, digits"},
		"no slug":                  {"rooms: [{slug: QPZ}]\n", "a.yaml:1:16: rooms[0].slug: a code such as qpz-wkfm-jtx"},
		"an unknown word":          {"rooms: [{key: a, name: A, entry: anybody}]\n", "a.yaml:1:34: rooms[0].entry: one of hosts, members, organization, signed-in, everyone"},
		"no number":                {"rooms: [{key: a, name: A, maxMinutes: soon}]\n", "a.yaml:1:39: rooms[0].maxMinutes: a whole number from 0 to 1440"},
		"a number out of bounds":   {"rooms: [{key: a, name: A, maxMinutes: 1441}]\n", "a.yaml:1:39: rooms[0].maxMinutes: a whole number from 0 to 1440"},
		"no truth":                 {"rooms: [{key: a, name: A, opensWithHost: maybe}]\n", "a.yaml:1:42: rooms[0].opensWithHost: true or false"},
		"nothing where it must be": {"rooms: [{key: a, name: A, entry: null}]\n", "a.yaml:1:34: rooms[0].entry: this cannot be without a value"},
		"a name too long":          {"rooms: [{key: a, name: " + strings.Repeat("x", 121) + "}]\n", "a.yaml:1:24: rooms[0].name: at most 120 characters"},
		"an empty name":            {"templates: [{name: ' '}]\n", "a.yaml:1:20: templates[0].name: is empty"},
		"too many tags":            {"rooms: [{key: a, name: A, tags: [a,b,c,d,e,f,g,h,i,j,k]}]\n", "a.yaml:1:33: rooms[0].tags: at most 10"},
		"a tag of a room twice":    {"rooms: [{key: a, name: A, tags: [a, a]}]\n", "a.yaml:1:37: rooms[0].tags[1]: is in the list twice"},
		"no time":                  {"rooms: [{key: a, name: A, linkExpiresAt: tomorrow}]\n", "a.yaml:1:42: rooms[0].linkExpiresAt: a time such as"},
		"no network":               {"serviceAccounts: [{name: a, networks: [ministry]}]\n", "a.yaml:1:40: serviceAccounts[0].networks[0]: a network such as"},
		"an unknown setting":       {"policies: [{settings: {entyr: {value: hosts}}}]\n", "policies[0].settings.entyr: no such setting"},
		"a setting without value":  {"policies: [{settings: {entry: {locked: true}}}]\n", "policies[0].settings.entry.value: is missing"},
		"no value of a setting":    {"policies: [{settings: {entry: {value: 3}}}]\n", "policies[0].settings.entry.value: one of everyone, signed-in"},
		"a policy of nothing":      {"policies: [{}]\n", "a.yaml:1:12: policies[0].settings: is missing"},
		"a secret":                 {"webhooks: [{url: https://a.example, secret: whsec_x}]\n", "webhooks[0].secret: no such key"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := provision.Load(fstest.MapFS{"a.yaml": {Data: []byte(c.yaml)}})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

func TestAllMistakesOfAllFilesAndDocumentsAreToldAtOnce(t *testing.T) {
	_, err := provision.Load(fstest.MapFS{
		"b/c.yml": {Data: []byte("a: 1\n---\nb: 1\n")}, "a.yaml": {Data: []byte("c: 1\n")}, ".git/x.yaml": {Data: []byte("d: 1\n")}, "readme.md": {Data: []byte("e")},
	})
	var wrong provision.Problems
	if !errors.As(err, &wrong) || len(wrong) != 3 || wrong[1].At != (provision.Position{File: "b/c.yml", Line: 1, Column: 1}) || wrong[2].At.Line != 3 {
		t.Errorf("%v", err)
	}
}

func TestAFileThatIsTooLargeIsRefusedUnread(t *testing.T) {
	large := make([]byte, 50<<20)
	if _, err := provision.Load(fstest.MapFS{"a.yaml": {Data: large}}); err == nil || !strings.Contains(err.Error(), "a.yaml: has more than 8 MiB") {
		t.Error(err)
	}
	many := fstest.MapFS{}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		many[name+".yaml"] = &fstest.MapFile{Data: append([]byte("#"), make([]byte, 7<<20)...)}
	}
	if _, err := provision.Load(many); err == nil {
		t.Error("35 MiB are taken")
	}
	if _, err := provision.Load(fstest.MapFS{"a.txt": {}}); err == nil || !strings.Contains(err.Error(), ".yaml") {
		t.Error(err)
	}
}

func TestTheExampleIsUnderstood(t *testing.T) {
	f, err := provision.Load(os.DirFS("testdata/example"))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Organizations) != 2 || len(f.Rooms) != 2 || f.Rooms[1].Description == nil || f.ServiceAccounts[0].Networks[0] != "192.0.2.7/32" {
		t.Errorf("%+v", f)
	}
}

// FuzzLoad looks for what makes the reader panic, or hang.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"organization.yaml", "rooms.yml"} {
		text, err := os.ReadFile("testdata/example/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		_, _ = provision.Load(fstest.MapFS{"a.yaml": {Data: text}})
	})
}
