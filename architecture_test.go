package parvis_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

const module = "parvis"

// kind is a package's place on the map; imports run from a later kind to an earlier one, never back.
type kind string

const (
	leaf     kind = "leaf"
	domain   kind = "domain"
	adapter  kind = "adapter"
	program  kind = "program"
	checking kind = "checking" // benchmarks and whole-product tests: no program imports them
)

// kinds places every folder on the map; the longest matching prefix counts.
var kinds = map[string]kind{
	"fault": leaf, "auth": leaf, "policy": leaf, "event": leaf, "access": leaf, "text": leaf, "config": leaf, "seal": leaf, "job": leaf,
	"once":           leaf,                        // the key of a request that may be repeated
	"audit":          leaf,                        // how rows become provable, and where a request came from: domains say what theirs was about
	"schedule/recur": leaf, "schedule/ical": leaf, // pure: arithmetic and a file format, which their domain builds on
	"directory": domain, "rooms": domain, "schedule": domain, "recording": domain, "webhook": domain, "usage": domain, "scim": domain, "privacy": domain, "provision": domain,
	"auth/emailproof": domain,
	"auth/oidc":       adapter, "auth/signin": adapter, "auth/service": adapter, "auth/devidp": adapter,
	"store": adapter, "sfu": adapter, "api": adapter, "web": adapter, "client": adapter,
	"webhook/deliver": adapter,
	"provision/rest":  adapter,
	"jobs":            adapter, "mail": adapter, "matrix": adapter,
	"cmd":   program,
	"bench": checking, "e2e": checking, "deploy": checking, "scripts": checking,
}

// between lists the adapters that may see another one: the database implements the ports that sign-in declares and the
// API serves what it offers. Every other pair of adapters meets in cmd alone.
var between = map[string][]string{
	"store": {"auth/oidc", "auth/signin", "auth/service"},
	"api":   {"auth/oidc", "auth/signin", "auth/service"},

	"provision/rest": {"client"}, // it is a program of the client, as others are outside of this module
}

// reserved names who alone may import something; a trailing /... means everything below as well.
type reserved struct {
	path  string
	by    []string
	tests bool // tests of other packages may
}

var reservations = []reserved{
	{path: "github.com/livekit/livekit-server/...", by: []string{"cmd/parvis-sfu"}},
	{path: "github.com/livekit/...", by: []string{"sfu", "cmd/parvis-sfu", "bench"}, tests: true},
	{path: "github.com/pion/...", by: []string{"sfu", "cmd/parvis-sfu", "bench"}, tests: true},
	{path: "github.com/gin-gonic/gin/...", by: []string{"api", "bench"}},
	{path: "github.com/danielgtaylor/huma/v2/...", by: []string{"api"}},
	{path: "gorm.io/...", by: []string{"store"}},
	{path: "github.com/glebarez/...", by: []string{"store"}},
	{path: "github.com/jackc/...", by: []string{"store", "bench"}},
	{path: "github.com/pressly/goose/v3/...", by: []string{"store"}},
	{path: "database/sql/...", by: []string{"store"}},
	{path: "github.com/coreos/go-oidc/v3/...", by: []string{"auth/oidc"}, tests: true},
	{path: "github.com/zitadel/oidc/v3/...", by: []string{"auth/devidp"}, tests: true},
	{path: "github.com/riverqueue/...", by: []string{"store", "jobs"}},
	{path: "github.com/wneessen/go-mail/...", by: []string{"mail"}},
	{path: "github.com/emersion/...", by: []string{"mail/mailtest", "bench"}, tests: true},
	{path: "github.com/emersion/go-imap/v2/...", by: []string{"mail/inbox"}, tests: true},
	{path: "github.com/emersion/go-msgauth/...", by: []string{"mail/inbox"}, tests: true},
	{path: "github.com/emersion/go-ical/...", by: []string{"schedule/ical"}, tests: true},
	{path: "github.com/scim2/...", by: []string{"scim"}},
	{path: "github.com/teambition/rrule-go/...", by: []string{"schedule/recur"}, tests: true},
	{path: module + "/auth/devidp", by: []string{"cmd/parvis/demo"}, tests: true},
	{path: module + "/config", by: []string{"cmd"}, tests: true},
}

// foreign is what neither a domain nor a leaf may know, whatever reservations say.
var foreign = []string{
	"net/http/...", "database/sql/...", "gorm.io/...", "github.com/gin-gonic/...", "github.com/danielgtaylor/...",
	"github.com/livekit/...", "github.com/pion/...", "github.com/coreos/go-oidc/...", "github.com/zitadel/...",
}

// edge is one import of one file. File and Path are relative to the module root where they are the module's own.
type edge struct {
	Package string // "rooms", "cmd/parvis"
	File    string // "rooms/join.go"
	Path    string // "parvis/store", "net/http"
}

func (e edge) test() bool { return strings.HasSuffix(e.File, "_test.go") || helpsTests(e.Package) }

// helpsTests tells packages made for tests alone, named after what they help with (roomstest, storetest).
func helpsTests(pkg string) bool { return strings.HasSuffix(pkg, "test") }

func TestImportsRunOneWay(t *testing.T) {
	edges := importsOfTheModule(t)
	for _, problem := range judge(edges) {
		t.Error(problem)
	}
	if len(edges) < 50 {
		t.Errorf("saw %d imports only: the list is not being read", len(edges))
	}
}

// TestABrokenRuleIsNamed holds the rules themselves to examples: a rule that cannot fail keeps nothing.
func TestABrokenRuleIsNamed(t *testing.T) {
	cases := []struct {
		name string
		edge edge
		want string
	}{
		{"a domain sees the database", edge{"rooms", "rooms/a.go", "parvis/store"}, "rooms/a.go imports parvis/store: a domain sees leaves only"},
		{"a domain sees another domain", edge{"rooms", "rooms/a.go", "parvis/directory"}, "rooms/a.go imports parvis/directory: a domain sees leaves only"},
		{"a domain speaks HTTP", edge{"rooms", "rooms/a.go", "net/http"}, "rooms/a.go imports net/http: a domain must not know it"},
		{"a leaf opens a database", edge{"auth", "auth/a.go", "database/sql"}, "auth/a.go imports database/sql: a leaf must not know it"},
		{"a leaf sees a domain", edge{"auth", "auth/a.go", "parvis/rooms"}, "auth/a.go imports parvis/rooms: a leaf sees leaves only"},
		{"an adapter sees another", edge{"sfu", "sfu/a.go", "parvis/store"}, "sfu/a.go imports parvis/store: these two adapters meet in cmd only"},
		{"the API serves sign-in", edge{"api", "api/a.go", "parvis/auth/signin"}, ""},
		{"the database keeps rooms", edge{"store", "store/a.go", "parvis/rooms"}, ""},
		{"serve reaches the development provider", edge{"cmd/parvis", "cmd/parvis/serve.go", "parvis/auth/devidp"}, "cmd/parvis/serve.go imports parvis/auth/devidp: reserved to cmd/parvis/demo"},
		{"demo reaches the development provider", edge{"cmd/parvis", "cmd/parvis/demo_provider.go", "parvis/auth/devidp"}, ""},
		{"a test reaches the development provider", edge{"auth/oidc", "auth/oidc/a_test.go", "parvis/auth/devidp"}, ""},
		{"parvis carries the SFU", edge{"cmd/parvis", "cmd/parvis/demo.go", "github.com/livekit/livekit-server/pkg/config"}, "cmd/parvis/demo.go imports github.com/livekit/livekit-server/pkg/config: reserved to cmd/parvis-sfu"},
		{"a test carries the SFU", edge{"sfu", "sfu/a_test.go", "github.com/livekit/livekit-server/pkg/config"}, "sfu/a_test.go imports github.com/livekit/livekit-server/pkg/config: reserved to cmd/parvis-sfu"},
		{"the API knows LiveKit", edge{"api", "api/a.go", "github.com/livekit/protocol/auth"}, "api/a.go imports github.com/livekit/protocol/auth: reserved to sfu, cmd/parvis-sfu, bench"},
		{"the command knows GORM", edge{"cmd/parvis", "cmd/parvis/wire.go", "gorm.io/gorm"}, "cmd/parvis/wire.go imports gorm.io/gorm: reserved to store"},
		{"the command knows SQL in a test", edge{"cmd/parvis", "cmd/parvis/a_test.go", "database/sql"}, "cmd/parvis/a_test.go imports database/sql: reserved to store"},
		{"a meeting expands its rules itself", edge{"schedule", "schedule/a.go", "github.com/teambition/rrule-go"}, "schedule/a.go imports github.com/teambition/rrule-go: reserved to schedule/recur"},
		{"the API writes calendars itself", edge{"api", "api/a.go", "github.com/emersion/go-ical"}, "api/a.go imports github.com/emersion/go-ical: reserved to schedule/ical"},
		{"recurrence knows meetings", edge{"schedule/recur", "schedule/recur/a.go", "parvis/schedule"}, "schedule/recur/a.go imports parvis/schedule: a leaf sees leaves only"},
		{"calendars know meetings", edge{"schedule/ical", "schedule/ical/a.go", "parvis/schedule"}, "schedule/ical/a.go imports parvis/schedule: a leaf sees leaves only"},
		{"meetings recur", edge{"schedule", "schedule/a.go", "parvis/schedule/recur"}, ""},
		{"the command sends mail by itself", edge{"cmd/parvis", "cmd/parvis/wire.go", "github.com/wneessen/go-mail"}, "cmd/parvis/wire.go imports github.com/wneessen/go-mail: reserved to mail"},
		{"an adapter reads settings itself", edge{"api", "api/a.go", "parvis/config"}, "api/a.go imports parvis/config: reserved to cmd"},
		{"production leans on a test helper", edge{"cmd/parvis", "cmd/parvis/wire.go", "parvis/rooms/roomstest"}, "cmd/parvis/wire.go imports parvis/rooms/roomstest: made for tests only"},
		{"a domain's test uses its fakes", edge{"rooms", "rooms/a_test.go", "parvis/rooms/roomstest"}, ""},
		{"a program uses its own part", edge{"cmd/parvis", "cmd/parvis/doctor.go", "parvis/cmd/parvis/doctor"}, ""},
		{"a program uses another's part", edge{"cmd/parvis-sfu", "cmd/parvis-sfu/a.go", "parvis/cmd/parvis/doctor"}, "cmd/parvis-sfu/a.go imports parvis/cmd/parvis/doctor: nothing imports a program package"},
		{"a package that is not on the map", edge{"utils", "utils/a.go", "fmt"}, "utils/a.go: package utils has no place on the map (a package is created with its first use case, and named in kinds)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := gocmp.Diff(c.want, strings.Join(judge([]edge{c.edge}), "\n")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// judge answers one sentence for each import that breaks a rule.
func judge(edges []edge) []string {
	var problems []string
	for _, e := range edges {
		if problem := verdict(e); problem != "" {
			problems = append(problems, problem)
		}
	}
	slices.Sort(problems)
	return slices.Compact(problems)
}

func verdict(e edge) string {
	from := kindOf(e.Package)
	if from == "" && e.Package != "." {
		return fmt.Sprintf("%s: package %s has no place on the map (a package is created with its first use case, and named in kinds)", e.File, e.Package)
	}
	refuse := func(reason string) string { return fmt.Sprintf("%s imports %s: %s", e.File, e.Path, reason) }
	if (from == domain || from == leaf) && !e.test() && matchesAny(foreign, e.Path) {
		return refuse("a " + string(from) + " must not know it")
	}
	if owner, broken := brokenReservation(e); broken {
		return refuse("reserved to " + strings.Join(owner, ", "))
	}
	target, own := strings.CutPrefix(e.Path, module+"/")
	if !own || e.test() {
		return ""
	}
	if helpsTests(target) {
		return refuse("made for tests only")
	}
	if sameHouse(e.Package, target) {
		return ""
	}
	return againstTheStream(from, e.Package, target, refuse)
}

func againstTheStream(from kind, pkg, target string, refuse func(string) string) string {
	to := kindOf(target)
	switch {
	case to == checking || (to == program && from != checking):
		return refuse("nothing imports a " + string(to) + " package")
	case from == leaf && to != leaf:
		return refuse("a leaf sees leaves only")
	case from == domain && to != leaf:
		return refuse("a domain sees leaves only")
	case from == adapter && to == adapter && !slices.Contains(between[pkg], target):
		return refuse("these two adapters meet in cmd only")
	}
	return ""
}

// brokenReservation finds the most specific reservation of the path and tells whether the file is outside it.
func brokenReservation(e edge) (by []string, broken bool) {
	var rule *reserved
	for i, r := range reservations {
		if matches(r.path, e.Path) && (rule == nil || len(r.path) > len(rule.path)) {
			rule = &reservations[i]
		}
	}
	if rule == nil || (rule.tests && e.test()) || e.Package == "." {
		return nil, false
	}
	for _, owner := range rule.by {
		// An owner is a folder with all below it, or, as in cmd/parvis/demo, the beginning of a file's name.
		if sameHouse(owner, e.Package) || strings.HasPrefix(e.Package, owner+"/") ||
			(strings.HasPrefix(e.File, owner) && kindOf(e.Package) == program) {
			return nil, false
		}
	}
	return rule.by, true
}

// sameHouse tells that two folders are one package with its sub-packages, where the map does not part them. Programs
// share a place on the map; each is a house with what lies below it.
func sameHouse(a, b string) bool {
	if kindOf(a) == program {
		return a == b || strings.HasPrefix(b, a+"/")
	}
	return a == b || placeOf(a) == placeOf(b)
}

func kindOf(pkg string) kind { return kinds[placeOf(pkg)] }

// placeOf is the folder under which the map lists a package.
func placeOf(pkg string) string {
	for p := pkg; p != "."; p = filepath.Dir(p) {
		if _, listed := kinds[p]; listed {
			return p
		}
	}
	return pkg
}

func matchesAny(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, path) })
}

func matches(pattern, path string) bool {
	base, below := strings.CutSuffix(pattern, "/...")
	return path == base || (below && strings.HasPrefix(path, base+"/"))
}

// importsOfTheModule reads every file that go list names, files for other platforms and tests included.
func importsOfTheModule(t *testing.T) []edge {
	t.Helper()
	var edges []edge
	for _, p := range listPackages(t) {
		pkg := cmp.Or(strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/"), ".")
		for _, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles, p.CgoFiles, p.TestGoFiles, p.XTestGoFiles) {
			for _, path := range importsOf(t, filepath.Join(p.Dir, name)) {
				edges = append(edges, edge{Package: pkg, File: filepath.Join(pkg, name), Path: path})
			}
		}
	}
	return edges
}

type listed struct {
	Dir, ImportPath                                              string
	GoFiles, IgnoredGoFiles, CgoFiles, TestGoFiles, XTestGoFiles []string
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e",
		"-json=Dir,ImportPath,GoFiles,IgnoredGoFiles,CgoFiles,TestGoFiles,XTestGoFiles", "./...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p listed
		if err := d.Decode(&p); err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, p)
	}
	return packages
}

func importsOf(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatalf("read imports: %v", err)
	}
	var paths []string
	for _, spec := range parsed.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatalf("read imports of %s: %v", file, err)
		}
		paths = append(paths, path)
	}
	return paths
}
