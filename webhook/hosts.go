package webhook

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"parvis/fault"
	"parvis/policy"
)

// Hosts answers to which hosts messages about an organization may go. Nil: to every one.
type Hosts func(ctx context.Context, orgID string) (policy.Resolved, error)

// check is nil when policies let messages go to an endpoint; fault.CodePolicyLocked says what they allow.
func (h Hosts) check(ctx context.Context, w Webhook) error {
	if h == nil {
		return nil
	}
	allowed, err := h(ctx, w.OrgID)
	if err != nil {
		return fmt.Errorf("hosts of webhooks: %w", err)
	}
	u, err := url.Parse(w.URL)
	if err == nil && allowed.Value.Allows(u.Hostname()) {
		return nil
	}
	words := "no host"
	if hosts := allowed.Value.List; len(hosts) > 0 {
		words = "only " + strings.Join(slices.Sorted(slices.Values(hosts)), ", ")
	}
	return fault.Newf(fault.CodePolicyLocked, "a policy says to which hosts messages go: %s", allowed.Reason()).
		At("body.url", "webhookHosts allows "+words+": "+allowed.Reason())
}
