package jobs

import (
	"context"
	"log/slog"
	"regexp"
	"sync"
	"time"
)

var address = regexp.MustCompile(`[^\s<>"'(),;:]+@[^\s<>"'(),;:]+`)

// masked is an error's text without the addresses that a peer may have put into it.
func masked(text string) string { return address.ReplaceAllString(text, "[address]") }

// chatter is River's log in ours: what it says of itself is for who looks for a mistake, what it says of a task was said
// by the task's worker, and that the database does not answer is worth a line a minute.
type chatter struct {
	to   slog.Handler
	task bool // River speaks of one task
	said *said
}

type said struct {
	mu   sync.Mutex
	last map[string]time.Time
}

const sayAgain = time.Minute

// again tells whether something is to be said, now or again.
func (s *said) again(message string, at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at.Sub(s.last[message]) < sayAgain {
		return false
	}
	if s.last == nil {
		s.last = map[string]time.Time{}
	}
	s.last[message] = at
	return true
}

// Enabled is asked before the record is seen.
func (c *chatter) Enabled(ctx context.Context, level slog.Level) bool {
	return c.to.Enabled(ctx, c.level(level))
}

func (c *chatter) level(rivers slog.Level) slog.Level {
	if rivers >= slog.LevelError {
		return slog.LevelWarn
	}
	return slog.LevelDebug
}

// Handle writes what River says, at the level that it is worth.
func (c *chatter) Handle(ctx context.Context, r slog.Record) error {
	level := c.level(r.Level)
	if level == slog.LevelWarn && (c.task || speaksOfTask(r) || !c.said.again(r.Message, r.Time)) {
		level = slog.LevelDebug
	}
	if !c.to.Enabled(ctx, level) {
		return nil
	}
	ours := r.Clone()
	ours.Level, ours.Message = level, "River: "+r.Message
	return c.to.Handle(ctx, ours)
}

func speaksOfTask(r slog.Record) (yes bool) {
	r.Attrs(func(a slog.Attr) bool {
		yes = a.Key == "job_id"
		return !yes
	})
	return yes
}

// WithAttrs is for slog.
func (c *chatter) WithAttrs(attributes []slog.Attr) slog.Handler {
	task := c.task
	for _, a := range attributes {
		task = task || a.Key == "job_id"
	}
	return &chatter{to: c.to.WithAttrs(attributes), task: task, said: c.said}
}

// WithGroup is for slog.
func (c *chatter) WithGroup(name string) slog.Handler {
	return &chatter{to: c.to.WithGroup(name), task: c.task, said: c.said}
}
