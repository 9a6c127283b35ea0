package api_test

import (
	"net/http"
	"strings"
	"testing"

	"parvis/auth"
)

// toLouise is a meeting of another organization to which her address is invited, and the one that a colleague's is invited to.
const toLouise = `{"title":"Audience","start":"2026-12-01T09:00:00","timeZone":"Europe/Paris","duration":"PT1H","tags":{"costCentre":"0421"},
	"deputies":[{"user":"mounir"}],"reminders":["-PT15M"],"invitees":[{"email":"Louise@example.org"},{"email":"zoe@x.example"}]}`

const decemberOfLouise = "/api/v1/agenda?from=2026-12-01T00:00:00Z&to=2026-12-16T00:00:00Z"

func TestAnAddressThatNobodyAnswersForPutsAMeetingIntoNobodysAgenda(t *testing.T) {
	w := newWorld(t)
	m := w.plans(t, toLouise)
	if items := w.want(t, http.StatusOK, ask{method: "GET", path: decemberOfLouise, as: louise})["items"].([]any); len(items) != 0 {
		t.Errorf("her agenda: %v", items)
	}
	w.refused(t, http.StatusNotFound, "meeting-not-found", ask{method: "GET", path: meetingPath(m), as: louise})
	w.refused(t, http.StatusNotFound, "meeting-not-found", ask{method: "PUT", path: meetingPath(m, "/answer"), body: `{"answer":"accepted"}`, as: louise})
}

func TestWhoIsInvitedByAProvedAddressReadsAndAnswersAcrossOrganizations(t *testing.T) {
	w := newWorld(t)
	account := w.meetings.Accounts["louise"]
	account.Proved = true
	w.meetings.Accounts["louise"] = account
	m := w.plans(t, toLouise)

	items := w.want(t, http.StatusOK, ask{method: "GET", path: decemberOfLouise, as: louise})["items"].([]any)
	if len(items) != 1 || items[0].(map[string]any)["rsvp"] != "needs-action" || items[0].(map[string]any)["organizer"] != "camille" {
		t.Fatalf("her agenda: %v", items)
	}
	page := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m), as: louise})
	if page["title"] != "Audience" || page["mine"] == nil {
		t.Errorf("her page: %v", page)
	}
	for _, path := range []string{meetingPath(m), meetingPath(m, "?format=ics"), "/api/v1/meetings"} {
		body := w.do(ask{method: "GET", path: path, as: louise}).Body.String()
		for _, inside := range []string{"mounir", "costCentre", "zoe@x.example", "camille@example.org", `"user"`, "-PT15M"} {
			if strings.Contains(body, inside) {
				t.Errorf("%s tells %s: %s", path, inside, body)
			}
		}
	}
	w.refused(t, http.StatusForbidden, "forbidden", ask{method: "GET", path: meetingPath(m, "/effective-policy"), as: louise})
	w.refused(t, http.StatusForbidden, "forbidden", ask{method: "GET", path: meetingPath(m, "/invitees"), as: louise})
	w.want(t, http.StatusOK, ask{method: "PUT", path: meetingPath(m, "/answer"), body: `{"answer":"accepted"}`, as: louise})

	told := w.meetings.Events()
	if last := told[len(told)-1]; strings.Contains(last.Actor+last.OnBehalfOf, "louise") || last.Data["answer"] != "accepted" {
		t.Errorf("told %+v", last)
	}
	for _, who := range []auth.Identity{camille, mounir} {
		read := w.want(t, http.StatusOK, ask{method: "GET", path: meetingPath(m), as: who})["invitees"].([]any)[0].(map[string]any)
		if read["rsvp"] != "accepted" || read["email"] != "Louise@example.org" || read["user"] != nil || read["name"] != nil {
			t.Errorf("%s reads of her: %v", who.Name, read)
		}
	}
}
