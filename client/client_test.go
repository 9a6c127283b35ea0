package client_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"parvis/client"
)

func TestAnAddressThatIsNoneIsRefused(t *testing.T) {
	for _, address := range []string{"", "meet.example.org", "ftp://meet.example.org", "https://"} {
		if _, err := client.New(t.Context(), address, client.Account{}); err == nil {
			t.Errorf("%q is taken", address)
		}
	}
}

func TestAFailureIsOneErrorThatNamesTheFields(t *testing.T) {
	answers := map[string]string{
		"/oauth/token":   `{"access_token":"t","token_type":"Bearer","expires_in":900}`,
		"/api/v1/me":     `{"type":"/problems/forbidden","title":"No","status":403,"detail":"not this","code":"forbidden","requestId":"r","errors":[{"location":"body.x","message":"give one"}]}`,
		"/api/v1/config": "not a problem document",
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/oauth/token":
			w.Header().Set("Content-Type", "application/json")
		case "/api/v1/me":
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusForbidden)
		default:
			w.WriteHeader(http.StatusBadGateway)
		}
		_, _ = io.WriteString(w, answers[r.URL.Path])
	}))
	t.Cleanup(server.Close)
	parvis, err := client.New(t.Context(), server.URL, client.Account{ID: "id", Secret: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	var failure *client.Failure
	_, err = client.Answer(parvis.GetMeWithResponse(t.Context()))
	if !errors.As(err, &failure) || failure.Code != "forbidden" || err.Error() != "parvis answered 403 forbidden: not this; body.x: give one" {
		t.Errorf("a problem: %v", err)
	}
	_, err = client.Answer(parvis.GetConfigWithResponse(t.Context()))
	if !errors.As(err, &failure) || failure.Status != http.StatusBadGateway || failure.Code != "" {
		t.Errorf("what stands before the platform: %v", err)
	}
}
