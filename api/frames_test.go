package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"parvis/auth"
)

const (
	portal     = "https://intranet.interior.example"
	embeddedBy = `{"settings":{"embedding":{"value":["` + portal + `","https://agents.interior.example:8443"]}}}`
)

// inFrame asks for a page as a browser does that shows it in a frame of another site.
func inFrame(path string) ask {
	return ask{method: "GET", path: path, header: http.Header{"Sec-Fetch-Dest": {"iframe"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Site": {"cross-site"}}}
}

// framedBy is which pages may show the answer in a frame, as both headers say it.
func framedBy(t *testing.T, w *world, a ask) string {
	t.Helper()
	rec := w.do(a)
	whole := rec.Header().Values("Content-Security-Policy")
	if len(whole) != 1 {
		t.Fatalf("%s: policies of the page: %q", a.path, whole)
	}
	_, ancestors, found := strings.Cut(whole[0], "frame-ancestors ")
	if !found || strings.Contains(ancestors, ";") {
		t.Fatalf("%s: policy of the page: %q", a.path, whole[0])
	}
	if by := rec.Header().Get("X-Frame-Options"); (by == "DENY") != (ancestors == "'none'") || by != "" && by != "DENY" {
		t.Errorf("%s: X-Frame-Options %q beside %q", a.path, by, ancestors)
	}
	return ancestors
}

// ministryEmbeds is a world in which the ministry of the interior lets its intranet show rooms.
func ministryEmbeds(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.strangers = []auth.Identity{prefect, minister, watcher}
	w.want(t, http.StatusOK, changing(interiorPolicy, embeddedBy, `"0"`, minister))
	return w
}

func TestNoPageIsShownInAFrameUnlessThePolicyOfItsRoomNamesWhoMay(t *testing.T) {
	w := newWorld(t)
	if got := framedBy(t, w, inFrame("/"+fete)); got != "'none'" {
		t.Errorf("where nobody decided anything: %s", got)
	}
	w = ministryEmbeds(t)
	for _, path := range []string{
		"/", "/sign-in", "/account", "/admin/policies", "/meetings", "/rooms/" + fete, "/docs", "/" + nowhere, "/" + archived, "/" + fete + "/more",
		"//" + fete, "/api/v1/rooms/" + fete, "/auth/login", "/nothing/else",
	} {
		if got := framedBy(t, w, inFrame(path)); got != "'none'" {
			t.Errorf("%s: %s", path, got)
		}
	}
}

func TestARoomIsShownInAFrameByThePagesThatItsPolicyNames(t *testing.T) {
	w := ministryEmbeds(t)
	const both = "https://agents.interior.example:8443 " + portal
	for _, path := range []string{"/" + fete, "/" + fete + "/", "/" + secret} {
		if got := framedBy(t, w, inFrame(path)); got != both {
			t.Errorf("%s: %s", path, got)
		}
	}
	if got := framedBy(t, w, ask{method: "HEAD", path: "/" + fete}); got != both {
		t.Errorf("to whom does not say what for: %s", got)
	}
	rest := w.do(inFrame("/" + fete)).Header()
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin"} {
		if rest.Get(name) != want {
			t.Errorf("%s is %q", name, rest.Get(name))
		}
	}
	if said := rest.Get("Content-Security-Policy"); !strings.HasPrefix(said, "default-src 'none'; script-src 'self'; ") {
		t.Errorf("the rest of the policy is lost: %s", said)
	}
}

func TestARoomAndThePlatformSayTheirPartOfWhoEmbeds(t *testing.T) {
	w := ministryEmbeds(t)
	room := "/api/v1/rooms/" + fete + "/policy"
	w.want(t, http.StatusOK, changing(room, `{"settings":{"embedding":{"value":[]}}}`, `"0"`, minister))
	governed := w.rooms[fete]
	governed.Governed = true
	w.rooms[fete] = governed
	if got := framedBy(t, w, inFrame("/"+fete)); got != "'none'" {
		t.Errorf("the room's own policy says nowhere: %s", got)
	}
	if got := framedBy(t, w, inFrame("/"+secret)); !strings.Contains(got, portal) {
		t.Errorf("another room of the ministry: %s", got)
	}
	w.want(t, http.StatusOK, changing("/api/v1/policies/platform", `{"settings":{"embedding":{"value":[],"locked":true}}}`, `"0"`, prefect))
	if got := framedBy(t, w, inFrame("/"+secret)); got != "'none'" {
		t.Errorf("the platform locked that nobody embeds: %s", got)
	}
}

func TestAPageOfItsOwnWindowAsksForNoRoom(t *testing.T) {
	w := ministryEmbeds(t)
	before := w.lookups
	a := inFrame("/" + fete)
	a.header.Set("Sec-Fetch-Dest", "document")
	if got := framedBy(t, w, a); got != "'none'" || w.lookups != before {
		t.Errorf("got %s, and %d looks", got, w.lookups-before)
	}
}

func TestFramesAreNoWayToFindOutWhichRoomsThereAre(t *testing.T) {
	w := ministryEmbeds(t)
	for range 130 {
		framedBy(t, w, inFrame("/"+nowhere))
	}
	before := w.lookups
	if got := framedBy(t, w, inFrame("/"+fete)); got != "'none'" || w.lookups != before {
		t.Errorf("after too many unknown links: %s, and %d looks", got, w.lookups-before)
	}
	w.refused(t, http.StatusTooManyRequests, "too-many-requests", ask{method: "GET", path: "/api/v1/rooms/" + fete})
}

func TestAPageIsServedThoughPoliciesCannotBeRead(t *testing.T) {
	w := ministryEmbeds(t)
	w.policies.Fails = errors.New("the database is away")
	if got := framedBy(t, w, inFrame("/"+fete)); got != "'none'" {
		t.Errorf("got %s", got)
	}
	if code := w.do(inFrame("/" + fete)).Code; code != http.StatusOK {
		t.Errorf("the page: %d", code)
	}
}

func TestAnOriginThatIsNoneIsRefusedByName(t *testing.T) {
	w := newWorld(t)
	w.strangers = []auth.Identity{minister}
	for _, origin := range []string{"*", "http://a.example", "a.example", "https://a.example/x", "https://a.example; script-src *"} {
		p := w.refused(t, http.StatusUnprocessableEntity, "invalid-request", changing(interiorPolicy, `{"settings":{"embedding":{"value":["`+origin+`"]}}}`, `"0"`, minister))
		if at := locations(p); len(at) != 1 || at[0] != "body.settings.embedding.value" {
			t.Errorf("%s: %v", origin, p)
		}
	}
}
