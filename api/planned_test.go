package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/api"
	"parvis/auth"
)

const council = "cou-ncil-xyz" // made for a meeting that camille organizes

// plan makes the room of a meeting, which opens in an hour for an hour.
func (w *world) plan(o access.Opening) access.Opening {
	w.furnish(council, access.EntryHosts)
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.rooms[council]
	r.Dedicated, r.Planned = true, true
	w.rooms[council] = r
	o.ID, o.RoomID, o.Source = "opening", r.ID, "meeting"
	o.Opens, o.Closes = w.now.Add(time.Hour), w.now.Add(2*time.Hour)
	if o.Entry == "" {
		o.Entry = access.EntryEveryone
	}
	w.openings = map[string]access.Openings{r.ID: {o}}
	return o
}

// link makes a personal link with a role in the meeting, and answers its token.
func (w *world) link(name string, role access.Role) string {
	token := access.NewLinkToken()
	hash, _ := access.LinkTokenHash(token)
	w.mu.Lock()
	defer w.mu.Unlock()
	l := access.Link{ID: "link-" + name, RoomID: w.rooms[council].ID, Name: name, TokenHash: hash}
	w.links = append(w.links, l)
	w.grants = append(w.grants, access.Grant{
		ID: "grant-" + name, RoomID: l.RoomID, Subject: l.Subject(), Role: role, Sources: access.Everything(),
		SourceKind: access.SourceMeeting, SourceID: "meeting",
	})
	return token
}

func (w *world) coded(t *testing.T, code string) {
	t.Helper()
	hash, err := access.HashPasscode(code)
	if err != nil {
		t.Fatal(err)
	}
	w.plan(access.Opening{PasscodeHash: hash})
	w.wait(time.Hour)
}

func bring(name, what, value string) string {
	return fmt.Sprintf(`{"name":%q,%q:%q}`, name, what, value)
}

func TestBeforeARoomOpensEverybodyIsToldWhen(t *testing.T) {
	for _, c := range callers {
		if c.fate != "" || c.who.Delegated() || c.who.Kind == auth.Service && c.who.OrgID != interior { // what hosts decided was about another room
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			opens := w.plan(access.Opening{}).Opens.UTC().Format(time.RFC3339)
			view := ask{method: "GET", path: "/api/v1/rooms/" + council, as: c.who}
			if c.lasting >= auth.Moderator { // hosts enter at any time
				w.want(t, 200, joining(council, `{}`, c.who))
				return
			}
			if c.who.Kind == auth.Service && !c.who.HasScope(auth.ScopeRoomsRead) {
				return
			}
			door := w.want(t, 200, view)["door"]
			if diff := cmp.Diff(map[string]any{"state": "refused", "code": "not-open-yet", "opensAt": opens}, door); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			body := `{}`
			if c.who.Kind != auth.Person {
				body = `{"name":"Ada"}`
			}
			p := w.refused(t, 403, "not-open-yet", joining(council, body, c.who))
			if p["opensAt"] != opens || w.guests != 0 || len(w.tickets) != 0 {
				t.Errorf("got %v", p)
			}
		})
	}
}

func TestAfterTheLastOpeningTheMeetingIsOver(t *testing.T) {
	w := newWorld(t)
	w.plan(access.Opening{})
	w.wait(2 * time.Hour)
	p := w.refused(t, 403, "meeting-over", joining(council, `{"name":"Ada"}`, auth.Identity{}))
	if p["opensAt"] != nil {
		t.Errorf("it opens at %v", p["opensAt"])
	}
}

func TestALinkOpensTheDoorToWhomeverBringsIt(t *testing.T) {
	w := newWorld(t)
	w.plan(access.Opening{Entry: access.EntryMembers})
	token := w.link("Zoé Martin", access.Member)
	w.wait(time.Hour)
	body := w.want(t, 200, joining(council, bring("Zoé", "link", token), auth.Identity{}))
	if body["notice"] != nil || body["role"] != "member" || body["participant"].(map[string]any)["assurance"] != "unknown" {
		t.Errorf("got %v", body)
	}
	for name, no := range map[string]string{"unknown": access.NewLinkToken(), "no token": "x"} {
		if body := w.want(t, 202, joining(council, bring("Mallory", "link", no), auth.Identity{})); body["notice"] != "link-unknown" {
			t.Errorf("%s: %v", name, body)
		}
	}
	w.want(t, 200, joining(council, `{"link":"`+token+`"}`, louise))
}

func TestThePageOfALinkReadsTheNameOnIt(t *testing.T) {
	w := newWorld(t, tight(api.Limits{NetworkMisses: api.Rate{PerSecond: 0.1, Burst: 2}}))
	w.plan(access.Opening{Entry: access.EntryMembers})
	token := w.link("Zoé Martin", access.Member)
	look := func(link string) ask {
		return ask{method: "GET", path: "/api/v1/rooms/" + council, header: map[string][]string{"Parvis-Link": {link}}}
	}
	early := w.want(t, 200, look(token))
	if early["invited"] != "Zoé Martin" || early["notice"] != nil || early["door"].(map[string]any)["code"] != "not-open-yet" || early["name"] == nil || early["description"] != nil {
		t.Errorf("got %v", early)
	}
	w.wait(time.Hour)
	if open := w.want(t, 200, look(token)); open["door"].(map[string]any)["state"] != "open" {
		t.Errorf("got %v", open)
	}
	for range 2 {
		if no := w.want(t, 200, look(access.NewLinkToken())); no["notice"] != "link-unknown" || no["invited"] != nil || no["name"] != nil || no["door"].(map[string]any)["state"] != "lobby" {
			t.Errorf("got %v", no)
		}
	}
	w.refused(t, 429, "too-many-requests", look(access.NewLinkToken()))
}

func TestAnAddressIsNoNameThatTheDoorProposesOrThatAllHostsRead(t *testing.T) {
	w := newWorld(t)
	w.plan(access.Opening{Entry: access.EntryHosts})
	token := w.link("zoe.martin@example.org", access.Member)
	w.wait(time.Hour)
	seen := w.want(t, 200, ask{method: "GET", path: "/api/v1/rooms/" + council, header: map[string][]string{"Parvis-Link": {token}}})
	if seen["invited"] != nil || seen["notice"] != nil {
		t.Errorf("the door proposes %v", seen)
	}
	w.want(t, 202, joining(council, bring("zozo", "link", token), auth.Identity{}))
	items := w.want(t, 200, ask{method: "GET", path: "/api/v1/rooms/" + council + "/lobby", as: camille})["items"].([]any)
	if first := items[0].(map[string]any); first["invited"] != "z…@example.org" {
		t.Errorf("hosts read %v", first)
	}
}

func TestARefusalSaysBesideThatTheLinkIsNotKnown(t *testing.T) {
	w := newWorld(t)
	w.plan(access.Opening{})
	p := w.refused(t, 403, "not-open-yet", joining(council, bring("Mallory", "link", access.NewLinkToken()), auth.Identity{}))
	if diff := cmp.Diff([]string{"body.link"}, locations(p)); diff != "" || p["opensAt"] == nil {
		t.Errorf("%v: %s", p, diff)
	}
	p = w.refused(t, 403, "not-open-yet", joining(council, bring("Zoé", "link", w.link("Zoé", access.Member)), auth.Identity{}))
	if p["errors"] != nil {
		t.Errorf("got %v", p)
	}
}

func TestHostsReadTheNameOnTheLinkOfWhoWaits(t *testing.T) {
	w := newWorld(t)
	w.plan(access.Opening{Entry: access.EntryHosts})
	token := w.link("Zoé Martin", access.Member)
	w.wait(time.Hour)
	w.want(t, 202, joining(council, bring("zozo", "link", token), auth.Identity{}))
	items := w.want(t, 200, ask{method: "GET", path: "/api/v1/rooms/" + council + "/lobby", as: camille})["items"].([]any)
	if first := items[0].(map[string]any); first["invited"] != "Zoé Martin" || first["name"] != "zozo" {
		t.Errorf("hosts read %v", first)
	}
}

func TestAPasscodeThatIsMissingOrWrongIsSaidAtItsPlaceAndMakesNoCookie(t *testing.T) {
	w := newWorld(t)
	w.coded(t, "482913")
	if door := w.want(t, 200, ask{method: "GET", path: "/api/v1/rooms/" + council})["door"].(map[string]any); door["state"] != "passcode" {
		t.Errorf("the door shows %v", door)
	}
	for _, c := range []struct {
		body string
		code string
	}{{`{"name":"Ada"}`, "passcode-required"}, {bring("Ada", "passcode", "1111"), "passcode-wrong"}} {
		p := w.refused(t, 403, c.code, joining(council, c.body, auth.Identity{}))
		if diff := cmp.Diff([]string{"body.passcode"}, locations(p)); diff != "" {
			t.Errorf("%s: %s", c.code, diff)
		}
	}
	for _, no := range []string{"12a4", "1234567890123"} {
		p := w.refused(t, 422, "invalid-request", joining(council, bring("Ada", "passcode", no), auth.Identity{}))
		if strings.Contains(fmt.Sprint(p), no) {
			t.Errorf("what was sent comes back: %v", p)
		}
	}
	if w.guests != 0 {
		t.Error("a refusal made a cookie")
	}
	w.want(t, 200, joining(council, bring("Ada", "passcode", "482913"), auth.Identity{}))
	w.want(t, 200, joining(council, `{}`, camille))
}

func TestAPasscodeIsNotFoundByTrying(t *testing.T) {
	w := newWorld(t, tight(api.Limits{Passcodes: api.Rate{PerSecond: 0.1, Burst: 2}, RoomPasscodes: api.Rate{PerSecond: 0.1, Burst: 5}}))
	w.coded(t, "482913")
	try := func(from string, as auth.Identity, code string) ask {
		body := bring("Ada", "passcode", code)
		if as.Kind == auth.Person {
			body = `{"passcode":"` + code + `"}`
		}
		a := joining(council, body, as)
		a.from = from
		return a
	}
	const one, two, three = "192.0.2.1:1", "192.0.2.2:1", "[2001:db8::1]:1"
	for range 2 {
		w.refused(t, 403, "passcode-wrong", try(one, auth.Identity{}, "1111"))
	}
	w.refused(t, 429, "too-many-requests", try(one, auth.Identity{}, "482913")) // nor does it say that this is the one
	if got := w.do(try(one, auth.Identity{}, "482913")).Header().Get("Retry-After"); got != "10" {
		t.Errorf("Retry-After %q", got)
	}
	a := joining(council, `{"name":"Ada"}`, auth.Identity{})
	a.from = one
	w.refused(t, 403, "passcode-required", a) // who brings none is not limited
	w.refused(t, 403, "passcode-wrong", try(two, auth.Identity{}, "1111"))
	w.refused(t, 403, "passcode-wrong", try(two, gaston, "1112")) // a guest is had for the asking
	w.refused(t, 429, "too-many-requests", try(two, gaston, "1113"))
	w.refused(t, 403, "passcode-wrong", try(three, auth.Identity{}, "1111"))
	w.refused(t, 429, "too-many-requests", try("192.0.2.9:1", auth.Identity{}, "482913")) // all together have tried too often
	w.want(t, 200, try(one, louise, "482913"))                                            // who is signed in answers for their own alone
	w.wait(time.Minute)
	w.want(t, 200, try(one, auth.Identity{}, "482913"))
}

func TestTokensOfLinksAreGuessedAsLinksOfRoomsAre(t *testing.T) {
	w := newWorld(t, tight(api.Limits{NetworkMisses: api.Rate{PerSecond: 0.1, Burst: 2}}))
	w.plan(access.Opening{})
	for range 2 {
		w.refused(t, 403, "not-open-yet", joining(council, bring("Mallory", "link", access.NewLinkToken()), auth.Identity{}))
	}
	w.refused(t, 429, "too-many-requests", joining(council, bring("Mallory", "link", access.NewLinkToken()), auth.Identity{}))
}

func TestWhoComesEarlyIsToldByTheStreamThatTheRoomOpens(t *testing.T) {
	streaming(t, func(t *testing.T, w *world, p pipes) {
		opens := w.plan(access.Opening{}).Opens.UTC().Format(time.RFC3339)
		for _, who := range []auth.Identity{{}, gaston, louise} {
			h := p.listen(t, "/api/v1/rooms/"+council+"/events", who, "")
			h.says("door", `"state":"refused"`, `"code":"not-open-yet"`, `"opensAt":"`+opens+`"`)
			_ = h.conn.Close()
		}

		const left = time.Hour - 7*time.Second // not when a stream says that it lives
		w.wait(7 * time.Second)
		began := time.Now()
		h := p.listen(t, "/api/v1/rooms/"+council+"/events", auth.Identity{}, "")
		defer h.conn.Close()
		go func() {
			for range left / time.Second {
				time.Sleep(time.Second)
				w.wait(time.Second)
			}
		}()
		h.says("door", `"not-open-yet"`)
		h.says("door", `"state":"open"`)
		h.says("event: end", `"ticket-not-found"`)
		if took := time.Since(began); took < left || took > left+2*time.Second {
			t.Errorf("told after %s, not after %s", took, left)
		}
	})
}
