package provision

import (
	"context"
	"errors"
)

// Remote is the platform, as the account sees it that applies. Names stand for ids in all that goes in and comes out.
type Remote interface {
	// Named says by which mark things are known that the files made.
	Named(mark string)
	// Home is the name of the account's own organization, in which its rooms, webhooks and accounts are.
	Home(ctx context.Context) (string, error)
	// Read answers all things of a kind, with all of their fields. orgs are the organizations that are asked about, for the kinds
	// that several have; those that there are not have nothing.
	Read(ctx context.Context, k Kind, orgs []string) ([]Resource, error)
	// Create makes things of one kind and answers for each what came of it. key is the same for the same things in the same plan. Its
	// error is about all of them.
	Create(ctx context.Context, key string, things []Resource) ([]Made, error)
	// Change makes fields of a thing what they are to be: ErrChanged when they are not any more what step.Before says. It restores
	// what is archived.
	Change(ctx context.Context, key string, step Step) (Made, error)
	// Remove takes a thing away; a room is archived.
	Remove(ctx context.Context, step Step) error
}

// Made is what came of a thing. Secret is told this once.
type Made struct {
	ID     string
	Secret string
	Err    error
}

// ErrChanged tells that what the plan was made of is no more.
var ErrChanged = errors.New("somebody else changed it meanwhile: plan again")

// Refusal is what the platform, or its Remote, says to one thing: the others go on.
type Refusal struct{ Says string }

func (r *Refusal) Error() string { return r.Says }
