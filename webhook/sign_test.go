package webhook

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"parvis/seal"
)

var (
	box = seal.New([32]byte{1})
	ten = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
)

func signed(t *testing.T, w Webhook, at time.Time, body string) http.Header {
	t.Helper()
	s, err := newSigner(box, w, at)
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	for name, value := range s.header("msg", at, []byte(body)) {
		h.Set(name, value)
	}
	return h
}

func TestTheReferenceLibraryTakesOurSignaturesDuringARotation(t *testing.T) {
	now := time.Now()
	w := Webhook{ID: "w", Signature: HMAC}
	old, oldSecret := newKey(box, HMAC, w.ID, now)
	fresh, freshSecret := newKey(box, HMAC, w.ID, now)
	until := now.Add(time.Hour)
	old.ExpiresAt = &until
	w.Keys = []Key{fresh, old}
	for _, secret := range []string{oldSecret, freshSecret} {
		receiver, err := standard.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := receiver.Verify([]byte("{}"), signed(t, w, now, "{}")); err != nil {
			t.Error(err)
		}
		if receiver.Verify([]byte("{ }"), signed(t, w, now, "{}")) == nil {
			t.Error("another body is taken")
		}
		if receiver.Verify([]byte("{}"), signed(t, w, now.Add(-6*time.Minute), "{}")) == nil {
			t.Error("an old one is taken")
		}
	}
	if got := strings.Fields(signed(t, w, until, "{}").Get("webhook-signature")); len(got) != 1 {
		t.Errorf("when the rotation is over there are %d signatures", len(got))
	}
}

func TestAPublicKeyIsEnoughToCheckASignature(t *testing.T) {
	w := Webhook{ID: "w", Signature: Ed25519}
	k, secret := newKey(box, Ed25519, w.ID, ten)
	w.Keys = []Key{k}
	if secret != "" {
		t.Error("a secret is shown that nobody needs")
	}
	public, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(k.Public, "whpk_"))
	if err != nil {
		t.Fatal(err)
	}
	h := signed(t, w, ten, "{}")
	text, ok := strings.CutPrefix(h.Get("webhook-signature"), "v1a,")
	signature, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || !ed25519.Verify(public, []byte("msg."+h.Get("webhook-timestamp")+".{}"), signature) {
		t.Errorf("got %v", h)
	}
}

// The example of the specification of Standard Webhooks 1.0.
func TestTheExampleOfTheSpecification(t *testing.T) {
	seed, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	h := signer{signs(HMAC, seed)}.header("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if got := h["webhook-signature"]; got != "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Errorf("got %s", got)
	}
}

func TestAKeyThatWasCopiedToAnotherRowOpensNothing(t *testing.T) {
	k, _ := newKey(box, HMAC, "one", ten)
	if _, err := newSigner(box, Webhook{ID: "other", Signature: HMAC, Keys: []Key{k}}, ten); err == nil {
		t.Error("it opens")
	}
}
