package jobs_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"parvis/job"
	"parvis/jobs"
	"parvis/store"
	"parvis/store/storetest"
)

// road leads to a database and can be cut.
type road struct {
	t    *testing.T
	near string
	far  string

	mu       sync.Mutex
	listener net.Listener
	traffic  map[net.Conn]bool
	carrying sync.WaitGroup
}

// roadTo answers a road that is cut, and the database's URL by it.
func roadTo(t *testing.T, database string) (r *road, by string) {
	t.Helper()
	at, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r = &road{t: t, near: l.Addr().String(), far: at.Host, traffic: map[net.Conn]bool{}}
	_ = l.Close()
	at.Host = r.near
	t.Cleanup(r.cut)
	return r, at.String()
}

func (r *road) open() {
	r.t.Helper()
	l, err := net.Listen("tcp", r.near)
	if err != nil {
		r.t.Fatal(err)
	}
	r.mu.Lock()
	r.listener = l
	r.mu.Unlock()
	r.carrying.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			r.carrying.Go(func() { r.carry(near) })
		}
	})
}

func (r *road) carry(near net.Conn) {
	far, err := net.Dial("tcp", r.far)
	if err != nil {
		_ = near.Close()
		return
	}
	r.mu.Lock()
	r.traffic[near], r.traffic[far] = true, true
	if r.listener == nil { // cut meanwhile
		_, _ = near.Close(), far.Close()
	}
	r.mu.Unlock()
	var back sync.WaitGroup
	back.Go(func() { _, _ = io.Copy(near, far); _ = near.Close() })
	_, _ = io.Copy(far, near)
	_ = far.Close()
	back.Wait()
}

// cut ends all traffic, and lets nobody in.
func (r *road) cut() {
	r.mu.Lock()
	if r.listener != nil {
		_ = r.listener.Close()
	}
	r.listener = nil
	for c := range r.traffic {
		_ = c.Close()
	}
	clear(r.traffic)
	r.mu.Unlock()
	r.carrying.Wait()
}

func TestWorkGoesOnByItselfWhenADatabaseThatWasAwayComesBack(t *testing.T) {
	if !storetest.HasPostgres(t) {
		return
	}
	t.Parallel()
	direct := storetest.Postgres(t)
	if err := store.Migrate(t.Context(), direct); err != nil {
		t.Fatal(err)
	}
	road, byRoad := roadTo(t, direct)
	b := newBench(t, direct)
	away := open(t, byRoad)
	did := make(chan string, 10)
	o := b.options(map[job.Kind]jobs.Worker{probe: {Do: func(_ context.Context, subject string) error {
		did <- subject
		return nil
	}}})
	o.Queue = func(s *jobs.Settings) (jobs.Queue, error) { return away.NewQueue(s) }
	stop := b.run(o)
	until(t, "it waits", func() bool { return strings.Contains(b.log.String(), "background work waits for its queue") })
	road.open()
	b.later(job.Task{Kind: probe, Subject: "after the start"})
	if got := <-did; got != "after the start" {
		t.Errorf("got %s", got)
	}
	b.untilState(job.Done)
	road.cut()
	b.later(job.Task{Kind: probe, Subject: "meanwhile"})
	until(t, "it notices", func() bool { return strings.Contains(b.log.String(), "River: ") })
	road.open()
	if got := <-did; got != "meanwhile" {
		t.Errorf("got %s", got)
	}
	stop()
	if len(did) != 0 {
		t.Errorf("done again: %s", <-did)
	}
}
