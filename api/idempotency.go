package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"parvis/auth"
	"parvis/fault"
	"parvis/once"
)

// replayed is the header that tells an answer given again from the first one.
const replayed = "Idempotent-Replayed"

// idempotent lets a creation be repeated without creating twice, when its answer was lost on the way. The answer is kept before it is
// sent, so that whoever has seen it can have it again; a refusal changed nothing and gives the key back. Where it could not be kept,
// because the program died, or is not to be because a part of what was asked for was refused, what was made is known all the same (package once), and the repeated request is answered with it as it
// is by then. An answer that
// holds a secret goes through idempotentBut: a replay would repeat it.
func (s *server) idempotent(op *huma.Operation) { s.idempotentBut("")(op) }

// idempotentBut is idempotent for an answer of which one member is told once: it is not kept.
func (s *server) idempotentBut(secret string) func(*huma.Operation) {
	how := repetition{secret: secret, doc: "A new one for each creation; the same one when repeating it within a day. Required of service accounts."}
	return func(op *huma.Operation) { s.repeatable(op, how) }
}

// idempotentIfAsked is idempotent for what is no creation and yet sends something: software need not send a key.
func (s *server) idempotentIfAsked(op *huma.Operation) {
	s.repeatable(op, repetition{optional: true, doc: "The same one when repeating it within a day: then nothing is sent twice, and an If-Match of before is not held against it."})
}

// madeOnce makes something of a kind or, where an earlier run of this request made it and could not tell, reads it as it is by now.
func madeOnce[T any](ctx context.Context, kind string, read func(ref string) (T, error), create func() (T, error)) (T, error) {
	if ref, again := once.Made(ctx, kind); again {
		return read(ref)
	}
	return create()
}

// repetition is how a request may be repeated. secret is a member of the answer that is told once.
type repetition struct {
	secret   string
	optional bool
	doc      string
}

func (s *server) repeatable(op *huma.Operation, how repetition) {
	most := 255
	op.Parameters = append(op.Parameters, &huma.Param{
		Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &most},
		Description: how.doc,
		Example:     "7c9f3f0e-5b4d-4f7e-8d55-2f6a0f7c1b1d",
	})
	for status, response := range op.Responses {
		if status[0] == '2' {
			response.Headers = map[string]*huma.Param{replayed: {
				Description: "true on an answer that is repeated, for a key that was used before; left out on the first.", Schema: &huma.Schema{Type: huma.TypeBoolean},
			}}
		}
	}
	codes := []fault.Code{fault.CodeIdempotencyRunning, fault.CodeIdempotencyReuse}
	if !how.optional {
		codes = append(codes, fault.CodeIdempotencyRequired)
	}
	for _, code := range codes {
		operation{codes: []fault.Code{code}}.refusals(op.Responses)
	}
	op.Middlewares = append(op.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
		c := humagin.Unwrap(ctx)
		s.once(c, op.Method+" "+c.Request.URL.Path, how, func() { next(ctx) })
	})
}

func (s *server) once(c *gin.Context, route string, how repetition, do func()) {
	ctx := c.Request.Context()
	x := of(ctx)
	key := c.GetHeader("Idempotency-Key")
	if err := wellKeyed(key, x.who, how.optional); err != nil {
		s.refuse(c, err)
		return
	}
	if key == "" || x.who.Anonymous() {
		do()
		return
	}
	principal := principalOf(x.who)
	found, status, header, body, err := s.Idempotency.BeginIdempotent(ctx, principal, route, key, hashOf(x.body, c.Request.URL.Query()), s.Now())
	switch {
	case err != nil:
		s.refuse(c, err)
	case found:
		c.Header(replayed, "true")
		answer(c, status, header, body)
	default:
		if len(header) > 0 {
			c.Header(replayed, "true")
		}
		c.Request = c.Request.WithContext(once.With(ctx, once.Key{Principal: principal, Route: route, Key: key, Made: header}))
		s.first(c, principal, route, key, how.secret, do)
	}
}

// hashOf tells one request of a route from another: who hears of it by mail stands in the query.
func hashOf(body []byte, query url.Values) []byte {
	h := sha256.New()
	h.Write(body)
	if len(query) > 0 {
		h.Write([]byte("\x00" + query.Encode()))
	}
	return h.Sum(nil)
}

// reading is who made something with leave to read that one thing: what was made is told to them once, whatever else they read.
func reading(who auth.Identity, scope auth.Scope) auth.Identity {
	who.Scopes = append(slices.Clone(who.Scopes), scope)
	return who
}

// principalOf is whose a key is. What software does for a person has keys apart from the person's own, and from those of
// other software.
func principalOf(who auth.Identity) string {
	own := string(who.Kind) + ":" + who.ID
	if who.Delegated() {
		return string(auth.Service) + ":" + who.OnBehalfOf + " for " + own
	}
	return own
}

// first runs the request that claimed the key. What follows the commit does not stop when the client goes away.
func (s *server) first(c *gin.Context, principal, route, key, secret string, do func()) {
	ctx := context.WithoutCancel(c.Request.Context())
	held := &heldWriter{ResponseWriter: c.Writer}
	c.Writer = held
	finished := false
	defer func() {
		c.Writer = held.ResponseWriter
		if !finished { // refused, or a panic that observe answers
			s.note(ctx, "idempotency key not given back", s.Idempotency.ForgetIdempotent(ctx, principal, route, key))
		}
		if held.body.Len() > 0 {
			_, _ = c.Writer.Write(held.body.Bytes())
		}
	}()
	do()
	if status := held.Status(); status < http.StatusMultipleChoices && !of(ctx).partly {
		finished = true
		header := map[string]string{}
		for _, name := range []string{"Content-Type", "Etag", "Location"} {
			if v := held.Header().Get(name); v != "" {
				header[name] = v
			}
		}
		s.note(ctx, "answer not kept for its idempotency key",
			s.Idempotency.FinishIdempotent(ctx, principal, route, key, status, header, without(secret, held.body.Bytes())))
	}
}

// without is a JSON object without one of its members. What is no object is not kept at all.
func without(member string, body []byte) []byte {
	if member == "" {
		return body
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil {
		return nil
	}
	delete(object, member)
	kept, err := json.Marshal(object)
	if err != nil {
		return nil // what was read can be written
	}
	return kept
}

// note logs what no answer can tell any more: the request has done its work.
func (s *server) note(ctx context.Context, message string, err error) {
	if err != nil {
		s.Logger.WarnContext(ctx, message, "request", of(ctx).id, "error", err)
	}
}

func answer(c *gin.Context, status int, header map[string]string, body []byte) {
	for name, value := range header {
		c.Writer.Header()[name] = []string{value}
	}
	c.Writer.WriteHeader(status)
	_, _ = c.Writer.Write(body) // a client that is gone asks again
}

func wellKeyed(key string, who auth.Identity, optional bool) error {
	if key == "" {
		if optional {
			return nil
		}
		if who.Kind == auth.Service || who.Delegated() {
			return fault.New(fault.CodeIdempotencyRequired, "a service account sends an Idempotency-Key with each creation").
				At("header.Idempotency-Key", "missing")
		}
		return nil
	}
	ok := len(key) <= 255
	for i := range len(key) {
		ok = ok && key[i] > ' ' && key[i] <= '~'
	}
	if !ok {
		return fault.New(fault.CodeInvalid, "this Idempotency-Key is not usable").
			At("header.Idempotency-Key", "1 to 255 visible ASCII characters")
	}
	return nil
}

// heldWriter holds an answer back until it is kept.
type heldWriter struct {
	gin.ResponseWriter
	body bytes.Buffer
}

func (w *heldWriter) Write(b []byte) (int, error)       { return w.body.Write(b) }
func (w *heldWriter) WriteString(s string) (int, error) { return w.body.WriteString(s) }
func (w *heldWriter) WriteHeaderNow()                   {}
func (w *heldWriter) Written() bool                     { return w.body.Len() > 0 }
func (w *heldWriter) Size() int                         { return w.body.Len() }
