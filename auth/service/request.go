package service

import (
	"encoding/base64"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

const maxForm = 32 << 10

// Request asks the token endpoint for a token.
type Request struct {
	GrantType string
	Scope     string

	ClientID  string
	Secret    string
	Assertion string
	Basic     bool // the client spoke by the header Authorization

	SubjectToken, SubjectTokenType, RequestedTokenType, ActorToken string
	Target                                                         bool // an audience or a resource was named

	// From is where the request came from.
	From netip.Addr
	// MayIssue is asked once the client is known, before anything is written; nil: yes.
	MayIssue func(accountID string) error
}

// Credential is what the request is judged by, so that failures can be counted before anything is looked up: the secret, or
// for an assertion, which is new each time, the client that it claims.
func (r Request) Credential() string {
	if r.Assertion != "" {
		return "assertion " + r.ClientID
	}
	return r.ClientID + " " + r.Secret
}

// ReadRequest reads the form of a token request. Failures are Refusals.
func ReadRequest(w http.ResponseWriter, r *http.Request) (Request, error) {
	form, err := readForm(w, r)
	if err != nil {
		return Request{}, err
	}
	in := Request{
		GrantType: form.Get("grant_type"), Scope: form.Get("scope"),
		ClientID: form.Get("client_id"), Secret: form.Get("client_secret"), Assertion: form.Get("client_assertion"),
		SubjectToken: form.Get("subject_token"), SubjectTokenType: form.Get("subject_token_type"),
		RequestedTokenType: form.Get("requested_token_type"), ActorToken: form.Get("actor_token"),
		Target: form.Has("audience") || form.Has("resource"),
	}
	if err := in.readBasic(r); err != nil {
		return Request{}, err
	}
	return in, in.readAssertion(form.Get("client_assertion_type"))
}

// readForm takes no parameter from the address, where it would be logged on the way (RFC 6749 section 2.3.1), and none
// twice (section 3.2). An empty one counts as left out.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, &Refusal{Code: InvalidRequest, Description: "send a form, application/x-www-form-urlencoded", Err: err}
	}
	if r.URL.RawQuery != "" {
		return nil, &Refusal{Code: InvalidRequest, Description: "send all parameters in the body, none in the address"}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, &Refusal{Code: InvalidRequest, Description: "the form is malformed, or larger than 32 KiB", Err: err}
	}
	form := url.Values{}
	for name, values := range r.PostForm {
		if len(values) > 1 && name != "audience" && name != "resource" {
			return nil, &Refusal{Code: InvalidRequest, Description: "send each parameter once"}
		}
		if values[0] != "" {
			form[name] = values
		}
	}
	return form, nil
}

// readBasic reads client_secret_basic. Both parts are encoded as in a form before they are joined (RFC 6749 section 2.3.1).
func (r *Request) readBasic(from *http.Request) error {
	given := from.Header["Authorization"]
	if given == nil {
		return nil
	}
	r.Basic = true
	if r.Secret != "" || r.Assertion != "" {
		return &Refusal{Code: InvalidRequest, Description: "authenticate the client in one way, not in several"}
	}
	id, secret, ok := basicOf(given)
	if !ok || (r.ClientID != "" && r.ClientID != id) {
		return badClient(nil)
	}
	r.ClientID, r.Secret = id, secret
	return nil
}

func basicOf(given []string) (id, secret string, ok bool) {
	if len(given) != 1 {
		return "", "", false
	}
	scheme, encoded, _ := strings.Cut(given[0], " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", "", false
	}
	user, password, found := strings.Cut(string(text), ":")
	id, err = url.QueryUnescape(user)
	if err != nil || !found {
		return "", "", false
	}
	secret, err = url.QueryUnescape(password)
	return id, secret, err == nil
}

// readAssertion completes private_key_jwt: the client may leave client_id out, for the assertion says it (RFC 7521 section
// 4.2).
func (r *Request) readAssertion(kind string) error {
	switch {
	case r.Assertion == "" && kind == "":
		return nil
	case kind != AssertionType:
		return &Refusal{Code: InvalidRequest, Description: "the client_assertion_type is " + AssertionType}
	case r.Secret != "":
		return &Refusal{Code: InvalidRequest, Description: "authenticate the client in one way, not in several"}
	}
	if r.ClientID == "" {
		if read, err := readAssertion(r.Assertion); err == nil {
			r.ClientID = read.says.Subject
		}
	}
	return nil
}
