package service

import (
	"context"
	"fmt"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// NewAccount is what somebody asks for. Org is an id, a siret or an exact name; a service account leaves it out. ActsFor
// names organizations likewise.
type NewAccount struct {
	Org       string
	Name      string
	Scopes    []auth.Scope
	Networks  []string
	ActsFor   []string
	ExpiresAt *time.Time
}

// Change is what is to become of an account; nil leaves a field. A zero ExpiresAt takes the end away.
type Change struct {
	Name      *string
	Scopes    *[]auth.Scope
	Networks  *[]string
	ActsFor   *[]string
	ExpiresAt *time.Time
}

// AnyVersion is the version of a change whose author has seen none: an administrator's, by a command.
const AnyVersion = 0

// Create makes an account without credentials. Errors: fault.Invalid; fault.NotFound for an organization; fault.Forbidden
// for what the giver does not hold.
func (a *Accounts) Create(ctx context.Context, who auth.Identity, in NewAccount) (Account, error) {
	by, err := a.authority(ctx, who)
	if err != nil {
		return Account{}, err
	}
	account := Account{ID: newID(), OrgID: who.OrgID, OrgName: who.OrgName, Version: 1, CreatedAt: a.now()}
	if by.all {
		if account.OrgID, account.OrgName, err = a.store.OrgByKey(ctx, in.Org); err != nil {
			return Account{}, fmt.Errorf("find organization: %w", err)
		}
	}
	c := newCheck()
	account.Name, account.Scopes = c.name(in.Name), c.scopes(in.Scopes)
	account.Networks, account.ExpiresAt = c.networks(in.Networks), c.expiry(in.ExpiresAt, account.CreatedAt)
	if account.ActsFor, err = a.organizations(ctx, c, in.ActsFor); err != nil {
		return Account{}, err
	}
	if err := c.err(); err != nil {
		return Account{}, err
	}
	if err := by.mayGive(account); err != nil {
		return Account{}, err
	}
	made := a.happened(who, event.ServiceAccountCreated, account, map[string]any{"scopes": account.Scopes, "actsFor": account.ActsFor})
	if err := a.store.CreateAccount(ctx, account, made); err != nil {
		return Account{}, fmt.Errorf("create service account: %w", err)
	}
	return account, nil
}

// organizations reads for whose people an account is to act. People whom no rule places have nothing in common: nobody is
// given them.
func (a *Accounts) organizations(ctx context.Context, c check, keys []string) ([]string, error) {
	if len(keys) > maxActsFor {
		c.wrong.At("body.actsFor", fmt.Sprintf("name at most %d", maxActsFor))
		return nil, nil
	}
	var ids []string
	for _, key := range keys {
		id, _, err := a.store.OrgByKey(ctx, key)
		switch {
		case fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict):
			c.wrong.At("body.actsFor", "names an organization that is not there, or several: give an id or a siret")
		case err != nil:
			return nil, fmt.Errorf("find organization: %w", err)
		case id == auth.DefaultOrgID:
			c.wrong.At("body.actsFor", "nobody acts for the people of no organization")
		default:
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// List answers the accounts of an organization, revoked and expired ones too, newest first. A service account leaves org
// out.
func (a *Accounts) List(ctx context.Context, who auth.Identity, org string, q Query) (Page, error) {
	by, err := a.authority(ctx, who)
	if err != nil {
		return Page{}, err
	}
	if q.OrgID = who.OrgID; by.all {
		if q.OrgID, _, err = a.store.OrgByKey(ctx, org); err != nil {
			return Page{}, fmt.Errorf("find organization: %w", err)
		}
	}
	page, err := a.store.Accounts(ctx, q)
	if err != nil {
		return Page{}, fmt.Errorf("list service accounts: %w", err)
	}
	return page, nil
}

// Get answers one account, as it is now.
func (a *Accounts) Get(ctx context.Context, who auth.Identity, id string) (Account, error) {
	by, err := a.authority(ctx, who)
	if err != nil {
		return Account{}, err
	}
	account, err := a.store.AccountNow(ctx, id)
	if err != nil {
		return Account{}, notThere(err)
	}
	return account, by.sees(account)
}

func notThere(err error) error {
	if fault.HasCode(err, fault.CodeAccountNotFound) {
		return noAccount()
	}
	return fmt.Errorf("service account: %w", err)
}

// Change changes an account of the version that its author has seen.
func (a *Accounts) Change(ctx context.Context, who auth.Identity, id string, version int64, in Change) (Account, error) {
	set, err := a.read(ctx, in)
	if err != nil {
		return Account{}, err
	}
	return a.update(ctx, who, id, "changed", func(account *Account, by authority) (bool, error) {
		if version != AnyVersion && account.Version != version {
			return false, fault.New(fault.CodePreconditionFailed, "the account has changed since you read it")
		}
		set(account)
		return true, by.mayGive(*account)
	})
}

// read checks a change before any account is looked at.
func (a *Accounts) read(ctx context.Context, in Change) (set func(*Account), err error) {
	c, next := newCheck(), Account{}
	if in.Name != nil {
		next.Name = c.name(*in.Name)
	}
	if in.Scopes != nil {
		next.Scopes = c.scopes(*in.Scopes)
	}
	if in.Networks != nil {
		next.Networks = c.networks(*in.Networks)
	}
	if in.ActsFor != nil {
		if next.ActsFor, err = a.organizations(ctx, c, *in.ActsFor); err != nil {
			return nil, err
		}
	}
	if in.ExpiresAt != nil && !in.ExpiresAt.IsZero() {
		next.ExpiresAt = c.expiry(in.ExpiresAt, a.now())
	}
	return func(account *Account) { in.put(account, next) }, c.err()
}

func (in Change) put(into *Account, next Account) {
	if in.Name != nil {
		into.Name = next.Name
	}
	if in.Scopes != nil {
		into.Scopes = next.Scopes
	}
	if in.Networks != nil {
		into.Networks = next.Networks
	}
	if in.ActsFor != nil {
		into.ActsFor = next.ActsFor
	}
	if in.ExpiresAt != nil {
		into.ExpiresAt = next.ExpiresAt
	}
}

// Revoke ends an account at once, with its tokens and the calls it is in. To revoke again changes nothing. Whoever may
// manage accounts may revoke one that holds more: taking away gives nothing.
func (a *Accounts) Revoke(ctx context.Context, who auth.Identity, id string) (Account, error) {
	return a.write(ctx, who, id, authority.sees, func(account *Account, _ authority) ([]event.Event, error) {
		if account.RevokedAt != nil {
			return nil, nil
		}
		now := a.now()
		account.RevokedAt = &now
		return a.happened(who, event.ServiceAccountRevoked, *account, nil), nil
	})
}

// update changes an account that its author may manage whole, and says in what. A change that answers false changes nothing.
func (a *Accounts) update(ctx context.Context, who auth.Identity, id, what string, change func(*Account, authority) (bool, error)) (Account, error) {
	return a.write(ctx, who, id, authority.mayGive, func(account *Account, by authority) ([]event.Event, error) {
		if account.RevokedAt != nil {
			return nil, fault.New(fault.CodeConflict, "this account is revoked: make another")
		}
		if changed, err := change(account, by); err != nil || !changed {
			return nil, err
		}
		return a.happened(who, event.ServiceAccountChanged, *account, map[string]any{"act": what}), nil
	})
}

// write changes an account, if its author may.
func (a *Accounts) write(ctx context.Context, who auth.Identity, id string, may func(authority, Account) error,
	change func(*Account, authority) ([]event.Event, error)) (Account, error) {
	by, err := a.authority(ctx, who)
	if err != nil {
		return Account{}, err
	}
	account, err := a.store.UpdateAccount(ctx, id, func(account *Account) ([]event.Event, error) {
		if err := may(by, *account); err != nil {
			return nil, err
		}
		return change(account, by)
	})
	if err != nil {
		return Account{}, notThere(err)
	}
	return account, nil
}
