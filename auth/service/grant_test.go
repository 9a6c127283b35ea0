package service_test

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/fault"
)

func TestWhoIsNoClientGetsOneAnswerWhateverIsWrong(t *testing.T) {
	d := newDesk()
	soon := d.now.Add(time.Hour)
	good, secret := d.account(t, func(in *service.NewAccount) { in.Networks = []string{"192.0.2.0/24"} })
	other, _ := d.account(t)
	expired, expiredSecret := d.account(t, func(in *service.NewAccount) { in.ExpiresAt = &soon })
	revoked, revokedSecret := d.account(t)
	if _, err := d.Revoke(t.Context(), admin, revoked.ID); err != nil {
		t.Fatal(err)
	}
	d.now = soon
	elsewhere := bySecret(good, secret)
	elsewhere.From = netip.MustParseAddr("198.51.100.1")
	for name, in := range map[string]service.Request{
		"nobody":                        {GrantType: service.GrantClientCredentials},
		"an unknown client":             bySecret(service.Account{ID: "0198a5c2-3c0f-7b02-8f3d-00000000ffff"}, secret),
		"a client that is no id":        bySecret(service.Account{ID: "admin' OR 1=1"}, secret),
		"no secret":                     bySecret(good, ""),
		"another's secret":              bySecret(other, secret),
		"a wrong secret":                bySecret(good, secret[:len(secret)-2]+"AA"),
		"the id in capitals":            bySecret(good, strings.ToUpper(secret)),
		"an expired account":            bySecret(expired, expiredSecret),
		"a revoked account":             bySecret(revoked, revokedSecret),
		"from another network":          elsewhere,
		"an assertion without a key":    byAssertion(good, "a.b.c"),
		"an assertion that is too long": byAssertion(good, strings.Repeat("a", 9<<10)),
	} {
		if got := d.refuses(t, service.InvalidClient, in); got.Description != "the client's credentials are not accepted" {
			t.Errorf("%s: got %q", name, got.Description)
		}
	}
	if !strings.Contains(d.log.String(), "198.51.100.1") || strings.Contains(d.log.String(), secret) {
		t.Errorf("operators hear of good credentials from elsewhere, without the secret: %s", d.log.String())
	}
}

func TestATokenRequestThatCannotBeGrantedSaysWhy(t *testing.T) {
	d := newDesk()
	a, secret := d.account(t)
	in := bySecret(a, secret)
	for _, grant := range []string{"", "password", "authorization_code", "refresh_token"} {
		in.GrantType = grant
		d.refuses(t, service.UnsupportedGrantType, in)
	}
	in = bySecret(a, secret)
	for _, scope := range []string{"attendance.read", "rooms.read rooms.burn", "rooms.read attendance.read"} {
		in.Scope = scope
		d.refuses(t, service.InvalidScope, in)
	}
	no := fault.New(fault.CodeTooMany, "slow down")
	in = bySecret(a, secret)
	in.MayIssue = func(id string) error {
		if id != a.ID {
			t.Errorf("asked for %s", id)
		}
		return no
	}
	if _, err := d.Grant(t.Context(), in); !errors.Is(err, no) || d.store.Tokens() != 0 {
		t.Errorf("got %v", err)
	}
	in.MayIssue = func(string) error { t.Error("asked for somebody who has not proved who they are"); return nil }
	in.Secret = "wrong"
	d.refuses(t, service.InvalidClient, in)
}

func TestADatabaseThatIsDownRefusesNobodysCredentials(t *testing.T) {
	d := newDesk()
	a, secret := d.account(t)
	token := d.token(t, bySecret(a, secret))
	d.store.Fail(fault.New(fault.CodeDatabaseUnavailable, "the database does not answer"))
	if _, err := d.Grant(t.Context(), bySecret(a, secret)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
	if _, err := d.Identify(t.Context(), token, office); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestASecretIsExchangedForATokenOfAQuarterOfAnHour(t *testing.T) {
	d := newDesk()
	a, secret := d.account(t)
	issued, err := d.Grant(t.Context(), bySecret(a, secret))
	if err != nil || issued.Lives != 15*time.Minute || issued.Exchanged || !slices.Equal(issued.Scopes, a.Scopes) {
		t.Fatalf("got %+v, %v", issued, err)
	}
	if strings.Contains(issued.Token, secret) || issued.Token == d.token(t, bySecret(a, secret)) {
		t.Error("each token is its own, and no secret")
	}
	who := d.who(t, issued.Token)
	if who.Kind != auth.Service || who.ID != a.ID || who.OrgID != interior || who.OrgName != "Intérieur" || who.Name != "HR agenda" || !slices.Equal(who.Scopes, a.Scopes) {
		t.Errorf("got %+v", who)
	}
	d.now = d.now.Add(15 * time.Minute)
	d.turnsAway(t, "after a quarter of an hour", issued.Token, office)
}

func TestATokenHasNoMoreThanWasAskedForNorThanTheAccountHasNow(t *testing.T) {
	d := newDesk()
	a, secret := d.account(t)
	in := bySecret(a, secret)
	in.Scope = "rooms.write rooms.write"
	narrow := d.token(t, in)
	if got := d.who(t, narrow).Scopes; !slices.Equal(got, []auth.Scope{auth.ScopeRoomsWrite}) {
		t.Errorf("got %v", got)
	}
	in.Scope = " "
	if got := d.who(t, d.token(t, in)).Scopes; len(got) != 2 {
		t.Errorf("got %v", got)
	}
	if _, err := d.Change(t.Context(), admin, a.ID, service.AnyVersion, service.Change{Scopes: &[]auth.Scope{auth.ScopeRoomsRead}}); err != nil {
		t.Fatal(err)
	}
	if got := d.who(t, narrow).Scopes; len(got) != 0 {
		t.Errorf("a scope that was taken away is taken from tokens that are out: %v", got)
	}
}

func TestATokenOutlivesNeitherItsAccountNorItsSecret(t *testing.T) {
	d := newDesk()
	soon := d.now.Add(time.Minute)
	a, secret := d.account(t, func(in *service.NewAccount) { in.ExpiresAt = &soon })
	if issued, err := d.Grant(t.Context(), bySecret(a, secret)); err != nil || issued.Lives != time.Minute {
		t.Errorf("got %v, %v", issued.Lives, err)
	}
	a, secret = d.account(t)
	overlap := 2 * time.Minute
	if _, _, _, err := d.AddSecret(t.Context(), admin, a.ID, service.NewSecret{Overlap: &overlap}); err != nil {
		t.Fatal(err)
	}
	if issued, err := d.Grant(t.Context(), bySecret(a, secret)); err != nil || issued.Lives != overlap {
		t.Errorf("got %v, %v", issued.Lives, err)
	}
}

func TestATokenDiesWithWhatItWasGotBy(t *testing.T) {
	for name, end := range map[string]func(*desk, *testing.T, service.Account) error{
		"the account is revoked": func(d *desk, t *testing.T, a service.Account) error {
			_, err := d.Revoke(t.Context(), admin, a.ID)
			return err
		},
		"the account has expired": func(d *desk, t *testing.T, a service.Account) error {
			until := d.now.Add(time.Second)
			_, err := d.Change(t.Context(), admin, a.ID, service.AnyVersion, service.Change{ExpiresAt: &until})
			d.now = until
			return err
		},
		"the secret is removed": func(d *desk, t *testing.T, a service.Account) error {
			_, err := d.RemoveSecret(t.Context(), admin, a.ID, a.Secrets[0].ID)
			return err
		},
		"the secret is rotated without overlap": func(d *desk, t *testing.T, a service.Account) error {
			_, _, _, err := d.AddSecret(t.Context(), admin, a.ID, service.NewSecret{Overlap: new(time.Duration)})
			return err
		},
		"its network is taken away": func(d *desk, t *testing.T, a service.Account) error {
			_, err := d.Change(t.Context(), admin, a.ID, service.AnyVersion, service.Change{Networks: &[]string{"198.51.100.0/24"}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk()
			a, secret := d.account(t)
			token := d.token(t, bySecret(a, secret))
			d.who(t, token)
			if err := end(d, t, a); err != nil {
				t.Fatal(err)
			}
			d.turnsAway(t, name, token, office)
			d.refuses(t, service.InvalidClient, bySecret(a, secret))
		})
	}
}

func TestWhatIsNoTokenOfOursIsNobodys(t *testing.T) {
	d := newDesk()
	a, secret := d.account(t)
	token := d.token(t, bySecret(a, secret))
	for name, text := range map[string]string{
		"nothing": "", "a word": "hunter2", "a secret": secret, "another token": token[:len(token)-2] + "AA", "padded": token + "=",
		"cut off": token[:len(token)-1], "in capitals": strings.ToUpper(token), "with a line break": token + "\n",
	} {
		d.turnsAway(t, name, text, office)
	}
}

func TestAnAccountComesFromItsNetworksAlone(t *testing.T) {
	d := newDesk()
	a, secret := d.account(t, func(in *service.NewAccount) { in.Networks = []string{"192.0.2.0/24", "2001:db8:1::/48"} })
	token := d.token(t, bySecret(a, secret))
	for _, from := range []string{"192.0.2.1", "::ffff:192.0.2.1", "2001:db8:1::7"} {
		if _, err := d.Identify(t.Context(), token, netip.MustParseAddr(from)); err != nil {
			t.Errorf("%s: %v", from, err)
		}
	}
	for _, from := range []netip.Addr{{}, netip.MustParseAddr("192.0.3.1"), netip.MustParseAddr("2001:db8:2::7"), netip.MustParseAddr("::1")} {
		d.turnsAway(t, from.String(), token, from)
	}
}

func TestAUseIsNotedOnceAMinuteAndIsWorthNoRequest(t *testing.T) {
	d := newDesk()
	a, secret := d.account(t)
	token := d.token(t, bySecret(a, secret))
	for range 5 {
		d.who(t, token)
	}
	if d.store.Touches() != 1 {
		t.Errorf("noted %d times", d.store.Touches())
	}
	d.now = d.now.Add(time.Minute)
	d.who(t, token)
	got, err := d.Get(t.Context(), admin, a.ID)
	if err != nil || !got.LastUsedAt.Equal(d.now) || d.store.Touches() != 2 {
		t.Errorf("got %v after %d notes, %v", got.LastUsedAt, d.store.Touches(), err)
	}
}
