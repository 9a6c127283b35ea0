package sfu

import (
	"context"
	"errors"
	"net/http"

	"parvis/fault"
	"parvis/rooms"
)

// visit is an admission that the gate lets through. relayID is empty when the database did not answer: basis then says
// what spoke for it.
type visit struct {
	in      rooms.Entered
	relayID string
	basis   string
}

// enter asks the door and opens a relay.
func (g *Gate) enter(ctx context.Context, k *knock) (visit, error) {
	if k.expired {
		return g.enterExpired(ctx, k)
	}
	asking, cancel := context.WithTimeout(ctx, g.timing.door)
	defer cancel()
	in, relayID, err := g.door.Enter(asking, k.pass.Subject, k.signInID, k.pass.Video.Room)
	if err != nil {
		return g.answer(ctx, k, err)
	}
	g.memory.checked(in.Admission.ID)
	return visit{in: in, relayID: relayID, basis: basisChecks}, nil
}

// enterExpired refuses an expired pass, unless nobody can be asked and this replica held the admission until lately.
func (g *Gate) enterExpired(ctx context.Context, k *knock) (visit, error) {
	expired := refuse(http.StatusForbidden, fault.CodeNotAdmitted, "the pass has expired: join the room again")
	asking, cancel := context.WithTimeout(ctx, g.timing.door)
	defer cancel()
	if _, err := g.door.Current(asking, k.pass.Subject); !databaseDown(ctx, err) {
		return visit{}, expired
	}
	v, err := g.withoutDatabase(k)
	if err == nil && v.basis == basisPass {
		return visit{}, expired
	}
	return v, err
}

// look asks the door without opening anything.
func (g *Gate) look(ctx context.Context, k *knock) (visit, error) {
	if k.expired {
		return g.enterExpired(ctx, k)
	}
	asking, cancel := context.WithTimeout(ctx, g.timing.door)
	defer cancel()
	in, err := g.door.Current(asking, k.pass.Subject)
	if err == nil {
		err = in.Fits(k.signInID, k.pass.Video.Room)
	}
	if err != nil {
		return g.answer(ctx, k, err)
	}
	return visit{in: in, basis: basisChecks}, nil
}

// answer remembers a final refusal and looks for another way when the database does not answer.
func (g *Gate) answer(ctx context.Context, k *knock, err error) (visit, error) {
	if databaseDown(ctx, err) {
		return g.withoutDatabase(k)
	}
	if final(err) && !errors.Is(err, rooms.ErrOtherRoom) && g.concerns(k, fault.Of(err).Code) {
		g.memory.refuse(k.pass.Subject, fault.Of(err).Code)
	}
	return visit{}, err
}

// withoutDatabase decides by what this replica knows: calls that run go on.
func (g *Gate) withoutDatabase(k *knock) (visit, error) {
	id := k.pass.Subject
	if code, known := g.memory.refused.Get(id); known {
		return visit{}, fault.New(code, "this admission has ended")
	}
	if g.memory.cut.Contains(id) {
		return visit{}, fault.New(fault.CodeDatabaseUnavailable, "whether this admission holds cannot be asked now").After(retryAfter)
	}
	if in, ok := g.known(id); ok {
		if owner := in.Admission.SignInID; owner != "" && k.signInID != "" && owner != k.signInID {
			return visit{}, fault.New(fault.CodeNotAdmitted, "this admission is another browser's")
		}
		g.client.metrics.unchecked.WithLabelValues(basisHeld).Inc()
		return visit{in: in, basis: basisHeld}, nil
	}
	in := k.pass.entered()
	if in.Admission.Visit != "" { // whose entry is announced, which takes a database
		return visit{}, fault.New(fault.CodeDatabaseUnavailable, "an administrator cannot be announced now").After(retryAfter)
	}
	g.client.metrics.unchecked.WithLabelValues(basisPass).Inc()
	return visit{in: in, basis: basisPass}, nil
}

// known is the admission as a relay that is open here, or was until lately, last saw it.
func (g *Gate) known(id string) (rooms.Entered, bool) {
	for _, r := range g.relaysOf(id) {
		return r.entered(), true
	}
	return g.memory.recent(id, g.now())
}

// databaseDown tells that the door got no answer, and not because whoever asked has gone.
func databaseDown(ctx context.Context, err error) bool {
	if err == nil || ctx.Err() != nil {
		return false
	}
	return fault.Is(err, fault.Unavailable) || errors.Is(err, context.DeadlineExceeded)
}

// final tells a refusal from a failure.
func final(err error) bool {
	switch fault.Of(err).Kind {
	case fault.Unavailable, fault.Internal, fault.TooMany:
		return false
	default:
		return true
	}
}

// concerns tells whether a refusal is of the admission itself: another browser's knock says nothing about its owner.
func (g *Gate) concerns(k *knock, code fault.Code) bool {
	if code == fault.CodeRemoved || code == fault.CodeRoomArchived {
		return true
	}
	in, ok := g.known(k.pass.Subject)
	return !ok || in.Admission.SignInID == "" || in.Admission.SignInID == k.signInID
}
