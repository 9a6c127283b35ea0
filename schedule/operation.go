package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"parvis/auth"
	"parvis/fault"
)

// OperationState is how far an operation is.
type OperationState string

// The states. Done and Failed are final.
const (
	Queued OperationState = "queued"
	Done   OperationState = "done"
	Failed OperationState = "failed"
)

// KeepTrying is how long an operation is tried that a fault of the moment keeps from being done: who asked is told that it failed.
const KeepTrying = 4 * time.Hour

// KeepOperations is how long an operation is told of after it was asked for.
const KeepOperations = 7 * 24 * time.Hour

// Operation is work that somebody asked for and does not wait for: people to be invited to a meeting. Who is who asked, with
// what they might do then; what they may do no more by the time of the work is refused by then. Invitees go when it ends.
type Operation struct {
	ID        string
	OrgID     string
	MeetingID string
	Who       auth.Identity
	Invitees  []Invitee
	Tell      Tell // who hears of it by mail; all when it is empty
	State     OperationState
	Invited   int        // who was not invited before
	Changed   int        // who was, and whose name or role is another one now
	Code      fault.Code // why it failed
	Detail    string
	CreatedAt time.Time
	EndedAt   *time.Time
}

// Operations keeps them.
type Operations interface {
	// CreateOperation writes an operation and the task to do it.
	CreateOperation(ctx context.Context, o Operation) error
	// Operation reads one. fault.NotFound (operation-not-found) when there is none.
	Operation(ctx context.Context, id string) (Operation, error)
	// EndOperation writes how an operation ended that changed nothing. One that has ended stays as it is.
	EndOperation(ctx context.Context, o Operation) error
	// Asker answers who asked, with what they may still do. fault.Forbidden when their account has ended, or that of the software
	// by which they asked, or it may act for them no more.
	Asker(ctx context.Context, who auth.Identity, now time.Time) (auth.Identity, error)
}

// ImportInvitees asks for people to be invited. All of them are looked at first: where one cannot be, nobody is.
func (s *Service) ImportInvitees(ctx context.Context, who auth.Identity, id string, more []Invitee, wrong []fault.Field) (Operation, error) {
	m, err := s.Store.Meeting(ctx, id)
	if err == nil {
		err = s.changeable(who, &m, anyVersion)
	}
	if err != nil {
		return Operation{}, err
	}
	for n := range more {
		more[n].Role, more[n].RSVP = cmp.Or(more[n].Role, InviteePresenter), NeedsAction
		if more[n].PersonID != "" { // tables have names for all
			more[n].Name, more[n].Language = "", ""
		}
	}
	p := problems{fields: wrong}
	checkImport(more, &p)
	err = p.err()
	if err == nil {
		err = s.tryImport(ctx, who, m, more)
	}
	if err != nil {
		return Operation{}, err
	}
	o := Operation{ID: newID(), OrgID: m.OrgID, MeetingID: m.ID, Who: asker(who), Invitees: more, Tell: s.tell, State: Queued, CreatedAt: s.Now().UTC()}
	return o, s.Operations.CreateOperation(ctx, o)
}

// tryImport refuses by line what the meeting would refuse when the work is done, where nobody reads which line it was.
func (s *Service) tryImport(ctx context.Context, who auth.Identity, m Meeting, more []Invitee) error {
	var places []int
	_, _, err := s.Telling(TellNone).revise(ctx, who, m, OverridesKeep, func(d *Definition) error {
		_, _, places = d.invite(more)
		return nil
	})
	if err == nil || errors.Is(err, errUnchanged) || !fault.HasCode(err, fault.CodeInvalid) {
		return nil // what else there is may have gone by then
	}
	refused := fault.Of(ofThoseInvited(err, places))
	for n, f := range refused.Fields {
		var at int
		var field string
		if _, err := fmt.Sscanf(f.Location, "body.invitees[%d]%s", &at, &field); err == nil {
			refused.Fields[n].Location = fmt.Sprintf("body.line[%d]%s", at+1, field)
		}
	}
	return refused
}

// asker is who asks, without what belongs to the browser and is not there when the work is done.
func asker(who auth.Identity) auth.Identity {
	return auth.Identity{Kind: who.Kind, ID: who.ID, PersonID: who.PersonID, OrgID: who.OrgID, OnBehalfOf: who.OnBehalfOf, Scopes: who.Scopes}
}

// checkImport names lines as a person counts them, from one.
func checkImport(more []Invitee, p *problems) {
	p.that(len(more) > 0 || len(p.fields) > 0, "body", "at least one person")
	p.that(len(more) <= MaxInvitees, "body", "at most 1000 people")
	first := map[string]int{}
	for n, i := range more {
		at := fmt.Sprintf("body.line[%d]", n+1)
		i.check(p, at)
		p.that(slices.Contains([]string{"", "fr", "en"}, i.Language), at+".language", "one of fr, en")
		if before, twice := first[i.Key()]; twice {
			p.that(false, at, fmt.Sprintf("the same as %d: name everybody once", before))
		}
		first[i.Key()] = n + 1
	}
}

// Ended is the refusal to do what somebody asked for who may act no more.
func Ended() error {
	return fault.New(fault.CodeForbidden, "who asked for this, or the software that asked for them, may act no more")
}

// Operation answers how far an operation is, to who asked for it.
func (s *Service) Operation(ctx context.Context, who auth.Identity, id string) (Operation, error) {
	o, err := s.Operations.Operation(ctx, id)
	if err != nil {
		return Operation{}, err
	}
	if who.Anonymous() || o.Who.Kind != who.Kind || o.Who.ID != who.ID || o.Who.OnBehalfOf != who.OnBehalfOf {
		return Operation{}, NoOperation()
	}
	return o, nil
}

// NoOperation is the failure to find one, whoever's it may be.
func NoOperation() error {
	return fault.New(fault.CodeOperationNotFound, "there is none, it is not yours, or it was a week ago")
}

// RunImport does what an operation asks for. Doing it twice is doing it once. It answers an error only where trying again may
// help.
func (s *Service) RunImport(ctx context.Context, id string) error {
	o, err := s.Operations.Operation(ctx, id)
	if fault.HasCode(err, fault.CodeOperationNotFound) || o.EndedAt != nil {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.Store.UpdateMeeting(ctx, o.MeetingID, func(m Meeting) (Plan, error) {
		who, err := s.Operations.Asker(ctx, o.Who, s.Now().UTC())
		if err == nil {
			err = s.changeable(who, &m, anyVersion)
		}
		if err != nil {
			return Plan{}, err
		}
		ended := o.ended(s.Now(), Done)
		p, _, err := s.Telling(o.Tell).revise(ctx, who, m, OverridesKeep, func(d *Definition) error {
			ended.Invited, ended.Changed, _ = d.invite(o.Invitees)
			return nil
		})
		p.Operation = &ended
		return p, err
	})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errUnchanged):
		return s.Operations.EndOperation(ctx, o.ended(s.Now(), Done))
	case ofTheMoment(err) && s.Now().Before(o.CreatedAt.Add(KeepTrying)):
		return err
	}
	failed := o.ended(s.Now(), Failed)
	failed.Code, failed.Detail = fault.Of(err).Code, fault.Of(err).Detail
	return s.Operations.EndOperation(ctx, failed)
}

// ofTheMoment tells errors that go by themselves from those that stay.
func ofTheMoment(err error) bool {
	return fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Internal) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func (o Operation) ended(at time.Time, state OperationState) Operation {
	at = at.UTC()
	o.State, o.EndedAt, o.Invitees = state, &at, nil
	return o
}

// invite adds people. Who is invited already takes the name and role that are given now; whose address is that of somebody invited by
// account takes the role. places are where in the list each is.
func (d *Definition) invite(more []Invitee) (invited, changed int, places []int) {
	at, accounts := make(map[string]int, len(d.Invitees)), map[string]int{}
	for n, i := range d.Invitees {
		at[i.Key()] = n
		if i.PersonID != "" && i.Email != "" {
			accounts[i.mailbox()] = n
		}
	}
	for _, in := range more {
		n, known := at[in.Key()]
		if account, found := accounts[in.mailbox()]; !known && found && in.PersonID == "" {
			n, known = account, true
			in.Name, in.Language = d.Invitees[n].Name, d.Invitees[n].Language
		}
		if !known {
			n = len(d.Invitees)
			at[in.Key()], places = n, append(places, n)
			d.Invitees, invited = append(d.Invitees, in), invited+1
			continue
		}
		places = append(places, n)
		was := &d.Invitees[n]
		if was.PersonID != "" {
			in.Name, in.Language = cmp.Or(in.Name, was.Name), cmp.Or(in.Language, was.Language)
		}
		if was.Name != in.Name || was.Role != in.Role || was.Required != in.Required || was.Language != in.Language {
			changed++
		}
		was.Name, was.Role, was.Required, was.Language = in.Name, in.Role, in.Required, in.Language
	}
	return invited, changed, places
}

// Clone is a copy that shares nothing.
func (o Operation) Clone() Operation {
	o.Invitees, o.Who.Scopes = slices.Clone(o.Invitees), slices.Clone(o.Who.Scopes)
	return o
}
