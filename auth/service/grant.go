package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"parvis/auth"
	"parvis/fault"
)

// What the token endpoint understands beside the words of OAuth.
const (
	GrantClientCredentials = "client_credentials"
	GrantTokenExchange     = "urn:ietf:params:oauth:grant-type:token-exchange"

	// TypeAccessToken is what is issued (RFC 8693 section 3).
	TypeAccessToken = "urn:ietf:params:oauth:token-type:access_token"
	// TypePersonID says that a subject_token is the id of a person (docs/decisions/0012-service-accounts.md).
	TypePersonID = "urn:parvis:token-type:person-id"
)

// Issued is the answer of the token endpoint.
type Issued struct {
	Token     string
	Lives     time.Duration
	Scopes    []auth.Scope
	Exchanged bool // by token exchange: it stands for a person
}

// Grant answers a token request. Failures that OAuth has a word for are Refusals.
func (a *Accounts) Grant(ctx context.Context, in Request) (Issued, error) {
	if !slices.Contains(Grants(), in.GrantType) {
		return Issued{}, &Refusal{Code: UnsupportedGrantType, Description: "the grant_type is one of " + strings.Join(Grants(), ", ")}
	}
	now := a.now()
	by, err := a.authenticate(ctx, in, now)
	if err != nil {
		return Issued{}, err
	}
	if in.MayIssue != nil {
		if err := in.MayIssue(by.ID); err != nil {
			return Issued{}, err
		}
	}
	scopes, err := by.grants(in.Scope)
	if err != nil {
		return Issued{}, err
	}
	t := Token{
		AccountID: by.ID, CredentialID: by.credential, Scopes: scopes, CreatedAt: now,
		ExpiresAt: soonest(now.Add(TokenLives), by.ExpiresAt, by.until),
	}
	if in.GrantType == GrantTokenExchange {
		if t.PersonID, err = a.subject(ctx, by.Account, in); err != nil {
			return Issued{}, err
		}
	}
	return a.issue(ctx, by.Account, t)
}

// Grants are the grant types.
func Grants() []string { return []string{GrantClientCredentials, GrantTokenExchange} }

func (a *Accounts) issue(ctx context.Context, account Account, t Token) (Issued, error) {
	secret := newRandom()
	t.Hash = secret.hash()
	if err := a.store.CreateToken(ctx, t); err != nil {
		return Issued{}, fmt.Errorf("keep token: %w", err)
	}
	a.touch(ctx, account, t.CreatedAt)
	return Issued{Token: textOfToken(secret), Lives: t.ExpiresAt.Sub(t.CreatedAt), Scopes: t.Scopes, Exchanged: t.PersonID != ""}, nil
}

// soonest is the end of a token: no token outlives the credential or the account.
func soonest(at time.Time, others ...*time.Time) time.Time {
	for _, o := range others {
		if o != nil && o.Before(at) {
			at = *o
		}
	}
	return at
}

// grants narrows the account's scopes to those asked for; all of them when none are.
func (a Account) grants(asked string) ([]auth.Scope, error) {
	words := strings.Fields(asked)
	if len(words) == 0 {
		return slices.Clone(a.Scopes), nil
	}
	var scopes []auth.Scope
	for _, word := range words {
		s := auth.Scope(word)
		if !slices.Contains(a.Scopes, s) {
			return nil, &Refusal{Code: InvalidScope, Description: "the account does not have all of these scopes"}
		}
		if !slices.Contains(scopes, s) {
			scopes = append(scopes, s)
		}
	}
	return scopes, nil
}

// subject finds the person for whom an account asks to act (RFC 8693). Somebody who does not exist, whose account is
// closed and for whom the account may not act get one and the same answer: the endpoint is no directory.
func (a *Accounts) subject(ctx context.Context, account Account, in Request) (string, error) {
	switch {
	case len(account.ActsFor) == 0:
		return "", &Refusal{Code: UnauthorizedClient, Description: "this account may act for nobody"}
	case in.SubjectToken == "" || in.SubjectTokenType != TypePersonID:
		return "", &Refusal{Code: InvalidRequest, Description: "name the person: subject_token is the id, subject_token_type " + TypePersonID}
	case in.ActorToken != "":
		return "", &Refusal{Code: InvalidRequest, Description: "leave actor_token out: the client itself acts"}
	case in.RequestedTokenType != "" && in.RequestedTokenType != TypeAccessToken:
		return "", &Refusal{Code: InvalidRequest, Description: "the requested_token_type is " + TypeAccessToken}
	case in.Target:
		return "", &Refusal{Code: InvalidTarget, Description: "leave audience and resource out: tokens are for this platform"}
	}
	p, err := a.store.Subject(ctx, in.SubjectToken)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", fmt.Errorf("find the person: %w", err)
	}
	if err != nil || !account.reaches(p) {
		if err == nil {
			err = errors.New("the account may not act for this person")
		}
		return "", &Refusal{Code: InvalidRequest, Description: "the subject_token is nobody for whom this account may act", Err: err}
	}
	return p.ID, nil
}
