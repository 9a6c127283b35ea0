package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parvis/auth"
	"parvis/auth/service"
)

const (
	hookReceivers  = 10
	hookEvents     = 2000 // each goes to every receiver
	hooksPerSecond = 500
	hookInFlight   = 16 // requests to one receiver at a time, as Parvis has them
	hookPatience   = 2 * time.Minute
)

// measureWebhooks lets many events happen at once, of which ten receivers hear, beside an eleventh that does not answer.
// The ceiling is a bare client that posts as much to the same receivers.
func measureWebhooks(ctx context.Context, b *bench) ([]result, error) {
	if b.postgres == "" {
		return nil, errors.New("PARVIS_TEST_POSTGRES names no PostgreSQL: run make bench")
	}
	events := hookEvents
	if b.short {
		events /= 10
	}
	world, err := b.open(ctx, "postgres", 1)
	if err != nil {
		return nil, err
	}
	defer world.close()
	world.env = []string{"PARVIS_WEBHOOK_ALLOW=127.0.0.1"}
	if err := world.restart(ctx); err != nil {
		return nil, err
	}
	r := newReceivers(events)
	defer r.close()
	org, err := world.subscribe(ctx, r)
	if err != nil {
		return nil, err
	}
	line := result{Name: "webhooks/10 receivers, one more does not answer", Budget: fmt.Sprintf("≥ %d/s", hooksPerSecond)}
	before := world.parvis.cpu()
	took, err := world.happen(ctx, org, events, r)
	if err != nil {
		return nil, err
	}
	sent := events * hookReceivers
	line.PerSecond = float64(sent) / took.Seconds()
	line.CPUms = (world.parvis.cpu() - before).Seconds() * millisPerSec / float64(sent)
	line.RSSmb = world.parvis.rss() / bytesPerMega
	line.Errors = int(r.twice.Load())
	ceiling, err := r.bare(ctx, events)
	if err != nil {
		return nil, err
	}
	line.RatioToCeiling = line.PerSecond / (float64(sent) / ceiling.Seconds())
	line.Kept = line.Errors == 0 && line.PerSecond >= hooksPerSecond && r.held.Load() > 0
	return []result{line}, nil
}

// receivers are software on loopback: fast ones by their paths, and a slow one.
type receivers struct {
	server *httptest.Server
	mu     sync.Mutex
	seen   map[string]bool // path and webhook-id
	want   int
	all    chan struct{} // closed when all has come
	twice  atomic.Int64
	held   atomic.Int64
	over   chan struct{}
}

func newReceivers(events int) *receivers {
	r := &receivers{seen: map[string]bool{}, want: events * hookReceivers, all: make(chan struct{}), over: make(chan struct{})}
	r.server = httptest.NewServer(r)
	return r
}

func (r *receivers) close() {
	close(r.over)
	r.server.Close()
}

func (r *receivers) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	var message struct {
		Type string
		Data struct{ Challenge string }
	}
	if err != nil || json.Unmarshal(body, &message) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	switch {
	case message.Type == "webhook.challenge":
		_, _ = fmt.Fprintf(w, `{"challenge":%q}`, message.Data.Challenge)
	case q.URL.Path == "/slow":
		r.held.Add(1)
		select {
		case <-r.over:
		case <-q.Context().Done():
		}
	default:
		r.count(q.URL.Path + q.Header.Get("webhook-id"))
		w.WriteHeader(http.StatusNoContent)
	}
}

func (r *receivers) count(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen[key] {
		r.twice.Add(1)
		return
	}
	r.seen[key] = true
	if len(r.seen) == r.want {
		close(r.all)
	}
}

// subscribe makes the webhooks as software does, and waits until they have proved their addresses. It answers their organization.
func (w *world) subscribe(ctx context.Context, r *receivers) (org string, err error) {
	token, account, err := w.software(ctx, auth.ScopeWebhooksManage)
	if err != nil {
		return "", err
	}
	paths := []string{"/slow"}
	for i := range hookReceivers {
		paths = append(paths, fmt.Sprintf("/fast/%d", i))
	}
	for _, path := range paths {
		if _, err := w.call(ctx, token, http.MethodPost, "/api/v1/webhooks", map[string]any{"url": r.server.URL + path}); err != nil {
			return "", err
		}
	}
	for deadline := time.Now().Add(hookPatience); ; time.Sleep(lookEvery) {
		answer, err := w.call(ctx, token, http.MethodGet, "/api/v1/webhooks", nil)
		if err != nil {
			return "", err
		}
		if strings.Count(string(answer), `"state":"active"`) == len(paths) {
			return account.OrgID, nil
		}
		if time.Now().After(deadline) {
			return "", errors.New("the webhooks do not answer their challenges")
		}
	}
}

// software makes a service account and gets a token of its.
func (w *world) software(ctx context.Context, scope auth.Scope) (token string, account service.Account, err error) {
	account, secret, err := w.machine(ctx, scope)
	if err != nil {
		return "", service.Account{}, err
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {account.ID}, "client_secret": {secret}}
	resp, err := http.PostForm("http://"+w.host()+"/oauth/token", form)
	if err != nil {
		return "", service.Account{}, err
	}
	defer resp.Body.Close()
	var got struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || got.Token == "" {
		return "", service.Account{}, fmt.Errorf("no token: %s %w", resp.Status, err)
	}
	return got.Token, account, nil
}

// machine is software of an organization, with its secret.
func (w *world) machine(ctx context.Context, scopes ...auth.Scope) (account service.Account, secret string, err error) {
	db, err := w.store(ctx)
	if err != nil {
		return service.Account{}, "", err
	}
	defer db.Close()
	accounts := service.New(db, service.Options{Now: time.Now})
	account, err = accounts.Create(ctx, service.Administrator(), service.NewAccount{Org: "11001401600015", Name: "bench", Scopes: scopes})
	if err != nil {
		return service.Account{}, "", err
	}
	_, _, secret, err = accounts.AddSecret(ctx, service.Administrator(), account.ID, service.NewSecret{})
	return account, secret, err
}

func (w *world) call(ctx context.Context, token, method, path string, body any) ([]byte, error) {
	text, err := json.Marshal(body)
	if err != nil || body == nil {
		text = nil
	}
	q, err := http.NewRequestWithContext(ctx, method, "http://"+w.host()+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	q.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
		q.Header.Set("Idempotency-Key", fmt.Sprint(time.Now().UnixNano()))
	}
	resp, err := http.DefaultClient.Do(q)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s %s: %s %s", method, path, resp.Status, answer)
	}
	return answer, err
}

// happenings writes events of meetings as a transaction of the platform does where somebody listens.
const happenings = `INSERT INTO events (id, subject, seq, type, org_id, actor, on_behalf_of, at, data, pending)
	SELECT gen_random_uuid(), 'meeting:' || gen_random_uuid(), 1, 'meeting.updated', '%s', 'system:bench', '', now(), '{"sequence":1}', true FROM generate_series(1, %d)`

// happen lets events happen and answers how long it took until all receivers but the slow one had heard of all.
func (w *world) happen(ctx context.Context, org string, events int, r *receivers) (time.Duration, error) {
	began := time.Now()
	if err := w.bench.psql(ctx, w.database, fmt.Sprintf(happenings, org, events)); err != nil {
		return 0, err
	}
	select {
	case <-r.all:
		return time.Since(began), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(hookPatience):
		r.mu.Lock()
		defer r.mu.Unlock()
		return 0, fmt.Errorf("%d of %d messages came", len(r.seen), r.want)
	}
}

// bare posts as many messages to the same receivers, with as many at a time, and nothing else.
func (r *receivers) bare(ctx context.Context, events int) (time.Duration, error) {
	target, err := netip.ParseAddrPort(strings.TrimPrefix(r.server.URL, "http://"))
	if err != nil {
		return 0, err
	}
	client := http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: hookReceivers * hookInFlight, MaxConnsPerHost: hookReceivers * hookInFlight,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, target.String())
		},
	}}
	defer client.CloseIdleConnections()
	body := []byte(`{"id":"0198a5c2-b100-7e93-a6d4-5c8f2b0e1a39","type":"meeting.updated","occurredAt":"2026-11-20T09:00:00Z","data":{"sequence":1}}`)
	var failed atomic.Pointer[error]
	var left atomic.Int64
	left.Store(int64(events))
	var running sync.WaitGroup
	began := time.Now()
	for i := range hookReceivers * hookInFlight {
		running.Go(func() {
			for n := left.Add(-1); n >= 0 && ctx.Err() == nil; n = left.Add(-1) {
				for range hookReceivers {
					q, err := http.NewRequestWithContext(ctx, http.MethodPost, r.server.URL+"/bare", bytes.NewReader(body))
					if err != nil {
						failed.Store(&err)
						return
					}
					q.Header.Set("webhook-id", fmt.Sprint(i, n))
					resp, err := client.Do(q)
					if err != nil {
						failed.Store(&err)
						return
					}
					_ = resp.Body.Close()
				}
			}
		})
	}
	running.Wait()
	took := time.Since(began)
	if err := failed.Load(); err != nil {
		return 0, fmt.Errorf("bare client: %w", *err)
	}
	return took, ctx.Err()
}
