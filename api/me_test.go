package api_test

import (
	"testing"

	"parvis/auth"
)

func TestAClientBeginsWithTheConfiguration(t *testing.T) {
	w := newWorld(t)
	golden(t, "config", w.do(ask{method: "GET", path: "/api/v1/config"}).Body.Bytes())
	// Not even a database that is down keeps a page from saying so.
	w.want(t, 200, ask{method: "GET", path: "/api/v1/config", as: auth.Identity{Kind: auth.Person, ID: "database-down"}})
}

func TestEverybodyMayAskWhoTheyAre(t *testing.T) {
	w := newWorld(t)
	for name, who := range map[string]auth.Identity{"anonymous": {}, "person": camille, "guest": gaston, "service": robot} {
		rec := w.do(ask{method: "GET", path: "/api/v1/me", as: who})
		if rec.Code != 200 {
			t.Errorf("%s: %d", name, rec.Code)
		}
		golden(t, "me-"+name, rec.Body.Bytes())
	}
}

func TestABearerThatIsNobodysIsRefusedEverywhere(t *testing.T) {
	w := newWorld(t)
	for _, bearer := range []string{"Bearer wrong", "Bearer", "Bearer ", "Basic cm9ib3Q6", "robot", "bearer"} {
		p := ask{method: "GET", path: "/api/v1/me", bearer: bearer}
		w.refused(t, 401, "bad-credentials", p)
		if got := w.do(p).Header().Get("WWW-Authenticate"); got != "Bearer" {
			t.Errorf("WWW-Authenticate %q", got)
		}
	}
}

func TestABearerWinsAndTheCookieBesideItIsIgnored(t *testing.T) {
	w := newWorld(t)
	if got := w.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: camille, bearer: "Bearer robot"}); got["kind"] != "service" {
		t.Errorf("got %v", got)
	}
	w.refused(t, 401, "bad-credentials", ask{method: "GET", path: "/api/v1/me", as: camille, bearer: "Bearer wrong"})
}

func TestSignInsAreListedAndEndedOneByOneAndTogether(t *testing.T) {
	w := newWorld(t)
	w.refused(t, 404, "not-found", ask{method: "DELETE", path: "/api/v1/sign-ins/" + louise.SignInID, as: camille})
	golden(t, "sign-ins", w.do(ask{method: "GET", path: "/api/v1/sign-ins", as: camille}).Body.Bytes())
	w.want(t, 204, ask{method: "DELETE", path: "/api/v1/sign-ins/" + camille.SignInID, as: camille})
	w.want(t, 204, ask{method: "DELETE", path: "/api/v1/sign-ins", as: gaston})
	if len(w.ended) != 2 || w.ended[0] != camille.SignInID || w.ended[1] != gaston.SignInID {
		t.Errorf("ended %v", w.ended)
	}
}
