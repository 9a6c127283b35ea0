package sfu

import (
	"net/http"
	"net/url"
	"strings"

	"parvis/auth"
	"parvis/fault"
)

// targetLimit bounds path and query of a request at the gate: a join request with its first offer has about 10 kB.
const targetLimit = 64 << 10

// gatePaths is all that is reachable of LiveKit from outside, by what it is called there.
var gatePaths = map[string]struct {
	path     string
	validate bool
}{
	"/livekit/rtc":             {"/rtc", false},
	"/livekit/rtc/v1":          {"/rtc/v1", false},
	"/livekit/rtc/validate":    {"/rtc/validate", true},
	"/livekit/rtc/v1/validate": {"/rtc/v1/validate", true},
}

// knock is a request at the gate whose form is right and whose pass is ours.
type knock struct {
	path     string     // LiveKit's path
	validate bool       // ask only, no relay
	query    url.Values // without the pass
	pass     *claims
	expired  bool
	signInID string // the browser's, when the request comes from our own pages
}

// knock reads a request. Its errors are refusals.
func (g *Gate) knock(r *http.Request) (*knock, error) {
	// What a router made of the path does not count: an encoded or dotted form is another path.
	raw, rawQuery, _ := strings.Cut(r.RequestURI, "?")
	place, ok := gatePaths[raw]
	switch {
	case !ok:
		return nil, refuse(http.StatusNotFound, fault.CodeNotFound, "the media server has no such path")
	case r.Method != http.MethodGet:
		no := refuse(http.StatusMethodNotAllowed, fault.CodeMethodNotAllowed, "use GET")
		no.header = map[string]string{"Allow": http.MethodGet}
		return nil, no
	case len(r.RequestURI) > targetLimit:
		return nil, refuse(http.StatusRequestURITooLong, fault.CodeTooLarge, "the address is longer than 64 KiB")
	}
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, fault.CodeInvalid, "the query is malformed")
	}
	if query.Has("publish") {
		// LiveKit would make identity#x of it: a second participant by the same pass, whom nobody admitted.
		return nil, refuse(http.StatusForbidden, fault.CodeForbidden, "the parameter publish is not allowed")
	}
	own, err := g.fromOwnPages(r, place.validate)
	if err != nil {
		return nil, err
	}
	if !place.validate && !isUpgrade(r.Header) {
		no := refuse(http.StatusUpgradeRequired, fault.CodeInvalid, "this path speaks WebSocket")
		no.header = map[string]string{"Upgrade": "websocket", "Connection": "Upgrade"}
		return nil, no
	}
	k := &knock{path: place.path, validate: place.validate, query: query}
	if own {
		k.signInID = auth.FromContext(r.Context()).SignInID
	}
	return k, g.readPass(k, r.Header)
}

// fromOwnPages tells whether a browser sent the request from our own origin; it refuses what came from another one.
// Without either header no browser sent it, and no cookie counts.
func (g *Gate) fromOwnPages(r *http.Request, validate bool) (bool, error) {
	foreign := refuse(http.StatusForbidden, fault.CodeCrossSite, "the request comes from another site")
	if origins := r.Header.Values("Origin"); len(origins) > 0 {
		if len(origins) > 1 || !strings.EqualFold(origins[0], g.origin) {
			return false, foreign
		}
		return true, nil
	}
	if !validate {
		return false, nil
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "":
		return false, nil
	case "same-origin":
		return true, nil
	default:
		return false, foreign
	}
}

// readPass takes the pass from Authorization or the query, where livekit-client puts it.
func (g *Gate) readPass(k *knock, h http.Header) error {
	none := refuse(http.StatusForbidden, fault.CodeNotAdmitted, "a pass of this platform is needed: join the room again")
	tokens := k.query["access_token"]
	k.query.Del("access_token")
	if header := h.Get("Authorization"); header != "" {
		bearer, ok := strings.CutPrefix(header, "Bearer ")
		if !ok {
			return none
		}
		tokens = []string{bearer}
	}
	if len(tokens) != 1 {
		return none
	}
	pass, err := g.client.signer.verify(tokens[0], g.now())
	k.pass, k.expired = pass, isExpired(err)
	if pass == nil || !pass.join() {
		return none
	}
	return nil
}

// join tells a pass from the other tokens that bear our signature (webhooks, calls to the room service).
func (c *claims) join() bool {
	return c.Video != nil && c.Video.RoomJoin && c.Video.Room != "" && c.Subject != ""
}

func isUpgrade(h http.Header) bool {
	return hasToken(h, "Connection", "upgrade") && hasToken(h, "Upgrade", "websocket") && h.Get("Sec-WebSocket-Key") != ""
}

func hasToken(h http.Header, name, token string) bool {
	for _, line := range h.Values(name) {
		for word := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(word), token) {
				return true
			}
		}
	}
	return false
}
