package api

import (
	"context"
	"net/http"
	"time"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/fault"
	"parvis/once"
)

// AccountPath is the address of a service account.
type AccountPath struct {
	ID string `path:"id" maxLength:"64" example:"0198a5c2-7e02-7b1d-8c34-9f5a2e6d1b80" doc:"The client_id of the service account."`
}

type serviceAccount struct {
	ID         string          `json:"id" doc:"The client_id."`
	Org        organization    `json:"organization" doc:"In which it acts."`
	Name       string          `json:"name"`
	Contact    string          `json:"contact,omitempty" doc:"An e-mail address: who looks after it."`
	Scopes     []string        `json:"scopes"`
	Networks   []string        `json:"networks" doc:"From where the account may come; empty: from anywhere."`
	ActsFor    []string        `json:"actsFor" doc:"The organizations, by id, for whose people it may act; empty: for nobody."`
	Secrets    []accountSecret `json:"secrets"`
	Keys       []accountKey    `json:"keys"`
	CreatedAt  time.Time       `json:"createdAt"`
	ExpiresAt  *time.Time      `json:"expiresAt,omitempty"`
	LastUsedAt *time.Time      `json:"lastUsedAt,omitempty" doc:"To the minute. It moves no ETag."`
	RevokedAt  *time.Time      `json:"revokedAt,omitempty"`
}

type accountSecret struct {
	ID        string     `json:"id"`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
}

type accountKey struct {
	KID       string    `json:"kid"`
	CreatedAt time.Time `json:"createdAt"`
}

func wireAccount(a service.Account) serviceAccount {
	w := serviceAccount{
		ID: a.ID, Org: organization{a.OrgID, a.OrgName}, Name: a.Name, Contact: a.Contact, Scopes: scopeWords(a.Scopes), Networks: make([]string, len(a.Networks)), ActsFor: append([]string{}, a.ActsFor...),
		Secrets: make([]accountSecret, len(a.Secrets)), Keys: make([]accountKey, len(a.Keys)), CreatedAt: at(a.CreatedAt),
		ExpiresAt: atOrNever(a.ExpiresAt), LastUsedAt: atOrNever(a.LastUsedAt), RevokedAt: atOrNever(a.RevokedAt),
	}
	for i, n := range a.Networks {
		w.Networks[i] = n.String()
	}
	for i, s := range a.Secrets {
		w.Secrets[i] = wireSecret(s)
	}
	for i, k := range a.Keys {
		w.Keys[i] = accountKey{k.KID, at(k.CreatedAt)}
	}
	return w
}

func wireSecret(s service.Secret) accountSecret {
	return accountSecret{s.ID, at(s.CreatedAt), atOrNever(s.ExpiresAt)}
}

var exampleAccount = serviceAccount{
	ID: "0198a5c2-7e02-7b1d-8c34-9f5a2e6d1b80", Org: exampleAdminPerson.Organization, Name: "HR agenda", Contact: "exploitation@agenda.example.gouv.fr",
	Scopes: []string{"rooms.read", "rooms.write"}, Networks: []string{"192.0.2.0/24", "2001:db8::/48"},
	ActsFor: []string{}, Secrets: []accountSecret{{ID: "0198a5c2-7e03-7f4a-b6d1-2c8e5f7a9b04", CreatedAt: exampleTime}}, Keys: []accountKey{{"2026-11", exampleTime}},
	CreatedAt: exampleTime,
}

// onAccounts describes an operation of those who manage service accounts.
func onAccounts(o operation) operation {
	o.tag, o.callers, o.scope = "Service accounts", signedIn, auth.ScopeServiceAccountsManage
	o.codes = append(o.codes, fault.CodeForbidden)
	return o
}

// needsElevation describes an operation for which people prove anew who they are. Software does not.
func needsElevation(o operation) operation {
	o.codes = append(o.codes, fault.CodeElevationRequired)
	return o
}

// onAccount describes one on an account that is there.
func onAccount(o operation) operation {
	o.codes = append(o.codes, fault.CodeAccountNotFound)
	return onAccounts(o)
}

type accountOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Body serviceAccount
}

func accountAnswer(a service.Account) *accountOutput {
	return &accountOutput{ETag: etag(a.Version), Body: wireAccount(a)}
}

type newAccount struct {
	Org       string     `json:"organization,omitempty" maxLength:"64" doc:"In which it is to act, by id. Software leaves it out: its own."`
	Name      line       `json:"name" minLength:"1" maxLength:"120" example:"HR agenda"`
	Contact   line       `json:"contact,omitempty" maxLength:"254" example:"exploitation@agenda.example.gouv.fr" doc:"An e-mail address: who looks after it."`
	Scopes    []string   `json:"scopes" minItems:"1" maxItems:"50" maxLength:"60" doc:"None that your token does not have, or for which a person has no role in that organization."`
	Networks  []string   `json:"networks,omitempty" maxItems:"50" maxLength:"60" doc:"From where it may come, as you see it from here: networks or single addresses, of IPv4 and IPv6. From anywhere when left out."`
	ActsFor   []string   `json:"actsFor,omitempty" maxItems:"50" maxLength:"200" doc:"The organizations, by id or siret, for whose people it may act. None for which your own account may not, or which a person does not administer."`
	ExpiresAt *time.Time `json:"expiresAt,omitempty" doc:"Lives until it is revoked when left out."`
}

type createAccountInput struct {
	Body newAccount
}

type createdAccount struct {
	ETag     string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Location string `header:"Location" doc:"The address of the new account."`
	Body     serviceAccount
}

var opCreateAccount = needsElevation(onAccounts(operation{
	id: "create-service-account", method: http.MethodPost, path: "/service-accounts", status: http.StatusCreated,
	summary: "Make a service account", detail: "Without credentials: add a secret or a key. Nothing is given that your token and your account do not have, or that you may not do yourself.",
	request: newAccount{Name: "HR agenda", Scopes: []string{"rooms.read", "rooms.write"}, Networks: []string{"192.0.2.0/24"}}, answer: exampleAccount,
}))

func (s *server) createAccount(ctx context.Context, in *createAccountInput) (*createdAccount, error) {
	who := of(ctx).who
	made, err := madeOnce(ctx, once.ServiceAccount, func(id string) (service.Account, error) { return s.Services.Get(ctx, who, id) }, func() (service.Account, error) {
		return s.Services.Create(ctx, who, service.NewAccount{
			Org: in.Body.Org, Name: string(in.Body.Name), Contact: string(in.Body.Contact), Scopes: scopesOf(in.Body.Scopes), Networks: in.Body.Networks, ActsFor: in.Body.ActsFor, ExpiresAt: in.Body.ExpiresAt,
		})
	})
	if err != nil {
		return nil, err
	}
	return &createdAccount{ETag: etag(made.Version), Location: basePath + "/service-accounts/" + made.ID, Body: wireAccount(made)}, nil
}

func scopesOf(words []string) []auth.Scope {
	scopes := make([]auth.Scope, len(words))
	for i, w := range words {
		scopes[i] = auth.Scope(w)
	}
	return scopes
}

type listAccountsInput struct {
	Org      string `query:"organization" maxLength:"64" doc:"By id. Software leaves it out: its own; people get those of all organizations that they administer."`
	PageSize int    `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor   string `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
}

type accountList struct {
	Items []serviceAccount `json:"items"`
	Paged
}

type listAccountsOutput struct {
	Body accountList
}

var opListAccounts = onAccounts(operation{
	id: "list-service-accounts", method: http.MethodGet, path: "/service-accounts", summary: "The service accounts that you see",
	detail: "Of your organization, or of those that you administer. Newest first, with those that are revoked or have expired.", answer: accountList{Items: []serviceAccount{exampleAccount}},
	codes: []fault.Code{fault.CodeInvalid},
})

func (s *server) listAccounts(ctx context.Context, in *listAccountsInput) (*listAccountsOutput, error) {
	page, err := s.Services.List(ctx, of(ctx).who, in.Org, service.Query{PageSize: in.PageSize, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	list := accountList{Items: make([]serviceAccount, len(page.Accounts)), Paged: Paged{page.Next}}
	for i, a := range page.Accounts {
		list.Items[i] = wireAccount(a)
	}
	return &listAccountsOutput{list}, nil
}

var opGetAccount = onAccount(operation{
	id: "get-service-account", method: http.MethodGet, path: "/service-accounts/{id}", summary: "A service account", answer: exampleAccount,
})

func (s *server) getAccount(ctx context.Context, in *AccountPath) (*accountOutput, error) {
	a, err := s.Services.Get(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	return accountAnswer(a), nil
}

type accountChange struct {
	Name      patch[line]      `json:"name,omitzero" minLength:"1" maxLength:"120"`
	Contact   patch[line]      `json:"contact,omitzero" maxLength:"254" nullable:"true"`
	Scopes    patch[[]string]  `json:"scopes,omitzero" minItems:"1" maxItems:"50" maxLength:"60"`
	Networks  patch[[]string]  `json:"networks,omitzero" maxItems:"50" maxLength:"60" nullable:"true"`
	ActsFor   patch[[]string]  `json:"actsFor,omitzero" maxItems:"50" maxLength:"200" nullable:"true"`
	ExpiresAt patch[time.Time] `json:"expiresAt,omitzero" nullable:"true"`
}

func (c accountChange) change() (service.Change, error) {
	wrong := fault.New(fault.CodeInvalid, "a service account cannot be without this")
	nowhere, never, nobody := []string{}, time.Time{}, ""
	text := func(l line) string { return string(l) }
	change := service.Change{
		Name:      patched(c.Name, "body.name", text, nil, wrong),
		Contact:   patched(c.Contact, "body.contact", text, &nobody, wrong),
		Scopes:    patched(c.Scopes, "body.scopes", scopesOf, nil, wrong),
		Networks:  patched(c.Networks, "body.networks", same[[]string], &nowhere, wrong),
		ActsFor:   patched(c.ActsFor, "body.actsFor", same[[]string], &nowhere, wrong),
		ExpiresAt: patched(c.ExpiresAt, "body.expiresAt", same[time.Time], &never, wrong),
	}
	if wrong.Fields != nil {
		return service.Change{}, wrong
	}
	return change, nil
}

type updateAccountInput struct {
	AccountPath
	Precondition
	Body accountChange `contentType:"application/merge-patch+json"`
}

var opUpdateAccount = needsElevation(onAccount(operation{
	id: "update-service-account", method: http.MethodPatch, path: "/service-accounts/{id}", summary: "Change a service account",
	detail:  "A merge patch (RFC 7396). Fewer scopes, networks or organizations count at once, for tokens that are out too. Null for expiresAt: until it is revoked. What gives it more needs a fresh sign-in of a person.",
	request: accountChange{Networks: given([]string{"192.0.2.0/24"})}, answer: exampleAccount,
	codes: []fault.Code{fault.CodeConflict, fault.CodePreconditionFailed, fault.CodePreconditionRequired},
}))

func (s *server) updateAccount(ctx context.Context, in *updateAccountInput) (*accountOutput, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	change, err := in.Body.change()
	if err != nil {
		return nil, err
	}
	a, err := s.Services.Change(ctx, of(ctx).who, in.ID, version, change)
	if err != nil {
		return nil, err
	}
	return accountAnswer(a), nil
}

var opRevokeAccount = onAccount(operation{
	id: "revoke-service-account", method: http.MethodDelete, path: "/service-accounts/{id}", status: http.StatusNoContent, summary: "Revoke a service account",
	detail: "At once and for good, with its tokens and the calls it is in. It takes no If-Match: nothing that changed meanwhile is a reason to wait. Revoking twice is no error.",
})

func (s *server) revokeAccount(ctx context.Context, in *AccountPath) (*none, error) {
	_, err := s.Services.Revoke(ctx, of(ctx).who, in.ID)
	return nil, err
}
