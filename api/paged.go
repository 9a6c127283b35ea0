package api

import (
	"net/url"

	"github.com/danielgtaylor/huma/v2"
)

// Paged is embedded in the body of a page. It is exported because Huma passes over an embedded type that is not.
type Paged struct {
	Next string `json:"next,omitempty" doc:"The cursor of the next page; left out on the last. The header Link has the whole address of that page (rel=next, RFC 8288)."`
}

func (p Paged) next() string { return p.Next }

// linkNext says the address of the next page besides its cursor, so that a program can follow it without building one.
func (t tight) linkNext(ctx huma.Context, body any) {
	page, ok := body.(interface{ next() string })
	if !ok || page.next() == "" {
		return
	}
	here := ctx.URL()
	query := here.Query()
	query.Set("cursor", page.next())
	next := url.URL{Scheme: t.base.scheme, Host: t.base.host, Path: here.Path, RawQuery: query.Encode()}
	ctx.SetHeader("Link", "<"+next.String()+`>; rel="next"`)
}
