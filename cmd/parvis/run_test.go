package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parvis/config"
	"parvis/directory"
	"parvis/store"
	"parvis/store/storetest"
)

func TestMain(m *testing.M) {
	if letter := os.Getenv(sendsLetter); letter != "" {
		os.Exit(sendAndDie(letter))
	}
	if os.Getenv(serves) != "" {
		os.Exit(serveAlone())
	}
	if os.Getenv(isCommand) != "" {
		os.Exit(run(context.Background(), os.Args[1:], givenSettings(), os.Stdout, os.Stderr))
	}
	goleak.VerifyTestMain(m)
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
	list := i.must("room", "list", "--owner", id, "-o", "json")
	if strings.Count(list, `"Cabinet"`) != 2 {
		t.Errorf("got %s", list)
	}
	_, rest, _ := strings.Cut(list, `"slug":"`)
	slug, _, _ := strings.Cut(rest, `"`)
	if out := i.must("room", "show", slug); !strings.Contains(out, slug) || !strings.Contains(out, "Cabinet") || strings.Contains(out, "ARCHIVED") {
		t.Errorf("shown: %s", out)
	}
	for range 2 { // one that is so already stays as it is
		if out := i.must("room", "archive", slug, "-o", "json"); !strings.Contains(out, `"archivedAt"`) {
			t.Errorf("archived: %s", out)
		}
	}
	if out := i.must("room", "list", "--owner", id, "--archived"); !strings.Contains(out, slug) {
		t.Errorf("the archived ones: %s", out)
	}
	if out := i.must("room", "restore", slug); strings.Contains(out, "ARCHIVED") {
		t.Errorf("restored: %s", out)
	}
	if code, _, errs := i.do("room", "show", "zzz-zzzz-zzz"); code != 1 || errs == "" {
		t.Errorf("a room that there is not: exit %d %s", code, errs)
	}
	for _, args := range [][]string{{"--owner", "nobody@x.example", "--org", "1"}, {"--owner", "jeanne.morel@interieur.example"}, {"--owner", "01a1fc15-12a1-79fe-91c6-2ae07fb6b82e"}} {
		if code, _, errs := i.do(append([]string{"room", "create", "--name", "x"}, args...)...); code != 1 || errs == "" {
			t.Errorf("%v: exit %d %s", args, code, errs)
		}
	}
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
	i.untilProjected()
	if code := stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
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
