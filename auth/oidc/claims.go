package oidc

import (
	"encoding/json"
	"fmt"
	"strings"

	"parvis/auth"
	"parvis/auth/internal/plain"
	"parvis/directory"
)

const (
	maxClaim = 200
	maxEmail = 254
	maxRoles = 50
)

// claims is what a provider says of a person, cleaned. All but Subject may be empty: a claim comes only when its scope
// was granted and the person's own provider knows it. Provider is our own name of who says so.
type claims struct {
	Provider                                                                                              string
	Subject, GivenName, FamilyName, Email, Siret, IdPID, UID, OrganizationLabel, OrganizationUnit, Locale string
	Roles                                                                                                 []string
	emailUnverified                                                                                       bool
}

// parseClaims reads ProConnect's names (usual_name is the family name) and the standard ones behind them. A claim of
// another type than expected counts as absent: no claim but sub may keep somebody out.
func parseClaims(payload []byte) (claims, error) {
	var said struct {
		GivenName  text `json:"given_name"`
		UsualName  text `json:"usual_name"`
		FamilyName text `json:"family_name"`
		Name       text `json:"name"`
		Email      text `json:"email"`
		Verified   any  `json:"email_verified"`
		Siret      text `json:"siret"`
		IdPID      text `json:"idp_id"`
		UID        text `json:"uid"`
		Label      text `json:"organization_label"`
		Unit       text `json:"organizational_unit"`
		Locale     text `json:"locale"`
		Roles      list `json:"roles"`
	}
	if err := json.Unmarshal(payload, &said); err != nil {
		return claims{}, fmt.Errorf("claims: %w", err)
	}
	c := claims{
		GivenName: said.GivenName.line(maxClaim), FamilyName: said.UsualName.line(maxClaim),
		Email: said.Email.line(maxEmail), Siret: strings.ReplaceAll(said.Siret.line(30), " ", ""), IdPID: said.IdPID.line(maxClaim), UID: said.UID.whole(maxClaim),
		OrganizationLabel: said.Label.line(maxClaim), OrganizationUnit: said.Unit.line(maxClaim), Locale: said.Locale.line(35),
	}
	c.emailUnverified = said.Verified != nil && said.Verified != true && said.Verified != "true" // some write it as text; left out says nothing
	if c.FamilyName == "" {
		c.FamilyName = said.FamilyName.line(maxClaim)
	}
	if c.GivenName == "" && c.FamilyName == "" {
		c.GivenName = said.Name.line(maxClaim)
	}
	if !siretDigits.MatchString(c.Siret) {
		c.Siret = ""
	}
	if !claimWord.MatchString(c.IdPID) {
		c.IdPID = ""
	}
	if !strings.Contains(c.Email, "@") {
		c.Email = ""
	}
	for _, role := range said.Roles[:min(len(said.Roles), maxRoles)] {
		if claimWord.MatchString(role) {
			c.Roles = append(c.Roles, role)
		}
	}
	return c, nil
}

// directory is the claims as the directory takes them.
func (c claims) directory(p *provider, a auth.Assurance) directory.Claims {
	return directory.Claims{
		Provider: p.Name, Issuer: p.Issuer, Subject: c.Subject,
		GivenName: c.GivenName, FamilyName: c.FamilyName, Email: c.Email, Siret: c.Siret, IdPID: c.IdPID, UID: c.UID,
		OrganizationLabel: c.OrganizationLabel, OrganizationUnit: c.OrganizationUnit, Locale: c.Locale,
		Roles: c.Roles, Assurance: a, Vouched: p.vouched(c),
	}
}

// text is a claim that should be a string; anything else reads as empty.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		s = ""
	}
	*t = text(s)
	return nil
}

// whole is a key: one that would have to be cut or cleaned names somebody else, and counts as absent.
func (t text) whole(max int) string {
	if line := plain.Line(string(t), max); line == string(t) {
		return line
	}
	return ""
}

func (t text) line(max int) string { return plain.Line(string(t), max) }

// list is a claim that is a list of strings, or one string (RFC 7519 §4.1.3); anything else reads as empty.
type list []string

// UnmarshalJSON implements json.Unmarshaler.
func (l *list) UnmarshalJSON(raw []byte) error {
	var many []string
	if json.Unmarshal(raw, &many) == nil {
		*l = many
		return nil
	}
	var one string
	*l = nil
	if json.Unmarshal(raw, &one) == nil && one != "" {
		*l = list{one}
	}
	return nil
}
