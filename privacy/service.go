package privacy

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"time"

	"github.com/google/uuid"

	"parvis/audit"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// ErasedName stands where the name of somebody stood who was erased. A row of a database has no reader whose language it knows.
const ErasedName = "Personne effacée / Erased person"

// Subject is whose data it is. ErasingAt is when an erasure was asked for, ErasedAt when it was done.
type Subject struct {
	ID        string
	OrgID     string
	Above     []string // organizations above theirs
	ErasingAt *time.Time
	ErasedAt  *time.Time
}

// Appointment is an administrative role of a subject. Above are the organizations above its own.
type Appointment struct {
	auth.Appointment
	Above []string
}

// People finds whose data it is. fault.NotFound (person-not-found) when there is nobody.
type People interface {
	DataSubject(ctx context.Context, personID string) (Subject, error)
	// SubjectAppointments are what the person administers; none when there is nobody.
	SubjectAppointments(ctx context.Context, personID string) ([]Appointment, error)
	// RoomOrg is the organization of a room by its code or id, with the room's id. fault.NotFound (room-not-found).
	RoomOrg(ctx context.Context, room string) (id, orgID string, above []string, err error)
}

// Ports is what a Service stands on.
type Ports struct {
	People     People
	Copies     Copies
	Erasures   Erasures
	Wiping     Wiping
	Organizing Organizing
	Holds      Holds
	Hosts      Hosts
	Operator   Operator
	Key        ed25519.PrivateKey // that signs receipts
	Vouch      Vouch              // for the end of keys of names
	URL        string             // of the installation
	Now        func() time.Time
}

// Service answers for what is kept of people.
type Service struct{ Ports }

// New makes a Service.
func New(p Ports) *Service { return &Service{p} }

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func actor(who auth.Identity) string { return string(who.Kind) + ":" + who.ID }

// refusal is what is told before anything is looked up: who administers nothing hears the same of what there is and of what there
// is not.
func refusal(who auth.Identity, right auth.Right) error {
	if who.Kind == auth.System || who.Kind == auth.Person && !who.Delegated() && len(who.Appointments) > 0 {
		return nil
	}
	return auth.Allowed(who, right, auth.Resource{OrgID: who.OrgID})
}

// missing is what is told of what is not there, as of what is not the caller's to see; why is for the audit.
func missing(code fault.Code, why error) error {
	return fault.New(code, "there is none, or it is not yours to see").Because(why)
}

// allowed asks for a right on somebody's data. Who types a command administers the machine itself.
func (s *Service) allowed(ctx context.Context, who auth.Identity, right auth.Right, personID string) (Subject, error) {
	if err := refusal(who, right); err != nil {
		return Subject{}, err
	}
	about, err := s.People.DataSubject(ctx, personID)
	switch {
	case fault.Is(err, fault.NotFound):
		return Subject{}, missing(fault.CodePersonNotFound, err)
	case err != nil:
		return Subject{}, fmt.Errorf("whose data: %w", err)
	}
	audit.About(ctx, "person:"+about.ID, about.OrgID)
	if who.Kind == auth.System {
		return about, nil
	}
	return about, auth.Allowed(who, right, auth.Resource{OrgID: about.OrgID, Above: about.Above})
}

// mayActOn is allowed for what is done to somebody: not to oneself, and not to somebody who administers more.
func (s *Service) mayActOn(ctx context.Context, who auth.Identity, right auth.Right, personID string) (Subject, error) {
	about, err := s.allowed(ctx, who, right, personID)
	if err != nil {
		return Subject{}, err
	}
	return about, s.below(ctx, who, about)
}

// below is nil when who may do something to the person, the right apart.
func (s *Service) below(ctx context.Context, who auth.Identity, about Subject) error {
	if who.Kind == auth.System {
		return nil
	}
	if who.PersonID == about.ID {
		return fault.New(fault.CodeForbidden, "nobody does this to their own account: ask another administrator")
	}
	held, err := s.People.SubjectAppointments(ctx, about.ID)
	if err != nil {
		return fmt.Errorf("find the roles of the person: %w", err)
	}
	for _, h := range held {
		if err := auth.MayGive(who, h.Appointment, h.Above); err != nil && !fault.HasCode(err, fault.CodeElevationRequired) {
			return fault.New(fault.CodeForbidden, "the person administers more than you do").Because(err)
		}
	}
	return nil
}

func (s *Service) happened(who auth.Identity, t event.Type, orgID, subject string, data map[string]any) event.Event {
	return event.Event{
		ID: newID(), Type: t, OrgID: orgID, Subject: subject, Actor: actor(who), OnBehalfOf: who.OnBehalfOf, At: s.Now().UTC(), Data: data,
	}
}
