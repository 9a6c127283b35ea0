// Package scripts_test holds the scripts to what they must not pass over.
package scripts_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runs a script in a folder of its own, with programs that say and answer what the test wants. Those in bin/ lie in the
// folder's bin, the others come first on the path.
func runs(t *testing.T, script string, programs map[string]string, environ ...string) (code int, said string) {
	t.Helper()
	root := t.TempDir()
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"scripts/" + script: string(text)}
	for name, body := range programs {
		files[name] = "#!/bin/sh\n" + body + "\n"
	}
	for name, body := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(root, "scripts", script))
	cmd.Env = append([]string{"PATH=" + filepath.Join(root, "path") + ":" + os.Getenv("PATH"), "TMPDIR=" + root}, environ...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func TestAFindingIsNotTakenForADatabaseThatCannotBeReached(t *testing.T) {
	const finding = `echo "Vulnerability #1: GO-2026-0001"; echo "  HTTP/2 fetch with dial tcp in net/http: no such host is checked"; exit 3`
	const offline = `echo 'govulncheck: fetching vulnerabilities: Get "https://vuln.example": dial tcp: no such host' >&2; exit 1`
	cases := []struct {
		name, program string
		code          int
		word          string
	}{
		{"a finding that speaks of HTTP", finding, 3, "GO-2026-0001"},
		{"a finding in all packages alone", `[ "$1" = ./fault ] && exit 0; ` + finding, 3, "GO-2026-0001"},
		{"code that does not build", `echo "govulncheck: loading packages: net/http: fetch failed" >&2; exit 1`, 1, "loading packages"},
		{"a database that cannot be reached", offline, 0, "not checked"},
		{"a database that goes away meanwhile", `[ "$1" = ./fault ] && exit 0; ` + offline, 0, "not checked"},
		{"nothing found", `echo "No vulnerabilities found."`, 0, "No vulnerabilities found."},
	}
	for _, c := range cases {
		code, said := runs(t, "vulnerabilities", map[string]string{"bin/govulncheck": c.program})
		if code != c.code || !strings.Contains(said, c.word) {
			t.Errorf("%s: exit %d: %s", c.name, code, said)
		}
	}
}

func TestBrowserTestsThatCannotBeCutOffFailInCIAndAreSaidElsewhere(t *testing.T) {
	refused := map[string]string{"path/unshare": "exit 1", "path/npm": "echo npm \"$@\"; exit 7"}
	if code, said := runs(t, "e2e-offline", refused, "CI=true"); code != 1 || !strings.Contains(said, "NOT CUT OFF") || strings.Contains(said, "npm run") {
		t.Errorf("in CI: exit %d: %s", code, said)
	}
	results := t.TempDir()
	if code, said := runs(t, "e2e-offline", refused, "PARVIS_TEST_RESULTS="+results); code != 7 || !strings.Contains(said, "NOT CUT OFF") || !strings.Contains(said, "npm run --silent -w e2e test") {
		t.Errorf("elsewhere: exit %d: %s", code, said)
	}
	if counts, err := os.ReadFile(filepath.Join(results, "go-offline.json")); err != nil || !strings.Contains(string(counts), `"skipped":1`) {
		t.Errorf("not counted as skipped: %s %v", counts, err)
	}
}

func TestBrowserTestsRunOnceAndCutOffWhereTheyCanBe(t *testing.T) {
	programs := map[string]string{
		// Takes the place of the kernel: it says that it was asked for a network of its own, and runs the rest.
		"path/unshare": `while [ "${1#--}" != "$1" ]; do echo "unshare $1"; shift; done; exec "$@"`,
		"path/ip":      `echo "ip $*" >&2`,
		"path/npm":     `echo npm "$@"; exit 7`,
	}
	code, said := runs(t, "e2e-offline", programs, "CI=true")
	if code != 7 || strings.Count(said, "npm run --silent -w e2e test") != 1 || !strings.Contains(said, "unshare --net") || !strings.Contains(said, "ip link set lo up") {
		t.Errorf("exit %d: %s", code, said)
	}
	programs["path/ip"] = `[ "$1" = link ] || echo "default via 192.0.2.1"`
	if code, said := runs(t, "e2e-offline", programs, "CI=true"); code != 1 || strings.Contains(said, "npm run") {
		t.Errorf("with a route to the outside: exit %d: %s", code, said)
	}
}
