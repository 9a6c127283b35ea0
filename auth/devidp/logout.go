package devidp

import (
	"net/http"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// endSession is RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0). Like ProConnect it wants the hint, the
// state and the address to return to, all three. The hint may have expired: an ID token lives for a minute.
func (p *Provider) endSession(w http.ResponseWriter, r *http.Request) {
	asked, err := op.ParseEndSessionRequest(r, p.op.Decoder())
	if err != nil || asked.IdTokenHint == "" || asked.State == "" || asked.PostLogoutRedirectURI == "" {
		p.refuse(w, r, http.StatusBadRequest, "id_token_hint, state and post_logout_redirect_uri are needed")
		return
	}
	ctx := op.ContextWithIssuer(r.Context(), p.issuer)
	session, err := op.ValidateEndSessionRequest(ctx, asked, p.op)
	if err != nil {
		p.refuse(w, r, http.StatusBadRequest, "id_token_hint or post_logout_redirect_uri is not good for this client")
		return
	}
	cookie := cookieOf(r)
	p.notifier.tell(p.memory.signOutBySID(session.IDTokenHintClaims.SessionID, session.UserID, cookie))
	if _, running := p.memory.session(cookie); !running {
		p.setCookie(w, "")
	}
	http.Redirect(w, r, session.RedirectURI, http.StatusFound)
}

// signOut is the button of the account page: every application of the session is told.
func (p *Provider) signOut(w http.ResponseWriter, r *http.Request) {
	p.notifier.tell(p.memory.signOut(cookieOf(r)))
	p.setCookie(w, "")
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
