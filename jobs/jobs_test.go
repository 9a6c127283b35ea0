package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"parvis/job"
	"parvis/jobs"
	"parvis/store"
	"parvis/store/storetest"
)

func TestMain(m *testing.M) {
	if os.Getenv(diesAt) != "" {
		dieAtWork()
	}
	goleak.VerifyTestMain(m)
}

const (
	probe = job.Kind("probe")
	other = job.Kind("other")
)

// on runs a test on both engines, each with the present schema.
func on(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	for name, newURL := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := newURL(t)
			if err := store.Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			test(t, url)
		})
	}
}

func open(t *testing.T, url string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), store.Options{URL: url, Replica: "test-" + uuid.NewString()[:8]})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// bench is a database with what is said and counted of work on it.
type bench struct {
	t       *testing.T
	db      *store.DB
	log     *safeBuffer
	metrics *prometheus.Registry
}

func newBench(t *testing.T, url string) *bench {
	return &bench{t: t, db: open(t, url), log: &safeBuffer{}, metrics: prometheus.NewRegistry()}
}

func (b *bench) options(workers map[job.Kind]jobs.Worker) jobs.Options {
	return jobs.Options{
		Workers: workers, Replica: uuid.NewString(), Drain: 20 * time.Second, Metrics: b.metrics,
		Logger:  slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Queue:   func(s *jobs.Settings) (jobs.Queue, error) { return b.db.NewQueue(s) },
		Waiting: b.db.WaitingTasks,
	}
}

// run works until stop is called, or the test ends.
func (b *bench) run(o jobs.Options) (stop func()) {
	b.t.Helper()
	runner, err := jobs.New(o)
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			b.t.Errorf("run: %v", err)
		}
	})
	b.t.Cleanup(stop)
	return stop
}

func (b *bench) later(tasks ...job.Task) {
	b.t.Helper()
	if err := b.db.Later(b.t.Context(), tasks...); err != nil {
		b.t.Fatal(err)
	}
}

// standing is the one task that there is.
func (b *bench) standing() job.Standing {
	b.t.Helper()
	list, err := b.db.Tasks(b.t.Context(), job.Query{Most: 10})
	if err != nil || len(list) != 1 {
		b.t.Fatalf("%+v, %v", list, err)
	}
	return list[0]
}

// until asks again and again, for what comes about in its own time.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !holds(); {
		if time.Now().After(deadline) {
			t.Fatalf("it does not come about: %s", what)
		}
		select {
		case <-t.Context().Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (b *bench) untilState(want job.State) job.Standing {
	b.t.Helper()
	until(b.t, string(want), func() bool { return b.standing().State == want })
	return b.standing()
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// counted reads a counter or gauge by its labels, written as Prometheus does.
func (b *bench) counted(name string, labels ...string) float64 {
	b.t.Helper()
	families, err := b.metrics.Gather()
	if err != nil {
		b.t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			var have []string
			for _, l := range m.GetLabel() {
				have = append(have, l.GetName()+"="+l.GetValue())
			}
			if f.GetName() == name && slices.Equal(have, labels) {
				return m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return -1
}

// tally notes who was worked on how often, in which order.
type tally struct {
	mu    sync.Mutex
	order []string
}

func (c *tally) note(subject string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order = append(c.order, subject)
	return len(c.order)
}

func (c *tally) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.order)
}

func TestAWorkerThatCannotBeIsRefused(t *testing.T) {
	do := func(context.Context, string) error { return nil }
	for name, o := range map[string]jobs.Options{
		"does nothing":           {Workers: map[job.Kind]jobs.Worker{probe: {}}},
		"too many tries":         {Workers: map[job.Kind]jobs.Worker{probe: {Do: do, Tries: job.MostTries + 1}}},
		"a negative timeout":     {Workers: map[job.Kind]jobs.Worker{probe: {Do: do, Timeout: -1}}},
		"periodic, by nobody":    {Workers: map[job.Kind]jobs.Worker{probe: {Do: do}}, Periodic: []jobs.Periodic{{Kind: other, Every: time.Minute}}},
		"periodic, all the time": {Workers: map[job.Kind]jobs.Worker{probe: {Do: do}}, Periodic: []jobs.Periodic{{Kind: probe}}},
	} {
		t.Run(name, func(t *testing.T) {
			o.Logger = slog.New(slog.DiscardHandler)
			if _, err := jobs.New(o); err == nil {
				t.Error("taken")
			}
		})
	}
}

func TestTwoReplicasDoEachOfManyTasksOnce(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		const many = 500
		var tasks []job.Task
		for i := range many {
			tasks = append(tasks, job.Task{Kind: probe, Subject: fmt.Sprint(i)})
		}
		b.later(tasks...)
		var did tally
		all := make(chan struct{})
		worker := jobs.Worker{AtOnce: 20, Do: func(_ context.Context, subject string) error {
			if did.note(subject) == many {
				close(all)
			}
			return nil
		}}
		second := &bench{t: t, db: open(t, url), log: b.log, metrics: prometheus.NewRegistry()}
		stops := []func(){b.run(b.options(map[job.Kind]jobs.Worker{probe: worker})), second.run(second.options(map[job.Kind]jobs.Worker{probe: worker}))}
		<-all
		for _, stop := range stops {
			stop()
		}
		subjects := did.all()
		slices.Sort(subjects)
		if n := len(slices.Compact(slices.Clone(subjects))); len(subjects) != many || n != many {
			t.Errorf("%d times, %d of %d tasks", len(subjects), n, many)
		}
		list, err := b.db.Tasks(t.Context(), job.Query{Most: many, State: job.Done})
		if err != nil || len(list) != many {
			t.Errorf("%d are done, %v", len(list), err)
		}
	})
}

func TestWhatIsDueFirstIsDoneFirst(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		now := time.Now()
		b.later(
			job.Task{Kind: probe, Subject: "third", At: now.Add(-time.Minute)},
			job.Task{Kind: probe, Subject: "first", At: now.Add(-time.Hour)},
			job.Task{Kind: probe, Subject: "tomorrow", At: now.Add(24 * time.Hour)},
			job.Task{Kind: probe, Subject: "second", At: now.Add(-30 * time.Minute)},
		)
		var did tally
		three := make(chan struct{})
		stop := b.run(b.options(map[job.Kind]jobs.Worker{probe: {AtOnce: 1, Do: func(_ context.Context, subject string) error {
			if did.note(subject) == 3 {
				close(three)
			}
			return nil
		}}}))
		<-three
		stop()
		if got := strings.Join(did.all(), " "); got != "first second third" {
			t.Errorf("got %s", got)
		}
	})
}

func TestATaskIsBegunWhenItsHourHasCome(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		due := time.Now().Add(2 * time.Second)
		at := make(chan time.Time, 1)
		b.run(b.options(map[job.Kind]jobs.Worker{probe: {Do: func(context.Context, string) error {
			at <- time.Now()
			return nil
		}}}))
		b.later(job.Task{Kind: probe, At: due})
		if got := <-at; got.Before(due) {
			t.Errorf("begun %s too early", due.Sub(got))
		}
	})
}

func TestAFailureIsTriedAgainUntilItIsGivenUpAndNoAddressIsKept(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		var did tally
		b.later(job.Task{Kind: probe, Subject: "letter-1"})
		b.run(b.options(map[job.Kind]jobs.Worker{probe: {
			Tries: 3, Pause: func(int) time.Duration { return time.Millisecond },
			Do: func(_ context.Context, subject string) error {
				did.note(subject)
				return errors.New("550 <jeanne@ministere.example> is unknown")
			},
		}}))
		got := b.untilState(job.GivenUp)
		if len(did.all()) != 3 || got.Tries != 3 || got.LastError != "internal" || got.Task.Subject != "letter-1" {
			t.Errorf("%d tries, %+v", len(did.all()), got)
		}
		if log := b.log.String(); strings.Contains(log, "jeanne@") || !strings.Contains(log, "550 <[address]> is unknown") || strings.Count(log, "level=WARN") != 2 {
			t.Errorf("the log says: %s", log)
		}
		if f, g := b.counted("parvis_jobs_total", "kind=probe", "outcome=failed"), b.counted("parvis_jobs_total", "kind=probe", "outcome=given-up"); f != 2 || g != 1 {
			t.Errorf("%v failed, %v given up", f, g)
		}
	})
}

func TestWhatWillNeverWorkIsGivenUpAtOnceUnderTheNameOfItsFailure(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		b.later(job.Task{Kind: probe})
		b.run(b.options(map[job.Kind]jobs.Worker{probe: {Do: func(context.Context, string) error { return jobs.Give(named{}) }}}))
		if got := b.untilState(job.GivenUp); got.Tries != 1 || got.LastError != "smtp-550" {
			t.Errorf("got %+v", got)
		}
	})
}

type named struct{}

func (named) Error() string { return "refused" }
func (named) Class() string { return "smtp-550" }

func TestNotYetIsNoTry(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		var did tally
		b.later(job.Task{Kind: probe})
		b.run(b.options(map[job.Kind]jobs.Worker{probe: {Tries: 1, Do: func(_ context.Context, subject string) error {
			if did.note(subject) < 4 {
				return fmt.Errorf("the receiver asks for time: %w", jobs.After(time.Millisecond))
			}
			return nil
		}}}))
		if got := b.untilState(job.Done); got.Tries != 1 || got.LastError != "" {
			t.Errorf("got %+v", got)
		}
		if n := b.counted("parvis_jobs_total", "kind=probe", "outcome=postponed"); n != 3 {
			t.Errorf("%v postponed", n)
		}
	})
}

func TestAPanicIsAFailureOfItsTaskAndKeepsNoOtherFromItsWorker(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		b.later(job.Task{Kind: probe, Subject: "bad"}, job.Task{Kind: other, Subject: "good"})
		did := make(chan string, 1)
		b.run(b.options(map[job.Kind]jobs.Worker{
			probe: {Tries: 1, Do: func(context.Context, string) error { panic("jeanne@ministere.example") }},
			other: {Do: func(_ context.Context, subject string) error { did <- subject; return nil }},
		}))
		<-did
		until(t, "given up", func() bool {
			list, err := b.db.Tasks(t.Context(), job.Query{Most: 1, State: job.GivenUp})
			return err == nil && len(list) == 1 && list[0].LastError == "panic"
		})
		if log := b.log.String(); strings.Contains(log, "jeanne@") || !strings.Contains(log, "jobs_test.go") {
			t.Errorf("the log says: %s", log)
		}
	})
}

func TestAWorkerThatTakesTooLongIsToldToEnd(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		b.later(job.Task{Kind: probe})
		b.run(b.options(map[job.Kind]jobs.Worker{probe: {Tries: 1, Timeout: 10 * time.Millisecond, Do: func(ctx context.Context, _ string) error {
			<-ctx.Done()
			return ctx.Err()
		}}}))
		if got := b.untilState(job.GivenUp); got.LastError != "timeout" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestASlowKindKeepsNoOtherWaiting(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		release, slow, quick := make(chan struct{}), make(chan struct{}), make(chan struct{})
		b.run(b.options(map[job.Kind]jobs.Worker{
			probe: {AtOnce: 1, Do: func(context.Context, string) error { close(slow); <-release; return nil }},
			other: {Do: func(context.Context, string) error { close(quick); return nil }},
		}))
		b.later(job.Task{Kind: probe})
		<-slow
		b.later(job.Task{Kind: other})
		<-quick
		close(release)
	})
}

func TestTheMetricsSayWhatWaits(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		if _, err := jobs.New(b.options(map[job.Kind]jobs.Worker{probe: {Do: func(context.Context, string) error { return nil }}})); err != nil {
			t.Fatal(err)
		}
		b.later(job.Task{Kind: probe}, job.Task{Kind: probe}, job.Task{Kind: probe, At: time.Now().Add(time.Hour)})
		if n := b.counted("parvis_jobs_waiting", "kind=probe"); n != 2 {
			t.Errorf("%v wait", n)
		}
		if n := b.counted("parvis_jobs_total", "kind=probe", "outcome=failed"); n != 0 {
			t.Errorf("%v failed", n)
		}
	})
}
