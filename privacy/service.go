package privacy

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"time"

	"github.com/google/uuid"

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

// People finds whose data it is. fault.NotFound (person-not-found) when there is nobody.
type People interface {
	DataSubject(ctx context.Context, personID string) (Subject, error)
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
	URL        string             // of the installation
	Now        func() time.Time
}

// Service answers for what is kept of people.
type Service struct{ Ports }

// New makes a Service.
func New(p Ports) *Service { return &Service{p} }

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func actor(who auth.Identity) string { return string(who.Kind) + ":" + who.ID }

// allowed asks for a right on somebody's data. Who types a command administers the machine itself.
func (s *Service) allowed(ctx context.Context, who auth.Identity, right auth.Right, personID string) (Subject, error) {
	if who.Anonymous() {
		return Subject{}, fault.New(fault.CodeSignInRequired, "sign in to do this")
	}
	about, err := s.People.DataSubject(ctx, personID)
	if err != nil {
		return Subject{}, fmt.Errorf("whose data: %w", err)
	}
	if who.Kind == auth.System {
		return about, nil
	}
	return about, auth.Allowed(who, right, auth.Resource{OrgID: about.OrgID, Above: about.Above})
}

func (s *Service) happened(who auth.Identity, t event.Type, orgID, subject string, data map[string]any) event.Event {
	return event.Event{
		ID: newID(), Type: t, OrgID: orgID, Subject: subject, Actor: actor(who), OnBehalfOf: who.OnBehalfOf, At: s.Now().UTC(), Data: data,
	}
}
