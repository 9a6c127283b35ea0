package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"parvis/mail/mailtest"
	"parvis/webhook"
)

// message is a webhook as its receiver gets it.
type message struct {
	header    http.Header
	body      []byte
	ID        string
	Type      string
	MeetingID string
	Seq       int64
	Data      map[string]any
}

// receiver is software on loopback that answers challenges and hands on all else.
func receiver(t *testing.T) (url string, messages <-chan message) {
	t.Helper()
	got := make(chan message, 20)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := message{header: r.Header}
		m.body, _ = io.ReadAll(r.Body)
		if err := json.Unmarshal(m.body, &m); err != nil {
			t.Error(err)
		}
		if m.Type == string(webhook.Challenge) {
			_, _ = fmt.Fprintf(w, `{"challenge":%q}`, m.Data["challenge"])
		}
		got <- m
	}))
	t.Cleanup(server.Close)
	return server.URL, got
}

func next(t *testing.T, messages <-chan message) message {
	t.Helper()
	select {
	case m := <-messages:
		return m
	case <-time.After(time.Minute):
		t.Fatal("no message comes")
		return message{}
	}
}

// TestSoftwareHearsOfAMeetingItPlanned goes the whole way: account, webhook, challenge, meeting, signed messages in order.
func TestSoftwareHearsOfAMeetingItPlanned(t *testing.T) {
	i := install(t)
	i.environ = append(i.environ, "PARVIS_WEBHOOK_ALLOW=127.0.0.1")
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("meetings.read,meetings.write,webhooks.manage")
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
	keyed := func(k string) map[string]string { return map[string]string{"Idempotency-Key": k} }
	url, messages := receiver(t)
	send(http.MethodPost, "/api/v1/webhooks", `{"url":"http://169.254.169.254/"}`, http.StatusUnprocessableEntity, keyed("refused"))
	hook := send(http.MethodPost, "/api/v1/webhooks", `{"url":"`+url+`","types":["meeting.created","meeting.cancelled"]}`, http.StatusCreated, keyed("hook"))
	if m := next(t, messages); m.Type != "webhook.challenge" {
		t.Errorf("first comes %s", m.Type)
	}
	i.until("/api/v1/webhooks/"+hook["id"].(string), token, http.StatusOK, `"active"`)

	meeting := send(http.MethodPut, "/api/v1/meetings/by-external-id/one", fmt.Sprintf(`{"title":"Audience","start":%q,"timeZone":"Europe/Paris","duration":"PT1H"}`,
		localIn(t, 24*time.Hour)), http.StatusCreated, nil)
	send(http.MethodDelete, "/api/v1/meetings/"+meeting["id"].(string), "", http.StatusNoContent, map[string]string{"If-Match": `"1"`})
	verifier, err := standard.NewWebhook(hook["secret"].(string))
	if err != nil {
		t.Fatal(err)
	}
	came := map[string]int64{}
	for range 2 {
		m := next(t, messages)
		if err := verifier.Verify(m.body, m.header); err != nil || m.ID != m.header.Get("webhook-id") || m.MeetingID != meeting["id"] || strings.Contains(string(m.body), "Audience") {
			t.Errorf("%v: %s", err, m.body)
		}
		came[m.Type] = m.Seq
	}
	if came["meeting.created"] != 1 || came["meeting.cancelled"] != 2 {
		t.Errorf("got %v", came)
	}
	if status, _ := i.send(http.MethodPost, "/api/v1/webhooks/"+hook["id"].(string)+"/test", token, "", keyed("test")); status != http.StatusAccepted {
		t.Errorf("test: %d", status)
	}
	if m := next(t, messages); m.Type != "webhook.test" {
		t.Errorf("got %s", m.Type)
	}
}

// TestWhoLooksAfterAWebhookHearsByMailThatItIsDisabled goes the whole way: a receiver that answers 410, the task, the mail.
func TestWhoLooksAfterAWebhookHearsByMailThatItIsDisabled(t *testing.T) {
	came := make(chan mailtest.Letter, 1)
	server := mailtest.Start(t, mailtest.Options{Taken: func(l mailtest.Letter) { came <- l }})
	gone := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	t.Cleanup(gone.Close)
	i := install(t)
	i.mails(server)
	i.environ = append(i.environ, "PARVIS_WEBHOOK_ALLOW=127.0.0.1")
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("webhooks.manage")
	defer i.serve()()
	token := i.token(made)
	body := fmt.Sprintf(`{"url":%q,"contact":"exploitation@example.org","contactLanguage":"en"}`, gone.URL+"/hooks?token=s3cr3t")
	status, answer := i.send(http.MethodPost, "/api/v1/webhooks", token, body, map[string]string{"Idempotency-Key": "gone"})
	var hook struct{ ID string }
	if err := json.Unmarshal([]byte(answer), &hook); err != nil || status != http.StatusCreated {
		t.Fatalf("%d %s, %v", status, answer, err)
	}
	select {
	case l := <-came:
		if l.To != "exploitation@example.org" || !strings.Contains(l.Data, "is disabled") || !strings.Contains(l.Data, "HTTP answer 410") || strings.Contains(l.Data, "s3cr3t") {
			t.Errorf("got %s", l.Data)
		}
	case <-time.After(time.Minute):
		t.Fatal("no mail comes")
	}
	i.until("/api/v1/webhooks/"+hook.ID, token, http.StatusOK, `"gone"`)
}

func TestWhatIsNoNetworkStopsTheStart(t *testing.T) {
	i := install(t)
	i.environ = append(i.environ, "PARVIS_WEBHOOK_ALLOW=0.0.0.0/0")
	i.must("migrate")
	if code, _, errs := i.do("serve"); code != 1 || !strings.Contains(errs, "PARVIS_WEBHOOK_ALLOW") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
