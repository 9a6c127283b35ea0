package api_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/signin"
	"parvis/fault"
)

// administrator is somebody and what they hold, by the organizations of a headquarters.
type administrator struct {
	name string
	who  func(*headquarters) auth.Identity
}

func holds(name string, role auth.AdminRole, org func(*headquarters) string) administrator {
	return administrator{name, func(h *headquarters) auth.Identity {
		a := auth.Appointment{Role: role}
		if org != nil {
			a.OrgID = org(h)
		}
		return holding(name, a)
	}}
}

func ofMinistry(h *headquarters) string { return h.ministry }
func ofOther(h *headquarters) string    { return h.other }

var administrators = []administrator{
	{"nobody", func(*headquarters) auth.Identity { return auth.Identity{} }},
	{"guest", func(*headquarters) auth.Identity { return gaston }},
	{"person without a role", func(*headquarters) auth.Identity { return holding("none") }},
	holds("platform-admin", auth.PlatformAdmin, nil),
	holds("org-admin of the ministry", auth.OrgAdmin, ofMinistry),
	holds("org-admin of another", auth.OrgAdmin, ofOther),
	holds("auditor of all", auth.Auditor, nil),
	holds("auditor of the ministry", auth.Auditor, ofMinistry),
	holds("support of another", auth.Support, ofOther),
	{"org-admin without a fresh sign-in", func(h *headquarters) auth.Identity {
		who := holding("stale", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry})
		who.Elevated = false
		return who
	}},
	{"software of the ministry", func(h *headquarters) auth.Identity {
		return machine("steward", h.ministry, auth.ScopeOrganizationsManage, auth.ScopePeopleManage)
	}},
	{"software that manages software", func(h *headquarters) auth.Identity {
		return machine(h.software.account, h.ministry, auth.ScopeServiceAccountsManage, auth.ScopeWebhooksManage, auth.ScopeRoomsRead)
	}},
	{"software of another that manages software", func(h *headquarters) auth.Identity {
		return machine(h.otherSoftware.account, h.other, auth.Scopes()...)
	}},
	{"software of the ministry that sets rules and reads what was done", func(h *headquarters) auth.Identity {
		return machine("ruler", h.ministry, auth.ScopePoliciesManage, auth.ScopeUsageRead, auth.ScopeAuditRead)
	}},
	{"software without a scope", func(h *headquarters) auth.Identity { return machine("idler", h.ministry) }},
	{"software of another", func(h *headquarters) auth.Identity {
		return machine("alien", h.other, auth.ScopeOrganizationsManage, auth.ScopePeopleManage)
	}},
	{"software for a platform-admin", func(h *headquarters) auth.Identity {
		return acting(machine("steward", h.ministry, auth.Scopes()...), holding("boss", auth.Appointment{Role: auth.PlatformAdmin}))
	}},
}

// deed is how a right is asked for, and of what.
type deed struct {
	ask   ask
	right auth.Right
	on    auth.Resource
	list  bool // shows what the caller has the right on
	roles bool // no software does it, whoever it acts for
	calm  bool // changes nothing: no fresh sign-in is needed

	software bool // software does it to accounts that hold no more than it, and this one does
	seated   bool // a browser that is signed in is needed

	missing fault.Code // what is said of one that is hidden, where that is not the right's own
	hides   bool       // whoever may not do it does not hear whether it is there, whatever they see otherwise
	own     bool       // software does it in its own organization, of which nothing need be said
}

// deeds is what each operation on the ministry, the agency below it and the platform asks for, by its name in the document.
func (h *headquarters) deeds() map[string]deed {
	ministry, agency := auth.Resource{OrgID: h.ministry}, auth.Resource{OrgID: h.agency, Above: []string{h.ministry}}
	patch := func(path, body string) ask {
		return ask{method: "PATCH", path: "/api/v1" + path, body: body, contentType: "application/merge-patch+json", ifMatch: `"1"`}
	}
	plain := func(method, path, body string) ask {
		return ask{method: method, path: "/api/v1" + path, body: body, ifMatch: `"1"`}
	}
	post := func(path, body string) ask { return ask{method: "POST", path: "/api/v1" + path, body: body, key: "k1"} }
	person := "/admin/people/" + h.inMinistry
	account, hook := "/service-accounts/"+h.software.account, "/webhooks/"+h.software.hook
	const edwards = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	seen := func(path, body string) ask {
		a := patch(path, body)
		a.ifMatch = h.versions[path]
		return a
	}
	meeting, why := "/live-rooms/"+h.live, `{"reason":"To help"}`
	deeds := map[string]deed{
		"list-service-accounts":          {ask: plain("GET", "/service-accounts", ""), right: auth.ServiceAccountRead, list: true},
		"list-service-accounts of one":   {ask: plain("GET", "/service-accounts?organization="+h.ministry, ""), right: auth.ServiceAccountRead, on: ministry},
		"list-service-accounts below":    {ask: plain("GET", "/service-accounts?organization="+h.agency, ""), right: auth.ServiceAccountRead, on: agency},
		"create-service-account":         {ask: post("/service-accounts", `{"organization":"`+h.ministry+`","name":"HR","scopes":["rooms.read"]}`), right: auth.ServiceAccountGive, on: ministry},
		"create-service-account below":   {ask: post("/service-accounts", `{"organization":"`+h.agency+`","name":"HR","scopes":["rooms.read"]}`), right: auth.ServiceAccountGive, on: agency},
		"get-service-account":            {ask: plain("GET", account, ""), right: auth.ServiceAccountRead, on: ministry},
		"update-service-account":         {ask: seen(account, `{"name":"HR","contact":"hr@ministry.example"}`), right: auth.ServiceAccountManage, on: ministry, software: true},
		"update-service-account, less":   {ask: seen(account, `{"scopes":["rooms.read"],"networks":["192.0.2.0/24"]}`), right: auth.ServiceAccountManage, on: ministry, software: true},
		"update-service-account, people": {ask: seen(account, `{"actsFor":["`+h.ministry+`"]}`), right: auth.ServiceAccountGive, on: ministry, software: true},
		"revoke-service-account":         {ask: plain("DELETE", account, ""), right: auth.ServiceAccountManage, on: ministry},
		"add-secret":                     {ask: post(account+"/secrets", `{}`), right: auth.ServiceAccountGive, on: ministry, software: true},
		"remove-secret":                  {ask: plain("DELETE", account+"/secrets/"+h.software.secret, ""), right: auth.ServiceAccountManage, on: ministry},
		"put-key":                        {ask: plain("PUT", account+"/keys/another", edwards), right: auth.ServiceAccountGive, on: ministry, software: true},
		"remove-key":                     {ask: plain("DELETE", account+"/keys/k", ""), right: auth.ServiceAccountManage, on: ministry},

		"list-webhooks":           {ask: plain("GET", "/webhooks", ""), right: auth.WebhookRead, list: true},
		"list-webhooks of one":    {ask: plain("GET", "/webhooks?organization="+h.ministry, ""), right: auth.WebhookRead, on: ministry},
		"get-webhook":             {ask: plain("GET", hook, ""), right: auth.WebhookRead, on: ministry},
		"update-webhook":          {ask: seen(hook, `{"description":"Agenda","types":["session.ended"]}`), right: auth.WebhookManage, on: ministry},
		"update-webhook, address": {ask: seen(hook, `{"url":"https://b.example.org/"}`), right: auth.WebhookAddress, on: ministry},
		"delete-webhook":          {ask: plain("DELETE", hook, ""), right: auth.WebhookManage, on: ministry},
		"rotate-webhook":          {ask: post(hook+"/rotate", `{}`), right: auth.WebhookAddress, on: ministry},
		"enable-webhook":          {ask: plain("POST", hook+"/enable", ""), right: auth.WebhookManage, on: ministry},
		"test-webhook":            {ask: post(hook+"/test", ""), right: auth.WebhookManage, on: ministry},
		"list-deliveries":         {ask: plain("GET", hook+"/deliveries", ""), right: auth.WebhookRead, on: ministry},
		"redeliver":               {ask: plain("POST", hook+"/deliveries/"+h.software.delivery+"/redeliver", ""), right: auth.WebhookManage, on: ministry},

		"list-organizations":           {ask: plain("GET", "/organizations", ""), right: auth.OrganizationsRead, list: true},
		"create-organization":          {ask: post("/organizations", `{"name":"Top"}`), right: auth.OrganizationsWrite},
		"create-organization below":    {ask: post("/organizations", `{"name":"Below","parent":"`+h.ministry+`"}`), right: auth.OrganizationsWrite, on: ministry},
		"create-organization, placing": {ask: post("/organizations", `{"name":"New","siret":"11001401600015","parent":"`+h.ministry+`"}`), right: auth.OrganizationsPlace, on: ministry},
		"get-organization":             {ask: plain("GET", "/organizations/"+h.ministry, ""), right: auth.OrganizationsRead, on: ministry},
		"get-organization below":       {ask: plain("GET", "/organizations/"+h.agency, ""), right: auth.OrganizationsRead, on: agency},
		"update-organization":          {ask: patch("/organizations/"+h.ministry, `{"contact":"dsi@ministry.example"}`), right: auth.OrganizationsWrite, on: ministry},
		"update-organization, domains": {ask: patch("/organizations/"+h.agency, `{"domains":["new.example"]}`), right: auth.OrganizationsPlace, on: agency},
		"update-organization, parent":  {ask: patch("/organizations/"+h.agency, `{"parent":null}`), right: auth.OrganizationsPlace, on: agency},
		"update-organization, state":   {ask: patch("/organizations/"+h.agency, `{"state":"refused"}`), right: auth.OrganizationsPlace, on: agency},
		"list-units":                   {ask: plain("GET", "/organizations/"+h.ministry+"/units", ""), right: auth.OrganizationsRead, on: ministry},
		"create-unit":                  {ask: post("/organizations/"+h.ministry+"/units", `{"name":"Team"}`), right: auth.OrganizationsWrite, on: ministry},
		"update-unit":                  {ask: patch("/organizations/"+h.ministry+"/units/"+h.unit, `{"name":"Team"}`), right: auth.OrganizationsWrite, on: ministry},
		"delete-unit":                  {ask: plain("DELETE", "/organizations/"+h.ministry+"/units/"+h.unit, ""), right: auth.OrganizationsWrite, on: ministry},
		"list-offices":                 {ask: plain("GET", "/organizations/"+h.ministry+"/offices", ""), right: auth.OrganizationsRead, on: ministry},
		"create-office":                {ask: post("/organizations/"+h.ministry+"/offices", `{"name":"Bureau"}`), right: auth.OfficesWrite, on: ministry},
		"get-office":                   {ask: plain("GET", "/organizations/"+h.ministry+"/offices/"+h.office, ""), right: auth.OrganizationsRead, on: ministry},
		"update-office":                {ask: patch("/organizations/"+h.ministry+"/offices/"+h.office, `{"name":"Bureau"}`), right: auth.OfficesWrite, on: ministry},
		"delete-office":                {ask: plain("DELETE", "/organizations/"+h.ministry+"/offices/"+h.office, ""), right: auth.OfficesWrite, on: ministry},
		"seat-in-office":               {ask: plain("PUT", "/organizations/"+h.ministry+"/offices/"+h.office+"/people/"+h.inMinistry, `{"kind":"holder"}`), right: auth.OfficesWrite, on: ministry},
		"leave-office":                 {ask: plain("DELETE", "/organizations/"+h.ministry+"/offices/"+h.office+"/people/"+h.seated, ""), right: auth.OfficesWrite, on: ministry},
		"list-rooms-of-organization":   {ask: plain("GET", "/organizations/"+h.ministry+"/rooms?q=budget&ownerless=true", ""), right: auth.OrganizationsRead, on: ministry},
		"list-rooms-without-owner":     {ask: plain("GET", "/organizations/"+h.ministry+"/rooms/without-owner", ""), right: auth.OrganizationsRead, on: ministry},
		"hand-over-room":               {ask: plain("POST", "/organizations/"+h.ministry+"/rooms/"+h.room+"/hand-over", `{"office":"`+h.office+`"}`), right: auth.RoomAssign, on: ministry, roles: true},
		"import-people":                {ask: ask{method: "POST", path: "/api/v1/organizations/" + h.ministry + "/people/import", body: fileOfPeople, contentType: "text/csv"}, right: auth.PeopleWrite, on: ministry},
		"import-people, trial":         {ask: ask{method: "POST", path: "/api/v1/organizations/" + h.ministry + "/people/import?dryRun=true", body: fileOfPeople, contentType: "text/csv"}, right: auth.PeopleWrite, on: ministry, calm: true},
		"list-appointments":            {ask: plain("GET", "/appointments?organization="+h.ministry, ""), right: auth.RolesRead, on: ministry, roles: true},
		"list-appointments, all":       {ask: plain("GET", "/appointments", ""), right: auth.RolesRead, roles: true},
		"put-appointment":              {ask: plain("PUT", "/appointments", `{"person":"`+h.inMinistry+`","role":"auditor","organization":"`+h.ministry+`"}`), right: auth.RolesWrite, on: ministry, roles: true},
		"put-appointment, platform":    {ask: plain("PUT", "/appointments", `{"person":"`+h.inMinistry+`","role":"platform-admin"}`), right: auth.RolesWrite, roles: true},
		"list-people":                  {ask: plain("GET", "/admin/people", ""), right: auth.PeopleRead, list: true},
		"list-people of one":           {ask: plain("GET", "/admin/people?organization="+h.ministry, ""), right: auth.PeopleRead, on: ministry},
		"get-person":                   {ask: plain("GET", person, ""), right: auth.PeopleRead, on: ministry},
		"deactivate-person":            {ask: plain("POST", person+"/deactivate", ""), right: auth.PeopleWrite, on: ministry},
		"reactivate-person":            {ask: plain("POST", "/admin/people/"+h.closed+"/reactivate", ""), right: auth.PeopleWrite, on: ministry},
		"end-sign-ins-of-person":       {ask: plain("DELETE", person+"/sign-ins", ""), right: auth.PeopleWrite, on: ministry},
		"preview-merge":                {ask: plain("GET", "/admin/people/"+h.closed+"/merge?into="+h.inMinistry, ""), right: auth.PeopleMerge, on: ministry, roles: true, calm: true},
		"merge-people": {ask: ask{method: "POST", path: "/api/v1/admin/people/" + h.closed + "/merge", body: `{"into":"` + h.inMinistry + `"}`, ifMatch: h.merge},
			right: auth.PeopleMerge, on: ministry, roles: true},
		"list-live-rooms":        {ask: plain("GET", "/live-rooms", ""), right: auth.LiveRead, list: true, roles: true},
		"list-live-rooms of one": {ask: plain("GET", "/live-rooms?organization="+h.ministry, ""), right: auth.LiveRead, on: ministry, roles: true},
		"get-live-room":          {ask: plain("GET", meeting, ""), right: auth.LiveRead, on: ministry, roles: true},
		"list-live-people":       {ask: plain("GET", meeting+"/people", ""), right: auth.LivePeople, on: ministry, roles: true},
		"enter-live-room":        {ask: plain("POST", meeting+"/enter", why), right: auth.LiveEnter, on: ministry, roles: true, seated: true},
		"end-live-room":          {ask: plain("POST", meeting+"/end", why), right: auth.LiveAct, on: ministry, roles: true},
		"remove-live-person":     {ask: plain("POST", meeting+"/people/"+h.inLive+"/remove", why), right: auth.LiveAct, on: ministry, roles: true},
		"get-health":             {ask: plain("GET", "/health/dependencies", ""), right: auth.HealthRead, roles: true},
	}
	maps.Copy(deeds, h.furtherDeeds())
	return deeds
}

const fileOfPeople = "familyName,provider,sub\nMartin,proconnect,new\n"

// want is what a caller is told: the code of a refusal, or nothing.
func (d deed) want(who auth.Identity) fault.Code {
	if d.roles && who.Kind == auth.Service || d.roles && who.Delegated() {
		return fault.CodeForbidden
	}
	who.Elevated = who.Elevated || d.calm
	if d.own && who.Kind == auth.Service {
		d.on = auth.Resource{OrgID: who.OrgID}
	}
	refusal := auth.Allowed(who, d.right, d.on)
	if d.right == auth.OrganizationsPlace { // which is asked for besides
		refusal = cmp.Or(auth.Allowed(who, auth.OrganizationsWrite, d.on), refusal)
	}
	if d.list {
		_, refusal = auth.ReachOf(who, d.right)
	}
	if refusal == nil && d.software && who.Kind == auth.Service {
		return fault.CodeScopeMissing
	}
	switch {
	case refusal == nil:
		return ""
	case d.missing != "" && (fault.Is(refusal, fault.NotFound) || d.hides && fault.HasCode(refusal, fault.CodeForbidden)):
		return d.missing
	}
	return fault.Of(refusal).Code
}

func (h *headquarters) answers(t *testing.T, who auth.Identity, a ask) (int, fault.Code) {
	t.Helper()
	a.as = who
	rec := h.do(a)
	if rec.Header().Get("Content-Type") != "application/problem+json" {
		return rec.Code, ""
	}
	code, _ := object(t, rec)["code"].(string)
	return rec.Code, fault.Code(code)
}

// signedIn gives somebody a sign-in that is in the database.
func (h *headquarters) signedIn(t *testing.T, who auth.Identity) auth.Identity {
	t.Helper()
	now := h.clock()
	row := signin.SignIn{ID: signInOf("seat"), SecretHash: []byte("seat"), Kind: auth.Guest, OrgID: auth.DefaultOrgID, Name: who.Name, CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(time.Hour)}
	must(t, h.db.CreateSignIn(t.Context(), row, ""))
	who.SignInID = row.ID
	return who
}

func TestEveryRouteOfAdministratorsIsForThoseWhoMayAndForNobodyElse(t *testing.T) {
	for _, c := range administrators {
		t.Run(c.name, func(t *testing.T) {
			h := newHeadquarters(t)
			var may []string
			for name, d := range h.deeds() {
				who := c.who(h)
				h.strangers = []auth.Identity{who}
				want := d.want(who)
				if want == "" {
					may = append(may, name)
					continue
				}
				if status, code := h.answers(t, who, d.ask); code != want {
					t.Errorf("%s: got %d %s, want %s", name, status, code, want)
				}
			}
			for _, name := range may {
				h := h
				if h.deeds()[name].ask.method != http.MethodGet { // what changes something gets a platform of its own
					h = newHeadquarters(t)
				}
				who := c.who(h)
				if h.deeds()[name].seated {
					who = h.signedIn(t, who)
				}
				h.strangers = []auth.Identity{who}
				if status, code := h.answers(t, who, h.deeds()[name].ask); status >= http.StatusMultipleChoices {
					t.Errorf("%s: got %d %s, want it allowed", name, status, code)
				}
			}
		})
	}
}

// An organization, a unit, a person or a role of another ministry is answered as one that does not exist, whatever is asked.
func TestTheAdministratorOfOneOrganizationFindsNothingOfAnother(t *testing.T) {
	h := newHeadquarters(t)
	who := holding("org-admin", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry})
	h.strangers = []auth.Identity{who}
	patch := ask{contentType: "application/merge-patch+json", ifMatch: `"1"`}
	const nothing = "0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25"
	for _, c := range []struct {
		method, path, body string
		other              string
	}{
		{"GET", "/organizations/%", "", h.other}, {"PATCH", "/organizations/%", `{"name":"Mine"}`, h.other}, {"PATCH", "/organizations/%", `{"domains":["x.example"]}`, h.other},
		{"GET", "/organizations/%/units", "", h.other}, {"POST", "/organizations/%/units", `{"name":"x"}`, h.other},
		{"PATCH", "/organizations/%/units/" + h.otherUnit, `{"name":"x"}`, h.other}, {"DELETE", "/organizations/%/units/" + h.otherUnit, "", h.other},
		{"PATCH", "/organizations/" + h.ministry + "/units/%", `{"name":"x"}`, h.otherUnit}, {"DELETE", "/organizations/" + h.ministry + "/units/%", "", h.otherUnit},
		{"GET", "/organizations/%/offices", "", h.other}, {"POST", "/organizations/%/offices", `{"name":"x"}`, h.other}, {"GET", "/organizations/%/rooms/without-owner", "", h.other}, {"GET", "/organizations/%/rooms", "", h.other},
		{"GET", "/organizations/" + h.ministry + "/offices/%", "", h.otherOffice}, {"PATCH", "/organizations/" + h.ministry + "/offices/%", `{"name":"x"}`, h.otherOffice},
		{"DELETE", "/organizations/" + h.ministry + "/offices/%", "", h.otherOffice}, {"PUT", "/organizations/" + h.ministry + "/offices/" + h.office + "/people/%", `{"kind":"holder"}`, h.inOther},
		{"PUT", "/organizations/" + h.ministry + "/offices/%/people/" + h.inMinistry, `{"kind":"holder"}`, h.otherOffice},
		{"DELETE", "/organizations/" + h.ministry + "/offices/" + h.office + "/people/%", "", h.inOther},
		{"GET", "/appointments?organization=%", "", h.other}, {"PUT", "/appointments", `{"person":"` + h.inMinistry + `","role":"auditor","organization":"%"}`, h.other},
		{"PUT", "/appointments", `{"person":"%","role":"auditor","organization":"` + h.ministry + `"}`, h.inOther}, {"DELETE", "/appointments/%", "", h.givenElsewhere},
		{"GET", "/admin/people?organization=%", "", h.other}, {"GET", "/admin/people/%", "", h.inOther}, {"POST", "/admin/people/%/deactivate", "", h.inOther},
		{"POST", "/admin/people/%/reactivate", "", h.inOther}, {"DELETE", "/admin/people/%/sign-ins", "", h.inOther},
		{"GET", "/admin/people/%/merge?into=" + h.inMinistry, "", h.inOther}, {"GET", "/admin/people/" + h.inMinistry + "/merge?into=%", "", h.inOther},
		{"GET", "/service-accounts?organization=%", "", h.other}, {"POST", "/service-accounts", `{"organization":"%","name":"x","scopes":["rooms.read"]}`, h.other},
		{"GET", "/service-accounts/%", "", h.otherSoftware.account}, {"PATCH", "/service-accounts/%", `{"name":"x"}`, h.otherSoftware.account},
		{"PATCH", "/service-accounts/%", `{"scopes":["rooms.write"]}`, h.otherSoftware.account}, {"DELETE", "/service-accounts/%", "", h.otherSoftware.account},
		{"POST", "/service-accounts/%/secrets", `{}`, h.otherSoftware.account}, {"DELETE", "/service-accounts/%/secrets/" + h.otherSoftware.secret, "", h.otherSoftware.account},
		{"PUT", "/service-accounts/%/keys/k", `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`, h.otherSoftware.account},
		{"DELETE", "/service-accounts/%/keys/k", "", h.otherSoftware.account},
		{"GET", "/webhooks?organization=%", "", h.other}, {"GET", "/webhooks/%", "", h.otherSoftware.hook}, {"DELETE", "/webhooks/%", "", h.otherSoftware.hook},
		{"PATCH", "/webhooks/%", `{"description":"x"}`, h.otherSoftware.hook}, {"PATCH", "/webhooks/%", `{"url":"https://b.example.org/"}`, h.otherSoftware.hook},
		{"POST", "/webhooks/%/rotate", `{}`, h.otherSoftware.hook}, {"POST", "/webhooks/%/enable", "", h.otherSoftware.hook}, {"POST", "/webhooks/%/test", "", h.otherSoftware.hook},
		{"GET", "/webhooks/%/deliveries", "", h.otherSoftware.hook}, {"POST", "/webhooks/%/deliveries/" + h.otherSoftware.delivery + "/redeliver", "", h.otherSoftware.hook},
		{"POST", "/webhooks/" + h.software.hook + "/deliveries/%/redeliver", "", h.otherSoftware.delivery},
		{"GET", "/live-rooms?organization=%", "", h.other}, {"GET", "/live-rooms/%", "", h.liveElsewhere}, {"GET", "/live-rooms/%/people", "", h.liveElsewhere},
		{"POST", "/live-rooms/%/enter", `{"reason":"x"}`, h.liveElsewhere}, {"POST", "/live-rooms/%/end", `{"reason":"x"}`, h.liveElsewhere},
		{"POST", "/live-rooms/%/people/" + h.inLive + "/remove", `{"reason":"x"}`, h.liveElsewhere},
		{"POST", "/admin/people/%/merge", `{"into":"` + h.inMinistry + `"}`, h.inOther}, {"POST", "/admin/people/" + h.inMinistry + "/merge", `{"into":"%"}`, h.inOther},
	} {
		var told [2]string
		for i, id := range []string{c.other, nothing} {
			a := ask{method: c.method, path: "/api/v1" + replaceOne(c.path, id), body: replaceOne(c.body, id), ifMatch: `"1"`, key: "k" + id, as: who}
			if c.method == "PATCH" {
				a.contentType = patch.contentType
			}
			rec := h.do(a)
			p := object(t, rec)
			delete(p, "requestId")
			raw, err := json.Marshal(p)
			must(t, err)
			told[i] = string(raw)
			if rec.Code != http.StatusNotFound {
				t.Errorf("%s %s: got %d %s", c.method, c.path, rec.Code, rec.Body)
			}
		}
		if told[0] != told[1] {
			t.Errorf("%s %s: %s, and of what does not exist %s", c.method, c.path, told[0], told[1])
		}
	}
	if o, err := h.admin.Organization(t.Context(), operator, h.other); err != nil || o.Version != 1 {
		t.Errorf("it has changed: %+v, %v", o, err)
	}
}

func replaceOne(in, id string) string {
	for i := range len(in) {
		if in[i] == '%' {
			return in[:i] + id + in[i+1:]
		}
	}
	return in
}

// ofEverybody is the tags of operations that no administrative role is needed for: what has another one stands in the matrix.
var ofEverybody = []string{"About", "Calls", "History", "Hosting", "Invitations", "Lobby", "Meetings", "Members", "Rooms", "Sign-ins"}

func TestEveryOperationOfAdministratorsStandsInTheMatrix(t *testing.T) {
	h := newHeadquarters(t)
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Tags        []string
		}
	}
	must(t, json.Unmarshal(h.do(ask{method: "GET", path: "/api/v1/openapi.json"}).Body.Bytes(), &doc))
	elsewhere := []string{"claim-platform", "remove-appointment", "create-webhook", "export-me"} // the tests below, of webhooks and of data protection
	deeds, found := h.deeds(), 0
	for _, methods := range doc.Paths {
		for _, op := range methods {
			if len(op.Tags) == 0 {
				t.Errorf("%s has no tag", op.OperationID)
			}
			if !slices.ContainsFunc(op.Tags, func(tag string) bool { return !slices.Contains(ofEverybody, tag) }) {
				continue
			}
			found++
			if _, known := deeds[op.OperationID]; !known && !slices.Contains(elsewhere, op.OperationID) {
				t.Errorf("who may %s? Say it in this file", op.OperationID)
			}
		}
	}
	if found < 83 {
		t.Errorf("%d operations", found)
	}
}
