package main

import (
	"context"
	"maps"
	"time"

	"parvis/job"
	"parvis/jobs"
)

// buildJobs joins each kind of background work with what does it.
func (p *platform) buildJobs() error {
	workers := map[job.Kind]jobs.Worker{
		job.ProjectMeetings: p.projecting(),
		job.ImportInvitees:  {Do: p.schedule.RunImport, Tries: job.MostTries},
		job.SendReminders:   {Do: p.schedule.Remind, Tries: job.MostTries},
		job.DeliverWebhook:  p.delivering(),
		job.ErasePerson:     p.erasing(),
		job.CountUsage:      p.counting(),
	}
	notifying, err := p.notifying()
	if err != nil {
		return err
	}
	workers[job.TellDisabled] = notifying
	posts, err := p.posting()
	if err != nil {
		return err
	}
	maps.Copy(workers, posts)
	p.jobs, err = jobs.New(jobs.Options{
		Workers: workers,
		Periodic: []jobs.Periodic{
			{Kind: job.ProjectMeetings, Every: projectEvery},
			{Kind: job.CountUsage, Every: countEvery},
		},
		Queue:   func(s *jobs.Settings) (jobs.Queue, error) { return p.store.NewQueue(s) },
		Waiting: p.store.WaitingTasks,
		Replica: p.replica, Drain: endPatience, Logger: p.logger, Metrics: p.metrics,
	})
	return err
}

// projecting is never given up: a meeting that cannot be projected is said in the log, and the others are due again.
func (p *platform) projecting() jobs.Worker {
	return jobs.Worker{
		Do:      func(ctx context.Context, _ string) error { return p.schedule.Project(ctx) },
		Timeout: 5 * time.Minute, AtOnce: 1, Tries: job.MostTries,
		Pause: func(int) time.Duration { return projectEvery },
	}
}

// countEvery is how old the count of today may be.
const countEvery = 10 * time.Minute

// counting is never given up: a day that cannot be counted is said in the log, and is due again.
func (p *platform) counting() jobs.Worker {
	return jobs.Worker{
		Do:      func(ctx context.Context, _ string) error { return p.usage.Counting(ctx) },
		Timeout: 5 * time.Minute, AtOnce: 1, Tries: job.MostTries,
		Pause: func(int) time.Duration { return countEvery },
	}
}
