package main

import (
	"context"
	"time"

	"parvis/policy"
)

// signInLimits is for how long people of an organization are signed in, where policies say so: without activity, and at all. While
// the database does not answer, what it said last counts; where it never said anything, the settings of the installation do.
func (p *platform) signInLimits(ctx context.Context, orgID string) (idle, most time.Duration) {
	e, err := p.store.Effective(ctx, orgID, "")
	if err != nil {
		last, _ := p.limits.Load(orgID)
		said, _ := last.([2]time.Duration)
		return said[0], said[1]
	}
	idle, most = time.Duration(e.Of(policy.SignInIdle).Value.Number)*time.Minute, time.Duration(e.Of(policy.SignInHours).Value.Number)*time.Hour
	p.limits.Store(orgID, [2]time.Duration{idle, most})
	return idle, most
}

// webhookHosts is where messages about an organization may go.
func (p *platform) webhookHosts(ctx context.Context, orgID string) (policy.Resolved, error) {
	e, err := p.store.Effective(ctx, orgID, "")
	return e.Of(policy.WebhookHosts), err
}
