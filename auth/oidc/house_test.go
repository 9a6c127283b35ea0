package oidc_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parvis/auth"
	"parvis/auth/oidc"
	"parvis/auth/signin"
	"parvis/auth/signin/signintest"
	"parvis/directory"
	"parvis/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is the platform's sign-in on a loopback address, with everything real but the database.
type house struct {
	*httptest.Server
	handler  *oidc.Handler
	signIns  *signintest.Store
	manager  *signin.Manager
	attempts *attempts
	people   *people
	clock    *clock
	log      *record
	options  oidc.Options
	serve    atomic.Pointer[http.ServeMux]
}

// moved is signin.Manager as the handler sees it, the way cmd joins the two.
type moved struct{ *signin.Manager }

func (m moved) SignInPerson(ctx context.Context, w http.ResponseWriter, r *http.Request, p oidc.Proof) error {
	return m.Manager.SignInPerson(ctx, w, r, signin.Proof(p))
}

type setting func(*oidc.Options)

func newHouse(t *testing.T, settings ...setting) *house {
	t.Helper()
	h := &house{clock: &clock{at: time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)}, attempts: &attempts{}, people: &people{}, log: &record{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", requestID)
		h.serve.Load().ServeHTTP(w, r)
	}))
	t.Cleanup(h.Server.Close)
	h.signIns = &signintest.Store{Now: h.clock.Now}
	logger := slog.New(slog.NewTextHandler(h.log, nil))
	h.manager = signin.New(h.signIns, &signintest.Ender{}, signin.Options{
		BaseURL: h.URL, Now: h.clock.Now, Logger: logger, ClientAddr: func(*http.Request) netip.Addr { return netip.Addr{} },
	})
	t.Cleanup(h.manager.Close)
	o := oidc.Options{
		BaseURL: h.URL, Attempts: h.attempts, People: directory.New(h.people, h.clock.Now), SignIns: moved{h.manager},
		Now: h.clock.Now, Logger: logger, Problem: problem, HTTPClient: &http.Client{},
	}
	for _, set := range settings {
		set(&o)
	}
	h.open(t, o)
	return h
}

// open serves a handler made with the options.
func (h *house) open(t *testing.T, o oidc.Options) {
	t.Helper()
	h.options = o
	var err error
	if h.handler, err = oidc.New(o); err != nil {
		t.Fatalf("new: %v", err)
	}
	t.Cleanup(h.handler.Close)
	var mux http.ServeMux
	mux.Handle("/auth/login", h.handler.Login())
	mux.Handle("/auth/callback/", h.handler.Callback())
	mux.Handle("/auth/logout", h.handler.Logout())
	mux.Handle("/auth/logged-out", h.handler.LoggedOut())
	mux.Handle("/auth/backchannel-logout", h.handler.BackChannelLogout())
	mux.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
		who, err := h.manager.Identify(w, r)
		if err != nil && !fault.HasCode(err, fault.CodeSignInExpired) {
			problem(w, r, err)
			return
		}
		_ = json.NewEncoder(w).Encode(who)
	})
	h.serve.Store(&mux)
}

// requestID is what package api numbers answers with before it hands requests on.
const requestID = "MFRGGZDFMZTWQ2LKNNWG23TPOA"

// rebuild serves with one provider, known only now.
func (h *house) rebuild(t *testing.T, c oidc.ProviderConfig) {
	t.Helper()
	h.options.Providers = []oidc.ProviderConfig{c}
	h.open(t, h.options)
}

// problem stands in for package api's.
func problem(w http.ResponseWriter, _ *http.Request, err error) {
	f := fault.Of(err)
	status := map[fault.Kind]int{fault.Unavailable: 503, fault.Forbidden: 403, fault.Invalid: 422, fault.NotFound: 404, fault.Unauthenticated: 401}[f.Kind]
	if status == 0 {
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"code": f.Code, "status": status})
}

// unchanged fails when anything was kept of somebody.
func (h *house) unchanged(t *testing.T) {
	t.Helper()
	if n := len(h.signIns.All()); n != 0 {
		t.Errorf("%d sign-ins were made", n)
	}
	if n := h.people.count(); n != 0 {
		t.Errorf("%d people were made", n)
	}
}

// browser keeps cookies and follows nothing by itself.
type browser struct {
	*http.Client
	h *house
}

func (h *house) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: &http.Transport{}, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(client.CloseIdleConnections)
	return &browser{client, h}
}

// reply is an answer that was read to its end.
type reply struct {
	*http.Response
	text string
}

func (b *browser) send(t *testing.T, r *http.Request) reply {
	t.Helper()
	resp, err := b.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{resp, string(text)}
}

func (b *browser) get(t *testing.T, target string) reply {
	t.Helper()
	return b.send(t, b.navigation(t, target))
}

func (b *browser) navigation(t *testing.T, target string) *http.Request {
	t.Helper()
	if strings.HasPrefix(target, "/") {
		target = b.h.URL + target
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	r.Header.Set("Accept-Language", "en")
	return r
}

func (b *browser) post(t *testing.T, target string, form url.Values) reply {
	t.Helper()
	if strings.HasPrefix(target, "/") {
		target = b.h.URL + target
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.send(t, r)
}

func (b *browser) me(t *testing.T) auth.Identity {
	t.Helper()
	var who auth.Identity
	if err := json.Unmarshal([]byte(b.get(t, "/me").text), &who); err != nil {
		t.Fatal(err)
	}
	return who
}

// shows fails unless the reply is the page with the title and the status.
func (r reply) shows(t *testing.T, status int, title string) {
	t.Helper()
	if r.StatusCode != status || !strings.Contains(r.text, "<h1>"+title+"</h1>") {
		t.Errorf("got %d %s\n%s\nwant %d with the title %q", r.StatusCode, r.Header.Get("Location"), r.text, status, title)
	}
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// record is a log that can be read while it is written.
type record struct {
	mu   sync.Mutex
	text strings.Builder
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// attempts keeps attempts as the database does.
type attempts struct {
	mu     sync.Mutex
	rows   map[string]oidc.Attempt
	tokens map[string]time.Time
	down   error
	spoil  func(*oidc.Attempt) // changes what is taken, as a faulty store would
}

func (a *attempts) BeginAttempt(_ context.Context, row oidc.Attempt, now time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.down != nil {
		return a.down
	}
	if a.rows == nil {
		a.rows = map[string]oidc.Attempt{}
	}
	for key, old := range a.rows {
		if !now.Before(old.ExpiresAt) {
			delete(a.rows, key)
		}
	}
	a.rows[string(row.StateHash)] = row
	return nil
}

func (a *attempts) TakeAttempt(_ context.Context, stateHash []byte, now time.Time) (oidc.Attempt, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	row, ok := a.rows[string(stateHash)]
	delete(a.rows, string(stateHash))
	switch {
	case a.down != nil:
		return oidc.Attempt{}, a.down
	case !ok || !now.Before(row.ExpiresAt):
		return oidc.Attempt{}, fault.New(fault.CodeNotFound, "no such attempt")
	}
	if a.spoil != nil {
		a.spoil(&row)
	}
	return row, nil
}

func (a *attempts) LogoutTokenUsed(_ context.Context, issuer, jti string, now time.Time) (bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return now.Before(a.tokens[issuer+" "+jti]), a.down
}

func (a *attempts) UseLogoutToken(_ context.Context, issuer, jti string, _, expires time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.down != nil {
		return a.down
	}
	if a.tokens == nil {
		a.tokens = map[string]time.Time{}
	}
	a.tokens[issuer+" "+jti] = expires
	return nil
}

func (a *attempts) waiting() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.rows)
}

// people is the directory's store.
type people struct {
	mu          sync.Mutex
	rows        []directory.Person
	keys        []string
	claims      []directory.Claims
	deactivated bool
}

func (p *people) PlaceOrganization(context.Context, directory.Claims, time.Time) (directory.Organization, error) {
	return directory.Organization{ID: directory.DefaultOrgID}, nil
}

func (p *people) UpsertPerson(_ context.Context, c directory.Claims, orgID string, now time.Time) (directory.Person, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.claims = append(p.claims, c)
	key := c.Issuer + " " + c.Subject
	for i, k := range p.keys {
		if k == key {
			return p.rows[i], nil
		}
	}
	row := directory.Person{ID: "person-" + c.Subject, OrgID: orgID, GivenName: c.GivenName, FamilyName: c.FamilyName, Email: c.Email, CreatedAt: now}
	if p.deactivated {
		row.DeactivatedAt = &now
		return row, nil
	}
	p.rows, p.keys = append(p.rows, row), append(p.keys, key)
	return row, nil
}

func (p *people) SearchPeople(context.Context, string, string, int) ([]directory.Person, error) {
	return nil, nil
}

func (p *people) Person(context.Context, string) (directory.Person, error) {
	return directory.Person{}, fault.New(fault.CodeNotFound, "not asked for here")
}

func (p *people) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.rows)
}
