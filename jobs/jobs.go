package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"parvis/job"
)

// Worker does tasks of one kind. Only Do is needed.
type Worker struct {
	// Do does what the row with the id subject says. nil is done; see After and Give; after any other error the task is
	// tried again. It heeds its context, which ends after Timeout and when the process has no more time.
	Do      func(ctx context.Context, subject string) error
	Timeout time.Duration // one minute without it
	AtOnce  int           // how many a replica does at a time: 4 without it
	Tries   int           // before it is given up: 12 without it, at most job.MostTries
	// Pause is the time to the next try, after the try that was the try-th: without it ten seconds, doubled each time up to
	// one hour. A tenth of it is left to chance, so that what failed together does not come back together.
	Pause func(try int) time.Duration
}

// Periodic is work without a subject that is begun each time, on one replica, and not before the last time has ended.
type Periodic struct {
	Kind  job.Kind
	Every time.Duration
}

// Queue is where tasks wait, as store has it.
type Queue interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error          // waits for what is under way
	StopAndCancel(ctx context.Context) error // waits for what is under way, having told it to end
	Stopped() <-chan struct{}
	Close()
}

// Settings are River's, which the maker of a queue passes on.
type Settings = river.Config

// Options is what New needs to know.
type Options struct {
	Workers  map[job.Kind]Worker
	Periodic []Periodic
	// Queue makes the queue; called again when it could not be started.
	Queue func(*Settings) (Queue, error)
	// Waiting counts the tasks of each kind that are due and not begun.
	Waiting func(context.Context) (map[job.Kind]int, error)
	Replica string        // new at each start of a process
	Drain   time.Duration // how long Run waits for what is under way before it tells it to end
	Logger  *slog.Logger
	Metrics prometheus.Registerer
}

// Runner does background work while Run runs.
type Runner struct {
	options Options
	config  *river.Config
	cut     atomic.Bool // what is under way was told to end
}

const (
	// rescueMargin is what a task has beyond its worker's timeout for the queue to hear how it ended. Then its process is
	// taken for dead, and it is begun again.
	rescueMargin = 10 * time.Second
	keepDone     = 24 * time.Hour
	keepGivenUp  = 30 * 24 * time.Hour
	hardEnd      = 3 * time.Second // for a task to end that was told to, and for the queue to let go
	startAgain   = 2 * time.Second
)

// New joins workers with the queue. It reaches for nothing yet.
func New(o Options) (*Runner, error) {
	r := &Runner{options: o}
	tell := newMetrics(o)
	workers, queues := river.NewWorkers(), map[string]river.QueueConfig{}
	shortest := time.Hour
	for _, kind := range slices.Sorted(maps.Keys(o.Workers)) {
		w := o.Workers[kind].withDefaults()
		if err := w.check(); err != nil {
			return nil, fmt.Errorf("worker of %s: %w", kind, err)
		}
		shortest = min(shortest, w.Timeout)
		queues[string(kind)] = river.QueueConfig{MaxWorkers: w.AtOnce}
		river.AddWorkerArgs(workers, job.Row{Of: kind}, &worker{Worker: w, kind: kind, runner: r, tell: tell, logger: o.Logger})
	}
	periodic, err := r.periodic()
	if err != nil {
		return nil, err
	}
	r.config = &river.Config{
		ID: o.Replica, Workers: workers, Queues: queues, PeriodicJobs: periodic, MaxAttempts: job.MostTries,
		JobTimeout: shortest, RescueStuckJobsAfter: shortest + rescueMargin,
		CompletedJobRetentionPeriod: keepDone, CancelledJobRetentionPeriod: keepGivenUp, DiscardedJobRetentionPeriod: keepGivenUp,
		Logger: slog.New(&chatter{to: o.Logger.Handler(), said: &said{}}),
	}
	return r, nil
}

func (w Worker) withDefaults() Worker {
	w.Timeout = cmp.Or(w.Timeout, time.Minute)
	w.AtOnce = cmp.Or(w.AtOnce, 4)
	w.Tries = cmp.Or(w.Tries, 12)
	if w.Pause == nil {
		w.Pause = func(try int) time.Duration { return min(time.Hour, 10*time.Second<<min(try-1, 10)) }
	}
	return w
}

func (w Worker) check() error {
	switch {
	case w.Do == nil:
		return errors.New("does nothing")
	case w.Timeout < 0, w.AtOnce < 0:
		return errors.New("its timeout and how many it does at once are positive")
	case w.Tries < 0, w.Tries > job.MostTries:
		return fmt.Errorf("at most %d tries", job.MostTries)
	}
	return nil
}

// whileUnfinished are the states of a task that stands in the way of another one of the same periodic work.
var whileUnfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

func (r *Runner) periodic() ([]*river.PeriodicJob, error) {
	var all []*river.PeriodicJob
	for _, p := range r.options.Periodic {
		if _, ok := r.options.Workers[p.Kind]; !ok || p.Every < time.Second {
			return nil, fmt.Errorf("periodic %s: needs a worker, and a second or more", p.Kind)
		}
		task := func() (river.JobArgs, *river.InsertOpts) {
			return job.Row{Of: p.Kind}, &river.InsertOpts{
				Queue: string(p.Kind), MaxAttempts: job.MostTries, UniqueOpts: river.UniqueOpts{ByQueue: true, ByState: whileUnfinished},
			}
		}
		all = append(all, river.NewPeriodicJob(river.PeriodicInterval(p.Every), task, &river.PeriodicJobOpts{RunOnStart: true}))
	}
	return all, nil
}

// Run does background work until ctx ends and what is under way has ended, or was told to and had a moment for it. A
// database that is away keeps it waiting, no more. It returns nil.
func (r *Runner) Run(ctx context.Context) error {
	failing := false
	for ctx.Err() == nil {
		err := r.runOnce(ctx)
		if ctx.Err() != nil {
			break
		}
		if !failing {
			r.options.Logger.WarnContext(ctx, "background work waits for its queue", "error", err)
		}
		failing = true
		select {
		case <-ctx.Done():
		case <-time.After(startAgain):
		}
	}
	return nil
}

var errStopped = errors.New("the queue has stopped")

// runOnce runs from the start of the queue to its end.
func (r *Runner) runOnce(ctx context.Context) error {
	queue, err := r.options.Queue(r.config)
	if err != nil {
		return err
	}
	defer queue.Close()
	// What is under way outlives ctx: drain decides when it must end. The start does not.
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	started := context.AfterFunc(ctx, cancel)
	if err := queue.Start(work); err != nil {
		return err
	}
	if !started() { // ctx ended while the queue was starting
		return ctx.Err()
	}
	r.options.Logger.InfoContext(ctx, "background work runs")
	select {
	case <-queue.Stopped():
		return errStopped
	case <-ctx.Done():
		r.drain(queue)
		return nil
	}
}

// drain begins nothing any more and waits for what is under way; what does not end in time is told to, and is begun again
// by another replica or after the next start.
func (r *Runner) drain(queue Queue) {
	patience, cancel := context.WithTimeout(context.Background(), r.options.Drain)
	defer cancel()
	if queue.Stop(patience) == nil {
		return
	}
	r.cut.Store(true)
	hard, cancel := context.WithTimeout(context.Background(), hardEnd)
	defer cancel()
	if err := queue.StopAndCancel(hard); err != nil {
		r.options.Logger.Warn("background work did not end in time; it is begun again elsewhere")
	}
}
