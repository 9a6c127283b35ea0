package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// loop is background work: do runs at once and then again after each pause, which is drawn between least and most so
// that replicas do not march in step. An error is logged here and nowhere else, once when it appears and once when it
// has gone.
type loop struct {
	name   string
	least  time.Duration
	most   time.Duration
	do     func(context.Context) error
	logger *slog.Logger
}

// run returns when ctx ends, after the turn that is under way.
func (l loop) run(ctx context.Context) error {
	failing := false
	for {
		err := l.do(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if failed := err != nil; failed != failing {
			failing = failed
			if failed {
				l.logger.WarnContext(ctx, "background work fails", "loop", l.name, "error", err)
			} else {
				l.logger.InfoContext(ctx, "background work goes on", "loop", l.name)
			}
		}
		pause := l.least
		if l.most > l.least {
			pause += rand.N(l.most - l.least)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}
