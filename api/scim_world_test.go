package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"parvis/api"
	"parvis/auth"
	"parvis/auth/service"
	"parvis/directory"
	"parvis/scim"
	"parvis/store"
	"parvis/store/storetest"
)

// idpOfMinistry and idpOfCourts are two identity providers behind the broker.
const (
	broker        = "proconnect"
	idpOfMinistry = "71144ab3-ee1a-4401-b7b3-79b44f7daeeb"
	idpOfCourts   = "9ac6b8b5-4d0f-4f3e-8f5b-1f0f2d9f3c11"
)

// provisioner is software that tells of the people of one organization.
type provisioner struct {
	who    auth.Identity
	client scim.Client
}

// office is the real router over a real database, with two organizations that each have software of their own.
type office struct {
	*world
	store    *store.DB
	now      time.Time
	ministry provisioner // behind the broker
	courts   provisioner // behind the broker too
	agency   provisioner // with a provider of its own
	known    map[string]auth.Identity
}

// bearers adds the software of an office to the callers of the world.
type bearers struct {
	tokens
	known map[string]auth.Identity
}

func (b bearers) Identify(ctx context.Context, token string, from netip.Addr) (auth.Identity, error) {
	if who, ok := b.known[token]; ok {
		return who, nil
	}
	return b.tokens.Identify(ctx, token, from)
}

// provisioning runs a test on both engines.
func provisioning(t *testing.T, test func(t *testing.T, o *office)) {
	for name, newURL := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) { test(t, newOffice(t, newURL(t))) })
	}
}

func newOffice(t *testing.T, url string) *office {
	t.Helper()
	o := &office{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), known: map[string]auth.Identity{}}
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return o.now }
	db, err := store.Open(t.Context(), store.Options{URL: url, Now: clock, Replica: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	o.store = db
	o.world = newWorld(t, func(options *api.Options) {
		options.Provisioning = scim.New(db, scim.Options{BaseURL: home, Now: clock})
		options.Services = bearers{options.Services.(tokens), o.known}
	})
	o.ministry = o.provisioner(t, "Ministère de l’Intérieur", "11001401600015", broker, idpOfMinistry)
	o.courts = o.provisioner(t, "Ministère de la Justice", "11001001400014", broker, idpOfCourts)
	o.agency = o.provisioner(t, "Agence", "13002526500013", "agence", "")
	return o
}

func (o *office) provisioner(t *testing.T, name, siret, provider, idp string) provisioner {
	t.Helper()
	org, err := o.store.PlaceOrganization(t.Context(), directory.Claims{Siret: siret, OrganizationLabel: name}, o.now)
	if err != nil {
		t.Fatal(err)
	}
	accounts := service.New(o.store, service.Options{Now: func() time.Time { return o.now }})
	account, err := accounts.Create(t.Context(), service.Administrator(), service.NewAccount{Org: org.ID, Name: "HR", Scopes: []auth.Scope{auth.ScopePeopleManage}})
	if err != nil {
		t.Fatal(err)
	}
	client, err := o.store.BindSCIM(t.Context(), account.ID, provider, idp, "system:command", o.now)
	if err != nil {
		t.Fatal(err)
	}
	who := auth.Identity{Kind: auth.Service, ID: account.ID, OrgID: org.ID, OrgName: name, Name: "HR", Scopes: account.Scopes}
	o.known[account.ID] = who
	return provisioner{who, client}
}

// signsIn is somebody who comes by a provider.
func (o *office) signsIn(t *testing.T, p provisioner, c directory.Claims) (directory.Person, error) {
	t.Helper()
	c.Provider, c.Issuer = p.client.Provider, "https://"+p.client.Provider+".example"
	return directory.New(placedIn{o.store, p.client.OrgID}, func() time.Time { return o.now }).SignedIn(t.Context(), c)
}

// placedIn has everybody placed in one organization.
type placedIn struct {
	*store.DB
	org string
}

func (p placedIn) PlaceOrganization(context.Context, directory.Claims, time.Time) (directory.Organization, error) {
	return directory.Organization{ID: p.org}, nil
}

// person is an agent of the ministry as the broker tells of them.
func agentOf(uid string) directory.Claims {
	return directory.Claims{Subject: "sub-" + uid, IdPID: idpOfMinistry, UID: uid, GivenName: "Jeanne", FamilyName: "Morel", Email: uid + "@interieur.example"}
}

// scim is a request to SCIM.
func (o *office) scim(p provisioner, method, path, body string, header ...string) *httptest.ResponseRecorder {
	a := ask{method: method, path: "/scim/v2" + path, body: body, as: p.who, contentType: "application/scim+json", header: http.Header{}}
	for i := 0; i+1 < len(header); i += 2 {
		if a.header.Set(header[i], header[i+1]); header[i] == "Content-Type" {
			a.contentType = header[i+1]
		}
	}
	return o.do(a)
}

// says asks, expects a status and reads the answer.
func (o *office) says(t *testing.T, status int, p provisioner, method, path, body string, header ...string) map[string]any {
	t.Helper()
	rec := o.scim(p, method, path, body, header...)
	if rec.Code != status {
		t.Fatalf("%s %s: got %d, want %d\n%s", method, path, rec.Code, status, rec.Body)
	}
	if got := rec.Header().Get("Content-Type"); rec.Body.Len() > 0 && got != "application/scim+json" {
		t.Errorf("%s %s: Content-Type %q", method, path, got)
	}
	return object(t, rec)
}

// denies asks and expects a refusal as RFC 7644 section 3.12 writes it.
func (o *office) denies(t *testing.T, status int, scimType string, p provisioner, method, path, body string, header ...string) {
	t.Helper()
	got := o.says(t, status, p, method, path, body, header...)
	want, _ := got["scimType"].(string)
	if schemas, _ := json.Marshal(got["schemas"]); string(schemas) != `["urn:ietf:params:scim:api:messages:2.0:Error"]` || want != scimType || got["status"] != itoa(status) {
		t.Errorf("%s %s: got %v, want %s", method, path, got, scimType)
	}
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

const (
	userSchema  = `"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]`
	groupSchema = `"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]`
	patchSchema = `"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]`
	bulkSchema  = `"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]`
)

// makes makes a user and answers its id.
func (o *office) makes(t *testing.T, p provisioner, members string) string {
	t.Helper()
	return o.says(t, http.StatusCreated, p, "POST", "/Users", "{"+userSchema+","+members+"}")["id"].(string)
}

func (o *office) patches(t *testing.T, p provisioner, path, operations string) map[string]any {
	t.Helper()
	return o.says(t, http.StatusOK, p, "PATCH", path, "{"+patchSchema+`,"Operations":[`+operations+"]}")
}

// finds answers the userNames or displayNames that a filter finds.
func (o *office) finds(t *testing.T, p provisioner, path string) string {
	t.Helper()
	got := o.says(t, http.StatusOK, p, "GET", path, "")
	list, _ := got["Resources"].([]any)
	var names []string
	for _, item := range list {
		r := item.(map[string]any)
		name, _ := r["userName"].(string)
		if name == "" {
			name, _ = r["displayName"].(string)
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// personOf is whom a user stands for, as the database has them.
func (o *office) personOf(t *testing.T, p provisioner, id string) directory.Person {
	t.Helper()
	u, err := o.store.SCIMUser(t.Context(), p.client, id)
	if err != nil {
		t.Fatal(err)
	}
	person, err := o.store.Person(t.Context(), u.PersonID)
	if err != nil {
		t.Fatal(err)
	}
	return person
}
