package service_test

import (
	"errors"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parvis/auth/service"
)

const formType = "application/x-www-form-urlencoded"

func read(target, contentType, body string, basic ...string) (service.Request, error) {
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	if len(basic) == 2 {
		r.SetBasicAuth(basic[0], basic[1])
	}
	return service.ReadRequest(httptest.NewRecorder(), r)
}

func TestAFormThatIsNoneIsRefused(t *testing.T) {
	assertion := "&client_assertion_type=" + url.QueryEscape(service.AssertionType) + "&client_assertion=a.b.c"
	for name, c := range map[string]struct {
		target, kind, body, code string
		basic                    []string
	}{
		"JSON":                           {"/oauth/token", "application/json", `{"grant_type":"client_credentials"}`, service.InvalidRequest, nil},
		"parameters in the address":      {"/oauth/token?client_secret=x", formType, "", service.InvalidRequest, nil},
		"a parameter twice":              {"/oauth/token", formType, "scope=a&scope=b", service.InvalidRequest, nil},
		"a form that is broken":          {"/oauth/token", formType, "a=%zz", service.InvalidRequest, nil},
		"a form that is too large":       {"/oauth/token", formType, "a=" + strings.Repeat("a", 33<<10), service.InvalidRequest, nil},
		"two ways, header and form":      {"/oauth/token", formType, "client_secret=x", service.InvalidRequest, []string{"id", "x"}},
		"two ways, header and assertion": {"/oauth/token", formType, assertion[1:], service.InvalidRequest, []string{"id", "x"}},
		"two ways, secret and assertion": {"/oauth/token", formType, "client_secret=x" + assertion, service.InvalidRequest, nil},
		"an assertion of another type":   {"/oauth/token", formType, "client_assertion=a.b.c&client_assertion_type=saml", service.InvalidRequest, nil},
		"another client in the form":     {"/oauth/token", formType, "client_id=other", service.InvalidClient, []string{"id", "x"}},
		"a header that is broken":        {"/oauth/token", formType, "", service.InvalidClient, []string{"%zz", "x"}},
	} {
		_, err := read(c.target, c.kind, c.body, c.basic...)
		var refusal *service.Refusal
		if !errors.As(err, &refusal) || refusal.Code != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
}

func TestAFormIsReadWhateverTheWayToAuthenticate(t *testing.T) {
	basic := service.Request{GrantType: "client_credentials", ClientID: "id:1", Secret: "s/+ ", Basic: true}
	post := service.Request{GrantType: "client_credentials", ClientID: "id:1", Secret: "s/+ ", Scope: "a b"}
	d := newDesk()
	a, _ := d.account(t)
	text := edwards(t, "k").sign(t, d.claims(a), nil)
	for name, c := range map[string]struct {
		want  service.Request
		body  string
		basic []string
	}{
		"client_secret_basic": {basic, "grant_type=client_credentials&scope=", []string{url.QueryEscape("id:1"), url.QueryEscape("s/+ ")}},
		"client_secret_post":  {post, "grant_type=client_credentials&client_id=id%3A1&client_secret=s%2F%2B+&scope=a+b", nil},
		"private_key_jwt": {service.Request{ClientID: a.ID, Assertion: text, Target: true},
			"client_assertion_type=" + url.QueryEscape(service.AssertionType) + "&client_assertion=" + text + "&audience=a&audience=b", nil},
	} {
		got, err := read("/oauth/token", formType+"; charset=UTF-8", c.body, c.basic...)
		if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(service.Request{}, "From", "MayIssue")); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func FuzzNoAssertionBreaksTheDesk(f *testing.F) {
	for _, seed := range []string{"", "a.b.c", "....", "eyJhbGciOiJub25lIn0.e30.", `{"payload":"e30","signatures":[]}`} {
		f.Add(seed)
	}
	d := newDesk()
	f.Fuzz(func(t *testing.T, text string) {
		a, _ := d.account(t)
		if _, err := d.Grant(t.Context(), byAssertion(a, text)); err == nil {
			t.Errorf("%q proves something", text)
		}
	})
}
