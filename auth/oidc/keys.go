package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

const (
	keysEvery      = 30 * time.Second // after keys were had, an unknown one is looked for this often
	keysAfterFault = 2 * time.Second
	maxToken       = 8 << 10
)

var (
	errKeysUnreachable = errors.New("the provider's keys cannot be had")
	errKeysFresh       = errors.New("the provider's keys were read a moment ago")
)

// keys are a provider's public keys. go-oidc looks for new ones at every unknown key id; tokens reach the back-channel
// endpoint unauthenticated, so without the throttle anybody could make us call the provider at will.
type keys struct{ remote *gooidc.RemoteKeySet }

func newKeys(jwks string, client *http.Client, now func() time.Time) *keys {
	throttled := *client
	throttled.Transport = &throttle{next: client.Transport, now: now}
	// The context carries the client alone: go-oidc keeps it for all later fetches.
	return &keys{gooidc.NewRemoteKeySet(gooidc.ClientContext(context.Background(), &throttled), jwks)}
}

// keyUse is one use of the keys. It remembers whether they could not be had, which go-oidc's errors do not tell.
type keyUse struct {
	keys        *keys
	unreachable bool
}

// VerifySignature implements oidc.KeySet.
func (u *keyUse) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := u.keys.remote.VerifySignature(ctx, jwt)
	u.unreachable = errors.Is(err, errKeysUnreachable)
	return payload, err
}

// throttle lets a fetch through every 30 s, or 2 s after one that failed.
type throttle struct {
	next http.RoundTripper
	now  func() time.Time

	mu     sync.Mutex
	last   time.Time
	failed bool
}

func (t *throttle) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := t.enter(); err != nil {
		return nil, err
	}
	resp, err := t.next.RoundTrip(r)
	t.mu.Lock()
	t.failed = err != nil || resp.StatusCode != http.StatusOK
	t.mu.Unlock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errKeysUnreachable, err)
	case resp.StatusCode >= http.StatusInternalServerError:
		resp.Body.Close()
		return nil, fmt.Errorf("%w: status %d", errKeysUnreachable, resp.StatusCode)
	default:
		return resp, nil
	}
}

func (t *throttle) enter() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	every := keysEvery
	if t.failed {
		every = keysAfterFault
	}
	now := t.now()
	if !t.last.IsZero() && now.Sub(t.last) < every {
		if t.failed {
			return errKeysUnreachable
		}
		return errKeysFresh
	}
	t.last = now
	return nil
}

// typOf is the header "typ" of a signed token, after a look that nothing is wrong with its outside: bounded, compact,
// one signature, the pinned algorithm.
func typOf(raw, alg string, limit int) (string, error) {
	if len(raw) == 0 || len(raw) > limit {
		return "", fmt.Errorf("a token of %d bytes", len(raw))
	}
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(alg)})
	if err != nil {
		return "", fmt.Errorf("not a token signed with %s: %w", alg, err)
	}
	if len(jws.Signatures) != 1 {
		return "", fmt.Errorf("a token with %d signatures", len(jws.Signatures))
	}
	typ, _ := jws.Signatures[0].Protected.ExtraHeaders[jose.HeaderType].(string)
	return typ, nil
}
