package main

import (
	"archive/zip"
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

// ministry has the people and the room that docs/operations/data-protection.md speaks of.
func (i *installation) ministry() map[string]string {
	i.t.Helper()
	ids := map[string]string{}
	i.withStore(func(db *store.DB) error {
		for _, name := range []string{"camille.martin", "mounir.benali"} {
			p, err := directory.New(db, time.Now).SignedIn(i.t.Context(), directory.Claims{
				Provider: "test", Issuer: "https://op.example", Subject: name, GivenName: name, Email: name + "@finances.example", Siret: "11000201100044",
			})
			if err != nil {
				return err
			}
			ids[name] = p.ID
		}
		return nil
	})
	i.must("room", "create", "--owner", ids["camille.martin"], "--name", "Budget")
	return ids
}

func inFolder(t *testing.T, name string) string { return filepath.Join(t.TempDir(), name) }

var (
	shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")
	aWord      = regexp.MustCompile(`"[^"]*"|\S+`)
	anID       = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)
	roomCode   = regexp.MustCompile(`[a-z]{3}-[a-z]{4}-[a-z]{3}`)
)

// Every command of the page is run in the order in which it stands, on a platform that serves.
func TestTheCommandsOfThePageOnDataProtectionWork(t *testing.T) {
	page, err := os.ReadFile("../../docs/operations/data-protection.md")
	if err != nil {
		t.Fatal(err)
	}
	i := install(t)
	i.must("migrate")
	i.ministry()
	room := roomCode.FindString(i.must("room", "create", "--owner", "mounir.benali@finances.example", "--org", "11000201100044", "--name", "Litige"))
	stop := i.serve()
	defer func() {
		if code := stop(); code != 0 {
			t.Errorf("serve ended with %d", code)
		}
	}()
	folder, last, ran := t.TempDir(), "", 0
	for _, block := range shellBlock.FindAllStringSubmatch(string(page), -1) {
		for line := range strings.Lines(block[1]) {
			command, some := strings.CutPrefix(strings.TrimSpace(line), "docker compose run --rm parvis ")
			if !some {
				t.Errorf("the page has another command: %s", line)
				continue
			}
			words := aWord.FindAllString(command, -1)
			for n, w := range words {
				w = strings.Trim(w, `"`)
				switch {
				case roomCode.MatchString(w) && !strings.Contains(w, "@"):
					w = room
				case anID.MatchString(w):
					w = anID.FindString(last)
				case strings.HasSuffix(w, ".zip"), w == "receipt.json":
					w = filepath.Join(folder, w)
				}
				words[n] = w
			}
			if words[1] == "verify" {
				if err := os.WriteFile(filepath.Join(folder, "receipt.json"), []byte(last), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			out := i.must(words...)
			ran++
			if words[1] != "holds" {
				last = out
			}
		}
	}
	if ran < 10 {
		t.Errorf("%d commands were found in the page", ran)
	}
	if _, err := zip.OpenReader(filepath.Join(folder, "copy.zip")); err != nil {
		t.Errorf("the copy: %v", err)
	}
}

func TestAnErasureAskedForByCommandIsDoneByThePlatformThatServes(t *testing.T) {
	i := install(t)
	i.must("migrate")
	ids := i.ministry()
	if code, _, errs := i.do("privacy", "erase", ids["camille.martin"]); code != 1 || !strings.Contains(errs, "1 rooms") {
		t.Errorf("without saying who takes over: exit %d: %s", code, errs)
	}
	out := i.must("privacy", "erase", ids["camille.martin"], "--to", "archive", "--wait", "1ms")
	if !strings.Contains(out, "runs") {
		t.Errorf("nobody serves, and it says: %s", out)
	}
	stop := i.serve()
	defer stop()
	var done erasureWire
	if err := json.Unmarshal([]byte(i.must("privacy", "erase", ids["camille.martin"], "-o", "json")), &done); err != nil || done.State != "done" {
		t.Fatalf("%+v, %v", done, err)
	}
	file := inFolder(t, "receipt.json")
	text, err := json.Marshal(done.Receipt)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"as it was":            {string(text), 0},
		"changed":              {strings.Replace(string(text), ids["camille.martin"], ids["mounir.benali"], 1), 1},
		"a member more":        {strings.Replace(string(text), "{", `{"name":"x",`, 1), 1},
		"something behind it":  {string(text) + "{}", 1},
		"nothing":              {"", 1},
		"of another signature": {strings.Replace(string(text), done.Receipt.Signature, "AAAA", 1), 1},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, errs := i.do("privacy", "verify", file); code != c.want {
			t.Errorf("a receipt %s: exit %d: %s", name, code, errs)
		}
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	var register struct{ ReceiptKey string }
	if err := json.Unmarshal([]byte(i.must("privacy", "register", "-o", "json")), &register); err != nil {
		t.Fatal(err)
	}
	i.environ = nil // an auditor elsewhere
	i.must("privacy", "verify", file, "--key", register.ReceiptKey)
	if code, _, errs := i.do("privacy", "verify", file); code == 0 || errs == "" {
		t.Error("verified with no key")
	}
}

func TestACopyByCommandOverwritesNothing(t *testing.T) {
	i := install(t)
	i.must("migrate")
	ids := i.ministry()
	file := inFolder(t, "copy.zip")
	i.must("privacy", "export", ids["camille.martin"], "--file", file)
	if code, _, errs := i.do("privacy", "export", ids["camille.martin"], "--file", file); code != 1 || !strings.Contains(errs, "exists") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if code, _, errs := i.do("privacy", "export", "0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13", "--file", file+"2"); code != 1 || !strings.Contains(errs, "no such") {
		t.Errorf("of nobody: exit %d: %s", code, errs)
	}
}

func TestALegalBasisThatDoesNotExistIsRefused(t *testing.T) {
	i := install(t)
	i.must("migrate")
	for _, wrong := range []string{"because", "public-task,shoes:consent"} {
		environ := i.environ
		i.environ = append(environ[:len(environ):len(environ)], "PARVIS_LEGAL_BASIS="+wrong)
		if code, _, errs := i.do("privacy", "register"); code != 1 || !strings.Contains(errs, "PARVIS_LEGAL_BASIS") {
			t.Errorf("%s: exit %d: %s", wrong, code, errs)
		}
		i.environ = environ
	}
}
