package api_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"parvis/api"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

func askingForCode(as auth.Identity, email string) ask {
	return ask{method: "POST", path: "/api/v1/me/email", body: fmt.Sprintf(`{"email":%q}`, email), as: as}
}

func confirming(as auth.Identity, code string) ask {
	return ask{method: "POST", path: "/api/v1/me/email/confirm", body: fmt.Sprintf(`{"code":%q}`, code), as: as}
}

// code is the one of the last mail.
func (w *world) code(t *testing.T) string {
	t.Helper()
	mails := w.proofs.Mails()
	if len(mails) == 0 {
		t.Fatal("no mail was sent")
	}
	return regexp.MustCompile(`\b\d{6}\b`).FindString(mails[len(mails)-1].Text)
}

func TestOnlyAGuestProvesAnAddress(t *testing.T) {
	w := newWorld(t)
	for _, a := range []func(auth.Identity) ask{
		func(who auth.Identity) ask { return askingForCode(who, "zoe@example.org") }, func(who auth.Identity) ask { return confirming(who, "000000") },
	} {
		w.refused(t, 401, "sign-in-required", a(auth.Identity{}))
		w.refused(t, 403, "forbidden", a(camille))
		w.refused(t, 403, "forbidden", a(robot))
	}
	if len(w.proofs.Mails()) != 0 {
		t.Error("mail was sent")
	}
}

func TestWhereNoMailIsSentNothingIsOffered(t *testing.T) {
	w := newWorld(t, func(o *api.Options) { o.Proofs = nil })
	if got := w.want(t, 200, ask{method: "GET", path: "/api/v1/config"}); got["emailProof"] != false {
		t.Errorf("got %v", got)
	}
	w.refused(t, 404, "not-found", askingForCode(gaston, "zoe@example.org"))
	w.refused(t, 404, "not-found", confirming(gaston, "000000"))
}

func TestAnAddressThatIsNoneOrMoreIsRefusedByItsField(t *testing.T) {
	w := newWorld(t)
	for _, email := range []string{"", "zoe", "zoe@example.org\r\nBcc: lea@example.org", "zoe@example.org\n", "zoe@example.org,lea@example.org", "Zoé <zoe@example.org>", strings.Repeat("a", 300) + "@example.org"} {
		p := w.refused(t, 422, "invalid-request", ask{method: "POST", path: "/api/v1/me/email", body: `{"email":` + quoted(email) + `}`, as: gaston})
		if at := locations(p); len(at) != 1 || at[0] != "body.email" {
			t.Errorf("%q: at %v", email, at)
		}
	}
	if len(w.proofs.Mails()) != 0 {
		t.Error("mail was sent")
	}
}

func quoted(s string) string {
	return `"` + strings.NewReplacer("\r", `\r`, "\n", `\n`, `"`, `\"`).Replace(s) + `"`
}

func TestACodeThatIsWrongUsedOrAnothers(t *testing.T) {
	w := newWorld(t)
	w.want(t, 204, askingForCode(gaston, "gaston@example.org"))
	code := w.code(t)
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	if at := locations(w.refused(t, 422, "code-invalid", confirming(gaston, wrong))); len(at) != 1 || at[0] != "body.code" {
		t.Errorf("at %v", at)
	}
	w.refused(t, 410, "code-expired", confirming(auth.Identity{Kind: auth.Guest, ID: "guest-2"}, code))
	if got := w.want(t, 200, confirming(gaston, code[:3]+" "+code[3:])); got["assurance"] != "email" || got["email"] != "gaston@example.org" || len(got) != 2 {
		t.Errorf("got %v", got)
	}
	w.refused(t, 410, "code-expired", confirming(gaston, code))
}

func TestTheAnswerIsTheSameWhateverTheAddress(t *testing.T) {
	w := newWorld(t)
	known := w.do(askingForCode(gaston, "camille.martin@interior.example"))
	unknown := w.do(askingForCode(auth.Identity{Kind: auth.Guest, ID: "guest-2"}, "nobody@nowhere.example"))
	if known.Code != 204 || unknown.Code != 204 || known.Body.Len()+unknown.Body.Len() != 0 {
		t.Errorf("got %d %s and %d %s", known.Code, known.Body, unknown.Code, unknown.Body)
	}
}

func TestTooManyCodesHaveToWait(t *testing.T) {
	w := newWorld(t)
	for n := range 3 {
		w.want(t, 204, askingForCode(gaston, fmt.Sprintf("gaston%d@example.org", n)))
	}
	w.refused(t, 429, "too-many-requests", askingForCode(gaston, "gaston4@example.org"))
	if got := w.do(askingForCode(gaston, "gaston4@example.org")).Header().Get("Retry-After"); got != "600" {
		t.Errorf("Retry-After %q", got)
	}
}

func TestANetworkGetsFewCodesHoweverManyGuestsItMakes(t *testing.T) {
	w := newWorld(t, tight(api.Limits{Proofs: api.Rate{PerSecond: 0.1, Burst: 3}, Proofs6: api.Rate{PerSecond: 0.1, Burst: 2}}))
	asking := func(n int, from string) ask {
		a := askingForCode(auth.Identity{Kind: auth.Guest, ID: fmt.Sprintf("guest-%d", n)}, fmt.Sprintf("guest%d@example.org", n))
		a.from = from
		return a
	}
	for n := range 3 {
		w.want(t, 204, asking(n, "192.0.2.1:1"))
	}
	w.refused(t, 429, "too-many-requests", asking(3, "192.0.2.1:2"))
	w.want(t, 204, asking(3, "192.0.2.2:1"))
	for n := range 2 {
		w.want(t, 204, asking(10+n, fmt.Sprintf("[2001:db8::%d]:1", n)))
	}
	w.refused(t, 429, "too-many-requests", asking(12, "[2001:db8::ffff]:1"))
	w.wait(10 * time.Second)
	w.want(t, 204, asking(12, "[2001:db8::ffff]:1"))
}

func TestAMailServerThatIsDownIsSaidWithATime(t *testing.T) {
	w := newWorld(t)
	w.proofs.Fail(fault.New(fault.CodeMailUnavailable, "no mail").After(30 * time.Second))
	a := askingForCode(gaston, "gaston@example.org")
	w.refused(t, 503, "mail-unavailable", a)
	if got := w.do(a).Header().Get("Retry-After"); got != "30" {
		t.Errorf("Retry-After %q", got)
	}
}

func TestHostsSeeWhatAGuestProvedOnceTheyJoinAgain(t *testing.T) {
	w := newWorld(t)
	id := w.knocks(t, gaston)
	seen := func() map[string]any {
		t.Helper()
		return w.want(t, 200, ask{method: "GET", path: lobbyPath, as: camille})["items"].([]any)[0].(map[string]any)
	}
	if got := seen(); got["assurance"] != "unknown" || got["email"] != nil {
		t.Errorf("got %v", got)
	}
	w.want(t, 204, askingForCode(gaston, "gaston@example.org"))
	w.want(t, 200, confirming(gaston, w.code(t)))
	if again := w.knocks(t, gaston); again != id {
		t.Error("the place was lost")
	}
	if got := seen(); got["assurance"] != "email" || got["email"] != "gaston@example.org" {
		t.Errorf("got %v", got)
	}
	if got := w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: gaston}); got["assurance"] != "email" || got["email"] != "gaston@example.org" {
		t.Errorf("got %v", got)
	}
	if log := w.log.String(); strings.Contains(log, "gaston@") || strings.Contains(log, w.code(t)) {
		t.Errorf("the log says too much:\n%s", log)
	}
}

func TestARoomThatAsksForAnAddressLetsTheGuestProveItUnseen(t *testing.T) {
	w := newWorld(t)
	w.ask(secret, auth.AssuranceEmail)
	w.ask(fete, auth.AssuranceEmail)
	if door := w.want(t, 200, ask{method: "GET", path: "/api/v1/rooms/" + fete})["door"].(map[string]any); door["state"] != "email" || door["code"] != nil {
		t.Errorf("the door says %v", door)
	}
	w.want(t, 202, joining(fete, `{"name":"Ada"}`, auth.Identity{})) // a new guest
	for _, slug := range []string{secret, fete} {
		ticket := w.want(t, 202, joining(slug, "", gaston))["ticket"].(map[string]any)
		if ticket["reason"] != "email" {
			t.Errorf("%s: waits for %v", slug, ticket["reason"])
		}
		path := "/api/v1/rooms/" + slug + "/lobby"
		if got := w.want(t, 200, ask{method: "GET", path: path, as: camille})["items"].([]any); len(got) != 0 {
			t.Errorf("%s: hosts see %v", slug, got)
		}
		for _, c := range callers {
			for _, do := range []string{"admit", "refuse"} {
				for _, body := range []string{`{"all":true}`, fmt.Sprintf(`{"tickets":[%q]}`, ticket["id"])} {
					w.do(ask{method: "POST", path: path + "/" + do, body: body, as: c.who})
				}
			}
			if k := w.tickets[gaston.SignInID+"room-"+slug]; k.State != rooms.TicketWaiting {
				t.Fatalf("%s: %s made it %s", slug, c.name, k.State)
			}
		}
		w.refused(t, 404, "ticket-not-found", ask{method: "POST", path: path + "/admit", body: fmt.Sprintf(`{"tickets":[%q]}`, ticket["id"]), as: camille})
	}
	w.want(t, 204, askingForCode(gaston, "gaston@example.org"))
	w.want(t, 200, confirming(gaston, w.code(t)))
	w.want(t, 200, joining(fete, "", gaston))
	if got := w.want(t, 202, joining(secret, "", gaston))["ticket"].(map[string]any); got["reason"] != "lobby" {
		t.Errorf("got %v", got)
	}
	if got := w.want(t, 200, ask{method: "GET", path: lobbyPath, as: camille})["items"].([]any); len(got) != 1 {
		t.Errorf("hosts see %v", got)
	}
}

func TestTheMailIsInTheLanguageOfTheRequest(t *testing.T) {
	w := newWorld(t)
	a := askingForCode(gaston, "gaston@example.org")
	a.header = map[string][]string{"Accept-Language": {"en"}}
	w.want(t, 204, a)
	if got := w.proofs.Mails()[0]; got.Language != "en" || !strings.HasPrefix(got.Subject, "Parvis: your code is ") {
		t.Errorf("got %s, %q", got.Language, got.Subject)
	}
}
