package rooms

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// stateLines is how many chat lines somebody who comes later reads.
const stateLines = 200

// Reactions are the reactions that exist.
func Reactions() []string {
	return []string{"thumbs-up", "thumbs-down", "clap", "heart", "laugh", "surprised", "party", "thanks"}
}

// speaker finds the caller's own admission in a call that runs: rights are those of the admission, never of its id.
func (s *Service) speaker(ctx context.Context, who auth.Identity, slug, admissionID string) (Entered, error) {
	refused := fault.New(fault.CodeNotAdmitted, "join the room first: this participant is not yours or not in this room").
		At("participant", "not a participant of yours in this room")
	if who.Anonymous() {
		return Entered{}, fault.New(fault.CodeSignInRequired, "join the room first")
	}
	in, err := s.Admissions.Admission(ctx, admissionID)
	if fault.Is(err, fault.NotFound) {
		return Entered{}, refused
	}
	if err != nil {
		return Entered{}, err
	}
	if in.Room.Slug != slug || !in.Admission.heldBy(who) {
		return Entered{}, refused
	}
	if in.Admission.State == Ended && in.Admission.Reason == EndRemoved {
		return Entered{}, fault.New(fault.CodeRemoved, "a host took you out of this meeting")
	}
	if in.Admission.State == Ended && in.Admission.Reason == EndBlocked {
		return Entered{}, fault.New(fault.CodeBlocked, "a host blocked you from this room")
	}
	if in.Admission.State == Ended && in.Admission.Reason == EndMeetingOver {
		return Entered{}, fault.New(fault.CodeMeetingOver, "the meeting was ended for everybody")
	}
	if in.Admission.State != Open {
		return Entered{}, refused
	}
	return in, nil
}

// heldBy reports whether the caller is the one who was admitted: the same browser sign-in, or the same software.
func (a Admission) heldBy(who auth.Identity) bool {
	if a.SignInID != "" {
		return a.SignInID == who.SignInID
	}
	return a.WhoKind == who.Kind && a.WhoID == who.ID && who.SignInID == ""
}

// spoken is a chat line on the wire of the call.
type spoken struct {
	ID          string `json:"id"`
	Participant string `json:"participant"`
	Name        string `json:"name"`
	Text        string `json:"text"`
	At          string `json:"at"`
}

// raised is a hand on the wire of the call.
type raised struct {
	Participant string `json:"participant"`
	Name        string `json:"name"`
	Raised      bool   `json:"raised"`
	RaisedAt    string `json:"raisedAt,omitempty"`
}

const wireTime = "2006-01-02T15:04:05.000Z07:00"

// Say writes a chat line and says it to the room. The line is kept until the session ends, for those who come
// later, unless a policy says otherwise.
func (s *Service) Say(ctx context.Context, who auth.Identity, slug, admissionID, text string) (Message, int64, error) {
	in, err := s.speaker(ctx, who, slug, admissionID)
	if err != nil {
		return Message{}, 0, err
	}
	if err := in.Admission.may(access.AbilityChat); err != nil {
		return Message{}, 0, err
	}
	text = strings.TrimSpace(text)
	if text == "" || length(text) > MaxMessage {
		return Message{}, 0, fault.New(fault.CodeInvalid, "a message has 1 to 2000 characters").At("body.text", "give 1 to 2000 visible characters")
	}
	m := Message{
		ID: newID(), RoomID: in.Room.ID, SessionID: in.Admission.SessionID, AdmissionID: admissionID,
		Name: in.Admission.Name, Text: text, At: s.Now().UTC(),
	}
	seq, err := s.Live.AddMessage(ctx, m, !in.Room.Rules.ChatUnkept)
	if err != nil {
		return Message{}, 0, fmt.Errorf("keep message: %w", err)
	}
	s.signal(ctx, in.Room, event.Signal{Seq: seq, Type: event.SignalMessage, At: m.At, Data: spoken{
		ID: m.ID, Participant: admissionID, Name: m.Name, Text: m.Text, At: m.At.Format(wireTime),
	}})
	return m, seq, nil
}

// Raise raises or lowers the caller's hand. Doing it twice changes and says nothing.
func (s *Service) Raise(ctx context.Context, who auth.Identity, slug, admissionID string, up bool) error {
	in, err := s.speaker(ctx, who, slug, admissionID)
	if err != nil {
		return err
	}
	now := s.Now().UTC()
	told := raised{Participant: admissionID, Name: in.Admission.Name, Raised: up}
	at := &now
	if up {
		told.RaisedAt = now.Format(wireTime)
	} else {
		at = nil
	}
	seq, changed, err := s.Live.SetHand(ctx, admissionID, at)
	if err != nil {
		return fmt.Errorf("set hand: %w", err)
	}
	if changed {
		s.signal(ctx, in.Room, event.Signal{Seq: seq, Type: event.SignalHand, At: now, Data: told})
	}
	return nil
}

// React shows a reaction to the room; those of one room are gathered so that no more than four signals a second go out.
func (s *Service) React(ctx context.Context, who auth.Identity, slug, admissionID, reaction string) error {
	if !slices.Contains(Reactions(), reaction) {
		return fault.New(fault.CodeInvalid, "there is no such reaction").At("body.reaction", "one of "+strings.Join(Reactions(), ", "))
	}
	in, err := s.speaker(ctx, who, slug, admissionID)
	if err != nil {
		return err
	}
	if err := in.Admission.may(access.AbilityReactions); err != nil {
		return err
	}
	s.reactions.add(in.Room.MediaName, reactionItem{Participant: admissionID, Name: in.Admission.Name, Reaction: reaction, Count: 1})
	return nil
}

func (s *Service) sendReactions(ctx context.Context, mediaName string, items []reactionItem) {
	sig := event.Signal{Type: event.SignalReaction, At: s.Now().UTC(), Data: map[string]any{"items": items}}
	if err := s.Media.Send(ctx, mediaName, sig); err != nil {
		s.Logger.WarnContext(ctx, "reactions not said", "error", err)
	}
}

// Leave ends the caller's admission. Leaving twice, or after somebody else ended it, is no error.
func (s *Service) Leave(ctx context.Context, who auth.Identity, slug, admissionID string) error {
	if who.Anonymous() {
		return fault.New(fault.CodeSignInRequired, "join the room first")
	}
	in, err := s.Admissions.Admission(ctx, admissionID)
	if fault.Is(err, fault.NotFound) || (err == nil && (in.Room.Slug != slug || !in.Admission.heldBy(who))) {
		return fault.New(fault.CodeNotAdmitted, "this participant is not yours or not in this room").
			At("participant", "not a participant of yours in this room")
	}
	if err != nil {
		return err
	}
	if !in.Admission.Live() {
		return nil
	}
	return s.end(ctx, AdmissionSelection{ID: admissionID}, EndLeft)
}

// may is nil unless hosts forbid it: what is not about media is forbidden here, and not at the SFU.
func (a Admission) may(ability access.Ability) error {
	if a.Silenced.Has(ability) {
		return fault.New(fault.CodeForbiddenByHost, "a host of the meeting does not allow this")
	}
	return nil
}

// State answers what the caller sees of the running session: hands, the last chat lines, and what hosts decided.
func (s *Service) State(ctx context.Context, who auth.Identity, slug, admissionID string) (State, error) {
	in, err := s.speaker(ctx, who, slug, admissionID)
	if err != nil {
		return State{}, err
	}
	state, err := s.Live.State(ctx, in.Room.ID, admissionID, stateLines)
	if err != nil {
		return State{}, err
	}
	state.ForbiddenForAll = in.Room.Rules.forbid(state.ForbiddenForAll)
	state.AllowedToMe = in.Room.decided(Adjustment{Allowed: state.AllowedToMe}).Allowed
	if in.Room.Rules.ChatUnkept {
		state.Messages = nil
	}
	state.Forbidden = forbiddenTo(state.Role, state.ForbiddenForAll, Adjustment{Forbidden: state.ForbiddenToMe, Allowed: state.AllowedToMe})
	state.EndsAt = in.Room.Limits.end(state.StartedAt)
	state.Tightened = in.Room.Presence
	return state, nil
}

// end is when a session that began then is over; nil when its length is not limited.
func (l Limits) end(began time.Time) *time.Time {
	if l.MaxMinutes == 0 || began.IsZero() {
		return nil
	}
	at := began.Add(time.Duration(l.MaxMinutes) * time.Minute)
	return &at
}

// over tells whether a session that began then has lasted for as long as it may.
func (l Limits) over(began, now time.Time) bool {
	ends := l.end(began)
	return ends != nil && !now.Before(*ends)
}

// threshold is what stands at the door: nothing, and no question, where the room does not say so.
func (s *Service) threshold(ctx context.Context, room Room) (Threshold, error) {
	var t Threshold
	var err error
	if room.Guarded {
		if t, err = s.Hosts.Threshold(ctx, room.ID); err != nil {
			return Threshold{}, fmt.Errorf("threshold of a room: %w", err)
		}
	}
	if room.Planned {
		if t.Openings, err = s.Rooms.Openings(ctx, room.ID); err != nil {
			return Threshold{}, fmt.Errorf("openings of a room: %w", err)
		}
	}
	return t, nil
}

// signal says something to the room. What it says is in the database already, so that a signal that does not arrive is
// a gap that clients close by reading the state; the error is therefore only logged.
func (s *Service) signal(ctx context.Context, r Room, sig event.Signal) {
	if err := s.Media.Send(context.WithoutCancel(ctx), r.MediaName, sig); err != nil {
		s.Logger.WarnContext(ctx, "signal not said", "type", string(sig.Type), "error", err)
	}
}
