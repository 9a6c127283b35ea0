// Package rest is the platform as provisioning sees it, by its REST API and a service account.
//
// It owns which route does what to which kind of thing, and what a failure of it means: that somebody was faster, that one thing
// is refused, or that nothing goes. It refuses to write anything that it has not read the version of.
package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"parvis/client"
	"parvis/provision"
)

var _ provision.Remote = (*Platform)(nil)

const (
	patience    = time.Minute // for one answer: two hundred rooms are made in one
	maxAnswer   = 64 << 20
	maxWaits    = 60 // for the rate limit, one after the other
	defaultRest = time.Second
)

// Platform is one that a service account speaks to. It is used by one apply at a time.
type Platform struct {
	server  string
	account string
	do      func(*http.Request) (*http.Response, error)
	wait    func(context.Context, time.Duration) error

	mark      string // at what the files made
	home      organization
	orgsRead  bool
	ids       map[provision.Identity]string
	orgNames  map[string]string // by id
	templates map[string]string // names by id
}

type organization struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// New makes one. transport carries the requests; nil takes that of net/http.
func New(ctx context.Context, address string, a client.Account, transport http.RoundTripper) (*Platform, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: transport, Timeout: patience})
	generated, err := client.New(ctx, address, a)
	if err != nil {
		return nil, err
	}
	plain, ok := generated.ClientInterface.(*client.Client)
	if !ok {
		return nil, errors.New("the generated client is not the one of this module")
	}
	return &Platform{
		mark:   provision.MarkOf(""),
		server: strings.TrimSuffix(plain.Server, "/"), account: a.ID, do: plain.Client.Do, wait: waitFor,
		ids: map[provision.Identity]string{}, orgNames: map[string]string{}, templates: map[string]string{},
	}, nil
}

func waitFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// answer is what came back, failures aside.
type answer struct {
	body     []byte
	etag     string
	replayed bool
}

// request is one to be sent, as often as the rate limit wants.
type request struct {
	method, path string
	ifMatch      string
	key          string
	body         any
}

// send answers, or fails with *client.Failure when the platform says no.
func (p *Platform) send(ctx context.Context, r request) (answer, error) {
	for waits := 0; ; waits++ {
		response, err := p.once(ctx, r)
		if err != nil {
			return answer{}, fmt.Errorf("ask the platform: %w", err)
		}
		body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
		_ = response.Body.Close()
		if err != nil {
			return answer{}, fmt.Errorf("read what the platform answers: %w", err)
		}
		if response.StatusCode == http.StatusTooManyRequests && waits < maxWaits {
			if err := p.wait(ctx, restOf(response)); err != nil {
				return answer{}, err
			}
			continue
		}
		if response.StatusCode >= http.StatusBadRequest {
			failure := client.Failure{}
			if json.Unmarshal(body, &failure.Problem) != nil || failure.Code == "" {
				failure.Problem = client.Problem{Detail: "something before the platform answered"}
			}
			failure.Status = int64(response.StatusCode)
			return answer{}, &failure
		}
		return answer{body, response.Header.Get("ETag"), response.Header.Get("Idempotent-Replayed") == "true"}, nil
	}
}

func restOf(response *http.Response) time.Duration {
	seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if err != nil || seconds < 1 {
		return defaultRest
	}
	return min(time.Duration(seconds)*time.Second, patience)
}

func (p *Platform) once(ctx context.Context, r request) (*http.Response, error) {
	var body io.Reader
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, p.server+r.path, body)
	if err != nil {
		return nil, err
	}
	switch {
	case r.method == http.MethodPatch:
		req.Header.Set("Content-Type", "application/merge-patch+json")
	case r.body != nil:
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range map[string]string{"If-Match": r.ifMatch, "Idempotency-Key": r.key} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	return p.do(req)
}

func (p *Platform) get(ctx context.Context, path string) (answer, error) {
	return p.send(ctx, request{method: http.MethodGet, path: path})
}

// items reads a list, page by page.
func (p *Platform) items(ctx context.Context, path string, query url.Values) ([]json.RawMessage, error) {
	var all []json.RawMessage
	for {
		a, err := p.get(ctx, path+"?"+query.Encode())
		if err != nil {
			return nil, err
		}
		var page struct {
			Items []json.RawMessage `json:"items"`
			Next  string            `json:"next"`
		}
		if err := json.Unmarshal(a.body, &page); err != nil {
			return nil, fmt.Errorf("read a page: %w", err)
		}
		all = append(all, page.Items...)
		if page.Next == "" {
			return all, nil
		}
		query.Set("cursor", page.Next)
	}
}

func paged() url.Values { return url.Values{"pageSize": {"200"}} }

// Codes that tell that somebody was faster.
var late = map[string]bool{"version-changed": true, "external-id-taken": true, "idempotency-key-in-use": true, "idempotency-key-reused": true}

// meaning is what a failure is to an apply.
func meaning(err error) error {
	var failure *client.Failure
	if !errors.As(err, &failure) {
		return err
	}
	switch status := int(failure.Status); {
	case late[failure.Code], status == http.StatusNotFound && failure.Code != "", status == http.StatusGone:
		return fmt.Errorf("%w (%s)", provision.ErrChanged, failure.Detail)
	case status == http.StatusUnauthorized, status == http.StatusTooManyRequests, status >= http.StatusInternalServerError, failure.Code == "":
		return err
	default:
		return &provision.Refusal{Says: said(failure.Code, failure.Detail, failure.Errors)}
	}
}

func said(code, detail string, fields *[]client.FieldError) string {
	text := code + ": " + detail
	if fields == nil {
		return text
	}
	for _, f := range *fields {
		text += "; " + strings.TrimPrefix(f.Location, "body.") + ": " + f.Message
	}
	return text
}
