package main

import (
	"context"
	"time"

	"parvis/policy"
)

// signInLimits is for how long people of an organization are signed in, where policies say so: without activity, and at all. A
// database that does not answer says nothing, and then the settings of the installation count, as they do without a policy.
func (p *platform) signInLimits(ctx context.Context, orgID string) (idle, most time.Duration) {
	e, err := p.store.Effective(ctx, orgID, "")
	if err != nil {
		return 0, 0
	}
	return time.Duration(e.Of(policy.SignInIdle).Value.Number) * time.Minute, time.Duration(e.Of(policy.SignInHours).Value.Number) * time.Hour
}

// webhookHosts is where messages about an organization may go.
func (p *platform) webhookHosts(ctx context.Context, orgID string) (policy.Value, error) {
	e, err := p.store.Effective(ctx, orgID, "")
	return e.Of(policy.WebhookHosts).Value, err
}
