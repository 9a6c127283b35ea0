package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestSoftwarePlansAMeetingAndAGuestComesInByTheirLink goes the whole way: account, token, meeting, link, door.
func TestSoftwarePlansAMeetingAndAGuestComesInByTheirLink(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("meetings.read,meetings.write,rooms.read")
	stop := i.serve()
	defer stop()
	token := i.token(made)
	send := func(method, path, body string, status int, header map[string]string) map[string]any {
		t.Helper()
		got, text := i.send(method, path, token, body, header)
		var answer map[string]any
		_ = json.Unmarshal([]byte(text), &answer) // 204 has none
		if got != status {
			t.Fatalf("%s %s: %d %s", method, path, got, text)
		}
		return answer
	}
	plan := func(name string, in time.Duration) map[string]any {
		t.Helper()
		body := fmt.Sprintf(`{"title":"Audience","start":%q,"timeZone":"Europe/Paris","duration":"PT1H","access":{"entry":"members","passcode":"471147"},
			"invitees":[{"email":"zoe@example.org","name":"Zoé"}]}`, localIn(t, in))
		return send(http.MethodPut, "/api/v1/meetings/by-external-id/"+name, body, http.StatusCreated, nil)
	}
	now, tomorrow := plan("now", 5*time.Minute), plan("tomorrow", 24*time.Hour)
	slugOf := func(m map[string]any) string { return m["room"].(map[string]any)["slug"].(string) }
	door := func(m map[string]any) string { return "/api/v1/rooms/" + slugOf(m) + "/join" }

	stranger := &browser{i: i}
	if status, answer := stranger.ask(http.MethodPost, door(tomorrow), `{"name":"Ada"}`); status != http.StatusForbidden || answer["code"] != "not-open-yet" || answer["opensAt"] == nil {
		t.Errorf("before it opens: %d %v", status, answer)
	}
	if status, answer := stranger.ask(http.MethodPost, door(now), `{"name":"Ada","passcode":"000000"}`); status != http.StatusForbidden || answer["code"] != "passcode-wrong" {
		t.Errorf("with a wrong passcode: %d %v", status, answer)
	}
	if status, answer := stranger.ask(http.MethodPost, door(now), `{"name":"Ada","passcode":"471147"}`); status != http.StatusAccepted {
		t.Errorf("with the passcode, to a meeting for its members: %d %v", status, answer)
	}

	invitee := now["invitees"].([]any)[0].(map[string]any)["id"].(string)
	links := "/api/v1/meetings/" + now["id"].(string) + "/invitees/" + invitee + "/links"
	_, secret, _ := strings.Cut(send(http.MethodPost, links, "", http.StatusCreated, map[string]string{"Idempotency-Key": "zoe"})["url"].(string), "#i=")
	zoe := &browser{i: i}
	if status, answer := zoe.ask(http.MethodPost, door(now), `{"name":"Zoé","link":"`+secret+`"}`); status != http.StatusOK || answer["role"] != "member" {
		t.Errorf("by the link: %d %v", status, answer)
	}
	send(http.MethodDelete, links, "", http.StatusNoContent, nil)
	late := &browser{i: i}
	if status, answer := late.ask(http.MethodPost, door(now), `{"name":"Zoé","link":"`+secret+`","passcode":"471147"}`); status != http.StatusAccepted || answer["notice"] != "link-unknown" {
		t.Errorf("by the link that was revoked: %d %v", status, answer)
	}

	send(http.MethodDelete, "/api/v1/meetings/"+now["id"].(string), "", http.StatusNoContent, map[string]string{"If-Match": `"3"`}) // planned, linked, unlinked
	if status, answer := stranger.ask(http.MethodPost, door(now), `{"name":"Ada","passcode":"471147"}`); status != http.StatusGone || answer["code"] != "room-archived" {
		t.Errorf("when it is cancelled: %d %v", status, answer)
	}
}

func TestATableOfPeopleIsInvitedInTheBackground(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("meetings.read,meetings.write")
	stop := i.serve()
	defer stop()
	token := i.token(made)
	status, text := i.send(http.MethodPost, "/api/v1/meetings", token,
		fmt.Sprintf(`{"title":"Audience","start":%q,"timeZone":"Europe/Paris","duration":"PT1H"}`, localIn(t, 24*time.Hour)), map[string]string{"Idempotency-Key": "audience"})
	var meeting, operation struct{ ID string }
	if err := json.Unmarshal([]byte(text), &meeting); status != http.StatusCreated || err != nil {
		t.Fatalf("%d %s", status, text)
	}
	status, text = i.send(http.MethodPost, "/api/v1/meetings/"+meeting.ID+"/invitees/import", token, "email;name\nzoe@example.org;Zoé\n",
		map[string]string{"Idempotency-Key": "people", "Content-Type": "text/csv"})
	if err := json.Unmarshal([]byte(text), &operation); status != http.StatusAccepted || err != nil {
		t.Fatalf("%d %s", status, text)
	}
	i.until("/api/v1/operations/"+operation.ID, token, http.StatusOK, `"state":"done"`)
	if status, text := i.get("/api/v1/meetings/"+meeting.ID+"/invitees", token); status != http.StatusOK || !strings.Contains(text, "zoe@example.org") {
		t.Errorf("%d %s", status, text)
	}
}

// localIn is what a clock in Paris shows in a while.
func localIn(t *testing.T, in time.Duration) string {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return time.Now().In(paris).Add(in).Format("2006-01-02T15:04:05")
}
