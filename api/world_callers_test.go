package api_test

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"parvis/api"
	"parvis/auth"
	"parvis/auth/service"
	"parvis/auth/signin"
	"parvis/directory"
	"parvis/fault"
	"parvis/once"
)

// idempotency

func (w *world) BeginIdempotent(_ context.Context, principal, route, key string, hash []byte, now time.Time) (bool, int, map[string]string, []byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := principal + " " + route + " " + key
	k, ok := w.keys[id]
	switch {
	case !ok:
		w.keys[id] = &kept{hash: hash, began: now}
		return false, 0, nil, nil, nil
	case !bytes.Equal(k.hash, hash):
		return false, 0, nil, nil, fault.New(fault.CodeIdempotencyReuse, "this key was used for another request")
	case !k.done && !now.Before(k.began.Add(2*time.Minute)):
		k.began = now
		return false, 0, maps.Clone(k.made), nil, nil
	case !k.done:
		return false, 0, nil, nil, fault.New(fault.CodeIdempotencyRunning, "the first request still runs").After(time.Second)
	default:
		return true, k.status, k.header, k.body, nil
	}
}

func (w *world) FinishIdempotent(_ context.Context, principal, route, key string, status int, header map[string]string, body []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.unkept != nil {
		return w.unkept
	}
	k := w.keys[principal+" "+route+" "+key]
	k.done, k.status, k.header, k.body = true, status, header, slices.Clone(body)
	return nil
}

func (w *world) ForgetIdempotent(_ context.Context, principal, route, key string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := principal + " " + route + " " + key
	if k := w.keys[id]; k != nil && len(k.made) > 0 { // as the store does: what was made all the same stays noted
		k.began = k.began.Add(-2 * time.Minute)
		return nil
	}
	delete(w.keys, id)
	return nil
}

// noteMade notes what is made under the key of a request, as the store does.
func (w *world) noteMade(ctx context.Context, kind, ref string) {
	asked, ok := once.Of(ctx)
	if !ok {
		return
	}
	k := w.keys[asked.Principal+" "+asked.Route+" "+asked.Key]
	if k.made == nil {
		k.made = map[string]string{}
	}
	k.made[once.Name(ctx, kind)] = ref
}

// cookies is the sign-ins: a cookie's value is the name of whose it is.
type cookies struct{ w *world }

func (c cookies) Presented(r *http.Request) string {
	cookie, err := r.Cookie("__Host-parvis")
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (c cookies) Identify(w http.ResponseWriter, r *http.Request) (auth.Identity, error) {
	cookie, err := r.Cookie("__Host-parvis")
	if err != nil {
		return auth.Identity{}, nil
	}
	c.w.asked.Add(1)
	for _, who := range append([]auth.Identity{camille, mounir, odile, louise, sofia, gaston, auditor, auditsInterior, dpo, otherDPO, reviewer, helper, staleDPO, platform}, c.w.strangers...) {
		if who.ID == cookie.Value {
			return c.proved(who), nil
		}
	}
	if strings.HasPrefix(cookie.Value, "guest-") {
		return c.proved(auth.Identity{Kind: auth.Guest, ID: cookie.Value, SignInID: cookie.Value}), nil
	}
	if cookie.Value == "database-down" {
		return auth.Identity{}, fault.New(fault.CodeDatabaseUnavailable, "the database does not answer")
	}
	http.SetCookie(w, &http.Cookie{Name: "__Host-parvis", Path: "/", MaxAge: -1, Secure: true, HttpOnly: true})
	return auth.Identity{}, fault.New(fault.CodeSignInExpired, "this sign-in has ended")
}

func (c cookies) proved(who auth.Identity) auth.Identity {
	if address := c.w.proofs.Proved(who.SignInID); address != "" {
		who.Assurance, who.Emails = auth.AssuranceEmail, []string{address}
	}
	return who
}

func (c cookies) Still(r *http.Request) (auth.Identity, error) {
	who, err := c.Identify(unheard{}, r)
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	if err == nil && slices.Contains(c.w.ended, who.SignInID) {
		return auth.Identity{}, fault.New(fault.CodeSignInExpired, "this sign-in has ended")
	}
	return who, err
}

func (c cookies) Knock(r *http.Request) (auth.Identity, error) {
	who, err := c.Identify(unheard{}, r)
	if fault.HasCode(err, fault.CodeSignInExpired) {
		err = nil
	}
	return who, err
}

// unheard takes a header and forgets it.
type unheard struct{ http.ResponseWriter }

func (unheard) Header() http.Header { return http.Header{} }

func (c cookies) EnsureGuest(_ context.Context, w http.ResponseWriter, _ *http.Request, name string) (auth.Identity, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	c.w.guests++
	id := "guest-" + strconv.Itoa(c.w.guests)
	http.SetCookie(w, &http.Cookie{Name: "__Host-parvis", Value: id, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return auth.Identity{Kind: auth.Guest, ID: id, SignInID: id, Name: name}, nil
}

func (c cookies) List(_ context.Context, who auth.Identity) ([]signin.SignIn, error) {
	now := c.w.clock()
	return []signin.SignIn{{
		ID: who.SignInID, CreatedAt: now, LastSeenAt: now.Add(time.Minute), ExpiresAt: now.Add(12 * time.Hour), UserAgent: "Firefox on Linux", Network: "192.0.2.0/24",
	}}, nil
}

func (c cookies) End(_ context.Context, who auth.Identity, id string) error {
	if id != who.SignInID {
		return fault.New(fault.CodeNotFound, "you have no such sign-in")
	}
	c.w.ended = append(c.w.ended, id)
	return nil
}

func (c cookies) EndAll(_ context.Context, who auth.Identity) error {
	c.w.ended = append(c.w.ended, who.SignInID)
	return nil
}

// tokens is the service accounts. A token is the name of whose it is, or one that they have issued.
type tokens struct {
	*service.Accounts
	w *world
}

func (w *world) tokens(logger *slog.Logger) tokens {
	w.software.AddOrg(interior, "Ministry")
	w.software.AddOrg(justice, "Ministry of Justice")
	for _, who := range []auth.Identity{camille, louise} {
		w.software.PutPerson(service.Person{ID: who.ID, OrgID: who.OrgID, OrgName: who.OrgName, Name: who.Name})
	}
	w.software.Put(service.Account{ID: manager.ID, OrgID: interior, Name: manager.Name, Scopes: manager.Scopes, Version: 1, CreatedAt: w.now})
	options := service.Options{Audiences: []string{home, home + api.TokenPath}, Now: w.clock, Logger: logger}
	return tokens{service.New(w.software, options), w}
}

func (t tokens) Identify(ctx context.Context, token string, from netip.Addr) (auth.Identity, error) {
	t.w.asked.Add(1)
	known := []auth.Identity{robot, reader, idle, elsewhere, clerk, agenda, court, chief, eraser, eraserForCamille, onlooker, reporter, foreigners, manager, listener, stranger, logReader, robotForCamille, readerForCamille, robotForLouise, agendaForOdile, robotForOdile}
	for _, who := range append(known, t.w.strangers...) {
		if bearerOf(who) == token {
			return who, nil
		}
	}
	return t.Accounts.Identify(ctx, token, from)
}

// bearerOf is what software sends for itself, or for somebody.
func bearerOf(who auth.Identity) string {
	if who.Delegated() {
		return who.OnBehalfOf + "-for-" + who.ID
	}
	return who.ID
}

type people struct{}

func (people) Person(_ context.Context, id string) (directory.Person, error) {
	return directory.Person{ID: id, GivenName: "Camille", FamilyName: "Martin", Email: "camille.martin@interior.example"}, nil
}
