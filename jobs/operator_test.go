package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"parvis/fault"
	"parvis/job"
	"parvis/jobs"
)

func TestATaskThatIsCancelledAtItsWorkIsNotTriedAgain(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		under, release := make(chan struct{}), make(chan struct{})
		b.later(job.Task{Kind: probe})
		b.run(b.options(map[job.Kind]jobs.Worker{probe: {Do: func(ctx context.Context, _ string) error {
			close(under)
			select {
			case <-ctx.Done():
			case <-release:
			}
			return errors.New("the peer does not answer")
		}}}))
		<-under
		if _, err := b.db.CancelTask(t.Context(), b.standing().ID); err != nil {
			t.Fatal(err)
		}
		close(release)
		if got := b.untilState(job.Cancelled); got.Tries != 1 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestWhatWasGivenUpIsBegunAgainWhenAnOperatorSaysSo(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		b := newBench(t, url)
		works := make(chan struct{})
		b.later(job.Task{Kind: probe})
		b.run(b.options(map[job.Kind]jobs.Worker{probe: {Tries: 1, Do: func(context.Context, string) error {
			select {
			case <-works:
				return nil
			default:
				return errors.New("misconfigured")
			}
		}}}))
		id := b.untilState(job.GivenUp).ID
		if _, err := b.db.CancelTask(t.Context(), id); !fault.HasCode(err, fault.CodeConflict) {
			t.Errorf("cancelled, though it was given up: %v", err)
		}
		close(works)
		if got, err := b.db.RetryTask(t.Context(), id); err != nil || got.State != job.Waiting || got.Task.At.After(time.Now().Add(time.Second)) {
			t.Errorf("got %+v, %v", got, err)
		}
		b.untilState(job.Done)
		if _, err := b.db.RetryTask(t.Context(), id); !fault.HasCode(err, fault.CodeConflict) {
			t.Errorf("begun again, though it is done: %v", err)
		}
	})
}
