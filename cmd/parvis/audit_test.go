package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/audit"
	"parvis/auth"
	"parvis/directory"
	"parvis/store"
)

// trail leaves some rows, sealed, and answers the person who acted.
func (i *installation) trail(keys audit.Keys) (personID string) {
	i.t.Helper()
	i.withStore(func(db *store.DB) error {
		p, err := db.UpsertPerson(i.t.Context(), directory.Claims{Issuer: "i", Subject: "s", GivenName: "Jeanne", FamilyName: "Martin", Email: "jeanne@example.org"}, auth.DefaultOrgID, time.Now())
		if err != nil {
			return err
		}
		personID = p.ID
		at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		err = db.Record(i.t.Context(), []audit.Entry{
			{At: at, OrgID: p.OrgID, Action: "room.moderated", Actor: "person:" + p.ID, Subject: "room:r", Network: "192.0.2.0/24", Data: json.RawMessage(`{"act":"lock"}`)},
			{At: at, OrgID: p.OrgID, Action: audit.JoinRefused, Actor: "nobody:", Subject: "room:r", Result: audit.Refused, Code: "room-full", Network: "198.51.100.0/24"},
		})
		if err != nil {
			return err
		}
		return i.seal(db, keys)
	})
	return personID
}

// seal writes what waits into the trail, as a program that serves does each second.
func (i *installation) seal(db *store.DB, keys audit.Keys) error {
	sealer := audit.Sealer{Trail: db, Leases: db, Keys: keys, Holder: "test", Keep: time.Hour, Now: time.Now, Logger: slog.New(slog.DiscardHandler)}
	return sealer.Turn(i.t.Context())
}

func (i *installation) auditKeys() audit.Keys {
	i.t.Helper()
	keys, err := audit.NewKeys("a-secret-of-more-than-32-characters-", "")
	if err != nil {
		i.t.Fatal(err)
	}
	return keys
}

func TestATrailThatWasTamperedWithEndsWithOneAndNamesTheRow(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.trail(i.auditKeys())
	var before reportWire
	if err := json.Unmarshal([]byte(i.must("audit", "verify", "-o", "json")), &before); err != nil || !before.Holds || before.Rows != 3 {
		t.Fatalf("got %+v, %v", before, err)
	}
	if out := i.must("audit", "verify"); !strings.Contains(out, "the trail holds") || !strings.Contains(out, "no anchor was given") {
		t.Errorf("for people: %s", out)
	}
	other := strings.TrimSuffix(before.Anchor, before.Anchor[len(before.Anchor)-4:]) + "0000"
	for _, c := range []struct {
		want string
		args []string
	}{
		{"anchor-differs", []string{"audit", "verify", "--anchor", other}},
		{"cut-off", []string{"audit", "verify", "--anchor", "9" + before.Anchor}},
	} {
		if code, out, _ := i.do(c.args...); code != 1 || !strings.Contains(out, c.want) || !strings.Contains(out, "DOES NOT HOLD") {
			t.Errorf("%v: exit %d: %s", c.args, code, out)
		}
	}
}

func TestWhatIsAskedOfTheTrailWronglyIsRefused(t *testing.T) {
	i := install(t)
	i.must("migrate")
	for _, c := range []struct {
		want string
		args []string
	}{
		{"an anchor is", []string{"audit", "verify", "--anchor", "x"}},
		{"add --key", []string{"audit", "verify", "--file", "x"}},
		{"there is no public key", []string{"audit", "verify", "--key", filepath.Join(i.folder, "parvis.db")}},
		{"is a day or a moment", []string{"audit", "show", "--from", "yesterday"}},
		{"from 1 to 200", []string{"audit", "show", "--most", "0"}},
		{"the whole trail", []string{"audit", "export", "--format", "sealed", "--org", "x"}},
		{"there is no such", []string{"audit", "forget", "01900000-0000-7000-8000-000000000001", "--yes"}},
	} {
		if code, _, errs := i.do(c.args...); code != 1 || !strings.Contains(errs, c.want) {
			t.Errorf("%v: exit %d: %s", c.args, code, errs)
		}
	}
	i.environ = slices.DeleteFunc(i.environ, func(kv string) bool { return strings.HasPrefix(kv, "PARVIS_SECRET=") })
	if code, _, errs := i.do("audit", "verify"); code != 1 || !strings.Contains(errs, "PARVIS_SECRET is missing") {
		t.Errorf("without a secret: exit %d: %s", code, errs)
	}
}

func TestAKeyOfItsOwnSealsAndTheOneBeforeStillVerifies(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.trail(i.auditKeys())
	before := i.must("audit", "key")
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(i.folder, "audit-key.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	i.environ = append(i.environ, "PARVIS_AUDIT_KEY_FILE="+file)
	if after := i.must("audit", "key"); after == before || !strings.Contains(after, "PUBLIC KEY") {
		t.Errorf("the key is %s", after)
	}
	if code, out, _ := i.do("audit", "verify"); code != 1 || !strings.Contains(out, "key-unknown") {
		t.Errorf("a key that nobody gave: exit %d: %s", code, out)
	}
	i.environ = append(i.environ, "PARVIS_AUDIT_FORMER_KEYS="+before)
	i.must("audit", "verify")
	i.environ = append(i.environ, "PARVIS_AUDIT_KEY=nonsense")
	i.environ = slices.DeleteFunc(i.environ, func(kv string) bool { return strings.HasPrefix(kv, "PARVIS_AUDIT_KEY_FILE=") })
	if code, _, errs := i.do("audit", "key"); code != 1 || !strings.Contains(errs, "openssl genpkey") {
		t.Errorf("a key that is none: exit %d: %s", code, errs)
	}
}

// TestTheGuideOfTheAuditTrailRuns executes each command of docs/operations/audit.md.
func TestTheGuideOfTheAuditTrailRuns(t *testing.T) {
	guide, err := os.ReadFile("../../docs/operations/audit.md")
	if err != nil {
		t.Fatal(err)
	}
	i := install(t)
	i.must("migrate")
	person := i.trail(i.auditKeys())
	var report reportWire
	if err := json.Unmarshal([]byte(i.must("audit", "verify", "-o", "json")), &report); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, block := range strings.Split(string(guide), "```sh\n")[1:] {
		commands, _, _ := strings.Cut(block, "```")
		for _, command := range strings.Split(strings.TrimSpace(commands), "\n") {
			command = strings.NewReplacer("$ANCHOR", report.Anchor, "$PERSON", person).Replace(command)
			command, file, saved := strings.Cut(command, " > ")
			args := strings.Fields(command)
			if args[0] != "parvis" {
				t.Fatalf("the guide has a command that is not ours: %s", command)
			}
			for n, a := range args {
				if strings.HasSuffix(a, ".pem") || strings.HasSuffix(a, ".jsonl") {
					args[n] = filepath.Join(i.folder, a)
				}
			}
			out := i.must(args[1:]...)
			if ran++; saved {
				if err := os.WriteFile(filepath.Join(i.folder, file), []byte(out), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if ran < 10 {
		t.Errorf("%d commands ran", ran)
	}
	for file, want := range map[string]string{"march.jsonl": `"name":"Jeanne Martin"`, "audit.log": `name="Jeanne Martin"`, "audit.pem": "PUBLIC KEY"} {
		text, err := os.ReadFile(filepath.Join(i.folder, file))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %s, %v", file, text, err)
		}
	}
	if out := i.must("audit", "show", "--action", "room.moderated"); !strings.Contains(out, "(erased)") || strings.Contains(out, "Jeanne") {
		t.Errorf("after the erasure: %s", out)
	}
	i.must("audit", "verify")
}

func TestServeSealsTheTrail(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère", "13002526500013")
	stop := i.serve()
	i.withStore(func(db *store.DB) error {
		return db.Record(t.Context(), []audit.Entry{{At: time.Now(), OrgID: auth.DefaultOrgID, Action: "x", Actor: "system:test", Subject: "x:y"}})
	})
	eventually(t, func() bool {
		var batch audit.Batch
		i.withStore(func(db *store.DB) (err error) {
			batch, err = db.NewestBatch(t.Context())
			return err
		})
		return batch.ID > 0
	}, func() any { return "nothing is sealed" })
	if code := stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	i.must("audit", "verify")
}
