package devidp

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// discovery corrects the library's document: it announces what the library could do, we what this provider does.
func (p *Provider) discovery(w http.ResponseWriter, r *http.Request) {
	document := op.CreateDiscoveryConfig(op.ContextWithIssuer(r.Context(), p.issuer), p.op, p.memory)
	document.ResponseTypesSupported = []string{string(oidc.ResponseTypeCode)}
	document.ResponseModesSupported = []string{string(oidc.ResponseModeQuery)}
	document.GrantTypesSupported = []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
	document.ACRValuesSupported = p.acrValues()
	document.ClaimsParameterSupported = true
	document.UserinfoSigningAlgValuesSupported = []string{RS256, ES256, Unsigned}

	clientSecret := []oidc.AuthMethod{oidc.AuthMethodPost, oidc.AuthMethodBasic}
	document.TokenEndpointAuthMethodsSupported = clientSecret
	document.RevocationEndpointAuthMethodsSupported = clientSecret
	document.TokenEndpointAuthSigningAlgValuesSupported = nil
	document.RevocationEndpointAuthSigningAlgValuesSupported = nil

	document.DeviceAuthorizationEndpoint = ""
	document.IntrospectionEndpoint = ""
	document.IntrospectionEndpointAuthMethodsSupported = nil
	document.IntrospectionEndpointAuthSigningAlgValuesSupported = nil
	document.RequestObjectSigningAlgValuesSupported = nil

	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(document); err != nil {
		p.log.WarnContext(r.Context(), "discovery not written", "error", err)
	}
}

func (p *Provider) acrValues() []string {
	var values []string
	for _, person := range p.memory.people {
		values = append(values, person.ACR)
	}
	slices.Sort(values)
	return slices.Compact(values)
}
