package directory

import (
	"context"
	"fmt"
	"unicode/utf8"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// PeopleQuery asks for a page of accounts. Query is the beginnings of words of name and address; OrgID empty for all within
// reach.
type PeopleQuery struct {
	Reach       auth.Reach
	OrgID       string
	Query       string
	Deactivated *bool
	PageSize    int
	Cursor      string
}

// PeoplePage is one, with the cursor of the next.
type PeoplePage struct {
	People []Person
	Next   string
}

// Merge is what the account of a person brings to another, by numbers. Version stands for them.
type Merge struct {
	Person     Person
	Into       Person
	Identities int
	Rooms      int // roles in rooms
	Meetings   int // organized
	Agenda     int
	Roles      []Holder // administrative, of the account that is closed: they end
	Offices    int      // in which that account has a place
	Version    int64
}

// People lists the accounts that the caller administers.
func (a *Administration) People(ctx context.Context, who auth.Identity, q PeopleQuery) (PeoplePage, error) {
	if q.OrgID != "" {
		if err := a.may(ctx, who, auth.PeopleRead, q.OrgID); err != nil {
			return PeoplePage{}, err
		}
	}
	var err error
	if q.Reach, err = reach(who, auth.PeopleRead); err != nil {
		return PeoplePage{}, err
	}
	if utf8.RuneCountInString(q.Query) > MaxQuery {
		return PeoplePage{}, fault.New(fault.CodeInvalid, "a search has at most 100 characters").At("query.q", "give fewer")
	}
	return a.store.ListPeople(ctx, q)
}

// Account answers one person, as administrators see them.
func (a *Administration) Account(ctx context.Context, who auth.Identity, id string) (Person, error) {
	return a.mayPerson(ctx, who, auth.PeopleRead, id)
}

// mayPerson finds a person on whom the caller holds the right. An account that does not exist is answered as one of another
// organization.
func (a *Administration) mayPerson(ctx context.Context, who auth.Identity, right auth.Right, id string) (Person, error) {
	if who.Kind != auth.System && (len(who.Appointments) == 0 || who.Delegated()) {
		if err := auth.Allowed(who, right, auth.Resource{OrgID: who.OrgID}); err != nil {
			return Person{}, err
		}
	}
	p, err := a.store.Person(ctx, id)
	switch {
	case fault.Is(err, fault.NotFound):
		return Person{}, fault.New(fault.CodePersonNotFound, "there is none, or it is not yours to see")
	case err != nil:
		return Person{}, fmt.Errorf("find person: %w", err)
	}
	return p, a.may(ctx, who, right, p.OrgID)
}

// mayActOn finds a person to whom the caller may do something: not themself, and nobody who administers more than they do.
func (a *Administration) mayActOn(ctx context.Context, who auth.Identity, right auth.Right, id string) (Person, error) {
	p, err := a.mayPerson(ctx, who, right, id)
	if err != nil {
		return Person{}, err
	}
	if p.ID == who.PersonID {
		return Person{}, fault.New(fault.CodeForbidden, "nobody does this to their own account: ask another administrator")
	}
	held, err := a.store.Appointments(ctx, AppointmentQuery{PersonID: p.ID})
	if err != nil {
		return Person{}, fmt.Errorf("find the roles of the person: %w", err)
	}
	for _, h := range held {
		if err := a.mayGive(ctx, who, h.Appointment); err != nil {
			return Person{}, fault.New(fault.CodeForbidden, "the person administers more than you do").Because(err)
		}
	}
	return p, nil
}

// Deactivate closes an account: its sign-ins and admissions end, and it takes part in nothing any more. To close it again
// changes nothing.
func (a *Administration) Deactivate(ctx context.Context, who auth.Identity, id string) (Person, error) {
	return a.act(ctx, who, id, event.PersonDeactivated, func(p Person, e event.Event) error { return a.store.ClosePerson(ctx, p.ID, e.At, e) })
}

// Reactivate opens an account again.
func (a *Administration) Reactivate(ctx context.Context, who auth.Identity, id string) (Person, error) {
	return a.act(ctx, who, id, event.PersonReactivated, func(p Person, e event.Event) error { return a.store.OpenPerson(ctx, p.ID, e.At, e) })
}

// SignOut ends the sign-ins of a person and the calls they are in.
func (a *Administration) SignOut(ctx context.Context, who auth.Identity, id string) error {
	_, err := a.act(ctx, who, id, event.PersonSignedOut, func(p Person, e event.Event) error { return a.store.SignOutPerson(ctx, p.ID, e.At, e) })
	return err
}

func (a *Administration) act(ctx context.Context, who auth.Identity, id string, what event.Type, do func(Person, event.Event) error) (Person, error) {
	p, err := a.mayActOn(ctx, who, auth.PeopleWrite, id)
	if err != nil {
		return Person{}, err
	}
	if err := do(p, a.happened(who, what, p.OrgID, "person:"+p.ID, nil)); err != nil {
		return Person{}, err
	}
	return a.store.Person(ctx, p.ID)
}

// PreviewMerge says what would come of a merge. Who merges administers both, and is neither; it changes nothing, and needs no
// fresh sign-in.
func (a *Administration) PreviewMerge(ctx context.Context, who auth.Identity, id, into string) (Merge, error) {
	who.Elevated = true
	return a.previewMerge(ctx, who, id, into)
}

func (a *Administration) previewMerge(ctx context.Context, who auth.Identity, id, into string) (Merge, error) {
	if id == into {
		return Merge{}, fault.New(fault.CodeInvalid, "an account is not merged into itself").At("into", "name another person")
	}
	for _, one := range []string{id, into} {
		if _, err := a.mayActOn(ctx, who, auth.PeopleMerge, one); err != nil {
			return Merge{}, err
		}
	}
	return a.store.PreviewMerge(ctx, id, into)
}

// MergePeople brings what one account has to another and closes it, if it is what the preview of that version said.
func (a *Administration) MergePeople(ctx context.Context, who auth.Identity, id, into string, version int64) (Merge, error) {
	m, err := a.previewMerge(ctx, who, id, into)
	if err != nil {
		return Merge{}, err
	}
	if m.Version != version {
		return Merge{}, fault.New(fault.CodePreconditionFailed, "what would be merged has changed since you saw it")
	}
	data := map[string]any{"into": into, "identities": m.Identities, "rooms": m.Rooms, "meetings": m.Meetings}
	events := []event.Event{a.happened(who, event.PersonMerged, m.Person.OrgID, "person:"+id, data)}
	if m.Into.OrgID != m.Person.OrgID { // each organization reads it in its own trail
		events = append(events, a.happened(who, event.PersonMerged, m.Into.OrgID, "person:"+id, data))
	}
	return m, a.store.MergePeople(ctx, m, events[0].Actor, events[0].At, events...)
}
