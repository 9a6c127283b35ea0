package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/api"
	"parvis/auth"
)

const membersPath = "/api/v1/rooms/" + secret + "/members"

func putting(body string) ask { return ask{method: "PUT", path: membersPath, body: body, as: camille} }

func TestWhoMayNotIsRefusedOnEachRouteOfMembers(t *testing.T) {
	for name, c := range map[string]struct {
		who         auth.Identity
		list, write string
	}{
		"anonymous": {auth.Identity{}, "sign-in-required", "sign-in-required"}, "guest": {gaston, "sign-in-required", "sign-in-required"},
		"stranger": {louise, "room-not-found", "room-not-found"}, "member": {odile, "", "forbidden"}, "moderator": {mounir, "", "forbidden"},
		"software that may only read": {reader, "", "scope-missing"}, "software without a scope": {idle, "scope-missing", "scope-missing"},
		"software of others": {elsewhere, "room-not-found", "room-not-found"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			for code, a := range map[string][]ask{
				c.list: {{method: "GET", path: membersPath}},
				c.write: {
					{method: "PUT", path: membersPath, body: `{"subject":{"kind":"person","id":"` + ines + `"},"role":"owner"}`},
					{method: "DELETE", path: membersPath + "/" + grantOf("odile")},
				},
			} {
				for _, a := range a {
					a.as = c.who
					if code == "" {
						w.want(t, 200, a)
					} else if got := object(t, w.do(a))["code"]; got != code {
						t.Errorf("%s: got %v, want %s", a.method, got, code)
					}
				}
			}
			if len(w.grants) != 12 {
				t.Errorf("%d grants: something was changed", len(w.grants))
			}
		})
	}
}

func TestABadMemberGetsOneClearProblemAndMakesNothing(t *testing.T) {
	person := func(rest string) ask { return putting(`{"subject":{"kind":"person","id":"` + ines + `"}` + rest + `}`) }
	for _, c := range []struct {
		name string
		ask  ask
		code string
		at   []string
	}{
		{"no subject", putting(`{"role":"member"}`), "invalid-request", []string{"body.subject"}},
		{"no role", person(``), "invalid-request", []string{"body.role"}},
		{"another role", person(`,"role":"king"`), "invalid-request", []string{"body.role"}},
		{"another kind", putting(`{"subject":{"kind":"link","id":"` + ines + `"},"role":"member"}`), "invalid-request", []string{"body.subject.kind"}},
		{"no id", putting(`{"subject":{"kind":"person"},"role":"member"}`), "invalid-request", []string{"body.subject.id"}},
		{"no key", putting(`{"subject":{"kind":"person","id":"1 OR 1=1"},"role":"member"}`), "invalid-request", []string{"body.subject.id"}},
		{"an unknown person", putting(`{"subject":{"kind":"person","id":"0198a5c2-0000-7000-8000-000000000000"},"role":"member"}`), "invalid-request", []string{"body.subject.id"}},
		{"a person by address", putting(`{"subject":{"kind":"person","email":"zoe@example.org"},"role":"member"}`), "invalid-request", []string{"body.subject.email"}},
		{"an address with an id", putting(`{"subject":{"kind":"email","id":"` + ines + `","email":"zoe@example.org"},"role":"member"}`), "invalid-request", []string{"body.subject.id"}},
		{"no address", putting(`{"subject":{"kind":"email"},"role":"member"}`), "invalid-request", []string{"body.subject.email"}},
		{"a malformed address", putting(`{"subject":{"kind":"email","email":"zoe at example"},"role":"member"}`), "invalid-request", []string{"body.subject.email"}},
		{"an address that is too long", putting(`{"subject":{"kind":"email","email":"` + strings.Repeat("a", 300) + `@example.org"},"role":"member"}`), "invalid-request", []string{"body.subject.email"}},
		{"an end in the past", person(`,"role":"member","notAfter":"2026-11-20T08:59:59Z"`), "invalid-request", []string{"body.notAfter"}},
		{"an end before the beginning", person(`,"role":"member","notBefore":"2026-11-22T09:00:00Z","notAfter":"2026-11-21T09:00:00Z"`), "invalid-request", []string{"body.notAfter"}},
		{"a day for a moment", person(`,"role":"member","notAfter":"2027-01-01"`), "invalid-request", []string{"body.notAfter"}},
		{"an unknown property", person(`,"role":"member","sources":[]`), "invalid-request", []string{"body.sources"}},
		{"no key in the address", ask{method: "DELETE", path: membersPath + "/1%20OR%201=1", as: camille}, "member-not-found", nil},
		{"a member of no room", ask{method: "DELETE", path: membersPath + "/0198a5c2-0000-7000-8000-000000000000", as: camille}, "member-not-found", []string{"path.id"}},
		{"the last owner goes", ask{method: "DELETE", path: membersPath + "/" + grantOf("camille"), as: camille}, "last-owner", nil},
		{"another page", ask{method: "GET", path: membersPath + "?cursor=%00", as: camille}, "invalid-request", []string{"query.cursor"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			p := object(t, w.do(c.ask))
			if diff := cmp.Diff(c.at, locations(p)); p["code"] != c.code || diff != "" {
				t.Errorf("got %v\n%s", p, diff)
			}
			if len(w.grants) != 12 {
				t.Errorf("%d grants", len(w.grants))
			}
		})
	}
}

func TestAMemberIsAddedChangedListedAndRemoved(t *testing.T) {
	w := newWorld(t)
	body := `{"subject":{"kind":"person","id":"` + ines + `"},"role":"moderator","notAfter":"2026-12-24T18:00:00+01:00"}`
	got := w.want(t, 201, putting(body))
	want := map[string]any{
		"id": got["id"], "kind": "person", "subject": ines, "name": "Inès", "email": "ines@interior.example", "role": "moderator", "notAfter": "2026-12-24T17:00:00Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if again := w.want(t, 200, putting(`{"subject":{"kind":"person","id":"`+ines+`"},"role":"member"}`)); again["id"] != got["id"] || again["notAfter"] != nil {
		t.Errorf("got %v", again)
	}
	names := func(as auth.Identity) (names []string) {
		for _, m := range w.want(t, 200, ask{method: "GET", path: membersPath, as: as})["items"].([]any) {
			m := m.(map[string]any)
			names = append(names, m["name"].(string)+" "+m["role"].(string))
			if as.ID == odile.ID && m["email"] != nil {
				t.Errorf("a member reads %v", m["email"])
			}
		}
		return names
	}
	w.want(t, 201, putting(`{"subject":{"kind":"email","email":" Zoe@Example.org "},"role":"member"}`))
	want2 := []string{"camille owner", "mounir moderator", "odile member", ines + " member"}
	if diff := cmp.Diff(append(want2, "zoe@example.org member"), names(mounir)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want2, names(odile)); diff != "" {
		t.Error(diff)
	}
	w.want(t, 204, ask{method: "DELETE", path: membersPath + "/" + got["id"].(string), as: camille})
	if diff := cmp.Diff(want2[:3], names(odile)); diff != "" {
		t.Error(diff)
	}
}

func TestTheLinkOfAnInvitationIsToldOnceAndGoodOnce(t *testing.T) {
	w := newWorld(t)
	body := `{"subject":{"kind":"email","email":"zoe@example.org"},"role":"moderator"}`
	first := w.want(t, 201, putting(body))
	link := first["invitation"].(map[string]any)["url"].(string)
	token, ok := strings.CutPrefix(link, home+"/"+secret+"?invite=")
	if !ok || len(token) != 43 || first["pending"] != true {
		t.Fatalf("got %v", first)
	}
	if again := w.want(t, 200, putting(body)); again["invitation"] != nil || again["invitedUntil"] == nil {
		t.Errorf("told twice: %v", again)
	}
	if list := w.do(ask{method: "GET", path: membersPath, as: camille}); strings.Contains(list.Body.String(), token) {
		t.Error("the list tells it")
	}
	claiming := func(as auth.Identity, slug, token string) ask {
		return ask{method: "POST", path: "/api/v1/rooms/" + slug + "/claim", body: `{"token":"` + token + `"}`, as: as}
	}
	w.refused(t, 401, "sign-in-required", claiming(auth.Identity{}, secret, token))
	w.refused(t, 401, "sign-in-required", claiming(gaston, secret, token))
	w.refused(t, 403, "forbidden", claiming(robot, secret, token))
	w.refused(t, 403, "invitation-invalid", claiming(louise, budget, token))
	w.refused(t, 403, "invitation-invalid", claiming(louise, secret, token[1:]+"A"))
	w.refused(t, 404, "room-not-found", claiming(louise, nowhere, token))
	w.refused(t, 422, "invalid-request", claiming(louise, secret, ""))
	w.refused(t, 422, "invalid-request", claiming(louise, secret, strings.Repeat("a", 129)))
	if got := w.want(t, 200, claiming(louise, secret, token)); got["role"] != "moderator" {
		t.Errorf("got %v", got)
	}
	w.refused(t, 403, "invitation-invalid", claiming(louise, secret, token))
	w.refused(t, 403, "invitation-invalid", claiming(odile, secret, token))
	if role := access.Strongest(w.held("room-"+secret, access.SubjectsOf(louise)), nil, w.clock()).Role; role != access.Moderator {
		t.Errorf("got %s", role)
	}
	if strings.Contains(w.log.String(), token) {
		t.Error("the log tells it")
	}
}

func TestColleaguesAreFoundByThoseWhoHaveSome(t *testing.T) {
	w := newWorld(t, tight(api.Limits{Search: api.Rate{PerSecond: 1, Burst: 6}}))
	find := func(as auth.Identity, query string) ask {
		return ask{method: "GET", path: "/api/v1/people?" + query, as: as}
	}
	w.refused(t, 401, "sign-in-required", find(auth.Identity{}, "q=ines"))
	w.refused(t, 401, "sign-in-required", find(gaston, "q=ines"))
	w.refused(t, 403, "scope-missing", find(reader, "q=ines"))
	for _, query := range []string{"", "q=i", "q=%20i%20", "q=%25%25"} {
		p := w.refused(t, 422, "invalid-request", find(camille, query))
		if diff := cmp.Diff([]string{"query.q"}, locations(p)); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	got := w.want(t, 200, find(camille, "q=in%C3%A8s&pageSize=5"))
	want := map[string]any{"items": []any{map[string]any{"id": ines, "name": "Inès Benali", "email": "ines@interior.example", "unit": "Cabinet"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	w.want(t, 200, find(camille, "q=ines"))
	w.refused(t, 429, "too-many-requests", find(camille, "q=ines"))
	w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: camille})
	w.want(t, 200, find(mounir, "q=ines"))
	w.wait(time.Second)
	w.want(t, 200, find(camille, "q=ines"))
	nobody := agent("noe", auth.DefaultOrgID)
	if found, err := (people{}).Search(t.Context(), nobody, "ines", 10); err != nil || len(found) != 0 {
		t.Errorf("people without an organization have no colleagues: %v, %v", found, err)
	}
}
