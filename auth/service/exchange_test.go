package service_test

import (
	"slices"
	"testing"

	"parvis/auth"
	"parvis/auth/service"
)

func actsForInterior(in *service.NewAccount) { in.ActsFor = []string{interior} }

func TestNobodyActsForPeopleUnlessTheirOrganizationWasGiven(t *testing.T) {
	d := newDesk()
	d.store.PutPerson(service.Person{ID: "nowhere", OrgID: auth.DefaultOrgID})
	d.store.PutPerson(service.Person{ID: "closed", OrgID: interior, Closed: true})
	a, secret := d.account(t)
	d.refuses(t, service.UnauthorizedClient, forPerson(bySecret(a, secret), "camille"))

	a, secret = d.account(t, actsForInterior)
	var said []string
	for _, person := range []string{"louise", "nowhere", "closed", "nobody"} {
		said = append(said, d.refuses(t, service.InvalidRequest, forPerson(bySecret(a, secret), person)).Description)
	}
	if len(slices.Compact(said)) != 1 {
		t.Errorf("the endpoint is a directory: %v", said)
	}
	d.refuses(t, service.InvalidClient, forPerson(bySecret(a, "wrong"), "camille"))
}

func TestAnExchangeThatIsNotUnderstoodIsRefused(t *testing.T) {
	d := newDesk()
	a, secret := d.account(t, actsForInterior)
	for code, change := range map[string][]func(*service.Request){
		service.InvalidRequest: {
			func(in *service.Request) { in.SubjectToken = "" },
			func(in *service.Request) { in.SubjectTokenType = "" },
			func(in *service.Request) { in.SubjectTokenType = "urn:ietf:params:oauth:token-type:jwt" },
			func(in *service.Request) { in.ActorToken = "somebody" },
			func(in *service.Request) { in.RequestedTokenType = "urn:ietf:params:oauth:token-type:refresh_token" },
		},
		service.InvalidTarget: {func(in *service.Request) { in.Target = true }},
		service.InvalidScope:  {func(in *service.Request) { in.Scope = "service-accounts.manage" }},
	} {
		for _, f := range change {
			in := forPerson(bySecret(a, secret), "camille")
			f(&in)
			d.refuses(t, code, in)
		}
	}
}

func TestSoftwareActsForAPersonAndBothAreNamed(t *testing.T) {
	d := newDesk()
	a, secret := d.account(t, actsForInterior)
	in := forPerson(bySecret(a, secret), "camille")
	in.Scope, in.RequestedTokenType = "rooms.read", service.TypeAccessToken
	issued, err := d.Grant(t.Context(), in)
	if err != nil || !issued.Exchanged {
		t.Fatalf("got %+v, %v", issued, err)
	}
	who := d.who(t, issued.Token)
	if who.Kind != auth.Person || who.ID != "camille" || who.PersonID != "camille" || who.OrgID != interior || who.OnBehalfOf != a.ID || who.SignInID != "" {
		t.Errorf("got %+v", who)
	}
	if who.Assurance != auth.AssuranceUnknown {
		t.Errorf("nobody has proved to be camille: %s", who.Assurance)
	}
	if !slices.Equal(who.Groups, []string{"g"}) || !slices.Equal(who.Scopes, []auth.Scope{auth.ScopeRoomsRead}) || who.Name != "Camille Martin" {
		t.Errorf("got %+v", who)
	}
}

func TestATokenForAPersonDiesWithThePersonsAccountAndWithTheLeaveToAct(t *testing.T) {
	for name, end := range map[string]func(*desk, service.Account) error{
		"the person's account is closed": func(d *desk, _ service.Account) error {
			d.store.PutPerson(service.Person{ID: "camille", OrgID: interior, Closed: true})
			return nil
		},
		"the person has moved on": func(d *desk, _ service.Account) error {
			d.store.PutPerson(service.Person{ID: "camille", OrgID: justice})
			return nil
		},
		"the leave was taken back": func(d *desk, a service.Account) error {
			_, err := d.Change(t.Context(), admin, a.ID, service.AnyVersion, service.Change{ActsFor: &[]string{}})
			return err
		},
		"the account is revoked": func(d *desk, a service.Account) error {
			_, err := d.Revoke(t.Context(), admin, a.ID)
			return err
		},
	} {
		d := newDesk()
		a, secret := d.account(t, actsForInterior)
		token := d.token(t, forPerson(bySecret(a, secret), "camille"))
		d.who(t, token)
		if err := end(d, a); err != nil {
			t.Fatal(err)
		}
		d.turnsAway(t, name, token, office)
	}
}
