package devidp

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// taken lists the parameters of an authorization request. ProConnect refuses any other, so a client that passes here
// passes there; the two of PKCE are taken although ProConnect is not known to take them.
var taken = []string{
	"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "claims", "prompt", "acr_values",
	"idp_hint", "login_hint", "siret_hint", "code_challenge", "code_challenge_method",
}

// shortest is how long ProConnect wants state and nonce to be.
const shortest = 32

// arrival is what came with an authorization request that the library does not carry to the storage.
type arrival struct {
	cookie  string
	demands demands
}

type arrivalKey struct{}

func arrivalFrom(ctx context.Context) arrival {
	a, _ := ctx.Value(arrivalKey{}).(arrival)
	return a
}

// authorize refuses what ProConnect refuses before it looks at the client, without going back there; the library does
// the rest and ends at signInPage.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		p.refuse(w, r, http.StatusBadRequest, "the request cannot be read")
		return
	}
	demands, err := checkParameters(r.Form)
	if err != nil {
		p.refuse(w, r, http.StatusBadRequest, err.Error())
		return
	}
	ctx := context.WithValue(r.Context(), arrivalKey{}, arrival{cookieOf(r), demands})
	p.op.ServeHTTP(w, r.WithContext(ctx))
}

func checkParameters(form url.Values) (demands, error) {
	for name, values := range form {
		if !slices.Contains(taken, name) {
			return demands{}, fmt.Errorf("parameter %s is not taken", name)
		}
		if len(values) > 1 {
			return demands{}, fmt.Errorf("parameter %s is there twice", name)
		}
	}
	for _, name := range []string{"state", "nonce"} {
		if len(form.Get(name)) < shortest {
			return demands{}, fmt.Errorf("parameter %s is shorter than %d characters", name, shortest)
		}
	}
	return parseDemands(form.Get("claims"))
}

// callback is the library's last step; only the browser in which the person was chosen may take it.
func (p *Provider) callback(w http.ResponseWriter, r *http.Request) {
	request, ok := p.memory.request(r.URL.Query().Get("id"))
	s, running := p.memory.session(cookieOf(r))
	if !ok || !running || request.sid != s.sid {
		p.refuse(w, r, http.StatusBadRequest, "this sign-in is unknown, over, or another browser's")
		return
	}
	p.op.ServeHTTP(w, r)
}

// signInPage asks who one wants to be, unless the running session has answered already.
func (p *Provider) signInPage(w http.ResponseWriter, r *http.Request) {
	request, ok := p.memory.request(r.URL.Query().Get("id"))
	switch {
	case !ok:
		p.refuse(w, r, http.StatusBadRequest, "this sign-in is unknown or over")
	case request.Done():
		http.Redirect(w, r, callbackURL(request.id), http.StatusFound)
	default:
		p.showSignIn(w, r, request)
	}
}

// signIn takes the choice. Somebody who is not as sure as asked does not become this browser's person: the next try
// could choose nobody else.
func (p *Provider) signIn(w http.ResponseWriter, r *http.Request) {
	request, ok := p.memory.request(r.PostFormValue("id"))
	if !ok || request.Done() {
		p.refuse(w, r, http.StatusBadRequest, "this sign-in is unknown or over")
		return
	}
	if r.PostFormValue("cancel") != "" {
		p.deny(w, r, request, oidc.ErrAccessDenied().WithDescription("nobody was chosen"))
		return
	}
	person, ok := p.memory.personNamed(r.PostFormValue("person"))
	if !ok {
		p.refuse(w, r, http.StatusBadRequest, "nobody has this name")
		return
	}
	earlier := r.PostFormValue("earlier") != ""
	if earlier && request.anew() {
		p.refuse(w, r, http.StatusBadRequest, "the application asks for a proof of now: none of earlier will do")
		return
	}
	if !request.demands.satisfiedBy(person) {
		p.deny(w, r, request, errUnsatisfied())
		return
	}
	cookie, s, over := p.memory.signIn(cookieOf(r), person, earlier)
	p.notifier.tell(over)
	p.memory.complete(request.id, s)
	p.setCookie(w, cookie)
	http.Redirect(w, r, callbackURL(request.id), http.StatusSeeOther)
}

// deny goes back to the client with an error. The request is over: a later try begins at the client.
func (p *Provider) deny(w http.ResponseWriter, r *http.Request, request authRequest, why error) {
	_ = p.memory.DeleteAuthRequest(r.Context(), request.id)
	op.AuthRequestError(w, r, &request, why, p.op)
}

func callbackURL(requestID string) string {
	return pathCallback + "?" + url.Values{"id": {requestID}}.Encode()
}
