package audit

import (
	"context"
	"net/netip"
	"sync/atomic"
)

// Origin is where a request came from. It goes with the context, since every act of the request has the same.
type Origin struct {
	Network   string // as Truncate answers it
	RequestID string

	matter *atomic.Pointer[[]Matter]
}

// Matter is what a request is about, as far as it was found out: a refusal names it too.
type Matter struct{ Subject, OrgID string }

// About notes what the request of a context is about. Work that nobody asked for is about nothing.
func About(ctx context.Context, subject, orgID string) { AboutAll(ctx, []Matter{{subject, orgID}}) }

// AboutAll notes several things that one request is about, of several organizations perhaps: each reads of it in its own part.
func AboutAll(ctx context.Context, matters []Matter) {
	if o := OriginOf(ctx); o.matter != nil {
		o.matter.Store(&matters)
	}
}

// Matters answers what About noted last; nothing where it was not found out.
func (o Origin) Matters() []Matter {
	if o.matter == nil {
		return nil
	}
	if m := o.matter.Load(); m != nil {
		return *m
	}
	return nil
}

type contextKey struct{}

// NewContext carries an origin down to where entries are written.
func NewContext(ctx context.Context, o Origin) context.Context {
	o.matter = &atomic.Pointer[[]Matter]{}
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
