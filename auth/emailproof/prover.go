package emailproof

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"
	"time"

	"parvis/auth"
	"parvis/fault"
)

// Options is what a Prover needs to know. All fields are needed.
type Options struct {
	Platform string   // its name: all that the mail says of who asked
	Key      [32]byte // under which codes are hashed
	Now      func() time.Time
}

// Prover is the use cases. It is safe for concurrent use.
type Prover struct {
	Options
	store     Store
	sender    Sender
	addresses *addresses
}

// New makes a Prover.
func New(store Store, sender Sender, o Options) *Prover {
	return &Prover{Options: o, store: store, sender: sender, addresses: newAddresses()}
}

// Ask sends a code to an address, in the best language of an Accept-Language (RFC 9110 §12.5.4); one that was sent before is
// good no more. The answer is the same whatever the address. Errors: fault.CodeSignInRequired for nobody, fault.CodeForbidden
// for people with an account, fault.CodeInvalid for what is no address, fault.CodeTooMany, fault.CodeMailUnavailable.
func (p *Prover) Ask(ctx context.Context, who auth.Identity, address, languages string) error {
	if err := auth.Allowed(who, auth.EmailProve, auth.Resource{}); err != nil {
		return err
	}
	address, err := canonical(address)
	if err != nil {
		return err
	}
	code, err := newCode()
	if err != nil {
		return err
	}
	now := p.Now().UTC()
	giveBack, err := p.addresses.take(address, now)
	if err != nil {
		return err
	}
	err = p.store.UpdateProof(ctx, who.SignInID, now, func(proof *Proof) error {
		return proof.renew(address, p.hash(who.SignInID, address, code), now)
	})
	if err != nil {
		giveBack()
		return fmt.Errorf("ask for a code: %w", gone(err))
	}
	// From here on the code counts, whatever becomes of the mail: a server that is down is not asked more often for that.
	mail, err := compose(p.Platform, address, code, languages)
	if err != nil {
		return err
	}
	if err := p.sender.Send(ctx, mail); err != nil {
		return fmt.Errorf("send a code: %w", err)
	}
	return nil
}

// Confirm proves the address that a code was sent to, once, and answers it. Errors as of Ask; fault.CodeProofWrong for
// another code, and fault.CodeProofExpired for one that was used, has run out, was tried too often or never was.
func (p *Prover) Confirm(ctx context.Context, who auth.Identity, code string) (address string, err error) {
	if err := auth.Allowed(who, auth.EmailProve, auth.Resource{}); err != nil {
		return "", err
	}
	if !isCode(code) { // costs no attempt: nobody guesses like that
		return "", wrong()
	}
	now := p.Now().UTC()
	var refusal error
	err = p.store.UpdateProof(ctx, who.SignInID, now, func(proof *Proof) error {
		refusal = proof.confirm(p.hash(who.SignInID, proof.Address, code), now)
		address = proof.Address
		return nil // a wrong attempt is kept too
	})
	if err == nil {
		err = refusal
	}
	if err != nil {
		return "", fmt.Errorf("confirm a code: %w", gone(err))
	}
	return address, nil
}

// renew puts another code in the place of the last.
func (p *Proof) renew(address string, hash []byte, now time.Time) error {
	lately := slices.DeleteFunc(slices.Clone(p.Asked), func(at time.Time) bool { return !now.Before(at.Add(Lasts)) })
	if len(lately) >= MaxCodes {
		return fault.New(fault.CodeTooMany, "too many codes were sent: wait for as long as Retry-After says").After(lately[0].Add(Lasts).Sub(now))
	}
	*p = Proof{Address: address, CodeHash: hash, ExpiresAt: now.Add(Lasts), Asked: append(lately, now)}
	return nil
}

// confirm compares, counts and uses up. That somebody asked, and when, stays: using a code up gives no right to more.
func (p *Proof) confirm(hash []byte, now time.Time) error {
	switch {
	case len(p.CodeHash) == 0 || !now.Before(p.ExpiresAt):
		return fault.New(fault.CodeProofExpired, "no code of this browser is valid any more: ask for another")
	case subtle.ConstantTimeCompare(hash, p.CodeHash) == 1:
		p.CodeHash, p.Proved = nil, true
		return nil
	}
	if p.Attempts++; p.Attempts >= MaxAttempts {
		p.CodeHash = nil
	}
	return wrong()
}

func wrong() error {
	return fault.New(fault.CodeProofWrong, "this is not the code that was sent last").At("body.code", "six digits, as the mail says them")
}

// gone is how a sign-in that ended meanwhile is said.
func gone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.CodeSignInExpired, "this sign-in has ended").Because(err)
	}
	return err
}
