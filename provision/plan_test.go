package provision_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"parvis/provision"
)

// memory is a platform that remembers, and that may end after a number of writes.
type memory struct {
	things map[provision.Identity]provision.Resource
	read   []provision.Kind
	keys   []string
	twins  []provision.Resource // beside those of the same identity
	left   int                  // writes until it ends; negative: it does not
}

var errGone = errors.New("the platform went away")

func newMemory() *memory {
	return &memory{things: map[provision.Identity]provision.Resource{}, left: -1}
}

func (m *memory) Named(string) {}

func (m *memory) Home(context.Context) (string, error) { return "Ministry", nil }

func (m *memory) Read(_ context.Context, k provision.Kind, _ []string) ([]provision.Resource, error) {
	m.read = append(m.read, k)
	var list []provision.Resource
	for _, r := range m.things {
		if r.Kind == k {
			r.Fields = maps.Clone(r.Fields)
			list = append(list, r)
		}
	}
	for _, r := range m.twins {
		if r.Kind == k {
			list = append(list, r)
		}
	}
	return list, nil
}

func (m *memory) spend() error {
	if m.left == 0 {
		return errGone
	}
	m.left--
	return nil
}

func (m *memory) Create(_ context.Context, key string, things []provision.Resource) ([]provision.Made, error) {
	m.keys = append(m.keys, key)
	made := make([]provision.Made, len(things))
	for i, r := range things {
		if err := m.spend(); err != nil {
			return nil, err
		}
		if r.Fields["name"] == "refused" {
			made[i].Err = &provision.Refusal{Says: "policy-locked: no"}
			continue
		}
		r.ID = fmt.Sprint(len(m.things))
		m.things[r.Identity] = r
	}
	return made, nil
}

func (m *memory) Change(_ context.Context, _ string, s provision.Step) (provision.Made, error) {
	r := m.things[s.Identity]
	if err := m.spend(); err != nil || s.Differs(r.Fields) {
		return provision.Made{}, errors.Join(err, provision.ErrChanged)
	}
	r.Identity, r.Archived, r.Fields = s.Identity, false, maps.Clone(r.Fields)
	if r.Fields == nil {
		r.Fields = provision.Fields{}
	}
	maps.Copy(r.Fields, s.After)
	m.things[s.Identity] = r
	return provision.Made{}, nil
}

func (m *memory) Remove(_ context.Context, s provision.Step) error {
	delete(m.things, s.Identity)
	return m.spend()
}

func load(t *testing.T, text string) provision.Files {
	t.Helper()
	f, err := provision.Load(fstest.MapFS{"a.yaml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func plan(t *testing.T, m *memory, text string, o provision.Options) provision.Plan {
	t.Helper()
	p, err := provision.Make(t.Context(), m, load(t, text), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func printed(t *testing.T, p provision.Plan) string {
	t.Helper()
	var b strings.Builder
	if err := p.Write(&b, provision.Style{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const everything = `
rooms:
  - {key: a, name: Room A, template: Hearings}
templates:
  - {name: Hearings, prefix: Hearing}
policies:
  - organization: Agency
    settings: {entry: {value: hosts, locked: true}}
organizations:
  - {name: Below, parent: Agency, siret: "11001401600015"}
  - {name: Agency, units: [{name: Lower, parent: Upper}, {name: Upper}]}
`

func TestAPlanHasEachThingAfterWhatItNeedsAndSaysWhatOthersHaveToDo(t *testing.T) {
	m := newMemory()
	p := plan(t, m, everything, provision.Options{})
	want := `+ organization "Agency"
+ organization "Below"
    parent: "Agency"
+ unit "Upper" of "Agency"
+ unit "Lower" of "Agency"
    parent: "Upper"
~ policy of "Agency"
    settings.entry: {"locked":true,"value":"hosts"}
+ template "Hearings" of "Ministry"
    prefix: "Hearing"
+ room "a"
    name: "Hearing Room A"
    template: "Hearings"
! a.yaml:10:35: organization "Below": siret: only a platform-admin writes this, after a fresh sign-in: in the console, or by parvis org update on the server
To do: 6 to make, 1 to change, 0 to restore, 0 to remove. 1 for others to do.
`
	if got := printed(t, p); got != want {
		t.Errorf("got\n%s", got)
	}
	if r, err := provision.Apply(t.Context(), m, p, provision.Sinks{}); err != nil || r.Done != 7 {
		t.Fatalf("%+v, %v", r, err)
	}
	if p := plan(t, m, everything, provision.Options{Prune: true}); len(p.Steps) != 0 {
		t.Errorf("a second apply does something:\n%s", printed(t, p))
	}
}

func TestAnApplyThatEndsInTheMiddleIsCompletedByAnother(t *testing.T) {
	for n := range 7 {
		m := newMemory()
		m.left = n
		if _, err := provision.Apply(t.Context(), m, plan(t, m, everything, provision.Options{}), provision.Sinks{}); !errors.Is(err, errGone) {
			t.Fatalf("after %d: %v", n, err)
		}
		m.left = -1
		p := plan(t, m, everything, provision.Options{})
		if len(p.Steps) != 7-n {
			t.Errorf("after %d: %d steps", n, len(p.Steps))
		}
		if r, err := provision.Apply(t.Context(), m, p, provision.Sinks{}); err != nil || r.Done != 7-n {
			t.Errorf("after %d: %+v, %v", n, r, err)
		}
	}
}

func TestWhatIsRefusedHoldsUpNoOther(t *testing.T) {
	m := newMemory()
	p := plan(t, m, "rooms: [{key: a, name: A}, {key: b, name: refused}, {key: c, name: C}]", provision.Options{})
	r, err := provision.Apply(t.Context(), m, p, provision.Sinks{})
	if err != nil || r.Done != 2 || len(r.Refused) != 1 || !strings.Contains(r.Refused[0].String(), `a.yaml:1:28: room "b": policy-locked`) {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestWhatSomebodyChangedMeanwhileIsNotOverwritten(t *testing.T) {
	m := newMemory()
	files := "rooms: [{key: a, name: A}]"
	if _, err := provision.Apply(t.Context(), m, plan(t, m, files, provision.Options{}), provision.Sinks{}); err != nil {
		t.Fatal(err)
	}
	p := plan(t, m, "rooms: [{key: a, name: B}]", provision.Options{})
	m.things[provision.Identity{Kind: provision.KindRoom, Key: "a"}].Fields["name"] = "C"
	if _, err := provision.Apply(t.Context(), m, p, provision.Sinks{}); !errors.Is(err, provision.ErrChanged) {
		t.Error(err)
	}
}

func TestNothingIsRemovedUnlessAskedAndProtectedKindsNever(t *testing.T) {
	m := newMemory()
	add := func(k provision.Kind, org, key string) {
		i := provision.Identity{Kind: k, Org: org, Key: key}
		m.things[i] = provision.Resource{Identity: i, Fields: provision.Fields{}, ID: key}
	}
	add(provision.KindRoom, "", "old")
	add(provision.KindRoom, "", provision.BySlug("qpz-wkfm-jtx"))
	add(provision.KindOrganization, "", "Elsewhere")
	add(provision.KindServiceAccount, "", "Agenda")
	add(provision.KindWebhook, "", "https://a.example")
	files := "rooms: []\norganizations: []\nserviceAccounts: []\n"
	if p := plan(t, m, files, provision.Options{}); !p.Empty() || len(p.Kept) != 3 {
		t.Errorf("unasked:\n%s", printed(t, p))
	}
	want := `- room "old": archived
  service account "Agenda" is in no file, and stays: service accounts are never revoked from here: parvis app revoke does
  organization "Elsewhere" is in no file, and stays: an organization is never removed
To do: 0 to make, 0 to change, 0 to restore, 1 to remove.
`
	if got := printed(t, plan(t, m, files, provision.Options{Prune: true})); got != want {
		t.Errorf("asked:\n%s", got)
	}
}

func TestOnlyWhatTheFilesMadeIsRemovedAndNoTemplateThatARoomOfTheirsNames(t *testing.T) {
	m := newMemory()
	add := func(k provision.Kind, org, key, foreign string) {
		i := provision.Identity{Kind: k, Org: org, Key: key}
		m.things[i] = provision.Resource{Identity: i, Fields: provision.Fields{}, ID: key, Foreign: foreign}
	}
	add(provision.KindWebhook, "", "https://people.example", "people made it")
	add(provision.KindWebhook, "", "https://files.example", "")
	add(provision.KindTemplate, "Ministry", "Of people", "people made it")
	add(provision.KindTemplate, "Ministry", "Hearings", "")
	add(provision.KindTemplate, "Ministry", "Old", "")
	double := provision.Identity{Kind: provision.KindWebhook, Key: "https://people.example"}
	m.twins = []provision.Resource{{Identity: double, ID: "ours", Fields: provision.Fields{}}}
	want := `+ room "a"
    name: "A"
    template: "Hearings"
- webhook "https://files.example": removed
- webhook "https://people.example": removed
- template "Old" of "Ministry": removed
  webhook "https://people.example" is in no file, and stays: people made it
  template "Hearings" of "Ministry" is in no file, and stays: rooms of these files are made by it
  template "Of people" of "Ministry" is in no file, and stays: people made it
To do: 1 to make, 0 to change, 0 to restore, 3 to remove.
`
	p := plan(t, m, "webhooks: []\ntemplates: []\nrooms: [{key: a, name: A, template: Hearings}]", provision.Options{Prune: true})
	if got := printed(t, p); got != want {
		t.Errorf("got\n%s", got)
	}
	for _, s := range p.Steps {
		if s.Do == provision.Remove && s.Identity == double && s.ID != "ours" {
			t.Errorf("what people made is removed: %+v", s)
		}
	}
}

func TestTwoOfOneNameAreRefusedWhereverTheFilesSpeakOfThem(t *testing.T) {
	m := newMemory()
	for _, name := range []string{"Ministry", "Agency", "Elsewhere"} {
		i := provision.Identity{Kind: provision.KindOrganization, Key: name}
		m.things[i] = provision.Resource{Identity: i, Fields: provision.Fields{}, ID: name}
		m.twins = append(m.twins, provision.Resource{Identity: i, Fields: provision.Fields{}, ID: name + " too"})
	}
	below := "organizations: [{name: Below}]\n"
	for text, refused := range map[string]string{
		"policies: [{settings: {}}]":                          `a.yaml:2:12: these files refer to organization "Ministry", and there are two`,
		"policies: [{organization: Agency, settings: {}}]":    `a.yaml:2:13: these files refer to organization "Agency", and there are two`,
		"serviceAccounts: [{name: A, actsFor: [Agency]}]":     `organization "Agency", and there are two`,
		"templates: [{name: T}]":                              `organization "Ministry", and there are two`,
		"webhooks: [{url: \"https://a.example\"}]\nrooms: []": "",
	} {
		_, err := provision.Make(t.Context(), m, load(t, below+text), provision.Options{})
		if refused == "" && err != nil || refused != "" && (err == nil || !strings.Contains(err.Error(), refused)) {
			t.Errorf("%s: got %v", text, err)
		}
	}
	if err := provision.Export(t.Context(), m, &strings.Builder{}, provision.Exported{Kinds: provision.Kinds()}); err == nil || !strings.Contains(err.Error(), "there are two of organization") {
		t.Errorf("exported: %v", err)
	}
}

func TestFilesHaveOneName(t *testing.T) {
	_, err := provision.Load(fstest.MapFS{"a.yaml": {Data: []byte("folder: one\n")}, "b.yaml": {Data: []byte("rooms: []\nfolder: two\n")}})
	if err == nil || !strings.Contains(err.Error(), `b.yaml:2:1: folder: the files have the name "one" already, at a.yaml:1:1`) {
		t.Errorf("got %v", err)
	}
	if got := load(t, "folder: one\nrooms: []\n").Mark(); got != "declared@one" {
		t.Errorf("the mark is %q", got)
	}
}

func TestOnlyWhatTheFilesNameIsAskedFor(t *testing.T) {
	m := newMemory()
	plan(t, m, "rooms: [{key: a, name: A}]", provision.Options{})
	if len(m.read) != 1 || m.read[0] != provision.KindRoom {
		t.Errorf("read %v", m.read)
	}
}

func TestWhatCannotBeResolvedIsRefusedWithItsPlace(t *testing.T) {
	for says, text := range map[string]string{
		`a.yaml:1:28: template: there is no template "T" of "Ministry"`:  "rooms: [{key: a, name: A,  template: T}]",
		`a.yaml:1:30: room "a" is named twice, first at a.yaml:1:9`:      "rooms: [{key: a, name: A},   {key: a, name: B}]",
		`a.yaml:1:10: slug: the organization has no room with this code`: "rooms: [{slug: qpz-wkfm-jtx, name: A}]",
		`a.yaml:1:26: parent: there is no organization "B"`:              "organizations: [{name: A,parent: B}]",
		`organization "A" stands below itself`:                           "organizations: [{name: A, parent: B}, {name: B, parent: A}]",
		`unit "U" of "A" stands below itself`:                            "organizations: [{name: A, units: [{name: U, parent: U}]}]",
		`a.yaml:1:13: organization: there is no organization "C"`:        "policies: [{organization: C, settings: {}}]",
	} {
		_, err := provision.Make(t.Context(), newMemory(), load(t, text), provision.Options{})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %q", text, err, says)
		}
	}
}

func TestNothingInAPlanActsOnATerminal(t *testing.T) {
	m := newMemory()
	i := provision.Identity{Kind: provision.KindRoom, Key: "a"}
	m.things[i] = provision.Resource{Identity: i, Fields: provision.Fields{"name": "\x1b[2Jx"}, Label: "\x1b[2Jx"}
	if got := printed(t, plan(t, m, "rooms: [{key: a, name: A}]", provision.Options{})); strings.Contains(got, "\x1b") {
		t.Errorf("%q", got)
	}
}
