package signin_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"parvis/auth"
	"parvis/auth/signin"
	"parvis/auth/signin/signintest"
	"parvis/directory"
	"parvis/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secure, local = "https://parvis.example", "http://localhost:8080"

// house is a Manager with a clock that stands until it is moved.
type house struct {
	*signin.Manager
	store *signintest.Store
	ender *signintest.Ender
	clock *clock
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

func newHouse(t *testing.T, baseURL string) *house {
	t.Helper()
	clock := &clock{at: time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)}
	store, ender := &signintest.Store{Now: clock.Now}, &signintest.Ender{}
	m := signin.New(store, ender, signin.Options{
		BaseURL: baseURL, Idle: 2 * time.Hour, Max: 12 * time.Hour, Now: clock.Now,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Key: [32]byte{1},
		ClientAddr: func(r *http.Request) netip.Addr {
			at, _ := netip.ParseAddrPort(r.RemoteAddr)
			return at.Addr()
		},
	})
	t.Cleanup(m.Close)
	return &house{Manager: m, store: store, ender: ender, clock: clock}
}

// browser keeps the cookie of a house and sends it back.
type browser struct{ cookie *http.Cookie }

func (b *browser) request() *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = "203.0.113.77:4711"
	r.Header.Set("User-Agent", "Mozilla/5.0 \x01(test)")
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	return r
}

func (b *browser) take(w *httptest.ResponseRecorder) {
	for _, c := range w.Result().Cookies() {
		b.cookie = c
		if c.MaxAge < 0 {
			b.cookie = nil
		}
	}
}

func (b *browser) identify(t *testing.T, h *house) auth.Identity {
	t.Helper()
	w := httptest.NewRecorder()
	who, err := h.Identify(w, b.request())
	if err != nil && !fault.HasCode(err, fault.CodeSignInExpired) {
		t.Fatalf("identify: %v", err)
	}
	b.take(w)
	return who
}

func proofOf(personID string) signin.Proof {
	return signin.Proof{
		Person:    directory.Person{ID: personID, OrgID: "org-1", OrgName: "Ministère", GivenName: "Ada", FamilyName: "Martin", Email: personID + "@example.org"},
		Assurance: auth.AssuranceAgentMFA, Provider: "op", Issuer: "https://op.example", Subject: "sub-" + personID, ProviderSID: "sid-" + personID, IDToken: "head.body.sign",
	}
}

func (b *browser) signIn(t *testing.T, h *house, personID string) {
	t.Helper()
	w := httptest.NewRecorder()
	if err := h.SignInPerson(t.Context(), w, b.request(), proofOf(personID)); err != nil {
		t.Fatalf("sign in: %v", err)
	}
	b.take(w)
}

func (b *browser) guest(t *testing.T, h *house, name string) auth.Identity {
	t.Helper()
	w := httptest.NewRecorder()
	who, err := h.EnsureGuest(t.Context(), w, b.request(), name)
	if err != nil {
		t.Fatalf("guest: %v", err)
	}
	b.take(w)
	return who
}

func TestWithoutAValidCookieSomebodyIsNobody(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	b.signIn(t, h, "ada")
	good := b.cookie.Value
	cases := []struct {
		name, header string
		cleared      bool
	}{
		{"no cookie", "", false},
		{"an empty one", "__Host-parvis=", false},
		{"a short one", "__Host-parvis=abc", false},
		{"a very long one", "__Host-parvis=" + strings.Repeat("A", 4096), false},
		{"one in another alphabet", "__Host-parvis=" + strings.Repeat("+", 43), false},
		{"the id of the sign-in", "__Host-parvis=" + h.store.All()[0].ID, false},
		{"the name without its prefix", "parvis=" + good, false},
		{"two of them", "__Host-parvis=" + good + "; __Host-parvis=" + strings.Repeat("A", 43), false},
		{"one that was never given", "__Host-parvis=" + strings.Repeat("A", 43), true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, w := httptest.NewRequest(http.MethodGet, "/", nil), httptest.NewRecorder()
			if c.header != "" {
				r.Header.Set("Cookie", c.header)
			}
			who, err := h.Identify(w, r)
			if over := fault.HasCode(err, fault.CodeSignInExpired); over != c.cleared || !who.Anonymous() {
				t.Fatalf("got %+v, %v; want nobody", who, err)
			}
			if cleared := len(w.Result().Cookies()) == 1; cleared != c.cleared {
				t.Errorf("cookie cleared: %v, want %v", cleared, c.cleared)
			}
		})
	}
}

func TestTheSpellingOfACookieIsExact(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	b.signIn(t, h, "ada")
	// The last character of 43 carries two bits that mean nothing: another spelling of the same 32 bytes is refused.
	value := b.cookie.Value
	for _, last := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
		other := browser{cookie: &http.Cookie{Name: "__Host-parvis", Value: value[:42] + string(last)}}
		if known, exact := !other.identify(t, h).Anonymous(), string(last) == value[42:]; known != exact {
			t.Errorf("last character %c: known %v, want %v", last, known, exact)
		}
	}
}

func TestTheCookieIsBoundToTheHost(t *testing.T) {
	for _, c := range []struct{ base, name string }{{secure, "__Host-parvis"}, {local, "parvis"}} {
		h := newHouse(t, c.base)
		var b browser
		b.signIn(t, h, "ada")
		got := b.cookie
		if got.Name != c.name || got.Secure != (c.base == secure) || !got.HttpOnly || got.SameSite != http.SameSiteLaxMode || got.Path != "/" || got.Domain != "" {
			t.Errorf("%s: cookie %+v", c.base, got)
		}
		if got.MaxAge != int((36 * time.Hour).Seconds()) {
			t.Errorf("%s: Max-Age %d, want a day more than the absolute limit", c.base, got.MaxAge)
		}
	}
}

func TestWhoSignsInIsKnownFromThenOn(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	b.signIn(t, h, "ada")
	row := h.store.All()[0]
	want := auth.Identity{
		Kind: auth.Person, ID: "ada", PersonID: "ada", OrgID: "org-1", OrgName: "Ministère", Assurance: auth.AssuranceAgentMFA,
		SignInID: row.ID, Name: "Ada Martin", Emails: []string{"ada@example.org"},
	}
	if diff := cmp.Diff(want, b.identify(t, h)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if row.UserAgent != "Mozilla/5.0 (test)" || row.Network != "203.0.113.0/24" {
		t.Errorf("browser kept as %q in %q", row.UserAgent, row.Network)
	}
	if strings.Contains(string(row.IDToken), "body") || len(row.IDToken) == 0 {
		t.Error("the ID token must be kept, and encrypted")
	}
	if strings.Contains(string(row.SecretHash), b.cookie.Value) || row.ID == b.cookie.Value {
		t.Error("the secret must not be kept")
	}
}

func TestASignInEndsByItsLimits(t *testing.T) {
	cases := []struct {
		name   string
		pass   time.Duration
		change func(*signin.SignIn)
		known  bool
		kept   bool // the cookie
	}{
		{"just within the idle limit", 2*time.Hour - time.Second, nil, true, true},
		{"idle", 2 * time.Hour, nil, false, false},
		{"idle by the clock, yet in a call", 3 * time.Hour, func(s *signin.SignIn) { s.Busy = true }, true, true},
		{"in a call past the absolute limit", 12 * time.Hour, func(s *signin.SignIn) { s.Busy = true }, false, true},
		{"past the absolute limit, out of a call an hour ago", 12 * time.Hour, func(s *signin.SignIn) { s.LastSeenAt = s.LastSeenAt.Add(11 * time.Hour) }, false, true},
		{"past both", 15 * time.Hour, nil, false, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, secure)
			var b browser
			b.signIn(t, h, "ada")
			if c.change != nil {
				h.store.Change(h.store.All()[0].ID, c.change)
			}
			h.clock.pass(c.pass)
			if known := !b.identify(t, h).Anonymous(); known != c.known {
				t.Errorf("known: %v, want %v", known, c.known)
			}
			if kept := b.cookie != nil; kept != c.kept {
				t.Errorf("cookie kept: %v", kept)
			}
		})
	}
}

func TestActivityIsNotedOnceAMinute(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	b.signIn(t, h, "ada")
	began := h.clock.Now()
	h.clock.pass(59 * time.Second)
	b.identify(t, h)
	h.clock.pass(2 * time.Second)
	first := h.clock.Now()
	b.identify(t, h)
	h.clock.pass(30 * time.Second)
	b.identify(t, h)
	h.Close()
	if got := h.store.All()[0].LastSeenAt; !got.Equal(first) || got.Equal(began) {
		t.Errorf("last seen %s, want %s", got, first)
	}
	b.identify(t, h) // after Close a request is still answered, nothing more is written
}

func TestADatabaseThatIsAwaySignsNobodyOut(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	b.signIn(t, h, "ada")
	h.store.Fail(fault.New(fault.CodeDatabaseUnavailable, "down"))
	w := httptest.NewRecorder()
	if _, err := h.Identify(w, b.request()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
	if len(w.Result().Cookies()) != 0 {
		t.Error("the cookie must stay")
	}
	if err := h.SignInPerson(t.Context(), w, (&browser{}).request(), proofOf("ada")); err == nil {
		t.Error("a sign-in that is not kept must fail")
	}
	if len(w.Result().Cookies()) != 0 {
		t.Error("a sign-in that is not kept must give no cookie")
	}
}

func TestSigningInAgainChangesTheSecret(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	b.signIn(t, h, "ada")
	old := b
	first := h.store.All()[0].ID
	b.signIn(t, h, "ada")
	if !old.identify(t, h).Anonymous() {
		t.Error("the secret from before still counts")
	}
	if h.store.MovedTo(first) != b.identify(t, h).SignInID {
		t.Error("the person's calls must go over to the new sign-in")
	}
	if told := h.ender.Told(); len(told) != 0 {
		t.Errorf("calls that went over were ended: %v", told)
	}
	if h.store.All()[0].IDToken != nil {
		t.Error("the ID token from before must be gone")
	}
}

func TestAGuestWhoSignsInKeepsThePlace(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	guest := b.guest(t, h, "Ada")
	b.signIn(t, h, "ada")
	if got := h.store.MovedTo(guest.SignInID); got == "" || got != b.identify(t, h).SignInID {
		t.Errorf("admissions moved to %q", got)
	}
}

func TestTheNextPersonAtAComputerDoesNotInheritTheSeat(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	b.signIn(t, h, "ada")
	first := b.identify(t, h).SignInID
	b.signIn(t, h, "bea")
	if h.store.MovedTo(first) != "" {
		t.Error("somebody else's admissions were moved")
	}
	if diff := cmp.Diff([]string{first}, h.ender.Told()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if got := b.identify(t, h).PersonID; got != "bea" {
		t.Errorf("now %q, want bea", got)
	}
}

func TestAGuestIsOneFromTheFirstJoin(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	if _, err := h.EnsureGuest(t.Context(), httptest.NewRecorder(), b.request(), " \u200b "); !fault.Is(err, fault.Invalid) {
		t.Errorf("a guest without a name: %v", err)
	}
	if _, err := h.EnsureGuest(t.Context(), httptest.NewRecorder(), b.request(), strings.Repeat("x", 65)); !fault.Is(err, fault.Invalid) {
		t.Errorf("a guest with a long name: %v", err)
	}
	if len(h.store.All()) != 0 {
		t.Fatal("a refused name must leave nothing behind")
	}
	first := b.guest(t, h, " Ada ")
	if first.Kind != auth.Guest || first.Name != "Ada" || first.ID != first.SignInID || first.OrgID != auth.DefaultOrgID || first.PersonID != "" {
		t.Errorf("guest %+v", first)
	}
	cookie := b.cookie
	renamed := b.guest(t, h, "Bea")
	if renamed.ID != first.ID || renamed.Name != "Bea" || b.cookie != cookie || b.identify(t, h).Name != "Bea" {
		t.Errorf("renamed to %+v", renamed)
	}
	b.guest(t, h, "")
	if got := b.identify(t, h); got.ID != first.ID || got.Name != "Bea" {
		t.Errorf("a join without a name: %+v", got)
	}
	b.signIn(t, h, "ada")
	if who := b.guest(t, h, "Eve"); who.Kind != auth.Person || who.Name != "Ada Martin" {
		t.Errorf("a person became %+v", who)
	}
}

func TestAKnockCountsPastTheLimitsAndNotPastTheEnd(t *testing.T) {
	h := newHouse(t, local)
	w := httptest.NewRecorder()
	guest, err := h.EnsureGuest(t.Context(), w, httptest.NewRequest(http.MethodPost, "/", nil), "Samira")
	if err != nil {
		t.Fatal(err)
	}
	knock := httptest.NewRequest(http.MethodGet, "/livekit/rtc/v1", nil)
	for _, c := range w.Result().Cookies() {
		knock.AddCookie(c)
	}
	h.clock.pass(13 * time.Hour)
	if who, err := h.Identify(httptest.NewRecorder(), knock); !fault.HasCode(err, fault.CodeSignInExpired) || !who.Anonymous() {
		t.Errorf("past its limits a sign-in takes part in nothing new: %+v, %v", who, err)
	}
	if who, err := h.Knock(knock); err != nil || who.SignInID != guest.SignInID || !who.Anonymous() {
		t.Errorf("at the gate it is somebody's still: %+v, %v", who, err)
	}
	if _, err := h.store.EndSignIns(t.Context(), signin.Selection{ID: guest.SignInID}, h.clock.Now()); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*http.Request{"once ended": knock, "without a cookie": httptest.NewRequest(http.MethodGet, "/", nil)} {
		if who, err := h.Knock(r); err != nil || who.SignInID != "" {
			t.Errorf("%s: %+v, %v", name, who, err)
		}
	}
	h.store.Fail(fault.New(fault.CodeDatabaseUnavailable, "down"))
	if _, err := h.Knock(knock); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestWhatABrowserPresentsIsTheSameEachTimeAndNothingWhenMalformed(t *testing.T) {
	h := newHouse(t, secure)
	var ada, bea, liar browser
	ada.signIn(t, h, "ada")
	bea.signIn(t, h, "bea")
	liar.cookie = &http.Cookie{Name: "__Host-parvis", Value: "nonsense"}
	first, again, other := h.Presented(ada.request()), h.Presented(ada.request()), h.Presented(bea.request())
	if first == "" || first != again || first == other {
		t.Error("a secret is presented as itself")
	}
	if h.Presented(liar.request()) != "" || h.Presented((&browser{}).request()) != "" {
		t.Error("there is nothing to look up")
	}
}

func TestWhoIsInACallAtTheAbsoluteLimitComesBackToIt(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	b.signIn(t, h, "ada")
	row := h.store.All()[0]
	h.store.Change(row.ID, func(s *signin.SignIn) { s.Busy = true })
	h.clock.pass(13 * time.Hour)
	if b.cookie.MaxAge <= int((13 * time.Hour).Seconds()) {
		t.Fatal("the browser has forgotten the cookie")
	}
	if who := b.identify(t, h); !who.Anonymous() { // a line of chat, refused: it must not cost the cookie
		t.Errorf("past the limit: %+v", who)
	}
	if b.cookie == nil {
		t.Fatal("the cookie was cleared")
	}
	if who, err := h.Knock(b.request()); err != nil || who.SignInID != row.ID {
		t.Errorf("at the gate: %+v, %v", who, err)
	}
}
