package service

import (
	"bytes"
	"context"
	"slices"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// NewSecret is what somebody asks for. With Overlap, which may be zero, the other secrets of the account end after that
// time; without it they stay.
type NewSecret struct {
	ExpiresAt *time.Time
	Overlap   *time.Duration
}

// AddSecret gives an account a secret. The text is its only copy.
func (a *Accounts) AddSecret(ctx context.Context, who auth.Identity, id string, in NewSecret) (Account, Secret, string, error) {
	now, c := a.now(), newCheck()
	random := newRandom()
	secret := Secret{ID: newID(), Hash: random.hash(), CreatedAt: now, ExpiresAt: c.expiry(in.ExpiresAt, now)}
	if in.Overlap != nil && (*in.Overlap < 0 || *in.Overlap > maxOverlap) {
		c.wrong.At("body.overlapMinutes", "give 0 to 43200 minutes")
	}
	if err := c.err(); err != nil {
		return Account{}, Secret{}, "", err
	}
	account, err := a.equip(ctx, who, id, "secret-added", func(account *Account) (bool, error) {
		account.Secrets = slices.DeleteFunc(account.Secrets, func(s Secret) bool { return past(s.ExpiresAt, now) })
		if in.Overlap != nil {
			account.retire(now.Add(*in.Overlap), now)
		}
		if len(account.Secrets) >= maxSecrets {
			return false, fault.Newf(fault.CodeConflict, "an account has at most %d secrets: remove one", maxSecrets)
		}
		account.Secrets = append(account.Secrets, secret)
		return true, nil
	})
	if err != nil {
		return Account{}, Secret{}, "", err
	}
	return account, secret, textOfSecret(account.ID, random), nil
}

// retire lets all secrets end at a time, those that end before it excepted.
func (a *Account) retire(at, now time.Time) {
	if !at.After(now) {
		a.Secrets = nil
		return
	}
	for i := range a.Secrets {
		if s := &a.Secrets[i]; s.ExpiresAt == nil || s.ExpiresAt.After(at) {
			s.ExpiresAt = &at
		}
	}
}

// RemoveSecret ends a secret at once, with the tokens that were got by it. Whoever may manage accounts may: it gives nothing.
func (a *Accounts) RemoveSecret(ctx context.Context, who auth.Identity, id, secretID string) (Account, error) {
	return a.remove(ctx, who, id, "secret-removed", func(account *Account) bool {
		before := len(account.Secrets)
		account.Secrets = slices.DeleteFunc(account.Secrets, func(s Secret) bool { return s.ID == secretID })
		return len(account.Secrets) < before
	})
}

// PutKey gives an account a public key under a name, in the place of the one that bears the name. made tells that there
// was none.
func (a *Accounts) PutKey(ctx context.Context, who auth.Identity, id, kid string, text []byte) (account Account, made bool, err error) {
	c := newCheck()
	if !kidForm.MatchString(kid) {
		c.wrong.At("path.kid", "1 to 64 letters, digits, dots, hyphens and underscores, not one of the signs first")
	}
	jwk, wrong := canonical(kid, text)
	if wrong != nil {
		c.wrong.At("body", wrong.Error())
	}
	if err := c.err(); err != nil {
		return Account{}, false, err
	}
	account, err = a.equip(ctx, who, id, "key-put", func(account *Account) (bool, error) {
		at := slices.IndexFunc(account.Keys, func(k Key) bool { return k.KID == kid })
		switch made = at < 0; {
		case made && len(account.Keys) >= maxKeys:
			return false, fault.Newf(fault.CodeConflict, "an account has at most %d keys: remove one", maxKeys)
		case !made && bytes.Equal(account.Keys[at].JWK, jwk):
			return false, nil // tokens that were got by it stay
		case !made:
			account.Keys = slices.Delete(account.Keys, at, at+1)
		}
		account.Keys = append(account.Keys, Key{ID: newID(), KID: kid, JWK: jwk, CreatedAt: a.now()})
		return true, nil
	})
	return account, made, err
}

// RemoveKey ends a key at once, with the tokens that were got by it.
func (a *Accounts) RemoveKey(ctx context.Context, who auth.Identity, id, kid string) (Account, error) {
	return a.remove(ctx, who, id, "key-removed", func(account *Account) bool {
		before := len(account.Keys)
		account.Keys = slices.DeleteFunc(account.Keys, func(k Key) bool { return k.KID == kid })
		return len(account.Keys) < before
	})
}

func (a *Accounts) remove(ctx context.Context, who auth.Identity, id, what string, take func(*Account) bool) (Account, error) {
	_, by, err := a.find(ctx, who, auth.ServiceAccountManage, id)
	if err != nil {
		return Account{}, err
	}
	return a.write(ctx, by, id, func(account *Account) ([]event.Event, error) {
		if !take(account) {
			return nil, fault.New(fault.CodeNotFound, "the account has no such credential")
		}
		return a.happened(who, event.ServiceAccountChanged, *account, map[string]any{"act": what}), nil
	})
}
