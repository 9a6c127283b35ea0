package audit

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"time"
)

const (
	// again is for how long the same thing, seen again, is counted instead of written.
	again = time.Minute
	// mostKnown and mostStrange bound what is told apart at a time, of callers that are known and of others: so that strangers
	// cannot push out of sight what somebody known was refused.
	mostKnown   = 500
	mostStrange = 200
)

// Watch takes what requests show, not what transactions wrote: refusals and readings. What repeats within a minute is counted, and
// what is told apart is bounded: a flood costs a few rows a second, whatever its size. It is safe for concurrent use.
type Watch struct {
	recorder Recorder
	now      func() time.Time
	logger   *slog.Logger

	mu      sync.Mutex
	known   map[sight]*tally
	strange map[sight]*tally
	dropped int
	since   time.Time // of dropped
}

// sight is what makes two entries the same.
type sight struct{ org, action, actor, onBehalfOf, subject, code, network string }

type tally struct {
	entry   Entry
	written bool
	more    int // seen again since
}

// NewWatch makes a Watch, whose Flush somebody calls once a second.
func NewWatch(to Recorder, now func() time.Time, logger *slog.Logger) *Watch {
	return &Watch{recorder: to, now: now, logger: logger, known: map[sight]*tally{}, strange: map[sight]*tally{}}
}

// Saw takes an entry. It never waits and never fails.
func (w *Watch) Saw(e Entry) {
	e.At = w.now().UTC()
	key := sight{e.OrgID, e.Action, e.Actor, e.OnBehalfOf, e.Subject, e.Code, e.Network}
	w.mu.Lock()
	defer w.mu.Unlock()
	kept, most := w.known, mostKnown
	if strings.HasPrefix(e.Actor, "nobody:") || strings.HasPrefix(e.Actor, "guest:") {
		kept, most = w.strange, mostStrange
	}
	switch t := kept[key]; {
	case t != nil:
		t.more++
	case len(kept) < most:
		kept[key] = &tally{entry: e}
	default:
		if w.dropped == 0 {
			w.since = e.At
		}
		w.dropped++
	}
}

// Flush writes what is new, and how often what is not new was seen once its minute is over.
func (w *Watch) Flush(ctx context.Context) error { return w.flush(ctx, false) }

// Close writes everything that is left.
func (w *Watch) Close(ctx context.Context) error { return w.flush(ctx, true) }

func (w *Watch) flush(ctx context.Context, all bool) error {
	due := w.due(all)
	if len(due) == 0 {
		return nil
	}
	// What cannot be written is lost, and said: to keep it would be a flood in memory.
	if err := w.recorder.Record(ctx, due); err != nil {
		w.logger.WarnContext(ctx, "audit entries lost", "entries", len(due))
		return wrap(err, "write what was seen")
	}
	return nil
}

func (w *Watch) due(all bool) []Entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now().UTC()
	var due []Entry
	for _, kept := range []map[sight]*tally{w.known, w.strange} {
		for key, t := range kept {
			if !t.written {
				t.written, due = true, append(due, t.entry)
			}
			if over := all || now.Sub(t.entry.At) >= again; over {
				if t.more > 0 {
					due = append(due, counted(t.entry, t.more, now))
				}
				delete(kept, key)
			}
		}
	}
	if w.dropped > 0 && (all || now.Sub(w.since) >= again) {
		due = append(due, counted(Entry{OrgID: platformOrg, Action: RefusalsDropped, Actor: "system:audit", Subject: "audit:", Result: Refused}, w.dropped, now))
		w.dropped = 0
	}
	return due
}

// counted is an entry that stands for several.
func counted(e Entry, n int, now time.Time) Entry {
	data := map[string]any{}
	if len(e.Data) > 0 {
		_ = json.Unmarshal(e.Data, &data) // it is ours, and {} would do
	}
	data["count"] = n
	e.At = now
	e.Data, _ = json.Marshal(data) // numbers and texts
	return e
}
