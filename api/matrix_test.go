package api_test

import (
	"net/http"
	"strings"
	"testing"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// caller is somebody and how they stand to the room that the matrix asks about.
type caller struct {
	name     string
	who      auth.Identity
	relation auth.Relation
	lasting  auth.Relation // beyond the meeting that runs
	fate     fate
}

// fate is what hosts did to a caller, or still have to.
type fate string

const (
	waits    fate = "waits"
	blocked  fate = "blocked"
	returned fate = "returned" // to the lobby
)

var callers = []caller{
	{"anonymous", auth.Identity{}, auth.Stranger, auth.Stranger, ""},
	{"guest", gaston, auth.Stranger, auth.Stranger, ""},
	{"stranger of another ministry", louise, auth.Stranger, auth.Stranger, ""},
	{"stranger of the same ministry", sofia, auth.Stranger, auth.Stranger, ""},
	{"somebody who waits", louise, auth.Stranger, auth.Stranger, waits},
	{"somebody whom a host blocked", louise, auth.Stranger, auth.Stranger, blocked},
	{"member whom a host blocked", odile, auth.Member, auth.Member, blocked},
	{"moderator whom a host blocked", mounir, auth.Member, auth.Member, blocked},
	{"moderator whom a host sent back to the lobby", mounir, auth.Member, auth.Member, returned},
	{"member", odile, auth.Member, auth.Member, ""},
	{"moderator", mounir, auth.Moderator, auth.Moderator, ""},
	{"owner", camille, auth.Owner, auth.Owner, ""},
	{"moderator for the meeting alone", sofia, auth.Moderator, auth.Stranger, ""},
	{"owner for the meeting alone", sofia, auth.Owner, auth.Stranger, ""},
	{"member who owns the meeting alone", odile, auth.Owner, auth.Member, ""},
	{"service with both scopes", robot, auth.Stranger, auth.Stranger, ""},
	{"service that may only read", reader, auth.Stranger, auth.Stranger, ""},
	{"service without a scope", idle, auth.Stranger, auth.Stranger, ""},
	{"service of another organization", elsewhere, auth.Stranger, auth.Stranger, ""},
	{"service that may read attendance alone", clerk, auth.Stranger, auth.Stranger, ""},
	{"service that manages service accounts", manager, auth.Stranger, auth.Stranger, ""},
	{"service that manages webhooks", listener, auth.Stranger, auth.Stranger, ""},
	{"service for the owner", robotForCamille, auth.Owner, auth.Owner, ""},
	{"service that may only read, for the owner", readerForCamille, auth.Owner, auth.Owner, ""},
	{"service for a stranger", robotForLouise, auth.Stranger, auth.Stranger, ""},
}

// on is the room as the caller stands to it.
func (c caller) on() auth.Resource {
	return auth.Resource{Relation: c.relation, Lasting: c.lasting, OrgID: interior}
}

// place lets happen to the caller what makes them stand to the room as they do: hosts give them a role for the meeting that
// runs, or take them out of the call. It answers their own participant, of who was in it.
func (w *world) place(t *testing.T, c caller) (participant string) {
	t.Helper()
	if c.relation != c.lasting {
		w.promote(c)
	}
	switch c.fate {
	case waits:
		w.knocks(t, c.who)
	case blocked:
		participant = w.seat(c.who, secret, access.Member)
		w.want(t, http.StatusOK, hostAsk("POST", "/participants/{id}/remove", `{"block":true}`, participant, camille))
	case returned:
		participant = w.seat(c.who, secret, access.Member)
		w.want(t, http.StatusNoContent, hostAsk("POST", "/participants/{id}/lobby", "", participant, camille))
	}
	return participant
}

func (w *world) promote(c caller) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.rooms[secret]
	r.Guarded = true
	w.rooms[secret] = r
	w.session.ID = runningSession
	w.adjusted = map[rooms.Who]rooms.Adjustment{rooms.WhoIs(c.who): {Role: access.Role(c.relation.String())}}
}

// seated is the participant of the guest who is in the call.
const seated = "0198a5c2-9f10-7c3b-a2d4-676173746f6e"

// asked is how each right is asked for, and whether a room is what it is asked of.
var asked = map[auth.Right]struct {
	ask    ask
	ofRoom bool
}{
	auth.SignInList:   {ask{method: "GET", path: "/api/v1/sign-ins"}, false},
	auth.SignInRevoke: {ask{method: "DELETE", path: "/api/v1/sign-ins"}, false},
	auth.RoomCreate:   {ask{method: "POST", path: "/api/v1/rooms", body: `{"name":"Budget"}`, key: "k1"}, false},
	auth.RoomList:     {ask{method: "GET", path: "/api/v1/rooms"}, false},
	auth.RoomRead:     {ask{method: "GET", path: "/api/v1/rooms/" + secret}, true},
	auth.RoomUpdate: {ask{method: "PATCH", path: "/api/v1/rooms/" + secret, body: `{"name":"Other"}`,
		contentType: "application/merge-patch+json", ifMatch: `"1"`}, true},
	auth.RoomModerate:    {ask{method: "GET", path: "/api/v1/rooms/" + secret + "/participants"}, true},
	auth.RoomBlock:       {ask{method: "GET", path: "/api/v1/rooms/" + secret + "/blocks"}, true},
	auth.RoomPromote:     {ask{method: "PUT", path: "/api/v1/rooms/" + secret + "/participants/" + seated + "/role", body: `{"role":"member"}`}, true},
	auth.RoomArchive:     {ask{method: "DELETE", path: "/api/v1/rooms/" + secret, ifMatch: `"1"`}, true},
	auth.RoomGrant:       {ask{method: "PUT", path: "/api/v1/rooms/" + secret + "/members", body: `{"subject":{"kind":"email","email":"zoe@example.org"},"role":"member"}`}, true},
	auth.PeopleSearch:    {ask{method: "GET", path: "/api/v1/people?q=camille"}, false},
	auth.InvitationClaim: {ask{method: "POST", path: "/api/v1/rooms/" + secret + "/claim", body: `{"token":"invited"}`}, false},
	auth.RoomAttendance:  {ask{method: "GET", path: "/api/v1/rooms/" + secret + "/sessions"}, true},
	auth.EmailProve:      {ask{method: "POST", path: "/api/v1/me/email", body: `{"email":"zoe@example.org"}`}, false},
}

func TestEveryRightIsHeldByThoseWhoHaveItAndByNobodyElse(t *testing.T) {
	for _, rule := range auth.Rules() {
		if strings.HasPrefix(string(rule.Right), "meetings.") {
			continue // meetings_test.go asks for these
		}
		if len(rule.Roles) > 0 {
			continue // rights of administrators: who holds them is of auth, and no route asks for all of them yet
		}
		how, ok := asked[rule.Right]
		if !ok {
			t.Errorf("nobody asks for the right %s: say in this file how it is asked for", rule.Right)
			continue
		}
		for _, c := range callers {
			t.Run(string(rule.Right)+"/"+c.name, func(t *testing.T) {
				w := newWorld(t)
				w.seat(gaston, secret, access.Moderator)
				w.place(t, c)
				w.invite(secret, "invited")
				on := auth.Resource{OrgID: c.who.OrgID}
				if how.ofRoom {
					on = c.on()
				}
				how.ask.as = c.who
				expect(t, w, how.ask, rule.Right, auth.Allowed(c.who, rule.Right, on))
			})
		}
	}
}

func expect(t *testing.T, w *world, a ask, right auth.Right, refusal error) {
	t.Helper()
	before := w.room(secret)
	grants := len(w.grants)
	rec := w.do(a)
	code := fault.Of(refusal).Code
	switch {
	case refusal == nil:
		if rec.Code >= http.StatusMultipleChoices {
			t.Errorf("got %d, want it allowed: %s", rec.Code, rec.Body)
		}
		return
	case right == auth.RoomRead && code != fault.CodeScopeMissing:
		// Whoever has the code may know that the room exists, and nothing of it.
		if got := object(t, rec); rec.Code != http.StatusOK || len(got) != 3 || got["door"] == nil || got["name"] != nil || rec.Header().Get("ETag") != "" {
			t.Errorf("want slug, url and door alone, got %d %s", rec.Code, rec.Body)
		}
	default:
		if got := object(t, rec)["code"]; got != string(code) {
			t.Errorf("got %d %v, want %s", rec.Code, got, code)
		}
	}
	if after := w.room(secret); after.Version != before.Version || len(w.rooms) != 4 || len(w.ended) != 0 || len(w.grants) != grants {
		t.Error("what was refused has changed something")
	}
}
