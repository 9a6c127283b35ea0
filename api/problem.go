package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"parvis/fault"
)

// problem is the body of every refusal (RFC 9457).
type problem struct {
	Type      string       `json:"type" format:"uri-reference" doc:"The page that explains the code." example:"/problems/room-not-found"`
	Title     string       `json:"title" doc:"The code in a few words." example:"No such room"`
	Status    int          `json:"status" example:"404"`
	Detail    string       `json:"detail" doc:"What is wrong here, in English, for developers. It never repeats a value of the request." example:"there is no room of this code"`
	Code      string       `json:"code" doc:"Stable and kebab-case: what a program decides by." example:"room-not-found"`
	Errors    []fieldError `json:"errors,omitempty" doc:"The places of the request that are wrong."`
	OpensAt   *time.Time   `json:"opensAt,omitempty" doc:"When the room opens, where the code is not-open-yet."`
	RequestID string       `json:"requestId" doc:"Finds the request in the log; also in X-Request-Id." example:"MFRGGZDFMZTWQ2LKNNWG23TPOA"`

	retryAfter time.Duration
}

// fieldError is one place of a request that is wrong.
type fieldError struct {
	Location string `json:"location" doc:"Such as body.name or query.pageSize." example:"body.name"`
	Message  string `json:"message" example:"expected length >= 1"`
}

const problemType = "application/problem+json"

var statuses = map[fault.Kind]int{
	fault.Internal:             http.StatusInternalServerError,
	fault.Invalid:              http.StatusUnprocessableEntity,
	fault.Malformed:            http.StatusBadRequest,
	fault.Unauthenticated:      http.StatusUnauthorized,
	fault.Forbidden:            http.StatusForbidden,
	fault.NotFound:             http.StatusNotFound,
	fault.Conflict:             http.StatusConflict,
	fault.Gone:                 http.StatusGone,
	fault.Locked:               http.StatusLocked,
	fault.TooLarge:             http.StatusRequestEntityTooLarge,
	fault.Unsupported:          http.StatusUnsupportedMediaType,
	fault.PreconditionFailed:   http.StatusPreconditionFailed,
	fault.PreconditionRequired: http.StatusPreconditionRequired,
	fault.TooMany:              http.StatusTooManyRequests,
	fault.Unavailable:          http.StatusServiceUnavailable,
	fault.Misdirected:          http.StatusMisdirectedRequest,
}

// statusOf is the only place where a failure becomes a status. Two codes stand apart from their kind.
func statusOf(kind fault.Kind, code fault.Code) int {
	switch code {
	case fault.CodeMethodNotAllowed:
		return http.StatusMethodNotAllowed
	case fault.CodeNotAcceptable:
		return http.StatusNotAcceptable
	}
	if status, ok := statuses[kind]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// statusClientGone is for the log and the metrics alone: who asked has gone, and nothing is wrong here. It is what nginx writes.
const statusClientGone = 499

// problemOf turns an error into what may be told of it, and leaves the rest to the log line of the request.
func problemOf(ctx context.Context, err error) *problem {
	x := of(ctx)
	f := fault.Of(err)
	if f.Code == fault.CodeSignInRequired && x.stale != nil {
		f = x.stale
	}
	x.failure = withCause(f, err)
	p := &problem{
		Type: "/problems/" + string(f.Code), Title: title(f.Code), Status: statusOf(f.Kind, f.Code), Detail: f.Detail,
		Code: string(f.Code), RequestID: x.id, retryAfter: f.RetryAfter,
	}
	if p.Status == http.StatusInternalServerError && errors.Is(ctx.Err(), context.Canceled) && errors.Is(err, context.Canceled) {
		p.Status = statusClientGone
	}
	if !f.OpensAt.IsZero() {
		opens := at(f.OpensAt)
		p.OpensAt = &opens
	}
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, fieldError{Location: located(field.Location, x.request), Message: field.Message})
	}
	if p.retryAfter == 0 && f.Kind == fault.Unavailable {
		p.retryAfter = 5 * time.Second
	}
	return p
}

// withCause keeps the whole chain for the log: the wrapping says where, the fault only what.
func withCause(f *fault.Error, err error) *fault.Error {
	if error(f) == err {
		return f
	}
	logged := *f
	logged.Err = err
	return &logged
}

// located completes a location that a domain gave without saying which part of the request it is in.
func located(location string, r *http.Request) string {
	if location == "body" || strings.Contains(location, ".") {
		return location
	}
	if r.Method == http.MethodGet {
		return "query." + location
	}
	return "body." + location
}

func title(code fault.Code) string {
	m, _ := code.Meaning()
	return m.Title
}

// refuse answers a problem and ends the request. An error that nobody classified tells nothing.
func (s *server) refuse(c *gin.Context, err error) {
	WriteProblem(c.Writer, c.Request, err)
	c.Abort()
}

// WriteProblem answers a problem document (RFC 9457) for an error; handlers that others own and that this API mounts
// answer with it too. The request must have come through the API: its id and its log line are the request's.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	if isSCIM(r.URL.Path) {
		refuseSCIM(w, r, err)
		return
	}
	p := problemOf(r.Context(), err)
	h := w.Header()
	for name, values := range p.GetHeaders() {
		h[name] = values
	}
	h["Content-Type"] = []string{problemType}
	h["Cache-Control"] = neverStored
	body, err := json.Marshal(p)
	if err != nil {
		body = nil // a problem has nothing that JSON cannot say
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // a client that has gone is nobody to tell
}

// Error, GetStatus, ContentType and GetHeaders are how Huma knows an error that it may answer.
func (p *problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus is the HTTP status.
func (p *problem) GetStatus() int { return p.Status }

// ContentType is always that of RFC 9457.
func (p *problem) ContentType(string) string { return problemType }

// GetHeaders is what a refusal says beside its body: when to come back (RFC 9110 §10.2.3), how to identify (§11.6.1).
func (p *problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		seconds := int64((p.retryAfter + time.Second - 1) / time.Second)
		h["Retry-After"] = []string{strconv.FormatInt(seconds, 10)}
	}
	if p.Status == http.StatusUnauthorized {
		h["Www-Authenticate"] = []string{"Bearer"}
	}
	return h
}

var errPanic = errors.New("panic")
