package rooms

import (
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// What hosts do, as changes of a Running: pure, so that any order of acts can be tried.

const maxSpotlight = 9

func noParticipant() error {
	return fault.New(fault.CodeParticipantNotFound, "this participant is not in the call").At("path.id", "read the participants again")
}

// target finds whom a host acts on.
func (r *Running) target(h host, id string) (*Person, error) {
	p := r.person(id)
	if p == nil {
		return nil, noParticipant()
	}
	if !mayActOn(h.role, p.Role) {
		return nil, fault.New(fault.CodeForbidden, "only an owner may do this to an owner")
	}
	return p, nil
}

// another is target for what nobody does to themselves.
func (r *Running) another(h host, id string) (*Person, error) {
	p, err := r.target(h, id)
	if err == nil && slices.Contains(p.Known(), WhoIs(h.who)) {
		return nil, fault.New(fault.CodeForbidden, "nobody does this to themselves: leave, or ask another host")
	}
	return p, err
}

// remove ends somebody's admissions; they wait for the rest of the session, or are blocked.
func (r *Running) remove(h host, id string, block bool) error {
	p, err := r.another(h, id)
	if err != nil {
		return err
	}
	if block && p.Role == access.Owner {
		return fault.New(fault.CodeForbidden, "an owner cannot be blocked: take the ownership first")
	}
	gone, reason, name := *p, EndRemoved, ActRemove
	if block {
		reason, name = EndBlocked, ActBlock
		r.block(h, gone)
	}
	r.takeOut(gone, HeldRemoved, reason)
	r.acted(h, name, &gone, nil)
	return nil
}

// block keeps somebody out: a guest who signed in since, by the account. A guest comes back with a fresh browser and is not
// known: so guests of this room wait from now on.
func (r *Running) block(h host, p Person) {
	known := p.Known()
	r.Blocks = append(r.Blocks, Block{
		ID: newID(), RoomID: r.Room.ID, Who: known[len(known)-1], Name: p.Name, BlockedBy: h.actor(), BlockedByName: h.name, BlockedAt: h.at,
	})
	if p.WhoKind == auth.Guest && r.Room.Entry == access.EntryEveryone {
		r.Room.Entry = access.EntrySignedIn
	}
}

// toLobby ends somebody's admissions; they wait until a host lets them in again.
func (r *Running) toLobby(h host, id string) error {
	p, err := r.another(h, id)
	if err != nil {
		return err
	}
	gone := *p
	r.takeOut(gone, HeldInLobby, EndReturned)
	r.acted(h, ActReturn, &gone, nil)
	return nil
}

// takeOut holds somebody outside, as whomever they are known, and ends all their admissions, in each tab and device.
func (r *Running) takeOut(gone Person, held Held, reason EndReason) {
	for _, who := range gone.Known() {
		r.adjust(who, func(a *Adjustment) { a.Held = held })
	}
	for i := range r.People {
		p := &r.People[i]
		if !p.Live() || !p.same(gone.Admission) {
			continue
		}
		p.State, p.Reason = Ended, reason
		if i := slices.Index(r.Session.Spotlight, p.ID); i >= 0 {
			r.Session.Spotlight = slices.Delete(r.Session.Spotlight, i, i+1)
		}
	}
}

type renamedSaid struct {
	Participant string `json:"participant"`
	Name        string `json:"name"`
}

// rename gives a guest another name; people have that of their account.
func (r *Running) rename(h host, id, name string) (Person, error) {
	p, err := r.target(h, id)
	if err != nil {
		return Person{}, err
	}
	if p.WhoKind != auth.Guest {
		return Person{}, fault.New(fault.CodeForbidden, "only guests can be renamed: others have the name of their account")
	}
	if p.Name != name {
		was := *p
		r.adjust(p.Who(), func(a *Adjustment) { a.Name = name })
		r.each(was.Who(), func(p *Person) { r.say(h.at, event.SignalRenamed, renamedSaid{p.ID, name}) })
		r.acted(h, ActRename, &was, nil)
	}
	return *p, nil
}

type roleSaid struct {
	Participant string `json:"participant"`
	Role        string `json:"role"`
	By          by     `json:"by"`
}

// setRole promotes or demotes for the rest of the session.
func (r *Running) setRole(h host, id string, role access.Role) (Person, error) {
	p, err := r.another(h, id)
	if err != nil {
		return Person{}, err
	}
	if role == access.Owner && p.WhoKind != auth.Person {
		return Person{}, fault.New(fault.CodeForbidden, "an owner has an account")
	}
	if p.Role != role {
		was := *p
		r.adjust(p.Who(), func(a *Adjustment) { a.Role = role })
		r.each(was.Who(), func(p *Person) { r.say(h.at, event.SignalRole, roleSaid{p.ID, string(role), by{h.name}}) })
		r.acted(h, ActRole, &was, map[string]any{"role": string(role)})
	}
	return *p, nil
}

type lockSaid struct {
	Locked bool `json:"locked"`
	By     by   `json:"by"`
}

// lock lets nobody new in but hosts. Who was admitted and has not come yet is new.
func (r *Running) lock(h host) {
	if r.Session.LockedAt != nil {
		return
	}
	r.Session.LockedAt, r.Session.LockedBy = &h.at, h.name
	for i := range r.People {
		if p := &r.People[i]; p.State == Admitted && !p.Role.Host() && !r.connected(p.Admission) {
			p.State, p.Reason = Ended, EndRevoked
		}
	}
	r.say(h.at, event.SignalLock, lockSaid{true, by{h.name}})
	r.acted(h, ActLock, nil, nil)
}

// connected tells whether somebody has been in the call by any of their admissions that live: a new one of theirs is a
// reconnection.
func (r *Running) connected(a Admission) bool {
	return slices.ContainsFunc(r.People, func(p Person) bool { return p.State == Open && p.same(a) })
}

func (r *Running) unlock(h host) {
	if r.Session.LockedAt == nil {
		return
	}
	r.Session.LockedAt, r.Session.LockedBy = nil, ""
	r.say(h.at, event.SignalLock, lockSaid{false, by{h.name}})
	r.acted(h, ActUnlock, nil, nil)
}

type spotlightSaid struct {
	Participants []string `json:"participants"`
}

// spotlight shows some people large to everybody, in this order; none ends it.
func (r *Running) spotlight(h host, ids []string) error {
	if len(ids) > maxSpotlight {
		return fault.New(fault.CodeInvalid, "at most nine people stand in the spotlight").At("body.participants", "name at most nine")
	}
	var shown []string
	for _, id := range ids {
		if r.person(id) == nil {
			return fault.New(fault.CodeParticipantNotFound, "somebody of these is not in the call").At("body.participants", "read the participants again")
		}
		if !slices.Contains(shown, id) {
			shown = append(shown, id)
		}
	}
	if slices.Equal(shown, r.Session.Spotlight) {
		return nil
	}
	r.Session.Spotlight = shown
	r.say(h.at, event.SignalSpotlight, spotlightSaid{append([]string{}, shown...)})
	r.acted(h, ActSpotlight, nil, map[string]any{"people": len(shown)})
	return nil
}

// lowerHands takes down the hands of these, nil meaning all.
func (r *Running) lowerHands(h host, ids []string) {
	lowered := 0
	for i := range r.People {
		p := &r.People[i]
		if p.HandAt == nil || (ids != nil && !slices.Contains(ids, p.ID)) {
			continue
		}
		p.HandAt = nil
		r.say(h.at, event.SignalHand, raised{Participant: p.ID, Name: p.Name})
		lowered++
	}
	if lowered > 0 {
		r.acted(h, ActLowerHands, nil, map[string]any{"hands": lowered})
	}
}

type limitsSaid struct {
	EndsAt *time.Time `json:"endsAt"`
}

type endedSaid struct {
	By     by     `json:"by"` // nobody, when it was the time
	Reason string `json:"reason"`
}

// end ends the meeting for everybody, and with it what was decided in it.
func (r *Running) end(h host, why SessionEnd) {
	for i := range r.People {
		if p := &r.People[i]; p.Live() {
			p.State, p.Reason = Ended, EndMeetingOver
		}
	}
	r.Over = why
	r.acted(h, ActEnd, nil, nil)
}
