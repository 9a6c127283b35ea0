package signin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/google/uuid"

	"parvis/auth"
	"parvis/fault"
	"parvis/seal"
)

// cookieLonger is how much longer than the sign-in the browser keeps its cookie: the limits are judged here, and who is in a
// call at the absolute limit needs the cookie to come back to it.
const cookieLonger = 24 * time.Hour

// Options is what a Manager needs to know. All fields but the limits and SaysFactors are needed; without
// that one every provider is taken to say it.
type Options struct {
	BaseURL string        // the platform's own address: https gives the cookie its prefix and Secure
	Idle    time.Duration // without activity a sign-in is nobody after this (2 h); an open relay is activity
	Max     time.Duration // a sign-in ends after this, whatever happens (12 h)
	Now     func() time.Time
	Logger  *slog.Logger
	Key     [32]byte // encrypts ID tokens at rest
	// Limits is by how much policies shorten Idle and Max for people of an organization; 0: not at all. It may be nil.
	Limits func(ctx context.Context, orgID string) (idle, most time.Duration)
	// SaysFactors tells which providers say whether there was a second factor: without one nothing dangerous is done.
	SaysFactors func(provider string) bool
	// ClientAddr is the browser's address, proxies considered; the zero Addr when it is not known.
	ClientAddr func(*http.Request) netip.Addr
}

// Manager knows who is signed in from which browser. It is safe for concurrent use; Close waits for what it still writes.
type Manager struct {
	Options
	store   Store
	ender   Ender
	cookies cookies
	sealer  seal.Box
	touches *toucher
}

// New makes a Manager.
func New(store Store, ender Ender, o Options) *Manager {
	if o.SaysFactors == nil {
		o.SaysFactors = func(string) bool { return true }
	}
	o.Idle, o.Max = cmp.Or(o.Idle, 2*time.Hour), cmp.Or(o.Max, 12*time.Hour)
	return &Manager{
		Options: o, store: store, ender: ender,
		cookies: cookiesFor(o.BaseURL), sealer: seal.New(o.Key), touches: newToucher(store, o.Logger),
	}
}

// Close waits for the activity that is still being noted. Call it when no request runs any more.
func (m *Manager) Close() { m.touches.close() }

func (m *Manager) now() time.Time { return m.Now().UTC() }

// Presented answers the secret that a request carries, without asking whose it is; empty without a well-formed cookie.
func (m *Manager) Presented(r *http.Request) string {
	secret, ok := m.cookies.read(r)
	if !ok {
		return ""
	}
	return string(secret[:])
}

// Identify says who sends a request by its cookie: nobody without one, or with one that is malformed. Errors:
// fault.CodeSignInExpired for a cookie that is unknown, ended or past a limit, which is cleared unless it still opens the gate
// (Knock); fault.Unavailable of the store, in which case the cookie stays.
func (m *Manager) Identify(w http.ResponseWriter, r *http.Request) (auth.Identity, error) {
	s, err := m.found(r)
	switch {
	case errors.Is(err, errNoCookie):
		return auth.Identity{}, nil
	case fault.Is(err, fault.NotFound):
		m.cookies.clear(w)
		return auth.Identity{}, errOver()
	case err != nil:
		return auth.Identity{}, fmt.Errorf("identify: %w", err)
	case !m.live(r.Context(), s):
		if !m.active(r.Context(), s) { // else it is past the absolute limit, perhaps in a call that goes on
			m.cookies.clear(w)
		}
		return auth.Identity{}, errOver()
	}
	m.touches.touch(r.Context(), s, m.now())
	return m.identityOf(s), nil
}

// Still says who sends a request that began a while ago, as Identify does; that it goes on is no activity, and nothing is
// said to the browser.
func (m *Manager) Still(r *http.Request) (auth.Identity, error) {
	s, err := m.current(r)
	switch {
	case errors.Is(err, errNoCookie) || fault.Is(err, fault.NotFound):
		return auth.Identity{}, errOver()
	case err != nil:
		return auth.Identity{}, fmt.Errorf("identify again: %w", err)
	}
	return m.identityOf(s), nil
}

// Knock says whose browser asks the gate, nobody when that is not known. A sign-in past its limits counts there: it takes
// part in nothing new, but comes back to what it was admitted to. One that was ended does not.
func (m *Manager) Knock(r *http.Request) (auth.Identity, error) {
	secret, ok := m.cookies.read(r)
	if !ok {
		return auth.Identity{}, nil
	}
	id, err := m.store.SignInID(r.Context(), secret.hash())
	if fault.Is(err, fault.NotFound) {
		return auth.Identity{}, nil
	}
	if err != nil {
		return auth.Identity{}, fmt.Errorf("knock: %w", err)
	}
	return auth.Identity{SignInID: id}, nil
}

func errOver() error {
	return fault.New(fault.CodeSignInExpired, "this sign-in has ended: sign in again")
}

// errNoCookie tells a request without a well-formed cookie: there is nothing to look up and nothing to clear.
var errNoCookie = errors.New("no sign-in cookie")

// found is the sign-in of the request, past its limits too: errNoCookie or fault.NotFound when there is none.
func (m *Manager) found(r *http.Request) (SignIn, error) {
	secret, ok := m.cookies.read(r)
	if !ok {
		return SignIn{}, errNoCookie
	}
	return m.store.SignIn(r.Context(), secret.hash())
}

// current is the live sign-in of the request: errNoCookie or fault.NotFound when there is none.
func (m *Manager) current(r *http.Request) (SignIn, error) {
	s, err := m.found(r)
	if err != nil {
		return SignIn{}, err
	}
	if !m.live(r.Context(), s) {
		return SignIn{}, fault.New(fault.CodeNotFound, "this sign-in has ended")
	}
	return s, nil
}

// live judges both limits: the store knows none of them.
func (m *Manager) live(ctx context.Context, s SignIn) bool {
	_, most := m.limits(ctx, s)
	return m.active(ctx, s) && m.now().Before(s.ExpiresAt) && m.now().Before(s.CreatedAt.Add(most))
}

// active judges the idle limit.
func (m *Manager) active(ctx context.Context, s SignIn) bool {
	idle, _ := m.limits(ctx, s)
	return s.EndedAt == nil && (s.Busy || m.now().Sub(s.LastSeenAt) < idle)
}

// limits is both limits of a sign-in: those of the installation, or what policies say where that is shorter.
func (m *Manager) limits(ctx context.Context, s SignIn) (idle, most time.Duration) {
	idle, most = m.Idle, m.Max
	if m.Limits == nil {
		return idle, most
	}
	shorter, less := m.Limits(ctx, s.OrgID)
	if shorter > 0 {
		idle = min(idle, shorter)
	}
	if less > 0 {
		most = min(most, less)
	}
	return idle, most
}

func (m *Manager) identityOf(s SignIn) auth.Identity {
	who := auth.Identity{
		Kind: s.Kind, ID: s.ID, OrgID: s.OrgID, Assurance: s.Assurance,
		SignInID: s.ID, Name: s.Name, OrgName: s.OrgName, Emails: s.Emails, Groups: s.Groups,
	}
	if s.Kind == auth.Person {
		who.ID, who.PersonID, who.Appointments = s.PersonID, s.PersonID, s.Appointments
		who.AuthenticatedAt, who.Elevated = s.AuthenticatedAt, m.elevated(s)
	}
	return who
}

// elevated tells whether the person has proved who they are lately, with the second factor where their provider can say that
// there was one.
func (m *Manager) elevated(s SignIn) bool {
	age := m.now().Sub(s.AuthenticatedAt)
	return age >= -clockSkew && age < auth.ElevationLasts && (s.Assurance >= auth.AssuranceAgentMFA || !m.SaysFactors(s.Provider))
}

// clockSkew is how far a provider's clock may be ahead of ours.
const clockSkew = time.Minute

// fresh is a sign-in that begins with this request; its secret goes to the browser once it is kept.
func (m *Manager) fresh(r *http.Request) (SignIn, secret) {
	secret, now := newSecret(), m.now()
	return SignIn{
		ID: uuid.Must(uuid.NewV7()).String(), SecretHash: secret.hash(),
		UserAgent: userAgent(r.UserAgent()), Network: truncated(m.ClientAddr(r)),
		CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(m.Max),
	}, secret
}

// keep writes a new sign-in and only then hands its cookie out.
func (m *Manager) keep(ctx context.Context, w http.ResponseWriter, s SignIn, secret secret, replaces string) error {
	if err := m.store.CreateSignIn(ctx, s, replaces); err != nil {
		return fmt.Errorf("create sign-in: %w", err)
	}
	m.cookies.set(w, secret, m.Max+cookieLonger)
	return nil
}
