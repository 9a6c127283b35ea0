package rooms

import (
	"context"
	"fmt"
	"time"

	"parvis/fault"
)

const forgetPatience = 2 * time.Second

// Enter lets an admission through the gate: past all caches it must hold now and be the caller's own. It opens a relay,
// which is the presence of the admission, and answers the state that the SFU token is to be signed from. A refusal is
// fault.Forbidden and final; fault.Unavailable means that the database did not answer.
func (s *Service) Enter(ctx context.Context, admissionID, signInID string) (Entered, string, error) {
	relay := Relay{ID: newID(), AdmissionID: admissionID, Replica: s.Replica, OpenedAt: s.Now().UTC()}
	in, err := s.Presence.Enter(ctx, relay, func(in Entered) error { return in.holds(signInID) })
	if fault.Is(err, fault.NotFound) {
		err = notAdmitted()
	}
	if err != nil {
		if !fault.Is(err, fault.Forbidden) { // the commit may have come through although its answer did not
			s.forgetRelay(context.WithoutCancel(ctx), relay.ID)
		}
		return Entered{}, "", fmt.Errorf("enter: %w", err)
	}
	return in, relay.ID, nil
}

// forgetRelay closes a relay that may have been written for a gate that was never told: else it would stay open for as
// long as this replica lives. Best effort: a database that does not answer has most likely written nothing.
func (s *Service) forgetRelay(ctx context.Context, relayID string) {
	ctx, cancel := context.WithTimeout(ctx, forgetPatience)
	defer cancel()
	_ = s.Presence.CloseRelay(ctx, relayID, s.Now().UTC())
}

// Current answers the present state of an admission, past all caches, whether it holds or not.
func (s *Service) Current(ctx context.Context, admissionID string) (Entered, error) {
	in, err := s.Admissions.Admission(ctx, admissionID)
	if fault.Is(err, fault.NotFound) {
		return Entered{}, notAdmitted()
	}
	return in, err
}

// RelayClosed notes that a relay has ended. Its participant has 90 seconds to come back before the interval ends.
func (s *Service) RelayClosed(ctx context.Context, relayID string) {
	if err := s.Presence.CloseRelay(ctx, relayID, s.Now().UTC()); err != nil {
		// The replica's heartbeat and the sweep tell the same later.
		s.Logger.WarnContext(ctx, "relay not closed", "error", err)
	}
}

// holds is nil when the admission lets its holder in from this browser.
func (in Entered) holds(signInID string) error {
	a := in.Admission
	switch {
	case a.SignInID != "" && a.SignInID != signInID:
		return notAdmitted()
	case a.State == Ended && a.Reason == EndRemoved:
		return fault.New(fault.CodeRemoved, "a host removed you from this meeting")
	case a.State == Ended:
		return fault.New(fault.CodeNotAdmitted, "this admission has ended: join again")
	case in.Room.ArchivedAt != nil:
		return &fault.Error{Kind: fault.Forbidden, Code: fault.CodeRoomArchived, Detail: "this room is archived"}
	default:
		return nil
	}
}

// Holds is nil when the admission lets its holder in from this browser, for doors that open no relay.
func (in Entered) Holds(signInID string) error { return in.holds(signInID) }

func notAdmitted() error {
	return fault.New(fault.CodeNotAdmitted, "there is no such admission for this browser: join again")
}
