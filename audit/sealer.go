package audit

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"parvis/seal"
)

const (
	// perBatch bounds a batch, and with it the transaction that writes it.
	perBatch = 1000
	// perTurn bounds how many batches one turn of the loop seals; what is left waits a second.
	perTurn   = 20
	leaseName = "audit"
	leaseFor  = 10 * time.Second
	// anchorEvery is how often the newest root goes to the log, outside the database.
	anchorEvery = time.Minute
)

// Waiting is entries that are not sealed yet, with what sealing needs to know of those who acted. Last is the newest batch,
// with the number 0 where there is none.
type Waiting struct {
	Entries []Entry
	People  map[string]Personal  // names and addresses by person
	Keys    map[string]PersonKey // by person
	Last    Batch
}

// Sealing is what is written of them.
type Sealing struct {
	Batch Batch
	Rows  []Row
	Keys  []PersonKey // that are new
	Lost  int         // rows without names, since the key of their person does not open
}

// Trail is where entries wait and rows are kept.
type Trail interface {
	// Seal moves the oldest entries that wait, at most so many, into a batch, in one transaction; it answers how many they were.
	// Entries that were written late are taken late: no number decides.
	Seal(ctx context.Context, most int, compose func(Waiting) (Sealing, error)) (int, error)
	// NewestBatch is the one with the highest number, and the zero one where there is none.
	NewestBatch(ctx context.Context) (Batch, error)
	// ExpireBatches takes away the rows of batches that were sealed by then; it answers how many batches they were, and
	// writes an entry that says so. What expire refuses stays, with all others.
	ExpireBatches(ctx context.Context, sealedBy time.Time, most int, now time.Time, expire func(Batch) (Batch, error)) (int, error)
}

// Leases says which of several replicas does what is done once.
type Leases interface {
	Take(ctx context.Context, name, holder string, now, until time.Time) (taken bool, err error)
}

// Sealer seals what waits, once a second.
type Sealer struct {
	Trail  Trail
	Leases Leases
	Keys   Keys
	Former []PublicKey // keys that signed before
	Holder string
	Keep   time.Duration // how long rows stay; the hashes stay longer
	Now    func() time.Time
	Logger *slog.Logger

	anchored time.Time
}

// Turn seals what waits, if it is this replica's turn. It is called by one loop, never twice at once.
func (s *Sealer) Turn(ctx context.Context) error {
	now := s.Now().UTC()
	mine, err := s.Leases.Take(ctx, leaseName, s.Holder, now, now.Add(leaseFor))
	if err != nil || !mine {
		return wrap(err, "seal the audit")
	}
	for range perTurn {
		lost := 0
		n, err := s.Trail.Seal(ctx, perBatch, func(w Waiting) (Sealing, error) {
			sealing, err := s.Keys.compose(w, s.Former, s.Now())
			lost = sealing.Lost
			return sealing, err
		})
		if err != nil {
			return wrap(err, "seal the audit")
		}
		if lost > 0 {
			s.Logger.WarnContext(ctx, "audit sealed without names: keys of people do not open, PARVIS_SECRET is another or the table was changed", "rows", lost)
		}
		if n < perBatch {
			break
		}
	}
	return s.anchor(ctx, now)
}

// anchor tells the log the newest root, once a minute: who keeps the log can prove what the trail held then.
func (s *Sealer) anchor(ctx context.Context, now time.Time) error {
	if !s.anchored.IsZero() && now.Sub(s.anchored) < anchorEvery {
		return nil
	}
	newest, err := s.Trail.NewestBatch(ctx)
	if err != nil {
		return wrap(err, "read the newest batch of the audit")
	}
	if newest.ID > 0 {
		s.Logger.InfoContext(ctx, "audit sealed", "anchor", newest.Anchor().String(), "key", newest.KeyID, "sealedAt", newest.SealedAt)
	}
	s.anchored = now
	return nil
}

// Expire takes away rows whose time is over.
func (s *Sealer) Expire(ctx context.Context) error {
	now := s.Now().UTC()
	for {
		n, err := s.Trail.ExpireBatches(ctx, now.Add(-s.Keep), perTurn, now, func(b Batch) (Batch, error) { return s.Keys.Expire(b, s.Former, now) })
		if err != nil || n < perTurn {
			return wrap(err, "expire the audit")
		}
	}
}

// compose makes a batch of entries: in the order of their ids, which is that of time.
func (k Keys) compose(w Waiting, former []PublicKey, now time.Time) (Sealing, error) {
	slices.SortFunc(w.Entries, func(a, b Entry) int { return strings.Compare(a.ID, b.ID) })
	out := Sealing{Rows: make([]Row, len(w.Entries))}
	leaves := make([]Hash, len(w.Entries))
	boxes := map[string]seal.Box{}
	trusted := k.trusted(former)
	for i, e := range w.Entries {
		r := Row{
			ID: e.ID, At: e.At.UTC().Truncate(time.Microsecond), OrgID: e.OrgID, Action: e.Action, Actor: e.Actor, OnBehalfOf: e.OnBehalfOf,
			Subject: e.Subject, Result: e.Result, Code: e.Code, RequestID: e.RequestID, Data: e.Data, Position: i,
		}
		if err := k.personal(&r, e, &w, &out, trusted, boxes, now); err != nil {
			return Sealing{}, err
		}
		leaves[i], out.Rows[i] = r.Leaf(), r
	}
	out.Batch = k.next(w.Last, leaves, now)
	for i := range out.Rows {
		out.Rows[i].Batch = out.Batch.ID
	}
	return out, nil
}

// personal seals what a row tells of who acted: under the person's key, which is made when there is none; nothing at all once
// that was destroyed, or where it does not open, which must not stop the seal; under the key of the trail where no person acted.
func (k Keys) personal(r *Row, e Entry, w *Waiting, out *Sealing, trusted []PublicKey, boxes map[string]seal.Box, now time.Time) (err error) {
	person := e.Person()
	named, known := w.People[person]
	if person == "" || !known {
		r.Personal, err = sealPersonal(k.names, r.ID, Personal{Network: e.Network, Reason: e.Reason})
		return err
	}
	key, have := w.Keys[person]
	if have && key.Destroyed {
		if !key.erased(trusted) {
			out.Lost++
		}
		return nil
	}
	if !have {
		if key, err = k.newPersonKey(person, now); err != nil {
			return err
		}
		w.Keys[person], out.Keys = key, append(out.Keys, key)
	}
	box, opened := boxes[person]
	if !opened {
		if box, err = k.unwrap(key); err != nil {
			out.Lost++
			return nil
		}
		boxes[person] = box
	}
	named.Network, named.Reason = e.Network, e.Reason
	r.KeyID = key.ID
	r.Personal, err = sealPersonal(box, r.ID, named)
	return err
}

func wrap(err error, what string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
