package oidc

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"parvis/auth/internal/plain"
	"parvis/directory"
	"parvis/fault"
)

const (
	maxQuery = 8 << 10
	maxCode  = 4 << 10
)

// Callback ends a sign-in: GET /auth/callback/{provider}. Each check that fails ends it with a page, before anything is
// written about the person.
func (h *Handler) Callback() http.Handler {
	return h.reads(func(w http.ResponseWriter, r *http.Request) {
		target, err := h.finish(w, r)
		if err != nil {
			h.answer(w, r, err)
			return
		}
		redirect(w, r, target)
	})
}

func (h *Handler) finish(w http.ResponseWriter, r *http.Request) (returnTo string, err error) {
	ctx := r.Context()
	p := h.named(strings.TrimPrefix(r.URL.Path, callbackPath))
	if p == nil {
		return "", refuse("provider-unknown", http.StatusNotFound, fault.CodeNotFound, "there is no identity provider of this name")
	}
	q, a, err := h.take(r, p)
	if err != nil {
		return "", withAgain(err, loginPath(p.Name, "/"))
	}
	if err := h.signIn(ctx, w, r, p, q, a); err != nil {
		return "", withAgain(err, loginPath(p.Name, a.ReturnTo))
	}
	return ownReturnTo(a.ReturnTo), nil // checked again: what comes from a table is input too
}

func withAgain(err error, again string) error {
	x := refusalOf(err)
	x.again = again
	return x
}

// take finds and uses up the attempt that the answer belongs to.
func (h *Handler) take(r *http.Request, p *provider) (response, Attempt, error) {
	q, err := parseResponse(r.URL.RawQuery)
	if err != nil {
		return q, Attempt{}, noAttempt(err.Error())
	}
	browser := h.cookies.read(r, h.cookies.login)
	if browser == "" {
		return q, Attempt{}, noAttempt("no pre-login cookie")
	}
	now := h.now()
	a, err := h.Attempts.TakeAttempt(r.Context(), hashOf(q.state, browser), now)
	switch {
	case fault.Is(err, fault.NotFound):
		return q, a, noAttempt("no such state in this browser")
	case err != nil:
		return q, a, err
	case !equal(a.BrowserHash, hashOf(browser)):
		return q, a, noAttempt("the state of another browser")
	case !now.Before(a.ExpiresAt):
		return q, a, noAttempt("the state is too old")
	case a.Provider != p.Name:
		return q, a, noAttempt("the state of another provider")
	default:
		return q, a, nil
	}
}

// response is an authorization response (RFC 6749 §4.1.2, RFC 9207).
type response struct{ state, code, iss, failure, description string }

func parseResponse(raw string) (response, error) {
	if len(raw) > maxQuery {
		return response{}, errors.New("the query is too long")
	}
	q, err := url.ParseQuery(raw)
	if err != nil {
		return response{}, errors.New("the query is malformed")
	}
	for _, name := range []string{"state", "code", "iss", "error", "error_description"} {
		if len(q[name]) > 1 { // RFC 6749 §3.1
			return response{}, errors.New("a parameter came twice")
		}
	}
	if !wellFormed(q.Get("state")) {
		return response{}, errors.New("the state is malformed")
	}
	return response{q.Get("state"), q.Get("code"), q.Get("iss"), q.Get("error"), q.Get("error_description")}, nil
}

func (h *Handler) signIn(ctx context.Context, w http.ResponseWriter, r *http.Request, p *provider, q response, a Attempt) error {
	d, err := p.discover(ctx)
	if err != nil {
		return err
	}
	if q.iss != p.Issuer && (q.iss != "" || d.saysIss) {
		return notBelieved(errors.New("iss of the answer is not the issuer"))
	}
	if q.failure != "" {
		return providerRefused(q.failure, q.description)
	}
	proof, c, err := h.prove(ctx, p, d, q.code, a)
	if err != nil {
		return err
	}
	if !h.Allow.let(c) {
		return h.notAllowed(c)
	}
	proof.Person, err = h.People.SignedIn(ctx, c.directory(p, proof.Assurance))
	if fault.Is(err, fault.Forbidden) {
		return refuse("deactivated", http.StatusForbidden, fault.CodeForbidden, "this account is deactivated").because(err)
	}
	if fault.HasCode(err, fault.CodeOrganizationNotFound) {
		return h.notPlaced(c, fault.Of(err))
	}
	if err != nil {
		return err
	}
	err = h.SignIns.SignInPerson(ctx, w, r, proof)
	if fault.Is(err, fault.Forbidden) { // deactivated at this very moment
		return refuse("deactivated", http.StatusForbidden, fault.CodeForbidden, "this account is deactivated").because(err)
	}
	if err != nil {
		return err
	}
	h.Logger.LogAttrs(ctx, slog.LevelInfo, "signed in", slog.String("provider", p.Name), slog.String("person", proof.Person.ID), slog.String("assurance", proof.Assurance.String()))
	return nil
}

// prove trades the code for tokens and believes what passes every check.
func (h *Handler) prove(ctx context.Context, p *provider, d *discovered, code string, a Attempt) (Proof, claims, error) {
	tokens, err := p.exchange(ctx, d, code, a.PKCEVerifier)
	if err != nil {
		return Proof{}, claims{}, err
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := p.verifyIDToken(ctx, d, raw, a.Nonce, tokens.AccessToken)
	if err != nil {
		return Proof{}, claims{}, err
	}
	assurance, err := p.assurance(id.acr)
	if err != nil {
		return Proof{}, claims{}, err
	}
	said := id.payload
	if p.Userinfo != UserinfoNone {
		if said, err = p.userinfo(ctx, d, tokens.AccessToken, id.subject); err != nil {
			return Proof{}, claims{}, err
		}
	}
	c, err := parseClaims(said)
	if err != nil {
		return Proof{}, claims{}, notBelieved(err)
	}
	c.Provider, c.Subject = p.Name, id.subject
	return Proof{
		Assurance: assurance, Provider: p.Name, Issuer: p.Issuer, Subject: id.subject, ProviderSID: id.sid, IDToken: raw,
		AuthenticatedAt: authenticatedAt(id, a.Elevate && p.PromptLogin, h.now()),
	}, c, nil
}

// authenticatedAt is when the person proved who they are, as the provider says it. One that says nothing is believed when it
// was asked for a fresh proof by prompt=login (OpenID Connect Core §3.1.2.1: it then asks the person, or fails).
func authenticatedAt(id idToken, asked bool, now time.Time) time.Time {
	switch {
	case id.authTime > 0:
		return time.Unix(id.authTime, 0).UTC()
	case asked:
		return now
	default:
		return time.Time{}
	}
}

// exchange spends the code. It is never tried twice: a code is good once, and a second try tells the provider that it
// was stolen.
func (p *provider) exchange(ctx context.Context, d *discovered, code, verifier string) (*oauth2.Token, error) {
	if code == "" || len(code) > maxCode {
		return nil, notBelieved(errors.New("no code, or one that is too long"))
	}
	var options []oauth2.AuthCodeOption
	if verifier != "" {
		options = append(options, oauth2.VerifierOption(verifier))
	}
	tokens, err := p.oauth(d).Exchange(gooidc.ClientContext(ctx, p.client), code, options...)
	var refused *oauth2.RetrieveError
	var network *url.Error
	switch {
	case err == nil:
		return tokens, nil
	case errors.As(err, &refused) && refused.Response.StatusCode >= http.StatusInternalServerError:
		return nil, p.unavailable(errors.New("token endpoint: "+refused.Response.Status), retryFirst)
	case errors.As(err, &refused):
		return nil, providerRefused(refused.ErrorCode, "")
	case errors.As(err, &network) && !errors.Is(err, errRedirected):
		return nil, p.unavailable(err, retryFirst)
	default:
		return nil, notBelieved(err)
	}
}

// providerRefused shows what the provider says; it is cleaned and bounded, and html/template escapes it.
func providerRefused(code, description string) *refusal {
	code, description = plain.Line(code, 80), plain.Line(description, 300)
	x := refuse("provider-refused", http.StatusForbidden, fault.CodeForbidden, "the identity provider refused").because(errors.New("the provider says " + code))
	x.facts = []fact{{"fact.error", code}}
	if description != "" {
		x.facts = append(x.facts, fact{"fact.description", description})
	}
	return x
}

// notPlaced shows by which rules organizations are found, and what the person brings for each.
func (h *Handler) notPlaced(c claims, why *fault.Error) *refusal {
	x := refuse("not-placed", http.StatusForbidden, fault.CodeForbidden, why.Detail)
	x.rules = strings.Join(directory.PlacingRules(), "\n")
	x.facts = append(factsOf(c), fact{"fact.unit", c.OrganizationUnit})
	return x
}

// notAllowed shows the rules and what the person brings, as ProConnect asks of a refusal by role.
func (h *Handler) notAllowed(c claims) *refusal {
	x := refuse("not-allowed", http.StatusForbidden, fault.CodeForbidden, "no rule lets this account sign in")
	x.rules = h.Allow.String()
	x.facts = factsOf(c)
	return x
}

func factsOf(c claims) []fact {
	return []fact{
		{"fact.name", strings.TrimSpace(c.GivenName + " " + c.FamilyName)}, {"fact.email", c.Email},
		{"fact.organization", c.OrganizationLabel}, {"fact.siret", c.Siret},
		{"fact.idp_id", c.IdPID}, {"fact.roles", strings.Join(c.Roles, ", ")},
		{"fact.provider", c.Provider},
	}
}
