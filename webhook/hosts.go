package webhook

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"parvis/fault"
	"parvis/policy"
)

// Hosts answers to which hosts messages about an organization may go. Nil: to every one.
type Hosts func(ctx context.Context, orgID string) (policy.Value, error)

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
	if err == nil && allowed.Allows(u.Hostname()) {
		return nil
	}
	words := "no host"
	if len(allowed.List) > 0 {
		words = fmt.Sprintf("only %s", slices.Sorted(slices.Values(allowed.List)))
	}
	return fault.New(fault.CodePolicyLocked, "a policy says to which hosts messages go").At("body.url", "webhookHosts allows "+words)
}
