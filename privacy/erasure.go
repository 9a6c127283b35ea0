package privacy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// Heir says who takes over what a person leads.
type Heir string

// The heirs. Deputies are those of a meeting, and the moderators of a room; where there are none, it is archived.
const (
	Nobody    Heir = ""
	Successor Heir = "successor"
	Deputies  Heir = "deputies"
	Archive   Heir = "archive"
)

// Handover is what becomes of rooms and coming meetings that a person alone leads. PersonID is of the successor.
type Handover struct {
	To       Heir   `json:"to,omitempty"`
	PersonID string `json:"person,omitempty"`
}

// Count is what erasure did, or would do, with one kind. Held rows are kept by a hold on a room.
type Count struct {
	Removed  int `json:"removed"`
	Nameless int `json:"nameless"`
	Held     int `json:"held"`
}

// Handed is what became of what the person led.
type Handed struct {
	Rooms     int `json:"rooms"`
	Meetings  int `json:"meetings"`
	Archived  int `json:"archived"`
	Cancelled int `json:"cancelled"`
}

// Done is what an erasure has done so far.
type Done struct {
	Kinds  map[Kind]Count `json:"kinds"`
	Handed Handed         `json:"handed"`
}

// Erasure is one that was asked for. Asking again answers the same one.
type Erasure struct {
	ID          string
	OrgID       string
	PersonID    string
	Reason      string
	RequestedBy string
	RequestedAt time.Time
	Handover    Handover
	Done        Done
	FinishedAt  *time.Time
	Receipt     *Receipt
}

// Preview is what an erasure would do.
type Preview struct {
	PersonID string
	Kinds    map[Kind]Count
	Rooms    int // that the person alone owns
	Meetings int // coming, that the person organizes
	Holds    []Hold
	LastOne  bool // the last administrator of the platform
	Above    bool // the caller themself, or somebody who administers more than they do
	Erasure  *Erasure
}

// Erasures keeps erasures.
type Erasures interface {
	// PreviewErasure counts what an erasure would do.
	PreviewErasure(ctx context.Context, personID string, now time.Time) (Preview, error)
	// BeginErasure runs decide with what is true in the transaction, then closes the account, ends sign-ins and admissions, takes
	// away the identities, and has the rest done by a task. One that exists is answered as it stands, and decide is not asked.
	BeginErasure(ctx context.Context, e Erasure, decide func(Preview) error, ev event.Event) (Erasure, error)
	// Erasure answers one by its id: fault.NotFound (erasure-not-found).
	Erasure(ctx context.Context, id string) (Erasure, error)
	// Heir answers nil when a person of the organization has an account that is open.
	Heir(ctx context.Context, orgID, personID string) error
}

// Vouch signs that the key of what the trail tells of a person was destroyed by an erasure (audit.Keys.Destruction).
type Vouch func(keyID, personID string, destroyedAt time.Time) []byte

// Wiping does the steps of an erasure. Each is a transaction, and done twice changes nothing the second time.
type Wiping interface {
	// HandRooms gives the rooms that the person alone owns to their heirs, or archives them.
	HandRooms(ctx context.Context, erasureID string, now time.Time) error
	// MeetingsLed are coming meetings that the person organizes.
	MeetingsLed(ctx context.Context, personID string, now time.Time, most int) ([]Led, error)
	// NoteHanded counts a meeting that was given or cancelled.
	NoteHanded(ctx context.Context, erasureID string, given bool) error
	// Wipe removes what is kept of the person, or takes their name off it.
	// vouch signs that the key of their names in the trail was destroyed.
	Wipe(ctx context.Context, erasureID string, now time.Time, vouch Vouch) error
	// FinishErasure keeps the receipt, once: what another has kept before stays.
	FinishErasure(ctx context.Context, id string, r Receipt, at time.Time, e event.Event) error
}

// Led is a coming meeting with those of its deputies who still are.
type Led struct {
	ID       string
	Deputies []string
}

// Organizing changes meetings in the name of their organizer.
type Organizing interface {
	Give(ctx context.Context, from, orgID, meetingID, to string) error
	Cancel(ctx context.Context, from, orgID, meetingID string) error
}

// NewErasure is what is asked for.
type NewErasure struct {
	Reason   string
	Handover Handover
}

const erasureReasonMost = 500

// PreviewErasure tells what erasing somebody would do.
func (s *Service) PreviewErasure(ctx context.Context, who auth.Identity, personID string) (Preview, error) {
	about, err := s.allowed(ctx, who, auth.PrivacyRead, personID)
	if err != nil {
		return Preview{}, err
	}
	refused := s.below(ctx, who, about)
	if refused != nil && !fault.HasCode(refused, fault.CodeForbidden) {
		return Preview{}, refused
	}
	p, err := s.Erasures.PreviewErasure(ctx, about.ID, s.Now().UTC())
	p.Above = refused != nil
	return p, err
}

// Erase begins an erasure. Sign-ins and calls end with it; the rest is done by a task, which goes on where it was interrupted.
func (s *Service) Erase(ctx context.Context, who auth.Identity, personID string, in NewErasure) (Erasure, error) {
	about, err := s.mayActOn(ctx, who, auth.PeopleErase, personID)
	if err != nil {
		return Erasure{}, err
	}
	if about.ErasingAt == nil {
		if err := s.checkHandover(ctx, about, in); err != nil {
			return Erasure{}, err
		}
	}
	e := Erasure{
		ID: newID(), OrgID: about.OrgID, PersonID: about.ID, Reason: strings.TrimSpace(in.Reason), RequestedBy: actor(who),
		RequestedAt: s.Now().UTC(), Handover: in.Handover,
	}
	asked := s.happened(who, event.ErasureAsked, about.OrgID, "person:"+about.ID, map[string]any{"erasure": e.ID, "handover": string(in.Handover.To)})
	return s.Erasures.BeginErasure(ctx, e, func(p Preview) error { return erasable(p, in.Handover) }, asked)
}

func (s *Service) checkHandover(ctx context.Context, about Subject, in NewErasure) error {
	wrong := fault.New(fault.CodeInvalid, "the erasure is not valid")
	switch h := in.Handover; {
	case utf8.RuneCountInString(in.Reason) > erasureReasonMost:
		return wrong.At("body.reason", "at most 500 characters, and no name")
	case h.To != Nobody && h.To != Successor && h.To != Deputies && h.To != Archive:
		return wrong.At("body.handover.to", "successor, deputies or archive")
	case (h.To == Successor) != (h.PersonID != ""):
		return wrong.At("body.handover.person", "of a successor, and of nobody else")
	case h.To == Successor && h.PersonID == about.ID:
		return wrong.At("body.handover.person", "somebody else")
	case h.To == Successor:
		if err := s.Erasures.Heir(ctx, about.OrgID, h.PersonID); fault.Is(err, fault.NotFound) {
			return wrong.At("body.handover.person", "somebody of the same organization, whose account is open")
		} else if err != nil {
			return fmt.Errorf("successor: %w", err)
		}
	}
	return nil
}

// erasable is nil when nothing stands against an erasure.
func erasable(p Preview, h Handover) error {
	switch {
	case len(p.Holds) > 0:
		return fault.Newf(fault.CodeHeld, "the hold %s keeps what is about this person", p.Holds[0].ID)
	case p.LastOne:
		return fault.New(fault.CodeLastAdministrator, "this is the last administrator of the platform")
	case h.To == Nobody && p.Rooms+p.Meetings > 0:
		return fault.Newf(fault.CodeHandoverRequired, "the person alone leads %d rooms and %d coming meetings", p.Rooms, p.Meetings).
			At("body.handover.to", "successor, deputies or archive")
	}
	return nil
}

// Erasure answers how an erasure stands, with its receipt once it is done.
func (s *Service) Erasure(ctx context.Context, who auth.Identity, id string) (Erasure, error) {
	e, err := s.erasure(ctx, who, id)
	if fault.Is(err, fault.NotFound) {
		err = missing(fault.CodeErasureNotFound, err)
	}
	if err != nil {
		return Erasure{}, err
	}
	return e, nil
}

func (s *Service) erasure(ctx context.Context, who auth.Identity, id string) (Erasure, error) {
	if err := refusal(who, auth.PrivacyRead); err != nil {
		return Erasure{}, err
	}
	e, err := s.Erasures.Erasure(ctx, id)
	if err != nil {
		return Erasure{}, err
	}
	_, err = s.allowed(ctx, who, auth.PrivacyRead, e.PersonID)
	return e, err
}

const handAtOnce = 100

// Run does an erasure, or what is left of it.
func (s *Service) Run(ctx context.Context, id string) error {
	e, err := s.Erasures.Erasure(ctx, id)
	if err != nil || e.settled() {
		return err
	}
	if err := s.handMeetings(ctx, e); err != nil {
		return fmt.Errorf("erasure %s: hand meetings over: %w", id, err)
	}
	if err := s.Wiping.HandRooms(ctx, id, s.Now().UTC()); err != nil {
		return fmt.Errorf("erasure %s: hand rooms over: %w", id, err)
	}
	if err := s.Wiping.Wipe(ctx, id, s.Now().UTC(), s.Vouch); err != nil {
		return fmt.Errorf("erasure %s: %w", id, err)
	}
	return s.finish(ctx, id)
}

// settled tells that nothing is left to be done: what a hold on a room kept is done when the hold is released.
func (e Erasure) settled() bool { return e.Receipt != nil && e.Done.held() == 0 }

func (d Done) held() (n int) {
	for _, c := range d.Kinds {
		n += c.Held
	}
	return n
}

func (s *Service) finish(ctx context.Context, id string) error {
	e, err := s.Erasures.Erasure(ctx, id)
	if err != nil {
		return err
	}
	now := s.Now().UTC()
	receipt := s.receipt(e, now)
	done := event.Event{
		ID: newID(), Type: event.PersonErased, OrgID: e.OrgID, Subject: "person:" + e.PersonID, Actor: "system:erasure", At: now,
		Data: map[string]any{"erasure": e.ID},
	}
	return s.Wiping.FinishErasure(ctx, id, receipt, now, done)
}

// handMeetings gives coming meetings away, page by page: what is given is not led any more.
func (s *Service) handMeetings(ctx context.Context, e Erasure) error {
	for {
		led, err := s.Wiping.MeetingsLed(ctx, e.PersonID, s.Now().UTC(), handAtOnce)
		if err != nil || len(led) == 0 {
			return err
		}
		for _, m := range led {
			given, err := s.handMeeting(ctx, e, m)
			if err == nil {
				err = s.Wiping.NoteHanded(ctx, e.ID, given)
			}
			if err != nil {
				return err
			}
		}
	}
}

// handMeeting gives one meeting to its heir. One that its rules do not let be given is cancelled: it must not be led by nobody.
func (s *Service) handMeeting(ctx context.Context, e Erasure, m Led) (given bool, err error) {
	to := e.Handover.PersonID
	if e.Handover.To == Deputies && len(m.Deputies) > 0 {
		to = m.Deputies[0]
	}
	if to != "" {
		err := s.Organizing.Give(ctx, e.PersonID, e.OrgID, m.ID, to)
		var f *fault.Error
		if err == nil || !errors.As(err, &f) || f.Kind == fault.Unavailable || f.Kind == fault.Internal {
			return err == nil, err
		}
	}
	return false, s.Organizing.Cancel(ctx, e.PersonID, e.OrgID, m.ID)
}
