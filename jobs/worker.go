package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"parvis/job"
)

// worker is a Worker as River wants it.
type worker struct {
	river.WorkerDefaults[job.Row]
	Worker
	kind    job.Kind
	runner  *Runner
	tell    *metrics
	logger  *slog.Logger
	failing atomic.Bool
}

// Timeout is for River to take the process for dead; Do has its own before.
func (w *worker) Timeout(*river.Job[job.Row]) time.Duration {
	return w.Worker.Timeout + rescueMargin
}

// NextRetry is also asked for tasks whose process died.
func (w *worker) NextRetry(j *river.Job[job.Row]) time.Time {
	pause := w.Pause(max(j.Attempt, 1))
	return time.Now().Add(pause + time.Duration(rand.Int64N(int64(pause)/10+1)))
}

// Work does one task and says to River, in its words, what became of it.
func (w *worker) Work(ctx context.Context, j *river.Job[job.Row]) error {
	begun := time.Now()
	w.tell.begun(w.kind, begun.Sub(j.ScheduledAt))
	defer func() { w.tell.ended(w.kind, time.Since(begun)) }()
	err := w.do(ctx, j.Args.Subject)
	var wait notYet
	switch {
	case err == nil:
		w.tell.outcome(w.kind, done)
		w.goesOn(ctx)
		return nil
	case ctx.Err() != nil && w.runner.cut.Load(): // nobody's fault, and no try
		w.tell.outcome(w.kind, postponed)
		return river.JobSnooze(0)
	case errors.Is(context.Cause(ctx), rivertype.ErrJobCancelledRemotely): // parvis jobs cancel
		w.tell.outcome(w.kind, cancelled)
		return class("cancelled")
	case errors.As(err, &wait):
		w.tell.outcome(w.kind, postponed)
		w.goesOn(ctx)
		return river.JobSnooze(wait.after)
	default:
		return w.failed(ctx, j, err)
	}
}

// do calls Do within its time; a panic is an error.
func (w *worker) do(ctx context.Context, subject string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, w.Worker.Timeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			w.logger.ErrorContext(ctx, "background work panicked", "kind", w.kind, "panic", harmless(v), "stack", string(debug.Stack()))
			err = panicked{}
		}
	}()
	return w.Do(ctx, subject)
}

// panicked is the error of a worker that panicked.
type panicked struct{}

func (panicked) Error() string { return "panicked" }

// Class names the error.
func (panicked) Class() string { return "panic" }

// harmless is what of a panic may stand in a log: what the runtime says, and otherwise the type alone.
func harmless(v any) string {
	if err, ok := v.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", v)
}

// class is all that the queue's row keeps of an error.
type class string

func (c class) Error() string { return string(c) }

// failed counts a try. River gives a task up whose tries are used up: it reads them from the row that it hands out.
func (w *worker) failed(ctx context.Context, j *river.Job[job.Row], err error) error {
	var final never
	if errors.As(err, &final) || j.Attempt >= w.Tries {
		j.MaxAttempts = j.Attempt
	}
	name := classOf(err)
	attributes := []any{"kind", w.kind, "job", j.ID, "try", j.Attempt, "class", name, "error", masked(err.Error())}
	switch first := !w.failing.Swap(true); {
	case j.Attempt >= j.MaxAttempts:
		w.tell.outcome(w.kind, givenUp)
		w.logger.WarnContext(ctx, "background work given up", attributes...)
	case first:
		w.tell.outcome(w.kind, failed)
		w.logger.WarnContext(ctx, "background work fails", attributes...)
	default:
		w.tell.outcome(w.kind, failed)
		w.logger.DebugContext(ctx, "background work fails", attributes...)
	}
	return class(name)
}

// goesOn ends a time in which a kind failed, which was told of once.
func (w *worker) goesOn(ctx context.Context) {
	if w.failing.Swap(false) {
		w.logger.InfoContext(ctx, "background work goes on", "kind", w.kind)
	}
}
