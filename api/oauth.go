package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"strings"

	"github.com/gin-gonic/gin"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/fault"
)

// TokenPath is where software asks for a token (RFC 6749 section 3.2). It is beside the API: another standard says how it
// is asked and how it refuses.
const TokenPath = "/oauth/token"

const metadataPath = "/.well-known/oauth-authorization-server" // RFC 8414 section 3

type tokenAnswer struct {
	AccessToken     string `json:"access_token"`
	TokenType       string `json:"token_type"`
	ExpiresIn       int    `json:"expires_in"`
	Scope           string `json:"scope"`
	IssuedTokenType string `json:"issued_token_type,omitempty"`
}

// token answers a token request. What OAuth has no word for (a limit, an outage) is a problem document, as everywhere.
func (s *server) token(c *gin.Context) {
	c.Writer.Header()["Cache-Control"] = neverStored
	c.Writer.Header()["Pragma"] = []string{"no-cache"} // RFC 6749 section 5.1 asks for both
	in, err := service.ReadRequest(c.Writer, c.Request)
	if err != nil {
		s.refuseToken(c, err)
		return
	}
	credential := in.Credential()
	if !s.mayLook(c, credential) {
		return
	}
	in.From, in.MayIssue = addressOf(c.Request), s.mayIssue
	ctx, cancel := context.WithTimeout(c.Request.Context(), Patience)
	defer cancel()
	issued, err := s.Services.Grant(ctx, in)
	s.heard(c.Request, credential, err)
	if err != nil {
		s.refuseToken(c, err)
		return
	}
	answer := tokenAnswer{
		AccessToken: issued.Token, TokenType: "Bearer", ExpiresIn: int(issued.Lives.Seconds()), Scope: strings.Join(scopeWords(issued.Scopes), " "),
	}
	if issued.Exchanged {
		answer.IssuedTokenType = service.TypeAccessToken
	}
	c.JSON(http.StatusOK, answer)
}

// heard counts credentials that stand for nobody, by network. Only those that were good are known again: some requests are
// refused before anybody looks at theirs.
func (s *server) heard(r *http.Request, credential string, err error) {
	var refusal *service.Refusal
	switch {
	case err == nil:
		s.strangers.met(credential)
	case errors.As(err, &refusal) && refusal.Code == service.InvalidClient:
		s.strangers.fail(network(r), credential)
	}
}

// mayIssue bounds the tokens of one account. It is asked of those alone who have proved who they are: else anybody could
// use up what is another's.
func (s *server) mayIssue(accountID string) error {
	p := s.limits.classes[ofTokens]
	if _, wait := s.limits.take(caller{kind: auth.Service, id: "tokens " + accountID}, p); wait > 0 {
		s.meter.limited.WithLabelValues(p.name).Inc()
		return fault.New(fault.CodeTooMany, "too many tokens: use each until it expires").After(wait)
	}
	return nil
}

// refuseToken answers as RFC 6749 section 5.2 says.
func (s *server) refuseToken(c *gin.Context, err error) {
	var refusal *service.Refusal
	if !errors.As(err, &refusal) {
		s.refuse(c, err)
		return
	}
	code, status := fault.CodeInvalid, http.StatusBadRequest
	if refusal.Code == service.InvalidClient {
		code, status = fault.CodeBadCredentials, http.StatusUnauthorized
		c.Writer.Header()["Www-Authenticate"] = []string{`Basic realm="parvis"`}
	}
	of(c.Request.Context()).failure = fault.New(code, refusal.Description).Because(err) // for the log
	c.AbortWithStatusJSON(status, map[string]string{"error": refusal.Code, "error_description": refusal.Description})
}

// addressOf is the address that a request comes from; none for a Unix socket.
func addressOf(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return peer.Addr().Unmap()
}

func scopeWords(scopes []auth.Scope) []string {
	words := make([]string, len(scopes))
	for i, s := range scopes {
		words[i] = string(s)
	}
	return words
}

// metadata is what a client needs to know of this authorization server (RFC 8414 section 2).
func (s *server) metadata() ([]byte, error) {
	issuer := s.base.String()
	return json.Marshal(struct {
		Issuer        string   `json:"issuer"`
		TokenEndpoint string   `json:"token_endpoint"`
		Methods       []string `json:"token_endpoint_auth_methods_supported"`
		Algorithms    []string `json:"token_endpoint_auth_signing_alg_values_supported"`
		Grants        []string `json:"grant_types_supported"`
		Responses     []string `json:"response_types_supported"`
		Scopes        []string `json:"scopes_supported"`
		Documentation string   `json:"service_documentation"`
	}{
		issuer, issuer + TokenPath, []string{"client_secret_basic", "client_secret_post", "private_key_jwt"}, service.Algorithms(),
		service.Grants(), []string{}, scopeWords(auth.Scopes()), issuer + "/docs",
	})
}
