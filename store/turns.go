package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// Knocks before one room are one after the other in the database: each waits for the step of the lobby. When three hundred
// people come at once, those who wait there hold every connection of the pool, and all who ask for something else wait with
// them, or are told that the database does not answer. So they wait here first, in the order in which they came, without a
// connection: two at a time go on, of which one has the step and the other has come as far as it can.
const (
	turnsAtOnce = 2
	turnWait    = 8 * time.Second // three hundred, on a slow day; before the request is given up
)

var errNoTurn = errors.New("too many before this one")

// turns is who waits for what, by its id. Nobody waits, nothing is kept.
type turns struct {
	mu sync.Mutex
	of map[string]*turn
}

type turn struct {
	slots *semaphore.Weighted
	users int // who holds or waits for a slot
}

// take waits for a turn.
func (q *turns) take(ctx context.Context, id string) (done func(), err error) {
	t := q.use(id)
	wait, cancel := context.WithTimeout(ctx, turnWait)
	defer cancel()
	if err := t.slots.Acquire(wait, 1); err != nil {
		q.leave(id, t)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, errNoTurn
	}
	return func() {
		t.slots.Release(1)
		q.leave(id, t)
	}, nil
}

func (q *turns) use(id string) *turn {
	q.mu.Lock()
	defer q.mu.Unlock()
	t, ok := q.of[id]
	if !ok {
		if q.of == nil {
			q.of = map[string]*turn{}
		}
		t = &turn{slots: semaphore.NewWeighted(turnsAtOnce)}
		q.of[id] = t
	}
	t.users++
	return t
}

func (q *turns) leave(id string, t *turn) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if t.users--; t.users == 0 {
		delete(q.of, id)
	}
}

// writeInTurn is write for what many do at once to the lobby of one room.
func (d *DB) writeInTurn(ctx context.Context, roomID, op string, do func(*tx) error) error {
	done, err := d.lobbies.take(ctx, roomID)
	if err != nil {
		return asFault(ctx, op, err)
	}
	defer done()
	return d.write(ctx, op, do)
}
