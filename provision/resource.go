package provision

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Kind is a kind of thing that files name.
type Kind string

// The kinds, in the order in which one needs another.
const (
	KindOrganization   Kind = "organization"
	KindUnit           Kind = "unit"
	KindPolicy         Kind = "policy"
	KindTemplate       Kind = "template"
	KindServiceAccount Kind = "service account"
	KindWebhook        Kind = "webhook"
	KindRoom           Kind = "room"
)

// rule is how things of a kind are compared, and what apply may do to them.
type rule struct {
	kind      Kind
	sets      []string // lists whose order says nothing
	made      []string // what is said when it is made, and stays
	others    []string // what others alone write
	who       string   // they are
	removable bool     // by --prune, where files made it
	keep      string   // else, why not
}

const platformAdmin = "only a platform-admin writes this, after a fresh sign-in: in the console, or by parvis org update on the server"

var rules = []rule{
	{kind: KindOrganization, others: []string{"siret", "idpIds", "domains", "claims"}, sets: []string{"idpIds", "domains"}, who: platformAdmin, keep: "an organization is never removed"},
	{kind: KindUnit, keep: "units are never removed from here: remove them in the console"},
	{kind: KindPolicy, keep: "policies end with their organization"},
	{kind: KindTemplate, removable: true},
	{kind: KindServiceAccount, sets: []string{"scopes", "networks", "actsFor"}, keep: "service accounts are never revoked from here: parvis app revoke does"},
	{kind: KindWebhook, sets: []string{"types"}, made: []string{"signature"}, removable: true},
	{kind: KindRoom, sets: []string{"forbidden"}, made: []string{"template"}, removable: true},
}

func ruleOf(k Kind) rule {
	i := slices.IndexFunc(rules, func(r rule) bool { return r.kind == k })
	return rules[i]
}

// Identity is what makes two things the same. Org is the name of an organization, of the kinds that several organizations have.
type Identity struct {
	Kind Kind   `json:"kind"`
	Org  string `json:"organization,omitempty"`
	Key  string `json:"key,omitempty"`
}

func (i Identity) String() string {
	switch {
	case i.Kind == KindPolicy:
		return fmt.Sprintf("policy of %q", i.Org)
	case i.Org != "":
		return fmt.Sprintf("%s %q of %q", i.Kind, i.Key, i.Org)
	default:
		return fmt.Sprintf("%s %q", i.Kind, i.Key)
	}
}

// BySlug is the key of a room that is known by the code of its link.
func BySlug(slug string) string { return slugPrefix + slug }

const slugPrefix = "slug:"

// Slug is the code of a room that is known by it.
func (i Identity) Slug() (string, bool) { return strings.CutPrefix(i.Key, slugPrefix) }

// Fields are what is said of a thing, as JSON has it. A setting of a policy or template is settings.<name>.
type Fields map[string]any

// Resource is a thing, as the files or the platform say it.
type Resource struct {
	Identity
	Fields Fields
	Place  Place // in the files

	ID        string // on the platform, as its REST knows it
	Label     string // what people call it, where that is not its key
	Archived  bool
	Protected string // why nothing is done to it; empty: it is not
	Foreign   string // why --prune leaves it, of a kind that it removes; empty: these files made it
}

const settingsPrefix = "settings."

// fieldsOfThing makes fields of a part of a file; without takes away what identifies it or stands for itself.
func fieldsOfThing(v any, without ...string) Fields {
	text, err := json.Marshal(v)
	f := Fields{}
	if err != nil || json.Unmarshal(text, &f) != nil {
		return f // what has been read from YAML can be written
	}
	settings, _ := f["settings"].(map[string]any)
	delete(f, "settings")
	for name, s := range settings {
		f[settingsPrefix+name] = s
	}
	for _, name := range without {
		delete(f, name)
	}
	return f
}

// types has an empty value of what each kind is in a file.
func shape(k Kind) any {
	switch k {
	case KindOrganization:
		return &Organization{}
	case KindUnit:
		return &Unit{}
	case KindPolicy:
		return &Policy{}
	case KindTemplate:
		return &Template{}
	case KindServiceAccount:
		return &ServiceAccount{}
	case KindWebhook:
		return &Webhook{}
	default:
		return &Room{}
	}
}

// identifying is what of each kind is in its identity.
var identifying = map[Kind][]string{
	KindOrganization: {"name", "units"}, KindUnit: {"name"}, KindPolicy: {"organization"}, KindTemplate: {"organization", "name"},
	KindServiceAccount: {"name"}, KindWebhook: {"url"}, KindRoom: {"key", "slug"},
}

// Read makes fields of what the platform answers about a thing: what files cannot say is left out.
func Read(k Kind, answer []byte) (Fields, error) {
	into := shape(k)
	if err := json.Unmarshal(answer, into); err != nil {
		return nil, fmt.Errorf("read a %s: %w", k, err)
	}
	return fieldsOfThing(into, identifying[k]...), nil
}

// resources are what the files name, organizations left out being home.
func (f Files) resources(home string) []Resource {
	var list []Resource
	add := func(k Kind, org, key string, place Place, v any) {
		list = append(list, Resource{Identity: Identity{k, org, key}, Fields: fieldsOfThing(v, identifying[k]...), Place: place})
	}
	for _, o := range f.Organizations {
		add(KindOrganization, "", o.Name, o.Place, o)
		for _, u := range o.Units {
			add(KindUnit, o.Name, u.Name, u.Place, u)
		}
	}
	for _, p := range f.Policies {
		add(KindPolicy, orHome(p.Organization, home), "", p.Place, p)
	}
	for _, t := range f.Templates {
		add(KindTemplate, orHome(t.Organization, home), t.Name, t.Place, t)
	}
	for _, a := range f.ServiceAccounts {
		add(KindServiceAccount, "", a.Name, a.Place, a)
		list[len(list)-1].Fields[CredentialField] = HasCredential
	}
	for _, w := range f.Webhooks {
		add(KindWebhook, "", w.URL, w.Place, w)
	}
	for _, r := range f.Rooms {
		key := ""
		if r.Key != nil {
			key = *r.Key
		} else if r.Slug != nil {
			key = BySlug(*r.Slug)
		}
		add(KindRoom, "", key, r.Place, r)
	}
	return list
}

func orHome(name *string, home string) string {
	if name == nil || *name == "" {
		return home
	}
	return *name
}
