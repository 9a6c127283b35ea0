package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
)

// Horizon is how far ahead the openings of a meeting are written.
const Horizon = 35 * 24 * time.Hour

// plan is what follows from a meeting at a moment.
func (s *Service) plan(who auth.Identity, m Meeting, d dates, now time.Time) Plan {
	p := Plan{Meeting: m, By: who, At: now, Until: now.Add(Horizon), Stamp: s.rules.stamp(d.zone)}
	p.Meeting.RemindsAt, p.Meeting.RemindsOf = time.Time{}, Reminder{}
	all := d.all()
	for i, o := range all {
		if i == 0 {
			p.From = o.Start
		}
		if o.End.After(p.To) {
			p.To = o.End
		}
	}
	if !m.Live() {
		p.Grants = m.afterwards()
		return p
	}
	p.Openings = m.openings(all, now, p.Until)
	p.Grants = m.grants()
	if s.SendsMail {
		ahead, from := m.toRemind(d, now)
		p.Meeting.RemindsAt, p.Meeting.RemindsOf = m.nextReminder(ahead, from, p.Until)
	}
	return p
}

// unseal reads the passcode of a meeting as a store keeps it.
func (s *Service) unseal(m *Meeting) (err error) {
	m.Access.Passcode, err = s.Box.Open(m.Access.Sealed, m.ID)
	return err
}

// seal writes the passcode for the store and for the door; one that stays keeps both forms, so that nothing seems changed.
func (s *Service) seal(m *Meeting, was Access) (err error) {
	m.Access.Sealed, m.Access.Hash = was.Sealed, was.Hash
	if m.Access.Passcode == was.Passcode || s.trial {
		return nil
	}
	m.Access.Sealed, m.Access.Hash = s.Box.Seal(m.Access.Passcode, m.ID), ""
	if m.Access.Passcode != "" {
		m.Access.Hash, err = access.HashPasscode(m.Access.Passcode)
	}
	return err
}

// openings are the times in which the room is open for the meeting: one a date, however many are invited. The first beyond the
// horizon is among them, or the door would take a room that opens later for one whose meeting is over.
func (m Meeting) openings(all []Occurrence, now, until time.Time) []access.Opening {
	var list []access.Opening
	beyond := false
	for _, o := range all {
		opens, closes := m.Access.around(o)
		if !closes.After(now) || beyond {
			continue
		}
		beyond = !opens.Before(until)
		list = append(list, access.Opening{
			ID: newID(), RoomID: m.Place.RoomID, Source: m.ID, Opens: opens, Closes: closes,
			Entry: m.Access.Entry, MinAssurance: m.Access.MinAssurance, PasscodeHash: m.Access.Hash,
		})
	}
	return list
}

// afterwards is what stays of a meeting that was cancelled: whoever led it reads in its own room what had happened.
func (m Meeting) afterwards() []access.Grant {
	if m.Place.Mode != Dedicated {
		return nil
	}
	return slices.DeleteFunc(m.grants(), func(g access.Grant) bool { return g.SourceKind != access.SourceOrganizer })
}

// grants are what the meeting gives in its room. Who takes a room that exists owns it; who organizes the meeting need not: software
// names a person, and a meeting is handed over.
func (m Meeting) grants() []access.Grant {
	var list []access.Grant
	give := func(subject access.Subject, role access.Role, sources access.Sources, source string, until *time.Time) {
		list = append(list, access.Grant{
			ID: newID(), RoomID: m.Place.RoomID, Subject: subject, Role: role, Sources: sources,
			NotAfter: until, SourceKind: source, SourceID: m.ID,
		})
	}
	if m.Place.Mode == Dedicated {
		switch {
		case m.Organizer.PersonID != "":
			give(access.Subject{Kind: access.SubjectPerson, ID: m.Organizer.PersonID}, access.Owner, access.Everything(), access.SourceOrganizer, nil)
		case m.App != "":
			give(access.Subject{Kind: access.SubjectService, ID: m.App}, access.Owner, access.Everything(), access.SourceOrganizer, nil)
		}
	}
	leading := access.SourceOrganizer
	if m.Place.Mode != Dedicated {
		leading = access.SourceDeputy // beyond the meeting the room is its owner's
		if m.Organizer.PersonID != "" {
			give(access.Subject{Kind: access.SubjectPerson, ID: m.Organizer.PersonID}, access.Moderator, access.Everything(), leading, nil)
		}
	}
	for _, d := range m.Deputies {
		if d.PersonID != m.Organizer.PersonID {
			give(access.Subject{Kind: access.SubjectPerson, ID: d.PersonID}, access.Moderator, access.Everything(), leading, d.Until)
		}
	}
	for _, i := range m.Invitees {
		role, sources := i.Role.rights()
		give(i.subject(), role, sources, access.SourceMeeting, nil)
		if i.ClaimedBy != "" {
			give(access.Subject{Kind: access.SubjectPerson, ID: i.ClaimedBy}, role, sources, access.SourceMeeting, nil)
		}
		if i.LinkID != "" {
			give(access.Link{ID: i.LinkID}.Subject(), role, sources, access.SourceMeeting, nil)
		}
	}
	return list
}

// rights are what somebody invited may do in the room.
func (r InviteeRole) rights() (access.Role, access.Sources) {
	switch r {
	case InviteeModerator:
		return access.Moderator, access.Everything()
	case InviteeMember:
		return access.Member, access.Only(access.Camera, access.Microphone)
	default:
		return access.Member, access.Everything()
	}
}

func (i Invitee) subject() access.Subject {
	if i.PersonID != "" {
		return access.Subject{Kind: access.SubjectPerson, ID: i.PersonID}
	}
	subject, _ := access.EmailSubject(i.Email)
	return subject
}

const (
	projectAtOnce = 200
	completeFor   = 28 * 24 * time.Hour // a meeting is projected anew when it is complete for no longer than this
)

// Project brings what follows from meetings up to date: by the rules of their zones as they are known now, and with openings
// further ahead where they are needed. It goes on until none needs it, or ctx ends; one that fails does not keep the others from
// theirs. Several replicas may do it at once.
func (s *Service) Project(ctx context.Context) error {
	return errors.Join(s.followZones(ctx), s.projectAhead(ctx))
}

func (s *Service) projectAhead(ctx context.Context) error {
	var failed []error
	for {
		ids, err := s.Store.Unprojected(ctx, s.Now().UTC().Add(completeFor), projectAtOnce)
		if err != nil {
			return errors.Join(append(failed, fmt.Errorf("meetings to project: %w", err))...)
		}
		failed = s.projectEach(ctx, ids) // they are asked for again: they still need it
		if len(ids) < projectAtOnce || len(failed) == len(ids) {
			return errors.Join(failed...)
		}
	}
}

func (s *Service) projectEach(ctx context.Context, ids []string) (failed []error) {
	for _, id := range ids {
		if err := s.projectOne(ctx, id, s.Now().UTC()); err != nil {
			failed = append(failed, fmt.Errorf("project meeting %s: %w", id, err))
		}
	}
	return failed
}

// projectOne writes what follows from a meeting by now; it changes nothing else, the version least of all.
func (s *Service) projectOne(ctx context.Context, id string, now time.Time) error {
	m, err := s.Store.Meeting(ctx, id)
	if err != nil {
		return err
	}
	d, err := s.datesOf(m.Definition)
	if err != nil {
		return err
	}
	p := s.plan(auth.Identity{Kind: auth.System, ID: "schedule"}, m, d, now)
	return s.Store.Project(ctx, p)
}
