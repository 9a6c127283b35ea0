package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"parvis/api"
	"parvis/auth"
)

const unknownToken = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// guestLink makes the guest's personal link to a meeting, and answers its token.
func (w *world) guestLink(t *testing.T, m map[string]any) string {
	t.Helper()
	guest := m["invitees"].([]any)[1].(map[string]any)["id"].(string)
	made := w.want(t, http.StatusCreated, ask{method: "POST", path: meetingPath(m, "/invitees/", guest, "/links"), as: camille, key: "k"})
	_, token, _ := strings.Cut(made["url"].(string), "#i=")
	return token
}

func lookup(token string, who auth.Identity) ask {
	return ask{method: "POST", path: "/api/v1/invitations/lookup", body: `{"token":"` + token + `"}`, as: who}
}

func answering(token, more string) ask {
	return ask{method: "POST", path: "/api/v1/invitations/answer", body: `{"token":"` + token + `",` + more + `}`}
}

func TestAGuestAnswersByTheirLinkAndTheHostReadsIt(t *testing.T) {
	w := newWorld(t)
	m := w.guarded(t)
	token := w.guestLink(t, m)
	seen := w.want(t, http.StatusOK, lookup(token, auth.Identity{}))
	dates := seen["dates"].([]any)
	if seen["meeting"] != m["id"] || seen["title"] != "Comité" || seen["organizer"] != "camille" || seen["timeZone"] != "Europe/Paris" || len(dates) != 10 ||
		seen["invitee"].(map[string]any)["rsvp"] != "needs-action" || dates[0].(map[string]any)["opens"] != "2026-11-24T07:45:00Z" {
		t.Errorf("got %v", seen)
	}
	for _, secret := range []string{"odile", "4711", "passcode", "guest@x.example"} {
		if body := w.do(lookup(token, auth.Identity{})).Body.String(); strings.Contains(body, secret) {
			t.Errorf("the invitation tells %q: %s", secret, body)
		}
	}
	w.want(t, http.StatusOK, answering(token, `"answer":"accepted"`))
	got := w.want(t, http.StatusOK, answering(token, `"answer":"declined","occurrence":"20261201T090000","comment":"On leave"`))
	said := got["invitee"].(map[string]any)
	if said["rsvp"] != "accepted" || said["answers"].([]any)[0].(map[string]any)["rsvp"] != "declined" {
		t.Errorf("got %v", said)
	}
	host := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m), as: camille})
	guest := host["invitees"].([]any)[1].(map[string]any)
	if guest["rsvp"] != "accepted" || guest["answeredAt"] == nil || guest["answers"].([]any)[0].(map[string]any)["comment"] != "On leave" {
		t.Errorf("the host reads %v", guest)
	}
	if rec := w.do(ask{method: "PATCH", path: meetingPath(m), body: `{"title":"Autre"}`, contentType: mergePatch, ifMatch: `"1"`, as: camille}); rec.Code != http.StatusOK { // neither the link nor the answers are one
		t.Errorf("an edit under way is refused: %d %s", rec.Code, rec.Body)
	}
}

func TestALinkOfSeveralMeetingsIsOfTheOneThatIsNamed(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	token := w.guestLink(t, m)
	later := w.want(t, http.StatusOK, ask{method: "PATCH", path: meetingPath(m, "/occurrences/20261208T090000") + "?scope=thisAndFollowing", body: `{"title":"Suite"}`,
		as: camille, contentType: mergePatch, ifMatch: w.version(t, m)})
	named := func(id any) ask {
		a := lookup(token, auth.Identity{})
		a.body = fmt.Sprintf(`{"token":%q,"meeting":%q}`, token, id)
		return a
	}
	w.refused(t, http.StatusUnprocessableEntity, "invalid-request", named(strings.Repeat("x", 37)))
	w.refused(t, http.StatusForbidden, "not-invited", answering(token, `"answer":"declined","meeting":"0193f0c4-7a11-7c55-8a3e-5d2f1b9c4e70"`))
	for id, want := range map[any]any{"": m["id"], m["id"]: m["id"], later["id"]: later["id"], "0193f0c4-7a11-7c55-8a3e-5d2f1b9c4e70": m["id"]} {
		if got := w.want(t, http.StatusOK, named(id)); got["meeting"] != want {
			t.Errorf("of %v: got %v, want %v", id, got["meeting"], want)
		}
	}
	if got := w.want(t, http.StatusOK, answering(token, fmt.Sprintf(`"answer":"declined","meeting":%q`, later["id"]))); got["meeting"] != later["id"] {
		t.Errorf("answered %v", got["meeting"])
	}
	if got := w.want(t, http.StatusOK, named(m["id"])); got["invitee"].(map[string]any)["rsvp"] != "needs-action" {
		t.Errorf("the earlier part has %v", got["invitee"])
	}
}

func TestAnInvitationIsChangedByNoGET(t *testing.T) {
	w := newWorld(t)
	token := w.guestLink(t, w.comite(t))
	for _, path := range []string{"/api/v1/invitations/answer?token=" + token, "/api/v1/invitations/lookup"} {
		if rec := w.do(ask{method: "GET", path: path}); rec.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: got %d", path, rec.Code)
		}
	}
}

func TestWhatAnInvitationThatIsNoneIsTold(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	token := w.guestLink(t, m)
	first := w.do(lookup(unknownToken, auth.Identity{}))
	for name, body := range map[string]string{"another": strings.Repeat("B", 42) + "A", "no token": "nonsense", "an empty one": ""} {
		rec := w.do(lookup(body, auth.Identity{}))
		a, b := object(t, first), object(t, rec)
		delete(a, "requestId")
		delete(b, "requestId")
		if rec.Code != first.Code || len(a) != len(b) || a["detail"] != b["detail"] || a["code"] != "link-unknown" || b["code"] != "link-unknown" {
			t.Errorf("%s is told apart: %v, %v", name, a, b)
		}
	}
	w.refused(t, http.StatusForbidden, "link-unknown", answering(unknownToken, `"answer":"accepted"`))
	w.refused(t, http.StatusNotFound, "occurrence-not-found", answering(token, `"answer":"accepted","occurrence":"tomorrow"`))
	w.refused(t, http.StatusUnprocessableEntity, "invalid-request", answering(token, `"answer":"needs-action"`))
	w.refused(t, http.StatusUnprocessableEntity, "invalid-request", answering("", `"answer":"accepted"`))
	w.refused(t, http.StatusUnprocessableEntity, "invalid-request", answering(token, `"answer":"accepted","comment":"`+strings.Repeat("x", 2001)+`"`))
	guest := m["invitees"].([]any)[1].(map[string]any)["id"].(string)
	w.want(t, http.StatusNoContent, ask{method: "DELETE", path: meetingPath(m, "/invitees/", guest, "/links"), as: camille})
	w.refused(t, http.StatusGone, "link-revoked", lookup(token, auth.Identity{}))
	w.refused(t, http.StatusGone, "link-revoked", answering(token, `"answer":"accepted"`))
}

func TestTokensAreNotFoundByTrying(t *testing.T) {
	w := newWorld(t, tight(api.Limits{NetworkMisses: api.Rate{PerSecond: 0.1, Burst: 3}}))
	token := w.guestLink(t, w.comite(t))
	for range 3 {
		w.refused(t, http.StatusForbidden, "link-unknown", lookup(unknownToken, auth.Identity{}))
	}
	w.refused(t, http.StatusTooManyRequests, "too-many-requests", lookup(unknownToken, auth.Identity{}))
	w.refused(t, http.StatusTooManyRequests, "too-many-requests", lookup(token, auth.Identity{})) // which tells nothing
	w.refused(t, http.StatusTooManyRequests, "too-many-requests", answering(token, `"answer":"accepted"`))
	w.want(t, http.StatusOK, lookup(token, camille))
	w.wait(10 * time.Second)
	w.want(t, http.StatusOK, lookup(token, auth.Identity{}))
}

func TestSomebodyWithAnAccountAnswersForThemselves(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	path := meetingPath(m, "/answer")
	got := w.want(t, http.StatusOK, ask{method: "PUT", path: path, body: `{"answer":"tentative","comment":"Perhaps"}`, as: odile})
	if got["rsvp"] != "tentative" || got["comment"] != "Perhaps" || got["answeredAt"] == nil {
		t.Errorf("got %v", got)
	}
	w.want(t, http.StatusOK, ask{method: "PUT", path: path, body: `{"answer":"declined","occurrence":"20261201T090000"}`, as: odile})
	mine := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m), as: odile})
	if mine["mine"].(map[string]any)["rsvp"] != "tentative" || mine["invitees"] != nil {
		t.Errorf("odile reads %v", mine)
	}
	day := w.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/agenda?from=2026-11-23T00:00:00Z&to=2026-12-05T00:00:00Z", as: odile})
	items := day["items"].([]any)
	if len(items) != 2 || items[0].(map[string]any)["rsvp"] != "tentative" || items[1].(map[string]any)["rsvp"] != "declined" {
		t.Errorf("her agenda says %v", items)
	}
	w.want(t, http.StatusOK, ask{method: "PUT", path: path, body: `{"answer":"accepted"}`, as: agendaForOdile})
	w.refused(t, http.StatusForbidden, "scope-missing", ask{method: "PUT", path: path, body: `{"answer":"accepted"}`, as: robotForOdile})
	told := w.meetings.Events()
	if last := told[len(told)-1]; last.OnBehalfOf != "agenda" || last.Actor != "person:odile" {
		t.Errorf("told %+v", last)
	}
	w.refused(t, http.StatusForbidden, "forbidden", lookup(unknownToken, agendaForOdile))
}

func TestAnInvitationSaysWhichMeetingItWasOfAndToWhom(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	token := w.guestLink(t, m)
	w.want(t, http.StatusNoContent, ask{method: "DELETE", path: meetingPath(m), as: camille, ifMatch: w.version(t, m)})
	got := w.want(t, http.StatusOK, lookup(token, auth.Identity{}))
	if got["status"] != "cancelled" || len(got["dates"].([]any)) != 0 || got["title"] != "Comité" || got["start"] != "2026-11-24T09:00:00" || got["duration"] != "PT1H" ||
		len(got["rules"].([]any)) != 1 || got["invitee"].(map[string]any)["email"] != "g…@x.example" {
		t.Errorf("got %v", got)
	}
}

// version is that of a meeting now, for If-Match.
func (w *world) version(t *testing.T, m map[string]any) string {
	t.Helper()
	return w.do(ask{method: "GET", path: meetingPath(m), as: camille}).Header().Get("ETag")
}
