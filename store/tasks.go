package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"gorm.io/gorm"

	"parvis/fault"
	"parvis/job"
)

// What an operator sees of background work, and may do about it.

// states are ours in River's words; River's pending is never used.
var states = map[job.State]rivertype.JobState{
	job.Later:     rivertype.JobStateScheduled,
	job.Waiting:   rivertype.JobStateAvailable,
	job.Running:   rivertype.JobStateRunning,
	job.Retrying:  rivertype.JobStateRetryable,
	job.Done:      rivertype.JobStateCompleted,
	job.GivenUp:   rivertype.JobStateDiscarded,
	job.Cancelled: rivertype.JobStateCancelled,
}

func stateOf(rivers rivertype.JobState) job.State {
	for ours, theirs := range states {
		if theirs == rivers {
			return ours
		}
	}
	return job.State(rivers)
}

func standing(row *rivertype.JobRow) (job.Standing, error) {
	var args job.Row
	if err := json.Unmarshal(row.EncodedArgs, &args); err != nil {
		return job.Standing{}, fmt.Errorf("task %d: %w", row.ID, err)
	}
	s := job.Standing{
		ID: row.ID, Task: job.Task{Kind: job.Kind(row.Kind), Subject: args.Subject, At: row.ScheduledAt}, State: stateOf(row.State), Tries: row.Attempt,
	}
	if n := len(row.Errors); n > 0 {
		s.LastError = row.Errors[n-1].Error
	}
	return s, nil
}

// Tasks lists tasks, the newest first.
func (d *DB) Tasks(ctx context.Context, q job.Query) (list []job.Standing, err error) {
	params := river.NewJobListParams().First(q.Most).OrderBy(river.JobListOrderByID, river.SortOrderDesc)
	if q.Kind != "" {
		params = params.Kinds(string(q.Kind))
	}
	if q.State != "" {
		params = params.States(states[q.State])
	}
	err = d.onQueue(ctx, "list tasks", func(ctx context.Context) error {
		found, err := d.queue.JobList(ctx, params)
		if err != nil {
			return err
		}
		for _, row := range found.Jobs {
			s, err := standing(row)
			if err != nil {
				return err
			}
			list = append(list, s)
		}
		return nil
	})
	return list, err
}

// RetryTask has a task begun at once, also one that was given up or cancelled. One that runs, or is done, stays as it is.
func (d *DB) RetryTask(ctx context.Context, id int64) (job.Standing, error) {
	return d.onTask(ctx, "retry task", id, func(ctx context.Context, now job.Standing) (*rivertype.JobRow, error) {
		if now.State == job.Done || now.State == job.Running {
			return nil, fault.New(fault.CodeConflict, "the task is "+string(now.State))
		}
		return d.queue.JobRetry(ctx, id)
	})
}

// CancelTask has a task not begun any more. One that runs is told to end where the engine can tell its replica, and is not
// tried again in any case.
func (d *DB) CancelTask(ctx context.Context, id int64) (job.Standing, error) {
	return d.onTask(ctx, "cancel task", id, func(ctx context.Context, now job.Standing) (*rivertype.JobRow, error) {
		if now.State == job.Done || now.State == job.GivenUp {
			return nil, fault.New(fault.CodeConflict, "the task is "+string(now.State))
		}
		return d.queue.JobCancel(ctx, id)
	})
}

func (d *DB) onTask(ctx context.Context, op string, id int64, act func(context.Context, job.Standing) (*rivertype.JobRow, error)) (now job.Standing, err error) {
	err = d.onQueue(ctx, op, func(ctx context.Context) error {
		row, err := d.queue.JobGet(ctx, id)
		if err != nil {
			return err
		}
		if now, err = standing(row); err != nil {
			return err
		}
		if row, err = act(ctx, now); err != nil {
			return err
		}
		now, err = standing(row)
		return err
	})
	return now, err
}

// onQueue asks River, through the writer as it does.
func (d *DB) onQueue(ctx context.Context, op string, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, unitTimeout)
	defer cancel()
	release, err := d.writer.acquire(ctx)
	if err == nil {
		defer release()
		err = do(ctx)
	}
	if errors.Is(err, rivertype.ErrNotFound) {
		return fault.New(fault.CodeNotFound, "there is no such task").Because(err)
	}
	return asFault(ctx, op, err)
}

// DueTasks answers how many tasks are due and not begun, and since when the oldest of them is.
func (d *DB) DueTasks(ctx context.Context) (due int, oldest time.Time, err error) {
	err = d.read(ctx, "tasks that are due", func(g *gorm.DB) error {
		due, oldest = 0, time.Time{}
		if err := one(g, &due, "SELECT COUNT(*) FROM river_job WHERE state = 'available'"); err != nil || due == 0 {
			return err
		}
		rows, err := all[struct{ ScheduledAt time.Time }](g, "SELECT scheduled_at FROM river_job WHERE state = 'available' ORDER BY scheduled_at, id LIMIT 1")
		if len(rows) > 0 {
			oldest = rows[0].ScheduledAt.UTC()
		}
		return err
	})
	return due, oldest, err
}

// WaitingTasks counts by kind the tasks that are due and that nobody has begun.
func (d *DB) WaitingTasks(ctx context.Context) (map[job.Kind]int, error) {
	type count struct {
		Kind job.Kind
		N    int
	}
	var counts []count
	err := d.read(ctx, "count tasks", func(g *gorm.DB) (err error) {
		counts, err = all[count](g, "SELECT kind, COUNT(*) AS n FROM river_job WHERE state = 'available' GROUP BY kind")
		return err
	})
	of := make(map[job.Kind]int, len(counts))
	for _, c := range counts {
		of[c.Kind] = c.N
	}
	return of, err
}
