package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

const (
	// gatherFor is how long a batch waits for more while joins come fast; whoever comes alone does not wait.
	gatherFor = 5 * time.Millisecond
	maxBatch  = 512
	// fast is the size from which the batch before tells that joins come fast: to wait then costs each caller less
	// than the commits that it saves.
	fast = 8
	// commitTimeout bounds a batch, apart from any caller's own patience.
	commitTimeout = 5 * time.Second
)

// request is a caller who waits for a commit.
type request struct {
	ctx       context.Context
	admission rooms.Admission
	events    []event.Event
	answer    chan answer // of size 1: the committer never waits for a caller
}

type answer struct {
	admission rooms.Admission
	err       error
}

// committer writes the admissions of those who come at the same time with one commit. Its writers share a queue: while
// the database works on one batch the next gathers, so that neither waits for the other. A caller who goes away changes
// nothing for the others.
type committer struct {
	db      *DB
	queue   chan *request
	stop    chan struct{}
	stopped chan struct{}
	once    sync.Once
}

func newCommitter(db *DB, writers int) *committer {
	c := &committer{db: db, queue: make(chan *request, 2*maxBatch), stop: make(chan struct{}), stopped: make(chan struct{})}
	var running sync.WaitGroup
	for range writers {
		running.Go(c.run)
	}
	go func() {
		running.Wait()
		close(c.stopped)
	}()
	return c
}

func (c *committer) close() {
	c.once.Do(func() { close(c.stop) })
	<-c.stopped
}

var errClosing = errors.New("the database is being closed")

func (c *committer) admit(ctx context.Context, a rooms.Admission, events []event.Event) (rooms.Admission, error) {
	r := &request{ctx: ctx, admission: a, events: events, answer: make(chan answer, 1)}
	closing := fault.New(fault.CodeDatabaseUnavailable, "the server is stopping").After(retryAfter).Because(errClosing)
	select {
	case <-c.stop:
		return rooms.Admission{}, closing
	default:
	}
	select {
	case c.queue <- r:
	case <-c.stop:
		return rooms.Admission{}, closing
	case <-ctx.Done():
		return rooms.Admission{}, ctx.Err()
	}
	select {
	case got := <-r.answer:
		return got.admission, got.err
	case <-ctx.Done():
		return rooms.Admission{}, ctx.Err()
	case <-c.stopped:
		select {
		case got := <-r.answer:
			return got.admission, got.err
		default:
			return rooms.Admission{}, closing
		}
	}
}

// run commits until it is stopped, and then what is still in the queue.
func (c *committer) run() {
	last := 0
	for {
		select {
		case r := <-c.queue:
			batch := c.gather(r, last)
			last = len(batch)
			c.commit(batch)
		case <-c.stop:
			for batch := c.waiting(nil); len(batch) > 0; batch = c.waiting(nil) {
				c.commit(batch)
			}
			return
		}
	}
}

// gather takes who waits already (those who came during the last commit). When joins come fast it waits for as many as
// the batch before had: no longer than gatherFor, and no longer than there is somebody to expect.
func (c *committer) gather(first *request, last int) []*request {
	batch := c.waiting([]*request{first})
	if last < fast || len(batch) >= last {
		return batch
	}
	full := time.NewTimer(gatherFor)
	defer full.Stop()
	for len(batch) < last {
		select {
		case r := <-c.queue:
			batch = append(batch, r)
		case <-full.C:
			return batch
		case <-c.stop:
			return batch
		}
	}
	return c.waiting(batch)
}

func (c *committer) waiting(batch []*request) []*request {
	for len(batch) < maxBatch {
		select {
		case r := <-c.queue:
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// seat is one row to write, for all in a batch who want the same: joining is repeatable, at the same moment too.
type seat struct {
	ctx       context.Context // of the first caller: where they came from
	admission rooms.Admission
	events    []event.Event
	callers   []*request
}

type seatKey struct{ signIn, room string }

// seats brings a batch together. The first caller's id stands, the last one's name and rights.
func seats(batch []*request) []*seat {
	var out []*seat
	shared := map[seatKey]*seat{}
	for _, r := range batch {
		if r.ctx.Err() != nil { // gone before anything was written
			continue
		}
		key := seatKey{r.admission.SignInID, r.admission.RoomID}
		if s := shared[key]; s != nil && key.signIn != "" {
			a := r.admission
			a.ID, a.CreatedAt = s.admission.ID, s.admission.CreatedAt
			s.admission, s.callers = a, append(s.callers, r)
			continue
		}
		s := &seat{ctx: r.ctx, admission: r.admission, events: r.events, callers: []*request{r}}
		out, shared[key] = append(out, s), s
	}
	return out
}

// commit writes a batch. When the database refuses it, each seat is tried alone, so that each gets its own error; when
// the database does not answer, that is everybody's error.
func (c *committer) commit(batch []*request) {
	all := seats(batch)
	if len(all) == 0 {
		return
	}
	c.db.metrics.batch.Observe(float64(len(batch)))
	err := c.try(all)
	if err == nil {
		return
	}
	if len(all) == 1 || fault.Is(err, fault.Unavailable) {
		refuse(all, err)
		return
	}
	for _, s := range all {
		alone := []*seat{s}
		if err := c.try(alone); err != nil {
			refuse(alone, err)
		}
	}
}

func (c *committer) try(all []*seat) error {
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	written, err := c.db.admitAll(ctx, all)
	if err != nil {
		return err
	}
	for _, s := range all {
		a, ok := written[s.key()]
		got := answer{admission: a}
		if !ok {
			got.err = fault.New(fault.CodeSignInExpired, "the sign-in has ended")
		}
		for _, r := range s.callers {
			r.answer <- got
		}
	}
	return nil
}

func refuse(all []*seat, err error) {
	for _, s := range all {
		for _, r := range s.callers {
			r.answer <- answer{err: err}
		}
	}
}

// key finds the row of a seat among those written: its own id, or that of the sign-in's earlier admission.
func (s *seat) key() seatKey { return keyOf(s.admission) }

func keyOf(a rooms.Admission) seatKey {
	if a.SignInID == "" {
		return seatKey{room: a.ID}
	}
	return seatKey{a.SignInID, a.RoomID}
}
