package service

import (
	"context"
	"fmt"
	"slices"

	"parvis/auth"
	"parvis/fault"
)

// authority is what somebody may do to accounts: an administrator everything; a service account only within its
// organization, and give no more than it holds.
type authority struct {
	who     auth.Identity
	actsFor []string
	all     bool
}

func (a *Accounts) authority(ctx context.Context, who auth.Identity) (authority, error) {
	if who.Kind == auth.System {
		return authority{who: who, all: true}, nil
	}
	if err := auth.Allowed(who, auth.ServiceAccountManage, auth.Resource{OrgID: who.OrgID}); err != nil {
		return authority{}, err
	}
	own, err := a.store.Account(ctx, who.ID)
	if err != nil {
		return authority{}, fmt.Errorf("find own service account: %w", err)
	}
	return authority{who: who, actsFor: own.ActsFor}, nil
}

func noAccount() error {
	return fault.New(fault.CodeAccountNotFound, "there is no such service account in the organization of this token")
}

// sees is not found for an account of another organization.
func (by authority) sees(account Account) error {
	if by.all || account.OrgID == by.who.OrgID {
		return nil
	}
	return noAccount()
}

// mayGive refuses to give what the giver does not hold. It is asked of the whole account, before a change and after it: who
// adds a secret to an account can act as that account.
func (by authority) mayGive(account Account) error {
	if err := by.sees(account); err != nil || by.all {
		return err
	}
	for _, s := range account.Scopes {
		if !by.who.HasScope(s) {
			return fault.Newf(fault.CodeScopeMissing, "to give the scope %s, or manage who has it, the token needs it", s)
		}
	}
	for _, org := range account.ActsFor {
		if !slices.Contains(by.actsFor, org) {
			return fault.New(fault.CodeForbidden, "the account acts for people for whom yours may not: an administrator manages it")
		}
	}
	return nil
}
