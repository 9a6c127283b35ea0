package api_test

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// rule is what an operation on a room answers a caller who may not do it; the empty code, that they may. inCall tells
// whether they are the participant whom the request names, who was in the call.
type rule func(c caller, inCall bool) fault.Code

// needs is the rule of what a right is asked for.
func needs(right auth.Right) rule {
	return func(c caller, _ bool) fault.Code {
		if refusal := auth.Allowed(c.who, right, c.on()); refusal != nil {
			return fault.Of(refusal).Code
		}
		return ""
	}
}

// ofOneself is the rule of what somebody does in the call, as themselves. over is what who is not in it any more is told.
func ofOneself(over map[fate]fault.Code) rule {
	return func(c caller, inCall bool) fault.Code {
		switch {
		case c.who.Anonymous():
			return fault.CodeSignInRequired
		case !inCall:
			return fault.CodeNotAdmitted
		default:
			return over[c.fate]
		}
	}
}

var (
	speaks = inPerson(ofOneself(map[fate]fault.Code{blocked: fault.CodeBlocked, returned: fault.CodeNotAdmitted}))
	leaves = inPerson(ofOneself(nil)) // leaving twice is no error
)

// inPerson is the rule of what people do themselves: no software does it for them.
func inPerson(asks rule) rule {
	return func(c caller, inCall bool) fault.Code {
		if c.who.Delegated() {
			return fault.CodeForbidden
		}
		return asks(c, inCall)
	}
}

// ofWhoWaits is the rule of one's own ticket. ids of others are guessed.
func ofWhoWaits(c caller, _ bool) fault.Code {
	switch {
	case c.who.Anonymous():
		return fault.CodeSignInRequired
	case c.fate != waits:
		return fault.CodeTicketNotFound
	default:
		return ""
	}
}

// listens is the rule of the stream: hosts hear of the lobby, and who waits of themselves.
func listens(c caller, inCall bool) fault.Code {
	code := needs(auth.RoomModerate)(c, inCall)
	if code == "" || c.who.Anonymous() || c.who.Kind == auth.Service {
		return code
	}
	return ofWhoWaits(c, inCall)
}

// enters is the rule of the door of a room for members, before which all others wait. Software does not wait.
func enters(c caller, _ bool) fault.Code {
	switch {
	case c.fate == blocked:
		return fault.CodeBlocked
	case c.who.Kind == auth.Service && needs(auth.RoomModerate)(c, false) != "":
		return fault.CodeMembersOnly
	default:
		return ""
	}
}

// looks is the rule of what whoever has the link may see in part.
func looks(c caller, _ bool) fault.Code {
	if code := needs(auth.RoomRead)(c, false); code == fault.CodeScopeMissing {
		return code
	}
	return ""
}

// onRooms is the rule of each operation on a room, by its name in the document.
var onRooms = map[string]rule{
	"get-room": looks, "join-room": inPerson(enters), "listen-to-room": inPerson(listens), "claim-invitation": needs(auth.InvitationClaim),
	"get-room-effective-policy": needs(auth.RoomRead),
	"get-room-policy":           needs(auth.PoliciesRead), "change-room-policy": needs(auth.PoliciesWrite), "set-room-unit": needs(auth.PoliciesWrite),
	"update-room": needs(auth.RoomUpdate), "archive-room": needs(auth.RoomArchive), "transfer-room": needs(auth.RoomGrant),

	"list-members": needs(auth.RoomRead), "put-member": needs(auth.RoomGrant), "remove-member": needs(auth.RoomGrant),

	"list-lobby": needs(auth.RoomModerate), "admit": needs(auth.RoomModerate), "refuse": needs(auth.RoomModerate),
	"leave-lobby": inPerson(ofWhoWaits), "write-note": inPerson(ofWhoWaits),

	"list-participants": needs(auth.RoomModerate), "mute": needs(auth.RoomModerate), "mute-all": needs(auth.RoomModerate),
	"ask-to-unmute": needs(auth.RoomModerate), "change-permissions": needs(auth.RoomModerate), "change-permissions-for-all": needs(auth.RoomModerate), "remove-participant": needs(auth.RoomModerate),
	"return-to-lobby": needs(auth.RoomModerate), "rename-guest": needs(auth.RoomModerate), "set-role": needs(auth.RoomPromote),
	"set-spotlight": needs(auth.RoomModerate), "set-participant-spotlight": needs(auth.RoomModerate), "lower-hands": needs(auth.RoomModerate),
	"lock-room": needs(auth.RoomModerate), "unlock-room": needs(auth.RoomModerate), "end-meeting": needs(auth.RoomModerate),

	"list-blocks": needs(auth.RoomBlock), "unblock": needs(auth.RoomBlock), "remove-participant and block": needs(auth.RoomBlock),
	"list-sessions": needs(auth.RoomAttendance), "get-attendance": needs(auth.RoomAttendance),

	"get-room-state": speaks, "say": speaks, "react": speaks, "raise-hand": speaks, "accept-unmute-request": speaks, "leave-room": leaves,
}

// scene is a room in which something of everything is there to be asked for, with a caller before it.
type scene struct {
	*world
	operations map[string]ask
	inCall     bool
}

// stage plays what happened before the caller asks: a session runs, with one guest in it whom a host asked to unmute, one
// waits, one is blocked; then the caller's own part.
func stage(t *testing.T, c caller) scene {
	t.Helper()
	w := newWorld(t)
	w.wait(-365 * 24 * time.Hour) // the moments in the examples are still to come
	w.remember()
	target := w.seat(gaston, secret, access.Member)
	out := w.seat(machine("x", interior), secret, access.Member)
	w.want(t, http.StatusOK, hostAsk("POST", "/participants/{id}/remove", `{"block":true}`, out, camille))
	participant := w.place(t, c)
	inCall := participant != "" || c.who.ID == gaston.ID
	if participant == "" {
		participant = target
	}
	w.want(t, http.StatusNoContent, hostAsk("POST", "/participants/{id}/ask-to-unmute", "", target, camille))
	ticket := w.ticketID(c.who)
	if ticket == "" {
		ticket = w.want(t, http.StatusAccepted, joining(secret, `{"name":"Zoe"}`, auth.Identity{}))["ticket"].(map[string]any)["id"].(string)
	}
	w.invite(secret, "invited")
	operations := w.roomOperations(t, target, participant, ticket)
	if c.who.Anonymous() || c.who.Kind == auth.Service {
		operations["join-room"] = joining(secret, `{"name":"Zoe"}`, c.who)
	}
	return scene{w, operations, inCall}
}

// ticketID is that of somebody who waits before the room, empty for who does not.
func (w *world) ticketID(who auth.Identity) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tickets[who.SignInID+w.rooms[secret].ID].ID
}

// answers asks as the caller and answers the status and the code of a problem.
func (s scene) answers(t *testing.T, c caller, a ask) (status int, code fault.Code) {
	t.Helper()
	a.as = c.who
	rec := taken{httptest.NewRecorder()}
	s.handler.ServeHTTP(rec, a.request())
	if !strings.HasPrefix(rec.Header().Get("Content-Type"), "application/problem+json") {
		return rec.Code, ""
	}
	said, _ := object(t, rec.ResponseRecorder)["code"].(string)
	return rec.Code, fault.Code(said)
}

// taken is a recorder whose connection a stream can take over; its client has gone then.
type taken struct{ *httptest.ResponseRecorder }

func (taken) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	here, there := net.Pipe()
	_ = there.Close()
	return here, nil, nil
}

// traces counts what any operation could have changed.
func (s scene) traces() [7]int {
	changes := s.changes()
	s.mu.Lock()
	defer s.mu.Unlock()
	live := 0
	for _, a := range s.admissions {
		if a.Live() {
			live++
		}
	}
	decided := 0
	for _, k := range s.tickets {
		if k.State != rooms.TicketWaiting {
			decided++
		}
	}
	return [7]int{changes, len(s.grants), int(s.rooms[secret].Version), live, len(s.tickets) - decided, len(s.messages), len(s.hands)}
}

func TestEveryRouteOfARoomIsForThoseWhoMayAndForNobodyElse(t *testing.T) {
	for _, c := range callers {
		t.Run(c.name, func(t *testing.T) {
			s := stage(t, c)
			before := s.traces()
			var may []string
			for operation, a := range s.operations {
				asks, known := onRooms[operation]
				if !known {
					t.Fatalf("who may %s? Say it in this file", operation)
				}
				want := asks(c, s.inCall)
				if want == "" {
					may = append(may, operation)
					continue
				}
				if status, code := s.answers(t, c, a); code != want {
					t.Errorf("%s: got %d %s, want %s", operation, status, code, want)
				}
			}
			if after := s.traces(); after != before {
				t.Errorf("what was refused has changed something: %v, before %v", after, before)
			}
			for _, operation := range may {
				s := stage(t, c)
				if status, code := s.answers(t, c, s.operations[operation]); status >= http.StatusMultipleChoices {
					t.Errorf("%s: got %d %s, want it allowed", operation, status, code)
				}
			}
		})
	}
}

// mistaken is what those who may are told is wrong with a request, although its form is right.
var mistaken = []struct {
	operation string
	ask       ask
	code      fault.Code
}{
	{"put-member", ask{method: "PUT", path: "/members", body: `{"subject":{"kind":"email","email":"zoe@example.org"},"role":"member","notAfter":"2020-01-01T09:00:00Z"}`}, fault.CodeInvalid},
	{"put-member", ask{method: "PUT", path: "/members", body: `{"subject":{"kind":"person","email":"zoe@example.org"},"role":"member"}`}, fault.CodeInvalid},
	{"put-member", ask{method: "PUT", path: "/members", body: `{"subject":{"kind":"email","email":"zoe at example"},"role":"member"}`}, fault.CodeInvalid},
	{"update-room", ask{method: "PATCH", body: `{"name":"Other"}`, contentType: "application/merge-patch+json"}, fault.CodePreconditionRequired},
	{"update-room", ask{method: "PATCH", body: `{"name":null}`, contentType: "application/merge-patch+json", ifMatch: `"1"`}, fault.CodeInvalid},
	{"archive-room", ask{method: "DELETE"}, fault.CodePreconditionRequired},
	{"admit", ask{method: "POST", path: "/lobby/admit", body: `{}`}, fault.CodeInvalid},
	{"refuse", ask{method: "POST", path: "/lobby/refuse", body: `{}`}, fault.CodeInvalid},
}

func TestWhatIsWrongWithARequestIsToldToThoseWhoMayMakeIt(t *testing.T) {
	for _, c := range callers {
		t.Run(c.name, func(t *testing.T) {
			s := stage(t, c)
			for _, m := range mistaken {
				want := onRooms[m.operation](c, s.inCall)
				if want == "" {
					want = m.code
				}
				m.ask.path = "/api/v1/rooms/" + secret + m.ask.path
				if status, code := s.answers(t, c, m.ask); code != want {
					t.Errorf("%s %s: got %d %s, want %s", m.operation, m.ask.body, status, code, want)
				}
			}
		})
	}
}
