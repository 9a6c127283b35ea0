package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	gooidc "github.com/coreos/go-oidc/v3/oidc"

	"parvis/auth"
	"parvis/auth/internal/plain"
	"parvis/fault"
)

// idToken is what a verified ID token says. Authentication (acr, sid) is believed from here alone.
type idToken struct {
	subject, acr, sid string
	authTime          int64 // seconds; 0 when it is not said
	payload           []byte
}

// verifier is go-oidc's with the algorithm pinned and the clock set back.
func (p *provider) verifier(keys gooidc.KeySet) *gooidc.IDTokenVerifier {
	return gooidc.NewVerifier(p.Issuer, keys, &gooidc.Config{
		ClientID: p.ClientID, SupportedSigningAlgs: []string{p.Alg}, Now: p.lateNow,
	})
}

// verifyIDToken checks what OpenID Connect Core §3.1.3.7 asks and go-oidc leaves out: nonce, azp, a single audience,
// at_hash, the token's type and its size.
func (p *provider) verifyIDToken(ctx context.Context, d *discovered, raw, nonce, accessToken string) (idToken, error) {
	typ, err := typOf(raw, p.Alg, maxToken)
	if err != nil {
		return idToken{}, notBelieved(fmt.Errorf("ID token: %w", err))
	}
	if typ != "" && !strings.EqualFold(typ, "JWT") {
		return idToken{}, notBelieved(errors.New("ID token: it is of another type"))
	}
	use := keyUse{keys: d.keys}
	token, err := p.verifier(&use).Verify(ctx, raw)
	if err != nil {
		return idToken{}, p.unverified(&use, fmt.Errorf("ID token: %w", err))
	}
	var more struct {
		AZP text `json:"azp"`
		ACR text `json:"acr"`
		SID text `json:"sid"`

		AuthTime json.RawMessage `json:"auth_time"`
	}
	var payload json.RawMessage
	if err := errors.Join(token.Claims(&more), token.Claims(&payload)); err != nil {
		return idToken{}, notBelieved(fmt.Errorf("ID token: %w", err))
	}
	if err := p.checkIDToken(token, string(more.AZP), nonce, accessToken); err != nil {
		return idToken{}, notBelieved(fmt.Errorf("ID token: %w", err))
	}
	authTime, err := strconv.ParseInt(string(more.AuthTime), 10, 64)
	if err != nil {
		authTime = 0 // it is not said, or not as a moment
	}
	return idToken{token.Subject, string(more.ACR), string(more.SID), authTime, payload}, nil
}

func (p *provider) checkIDToken(token *gooidc.IDToken, azp, nonce, accessToken string) error {
	switch {
	case nonce == "" || !equal([]byte(token.Nonce), []byte(nonce)):
		return errors.New("the nonce is not the one of this attempt")
	case len(token.Audience) != 1:
		return errors.New("it has several audiences")
	case azp != "" && azp != p.ClientID:
		return errors.New("azp is another client")
	case token.Subject == "" || len(token.Subject) > 255 || plain.Line(token.Subject, 255) != token.Subject:
		return errors.New("sub is missing or malformed") // OpenID Connect Core §2: at most 255 ASCII characters
	case token.AccessTokenHash != "":
		return token.VerifyAccessToken(accessToken)
	}
	return nil
}

// unverified tells a provider that is down from a token that lies.
func (p *provider) unverified(use *keyUse, err error) error {
	if use.unreachable {
		return p.unavailable(err, keysAfterFault)
	}
	return notBelieved(err)
}

// assurance reads the level of authentication. A provider that says none is taken at a single factor (ASVS 6.8.4).
func (p *provider) assurance(acr string) (auth.Assurance, error) {
	if len(p.ACRRequired) > 0 && !slices.Contains(p.ACRRequired, acr) {
		x := refuse("assurance", http.StatusForbidden, fault.CodeAssuranceTooLow, "the provider vouches for less than this platform asks")
		x.facts = []fact{{"fact.acr", plain.Line(acr, 100)}}
		return auth.AssuranceUnknown, x
	}
	if acr != "" && slices.Contains(p.ACRMFA, acr) {
		return auth.AssuranceAgentMFA, nil
	}
	return auth.AssuranceAgent, nil
}
