package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parvis/config"
	"parvis/directory"
	"parvis/store"
	"parvis/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds what a test waits for, on a machine that is busy with something else.
const patience = time.Minute

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

func TestServeRefusesAnOldSchemaAndStartsOnAPresentOne(t *testing.T) {
	i := install(t)
	if code, _, errs := i.do("serve"); code != 1 || !strings.Contains(errs, "parvis migrate") {
		t.Fatalf("exit %d: %s", code, errs)
	}
	i.must("migrate")
	i.must("migrate") // twice is once
	stop := i.serve()
	if status, body := i.get("/healthz", ""); status != http.StatusOK {
		t.Errorf("healthz: %d %s", status, body)
	}
	if status, body := i.get("/api/v1/config", ""); status != http.StatusOK || !strings.Contains(body, `"test"`) {
		t.Errorf("config: %d %s", status, body)
	}
	if code := stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	l, err := net.Listen("tcp", i.address)
	if err != nil {
		t.Fatalf("the port is not free: %v", err)
	}
	_ = l.Close()
}

func TestATakenPortIsOneSentence(t *testing.T) {
	i := install(t)
	i.must("migrate")
	l, err := net.Listen("tcp", i.address)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, command := range []string{"serve", "demo"} {
		environ := i.environ
		if command == "demo" {
			i.environ = i.environ[:3] // the demo brings its own provider
		}
		code, _, errs := i.do(command)
		i.environ = environ
		if code != 1 || !strings.Contains(errs, "is taken by another program") || !strings.Contains(errs, "PARVIS_LISTEN") || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: exit %d: %s", command, code, errs)
		}
	}
}

func TestAllMistakesOfTheSettingsAreSaidBeforeAnythingRuns(t *testing.T) {
	i := install(t)
	i.environ = append(i.environ[:0:0], "PARVIS_LISTEN=nowhere", "PARVIS_SECRET=short")
	code, _, errs := i.do("serve")
	if code != 1 || !strings.Contains(errs, "PARVIS_LISTEN") || !strings.Contains(errs, "PARVIS_SECRET") || !strings.Contains(errs, "PARVIS_URL") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestACommandThatDoesNotExist(t *testing.T) {
	i := install(t)
	if code, _, errs := i.do("sereve"); code != 2 || !strings.Contains(errs, "--help") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if code, out, _ := i.do("--help"); code != 0 || !strings.Contains(out, "doctor") {
		t.Errorf("exit %d: %s", code, out)
	}
	if out := i.must("version"); !strings.HasPrefix(out, "parvis ") {
		t.Errorf("got %q", out)
	}
}

func TestTheDemoNeedsAFolderAndLoopback(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	i := install(t)
	i.environ = []string{"PARVIS_DATA=" + filepath.Join(file, "below"), "PARVIS_LISTEN=" + i.address}
	if code, _, errs := i.do("demo"); code != 1 || !strings.Contains(errs, "PARVIS_DATA") || strings.Count(errs, "\n") != 1 {
		t.Errorf("exit %d: %s", code, errs)
	}
	i.environ = []string{"PARVIS_DATA=" + t.TempDir(), "PARVIS_LISTEN=0.0.0.0:0"}
	if code, _, errs := i.do("demo"); code != 1 || !strings.Contains(errs, "this machine alone") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestADamagedDemoSaysWhatToDo(t *testing.T) {
	i := install(t)
	if err := os.WriteFile(filepath.Join(i.folder, "demo.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	i.environ = []string{"PARVIS_DATA=" + i.folder, "PARVIS_LISTEN=" + i.address}
	if code, _, errs := i.do("demo"); code != 1 || !strings.Contains(errs, "demo.json is damaged") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestTheDemoKeepsItsSecretsAndAddresses(t *testing.T) {
	folder := t.TempDir()
	first, err := openDemoState(folder)
	if err != nil {
		t.Fatal(err)
	}
	first.IDPListen = "127.0.0.1:4711"
	if err := first.save(folder); err != nil {
		t.Fatal(err)
	}
	again, err := openDemoState(folder)
	if err != nil || again != first {
		t.Errorf("got %+v, %v", again, err)
	}
	if info, err := os.Stat(filepath.Join(folder, "demo.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the secrets: %v %v", info.Mode(), err)
	}
}

func TestAMachineMakesARoomUntilItsTokenIsRevoked(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	var made struct{ ID, Token string }
	out := i.must("token", "create", "--name", "agenda", "--scopes", "rooms.read,rooms.write", "--org", "11001401600015", "-o", "json")
	if err := json.Unmarshal([]byte(out), &made); err != nil || made.Token == "" {
		t.Fatalf("%v in %s", err, out)
	}
	if list := i.must("token", "list", "--org", "11001401600015"); !strings.Contains(list, "agenda") || strings.Contains(list, made.Token) {
		t.Errorf("a token is shown once: %s", list)
	}
	if code, _, errs := i.do("token", "create", "--name", "x", "--scopes", "rooms.all", "--org", "11001401600015"); code != 1 || !strings.Contains(errs, "rooms.all") {
		t.Errorf("exit %d: %s", code, errs)
	}
	i.serve()
	status, body := i.send(http.MethodPost, "/api/v1/rooms", made.Token, `{"name":"Audience"}`, map[string]string{"Idempotency-Key": "k1"})
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	if status, body := i.send(http.MethodPost, "/api/v1/rooms", made.Token, `{"name":"Audience"}`, nil); status != http.StatusBadRequest {
		t.Errorf("without Idempotency-Key: %d %s", status, body)
	}
	if list := i.must("room", "list", "--org", "11001401600015"); !strings.Contains(list, "Audience") {
		t.Errorf("got %s", list)
	}
	i.must("token", "revoke", made.ID)
	i.until("/api/v1/rooms", made.Token, http.StatusUnauthorized, "") // another process: it learns of the change within a second
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

func TestARoomIsMadeForAPersonByIDOrByAddress(t *testing.T) {
	i := install(t)
	i.must("migrate")
	var id string
	i.withStore(func(db *store.DB) error {
		p, err := directory.New(db, time.Now).SignedIn(t.Context(), directory.Claims{
			Provider: "test", Issuer: "https://op.example", Subject: "1", GivenName: "Jeanne", Email: "Jeanne.Morel@interieur.example", Siret: "1",
		})
		id = p.ID
		return err
	})
	for _, args := range [][]string{{"--owner", id}, {"--owner", "jeanne.morel@interieur.example", "--org", "1"}} {
		out := i.must(append([]string{"room", "create", "--name", "Cabinet"}, args...)...)
		if !strings.Contains(out, "http://localhost:") {
			t.Errorf("no link in %q", out)
		}
	}
	if list := i.must("room", "list", "--owner", id, "-o", "json"); strings.Count(list, `"Cabinet"`) != 2 {
		t.Errorf("got %s", list)
	}
	for _, args := range [][]string{{"--owner", "nobody@x.example", "--org", "1"}, {"--owner", "jeanne.morel@interieur.example"}, {"--owner", "01a1fc15-12a1-79fe-91c6-2ae07fb6b82e"}} {
		if code, _, errs := i.do(append([]string{"room", "create", "--name", "x"}, args...)...); code != 1 || errs == "" {
			t.Errorf("%v: exit %d %s", args, code, errs)
		}
	}
}

func TestDoctorSaysEachAilmentAndExitsWithOne(t *testing.T) {
	i := install(t)
	code, out, _ := i.do("doctor")
	if code != 1 {
		t.Errorf("exit %d", code)
	}
	for _, line := range []string{
		"ok     settings", "ok     database", "WRONG  schema", "parvis migrate", "WRONG  livekit api", "WRONG  gate", "WRONG  provider test",
		"WRONG  address", "Start parvis serve", "ok     folder", "ok     port", "is free",
	} {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in\n%s", line, out)
		}
	}
	i.environ = append(i.environ, "PARVIS_URL_X=1")
	if code, out, _ := i.do("doctor"); code != 1 || !strings.Contains(out, "WRONG  settings") || !strings.Contains(out, "PARVIS_URL_X") {
		t.Errorf("exit %d\n%s", code, out)
	}
}

func TestDoctorKnowsTheParvisThatRuns(t *testing.T) {
	i := install(t)
	i.must("migrate")
	metrics := freeAddress(t)
	i.environ = append(i.environ, "PARVIS_METRICS_LISTEN="+metrics)
	i.serve()
	_, out, _ := i.do("doctor")
	for _, line := range []string{"ok     address        Parvis answers", i.address + " is served by Parvis", metrics + " is served by Parvis"} {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in\n%s", line, out)
		}
	}
}

func TestDoctorTakesNoOtherServerForParvis(t *testing.T) {
	i := install(t)
	l, err := net.Listen("tcp", i.address)
	if err != nil {
		t.Fatal(err)
	}
	foreign := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"status":"ready","name":"parvis_"}`)
	})}
	served := make(chan error, 1)
	go func() { served <- foreign.Serve(l) }()
	_, out, _ := i.do("doctor")
	for _, line := range []string{"WRONG  address        Another program", "WRONG  port           " + i.address} {
		if !strings.Contains(out, line) {
			t.Errorf("no %q in\n%s", line, out)
		}
	}
	_ = foreign.Close()
	<-served
}

func TestLoopsSayAFailureOnceAndGoOn(t *testing.T) {
	var log syncBuffer
	ctx, cancel := context.WithCancel(t.Context())
	turns := 0
	l := loop{name: "x", least: time.Millisecond, logger: newLogger(&log, "info"), do: func(context.Context) error {
		if turns++; turns == 6 {
			cancel()
		}
		if turns < 4 {
			return fmt.Errorf("turn %d", turns)
		}
		return nil
	}}
	if err := l.run(ctx); err != nil {
		t.Error(err)
	}
	if text := log.String(); strings.Count(text, "background work fails") != 1 || strings.Count(text, "background work goes on") != 1 {
		t.Errorf("got %s", text)
	}
}

func TestServeStartsWithoutItsDatabaseAndSaysSoInReadiness(t *testing.T) {
	i := install(t)
	i.environ = append(i.environ, "PARVIS_DATABASE_URL=postgres://u:secret@127.0.0.1:1/x")
	i.serve()
	status, body := i.get("/readyz", "")
	if status != http.StatusOK || !strings.Contains(body, `"ready"`) || !strings.Contains(body, `"database":"does not answer"`) {
		t.Errorf("readyz: %d %s", status, body)
	}
	if status, body := i.get("/api/v1/config", ""); status != http.StatusOK {
		t.Errorf("what needs no database: %d %s", status, body)
	}
}

func TestServeGoesOnWhenItsDatabaseComesBack(t *testing.T) {
	if !storetest.HasPostgres(t) {
		return
	}
	at, err := url.Parse(storetest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	away, database := freeAddress(t), at.Host
	at.Host = away
	i := install(t)
	i.environ = append(i.environ, "PARVIS_DATABASE_URL="+at.String())
	stop := i.serve()
	forward(t, away, database)
	i.until("/readyz", "", http.StatusServiceUnavailable, "old-schema")
	i.must("migrate")
	i.until("/readyz", "", http.StatusOK, `"database":"ok"`)
	if code := stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

// until asks until an answer comes: what another program does is seen in answers alone.
func (i *installation) until(path, bearer string, status int, word string) {
	i.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		got, body := i.get(path, bearer)
		if got == status && strings.Contains(body, word) {
			return
		}
		if time.Now().After(deadline) {
			i.t.Fatalf("%s stays at %d %s", path, got, body)
		}
		time.Sleep(5 * time.Millisecond)
	}
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

func TestABuildThatFailsHalfWayClosesItsDatabase(t *testing.T) {
	i := install(t)
	cfg, err := config.Load(i.environ, config.Serve)
	if err != nil {
		t.Fatal(err)
	}
	cfg.LiveKit.URL = "gopher://127.0.0.1"
	before := openFiles(t, "parvis.db")
	if _, err := build(t.Context(), cfg, newLogger(io.Discard, "error")); err == nil {
		t.Fatal("a platform without a media server was built")
	}
	if after := openFiles(t, "parvis.db"); after != before {
		t.Errorf("%d of the database's files are left open", after-before)
	}
}

// openFiles counts what this process holds open under a name.
func openFiles(t *testing.T, name string) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, e := range entries {
		if target, err := os.Readlink(filepath.Join("/proc/self/fd", e.Name())); err == nil && filepath.Base(target) == name {
			count++
		}
	}
	return count
}
