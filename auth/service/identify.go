package service

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"parvis/auth"
	"parvis/fault"
)

// Identify says whose a bearer token is: the service account's, or that of the person for whom the account acts. A token
// that is malformed, unknown, expired, revoked, of a person whose account is closed, or that comes from another network
// gets one and the same answer, bad-credentials. Everything but the token itself is asked for anew at each use.
func (a *Accounts) Identify(ctx context.Context, bearer string, from netip.Addr) (auth.Identity, error) {
	secret, ok := parseToken(bearer)
	if !ok {
		return auth.Identity{}, badCredentials("it is no token of ours")
	}
	t, err := a.store.Token(ctx, secret.hash())
	if err != nil {
		return auth.Identity{}, unless(err, fault.NotFound, "no such token")
	}
	now := a.now()
	account, err := a.store.Account(ctx, t.AccountID)
	switch {
	case err != nil:
		return auth.Identity{}, unless(err, fault.NotFound, "no such account")
	case !now.Before(t.ExpiresAt):
		return auth.Identity{}, badCredentials("it has expired")
	case !account.live(now) || !account.holds(t.CredentialID, now):
		return auth.Identity{}, badCredentials("the account or the credential has ended")
	case !account.comesFrom(from):
		a.refusedFrom(ctx, account, from)
		return auth.Identity{}, badCredentials("it comes from another network")
	}
	who, err := a.standsFor(ctx, t, account)
	if err == nil {
		a.touch(ctx, account, now)
	}
	return who, err
}

// standsFor is who acts by a token that holds. For a person nothing was proved at this request: the assurance is the
// weakest, so that no room that asks for a proof takes the machine's word.
func (a *Accounts) standsFor(ctx context.Context, t Token, account Account) (auth.Identity, error) {
	scopes := account.only(t.Scopes)
	if t.PersonID == "" {
		return auth.Identity{
			Kind: auth.Service, ID: account.ID, OrgID: account.OrgID, OrgName: account.OrgName, Name: account.Name, Scopes: scopes,
		}, nil
	}
	p, err := a.store.Subject(ctx, t.PersonID)
	if err != nil {
		return auth.Identity{}, unless(err, fault.NotFound, "no such person")
	}
	if !account.reaches(p) {
		return auth.Identity{}, badCredentials("the account may not act for this person any more")
	}
	who := auth.Identity{
		Kind: auth.Person, ID: p.ID, PersonID: p.ID, OrgID: p.OrgID, OrgName: p.OrgName, Name: p.Name, Groups: p.Groups,
		OnBehalfOf: account.ID, Scopes: scopes,
	}
	if p.Email != "" {
		who.Emails = []string{p.Email}
	}
	return who, nil
}

// badCredentials is the one answer; why is for the log.
func badCredentials(why string) error {
	return fault.New(fault.CodeBadCredentials, "the bearer token is not accepted").Because(fmt.Errorf("token: %s", why))
}

// unless turns a failure of one kind into bad credentials and passes the others on.
func unless(err error, kind fault.Kind, why string) error {
	if fault.Is(err, kind) {
		return badCredentials(why)
	}
	return fmt.Errorf("identify a service account: %w", err)
}

// refusedFrom tells operators of good credentials that came from elsewhere: a list that is too short, or a theft.
func (a *Accounts) refusedFrom(ctx context.Context, account Account, from netip.Addr) {
	a.logger.WarnContext(ctx, "service account refused: it comes from a network that is not on its list", "account", account.ID, "from", from.String())
}

// touch notes the use at most once a minute. One that is not written is not worth a request: the next one tries again.
func (a *Accounts) touch(ctx context.Context, account Account, now time.Time) {
	if account.LastUsedAt != nil && now.Sub(*account.LastUsedAt) < touchEvery {
		return
	}
	a.mu.Lock()
	before, known := a.touched[account.ID]
	due := !known || now.Sub(before) >= touchEvery
	if due {
		a.touched[account.ID] = now
	}
	a.mu.Unlock()
	if !due {
		return
	}
	if err := a.store.TouchAccount(ctx, account.ID, now); err != nil {
		a.mu.Lock()
		delete(a.touched, account.ID)
		a.mu.Unlock()
	}
}
