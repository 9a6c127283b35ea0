package jobs_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parvis/job"
	"parvis/jobs"
	"parvis/store"
)

func TestTheEndWaitsForWhatIsUnderWayAndBeginsNothingMore(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		under, release := make(chan struct{}), make(chan struct{})
		var did tally
		o := b.options(map[job.Kind]jobs.Worker{probe: {AtOnce: 1, Do: func(ctx context.Context, subject string) error {
			if did.note(subject) == 1 {
				close(under)
				<-release
			}
			return ctx.Err()
		}}})
		stopping := make(chan struct{})
		o.Queue = func(s *jobs.Settings) (jobs.Queue, error) {
			q, err := b.db.NewQueue(s)
			return tellsStop{q, stopping}, err
		}
		stop := b.run(o)
		b.later(job.Task{Kind: probe, Subject: "1"}, job.Task{Kind: probe, Subject: "2"})
		<-under
		ended := make(chan struct{})
		go func() { stop(); close(ended) }()
		<-stopping
		close(release)
		<-ended
		if n, err := b.db.Tasks(t.Context(), job.Query{Most: 10, State: job.Done}); err != nil || len(n) != 1 || len(did.all()) != 1 {
			t.Errorf("%d done, %d begun, %v", len(n), len(did.all()), err)
		}
		if n, err := b.db.WaitingTasks(t.Context()); err != nil || n[probe] != 1 {
			t.Errorf("%v wait, %v", n, err)
		}
	})
}

// tellsStop is a queue that tells when it is to stop.
type tellsStop struct {
	jobs.Queue
	stopping chan struct{}
}

func (q tellsStop) Stop(ctx context.Context) error {
	close(q.stopping)
	return q.Queue.Stop(ctx)
}

func TestWhatDoesNotEndInTimeIsToldToAndBegunAgainWithoutHavingLostATry(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		under := make(chan struct{})
		o := b.options(map[job.Kind]jobs.Worker{probe: {Tries: 1, Do: func(ctx context.Context, _ string) error {
			close(under)
			<-ctx.Done()
			return ctx.Err()
		}}})
		o.Drain = time.Millisecond
		stop := b.run(o)
		b.later(job.Task{Kind: probe, Subject: "again"})
		<-under
		stop()
		if got := b.standing(); got.State != job.Waiting || got.Tries != 0 {
			t.Fatalf("got %+v", got)
		}
		b.metrics = prometheus.NewRegistry()
		b.run(b.options(map[job.Kind]jobs.Worker{probe: {Tries: 1, Do: func(context.Context, string) error { return nil }}}))
		if got := b.untilState(job.Done); got.Task.Subject != "again" {
			t.Errorf("got %+v", got)
		}
	})
}

// diesAt names the database of a process that is killed at its work.
const diesAt = "PARVIS_TEST_DIES_AT"

// dieAtWork is a replica whose work has an effect, after which it hears nothing more. It never returns.
func dieAtWork() {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{URL: os.Getenv(diesAt)})
	if err != nil {
		panic(err)
	}
	runner, err := jobs.New(jobs.Options{
		Replica: "dies", Logger: slog.New(slog.DiscardHandler),
		Queue: func(s *jobs.Settings) (jobs.Queue, error) { return db.NewQueue(s) },
		Workers: map[job.Kind]jobs.Worker{probe: {Timeout: time.Second, Do: func(_ context.Context, subject string) error {
			fmt.Println("effect on", subject)
			select {}
		}}},
	})
	if err != nil {
		panic(err)
	}
	_ = runner.Run(ctx)
}

func TestATaskWhoseProcessIsKilledAfterItsEffectIsDoneAgainByAnotherWithTheSameSubject(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		b.later(job.Task{Kind: probe, Subject: "message-1"})
		killed := exec.CommandContext(t.Context(), os.Args[0])
		killed.Env = append(os.Environ(), diesAt+"="+url)
		out, err := killed.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := killed.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil || line != "effect on message-1\n" {
			t.Errorf("it says %q, %v", line, err)
		}
		if err := killed.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = killed.Wait()
		if got := b.standing(); got.State != job.Running {
			t.Fatalf("the dead one's task: %+v", got)
		}
		did := make(chan string, 2)
		stop := b.run(b.options(map[job.Kind]jobs.Worker{probe: {
			Timeout: time.Second, Pause: func(int) time.Duration { return 0 },
			Do: func(_ context.Context, subject string) error { did <- subject; return nil },
		}}))
		if got := <-did; got != "message-1" {
			t.Errorf("done: %q", got)
		}
		stop()
		if got := b.standing(); got.State != job.Done || got.Tries != 2 || len(did) != 0 {
			t.Errorf("got %+v, and %d more", got, len(did))
		}
	})
}

func TestPeriodicWorkIsBegunAgainAndAgainByOneOfTwoReplicas(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		second := &bench{t: t, db: open(t, url), log: b.log, metrics: prometheus.NewRegistry()}
		began := make(chan struct{}, 100)
		worker := jobs.Worker{AtOnce: 1, Do: func(context.Context, string) error { began <- struct{}{}; return nil }}
		var stops []func()
		for _, each := range []*bench{b, second} {
			o := each.options(map[job.Kind]jobs.Worker{probe: worker})
			o.Periodic = []jobs.Periodic{{Kind: probe, Every: time.Second}}
			stops = append(stops, each.run(o))
		}
		for range 3 {
			<-began
		}
		for _, stop := range stops {
			stop()
		}
		list, err := b.db.Tasks(t.Context(), job.Query{Most: 100})
		if err != nil || len(list) < 3 || len(list) > 6 {
			t.Errorf("%d tasks in about three seconds, %v", len(list), err)
		}
	})
}
