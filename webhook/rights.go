package webhook

import (
	"context"
	"fmt"

	"parvis/auth"
	"parvis/fault"
)

// may asks for a right on the endpoints of an organization, and answers what it was asked of. Whether the organization exists is
// not told to who has no right there.
func (s *Service) may(ctx context.Context, who auth.Identity, right auth.Right, orgID string) (auth.Resource, error) {
	on := auth.Resource{OrgID: orgID}
	if who.Kind == auth.System {
		return on, nil
	}
	var missing error
	if orgID != "" && len(who.Appointments) > 0 {
		var err error
		if on.Above, err = s.Directory.Above(ctx, orgID); fault.Is(err, fault.NotFound) {
			missing = err
		} else if err != nil {
			return on, fmt.Errorf("find the organizations above: %w", err)
		}
	}
	if refusal := auth.Allowed(who, right, on); refusal != nil {
		return on, refusal
	}
	return on, missing
}

// find is an endpoint on which somebody holds a right, and what that was asked of. One of another organization is answered as one
// that does not exist.
func (s *Service) find(ctx context.Context, who auth.Identity, right auth.Right, id string) (Webhook, auth.Resource, error) {
	on := auth.Resource{OrgID: id} // what does not exist is of an organization that nobody is of
	if who.Kind == auth.Service {
		on.OrgID = who.OrgID
	}
	var refusal error
	if who.Kind != auth.System {
		refusal = auth.Allowed(who, right, on)
	}
	if refusal != nil && len(who.Appointments) == 0 {
		return Webhook{}, on, refusal
	}
	w, err := s.Store.Webhook(ctx, id)
	switch {
	case fault.HasCode(err, fault.CodeWebhookNotFound) && refusal != nil:
		return Webhook{}, on, refusal
	case fault.HasCode(err, fault.CodeWebhookNotFound), err == nil && who.Kind == auth.Service && w.OrgID != who.OrgID:
		return Webhook{}, on, noWebhook()
	case err != nil:
		return Webhook{}, on, fmt.Errorf("find webhook: %w", err)
	case who.Kind == auth.Service:
		return w, on, nil
	}
	on, err = s.may(ctx, who, right, w.OrgID)
	return w, on, err
}

// owner is the organization of the service account to which an endpoint is to belong. Software names itself, or nobody; a person an
// account that they see, and that may still act.
func (s *Service) owner(ctx context.Context, who auth.Identity, accountID string) (orgID string, err error) {
	if who.Kind == auth.Service {
		if accountID != who.ID {
			return "", fault.New(fault.CodeForbidden, "software makes webhooks for itself: leave the account out")
		}
		return who.OrgID, nil
	}
	if accountID == "" {
		return "", fault.New(fault.CodeInvalid, "a webhook belongs to a service account").At("body.account", "name one by its client_id")
	}
	orgID, acts, err := s.Directory.Owner(ctx, accountID, s.Now().UTC())
	if fault.Is(err, fault.NotFound) {
		return "", noOwner()
	}
	if err != nil {
		return "", fmt.Errorf("find the account of a webhook: %w", err)
	}
	if _, err := s.may(ctx, who, auth.WebhookRead, orgID); err != nil {
		return "", noOwner()
	}
	if !acts {
		return "", fault.New(fault.CodeInvalid, "this service account acts no more").At("body.account", "name one that is neither revoked nor expired")
	}
	return orgID, nil
}

func noOwner() error {
	return fault.New(fault.CodeInvalid, "there is no such service account, or it is not yours to see").At("body.account", "name one of yours by its client_id")
}
