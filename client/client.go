// Package client speaks to a Parvis platform from software written in Go, by the operations of its OpenAPI document.
//
// It owns one way of signing in (a service account with a secret), and one form of failure. Everything else is generated
// from openapi-3.0.yaml (make generate). It refuses to repeat requests: a caller who repeats one gives the same
// Idempotency-Key or If-Match.
//
//	parvis, err := client.New(ctx, "https://meet.example.org", client.Account{ID: id, Secret: secret})
//	made, err := client.Answer(parvis.CreateMeetingWithResponse(ctx, &client.CreateMeetingParams{IdempotencyKey: &key}, meeting))
//	fmt.Println(made.JSON201.Links.Join)
package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

//go:generate ../bin/oapi-codegen -config config.yaml -o client.gen.go openapi-3.0.yaml

// Account is a service account, as `parvis app create` shows it. Scopes asks for less than the account has; empty is all.
type Account struct {
	ID     string
	Secret string
	Scopes []string
}

// New makes a client of the platform at an address such as https://meet.example.org. It gets a token at the first request,
// and the next one before that expires (RFC 6749 section 4.4). ctx may carry an *http.Client under oauth2.HTTPClient, and
// lives as long as the client.
func New(ctx context.Context, address string, a Account) (*ClientWithResponses, error) {
	base, err := url.Parse(address)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, fmt.Errorf("the address of a platform is like https://meet.example.org")
	}
	credentials := clientcredentials.Config{
		ClientID: a.ID, ClientSecret: a.Secret, Scopes: a.Scopes,
		TokenURL: base.JoinPath("oauth/token").String(), AuthStyle: oauth2.AuthStyleInHeader,
	}
	return NewClientWithResponses(base.JoinPath("api/v1").String(), WithHTTPClient(credentials.Client(ctx)))
}

// Failure is what the platform answers instead of what was asked for (RFC 9457). Decide by Code, which is never renamed;
// give RequestID to the operators when you ask for help.
type Failure struct{ Problem }

// Error says which fields are meant.
func (f *Failure) Error() string {
	text := fmt.Sprintf("parvis answered %d %s: %s", f.Status, f.Code, f.Detail)
	if f.Errors == nil {
		return text
	}
	for _, e := range *f.Errors {
		text += fmt.Sprintf("; %s: %s", e.Location, e.Message)
	}
	return text
}

// response is what every generated operation answers.
type response interface {
	StatusCode() int
	GetBody() []byte
	GetApplicationproblemJSONDefault() *Problem
}

// Answer makes an error of an answer that is a failure, so that a caller checks one thing. It takes what a generated
// operation returns. The error is a *Failure when the platform answered.
func Answer[R response](r R, err error) (R, error) {
	if err != nil || r.StatusCode() < http.StatusBadRequest {
		return r, err
	}
	if p := r.GetApplicationproblemJSONDefault(); p != nil {
		return r, &Failure{*p}
	}
	return r, &Failure{Problem{Status: int64(r.StatusCode()), Detail: "not a problem document: something before the platform answered"}}
}
