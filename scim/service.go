package scim

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"parvis/auth"
	"parvis/fault"
)

// Request is what a client asks for. Path is what stands behind /scim/v2.
type Request struct {
	Method      string
	Path        string
	Query       url.Values
	IfMatch     string
	IfNoneMatch string
	Body        []byte
}

// Response is an answer. Without a Body there is none.
type Response struct {
	Status   int
	Location string
	ETag     string
	Body     any
}

// Options are what a Service needs beside its store. BaseURL is the address of the platform.
type Options struct {
	BaseURL string
	Now     func() time.Time
}

// Service answers SCIM requests. It is safe for concurrent use.
type Service struct {
	store         Store
	base          string
	documentation string
	now           func() time.Time
}

// Prefix is the path under which the protocol is spoken.
const Prefix = "/scim/v2"

// New makes a Service.
func New(store Store, o Options) *Service {
	base := strings.TrimSuffix(o.BaseURL, "/")
	return &Service{store: store, base: base + Prefix, documentation: base + "/docs", now: func() time.Time { return o.Now().UTC() }}
}

// session is one request of a client that may speak.
type session struct {
	*Service
	client Client
	by     Act
}

// Do answers a request: an *Error, or a fault, for what is refused.
func (s *Service) Do(ctx context.Context, who auth.Identity, r Request) (Response, error) {
	if err := auth.Allowed(who, auth.PeopleWrite, auth.Resource{OrgID: who.OrgID}); err != nil {
		return Response{}, err
	}
	client, err := s.client(ctx, who)
	if err != nil {
		return Response{}, err
	}
	in := session{s, client, Act{string(who.Kind) + ":" + who.ID, s.now()}}
	return in.route(ctx, r)
}

// client is for whom the caller speaks. People who administer do so elsewhere: here speaks software that is bound to a provider.
func (s *Service) client(ctx context.Context, who auth.Identity) (Client, error) {
	unbound := &Error{Status: statusForbidden, Detail: "this service account is bound to no identity provider: parvis scim bind does it"}
	if who.Kind != auth.Service {
		return Client{}, unbound
	}
	c, err := s.store.SCIMClient(ctx, who.ID)
	switch {
	case fault.Is(err, fault.NotFound) || err == nil && c.OrgID != who.OrgID:
		return Client{}, unbound
	case err != nil:
		return Client{}, fmt.Errorf("scim client: %w", err)
	}
	return c, nil
}

func (in session) route(ctx context.Context, r Request) (Response, error) {
	head, id, _ := strings.Cut(strings.Trim(r.Path, "/"), "/")
	switch head {
	case "Users":
		return in.resource(ctx, r, id, resourceActs{userKind, in.users()})
	case "Groups":
		return in.resource(ctx, r, id, resourceActs{groupKind, in.groups()})
	case "Bulk":
		if id != "" {
			return Response{}, notFound()
		}
		if r.Method != "POST" {
			return Response{}, notAllowed()
		}
		return in.bulk(ctx, r)
	case "ServiceProviderConfig", "ResourceTypes", "Schemas":
		return in.discover(r, head, id)
	case "Me":
		return Response{}, &Error{Status: statusNotImplemented, Detail: "software is nobody's own account: ask for /Users"}
	case ".search":
		return Response{}, &Error{Status: statusNotImplemented, Detail: "search in /Users/.search or /Groups/.search"}
	}
	return Response{}, notFound()
}

func notAllowed() *Error {
	return &Error{Status: statusNotAllowed, Detail: "this path has other methods"}
}

func (in session) discover(r Request, head, id string) (Response, error) {
	if r.Method != "GET" {
		return Response{}, notAllowed()
	}
	if r.Query.Has("filter") {
		return Response{}, &Error{Status: statusForbidden, Detail: "the discovery documents are not filtered"} // RFC 7644 section 4
	}
	list := in.types()
	switch {
	case head == "ServiceProviderConfig" && id == "":
		return Response{Status: statusOK, Body: in.config()}, nil
	case head == "ServiceProviderConfig":
		return Response{}, notFound()
	case head == "Schemas":
		list = in.schemas()
	}
	if id != "" {
		return found(list, id)
	}
	return listing(list, len(list), 1), nil
}

func listing(items []any, total, start int) Response {
	if items == nil {
		items = []any{}
	}
	return Response{Status: statusOK, Body: Document{
		"schemas": []string{listURN}, "totalResults": total, "startIndex": start, "itemsPerPage": len(items), "Resources": items,
	}}
}

// matched judges If-Match (RFC 7644 section 3.14). Without it the last writer wins, as RFC 7644 leaves it.
func matched(ifMatch string, version int64) error {
	if ifMatch == "" || names(ifMatch, version) {
		return nil
	}
	return &Error{Status: statusPreconditionFailed, Detail: "the resource has changed since that version: read it again"}
}

// names tells whether a list of ETags has one; weak or strong, they are the same to a client that was told weak ones.
func names(list string, version int64) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(etag(version), "W/") {
			return true
		}
	}
	return false
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }
