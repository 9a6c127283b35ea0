package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

const everyScope = "rooms.read,rooms.write,policies.manage,organizations.manage,service-accounts.manage,webhooks.manage"

// administered is a platform that serves, and a service account whose settings its commands have.
func administered(t *testing.T) *installation {
	t.Helper()
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	app := i.app(everyScope, "--acts-for", "11001401600015")
	i.serve()
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections)
	i.environ = append(i.environ, "PARVIS_CLIENT_ID="+app.ClientID, "PARVIS_CLIENT_SECRET="+app.Secret)
	return i
}

// folder writes files, by name.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	at := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return at
}

// by runs a command over another transport.
func (i *installation) by(transport http.RoundTripper, args ...string) (code int, stdout, stderr string) {
	i.t.Helper()
	var out, errs bytes.Buffer
	code = run(context.WithValue(i.t.Context(), transportKey{}, transport), args, i.environ, &out, &errs)
	return code, out.String(), errs.String()
}

// exits runs a command that has to end with a code, and answers what it says.
func (i *installation) exits(want int, args ...string) string {
	i.t.Helper()
	code, out, errs := i.do(args...)
	if code != want {
		i.t.Fatalf("parvis %s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, want, out, errs)
	}
	return out + errs
}

const ministry = `
organizations:
  - name: Ministère de l’Intérieur
    contact: dsi@interieur.example
    units:
      - {name: Bureau 2, parent: Direction du budget}
      - {name: Direction du budget}
  - {name: Agence du numérique, kind: agency}
policies:
  - settings:
      entry: {value: signed-in, locked: true}
  - organization: Agence du numérique
    settings: {guests: {value: lobby}}
templates:
  - {name: Hearings, prefix: Hearing, settings: {opensWithHost: {value: true, locked: true}}}
serviceAccounts:
  - {name: HR agenda, scopes: [rooms.write, rooms.read], networks: [192.0.2.7], actsFor: [Ministère de l’Intérieur]}
webhooks:
  - {url: "https://agenda.example.org/hooks", types: [session.ended], contact: exploitation@agenda.example.org}
rooms:
  - {key: hearings/1, name: Room 1, template: Hearings, tags: [justice]}
  - {key: budget, name: "Budget, weekly", entry: organization, maxParticipants: 40, forbidden: [screen, chat]}
`

func TestAnOrganizationBecomesAsItsFilesSayAndASecondApplyChangesNothing(t *testing.T) {
	i := administered(t)
	at := folder(t, map[string]string{"all.yaml": ministry})
	planned := i.exits(2, "plan", "-f", at, "--detailed-exitcode")
	if want := golden(t, "plan.txt", planned); planned != want {
		t.Errorf("planned\n%s", planned)
	}
	if out := i.exits(1, "apply", "-f", at); !strings.Contains(out, "--secrets FILE") {
		t.Error(out)
	}
	secrets := filepath.Join(t.TempDir(), "secrets.jsonl")
	if out := i.exits(0, "apply", "-f", at, "--secrets", secrets); !strings.Contains(out, "Done: 11 of 11.") {
		t.Error(out)
	}
	kept, err := os.ReadFile(secrets)
	info, err2 := os.Stat(secrets)
	if err := errors.Join(err, err2); err != nil || info.Mode().Perm() != 0o600 || bytes.Count(kept, []byte("\n")) != 2 ||
		!bytes.Contains(kept, []byte(`"secret":"whsec_`)) || !bytes.Contains(kept, []byte(`"name":"HR agenda"`)) {
		t.Errorf("%v: %s", err, kept)
	}
	for _, again := range [][]string{{"drift"}, {"apply"}, {"plan", "--detailed-exitcode"}} {
		if out := i.exits(0, append(again, "-f", at)...); out != "Nothing to do: all is as the files say.\n" {
			t.Errorf("%v says\n%s", again, out)
		}
	}
	exported := i.must("export")
	if want := golden(t, "export.yaml", exported); exported != want {
		t.Errorf("exported\n%s", exported)
	}
	if strings.Contains(exported, "whsec_") {
		t.Error("a secret is exported")
	}
	back := folder(t, map[string]string{"export.yaml": exported})
	if out := i.exits(0, "drift", "-f", filepath.Join(back, "export.yaml"), "--prune"); !strings.Contains(out, "Nothing to do") {
		t.Error(out)
	}
}

// golden is what a test has written down; with PARVIS_TEST_GOLDEN it is written anew.
func golden(t *testing.T, name, got string) string {
	t.Helper()
	name = filepath.Join("testdata", "declare", name)
	if os.Getenv("PARVIS_TEST_GOLDEN") != "" {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(got), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhatSomebodyElseChangesIsDriftAndIsPutRight(t *testing.T) {
	i := administered(t)
	at := folder(t, map[string]string{"a.yaml": "rooms:\n  - {key: a, name: A}\n  - {key: b, name: B}\ntemplates: [{name: T}]\n"})
	i.must("apply", "-f", at)
	other := folder(t, map[string]string{"a.yaml": "rooms:\n  - {key: a, name: Another}\ntemplates: []\n"})
	if out := i.exits(0, "apply", "-f", other, "--prune"); !strings.Contains(out, "Done: 3 of 3") {
		t.Error(out)
	}
	want := `+ template "T" of "Ministère de l’Intérieur"
~ room "a" ("Another")
    name: "Another" -> "A"
^ room "b" ("B"): restored from the archive
To do: 1 to make, 1 to change, 1 to restore, 0 to remove.
`
	if out := i.exits(2, "drift", "-f", at); out != want {
		t.Errorf("drift says\n%s", out)
	}
	if out := i.exits(0, "apply", "-f", at); !strings.Contains(out, "Done: 3 of 3") {
		t.Error(out)
	}
	i.exits(0, "drift", "-f", at)
}

func TestWhatAServiceAccountMayNotWriteIsSaidWithWhoMay(t *testing.T) {
	i := administered(t)
	at := folder(t, map[string]string{"a.yaml": "organizations: [{name: Agence, siret: '13002526500013'}]\nserviceAccounts: [{name: agenda, scopes: [rooms.read]}]\n"})
	out := i.exits(1, "apply", "-f", at)
	for _, says := range []string{"siret: only a platform-admin writes this", "parvis app allow", "2 things are for others to do", "Done: 1 of 1"} {
		if !strings.Contains(out, says) {
			t.Errorf("not said: %s, in\n%s", says, out)
		}
	}
	i.exits(2, "drift", "-f", at)
	locked := folder(t, map[string]string{"a.yaml": "policies: [{settings: {entry: {value: organization, locked: true}}}]\nrooms: [{key: a, name: A, entry: everyone}, {key: b, name: B}]\n"})
	if out := i.exits(1, "apply", "-f", locked); !strings.Contains(out, `a.yaml:2:9: room "a": policy-locked`) || !strings.Contains(out, "Done: 2 of 3") {
		t.Error(out)
	}
}

func TestARoomThatWasRefusedIsMadeByALaterApplyOnceItIsAllowed(t *testing.T) {
	i := administered(t)
	files := func(entry string) map[string]string {
		return map[string]string{"a.yaml": "policies: [{settings: {entry: {value: " + entry + ", locked: true}}}]\nrooms: [{key: a, name: A, entry: organization}, {key: b, name: B, entry: everyone}]\n"}
	}
	at := folder(t, files("organization"))
	for range 3 {
		if out := i.exits(1, "apply", "-f", at); !strings.Contains(out, `room "b": policy-locked`) {
			t.Error(out)
		}
	}
	i.exits(0, "apply", "-f", folder(t, files("everyone")))
}

// failing answers a number of requests that write, and none after.
type failing struct{ left atomic.Int64 }

func (f *failing) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/oauth/token") && f.left.Add(-1) < 0 {
		return nil, errors.New("the network went away")
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestAnInterruptedApplyRunAgainIsCompleted(t *testing.T) {
	i := administered(t)
	at := folder(t, map[string]string{"all.yaml": ministry})
	secrets := filepath.Join(t.TempDir(), "secrets.jsonl")
	for n := 0; ; n++ {
		var f failing
		f.left.Store(1)
		code, out, errs := i.by(&f, "apply", "-f", at, "--secrets", secrets)
		if code == 0 {
			break
		}
		if !strings.Contains(errs, "apply again") || n > 20 {
			t.Fatalf("after %d: %s%s", n, out, errs)
		}
	}
	i.exits(0, "drift", "-f", at)
	kept, err := os.ReadFile(secrets)
	if err != nil || bytes.Count(kept, []byte("\n")) != 2 {
		t.Errorf("secrets were lost: %v %s", err, kept)
	}
}

func TestOfTwoAppliesAtOnceOneDoesItAndTheOtherIsToldToPlanAgain(t *testing.T) {
	i := administered(t)
	at := folder(t, map[string]string{"all.yaml": ministry})
	var together sync.WaitGroup
	codes, errs := [2]int{}, [2]string{}
	for n := range codes {
		together.Go(func() {
			codes[n], _, errs[n] = i.do("apply", "-f", at, "--secrets", filepath.Join(t.TempDir(), "secrets.jsonl"))
		})
	}
	together.Wait()
	for n, code := range codes {
		if code != 0 && !strings.Contains(errs[n], "somebody else changed it meanwhile: plan again") {
			t.Errorf("exit %d: %s", code, errs[n])
		}
	}
	secrets := filepath.Join(t.TempDir(), "secrets.jsonl")
	i.exits(0, "apply", "-f", at, "--secrets", secrets)
	i.exits(0, "drift", "-f", at)
	if out := i.must("export"); strings.Count(out, "key: budget") != 1 || strings.Count(out, "url: https://agenda.example.org/hooks") != 1 || strings.Count(out, "name: HR agenda") != 1 {
		t.Errorf("something was made twice:\n%s", out)
	}
}

func TestTheDeclarativeCommandsRefuseWithACodeThatIsNotDrift(t *testing.T) {
	i := install(t)
	at := folder(t, map[string]string{"a.yaml": "rooms: []\n"})
	for says, args := range map[string][]string{
		"-f FOLDER":            {"drift"},
		"no such file":         {"drift", "-f", filepath.Join(at, "none")},
		"PARVIS_CLIENT_ID":     {"drift", "-f", at},
		"unknown flag":         {"drift", "--form", at},
		"nothing that is":      {"export", "--kinds", "people"},
		"there is no file":     {"plan", "-f", t.TempDir()},
		"PARVIS_CLIENT_SECRET": {"export"},
	} {
		if code, _, errs := i.do(args...); code != 1 || !strings.Contains(errs, says) {
			t.Errorf("%v: exit %d: %s", args, code, errs)
		}
	}
	if out := i.must("plan", "--schema"); !strings.Contains(out, "json-schema.org") {
		t.Error(out)
	}
}

func TestEveryCommandOfThePageOnFilesRunsAsItStands(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations", "declarative.md"))
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	blocks := shellBlock.FindAllStringSubmatch(string(page), -1)
	for _, block := range blocks {
		script.WriteString(block[1])
	}
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	i.serve()
	at := t.TempDir()
	command := "#!/bin/sh\n" + isCommand + "=1 exec '" + os.Args[0] + "' \"$@\"\n"
	if err := errors.Join(os.Mkdir(filepath.Join(at, "bin"), 0o755), os.WriteFile(filepath.Join(at, "bin", "parvis"), []byte(command), 0o755)); err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer("http://localhost:8080", "http://localhost:"+portOf(i.address), "sqlite:data/parvis.db", "sqlite:"+filepath.Join(i.folder, "parvis.db"))
	shell := exec.CommandContext(t.Context(), "sh", "-eux")
	shell.Dir, shell.Stdin = at, strings.NewReader(here.Replace(script.String()))
	shell.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + at}
	if out, err := shell.CombinedOutput(); err != nil || len(blocks) < 5 {
		t.Fatalf("%d blocks: %v\n%s", len(blocks), err, out)
	}
}
