package audit

import (
	"context"
	"net/netip"
)

// Origin is where a request came from. It goes with the context, since every act of the request has the same.
type Origin struct {
	Network   string // as Truncate answers it
	RequestID string
}

type contextKey struct{}

// NewContext carries an origin down to where entries are written.
func NewContext(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, contextKey{}, o)
}

// OriginOf is the origin of a context; none for work that nobody asked for.
func OriginOf(ctx context.Context) Origin {
	o, _ := ctx.Value(contextKey{}).(Origin)
	return o
}

// The networks to which addresses are cut: enough to tell a ministry from a stranger, too little to tell a desk.
const (
	bits4 = 24
	bits6 = 48
)

// Truncate is the network of an address; empty for none.
func Truncate(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	bits := bits4
	if a.Is6() {
		bits = bits6
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}
