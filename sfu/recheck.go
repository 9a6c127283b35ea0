package sfu

import (
	"context"
	"errors"
	"time"

	"parvis/fault"
	"parvis/rooms"
)

// alive is called while bytes of the client come, at most every timing.seen.
func (r *relay) alive() {
	if !r.agreed.Load() {
		r.check()
	}
}

// check compares the relay with the present admission, beside the pumps; one check of a relay runs at a time. What
// cannot be asked now is asked again when the relay is next alive.
func (r *relay) check() {
	if !r.checking.CompareAndSwap(false, true) {
		return
	}
	r.gate.running.Add(1)
	go func() {
		defer r.gate.running.Done()
		defer r.checking.Store(false)
		ctx, cancel := context.WithTimeout(context.Background(), 3*r.gate.timing.door)
		defer cancel()
		r.recheck(ctx)
	}()
}

// recheck reads the admission again. It differs when something was decided between the gate's question and the SFU's
// welcome: the SFU did not hear of it then and hears of it now.
func (r *relay) recheck(ctx context.Context) {
	in, err := r.present(ctx)
	switch {
	case err == nil && in.Admission.Generation == r.entered().Admission.Generation:
		r.agreed.Store(true)
	case err == nil:
		r.bring(ctx, in)
	case databaseDown(ctx, err) || !final(err):
		// Asked again when the relay is next alive.
	default:
		r.expel(ctx, fault.Of(err).Code)
	}
}

// present answers the admission when it still holds. A relay that was let in unchecked is entered now; without a sign-in
// to show it is closed instead, and the browser comes back with its cookie while its media go on.
func (r *relay) present(ctx context.Context) (rooms.Entered, error) {
	asking, cancel := context.WithTimeout(ctx, r.gate.timing.door)
	defer cancel()
	in, err := r.gate.door.Current(asking, r.entered().Admission.ID)
	if err == nil {
		err = in.Holds(in.Admission.SignInID)
	}
	if err != nil || r.relayID() != "" {
		return in, err
	}
	if in.Admission.SignInID != r.signInID {
		r.close("identify")
		return rooms.Entered{}, fault.New(fault.CodeDatabaseUnavailable, "closed to be identified")
	}
	in, id, err := r.gate.door.Enter(asking, in.Admission.ID, r.signInID, r.entered().Room.MediaName)
	if err != nil {
		return rooms.Entered{}, err
	}
	r.mu.Lock()
	r.visit.relayID, r.visit.basis = id, basisChecks
	r.mu.Unlock()
	return in, nil
}

// bring makes the SFU's participant what the admission is now.
func (r *relay) bring(ctx context.Context, in rooms.Entered) {
	err := r.gate.insist(ctx, func() error { return r.gate.client.apply(ctx, in.Room.MediaName, in.Admission) })
	if err != nil {
		// With a new connection comes a token of the new rights.
		r.gate.logger.WarnContext(ctx, "rights not brought to the SFU; relay closed", "error", err)
		r.close("stale")
		return
	}
	r.mu.Lock()
	r.visit.in = in
	r.mu.Unlock()
	r.agreed.Store(true)
}

// expel removes somebody whose admission ended while the SFU was letting them in.
func (r *relay) expel(ctx context.Context, code fault.Code) {
	r.agreed.Store(true) // nothing more to compare
	if !r.expelled.CompareAndSwap(false, true) {
		return
	}
	if code == fault.CodeMeetingOver {
		// All are told who ended it before they are disconnected: to nobody it shall look like a fault.
		select {
		case <-time.After(2 * r.gate.timing.farewell):
		case <-ctx.Done():
		}
	}
	in := r.entered()
	r.gate.memory.refuse(in.Admission.ID, code)
	err := r.gate.insist(ctx, func() error { return r.gate.client.remove(ctx, in.Room.MediaName, in.Admission.ID) })
	if err != nil && !errors.Is(err, errAbsent) {
		r.gate.logger.WarnContext(ctx, "participant not removed at the SFU; the sweep will", "error", err)
	}
	r.cutSoon()
}

// insist repeats a call about somebody whom the SFU has just welcomed: it answers the welcome a moment before it can
// find the participant.
func (g *Gate) insist(ctx context.Context, do func() error) error {
	pause := 50 * time.Millisecond
	for {
		err := do()
		if !errors.Is(err, errAbsent) && !fault.Is(err, fault.Unavailable) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
		if pause *= 2; pause > time.Second {
			return err
		}
	}
}

// Recheck reads an admission again that another replica changed, and brings its relays here, if any, to what it is now.
// It does not wait.
func (g *Gate) Recheck(admissionID string) {
	for _, r := range g.relaysOf(admissionID) {
		r.agreed.Store(false) // asked again when the relay is next alive, should the question fail now
		r.check()
	}
}
