package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"parvis/auth/service"
	"parvis/fault"
)

type newSecret struct {
	ExpiresAt      *time.Time `json:"expiresAt,omitempty" doc:"Lives as long as the account when left out."`
	OverlapMinutes *int       `json:"overlapMinutes,omitempty" minimum:"0" maximum:"43200" doc:"After how many minutes all other secrets of the account end. They stay when left out."`
}

type addSecretInput struct {
	AccountPath
	Body newSecret
}

type givenSecret struct {
	accountSecret
	Secret string `json:"secret,omitempty" doc:"The client_secret. Told this once: an answer that is repeated by Idempotency-Key is without it."`
}

type addSecretOutput struct {
	Location string `header:"Location" doc:"The address of the new secret."`
	Body     givenSecret
}

var opAddSecret = needsElevation(onAccount(operation{
	id: "add-secret", method: http.MethodPost, path: "/service-accounts/{id}/secrets", status: http.StatusCreated, summary: "Add a secret to a service account",
	detail:  "At most five at a time. To rotate, give overlapMinutes: the ones before go on for as long. If the answer was lost, remove the secret and add another: it is never shown again.",
	request: newSecret{OverlapMinutes: ptr(1440)}, answer: givenSecret{exampleAccount.Secrets[0], "parvis_0198a5c27e027b1d8c349f5a2e6d1b80_…"},
	codes: []fault.Code{fault.CodeConflict},
}))

func ptr[T any](v T) *T { return &v }

func (s *server) addSecret(ctx context.Context, in *addSecretInput) (*addSecretOutput, error) {
	wanted := service.NewSecret{ExpiresAt: in.Body.ExpiresAt}
	if in.Body.OverlapMinutes != nil {
		wanted.Overlap = ptr(time.Duration(*in.Body.OverlapMinutes) * time.Minute)
	}
	account, secret, text, err := s.Services.AddSecret(ctx, of(ctx).who, in.ID, wanted)
	if err != nil {
		return nil, err
	}
	return &addSecretOutput{
		Location: basePath + "/service-accounts/" + account.ID + "/secrets/" + secret.ID, Body: givenSecret{wireSecret(secret), text},
	}, nil
}

type removeSecretInput struct {
	AccountPath
	SecretID string `path:"secretId" maxLength:"64" doc:"The id of the secret, which is not the secret."`
}

var opRemoveSecret = onAccount(operation{
	id: "remove-secret", method: http.MethodDelete, path: "/service-accounts/{id}/secrets/{secretId}", status: http.StatusNoContent,
	summary: "Remove a secret of a service account", detail: "At once, with the tokens that were got by it.", codes: []fault.Code{fault.CodeNotFound},
})

func (s *server) removeSecret(ctx context.Context, in *removeSecretInput) (*none, error) {
	_, err := s.Services.RemoveSecret(ctx, of(ctx).who, in.ID, in.SecretID)
	return nil, err
}

// publicKey is a JWK (RFC 7517, RFC 7518, RFC 8037). A private one has members that are not here, and is refused.
type publicKey struct {
	KTY string `json:"kty" enum:"RSA,EC,OKP"`
	CRV string `json:"crv,omitempty" enum:"P-256,P-384,Ed25519" doc:"Of EC and OKP."`
	X   string `json:"x,omitempty" maxLength:"100"`
	Y   string `json:"y,omitempty" maxLength:"100"`
	N   string `json:"n,omitempty" maxLength:"1000" doc:"Of RSA, 2048 to 4096 bits."`
	E   string `json:"e,omitempty" maxLength:"20"`
	Alg string `json:"alg,omitempty" enum:"RS256,PS256,ES256,ES384,EdDSA" doc:"The one algorithm that it signs with: that of its kind when left out, RS256 for RSA."`
	Use string `json:"use,omitempty" enum:"sig"`
	KID string `json:"kid,omitempty" maxLength:"64" doc:"That of the address, or left out."`
}

// KeyPath is the address of a key of a service account.
type KeyPath struct {
	AccountPath
	KID string `path:"kid" maxLength:"64" example:"2026-11" doc:"How the account's assertions call the key."`
}

type putKeyInput struct {
	KeyPath
	Body publicKey
}

type putKeyOutput struct {
	Status int
	ETag   string `header:"ETag" doc:"The version, for If-Match." example:"\"2\""`
	Body   serviceAccount
}

var opPutKey = needsElevation(onAccount(operation{
	id: "put-key", method: http.MethodPut, path: "/service-accounts/{id}/keys/{kid}", summary: "Register a public key of a service account",
	detail:  "By value, as a JWK: nothing is fetched. 201 for a new name, 200 in the place of another key, whose tokens end. At most five.",
	request: publicKey{KTY: "OKP", CRV: "Ed25519", X: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}, answer: exampleAccount, codes: []fault.Code{fault.CodeConflict},
}))

func (s *server) putKey(ctx context.Context, in *putKeyInput) (*putKeyOutput, error) {
	jwk, err := json.Marshal(in.Body)
	if err != nil {
		return nil, err
	}
	account, made, err := s.Services.PutKey(ctx, of(ctx).who, in.ID, in.KID, jwk)
	if err != nil {
		return nil, err
	}
	out := &putKeyOutput{Status: http.StatusOK, ETag: etag(account.Version), Body: wireAccount(account)}
	if made {
		out.Status = http.StatusCreated
	}
	return out, nil
}

var opRemoveKey = onAccount(operation{
	id: "remove-key", method: http.MethodDelete, path: "/service-accounts/{id}/keys/{kid}", status: http.StatusNoContent, summary: "Remove a public key of a service account",
	detail: "At once, with the tokens that were got by it.", codes: []fault.Code{fault.CodeNotFound},
})

func (s *server) removeKey(ctx context.Context, in *KeyPath) (*none, error) {
	_, err := s.Services.RemoveKey(ctx, of(ctx).who, in.ID, in.KID)
	return nil, err
}
