package sfu

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	lkauth "github.com/livekit/protocol/auth"

	"parvis/rooms"
)

type fakeInbox struct {
	kept map[string]rooms.MediaEvent
	err  error
}

func (i *fakeInbox) Keep(_ context.Context, e rooms.MediaEvent, _ time.Time) (bool, error) {
	if i.err != nil {
		return false, i.err
	}
	_, known := i.kept[e.ID]
	i.kept[e.ID] = e
	return !known, nil
}

const joined = `{"event":"participant_joined","id":"EV_1","createdAt":"1790000000",
	"room":{"sid":"RM_1","name":"opaque"},"participant":{"identity":"admission","state":"ACTIVE"},"fieldOfAnotherVersion":{"x":1}}`

func signed(t *testing.T, s signer, body string, at time.Time) string {
	t.Helper()
	sum := sha256.Sum256([]byte(body))
	token, err := s.sign(claims{ClaimGrants: lkauth.ClaimGrants{Sha256: base64.StdEncoding.EncodeToString(sum[:])}}, at, 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestWhichEventsAreBelieved(t *testing.T) {
	now := time.Now()
	pass, err := testClient(t).Pass(somebody(), "room", now)
	if err != nil {
		t.Fatal(err)
	}
	large := `{"id":"EV_2","event":"` + string(bytes.Repeat([]byte("x"), webhookLimit)) + `"}`
	cases := []struct {
		name, method, contentType, authorization, body string
		want                                           int
	}{
		{"GET", "GET", webhookType, "", "", 405},
		{"another type", "POST", "application/json", signed(t, testSigner(), joined, now), joined, 415},
		{"no type", "POST", "", signed(t, testSigner(), joined, now), joined, 415},
		{"no signature", "POST", webhookType, "", joined, 401},
		{"nonsense for a signature", "POST", webhookType, "abc", joined, 401},
		{"another secret", "POST", webhookType, signed(t, signer{testKey, []byte("other")}, joined, now), joined, 401},
		{"another key", "POST", webhookType, signed(t, signer{"other", []byte(testSecret)}, joined, now), joined, 401},
		{"stale", "POST", webhookType, signed(t, testSigner(), joined, now.Add(-10*time.Minute)), joined, 401},
		{"the signature of another event", "POST", webhookType, signed(t, testSigner(), "{}", now), joined, 401},
		{"a browser's pass for a signature", "POST", webhookType, pass.Token, joined, 401},
		{"2 MiB", "POST", webhookType, signed(t, testSigner(), large, now), large, 413},
		{"no JSON", "POST", webhookType, signed(t, testSigner(), "no", now), "no", 400},
		{"no event", "POST", webhookType, signed(t, testSigner(), "{}", now), "{}", 400},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			inbox := &fakeInbox{kept: map[string]rooms.MediaEvent{}}
			w := post(NewWebhook(testClient(t), inbox), c.method, c.contentType, c.authorization, c.body)
			if w.Code != c.want || !isProblem(w.Body.String(), c.want) || len(inbox.kept) != 0 {
				t.Errorf("got %d %s, kept %v", w.Code, w.Body, inbox.kept)
			}
		})
	}
}

func TestAnEventIsKeptOnceAndAnsweredTwice(t *testing.T) {
	inbox := &fakeInbox{kept: map[string]rooms.MediaEvent{}}
	h := NewWebhook(testClient(t), inbox)
	for range 2 {
		if w := post(h, "POST", webhookType+"; charset=utf-8", signed(t, testSigner(), joined, time.Now()), joined); w.Code != 200 {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	}
	want := map[string]rooms.MediaEvent{"EV_1": {
		ID: "EV_1", Type: "participant_joined", Room: "opaque", Sid: "RM_1", Identity: "admission", At: time.Unix(1790000000, 0).UTC(),
	}}
	if diff := cmp.Diff(want, inbox.kept); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAnEventThatCannotBeKeptIsAskedForAgain(t *testing.T) {
	h := NewWebhook(testClient(t), &fakeInbox{err: errors.New("no database")})
	h.logger = slog.New(slog.DiscardHandler)
	w := post(h, "POST", webhookType, signed(t, testSigner(), joined, time.Now()), joined)
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("got %d", w.Code) // LiveKit repeats after a 5xx only
	}
}

func post(h http.Handler, method, contentType, authorization, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/webhooks/livekit", bytes.NewReader([]byte(body)))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
