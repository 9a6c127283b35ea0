package directory

import (
	"context"
	"fmt"

	"parvis/fault"
)

// SignedIn turns the claims of a proven sign-in into a person. A deactivated person is fault.Forbidden.
func (d *Directory) SignedIn(ctx context.Context, c Claims) (Person, error) {
	if c.Issuer == "" || c.Subject == "" {
		return Person{}, fault.New(fault.CodeInvalid, "the provider named no issuer or no subject").At("claims.sub", "missing")
	}
	now := d.now()
	c.Unknown = d.unknown
	org, err := d.store.PlaceOrganization(ctx, c, now)
	if err != nil {
		return Person{}, fmt.Errorf("place organization: %w", err)
	}
	p, err := d.store.UpsertPerson(ctx, c, org.ID, now)
	if err != nil {
		return Person{}, fmt.Errorf("find person: %w", err)
	}
	if p.DeactivatedAt != nil {
		return Person{}, fault.New(fault.CodeForbidden, "this account is deactivated")
	}
	return p, nil
}
