package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"parvis/audit"
	"parvis/auth"
	"parvis/fault"
	"parvis/scim"
)

// provisioning is how an identity management tells of people and groups (scim.Service).
type provisioning interface {
	Do(ctx context.Context, who auth.Identity, r scim.Request) (scim.Response, error)
}

const (
	scimType = "application/scim+json"
	// scimPatience is longer than that of other operations: a bulk request is a thousand of them.
	scimPatience = 25 * time.Second
)

// isSCIM tells the paths under which refusals are SCIM's own (RFC 7644 section 3.12), those of limits and credentials too.
func isSCIM(path string) bool {
	return path == scim.Prefix || strings.HasPrefix(path, scim.Prefix+"/")
}

// mountSCIM serves another standard beside the API: it says how it is asked, how it answers and how it refuses.
func (s *server) mountSCIM() {
	g := s.engine.Group(scim.Prefix, s.identify, s.limit, s.noStore)
	for _, path := range []string{
		"/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/:id", "/Schemas", "/Schemas/:id", "/Users", "/Users/:id", "/Groups", "/Groups/:id",
		"/Bulk", "/Me", "/.search",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			g.Handle(method, path, s.scim)
		}
	}
}

func (s *server) scim(c *gin.Context) {
	body, err := takeSCIM(c)
	if err != nil {
		s.refuse(c, err)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), scimPatience)
	defer cancel()
	if readsPeople(c) {
		of(ctx).reads = audit.PeopleRead
		audit.About(ctx, "organization:"+of(ctx).who.OrgID, of(ctx).who.OrgID)
	}
	h := c.Request.Header
	answer, err := s.Provisioning.Do(ctx, of(ctx).who, scim.Request{
		Method: c.Request.Method, Path: strings.TrimPrefix(c.Request.URL.Path, scim.Prefix), Query: c.Request.URL.Query(),
		IfMatch: strings.Join(h.Values("If-Match"), ","), IfNoneMatch: strings.Join(h.Values("If-None-Match"), ","), Body: body,
	})
	if err != nil {
		s.refuse(c, err)
		return
	}
	out := c.Writer.Header()
	if answer.ETag != "" {
		out["Etag"] = []string{answer.ETag}
	}
	if answer.Location != "" {
		out["Location"] = []string{answer.Location}
	}
	writeSCIM(c.Writer, answer.Status, answer.Body)
}

// readsPeople tells requests that answer people or groups of them and change nothing. The audit is told of the organization, not of each person:
// identity management asks for everybody one by one.
func readsPeople(c *gin.Context) bool {
	path := strings.TrimPrefix(c.Request.URL.Path, scim.Prefix)
	of := strings.HasPrefix(path, "/Users") || strings.HasPrefix(path, "/Groups")
	return of && (c.Request.Method == http.MethodGet || c.Request.Method == http.MethodPost && strings.HasSuffix(path, "/.search"))
}

func writeSCIM(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, nil
	}
	w.Header()["Content-Type"] = []string{scimType}
	w.WriteHeader(status)
	_, _ = w.Write(text) // a client that has gone is nobody to tell
}

// takeSCIM reads a body, where the method has one.
func takeSCIM(c *gin.Context) ([]byte, error) {
	r := c.Request
	if r.Method == http.MethodGet || r.Method == http.MethodDelete {
		return nil, nil
	}
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if kind = strings.ToLower(strings.TrimSpace(kind)); kind != scimType && kind != "application/json" {
		return nil, fault.New(fault.CodeUnsupportedMedia, "send the body as application/scim+json")
	}
	tooLarge := fault.Newf(fault.CodeTooLarge, "a body has at most %d bytes", scim.MaxBody)
	if r.ContentLength > scim.MaxBody {
		return nil, tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, r.Body, scim.MaxBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, tooLarge
	}
	if err != nil {
		return nil, fault.New(fault.CodeMalformed, "the body did not arrive whole").Because(err)
	}
	return body, nil
}

// refuseSCIM answers a refusal in SCIM's words. Status, limits and log line are those of everything else.
func refuseSCIM(w http.ResponseWriter, r *http.Request, err error) {
	var own *scim.Error
	x := of(r.Context())
	if errors.As(err, &own) {
		x.failure = fault.New(codeOfSCIM(own.Status), own.Detail).Because(err) // for the log
	} else {
		for name, values := range problemOf(r.Context(), err).GetHeaders() {
			w.Header()[name] = values
		}
		own = scim.ErrorOf(err)
	}
	w.Header()["Cache-Control"] = neverStored
	writeSCIM(w, own.Status, own.Body())
}

// codeOfSCIM is how the log names a refusal of the protocol's own.
func codeOfSCIM(status int) fault.Code {
	codes := map[int]fault.Code{
		http.StatusForbidden: fault.CodeForbidden, http.StatusNotFound: fault.CodeNotFound, http.StatusMethodNotAllowed: fault.CodeMethodNotAllowed,
		http.StatusConflict: fault.CodeConflict, http.StatusPreconditionFailed: fault.CodePreconditionFailed,
		http.StatusRequestEntityTooLarge: fault.CodeTooLarge, http.StatusInternalServerError: fault.CodeInternal,
	}
	if code, ok := codes[status]; ok {
		return code
	}
	return fault.CodeInvalid
}
