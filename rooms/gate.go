package rooms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"parvis/event"
	"parvis/fault"
)

const forgetPatience = 2 * time.Second

// ErrOtherRoom is behind the refusal of a pass whose room is not the admission's: it says nothing about the admission.
var ErrOtherRoom = errors.New("the pass is for another room")

// Enter lets an admission through the gate: past all caches it must hold now and be the caller's own. It opens a relay,
// which is the presence of the admission, and answers the state that the SFU token is to be signed from. A refusal is
// fault.Forbidden and final; fault.Unavailable means that the database did not answer. mediaName is the room that the
// pass is for: another than the admission's is refused (ErrOtherRoom).
func (s *Service) Enter(ctx context.Context, admissionID, signInID, mediaName string) (Entered, string, error) {
	relay := Relay{ID: newID(), AdmissionID: admissionID, Replica: s.Replica, OpenedAt: s.Now().UTC()}
	in, err := s.Presence.Enter(ctx, relay, func(in Entered) error { return in.Fits(signInID, mediaName) })
	if fault.Is(err, fault.NotFound) {
		err = notAdmitted()
	}
	if err != nil {
		if !fault.Is(err, fault.Forbidden) { // the commit may have come through although its answer did not
			s.forgetRelay(context.WithoutCancel(ctx), relay.ID)
		}
		return Entered{}, "", fmt.Errorf("enter: %w", err)
	}
	if in.Announced > 0 {
		s.signal(ctx, in.Room, event.Signal{Seq: in.Announced, Type: event.SignalAdministrator, At: relay.OpenedAt, Data: in.Admission.visitor(relay.OpenedAt)})
	}
	if in.Untold {
		s.follows.room(in.Room.ID)
	}
	return in, relay.ID, nil
}

// forgetRelay closes a relay that may have been written for a gate that was never told: else it would stay open for as
// long as this replica lives. A database that does not answer has most likely written nothing: these leave room for
// relays that were open.
func (s *Service) forgetRelay(ctx context.Context, relayID string) {
	ctx, cancel := context.WithTimeout(ctx, forgetPatience)
	defer cancel()
	now := s.Now().UTC()
	if s.Presence.CloseRelay(ctx, relayID, now) != nil {
		s.pulse.keep(relayID, now, unclosedMax/2)
	}
}

// Current answers the present state of an admission, past all caches, whether it holds or not.
func (s *Service) Current(ctx context.Context, admissionID string) (Entered, error) {
	in, err := s.Admissions.Admission(ctx, admissionID)
	if fault.Is(err, fault.NotFound) {
		return Entered{}, notAdmitted()
	}
	return in, err
}

// RelayClosed notes that a relay has ended. Its participant has 90 seconds to come back before the interval ends. What
// cannot be written now is written with a later heartbeat, as of now.
func (s *Service) RelayClosed(ctx context.Context, relayID string) {
	now := s.Now().UTC()
	err := s.Presence.CloseRelay(ctx, relayID, now)
	if err == nil {
		return
	}
	s.Logger.WarnContext(ctx, "relay not closed yet", "error", err, "kept", s.pulse.keep(relayID, now, unclosedMax))
}

// Holds is nil when the admission lets its holder in from this browser.
func (in Entered) Holds(signInID string) error {
	a := in.Admission
	switch {
	case a.SignInID != "" && a.SignInID != signInID:
		return notAdmitted()
	case a.State == Ended && a.Reason == EndRemoved:
		return fault.New(fault.CodeRemoved, "a host took you out of this meeting")
	case a.State == Ended && a.Reason == EndBlocked:
		return fault.New(fault.CodeBlocked, "a host blocked you from this room")
	case a.State == Ended && a.Reason == EndMeetingOver:
		return fault.New(fault.CodeMeetingOver, "the meeting was ended for everybody")
	case a.State == Ended:
		return fault.New(fault.CodeNotAdmitted, "this admission has ended: join again")
	case in.Room.ArchivedAt != nil:
		return final(fault.CodeRoomArchived, "this room is archived")
	default:
		return in.passes()
	}
}

// passes is nil when nothing that was decided since the join stands in the way. It is complete where Enter asks.
func (in Entered) passes() error {
	a, t := in.Admission, in.Threshold
	role := in.Present().Role
	switch {
	case slices.ContainsFunc(a.Known(), func(who Who) bool { return t.Blocked[who] }):
		return fault.New(fault.CodeBlocked, "a host blocked you from this room")
	case slices.ContainsFunc(a.Known(), func(who Who) bool { return t.Adjusted[who].Held != NotHeld }):
		return fault.New(fault.CodeRemoved, "a host took you out of this meeting")
	case in.Room.Rules.refuses(a.WhoKind, a.Assurance):
		return fault.New(fault.CodeNotAdmitted, "the rules of the room have changed since: join again")
	case a.State == Admitted && in.Elsewhere == 0 && !role.Host() && in.Room.refusesNewcomer(a.WhoKind, a.Assurance):
		return fault.New(fault.CodeNotAdmitted, "who is present has made the meeting stricter since: join again")
	case in.unasked():
		return fault.New(fault.CodeNotAdmitted, "the meeting becomes stricter by you: join again, so that a host decides")
	case in.StruckOff:
		return fault.New(fault.CodeNotAdmitted, "the invitation was taken back: join again")
	case a.Visit != "" && in.Begins:
		return fault.New(fault.CodeMeetingOver, "the meeting is over: nobody is left to whom an administrator could be announced")
	case a.Visit != "":
		return in.holdsPlace()
	case in.Shut && a.State == Admitted && in.Elsewhere == 0 && !role.Host():
		return fault.New(fault.CodeNotAdmitted, "the room has closed since: join again")
	case t.Locked && a.State == Admitted && in.Elsewhere == 0 && !role.Host():
		return final(fault.CodeRoomLocked, "a host locked the room before you came in")
	case in.Begins && in.Room.Limits.OpensWithHost && in.Elsewhere == 0 && !role.Host():
		return fault.New(fault.CodeNotAdmitted, "no host has come yet: join again to wait for one")
	default:
		return in.holdsPlace()
	}
}

// holdsPlace is nil when there is a place for who enters.
func (in Entered) holdsPlace() error {
	if in.Own == 0 && full(in.Room, in.Others) {
		return final(fault.CodeRoomFull, "the room is full")
	}
	return nil
}

// full tells whether there is no place for one more.
func full(r Room, others int) bool {
	return r.Limits.MaxParticipants > 0 && others >= r.Limits.MaxParticipants
}

// final is a refusal at the gate, where only a forbidden is final, whatever the code says elsewhere.
func final(code fault.Code, detail string) error {
	return &fault.Error{Kind: fault.Forbidden, Code: code, Detail: detail}
}

// Fits is nil when the admission lets its holder in from this browser, with a pass for the room of that name.
func (in Entered) Fits(signInID, mediaName string) error {
	if err := in.Holds(signInID); err != nil {
		return err
	}
	if in.Room.MediaName != mediaName {
		return fault.New(fault.CodeNotAdmitted, "this pass is for another room").Because(ErrOtherRoom)
	}
	return nil
}

func notAdmitted() error {
	return fault.New(fault.CodeNotAdmitted, "there is no such admission for this browser: join again")
}
