package provision

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// Secret is a credential that was made, of which nobody is told again.
type Secret struct {
	Kind Kind   `json:"kind"`
	Key  string `json:"name"`
	ID   string `json:"id"`
	Text string `json:"secret"`
}

// Sinks hear of what is done. Secret keeps a credential; a failure to ends the apply.
type Sinks struct {
	Done   func(Step)
	Secret func(Secret) error
}

// Result is what became of a plan.
type Result struct {
	Done    int
	Refused []Left
}

// batch is how many things are made at once.
const batch = 200

// Apply does the steps of a plan, one after the other. What the platform refuses is gathered, and the others go on; anything else
// ends it, ErrChanged above all. What was done is done: the same files, planned again, say what is missing.
func Apply(ctx context.Context, remote Remote, p Plan, to Sinks) (Result, error) {
	a := applier{remote: remote, plan: p, to: to}
	for steps := p.Steps; len(steps) > 0; {
		n := 1
		for n < len(steps) && n < batch && alike(steps[0], steps[n]) {
			n++
		}
		if err := a.together(ctx, steps[:n]); err != nil {
			return a.result, err
		}
		steps = steps[n:]
	}
	return a.result, nil
}

// alike tells steps that one request can do.
func alike(a, b Step) bool {
	return a.Do == Create && b.Do == Create && a.Kind == b.Kind && a.Kind == KindRoom
}

type applier struct {
	remote Remote
	plan   Plan
	to     Sinks
	result Result
}

func (a *applier) together(ctx context.Context, steps []Step) error {
	made := make([]Made, 1)
	key, err := a.key(steps)
	if err != nil {
		return err
	}
	switch s := steps[0]; s.Do {
	case Create:
		things := make([]Resource, len(steps))
		for i, s := range steps {
			things[i] = Resource{Identity: s.Identity, Fields: s.After}
		}
		made, err = a.remote.Create(ctx, key, things)
	case Remove:
		err = a.remote.Remove(ctx, s)
	default:
		made[0], err = a.remote.Change(ctx, key, s)
	}
	var refused *Refusal
	if errors.As(err, &refused) && len(steps) == 1 {
		made, err = []Made{{Err: refused}}, nil
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", steps[0].Do, steps[0].Identity, err)
	}
	for i, s := range steps {
		if err := a.one(s, made[i]); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) one(s Step, m Made) error {
	var refused *Refusal
	switch {
	case errors.As(m.Err, &refused):
		at := s.Place.At
		a.result.Refused = append(a.result.Refused, Left{s.Identity, &at, refused.Says})
		return nil
	case m.Err != nil:
		return fmt.Errorf("%s %s: %w", s.Do, s.Identity, m.Err)
	}
	if m.Secret != "" {
		if err := a.to.Secret(Secret{s.Kind, s.Key, m.ID, m.Secret}); err != nil {
			return fmt.Errorf("keep the secret of %s, which is lost: make another: %w", s.Identity, err)
		}
	}
	a.result.Done++
	if a.to.Done != nil {
		a.to.Done(s)
	}
	return nil
}

// key is the Idempotency-Key of steps: two that apply at once make nothing twice, be it by the same plan or by one that was made while
// the other was at work. What is changed or removed is held by its version.
func (a *applier) key(steps []Step) (string, error) {
	text, err := json.Marshal(steps)
	if err != nil {
		return "", fmt.Errorf("name a step: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}

// MakesSecrets tells that an apply will be told credentials.
func (p Plan) MakesSecrets() bool {
	for _, s := range p.Steps {
		hmac := s.Kind == KindWebhook && s.Do == Create && s.After["signature"] != "ed25519"
		if hmac || s.Kind == KindServiceAccount && (s.Do == Create || s.After[CredentialField] != nil) {
			return true
		}
	}
	return false
}

// CredentialField tells that an account has a secret or a key: HasCredential, or nothing. Each account that the files name gets one,
// be it by the next apply when one ended between the account and its secret.
const (
	CredentialField = "credential"
	HasCredential   = "yes"
)
