package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parvis/schedule"
)

// letters are what was written since so many of them, by kind and address.
func (w *world) letters(since int) (list []string) {
	for _, l := range w.meetings.Letters()[since:] {
		list = append(list, string(l.Kind)+" "+l.Address+" "+l.Language)
	}
	slices.Sort(list)
	return list
}

func TestWhoHearsOfAChangeIsOneOfThreeWords(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	guest := m["invitees"].([]any)[1].(map[string]any)["id"].(string)
	before := len(w.meetings.Letters())
	for _, a := range []ask{
		{method: "POST", path: "/api/v1/meetings?sendUpdates=some", body: comite},
		{method: "PATCH", path: meetingPath(m, "?sendUpdates=somebody"), body: `{"title":"x"}`, contentType: mergePatch, ifMatch: `"1"`},
		{method: "PATCH", path: meetingPath(m, "/occurrences/20261124T090000?sendUpdates=ALL"), body: `{"title":"x"}`, contentType: mergePatch, ifMatch: `"1"`},
		{method: "DELETE", path: meetingPath(m, "/occurrences/20261124T090000?sendUpdates=0"), ifMatch: `"1"`},
		{method: "POST", path: meetingPath(m, "/invitees?sendUpdates=no"), body: `{"invitees":[{"email":"a@x.example"}]}`, ifMatch: `"1"`},
		{method: "DELETE", path: meetingPath(m, "/invitees/", guest, "?sendUpdates=externals"), ifMatch: `"1"`},
		{method: "DELETE", path: meetingPath(m, "?sendUpdates=true"), ifMatch: `"1"`},
	} {
		a.as = camille
		rec := w.do(a)
		if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), `"location":"query.sendUpdates"`) {
			t.Errorf("%s %s: %d %s", a.method, a.path, rec.Code, rec.Body)
		}
	}
	if got := len(w.meetings.Letters()); got != before {
		t.Errorf("%d letters, want %d", got, before)
	}
}

func TestWhoHearsOfAChange(t *testing.T) {
	for word, want := range map[string][]string{
		"":                      {"request guest@x.example fr", "request odile@example.org fr"},
		"?sendUpdates=all":      {"request guest@x.example fr", "request odile@example.org fr"},
		"?sendUpdates=none":     nil,
		"?sendUpdates=external": {"request guest@x.example fr"},
	} {
		w := newWorld(t)
		m := w.want(t, http.StatusCreated, ask{method: "POST", path: "/api/v1/meetings" + word, body: comite, as: camille})
		if got := w.letters(0); !slices.Equal(got, want) {
			t.Errorf("planning %s: %v", word, got)
		}
		since := len(w.meetings.Letters())
		w.want(t, http.StatusOK, ask{method: "PATCH", path: meetingPath(m, word), body: `{"title":"x"}`, contentType: mergePatch, ifMatch: `"1"`, as: camille})
		if got := w.letters(since); !slices.Equal(got, want) {
			t.Errorf("changing %s: %v", word, got)
		}
	}
}

func TestAnInviteeSaysHowFarTheInvitationHasComeAndInWhichLanguage(t *testing.T) {
	w := newWorld(t)
	m := w.comite(t)
	invitees := func(as ask) []any {
		t.Helper()
		as.as = camille
		return w.want(t, http.StatusOK, as)["items"].([]any)
	}
	of := func(list []any, n int, field string) any { return list[n].(map[string]any)[field] }
	list := invitees(ask{method: "GET", path: meetingPath(m, "/invitees")})
	if of(list, 0, "delivery") != "queued" || of(list, 1, "delivery") != "queued" || of(list, 1, "language") != nil {
		t.Errorf("got %v", list)
	}
	for i, state := range []schedule.LetterState{schedule.LetterSent, schedule.LetterRefused} {
		if err := w.meetings.SettleLetter(t.Context(), w.meetings.Letters()[i].ID, state, w.clock()); err != nil {
			t.Fatal(err)
		}
	}
	guest := of(list, 1, "id").(string)
	since := len(w.meetings.Letters())
	list = invitees(ask{method: "PATCH", path: meetingPath(m, "/invitees/", guest), body: `{"language":"en"}`, contentType: mergePatch, ifMatch: `"1"`})
	if of(list, 0, "delivery") != "sent" || of(list, 1, "delivery") != "refused" || of(list, 1, "language") != "en" || len(w.letters(since)) > 0 {
		t.Errorf("got %v", list)
	}
	w.want(t, http.StatusOK, ask{method: "PATCH", path: meetingPath(m), body: `{"title":"x"}`, contentType: mergePatch, ifMatch: `"2"`, as: camille})
	if got := w.letters(since); !slices.Equal(got, []string{"request guest@x.example en", "request odile@example.org fr"}) {
		t.Errorf("got %v", got)
	}
	body := fmt.Sprintf(`{"invitees":[{"email":"a@x.example","language":%q}]}`, "de")
	rec := w.do(ask{method: "POST", path: meetingPath(m, "/invitees"), body: body, ifMatch: `"3"`, as: camille})
	if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), `"body.invitees[0].language"`) {
		t.Errorf("got %d %s", rec.Code, rec.Body)
	}
}
