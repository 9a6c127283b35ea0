package api

import (
	"context"
	"net/http"
	"time"

	"parvis/auth"
	"parvis/fault"
	"parvis/webhook"
)

// WebhookPath is the address of a webhook.
type WebhookPath struct {
	ID string `path:"id" maxLength:"64" example:"0198a5c2-a001-7d2e-9b31-6f0c4e8d2a17" doc:"The id of the webhook."`
}

// Hook is a webhook, exported as Paged is.
type Hook struct {
	ID           string       `json:"id"`
	Org          organization `json:"organization" doc:"Of which it hears."`
	URL          string       `json:"url"`
	Types        []string     `json:"types" doc:"Of which it hears; empty: of all, later ones too."`
	Description  string       `json:"description"`
	Contact      string       `json:"contact,omitempty" doc:"Who is told by mail when it is disabled."`
	Language     string       `json:"contactLanguage" enum:"fr,en" doc:"Of those mails."`
	Signature    string       `json:"signature" enum:"hmac-sha256,ed25519"`
	Keys         []hookKey    `json:"keys" doc:"With what messages are signed now, newest first."`
	State        string       `json:"state" enum:"pending,active,disabled" doc:"pending: it has not answered its challenge, and gets nothing else."`
	Reason       string       `json:"reason,omitempty" enum:"gone,failing,unanswered,account-revoked" doc:"Why it is disabled, or still pending after a day."`
	CreatedBy    string       `json:"createdBy" doc:"The client_id of the service account to which it belongs: the one that made or last enabled it, or that a person named. When that is revoked or expires, nothing is sent any more."`
	AccountName  string       `json:"accountName,omitempty" doc:"The name of that account."`
	CreatedAt    time.Time    `json:"createdAt"`
	UpdatedAt    time.Time    `json:"updatedAt"`
	DisabledAt   *time.Time   `json:"disabledAt,omitempty"`
	DeliveredAt  *time.Time   `json:"deliveredAt,omitempty" doc:"When a message last came through. What becomes of messages moves no ETag."`
	FailingSince *time.Time   `json:"failingSince,omitempty" doc:"Since when none has come through, if the last did not."`
	ManagedBy    string       `json:"managedBy,omitempty" doc:"The software, or the files, by which it is kept. Absent: people made it."`
	DeadLetters  int          `json:"deadLetters" doc:"Messages given up since one came through. After 100, or five days of failures, the webhook is disabled."`
}

type hookKey struct {
	ID        string     `json:"id"`
	PublicKey string     `json:"publicKey,omitempty" doc:"Of ed25519: whpk_ and the key."`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
}

func (s *server) wireHook(w webhook.Webhook) Hook {
	wire := Hook{
		ID: w.ID, Org: organization{w.OrgID, w.OrgName}, AccountName: w.AccountName, URL: w.URL, Types: typeWords(w.Types), Description: w.Description, Contact: w.Contact, Language: w.Language, Signature: string(w.Signature), Keys: []hookKey{}, State: string(w.State),
		Reason: string(w.Reason), CreatedBy: w.AccountID, CreatedAt: at(w.CreatedAt), UpdatedAt: at(w.UpdatedAt), DisabledAt: atOrNever(w.DisabledAt),
		DeliveredAt: atOrNever(w.DeliveredAt), FailingSince: atOrNever(w.FailingSince), ManagedBy: w.ManagedBy, DeadLetters: w.Dead,
	}
	for _, k := range w.Keys {
		if k.ExpiresAt == nil || s.Now().Before(*k.ExpiresAt) {
			wire.Keys = append(wire.Keys, hookKey{k.ID, k.Public, at(k.CreatedAt), atOrNever(k.ExpiresAt)})
		}
	}
	return wire
}

func typeWords(types []webhook.Type) []string {
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = string(t)
	}
	return words
}

func typesOf(words []string) []webhook.Type {
	types := make([]webhook.Type, len(words))
	for i, w := range words {
		types[i] = webhook.Type(w)
	}
	return types
}

var exampleHook = Hook{
	ID: "0198a5c2-a001-7d2e-9b31-6f0c4e8d2a17", Org: exampleAdminPerson.Organization, AccountName: "HR agenda", URL: "https://agenda.example.gouv.fr/hooks", Types: []string{"meeting.updated", "meeting.cancelled"},
	Description: "Agenda of the cabinet", Contact: "exploitation@agenda.example.gouv.fr", Language: "fr",
	Signature: "hmac-sha256", Keys: []hookKey{{ID: "0198a5c2-a002-7c11-8e5f-3b9d7a1c6e42", CreatedAt: exampleTime}},
	State: "pending", CreatedBy: "0198a5c2-7e02-7b1d-8c34-9f5a2e6d1b80", CreatedAt: exampleTime, UpdatedAt: exampleTime,
}

// onHooks describes an operation of those who manage webhooks.
func onHooks(o operation) operation {
	o.tag, o.callers, o.scope = "Webhooks", signedIn, auth.ScopeWebhooksManage
	o.codes = append(o.codes, fault.CodeForbidden)
	return o
}

// onHook describes one on a webhook that is there.
func onHook(o operation) operation {
	o.codes = append(o.codes, fault.CodeWebhookNotFound)
	return onHooks(o)
}

type hookOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Body Hook
}

func (s *server) hookAnswer(w webhook.Webhook) *hookOutput {
	return &hookOutput{ETag: etag(w.Version), Body: s.wireHook(w)}
}

type newHook struct {
	Account     string   `json:"account,omitempty" maxLength:"64" doc:"The service account to which it belongs, by client_id; its organization is the one of which the webhook hears. Software leaves it out: itself."`
	URL         string   `json:"url" minLength:"1" maxLength:"1000" example:"https://agenda.example.gouv.fr/hooks" doc:"https, at port 443, without user and fragment, at a public address. Others where the operator allows them."`
	Types       []string `json:"types,omitempty" maxItems:"50" maxLength:"60" doc:"All when left out."`
	Description block    `json:"description,omitempty" maxLength:"500"`
	Contact     line     `json:"contact,omitempty" maxLength:"254" example:"exploitation@agenda.example.gouv.fr" doc:"An e-mail address: who is told when the webhook is disabled. Without it, and where no mail arrives, your other webhooks are told."`
	Language    string   `json:"contactLanguage,omitempty" enum:"fr,en" doc:"Of those mails. French when left out."`
	Signature   string   `json:"signature,omitempty" enum:"hmac-sha256,ed25519" doc:"By Standard Webhooks 1.0: v1 with a secret, or v1a with a key of which you get the public half. hmac-sha256 when left out."`
	ManagedBy   string   `json:"managedBy,omitempty" maxLength:"60" doc:"By which software or files it is kept: its mark, by which it knows again what it made. For service accounts only; it never changes."`
}

type createHookInput struct {
	Body newHook
}

type createdHook struct {
	Hook
	Secret string `json:"secret,omitempty" doc:"whsec_ and the secret, of hmac-sha256. Told this once: an answer that is repeated by Idempotency-Key is without it."`
}

type createHookOutput struct {
	ETag     string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Location string `header:"Location" doc:"The address of the new webhook."`
	Body     createdHook
}

var opCreateHook = needsElevation(onHooks(operation{
	id: "create-webhook", method: http.MethodPost, path: "/webhooks", status: http.StatusCreated, summary: "Make a webhook",
	detail: "It is pending until its receiver has answered the message webhook.challenge with 200 and {\"challenge\": the value of data.challenge}. That message is tried again for a day, " +
		"so that you have time to keep the secret. At most 20 an organization.",
	request: newHook{URL: exampleHook.URL, Types: exampleHook.Types, Contact: line(exampleHook.Contact)}, answer: createdHook{exampleHook, "whsec_…"}, codes: []fault.Code{fault.CodeConflict, fault.CodePolicyLocked},
}))

func (s *server) createHook(ctx context.Context, in *createHookInput) (*createHookOutput, error) {
	w, secret, err := s.Webhooks.Create(ctx, of(ctx).who, webhook.New{
		AccountID: in.Body.Account, URL: in.Body.URL, Types: typesOf(in.Body.Types), Description: string(in.Body.Description), Contact: string(in.Body.Contact), Language: in.Body.Language, Signature: webhook.Signature(in.Body.Signature),
		ManagedBy: in.Body.ManagedBy,
	})
	if err != nil {
		return nil, err
	}
	return &createHookOutput{ETag: etag(w.Version), Location: basePath + "/webhooks/" + w.ID, Body: createdHook{s.wireHook(w), secret}}, nil
}

type hookList struct {
	Items []Hook `json:"items"`
	Paged
}

type listHooksOutput struct {
	Body hookList
}

var opListHooks = onHooks(operation{
	id: "list-webhooks", method: http.MethodGet, path: "/webhooks", summary: "The webhooks that you see", detail: "Of your organization, or of those that you administer. Newest first.",
	answer: hookList{Items: []Hook{exampleHook}}, codes: []fault.Code{fault.CodeInvalid},
})

func (s *server) listHooks(ctx context.Context, in *listAccountsInput) (*listHooksOutput, error) {
	page, err := s.Webhooks.List(ctx, of(ctx).who, webhook.Query{OrgID: in.Org, PageSize: in.PageSize, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	list := hookList{Items: make([]Hook, len(page.Webhooks)), Paged: Paged{page.Next}}
	for i, w := range page.Webhooks {
		list.Items[i] = s.wireHook(w)
	}
	return &listHooksOutput{list}, nil
}

var opGetHook = onHook(operation{id: "get-webhook", method: http.MethodGet, path: "/webhooks/{id}", summary: "A webhook", answer: exampleHook})

func (s *server) getHook(ctx context.Context, in *WebhookPath) (*hookOutput, error) {
	w, err := s.Webhooks.Get(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	return s.hookAnswer(w), nil
}

type hookChange struct {
	Account     patch[string]   `json:"account,omitzero" maxLength:"64" doc:"Another service account of the same organization, by client_id."`
	URL         patch[string]   `json:"url,omitzero" minLength:"1" maxLength:"1000"`
	Types       patch[[]string] `json:"types,omitzero" maxItems:"50" maxLength:"60" nullable:"true"`
	Description patch[block]    `json:"description,omitzero" maxLength:"500" nullable:"true"`
	Contact     patch[line]     `json:"contact,omitzero" maxLength:"254" nullable:"true"`
	Language    patch[string]   `json:"contactLanguage,omitzero" enum:"fr,en"`
}

func (c hookChange) change() (webhook.Change, error) {
	wrong := fault.New(fault.CodeInvalid, "a webhook cannot be without this")
	everything, nothing := []webhook.Type{}, ""
	change := webhook.Change{
		AccountID:   patched(c.Account, "body.account", same[string], nil, wrong),
		URL:         patched(c.URL, "body.url", same[string], nil, wrong),
		Types:       patched(c.Types, "body.types", typesOf, &everything, wrong),
		Description: patched(c.Description, "body.description", func(b block) string { return string(b) }, &nothing, wrong),
		Contact:     patched(c.Contact, "body.contact", func(l line) string { return string(l) }, &nothing, wrong),
		Language:    patched(c.Language, "body.contactLanguage", same[string], nil, wrong),
	}
	if wrong.Fields != nil {
		return webhook.Change{}, wrong
	}
	return change, nil
}

type updateHookInput struct {
	WebhookPath
	Precondition
	Body hookChange `contentType:"application/merge-patch+json"`
}

var opUpdateHook = needsElevation(onHook(operation{
	id: "update-webhook", method: http.MethodPatch, path: "/webhooks/{id}", summary: "Change a webhook",
	detail:  "A merge patch (RFC 7396). Another url makes it pending until the receiver there has answered a challenge; what was queued before goes there then. Null for types: all. For another url, and to hear of more types, a person proves anew who they are.",
	request: hookChange{Types: given([]string{"session.ended"})}, answer: exampleHook,
	codes: []fault.Code{fault.CodePreconditionFailed, fault.CodePreconditionRequired, fault.CodePolicyLocked},
}))

func (s *server) updateHook(ctx context.Context, in *updateHookInput) (*hookOutput, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	change, err := in.Body.change()
	if err != nil {
		return nil, err
	}
	w, err := s.Webhooks.Change(ctx, of(ctx).who, in.ID, version, change)
	if err != nil {
		return nil, err
	}
	return s.hookAnswer(w), nil
}

var opDeleteHook = onHook(operation{
	id: "delete-webhook", method: http.MethodDelete, path: "/webhooks/{id}", status: http.StatusNoContent, summary: "Delete a webhook",
	detail: "At once and for good, with what is queued for it. It takes no If-Match: nothing that changed meanwhile is a reason to wait.",
})

func (s *server) deleteHook(ctx context.Context, in *WebhookPath) (*none, error) {
	return nil, s.Webhooks.Delete(ctx, of(ctx).who, in.ID)
}

type rotation struct {
	OverlapMinutes *int `json:"overlapMinutes,omitempty" minimum:"0" maximum:"43200" doc:"For how long the key before goes on signing beside the new one: a day when left out."`
}

type rotateHookInput struct {
	WebhookPath
	Body rotation
}

type rotateHookOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"2\""`
	Body createdHook
}

var opRotateHook = needsElevation(onHook(operation{
	id: "rotate-webhook", method: http.MethodPost, path: "/webhooks/{id}/rotate", summary: "Give a webhook a new key",
	detail:  "Messages carry a signature by each key that counts, the newest first: receivers that know one of them go on. If the answer was lost, rotate again.",
	request: rotation{OverlapMinutes: ptr(1440)}, answer: createdHook{exampleHook, "whsec_…"},
}))

func (s *server) rotateHook(ctx context.Context, in *rotateHookInput) (*rotateHookOutput, error) {
	overlap := webhook.DefaultOverlap
	if in.Body.OverlapMinutes != nil {
		overlap = time.Duration(*in.Body.OverlapMinutes) * time.Minute
	}
	w, secret, err := s.Webhooks.Rotate(ctx, of(ctx).who, in.ID, overlap)
	if err != nil {
		return nil, err
	}
	return &rotateHookOutput{ETag: etag(w.Version), Body: createdHook{s.wireHook(w), secret}}, nil
}

var opEnableHook = onHook(operation{
	id: "enable-webhook", method: http.MethodPost, path: "/webhooks/{id}/enable", summary: "Enable a webhook again",
	detail: "It is pending until its receiver has answered a new challenge. What was given up meanwhile is sent again by asking for it. An active one stays as it is. Repeating it is harmless and takes no Idempotency-Key.",
	answer: exampleHook, codes: []fault.Code{fault.CodeConflict},
})

func (s *server) enableHook(ctx context.Context, in *WebhookPath) (*hookOutput, error) {
	w, err := s.Webhooks.Enable(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	return s.hookAnswer(w), nil
}
