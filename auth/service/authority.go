package service

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"parvis/auth"
	"parvis/fault"
)

// authority is what somebody may do to the accounts of an organization: who types a command everything; a person what their
// administrative roles let them; a service account what its scope does within its own organization, and give no more than it
// holds. actsFor is for whose people the caller may let software act: reaching finds it out.
type authority struct {
	who     auth.Identity
	on      auth.Resource
	actsFor []string
}

func (by authority) all() bool { return by.who.Kind == auth.System }

// authority asks for a right on the accounts of an organization. Whether it exists is not told to who has no right there.
func (a *Accounts) authority(ctx context.Context, who auth.Identity, right auth.Right, orgID string) (authority, error) {
	by := authority{who: who, on: auth.Resource{OrgID: orgID}}
	if by.all() {
		return by, nil
	}
	above, err := a.above(ctx, who, orgID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return authority{}, fmt.Errorf("find the organizations above: %w", err)
	}
	by.on.Above = above
	if refusal := auth.Allowed(who, right, by.on); refusal != nil {
		return authority{}, refusal
	}
	return by, err
}

// above is what may decide for those who hold a role; for nobody else anything is looked up.
func (a *Accounts) above(ctx context.Context, who auth.Identity, orgID string) ([]string, error) {
	if orgID == "" || len(who.Appointments) == 0 {
		return nil, nil
	}
	return a.store.Above(ctx, orgID)
}

// find is an account on which somebody holds a right, as it is now. One of another organization is answered as one that does not
// exist.
func (a *Accounts) find(ctx context.Context, who auth.Identity, right auth.Right, id string) (Account, authority, error) {
	by := authority{who: who, on: auth.Resource{OrgID: id}} // what does not exist is of an organization that nobody is of
	if who.Kind == auth.Service {
		by.on.OrgID = who.OrgID
	}
	var refusal error
	if !by.all() {
		refusal = auth.Allowed(who, right, by.on)
	}
	if refusal != nil && len(who.Appointments) == 0 {
		return Account{}, authority{}, refusal
	}
	account, err := a.store.AccountNow(ctx, id)
	switch {
	case fault.HasCode(err, fault.CodeAccountNotFound) && refusal != nil:
		return Account{}, authority{}, refusal
	case fault.HasCode(err, fault.CodeAccountNotFound):
		return Account{}, authority{}, noAccount()
	case err != nil:
		return Account{}, authority{}, fmt.Errorf("service account: %w", err)
	}
	if who.Kind != auth.Service {
		by, err = a.authority(ctx, who, right, account.OrgID)
	} else {
		err = by.sees(account)
	}
	return account, by, err
}

func noAccount() error {
	return fault.New(fault.CodeAccountNotFound, "there is no such service account in the organization of this token")
}

// sees is not found for an account of another organization.
func (by authority) sees(account Account) error {
	if by.all() || account.OrgID == by.on.OrgID {
		return nil
	}
	return noAccount()
}

// reaching finds out which of some organizations the caller may let software act for: software those for which its own account
// does, a person those of which they administer the software.
func (a *Accounts) reaching(ctx context.Context, by authority, orgIDs ...string) (authority, error) {
	switch {
	case by.all():
		return by, nil
	case by.who.Kind == auth.Service:
		own, err := a.store.Account(ctx, by.who.ID)
		if err != nil {
			return authority{}, fmt.Errorf("find own service account: %w", err)
		}
		by.actsFor = own.ActsFor
		return by, nil
	}
	proved := by.who
	proved.Elevated = true // which mayGive asks for
	for _, id := range orgIDs {
		above, err := a.above(ctx, by.who, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return authority{}, fmt.Errorf("find the organizations above: %w", err)
		}
		if err == nil && auth.Allowed(proved, auth.ServiceAccountGive, auth.Resource{OrgID: id, Above: above}) == nil {
			by.actsFor = append(by.actsFor, id)
		}
	}
	return by, nil
}

// mayGive refuses to give what the giver does not hold. It is asked of the whole account: who adds a secret to an account can act
// as that account.
func (by authority) mayGive(account Account) error {
	if by.all() {
		return nil
	}
	if err := auth.Allowed(by.who, auth.ServiceAccountGive, by.on); err != nil {
		return err
	}
	for _, s := range account.Scopes {
		if err := by.mayGiveScope(s); err != nil {
			return err
		}
	}
	for _, org := range account.ActsFor {
		if !slices.Contains(by.actsFor, org) {
			return fault.New(fault.CodeForbidden, "the account acts for people for whom yours may not: an administrator manages it")
		}
	}
	return nil
}

func (by authority) mayGiveScope(s auth.Scope) error {
	if by.who.Kind != auth.Service {
		return auth.MayGiveScope(by.who, s, by.on)
	}
	if !by.who.HasScope(s) {
		return fault.Newf(fault.CodeScopeMissing, "to give the scope %s, or manage who has it, the token needs it", s)
	}
	return nil
}

// mayChange judges a change that was made to an account. Software has to hold all that the account has, before and after. A
// person may take away whatever it is: that gives nothing.
func (by authority) mayChange(before, after Account) error {
	if by.who.Kind == auth.Service {
		if err := by.mayGive(before); err != nil {
			return err
		}
		return by.mayGive(after)
	}
	if !wider(before, after) {
		return nil
	}
	return by.mayGive(after)
}

// wider tells whether an account may do more than before, from more places, or for longer.
func wider(before, after Account) bool {
	return more(before.Scopes, after.Scopes) || more(before.ActsFor, after.ActsFor) || fromElsewhere(before.Networks, after.Networks) ||
		longer(before.ExpiresAt, after.ExpiresAt)
}

func more[T comparable](before, after []T) bool {
	return slices.ContainsFunc(after, func(v T) bool { return !slices.Contains(before, v) })
}

func fromElsewhere(before, after []netip.Prefix) bool {
	if len(before) == 0 || len(after) == 0 {
		return len(before) > 0
	}
	return slices.ContainsFunc(after, func(p netip.Prefix) bool {
		return !slices.ContainsFunc(before, func(b netip.Prefix) bool { return b.Bits() <= p.Bits() && b.Contains(p.Addr()) })
	})
}

func longer(before, after *time.Time) bool {
	return before != nil && (after == nil || after.After(*before))
}
