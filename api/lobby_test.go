package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/api"
	"parvis/auth"
	"parvis/rooms"
)

const (
	lobbyPath = "/api/v1/rooms/" + secret + "/lobby"
	nobodys   = "0198a5c2-b3d1-7e60-9c15-7a4f2e8d6b31"
)

// knocks makes somebody wait before the room for members.
func (w *world) knocks(t *testing.T, who auth.Identity) string {
	t.Helper()
	return w.want(t, 202, joining(secret, "", who))["ticket"].(map[string]any)["id"].(string)
}

func TestALobbyIsDecidedAboutByHostsAlone(t *testing.T) {
	for _, c := range callers {
		refusal := auth.Allowed(c.who, auth.RoomModerate, c.on())
		for _, do := range []string{"admit", "refuse"} {
			t.Run(do+"/"+c.name, func(t *testing.T) {
				w := newWorld(t)
				w.place(t, c)
				id := w.knocks(t, gaston)
				rec := w.do(ask{method: "POST", path: lobbyPath + "/" + do, body: `{"tickets":["` + id + `"]}`, as: c.who})
				if got := rec.Code == http.StatusOK; got != (refusal == nil) {
					t.Errorf("got %d %s, the table of rights says %v", rec.Code, rec.Body, refusal)
				}
				if k := w.tickets[gaston.SignInID+"room-"+secret]; refusal != nil && k.State != rooms.TicketWaiting {
					t.Errorf("what was refused made it %s", k.State)
				}
			})
		}
	}
}

func TestOnesOwnTicketIsOnesOwnAlone(t *testing.T) {
	w := newWorld(t)
	id := w.knocks(t, gaston)
	for _, c := range []struct {
		name   string
		as     auth.Identity
		path   string
		status int
		code   string
	}{
		{"nobody", auth.Identity{}, lobbyPath + "/" + id, 401, "sign-in-required"},
		{"another", louise, lobbyPath + "/" + id, 404, "ticket-not-found"},
		{"the owner", camille, lobbyPath + "/" + id, 404, "ticket-not-found"},
		{"software", robot, lobbyPath + "/" + id, 404, "ticket-not-found"},
		{"before another room", gaston, "/api/v1/rooms/" + budget + "/lobby/" + id, 404, "ticket-not-found"},
		{"before a room that is not there", gaston, "/api/v1/rooms/" + nowhere + "/lobby/" + id, 404, "room-not-found"},
		{"guessed", gaston, lobbyPath + "/" + nobodys, 404, "ticket-not-found"},
		{"no id at all", gaston, lobbyPath + "/x%00y", 404, "ticket-not-found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.refused(t, c.status, c.code, ask{method: "DELETE", path: c.path, as: c.as})
			w.refused(t, c.status, c.code, ask{method: "PUT", path: c.path + "/note", body: `{"text":"let me in"}`, as: c.as})
		})
	}
	if k := w.tickets[gaston.SignInID+"room-"+secret]; k.Note != "" {
		t.Errorf("somebody wrote %q", k.Note)
	}
	w.want(t, 204, ask{method: "PUT", path: lobbyPath + "/" + id + "/note", body: `{"text":" Bonjour\u202e "}`, as: gaston})
	if k := w.tickets[gaston.SignInID+"room-"+secret]; k.Note != "Bonjour" {
		t.Errorf("the note is %q", k.Note)
	}
	w.want(t, 204, ask{method: "DELETE", path: lobbyPath + "/" + id, as: gaston})
	w.refused(t, 404, "ticket-not-found", ask{method: "DELETE", path: lobbyPath + "/" + id, as: gaston})
}

func TestABadDecisionGetsOneClearProblem(t *testing.T) {
	many := `"` + strings.Repeat(nobodys+`","`, 500) + nobodys + `"`
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
		at     []string
	}{
		"no body":             {"", 400, "malformed-json", []string{"body"}},
		"neither":             {`{}`, 422, "invalid-request", []string{"body"}},
		"both":                {`{"all":true,"tickets":["` + nobodys + `"]}`, 422, "invalid-request", []string{"body"}},
		"not all":             {`{"all":false}`, 422, "invalid-request", []string{"body"}},
		"no ticket":           {`{"tickets":[]}`, 422, "invalid-request", []string{"body.tickets"}},
		"501 tickets":         {`{"tickets":[` + many + `]}`, 422, "invalid-request", []string{"body.tickets"}},
		"null":                {`{"tickets":null}`, 422, "invalid-request", []string{"body"}},
		"a number":            {`{"tickets":[7]}`, 422, "invalid-request", []string{"body.tickets[0]"}},
		"an unknown property": {`{"all":true,"ids":[]}`, 422, "invalid-request", []string{"body.ids"}},
		"a ticket of nobody":  {`{"tickets":["` + nobodys + `"]}`, 404, "ticket-not-found", nil},
		"no key":              {`{"tickets":["1 OR 1=1"]}`, 404, "ticket-not-found", nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.knocks(t, gaston)
			for _, do := range []string{"admit", "refuse"} {
				p := w.refused(t, c.status, c.code, ask{method: "POST", path: lobbyPath + "/" + do, body: c.body, as: camille})
				if diff := cmp.Diff(c.at, locations(p)); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			}
		})
	}
	w := newWorld(t)
	id := w.knocks(t, gaston)
	p := w.refused(t, 422, "invalid-request", ask{method: "PUT", path: lobbyPath + "/" + id + "/note", as: gaston, body: `{"text":"` + strings.Repeat("é", 201) + `"}`})
	if diff := cmp.Diff([]string{"body.text"}, locations(p)); diff != "" {
		t.Error(diff)
	}
}

func TestHostsSeeWhoWaitsAndDecide(t *testing.T) {
	w := newWorld(t)
	first := w.knocks(t, gaston)
	w.wait(1)
	second := w.knocks(t, louise)
	rec := w.do(ask{method: "GET", path: lobbyPath, as: mounir})
	golden(t, "lobby", []byte(strings.NewReplacer(first, "gastons-ticket", second, "louises-ticket").Replace(rec.Body.String())))

	got := w.want(t, 200, ask{method: "POST", path: lobbyPath + "/refuse", body: `{"tickets":["` + first + `"]}`, as: camille})
	if diff := cmp.Diff(map[string]any{"refused": []any{first}}, got); diff != "" {
		t.Error(diff)
	}
	if after := w.refused(t, 403, "refused", joining(secret, "", gaston)); after == nil {
		t.Error("a refused person is let in")
	}
	if got := w.do(joining(secret, "", gaston)).Header().Get("Retry-After"); got != "300" {
		t.Errorf("Retry-After %q", got)
	}
	w.refused(t, 409, "already-decided", ask{method: "POST", path: lobbyPath + "/admit", body: `{"tickets":["` + first + `"]}`, as: mounir})
	got = w.want(t, 200, ask{method: "POST", path: lobbyPath + "/admit", body: `{"all":true}`, as: mounir})
	if diff := cmp.Diff(map[string]any{"admitted": []any{second}}, got); diff != "" {
		t.Error(diff)
	}
	w.want(t, 200, joining(secret, "", louise))
	got = w.want(t, 200, ask{method: "POST", path: lobbyPath + "/admit", body: `{"all":true}`, as: mounir})
	if diff := cmp.Diff(map[string]any{"admitted": []any{}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheOneTooManyIsToldWhenToComeBack(t *testing.T) {
	w := newWorld(t)
	for i := range rooms.MaxWaiting {
		id := fmt.Sprint("guest-", i)
		w.tickets[id] = rooms.Ticket{ID: id, RoomID: "room-" + secret, SignInID: id, State: rooms.TicketWaiting, ExpiresAt: w.now.Add(rooms.WaitsFor)}
	}
	w.refused(t, 429, "lobby-full", joining(secret, "", louise))
	if got := w.do(joining(secret, "", louise)).Header().Get("Retry-After"); got != "30" {
		t.Errorf("Retry-After %q", got)
	}
	w.want(t, 200, joining(secret, "", odile))
}

func TestNewGuestsWhoWaitAreLimitedByNetworkAndByRoom(t *testing.T) {
	two := api.Rate{PerSecond: 0.1, Burst: 2}
	from := func(slug, address string) ask {
		a := joining(slug, `{"name":"Ada"}`, auth.Identity{})
		a.from = address
		return a
	}
	t.Run("one IPv4 address is bounded before a room, not before all", func(t *testing.T) {
		w := newWorld(t, tight(api.Limits{NetworkKnocks: two}))
		for range 2 {
			w.want(t, 202, from(secret, "192.0.2.1:1"))
		}
		guests := w.guests
		w.refused(t, 429, "too-many-requests", from(secret, "192.0.2.1:1"))
		if w.guests != guests || setsCookie(w.do(from(secret, "192.0.2.1:1"))) {
			t.Error("a refusal made a sign-in")
		}
		w.want(t, 202, from(budget, "192.0.2.1:1"))
		w.want(t, 202, from(secret, "192.0.2.2:1"))
		w.want(t, 200, from(fete, "192.0.2.1:1")) // where nobody waits
		w.want(t, 202, joining(secret, "", louise))
	})
	t.Run("one IPv6 /64 is bounded before all", func(t *testing.T) {
		w := newWorld(t, tight(api.Limits{NetworkKnocks6: two}))
		w.want(t, 202, from(secret, "[2001:db8:1:2::a]:1"))
		w.want(t, 202, from(budget, "[2001:db8:1:2::b]:1"))
		w.refused(t, 429, "too-many-requests", from(secret, "[2001:db8:1:2::c]:1"))
		w.want(t, 202, from(secret, "[2001:db8:1:3::a]:1"))
	})
	t.Run("cookies that were made before an open room are bounded too", func(t *testing.T) {
		w := newWorld(t, tight(api.Limits{NetworkKnocks: two}))
		for range 3 {
			w.want(t, 200, from(fete, "192.0.2.1:1"))
		}
		known := func(who auth.Identity, body string) ask {
			a := joining(secret, body, who)
			a.from = "192.0.2.1:1"
			return a
		}
		for range 4 { // his own ticket, which renewing does not multiply
			w.want(t, 202, known(gaston, ""))
		}
		w.want(t, 202, known(auth.Identity{Kind: auth.Guest, ID: "guest-1"}, `{"name":"Ada"}`))
		w.refused(t, 429, "too-many-requests", known(auth.Identity{Kind: auth.Guest, ID: "guest-2"}, `{"name":"Bea"}`))
		w.want(t, 202, known(gaston, ""))
		w.want(t, 202, known(louise, ""))
	})
	t.Run("a room is bounded whoever comes", func(t *testing.T) {
		w := newWorld(t, tight(api.Limits{RoomKnocks: two}))
		for i := range 2 {
			w.want(t, 202, from(secret, fmt.Sprintf("192.0.2.%d:1", i)))
		}
		w.refused(t, 429, "too-many-requests", from(secret, "192.0.2.9:1"))
		w.want(t, 202, from(budget, "192.0.2.9:1"))
		w.want(t, 200, joining(secret, "", odile))
	})
}
