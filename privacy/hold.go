package privacy

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// HeldKind is what a hold keeps.
type HeldKind string

// The kinds.
const (
	HeldPerson HeldKind = "person"
	HeldRoom   HeldKind = "room"
)

// Hold keeps what would be removed or erased, for a reason that an administrator answers for. It holds until it is released.
type Hold struct {
	ID         string
	OrgID      string
	Kind       HeldKind
	SubjectID  string // a person's or a room's
	Reason     string
	PlacedBy   string
	PlacedAt   time.Time
	ReleasedAt *time.Time
	ReleasedBy string
	Released   string // the reason
}

// Holds keeps holds.
type Holds interface {
	PlaceHold(ctx context.Context, h Hold, e event.Event) error
	// ReleaseHold ends one that holds: fault.NotFound (hold-not-found) for any other.
	ReleaseHold(ctx context.Context, id, by, reason string, at time.Time, e event.Event) (Hold, error)
	Hold(ctx context.Context, id string) (Hold, error)
	// ListHolds answers holds within reach, the newest first.
	ListHolds(ctx context.Context, reach auth.Reach, most int) ([]Hold, error)
}

const (
	reasonLeast = 10
	reasonMost  = 1000
	// MostHolds is how many holds one list shows.
	MostHolds = 1000
)

func checkReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n < reasonLeast || n > reasonMost {
		return "", fault.New(fault.CodeInvalid, "a hold is answered for").At("body.reason", "say why in 10 to 1000 characters, such as the number of the case")
	}
	return reason, nil
}

// PlaceHold keeps what is about a person, or what happens in a room (by its code or id).
func (s *Service) PlaceHold(ctx context.Context, who auth.Identity, kind HeldKind, subject, reason string) (Hold, error) {
	orgID, id, err := s.held(ctx, who, kind, subject)
	if err != nil {
		return Hold{}, err
	}
	if reason, err = checkReason(reason); err != nil {
		return Hold{}, err
	}
	h := Hold{ID: newID(), OrgID: orgID, Kind: kind, SubjectID: id, Reason: reason, PlacedBy: actor(who), PlacedAt: s.Now().UTC()}
	e := s.happened(who, event.HoldPlaced, orgID, string(kind)+":"+id, map[string]any{"hold": h.ID})
	return h, s.Holds.PlaceHold(ctx, h, e)
}

// held is what a hold is to be placed on, for who may.
func (s *Service) held(ctx context.Context, who auth.Identity, kind HeldKind, subject string) (orgID, id string, err error) {
	switch kind {
	case HeldPerson:
		about, err := s.mayActOn(ctx, who, auth.HoldsWrite, subject)
		if err == nil {
			err = about.gone()
		}
		return about.OrgID, about.ID, err
	case HeldRoom:
		id, orgID, err := s.heldRoom(ctx, who, subject)
		if fault.Is(err, fault.NotFound) {
			err = missing(fault.CodeRoomNotFound, err)
		}
		return orgID, id, err
	default:
		return "", "", fault.New(fault.CodeInvalid, "nothing else is held").At("body.kind", "person or room")
	}
}

func (s *Service) heldRoom(ctx context.Context, who auth.Identity, room string) (id, orgID string, err error) {
	if err := refusal(who, auth.HoldsWrite); err != nil {
		return "", "", err
	}
	id, orgID, above, err := s.People.RoomOrg(ctx, room)
	if err == nil && who.Kind != auth.System {
		err = auth.Allowed(who, auth.HoldsWrite, auth.Resource{OrgID: orgID, Above: above})
	}
	return id, orgID, err
}

// ReleaseHold ends a hold. What it kept goes with the next turn of the jobs.
func (s *Service) ReleaseHold(ctx context.Context, who auth.Identity, id, reason string) (Hold, error) {
	h, err := s.releasable(ctx, who, id)
	if fault.Is(err, fault.NotFound) {
		err = missing(fault.CodeHoldNotFound, err)
	}
	if err != nil {
		return Hold{}, err
	}
	if reason, err = checkReason(reason); err != nil {
		return Hold{}, err
	}
	e := s.happened(who, event.HoldReleased, h.OrgID, string(h.Kind)+":"+h.SubjectID, map[string]any{"hold": h.ID})
	return s.Holds.ReleaseHold(ctx, id, actor(who), reason, s.Now().UTC(), e)
}

// releasable finds a hold for who may have placed it.
func (s *Service) releasable(ctx context.Context, who auth.Identity, id string) (Hold, error) {
	if err := refusal(who, auth.HoldsWrite); err != nil {
		return Hold{}, err
	}
	h, err := s.Holds.Hold(ctx, id)
	if err != nil {
		return Hold{}, err
	}
	_, _, err = s.held(ctx, who, h.Kind, h.SubjectID)
	return h, err
}

// ListHolds answers the holds that somebody administers, the newest first.
func (s *Service) ListHolds(ctx context.Context, who auth.Identity) ([]Hold, error) {
	reach := auth.Reach{All: who.Kind == auth.System}
	if !reach.All {
		var err error
		if reach, err = auth.ReachOf(who, auth.PrivacyRead); err != nil {
			return nil, err
		}
	}
	return s.Holds.ListHolds(ctx, reach, MostHolds)
}
