package signin

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	touchEvery   = time.Minute
	touchTimeout = 5 * time.Second
	touchAtOnce  = 16
)

// toucher notes activity behind the request's back, at most once a minute a sign-in and a few at once. What does not
// find a place is dropped: the next request of the sign-in comes back with it.
type toucher struct {
	store  Store
	logger *slog.Logger
	writes errgroup.Group

	mu            sync.Mutex
	closed        bool
	recent, older map[string]time.Time // two generations, so that what is remembered stays bounded by two minutes
	turned        time.Time
}

func newToucher(store Store, logger *slog.Logger) *toucher {
	t := &toucher{store: store, logger: logger, recent: map[string]time.Time{}, older: map[string]time.Time{}}
	t.writes.SetLimit(touchAtOnce)
	return t
}

func (t *toucher) touch(ctx context.Context, s SignIn, now time.Time) {
	if now.Sub(s.LastSeenAt) < touchEvery {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || now.Sub(t.lastTouch(s.ID)) < touchEvery {
		return
	}
	ctx = context.WithoutCancel(ctx)
	if t.writes.TryGo(func() error { t.write(ctx, s.ID, now); return nil }) {
		t.remember(s.ID, now)
	}
}

func (t *toucher) lastTouch(id string) time.Time {
	if at, ok := t.recent[id]; ok {
		return at
	}
	return t.older[id]
}

func (t *toucher) remember(id string, now time.Time) {
	if now.Sub(t.turned) >= touchEvery {
		t.recent, t.older, t.turned = map[string]time.Time{}, t.recent, now
	}
	t.recent[id] = now
}

func (t *toucher) write(ctx context.Context, id string, at time.Time) {
	ctx, cancel := context.WithTimeout(ctx, touchTimeout)
	defer cancel()
	if err := t.store.TouchSignIn(ctx, id, at); err != nil {
		t.logger.WarnContext(ctx, "activity of a sign-in not noted", "signIn", id, "error", err)
	}
}

// close refuses new writes and waits for those that run.
func (t *toucher) close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.writes.Wait()
}
