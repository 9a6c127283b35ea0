package devidp

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// byScope tells what each scope gives. ProConnect names scopes after claims, one each.
var byScope = map[string]func(Person) any{
	"given_name":          func(p Person) any { return p.GivenName },
	"usual_name":          func(p Person) any { return p.UsualName },
	"email":               func(p Person) any { return p.Email },
	"uid":                 func(p Person) any { return p.UID },
	"siret":               func(p Person) any { return p.Siret },
	"idp_id":              func(p Person) any { return p.IdPID },
	"organizational_unit": func(p Person) any { return p.OrganizationalUnit },
	"organization_label":  func(p Person) any { return p.OrganizationLabel },
	"roles":               func(p Person) any { return p.Roles },
}

// always comes with every answer, whatever the scopes (proconnect-espace-partenaires: ressources/donnees_fournies.md).
var always = []string{"idp_id", "organization_label"}

// userinfoClaims is what a client with these scopes may know.
func userinfoClaims(p Person, scopes []string) map[string]any {
	claims := map[string]any{"sub": p.Subject}
	for _, scope := range slices.Concat(always, scopes) {
		if claim, ok := byScope[scope]; ok {
			claims[scope] = claim(p)
		}
	}
	return claims
}

func supportedScopes() []string {
	return append([]string{oidc.ScopeOpenID, oidc.ScopeOfflineAccess}, slices.Sorted(maps.Keys(byScope))...)
}

func supportedClaims() []string {
	protocol := []string{"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "sid", "acr", "amr", "at_hash", "azp"}
	return append(protocol, slices.Sorted(maps.Keys(byScope))...)
}

// demands is what the claims parameter asks of the ID token (OpenID Connect Core 5.5). The zero value asks nothing.
type demands struct {
	acr []string // essential: one of these or no sign-in; empty: any
	amr bool     // ProConnect tells the methods only to those who ask
}

// parseDemands reads the claims parameter; empty asks nothing. Members other than acr and amr are for other providers.
func parseDemands(parameter string) (demands, error) {
	if parameter == "" {
		return demands{}, nil
	}
	var claims struct {
		IDToken map[string]json.RawMessage `json:"id_token"`
	}
	if err := json.Unmarshal([]byte(parameter), &claims); err != nil {
		return demands{}, errors.New("claims is not a JSON object with a member id_token")
	}
	var acr struct {
		Essential bool     `json:"essential"`
		Value     string   `json:"value"`
		Values    []string `json:"values"`
	}
	if raw, asked := claims.IDToken["acr"]; asked {
		if err := json.Unmarshal(raw, &acr); err != nil {
			return demands{}, errors.New("claims: id_token.acr is neither null nor {essential, value, values}")
		}
	}
	var d demands
	_, d.amr = claims.IDToken["amr"]
	if acr.Essential {
		d.acr = acr.Values
		if acr.Value != "" {
			d.acr = append(d.acr, acr.Value)
		}
	}
	return d, nil
}

// satisfiedBy tells whether the person can be as sure as asked.
func (d demands) satisfiedBy(p Person) bool {
	return len(d.acr) == 0 || slices.Contains(d.acr, p.ACR)
}
