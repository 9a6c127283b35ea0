package service

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// NewAccount is what somebody asks for. Org is an id; in a command a siret or an exact name does, and a service account may leave
// it out. ActsFor names organizations by id, siret or exact name. Contact is an address of mail, and may be empty.
type NewAccount struct {
	Org       string
	Name      string
	Contact   string
	Scopes    []auth.Scope
	Networks  []string
	ActsFor   []string
	ExpiresAt *time.Time
}

// Change is what is to become of an account; nil leaves a field. A zero ExpiresAt takes the end away.
type Change struct {
	Name      *string
	Contact   *string
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
	org := orgOf(who, in.Org)
	if org == "" && who.Kind == auth.Person {
		return Account{}, unnamed(who)
	}
	by, err := a.authority(ctx, who, auth.ServiceAccountGive, org)
	if err != nil {
		return Account{}, err
	}
	account := Account{ID: newID(), Version: 1, CreatedAt: a.now()}
	if account.OrgID, account.OrgName, err = a.store.OrgByKey(ctx, org); err != nil {
		return Account{}, fmt.Errorf("find organization: %w", err)
	}
	c := newCheck()
	account.Name, account.Contact, account.Scopes = c.name(in.Name), c.contact(in.Contact), c.scopes(in.Scopes)
	account.Networks, account.ExpiresAt = c.networks(in.Networks), c.expiry(in.ExpiresAt, account.CreatedAt)
	if account.ActsFor, by, err = a.organizations(ctx, by, c, in.ActsFor); err != nil {
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

// orgOf is the organization that somebody means: software its own when it names none.
func orgOf(who auth.Identity, org string) string {
	if who.Kind == auth.Service {
		return cmp.Or(org, who.OrgID)
	}
	return org
}

// unnamed is told who may make accounts somewhere, and does not say where.
func unnamed(who auth.Identity) error {
	if _, err := auth.ReachOf(who, auth.ServiceAccountGive); err != nil {
		return err
	}
	return fault.New(fault.CodeInvalid, "a service account is of one organization").At("body.organization", "name it by its id")
}

// organizations reads for whose people an account is to act, and how many of them the caller may give. People whom no rule places
// have nothing in common: nobody is given them. To a person one that they do not administer is as one that is not there.
func (a *Accounts) organizations(ctx context.Context, by authority, c check, keys []string) ([]string, authority, error) {
	if len(keys) > maxActsFor {
		c.wrong.At("body.actsFor", fmt.Sprintf("name at most %d", maxActsFor))
		return nil, by, nil
	}
	ids, err := a.organizationsBy(ctx, c, keys)
	if err != nil {
		return nil, by, err
	}
	if by, err = a.reaching(ctx, by, ids...); err != nil {
		return nil, by, err
	}
	if by.who.Kind == auth.Person && more(by.actsFor, ids) {
		c.wrong.At("body.actsFor", notThere)
	}
	return ids, by, nil
}

const notThere = "names an organization that is not there, or several: give an id or a siret"

func (a *Accounts) organizationsBy(ctx context.Context, c check, keys []string) ([]string, error) {
	var ids []string
	for _, key := range keys {
		id, _, err := a.store.OrgByKey(ctx, key)
		switch {
		case fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict):
			c.wrong.At("body.actsFor", notThere)
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
// out; a person without org gets those of all organizations whose software they see.
func (a *Accounts) List(ctx context.Context, who auth.Identity, org string, q Query) (Page, error) {
	var err error
	switch org = orgOf(who, org); {
	case org == "" && who.Kind != auth.System:
		q.Reach, err = auth.ReachOf(who, auth.ServiceAccountRead)
	default:
		_, err = a.authority(ctx, who, auth.ServiceAccountRead, org)
		q.OrgID = org
	}
	if err != nil {
		return Page{}, err
	}
	if who.Kind == auth.System {
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
	account, _, err := a.find(ctx, who, auth.ServiceAccountRead, id)
	if err != nil {
		return Account{}, err
	}
	return account, nil
}

// Change changes an account of the version that its author has seen. What gives it more needs the right to give.
func (a *Accounts) Change(ctx context.Context, who auth.Identity, id string, version int64, in Change) (Account, error) {
	account, by, err := a.find(ctx, who, auth.ServiceAccountManage, id)
	if err != nil {
		return Account{}, err
	}
	set, by, err := a.read(ctx, by, in)
	if err == nil {
		by, err = a.reaching(ctx, by, account.ActsFor...)
	}
	if err != nil {
		return Account{}, err
	}
	return a.update(ctx, by, id, "changed", func(account *Account) (bool, error) {
		if version != AnyVersion && account.Version != version {
			return false, fault.New(fault.CodePreconditionFailed, "the account has changed since you read it")
		}
		before := account.Clone()
		set(account)
		return true, by.mayChange(before, *account)
	})
}

// read checks a change before it is made.
func (a *Accounts) read(ctx context.Context, by authority, in Change) (set func(*Account), with authority, err error) {
	c, next := newCheck(), Account{}
	if in.Name != nil {
		next.Name = c.name(*in.Name)
	}
	if in.Contact != nil {
		next.Contact = c.contact(*in.Contact)
	}
	if in.Scopes != nil {
		next.Scopes = c.scopes(*in.Scopes)
	}
	if in.Networks != nil {
		next.Networks = c.networks(*in.Networks)
	}
	if in.ActsFor != nil {
		if next.ActsFor, by, err = a.organizations(ctx, by, c, *in.ActsFor); err != nil {
			return nil, by, err
		}
	}
	if in.ExpiresAt != nil && !in.ExpiresAt.IsZero() {
		next.ExpiresAt = c.expiry(in.ExpiresAt, a.now())
	}
	return func(account *Account) { in.put(account, next) }, by, c.err()
}

func (in Change) put(into *Account, next Account) {
	if in.Name != nil {
		into.Name = next.Name
	}
	if in.Contact != nil {
		into.Contact = next.Contact
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
	_, by, err := a.find(ctx, who, auth.ServiceAccountManage, id)
	if err != nil {
		return Account{}, err
	}
	return a.write(ctx, by, id, func(account *Account) ([]event.Event, error) {
		if account.RevokedAt != nil {
			return nil, nil
		}
		now := a.now()
		account.RevokedAt = &now
		return a.happened(who, event.ServiceAccountRevoked, *account, nil), nil
	})
}

// equip changes the credentials of an account, by who may give all that it holds.
func (a *Accounts) equip(ctx context.Context, who auth.Identity, id, what string, change func(*Account) (bool, error)) (Account, error) {
	account, by, err := a.find(ctx, who, auth.ServiceAccountGive, id)
	if err == nil {
		by, err = a.reaching(ctx, by, account.ActsFor...)
	}
	if err != nil {
		return Account{}, err
	}
	return a.update(ctx, by, id, what, func(account *Account) (bool, error) {
		if err := by.mayGive(*account); err != nil {
			return false, err
		}
		return change(account)
	})
}

// update changes an account that is not revoked, and says in what. A change that answers false changes nothing.
func (a *Accounts) update(ctx context.Context, by authority, id, what string, change func(*Account) (bool, error)) (Account, error) {
	return a.write(ctx, by, id, func(account *Account) ([]event.Event, error) {
		if by.who.Kind == auth.Service {
			if err := by.mayGive(*account); err != nil {
				return nil, err
			}
		}
		if account.RevokedAt != nil {
			return nil, fault.New(fault.CodeConflict, "this account is revoked: make another")
		}
		if changed, err := change(account); err != nil || !changed {
			return nil, err
		}
		return a.happened(by.who, event.ServiceAccountChanged, *account, map[string]any{"act": what}), nil
	})
}

// write changes an account of the organization for which its author was asked.
func (a *Accounts) write(ctx context.Context, by authority, id string, change func(*Account) ([]event.Event, error)) (Account, error) {
	account, err := a.store.UpdateAccount(ctx, id, func(account *Account) ([]event.Event, error) {
		if err := by.sees(*account); err != nil {
			return nil, err
		}
		return change(account)
	})
	switch {
	case fault.HasCode(err, fault.CodeAccountNotFound):
		return Account{}, noAccount()
	case err != nil:
		return Account{}, fmt.Errorf("service account: %w", err)
	}
	return account, nil
}
