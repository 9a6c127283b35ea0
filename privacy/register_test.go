package privacy_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/auth"
	"parvis/fault"
	"parvis/privacy"
)

var update = flag.Bool("update", false, "write the golden files anew")

type hosts struct{}

func (hosts) WebhookHosts(context.Context) ([]string, error) {
	return []string{"agenda.finances.example"}, nil
}

func (hosts) RowsOf(_ context.Context, tables []string) (map[string]int64, error) {
	counts := map[string]int64{}
	for _, t := range tables {
		counts[t] = 1
	}
	return counts, nil
}

func configured(t *testing.T) *privacy.Service {
	t.Helper()
	_, key, err := ed25519.GenerateKey(strings.NewReader(strings.Repeat("k", 64)))
	if err != nil {
		t.Fatal(err)
	}
	basis, err := privacy.ParseBases("public-task, contacts:legitimate-interests")
	if err != nil {
		t.Fatal(err)
	}
	return privacy.New(privacy.Ports{
		Hosts: hosts{}, Key: ed25519.NewKeyFromSeed(key.Seed()), URL: "https://meet.finances.example", Now: time.Now,
		Operator: privacy.Operator{
			Name: "Parvis | <b>", Controller: "Ministère des Finances", Contact: "dpo@finances.example", Bases: basis,
			Providers: []privacy.Recipient{{Name: "ProConnect", Host: "proconnect.example", Gets: privacy.Words{FR: "la demande de connexion", EN: "the request to sign in"}}},
			MailHost:  "smtp.finances.example", MediaHost: "livekit.finances.example", HTTPS: true, Database: "PostgreSQL", DatabaseAt: "db.finances.example",
			SignInIdle: 2 * time.Hour, SignInMax: 12*time.Hour + 30*time.Minute,
		},
	})
}

var command = auth.Identity{Kind: auth.System, ID: "command"}

func TestTheRegisterSaysWhatTheSettingsSay(t *testing.T) {
	r, err := configured(t).Register(t.Context(), command)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	r.ReceiptKey = "KEY"
	for file, got := range map[string]string{"register.fr.md": r.Markdown("fr"), "register.en.md": r.Markdown("en")} {
		golden(t, "testdata/"+file, got)
	}
	if !strings.Contains(string(text), `"basis": "legitimate-interests"`) || !strings.Contains(string(text), "agenda.finances.example") {
		t.Errorf("got %s", text)
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (go test ./privacy -update writes it): %s", file, diff)
	}
}

func TestTheRegisterIsForThoseWhoAnswerForThePlatform(t *testing.T) {
	s := configured(t)
	person := func(a ...auth.Appointment) auth.Identity {
		return auth.Identity{Kind: auth.Person, ID: "p", PersonID: "p", OrgID: "one", Elevated: true, Appointments: a}
	}
	for name, c := range map[string]struct {
		who  auth.Identity
		want fault.Kind
	}{
		"nobody":                  {auth.Identity{}, fault.Unauthenticated},
		"somebody without a role": {person(), fault.Forbidden},
		"an org-admin":            {person(auth.Appointment{Role: auth.OrgAdmin, OrgID: "one"}), fault.Forbidden},
		"support":                 {person(auth.Appointment{Role: auth.Support}), fault.Forbidden},
	} {
		if _, err := s.Register(t.Context(), c.who); !fault.Is(err, c.want) {
			t.Errorf("%s reads the register: %v", name, err)
		}
		if _, err := s.Retention(t.Context(), c.who); !fault.Is(err, c.want) {
			t.Errorf("%s reads the report: %v", name, err)
		}
	}
	report, err := s.Retention(t.Context(), person(auth.Appointment{Role: auth.Auditor}))
	if err != nil || len(report) != len(privacy.Kinds()) || report[0].Rows == 0 {
		t.Errorf("an auditor: %+v, %v", report, err)
	}
}

func TestALegalBasisIsOneOfTheRegulation(t *testing.T) {
	for _, wrong := range []string{"because", "shoes:consent", ":consent", "chat:"} {
		if _, err := privacy.ParseBases(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}
