package service_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory keeps tokens as the database does.
type memory struct {
	mu      sync.Mutex
	tokens  map[string]service.Token
	touches int
	down    error
}

var _ service.Store = (*memory)(nil)

func (m *memory) CreateToken(_ context.Context, t service.Token) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tokens[t.ID] = t
	return nil
}

func (m *memory) Token(_ context.Context, id string) (service.Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.tokens[id]
	if m.down != nil {
		return service.Token{}, m.down
	}
	if !ok {
		return service.Token{}, fault.New(fault.CodeNotFound, "no token")
	}
	t.OrgName = "The name of " + t.OrgID
	return t, nil
}

func (m *memory) Tokens(_ context.Context, orgID string) ([]service.Token, error) {
	var list []service.Token
	for _, t := range m.tokens {
		if t.OrgID == orgID {
			list = append(list, t)
		}
	}
	return list, nil
}

func (m *memory) RevokeToken(_ context.Context, id string, now time.Time) (service.Token, error) {
	t, ok := m.tokens[id]
	if !ok {
		return service.Token{}, fault.New(fault.CodeNotFound, "no token")
	}
	t.RevokedAt = &now
	m.tokens[id] = t
	return t, nil
}

func (m *memory) TouchToken(_ context.Context, id string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.touches++
	if m.down != nil {
		return m.down
	}
	t := m.tokens[id]
	t.LastUsedAt = &at
	m.tokens[id] = t
	return nil
}

func (m *memory) OrgByKey(_ context.Context, key string) (id, name string, err error) {
	if key != "Ministère" {
		return "", "", fault.New(fault.CodeNotFound, "no organization")
	}
	return "org-1", "Ministère", nil
}

type desk struct {
	*service.Accounts
	store *memory
	now   time.Time
}

func newDesk() *desk {
	d := &desk{store: &memory{tokens: map[string]service.Token{}}, now: time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)}
	d.Accounts = service.New(d.store, func() time.Time { return d.now })
	return d
}

func (d *desk) token(t *testing.T, expires *time.Time) (service.Token, string) {
	t.Helper()
	made, text, err := d.Create(t.Context(), "Ministère", "HR agenda", []auth.Scope{auth.ScopeRoomsRead}, expires)
	if err != nil {
		t.Fatal(err)
	}
	return made, text
}

func TestATokenThatCannotBeMadeSaysWhy(t *testing.T) {
	past := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	read := []auth.Scope{auth.ScopeRoomsRead}
	cases := []struct {
		name, org, label string
		scopes           []auth.Scope
		expires          *time.Time
		location, says   string
	}{
		{"an unknown scope", "Ministère", "x", []auth.Scope{"rooms.destroy"}, nil, "scopes", "rooms.destroy"},
		{"no scope", "Ministère", "x", nil, nil, "scopes", "rooms.read, rooms.write"},
		{"no name", "Ministère", " \u200b", read, nil, "name", "visible"},
		{"a long name", "Ministère", strings.Repeat("x", 121), read, nil, "name", "120"},
		{"an expiry in the past", "Ministère", "x", read, &past, "expires", "to come"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk()
			_, _, err := d.Create(t.Context(), c.org, c.label, c.scopes, c.expires)
			got := fault.Of(err)
			if got.Kind != fault.Invalid || len(got.Fields) != 1 || got.Fields[0].Location != c.location || !strings.Contains(got.Fields[0].Message, c.says) {
				t.Errorf("got %+v", got)
			}
			if len(d.store.tokens) != 0 {
				t.Error("a token was made")
			}
		})
	}
	if _, _, err := newDesk().Create(t.Context(), "nobody", "x", read, nil); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown organization: %v", err)
	}
}

func TestABadTokenGetsOneAnswerWhateverIsWrong(t *testing.T) {
	d := newDesk()
	soon := d.now.Add(time.Hour)
	_, good := d.token(t, nil)
	_, expired := d.token(t, &soon)
	revokedToken, revoked := d.token(t, nil)
	other, _ := d.token(t, nil)
	if err := d.Revoke(t.Context(), revokedToken.ID); err != nil {
		t.Fatal(err)
	}
	d.now = soon
	cases := map[string]string{
		"nothing":                     "",
		"a word":                      "hunter2",
		"only the prefix":             "parvis_",
		"an unknown id":               "parvis_" + strings.Repeat("0", 32) + good[39:],
		"another token's id":          "parvis_" + strings.ReplaceAll(other.ID, "-", "") + good[39:],
		"the id with capitals":        "parvis_" + strings.ToUpper(good[7:39]) + good[39:],
		"a wrong secret":              good[:40] + strings.Repeat("A", 43),
		"a secret that is cut":        good[:len(good)-1],
		"a secret with more":          good + "A",
		"a second spelling":           good[:len(good)-1] + string(good[len(good)-1]+1),
		"a very long one":             strings.Repeat("A", 1<<20),
		"one that expired":            expired,
		"one that was revoked":        revoked,
		"a good one with white space": good + " ",
	}
	want := fault.Of(errOf(d.Identify(t.Context(), "")))
	for name, text := range cases {
		who, err := d.Identify(t.Context(), text)
		if got := fault.Of(err); got.Code != fault.CodeBadCredentials || got.Detail != want.Detail || !who.Anonymous() {
			t.Errorf("%s: got %+v, %v", name, who, err)
		}
	}
	if d.store.touches != 0 {
		t.Error("a refused token was marked as used")
	}
	if _, err := d.Identify(t.Context(), good); err != nil {
		t.Errorf("the good one: %v", err)
	}
}

func errOf(_ auth.Identity, err error) error { return err }

func TestATokenIsAServiceAccountOfItsOrganization(t *testing.T) {
	d := newDesk()
	made, text := d.token(t, nil)
	if !strings.HasPrefix(text, "parvis_"+strings.ReplaceAll(made.ID, "-", "")+"_") || len(text) != 83 {
		t.Errorf("text %d characters", len(text))
	}
	who, err := d.Identify(t.Context(), text)
	want := auth.Identity{Kind: auth.Service, ID: made.ID, OrgID: "org-1", OrgName: "The name of org-1", Name: "HR agenda", Scopes: []auth.Scope{auth.ScopeRoomsRead}}
	if diff := cmp.Diff(want, who); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if kept := d.store.tokens[made.ID]; bytes.Contains([]byte(text), kept.SecretHash) || len(kept.SecretHash) != 32 {
		t.Error("the hash alone must be kept")
	}
	list, err := d.List(t.Context(), "Ministère")
	if err != nil || len(list) != 1 || list[0].SecretHash != nil || made.SecretHash != nil {
		t.Errorf("listed %+v, %v: want one without its hash", list, err)
	}
}

func TestAUseIsNotedOnceAMinute(t *testing.T) {
	d := newDesk()
	made, text := d.token(t, nil)
	use := func() {
		t.Helper()
		if _, err := d.Identify(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	use()
	use()
	d.now = d.now.Add(time.Minute)
	use()
	if d.store.touches != 2 || !d.store.tokens[made.ID].LastUsedAt.Equal(d.now) {
		t.Errorf("noted %d times, last at %s", d.store.touches, d.store.tokens[made.ID].LastUsedAt)
	}
}

func TestADatabaseThatIsAwayIsNoBadToken(t *testing.T) {
	d := newDesk()
	_, text := d.token(t, nil)
	d.store.down = fault.New(fault.CodeDatabaseUnavailable, "down")
	if _, err := d.Identify(t.Context(), text); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
	if err := d.Revoke(t.Context(), "nonsense"); !fault.Is(err, fault.NotFound) {
		t.Errorf("revoke nonsense: %v", err)
	}
}
