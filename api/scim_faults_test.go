package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/directory"
	"parvis/fault"
)

func TestOnlySoftwareThatIsBoundToAProviderProvisions(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		rec := o.do(ask{method: "GET", path: "/scim/v2/Users"})
		if rec.Code != http.StatusUnauthorized || rec.Header().Get("Content-Type") != "application/scim+json" || rec.Header().Get("Www-Authenticate") != "Bearer" {
			t.Errorf("%d %v %s", rec.Code, rec.Header(), rec.Body)
		}
		lacks := o.ministry.who
		lacks.ID, lacks.Scopes = "lacks", []auth.Scope{auth.ScopeRoomsWrite}
		unbound := o.ministry.who
		unbound.ID = "unbound"
		moved := o.ministry.who
		moved.OrgID = o.courts.who.OrgID // the account's token, of another organization
		for name, who := range map[string]auth.Identity{
			"without the scope": lacks, "bound to no provider": unbound, "of another organization than the client": moved,
			"for a person": acting(o.ministry.who, camille),
		} {
			o.known[bearerOf(who)] = who
			rec := o.do(ask{method: "GET", path: "/scim/v2/Users", as: who})
			if rec.Code != http.StatusForbidden || rec.Header().Get("Content-Type") != "application/scim+json" {
				t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
			}
		}
		rec = o.do(ask{method: "GET", path: "/scim/v2/Users", as: camille})
		if rec.Code != http.StatusNotFound {
			t.Errorf("a person: %d %s", rec.Code, rec.Body)
		}
	})
}

func TestAClientOfOneOrganizationSeesNothingOfAnother(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		user := o.makes(t, o.courts, `"userName":"louise","externalId":"lpetit"`)
		group := o.says(t, http.StatusCreated, o.courts, "POST", "/Groups", "{"+groupSchema+`,"displayName":"Cabinet"}`)["id"].(string)
		body := map[string]string{
			"PUT":   "{" + userSchema + "," + `"userName":"stolen"}`,
			"PATCH": "{" + patchSchema + `,"Operations":[{"op":"replace","path":"displayName","value":"stolen"}]}`,
		}
		for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
			o.denies(t, http.StatusNotFound, "", o.ministry, method, "/Users/"+user, body[method])
			o.denies(t, http.StatusNotFound, "", o.ministry, method, "/Groups/"+group, strings.ReplaceAll(strings.ReplaceAll(body[method], ":User", ":Group"), "userName", "displayName"))
		}
		for _, path := range []string{"/Users", "/Groups", "/Users?filter=" + url.QueryEscape(`id eq "`+user+`"`)} {
			if got := o.finds(t, o.ministry, path); got != "" {
				t.Errorf("%s: %s", path, got)
			}
		}
		if got := o.personOf(t, o.courts, user); got.DisplayName() != "louise" || got.DeactivatedAt != nil {
			t.Errorf("%+v", got)
		}
	})
}

func TestAnAddressOfAnotherMinistrysAgentOpensNothing(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		louise, err := o.signsIn(t, o.courts, directory.Claims{
			Subject: "sub-louise", IdPID: idpOfCourts, UID: "lpetit", GivenName: "Louise", FamilyName: "Petit", Email: "louise.petit@justice.example", Vouched: directory.VouchedByIdP,
		})
		if err != nil {
			t.Fatal(err)
		}
		// By address, by uid, by subject: none of them is Louise for a client of another ministry.
		for i, members := range []string{
			`"userName":"louise.petit@justice.example","emails":[{"value":"louise.petit@justice.example","primary":true}]`,
			`"userName":"b","externalId":"lpetit","active":false`, `"userName":"c","externalId":"sub-louise","active":false`,
		} {
			for _, p := range []provisioner{o.ministry, o.agency} {
				id := o.makes(t, p, members)
				if got := o.personOf(t, p, id); got.ID == louise.ID {
					t.Errorf("%d: the client of another took her over", i)
				}
				o.says(t, http.StatusNoContent, p, "DELETE", "/Users/"+id, "")
			}
		}
		again, err := o.signsIn(t, o.courts, directory.Claims{Subject: "sub-louise", IdPID: idpOfCourts, UID: "lpetit", Email: "louise.petit@justice.example"})
		if err != nil || again.ID != louise.ID || again.DeactivatedAt != nil || again.OrgID != o.courts.client.OrgID {
			t.Errorf("%+v, %v", again, err)
		}
	})
}

func TestWhoWasProvisionedIsWhoSignsInFirst(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		id := o.makes(t, o.ministry, `"userName":"jeanne","externalId":"jmorel","name":{"givenName":"J.","familyName":"M."},"emails":[{"value":"jm@interieur.example"}]`)
		group := o.says(t, http.StatusCreated, o.ministry, "POST", "/Groups", "{"+groupSchema+`,"displayName":"Cabinet","members":[{"value":"`+id+`"}]}`)["id"].(string)
		waits := o.personOf(t, o.ministry, id)
		for name, c := range map[string]directory.Claims{
			"the same uid behind another identity provider": {Subject: "s1", IdPID: idpOfCourts, UID: "jmorel"},
			"the same address":       {Subject: "s2", IdPID: idpOfMinistry, UID: "other", Email: "jm@interieur.example", Vouched: directory.VouchedByIdP},
			"the uid as the subject": {Subject: "jmorel", IdPID: idpOfMinistry, UID: "third"},
			"no uid":                 {Subject: "s3", IdPID: idpOfMinistry},
		} {
			if got, err := o.signsIn(t, o.ministry, c); err != nil || got.ID == waits.ID {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		elsewhere := o.ministry
		elsewhere.client.OrgID = o.courts.client.OrgID
		if got, err := o.signsIn(t, elsewhere, directory.Claims{Subject: "s4", IdPID: idpOfMinistry, UID: "jmorel"}); err != nil || got.ID == waits.ID {
			t.Errorf("somebody whom the rules place elsewhere: %+v, %v", got, err)
		}
		got, err := o.signsIn(t, o.ministry, agentOf("jmorel"))
		if err != nil || got.ID != waits.ID || got.DisplayName() != "Jeanne Morel" {
			t.Errorf("%+v, %v", got, err)
		}
		if subject, err := o.store.Subject(t.Context(), got.ID); err != nil || len(subject.Groups) != 1 || subject.Groups[0] != group {
			t.Errorf("%+v, %v", subject, err)
		}
		// From then on the provider says the name, and the externalId is theirs.
		o.patches(t, o.ministry, "/Users/"+id, `{"op":"replace","path":"name.givenName","value":"Jane"}`)
		if p := o.personOf(t, o.ministry, id); p.GivenName != "Jeanne" {
			t.Errorf("%+v", p)
		}
		o.denies(t, http.StatusBadRequest, "mutability", o.ministry, "PATCH", "/Users/"+id, "{"+patchSchema+`,"Operations":[{"op":"replace","path":"externalId","value":"akader"}]}`)

		// Where the provider is the organization's own, the subject counts.
		own := o.makes(t, o.agency, `"userName":"zoe","externalId":"sub-zoe"`)
		if got, err := o.signsIn(t, o.agency, directory.Claims{Subject: "sub-zoe"}); err != nil || got.ID != o.personOf(t, o.agency, own).ID {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestWhoSignedInBeforeIsWhoIsProvisioned(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		jeanne, err := o.signsIn(t, o.ministry, agentOf("jmorel"))
		if err != nil {
			t.Fatal(err)
		}
		id := o.makes(t, o.ministry, `"userName":"jeanne","externalId":"jmorel"`)
		if got := o.personOf(t, o.ministry, id); got.ID != jeanne.ID {
			t.Errorf("%+v", got)
		}
		// One whose uid was not known yet: both come together at the next sign-in, and what the client decided meanwhile holds.
		amine, err := o.signsIn(t, o.ministry, directory.Claims{Subject: "sub-akader", IdPID: idpOfMinistry})
		if err != nil {
			t.Fatal(err)
		}
		other := o.makes(t, o.ministry, `"userName":"amine","externalId":"akader","active":false`)
		group := o.says(t, http.StatusCreated, o.ministry, "POST", "/Groups", "{"+groupSchema+`,"displayName":"Cabinet","members":[{"value":"`+other+`"}]}`)["id"].(string)
		if _, err := o.signsIn(t, o.ministry, agentOf("akader")); !fault.Is(err, fault.Forbidden) {
			t.Errorf("got %v", err)
		}
		if got := o.personOf(t, o.ministry, other); got.ID != amine.ID || got.DeactivatedAt == nil {
			t.Errorf("%+v", got)
		}
		o.patches(t, o.ministry, "/Users/"+other, `{"op":"replace","path":"active","value":"True"}`)
		if got, err := o.signsIn(t, o.ministry, agentOf("akader")); err != nil || got.ID != amine.ID {
			t.Errorf("%+v, %v", got, err)
		}
		if subject, err := o.store.Subject(t.Context(), amine.ID); err != nil || len(subject.Groups) != 1 || subject.Groups[0] != group {
			t.Errorf("%+v, %v", subject, err)
		}
	})
}

func TestWhatAClientClosedItOpensAndWhatAnAdministratorClosedItDoesNot(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		id := o.makes(t, o.ministry, `"userName":"jeanne","externalId":"jmorel"`)
		enters := func(want bool) {
			t.Helper()
			if _, err := o.signsIn(t, o.ministry, agentOf("jmorel")); (err == nil) != want || err != nil && !fault.Is(err, fault.Forbidden) {
				t.Errorf("got %v", err)
			}
		}
		active := func(value string) {
			t.Helper()
			o.patches(t, o.ministry, "/Users/"+id, `{"op":"Replace","path":"active","value":`+value+`}`)
		}
		enters(true)
		active(`"False"`)
		enters(false)
		active(`true`)
		enters(true)
		o.says(t, http.StatusNoContent, o.ministry, "DELETE", "/Users/"+id, "")
		enters(false)
		id = o.makes(t, o.ministry, `"userName":"jeanne","externalId":"jmorel"`)
		enters(true)
		person := o.personOf(t, o.ministry, id).ID
		active(`false`)
		if err := o.store.DeactivatePerson(t.Context(), person, o.now); err != nil {
			t.Fatal(err)
		}
		active(`true`)
		enters(false)
	})
}

func TestWhoMovedToAnotherMinistryIsNotClosedByTheOneBefore(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		id := o.makes(t, o.ministry, `"userName":"jeanne","externalId":"jmorel"`)
		if _, err := o.signsIn(t, o.ministry, agentOf("jmorel")); err != nil {
			t.Fatal(err)
		}
		moved := o.ministry
		moved.client.OrgID = o.courts.client.OrgID
		if _, err := o.signsIn(t, moved, agentOf("jmorel")); err != nil {
			t.Fatal(err)
		}
		o.patches(t, o.ministry, "/Users/"+id, `{"op":"replace","path":"active","value":false}`)
		o.says(t, http.StatusNoContent, o.ministry, "DELETE", "/Users/"+id, "")
		if got, err := o.signsIn(t, moved, agentOf("jmorel")); err != nil || got.OrgID != o.courts.client.OrgID {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestWhatAClientSaysOfRolesGivesNothing(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		rights := `"roles":[{"value":"platform-admin","primary":true}],"entitlements":[{"value":"org-admin"}],"appointments":[{"role":"platform-admin"}],"orgId":"` + o.courts.client.OrgID + `"`
		id := o.makes(t, o.ministry, `"userName":"jeanne","externalId":"jmorel",`+rights)
		o.says(t, http.StatusOK, o.ministry, "PUT", "/Users/"+id, "{"+userSchema+`,"userName":"jeanne","externalId":"jmorel",`+rights+"}")
		got := o.patches(t, o.ministry, "/Users/"+id, `{"op":"add","path":"roles","value":[{"value":"platform-admin"}]},{"op":"replace","value":{"entitlements":[{"value":"x"}]}}`)
		for _, name := range []string{"roles", "entitlements", "appointments", "orgId"} {
			if got[name] != nil {
				t.Errorf("%s is kept: %v", name, got[name])
			}
		}
		p, err := o.signsIn(t, o.ministry, agentOf("jmorel"))
		if err != nil || p.OrgID != o.ministry.client.OrgID {
			t.Errorf("%+v, %v", p, err)
		}
	})
}

func TestBadUsersAreRefusedWithTheReason(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		o.makes(t, o.agency, `"userName":"taken","externalId":"x1"`)
		for body, scimType := range map[string]string{
			``: "invalidSyntax", `{`: "invalidSyntax", `[]`: "invalidSyntax", `null`: "invalidSyntax", `{} {}`: "invalidSyntax", `{"userName":"x"}`: "invalidSyntax",
			"{" + groupSchema + `,"userName":"x"}`: "invalidSyntax", strings.Repeat(`{"a":`, 50) + "1" + strings.Repeat("}", 50): "invalidSyntax",
			"{" + userSchema + "}": "invalidValue", "{" + userSchema + `,"userName":""}`: "invalidValue", "{" + userSchema + `,"userName":7}`: "invalidValue",
			"{" + userSchema + `,"userName":"x","active":"maybe"}`: "invalidValue", "{" + userSchema + `,"userName":"x","active":1}`: "invalidValue",
			"{" + userSchema + `,"userName":"` + strings.Repeat("é", 201) + `"}`: "invalidValue", "{" + userSchema + `,"userName":"x","name":"y"}`: "invalidValue",
			"{" + userSchema + `,"userName":"x","emails":[{"value":"a","primary":true},{"value":"b","primary":true}]}`: "invalidValue",
			"{" + userSchema + `,"userName":"x","emails":[` + strings.Repeat(`{"value":"a"},`, 20) + `{"value":"b"}]}`: "invalidValue",
			"{" + userSchema + `,"userName":"x","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":"y"}`:     "invalidValue",
		} {
			o.denies(t, http.StatusBadRequest, scimType, o.agency, "POST", "/Users", body)
		}
		for _, members := range []string{`"userName":"TAKEN"`, `"userName":"other","externalId":"x1"`} {
			o.denies(t, http.StatusConflict, "uniqueness", o.agency, "POST", "/Users", "{"+userSchema+","+members+"}")
		}
		other := o.makes(t, o.agency, `"userName":"other"`)
		o.denies(t, http.StatusConflict, "uniqueness", o.agency, "PATCH", "/Users/"+other, "{"+patchSchema+`,"Operations":[{"op":"replace","path":"userName","value":"taken"}]}`)
		for _, contentType := range []string{"text/plain", "application/xml", "-", "application/scim+jsonx"} {
			o.denies(t, http.StatusUnsupportedMediaType, "", o.agency, "POST", "/Users", "{"+userSchema+`,"userName":"x"}`, "Content-Type", contentType)
		}
		o.says(t, http.StatusCreated, o.agency, "POST", "/Users", "{"+userSchema+`,"userName":"json"}`, "Content-Type", "application/json; charset=utf-8")
		o.denies(t, http.StatusRequestEntityTooLarge, "", o.agency, "POST", "/Users", "{"+userSchema+`,"userName":"`+strings.Repeat("x", 1<<20)+`"}`)
		for _, id := range []string{"nonsense", "%00", "0198a5c2-7e02-7b1d-8c34-9f5a2e6d1b80", "x'%20OR%20'1'='1"} {
			o.denies(t, http.StatusNotFound, "", o.agency, "GET", "/Users/"+id, "")
		}
	})
}

func TestAnAccountThatComesAfterARevokedOneTakesOver(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		id := o.makes(t, o.ministry, `"userName":"jeanne","externalId":"jmorel"`)
		accounts := service.New(o.store, service.Options{Now: o.clock})
		next, err := accounts.Create(t.Context(), service.Administrator(), service.NewAccount{Org: o.ministry.client.OrgID, Name: "HR", Scopes: []auth.Scope{auth.ScopePeopleManage}})
		if err != nil {
			t.Fatal(err)
		}
		bind := func(account, provider, idp string) error {
			_, err := o.store.BindSCIM(t.Context(), account, provider, idp, "system:command", o.now)
			return err
		}
		if err := bind(next.ID, broker, idpOfMinistry); !fault.Is(err, fault.Conflict) {
			t.Errorf("two speak for the same people: %v", err)
		}
		if err := bind(o.ministry.who.ID, broker, idpOfCourts); !fault.Is(err, fault.Conflict) {
			t.Errorf("one speaks for two: %v", err)
		}
		if err := bind(o.ministry.who.ID, broker, idpOfMinistry); err != nil {
			t.Errorf("the same once more: %v", err)
		}
		if _, err := accounts.Revoke(t.Context(), service.Administrator(), o.ministry.who.ID); err != nil {
			t.Fatal(err)
		}
		if err := bind(next.ID, broker, idpOfMinistry); err != nil {
			t.Fatal(err)
		}
		who := o.ministry.who
		who.ID = next.ID
		o.known[who.ID] = who
		o.says(t, http.StatusOK, provisioner{who, o.ministry.client}, "GET", "/Users/"+id, "")
	})
}
