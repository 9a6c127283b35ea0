package service

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"parvis/fault"
)

// client is an account that has proved who it is.
type client struct {
	Account
	proof
}

// proof is by what. until is when that ends; jti is set for an assertion, which is good once and not after expiry.
type proof struct {
	credential string
	until      *time.Time
	jti        string
	expiry     time.Time
}

// authenticate finds the account that asks. Whatever is wrong, it answers the same refusal after the same work: one look-up
// past all caches, and one comparison of all secrets or one check of a signature.
func (a *Accounts) authenticate(ctx context.Context, in Request, now time.Time) (client, error) {
	account, unknown := a.store.AccountNow(ctx, in.ClientID)
	if unknown != nil && !fault.Is(unknown, fault.NotFound) {
		return client{}, fmt.Errorf("find service account: %w", unknown)
	}
	by, why := account.proves(in, a.audiences, now)
	switch {
	case unknown != nil:
		return client{}, badClient(unknown)
	case why != nil:
		return client{}, badClient(why)
	case !account.live(now):
		a.logger.WarnContext(ctx, "service account refused: it was revoked, or has expired", "account", account.ID)
		return client{}, badClient(errors.New("the account has ended"))
	case !account.comesFrom(in.From):
		a.refusedFrom(ctx, account, in.From)
		return client{}, badClient(errors.New("it comes from another network"))
	}
	return client{account, by}, a.once(ctx, account, by)
}

// proves checks what the request brings against the account's credentials.
func (a Account) proves(in Request, audiences []string, now time.Time) (proof, error) {
	if in.Assertion == "" {
		return a.knowsSecret(in.ClientID, in.Secret, now)
	}
	said, err := readAssertion(in.Assertion)
	if err != nil {
		return proof{}, err
	}
	key, err := said.verify(a.Keys)
	if err != nil {
		return proof{}, err
	}
	if err := said.holds(in.ClientID, audiences, now); err != nil {
		return proof{}, err
	}
	return proof{credential: key.ID, jti: said.says.ID, expiry: said.says.Expiry.Time()}, nil
}

// knowsSecret compares with as many secrets as an account may have, whatever their number.
func (a Account) knowsSecret(clientID, text string, now time.Time) (proof, error) {
	given, wellFormed := parseSecret(clientID, text)
	hash, found := given.hash(), -1
	for i := range maxSecrets {
		kept := make([]byte, len(hash))
		if i < len(a.Secrets) {
			kept = a.Secrets[i].Hash
		}
		if subtle.ConstantTimeCompare(hash, kept) == 1 {
			found = i
		}
	}
	if !wellFormed || found < 0 || past(a.Secrets[found].ExpiresAt, now) {
		return proof{}, errors.New("no such secret, or it has ended")
	}
	return proof{credential: a.Secrets[found].ID, until: a.Secrets[found].ExpiresAt}, nil
}

// once refuses an assertion that came before.
func (a *Accounts) once(ctx context.Context, account Account, by proof) error {
	if by.jti == "" {
		return nil
	}
	used, err := a.store.UseAssertion(ctx, account.ID, by.jti, by.expiry.Add(assertionSkew)) // for a replica whose clock is behind
	switch {
	case err != nil:
		return fmt.Errorf("note assertion: %w", err)
	case used:
		return badClient(errors.New("the assertion came before"))
	}
	return nil
}
