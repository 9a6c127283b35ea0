package webhook

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"parvis/seal"
)

// The forms of Standard Webhooks 1.0.
const (
	secretPrefix = "whsec_"
	publicPrefix = "whpk_"
	secretBytes  = 32 // 24 to 64
)

// newKey makes a key for an endpoint. secret is what its receiver must know and nobody is told again; empty where the
// receiver needs the public half alone.
func newKey(box seal.Box, kind Signature, webhookID string, now time.Time) (k Key, secret string) {
	seed := make([]byte, secretBytes)
	_, _ = rand.Read(seed) // never fails
	k = Key{ID: newID(), CreatedAt: now}
	k.Sealed = box.Seal(base64.StdEncoding.EncodeToString(seed), row(webhookID, k.ID))
	if kind == Ed25519 {
		public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
		k.Public = publicPrefix + base64.StdEncoding.EncodeToString(public)
		return k, ""
	}
	return k, secretPrefix + base64.StdEncoding.EncodeToString(seed)
}

// row binds a sealed key to where it stands.
func row(webhookID, keyID string) string { return "webhook:" + webhookID + ":" + keyID }

// signer signs for one endpoint, with each of its keys that counts.
type signer []func(content []byte) string

func newSigner(box seal.Box, w Webhook, now time.Time) (signer, error) {
	var s signer
	for _, k := range w.Keys {
		if !k.counts(now) {
			continue
		}
		text, err := box.Open(k.Sealed, row(w.ID, k.ID))
		if err != nil {
			return nil, fmt.Errorf("key of webhook %s: %w", w.ID, err)
		}
		seed, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("key of webhook %s: %w", w.ID, err)
		}
		s = append(s, signs(w.Signature, seed))
	}
	return s, nil
}

func signs(kind Signature, seed []byte) func([]byte) string {
	if kind == Ed25519 {
		private := ed25519.NewKeyFromSeed(seed)
		return func(content []byte) string {
			return "v1a," + base64.StdEncoding.EncodeToString(ed25519.Sign(private, content))
		}
	}
	return func(content []byte) string {
		mac := hmac.New(sha256.New, seed)
		mac.Write(content)
		return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
}

// header is what goes with a message: the id stays, the time is that of the attempt.
func (s signer) header(id string, at time.Time, body []byte) map[string]string {
	stamp := strconv.FormatInt(at.Unix(), 10)
	content := append([]byte(id+"."+stamp+"."), body...)
	signatures := make([]string, len(s))
	for i, sign := range s {
		signatures[i] = sign(content)
	}
	return map[string]string{"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": strings.Join(signatures, " ")}
}
