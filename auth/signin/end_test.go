package signin_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/auth"
	"parvis/auth/signin"
	"parvis/fault"
)

func TestSomebodyElsesSignInIsNotFound(t *testing.T) {
	h := newHouse(t, secure)
	var ada, bea browser
	ada.signIn(t, h, "ada")
	bea.signIn(t, h, "bea")
	theirs := ada.identify(t, h).SignInID
	for _, id := range []string{theirs, "", "nonsense"} {
		if err := h.End(t.Context(), bea.identify(t, h), id); !fault.Is(err, fault.NotFound) {
			t.Errorf("end %q: %v, want not found", id, err)
		}
	}
	for _, who := range []auth.Identity{{}, {Kind: auth.Service, ID: "token"}, {Kind: auth.Person}} {
		if _, err := h.List(t.Context(), who); !fault.HasCode(err, fault.CodeSignInRequired) {
			t.Errorf("list for %q: %v", who.Kind, err)
		}
		if err := h.EndAll(t.Context(), who); !fault.HasCode(err, fault.CodeSignInRequired) {
			t.Errorf("end all for %q: %v", who.Kind, err)
		}
	}
	if ada.identify(t, h).Anonymous() || len(h.ender.Told()) != 0 {
		t.Error("nothing may have changed")
	}
}

func TestAPersonSeesAndEndsTheirSignIns(t *testing.T) {
	h := newHouse(t, secure)
	var laptop, phone, other browser
	laptop.signIn(t, h, "ada")
	h.clock.pass(time.Second)
	phone.signIn(t, h, "ada")
	other.signIn(t, h, "bea")
	who := laptop.identify(t, h)
	list, err := h.List(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	phoneID := phone.identify(t, h).SignInID
	if diff := cmp.Diff([]string{phoneID, who.SignInID}, idsOf(list)); diff != "" {
		t.Errorf("newest first (-want +got):\n%s", diff)
	}
	for _, s := range list {
		if s.SecretHash != nil || s.IDToken != nil {
			t.Error("a list carries no secrets")
		}
	}
	if err := h.End(t.Context(), who, phoneID); err != nil {
		t.Fatal(err)
	}
	if !phone.identify(t, h).Anonymous() || laptop.identify(t, h).Anonymous() {
		t.Error("the phone alone must be signed out")
	}
	if err := h.EndAll(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	if !laptop.identify(t, h).Anonymous() || other.identify(t, h).Anonymous() {
		t.Error("all of one's own must end, nobody else's")
	}
	if diff := cmp.Diff([]string{phoneID, who.SignInID}, h.ender.Told()); diff != "" {
		t.Errorf("calls ended (-want +got):\n%s", diff)
	}
}

func TestAnIdleSignInIsNotListed(t *testing.T) {
	h := newHouse(t, secure)
	var old, fresh browser
	old.signIn(t, h, "ada")
	h.clock.pass(3 * time.Hour)
	fresh.signIn(t, h, "ada")
	who := fresh.identify(t, h)
	list, err := h.List(t.Context(), who)
	if err != nil || len(list) != 1 || list[0].ID != who.SignInID {
		t.Errorf("got %v, %v", idsOf(list), err)
	}
}

func TestAGuestSeesTheirOneSignIn(t *testing.T) {
	h := newHouse(t, secure)
	var a, b browser
	who := a.guest(t, h, "Ada")
	b.guest(t, h, "Bea")
	if list, err := h.List(t.Context(), who); err != nil || len(list) != 1 {
		t.Errorf("got %v, %v", idsOf(list), err)
	}
	if err := h.EndAll(t.Context(), who); err != nil {
		t.Fatal(err)
	}
	if !a.identify(t, h).Anonymous() || b.identify(t, h).Anonymous() {
		t.Error("this guest alone must be out")
	}
}

func TestAProviderEndsASessionOrAPerson(t *testing.T) {
	const issuer = "https://op.example"
	cases := []struct {
		name             string
		issuer, sid, sub string
		ends             bool
		refused          bool
	}{
		{"nothing named", issuer, "", "", false, true},
		{"no issuer", "", "sid-ada", "", false, true},
		{"another provider's session", "https://other.example", "sid-ada", "", false, false},
		{"an unknown session of a known person", issuer, "sid-other", "sub-ada", false, false},
		{"the session", issuer, "sid-ada", "", true, false},
		{"the person", issuer, "", "sub-ada", true, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, secure)
			var b browser
			b.signIn(t, h, "ada")
			err := h.EndByProvider(t.Context(), c.issuer, c.sid, c.sub)
			if (err != nil) != c.refused {
				t.Fatalf("error %v", err)
			}
			if ended := b.identify(t, h).Anonymous(); ended != c.ends {
				t.Errorf("ended: %v, want %v", ended, c.ends)
			}
		})
	}
}

func TestSigningOutGivesTheHintOnce(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	b.signIn(t, h, "ada")
	id, stolen := b.identify(t, h).SignInID, b
	provider, token, err := out(t.Context(), h, &b)
	if provider != "op" || token != "head.body.sign" || err != nil {
		t.Errorf("got %q, %q, %v", provider, token, err)
	}
	if b.cookie != nil || !stolen.identify(t, h).Anonymous() {
		t.Error("the browser must be out, with its old cookie too")
	}
	if diff := cmp.Diff([]string{id}, h.ender.Told()); diff != "" {
		t.Errorf("calls ended (-want +got):\n%s", diff)
	}
	if h.store.All()[0].IDToken != nil {
		t.Error("the ID token must be gone")
	}
	if provider, token, err := out(t.Context(), h, &b); provider != "" || token != "" || err != nil {
		t.Errorf("nobody signed out as %q, %q, %v", provider, token, err)
	}
}

func TestARevokedSignInLeavesNoToken(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	b.signIn(t, h, "ada")
	if err := h.EndAll(t.Context(), b.identify(t, h)); err != nil {
		t.Fatal(err)
	}
	if h.store.All()[0].IDToken != nil {
		t.Error("the ID token must be gone")
	}
}

func TestATokenOfAnotherSignInDoesNotOpen(t *testing.T) {
	h := newHouse(t, secure)
	var ada, bea browser
	ada.signIn(t, h, "ada")
	bea.signIn(t, h, "bea")
	rows := h.store.All()
	h.store.Change(rows[1].ID, func(s *signin.SignIn) { s.IDToken = rows[0].IDToken })
	if _, token, err := out(t.Context(), h, &bea); token != "" || err != nil {
		t.Errorf("got %q, %v: want a sign-out without a hint", token, err)
	}
}

func TestABrowserThatGoesAwayDoesNotSaveItsCalls(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	b.signIn(t, h, "ada")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := out(ctx, h, &b); err != nil || len(h.ender.Told()) != 1 {
		t.Errorf("ending the calls heard of the closed browser: %v, %v", h.ender.Told(), err)
	}
}

func TestASignOutWithoutDatabaseMayBeRepeated(t *testing.T) {
	h := newHouse(t, secure)
	var b browser
	b.signIn(t, h, "ada")
	h.store.Fail(fault.New(fault.CodeDatabaseUnavailable, "down"))
	if _, _, err := out(t.Context(), h, &b); !fault.Is(err, fault.Unavailable) || b.cookie == nil {
		t.Errorf("got %v, cookie %v", err, b.cookie)
	}
	h.store.Fail(nil)
	if _, token, err := out(t.Context(), h, &b); token == "" || err != nil {
		t.Errorf("got %q, %v", token, err)
	}
}

func out(ctx context.Context, h *house, b *browser) (provider, token string, err error) {
	w := httptest.NewRecorder()
	r := b.request()
	r.Method = http.MethodPost
	provider, token, err = h.SignOut(ctx, w, r)
	b.take(w)
	return provider, token, err
}

func idsOf(list []signin.SignIn) []string {
	ids := make([]string, len(list))
	for i, s := range list {
		ids[i] = s.ID
	}
	return ids
}
