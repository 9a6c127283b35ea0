package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"parvis/config"
	"parvis/directory"
	"parvis/store"
)

// freeAddress is one of loopback where nobody listens. Its port is below those that the system gives to outgoing
// connections: else one of them could have it when the program that it is for comes to listen.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(10_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no free port")
	return ""
}

// installation is a data folder with the settings of production on it.
type installation struct {
	t       *testing.T
	address string
	folder  string
	environ []string
}

func install(t *testing.T) *installation {
	t.Helper()
	address, folder := freeAddress(t), t.TempDir()
	return &installation{t: t, address: address, folder: folder, environ: []string{
		"PARVIS_LISTEN=" + address, "PARVIS_URL=http://localhost:" + portOf(address), "PARVIS_DATA=" + folder,
		"PARVIS_DATABASE_URL=sqlite:" + filepath.Join(folder, "parvis.db"), "PARVIS_SECRET=a-secret-of-more-than-32-characters-",
		"PARVIS_LIVEKIT_URL=http://127.0.0.1:1", "PARVIS_LIVEKIT_API_KEY=key", "PARVIS_LIVEKIT_API_SECRET=a-secret-of-more-than-32-characters-",
		"PARVIS_OIDC_TEST_ISSUER=http://127.0.0.1:1", "PARVIS_OIDC_TEST_CLIENT_ID=id", "PARVIS_OIDC_TEST_CLIENT_SECRET=secret",
		"PARVIS_LOG_LEVEL=error",
	}}
}

// do runs a command to its end.
func (i *installation) do(args ...string) (code int, stdout, stderr string) {
	i.t.Helper()
	var out, errs bytes.Buffer
	code = run(i.t.Context(), args, i.environ, &out, &errs)
	return code, out.String(), errs.String()
}

func (i *installation) must(args ...string) string {
	i.t.Helper()
	code, out, errs := i.do(args...)
	if code != 0 {
		i.t.Fatalf("parvis %s: exit %d: %s", strings.Join(args, " "), code, errs)
	}
	return out
}

// serve runs `parvis serve` until the returned function stops it and answers its exit code.
func (i *installation) serve() (stop func() int) {
	i.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan int, 1)
	var log syncBuffer
	go func() { done <- run(ctx, []string{"serve"}, i.environ, &log, &log) }()
	deadline := time.Now().Add(patience)
	for {
		if status, _ := i.get("/readyz", ""); status == http.StatusOK {
			break
		}
		select {
		case code := <-done:
			i.t.Fatalf("serve ended with %d: %s", code, log.String())
		case <-time.After(5 * time.Millisecond): // a socket that does not listen yet gives nothing to wait on
		}
		if time.Now().After(deadline) {
			i.t.Fatalf("serve is not ready: %s", log.String())
		}
	}
	var once sync.Once
	code := 0
	stop = func() int {
		once.Do(func() { cancel(); code = <-done })
		return code
	}
	i.t.Cleanup(func() { stop() })
	return stop
}

func (i *installation) get(path, bearer string) (int, string) {
	return i.send(http.MethodGet, path, bearer, "", nil)
}

func (i *installation) send(method, path, bearer, body string, header map[string]string) (int, string) {
	i.t.Helper()
	req, err := http.NewRequestWithContext(i.t.Context(), method, "http://localhost:"+portOf(i.address)+path, strings.NewReader(body))
	if err != nil {
		i.t.Fatal(err)
	}
	req.Close = true // so that nothing of the client outlives the test
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text)
}

type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// organization makes one as a sign-in would.
func (i *installation) organization(name, siret string) {
	i.t.Helper()
	i.withStore(func(db *store.DB) error {
		_, err := db.PlaceOrganization(i.t.Context(), directory.Claims{Siret: siret, OrganizationLabel: name}, time.Now())
		return err
	})
}

func (i *installation) withStore(do func(*store.DB) error) {
	i.t.Helper()
	cfg, err := config.Load(i.environ, config.Database)
	if err != nil {
		i.t.Fatal(err)
	}
	db, err := store.Open(i.t.Context(), store.Options{URL: cfg.DatabaseURL.Reveal(), Logger: newLogger(io.Discard, "error"), Now: time.Now, Replica: "test"})
	if err != nil {
		i.t.Fatal(err)
	}
	if err := do(db); err != nil {
		i.t.Error(err)
	}
	if err := db.Close(); err != nil {
		i.t.Error(err)
	}
}

// until asks until an answer comes: what another program does is seen in answers alone.
func (i *installation) until(path, bearer string, status int, word string) {
	i.t.Helper()
	var got int
	var body string
	eventually(i.t, func() bool {
		got, body = i.get(path, bearer)
		return got == status && strings.Contains(body, word)
	}, func() any { return fmt.Sprintf("%s: %d %s", path, got, body) })
}

// forward carries connections from one address to another until the test ends.
func forward(t *testing.T, from, to string) {
	t.Helper()
	l, err := net.Listen("tcp", from)
	if err != nil {
		t.Fatal(err)
	}
	var carrying sync.WaitGroup
	carry := func(near net.Conn) {
		defer near.Close()
		far, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		defer far.Close()
		carrying.Go(func() { _, _ = io.Copy(far, near); _ = far.Close() })
		_, _ = io.Copy(near, far)
	}
	carrying.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			carrying.Go(func() { carry(near) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); carrying.Wait() })
}
