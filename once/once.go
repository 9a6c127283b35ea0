// Package once carries the name under which a request may be repeated, its Idempotency-Key, from where the request arrives to where
// what it makes is written: in the transaction that makes something the store notes it under that name. So a request whose program
// died before its answer was kept makes nothing twice when it comes again. It decides nothing and keeps nothing.
package once

import (
	"context"
	"strconv"
)

// What requests make, or change, that is noted.
const (
	Room      = "room"      // by its slug
	Meeting   = "meeting"   // by its id
	Operation = "operation" // by its id

	// By their ids.
	Organization   = "organization"
	Unit           = "unit"
	Office         = "office"
	Template       = "template"
	ServiceAccount = "service-account"
	Hold           = "hold"
)

// Key names a request of somebody. Made is what an earlier run of it has made, by Name.
type Key struct {
	Principal, Route, Key string
	Made                  map[string]string
}

type (
	keyOf  struct{}
	partOf struct{}
)

// With says under which key everything is written that follows from ctx.
func With(ctx context.Context, k Key) context.Context { return context.WithValue(ctx, keyOf{}, k) }

// Of answers the key of a request, if it has one.
func Of(ctx context.Context) (Key, bool) {
	k, ok := ctx.Value(keyOf{}).(Key)
	return k, ok
}

// Part is the n-th of several things of one kind that a request makes.
func Part(ctx context.Context, n int) context.Context { return context.WithValue(ctx, partOf{}, n) }

// Name is what something of a kind is called among all that a request makes.
func Name(ctx context.Context, kind string) string {
	if n, ok := ctx.Value(partOf{}).(int); ok {
		return kind + " " + strconv.Itoa(n)
	}
	return kind
}

// Made answers what an earlier run of the request made of a kind.
func Made(ctx context.Context, kind string) (ref string, ok bool) {
	k, _ := Of(ctx)
	ref, ok = k.Made[Name(ctx, kind)]
	return ref, ok
}
