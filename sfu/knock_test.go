package sfu

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	lkauth "github.com/livekit/protocol/auth"

	"parvis/fault"
	"parvis/rooms"
)

func TestOnlyFourPathsLeadToTheSFU(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	cases := []struct {
		name, target string
		want         int
	}{
		{"the room service", "/livekit/twirp/livekit.RoomService/ListRooms", 404},
		{"WHIP, which would create rooms", "/livekit/whip/v1", 404},
		{"agents", "/livekit/agent", 404},
		{"a longer word", "/livekit/rtcX", 404},
		{"a trailing slash", "/livekit/rtc/", 404},
		{"two slashes", "/livekit//rtc", 404},
		{"dots", "/livekit/rtc/../twirp", 404},
		{"dots that lead back", "/livekit/x/../rtc", 404},
		{"encoded dots", "/livekit/rtc/%2e%2e/twirp", 404},
		{"an encoded letter", "/livekit/%72tc", 404},
		{"an encoded slash", "/livekit%2frtc", 404},
		{"capitals", "/livekit/RTC", 404},
		{"a path parameter", "/livekit/rtc;x", 404},
		{"nothing", "/livekit/", 404},
		{"a second identity", "/livekit/rtc?publish=x&access_token=" + token, 403},
		{"a second identity, encoded", "/livekit/rtc?p%75blish=&access_token=" + token, 403},
		{"a malformed query", "/livekit/rtc?a;b&access_token=" + token, 400},
		{"no upgrade", "/livekit/rtc?access_token=" + token, 426},
		{"validate", "/livekit/rtc/validate?access_token=" + token, 200},
		{"validate of the new signalling", "/livekit/rtc/v1/validate?access_token=" + token, 200},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			status, body := get(t, h, c.target, nil)
			if status != c.want {
				t.Errorf("got %d, want %d", status, c.want)
			}
			if h.door.enteredCount() != 0 {
				t.Error("somebody was entered")
			}
			if strings.Contains(body, token) || (c.want != 200 && !isProblem(body, c.want)) {
				t.Errorf("the answer is no plain problem: %.80s", body)
			}
		})
	}
}

func TestOnlyGET(t *testing.T) {
	h := newHouse(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/livekit/rtc", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	defer http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	if answer.StatusCode != http.StatusMethodNotAllowed || answer.Header.Get("Allow") != "GET" {
		t.Errorf("got %s, Allow %q", answer.Status, answer.Header.Get("Allow"))
	}
}

func TestOnlyOurPassOpens(t *testing.T) {
	h := newHouse(t)
	a := h.admit("a", "")
	good := h.pass(t, a)
	now := h.clock.Now()
	grant := lkauth.ClaimGrants{Identity: "a", Video: &lkauth.VideoGrant{RoomJoin: true, Room: "media"}}
	signed := func(s signer, g lkauth.ClaimGrants, at time.Time) string {
		token, err := s.sign(claims{ClaimGrants: g}, at, passTTL)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	other := func(method jwt.SigningMethod, key any) string {
		token, err := jwt.NewWithClaims(method, claims{
			RegisteredClaims: jwt.RegisteredClaims{Issuer: testKey, Subject: "a", ExpiresAt: jwt.NewNumericDate(now.Add(time.Minute))},
			ClaimGrants:      grant,
		}).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	eternal, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{Issuer: testKey, Subject: "a"}, ClaimGrants: grant,
	}).SignedString([]byte(testSecret))
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, token string
		want        int
	}{
		{"no pass", "", 403},
		{"nonsense", "abc", 403},
		{"a changed signature", good[:len(good)-4] + "AAAA", 403},
		{"another secret", signed(signer{testKey, []byte("another secret")}, grant, now), 403},
		{"another key's name", signed(signer{"other", []byte(testSecret)}, grant, now), 403},
		{"no algorithm", other(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType), 403},
		{"another algorithm", other(jwt.SigningMethodHS512, []byte(testSecret)), 403},
		{"without an end", eternal, 403},
		{"expired", signed(testSigner(), grant, now.Add(-passTTL-2*passLeeway)), 403},
		{"of tomorrow", signed(testSigner(), grant, now.Add(24*time.Hour)), 403},
		{"a token of the room service", signed(testSigner(), lkauth.ClaimGrants{Video: adminGrant("media")}, now), 403},
		{"for nobody", signed(testSigner(), lkauth.ClaimGrants{Video: grant.Video}, now), 403},
		{"too long", good + strings.Repeat("A", passLimit), 403},
		{"for another room", mustPass(t, h, a, "elsewhere"), 403},
		{"of an admission that does not exist", mustPass(t, h, rooms.Admission{ID: "nobody"}, "media"), 403},
		{"ours", good, 101},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h.enters(t, dialing{token: c.token}, c.want)
			if c.want == http.StatusForbidden {
				if status, _ := get(t, h, "/livekit/rtc/validate?access_token="+c.token, nil); status != c.want {
					t.Errorf("validate: got %d, want %d", status, c.want)
				}
			}
		})
	}
}

func TestTwoPassesAreNone(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	h.enters(t, dialing{token: token, query: "access_token=" + token}, http.StatusForbidden)
}

func TestAPassInTheHeaderOpensToo(t *testing.T) {
	h := newHouse(t)
	if _, status := h.open(t, dialing{token: h.pass(t, h.admit("a", "")), bearer: true}); status != 101 {
		t.Errorf("got %d", status)
	}
}

func TestABrowsersAdmissionNeedsItsOwnBrowser(t *testing.T) {
	h := newHouse(t)
	browser, bearer := h.pass(t, h.admit("mine", "sign-in-1")), h.pass(t, h.admit("machine", ""))
	cases := []struct {
		name string
		d    dialing
		want int
	}{
		{"another site", dialing{token: browser, signIn: "sign-in-1", origin: "https://evil.example"}, 403},
		{"our name with another port", dialing{token: browser, signIn: "sign-in-1", origin: testOrigin + ":8443"}, 403},
		{"a page without origin", dialing{token: browser, signIn: "sign-in-1", origin: "null"}, 403},
		{"no origin at all", dialing{token: browser, signIn: "sign-in-1"}, 403},
		{"another browser", dialing{token: browser, signIn: "sign-in-2", origin: testOrigin}, 403},
		{"no cookie", dialing{token: browser, origin: testOrigin}, 403},
		{"its own", dialing{token: browser, signIn: "sign-in-1", origin: testOrigin}, 101},
		{"a machine's from another site", dialing{token: bearer, origin: "https://evil.example"}, 403},
		{"a machine's by its pass alone", dialing{token: bearer}, 101},
		{"a machine's from somebody's browser", dialing{token: bearer, signIn: "sign-in-1", origin: testOrigin}, 101},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h.enters(t, c.d, c.want)
		})
	}
}

func TestValidateBelievesOurOwnPagesOnly(t *testing.T) {
	h := newHouse(t)
	target := "/livekit/rtc/validate?access_token=" + h.pass(t, h.admit("mine", "sign-in-1"))
	cases := []struct {
		name   string
		header http.Header
		want   int
	}{
		{"neither header", http.Header{}, 403},
		{"cross-site", http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		{"same-site is not same-origin", http.Header{"Sec-Fetch-Site": {"same-site"}}, 403},
		{"typed into the address bar", http.Header{"Sec-Fetch-Site": {"none"}}, 403},
		{"another origin says same-origin", http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {"https://evil.example"}}, 403},
		{"two origins", http.Header{"Origin": {testOrigin, testOrigin}}, 403},
		{"same-origin", http.Header{"Sec-Fetch-Site": {"same-origin"}}, 200},
		{"our origin", http.Header{"Origin": {testOrigin}}, 200},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.header.Set(signInHeader, "sign-in-1")
			if status, _ := get(t, h, target, c.header); status != c.want {
				t.Errorf("got %d, want %d", status, c.want)
			}
		})
	}
	if h.door.entered != 0 {
		t.Errorf("validate opened %d relays", h.door.entered)
	}
}

// enters dials and checks the answer, and that whoever is refused was not entered.
func (h *house) enters(t *testing.T, d dialing, want int) {
	t.Helper()
	before := h.door.enteredCount()
	_, status := h.open(t, d)
	if status != want {
		t.Errorf("got %d, want %d", status, want)
	}
	entered := h.door.enteredCount() - before
	if opened := want == http.StatusSwitchingProtocols; opened != (entered == 1) || entered > 1 {
		t.Errorf("the answer is %d, and %d were entered", want, entered)
	}
}

// A refusal of the address comes before the door, for a browser that would upgrade too.
func TestAnAddressThatLeadsNowhereEntersNobody(t *testing.T) {
	h := newHouse(t)
	token := h.pass(t, h.admit("a", ""))
	for path, want := range map[string]int{
		"/livekit/rtcX": 404, "/livekit/rtc/": 404, "/livekit/rtc/../twirp": 404, "/livekit/x/../rtc": 404, "/livekit/rtc/%2e%2e/rtc": 404,
		"/livekit/%72tc": 404, "/livekit/agent": 404, "/livekit/whip/v1": 404,
	} {
		t.Run(path, func(t *testing.T) { h.enters(t, dialing{path: path, token: token}, want) })
	}
	h.enters(t, dialing{token: token, query: "publish=x"}, 403)
	h.enters(t, dialing{token: token, query: "p%75blish="}, 403)
}

func TestAPassForAnotherRoomSaysNothingAboutTheAdmission(t *testing.T) {
	h := newHouse(t)
	a := h.admit("a", "")
	good := h.pass(t, a)
	h.enters(t, dialing{token: mustPass(t, h, a, "elsewhere")}, 403)
	h.databaseIs(databaseGone())
	if _, status := h.open(t, dialing{token: good}); status != http.StatusSwitchingProtocols {
		t.Errorf("got %d", status)
	}
}

func TestAPassForAnotherRoomLetInUncheckedIsFoundOut(t *testing.T) {
	h := newHouse(t, eachSignCounts)
	a := h.admit("a", "")
	h.databaseIs(databaseGone())
	conn, _ := h.open(t, dialing{token: mustPass(t, h, a, "elsewhere")})
	conn.hear(t)
	h.databaseIs(nil)
	h.endedByACheck(t, conn)
	if h.door.enteredCount() != 0 {
		t.Error("entered")
	}
}

func mustPass(t *testing.T, h *house, a rooms.Admission, mediaName string) string {
	t.Helper()
	p, err := h.client.Pass(a, mediaName, h.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return p.Token
}

func get(t *testing.T, h *house, target string, header http.Header) (int, string) {
	t.Helper()
	status, body, _ := getHeader(t, h, target, header)
	return status, body
}

func getHeader(t *testing.T, h *house, target string, header http.Header) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	path, query, _ := strings.Cut(target, "?")
	r.URL.Opaque, r.URL.RawQuery = path, query // as it is: no cleaning
	for name, values := range header {
		r.Header[name] = values
	}
	transport := &http.Transport{DisableKeepAlives: true}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body), answer.Header
}

func isProblem(body string, status int) bool {
	var p problem
	if json.Unmarshal([]byte(body), &p) != nil {
		return false
	}
	_, known := p.Code.Meaning()
	return known && p.Status == status && p.Type == "/problems/"+string(p.Code) && p.Title != "" && p.Detail != "" && p.Code != fault.CodeInternal
}
