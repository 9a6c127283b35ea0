package devidp

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// userinfo answers what the token's scopes allow, as the client is registered: a signed JWT (OpenID Connect Core 5.3.2),
// which the library does not offer, or plain JSON.
func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	token, err := op.ParseUserinfoRequest(r, p.op.Decoder())
	if err != nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "an access token is needed", http.StatusUnauthorized)
		return
	}
	g, ok := p.grantOfToken(token)
	if !ok {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		http.Error(w, "the access token is unknown, revoked or expired", http.StatusUnauthorized)
		return
	}
	claims := userinfoClaims(g.person, g.scopes)
	if alg := p.memory.clients[g.clientID].UserinfoAlg; alg != Unsigned {
		p.answerSigned(w, r, alg, g, claims)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(claims); err != nil {
		p.log.WarnContext(r.Context(), "userinfo not written", "error", err)
	}
}

func (p *Provider) answerSigned(w http.ResponseWriter, r *http.Request, alg string, g grant, claims map[string]any) {
	now := p.now()
	claims["iss"], claims["aud"] = p.issuer, g.clientID
	claims["iat"], claims["exp"] = now.Unix(), now.Add(accessTokenLifetime).Unix()
	signed, err := p.keys.sign(alg, "JWT", claims)
	if err != nil {
		p.log.ErrorContext(r.Context(), "userinfo not signed", "error", err)
		http.Error(w, "userinfo cannot be signed", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/jwt")
	if _, err := w.Write([]byte(signed)); err != nil {
		p.log.WarnContext(r.Context(), "userinfo not written", "error", err)
	}
}

// grantOfToken opens a token that the library sealed (op.CreateBearerToken: "id:subject").
func (p *Provider) grantOfToken(token string) (grant, bool) {
	opened, err := p.op.Crypto().Decrypt(token)
	if err != nil {
		return grant{}, false
	}
	id, _, _ := strings.Cut(opened, ":")
	return p.memory.accessGrant(id)
}
