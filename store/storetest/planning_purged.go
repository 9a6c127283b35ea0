package storetest

import (
	"context"
	"testing"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/privacy"
	"parvis/schedule"
)

// PurgeMeeting implements schedule.Store.
func (b *letterbox) PurgeMeeting(ctx context.Context, id string, decide func(schedule.Meeting) (schedule.Plan, error)) error {
	var last schedule.Plan
	err := b.PlanningStore.PurgeMeeting(ctx, id, func(m schedule.Meeting) (_ schedule.Plan, err error) {
		last, err = decide(m)
		return last, err
	})
	b.note(last.Letters)
	return err
}

// gone checks that nobody finds a meeting any more.
func (p *planning) gone(t *testing.T, m schedule.Meeting, software auth.Identity) {
	t.Helper()
	_, err := p.Meeting(t.Context(), m.ID)
	mustBe(t, err, fault.NotFound)
	_, err = p.Invitation(t.Context(), schedule.Invited{UID: m.UID, Email: "odile@example.org"}, p.now)
	mustBe(t, err, fault.NotFound)
	for _, who := range []auth.Identity{p.camille, p.odile, software} {
		page, err := p.service.List(t.Context(), who, schedule.MeetingQuery{})
		if err != nil || len(page.Meetings) != 0 {
			t.Errorf("%s lists %+v, %v", who.Name, page.Meetings, err)
		}
	}
	mustBe(t, p.service.Purge(t.Context(), software, m.ID, m.Version), fault.NotFound)
}

// purgedWithLetters erases a meeting whose invitations are out: its cancellation still goes, and takes the last of it along.
func purgedWithLetters(t *testing.T, p *planning) {
	software := p.agenda()
	n := p.weekly(t)
	n.ExternalID = "budget"
	m := p.planned(t, software, n)
	for _, l := range p.written(t) {
		if _, due := p.mailing(t, l.ID); !due {
			t.Fatal("an invitation is not due")
		}
		if err := p.service.Settle(t.Context(), l.ID, schedule.LetterSent); err != nil {
			t.Fatal(err)
		}
	}
	sent := len(p.letters.ids)
	p.now = p.now.Add(time.Minute)
	if err := p.service.Purge(t.Context(), software, m.ID, 1); err != nil {
		t.Fatal(err)
	}
	p.gone(t, m, software)
	if r, err := p.Room(t.Context(), m.Place.Slug); err != nil || r.ArchivedAt == nil || r.Planned {
		t.Errorf("its room: %+v, %v", r, err)
	}
	if again := p.planned(t, software, n); again.ID == m.ID {
		t.Error("its name is not free")
	}
	cancelled := 0
	for _, id := range p.letters.ids[sent:] {
		l, _, err := p.Letter(t.Context(), id)
		if err != nil || l.MeetingID != m.ID {
			continue
		}
		mailing, due := p.mailing(t, id)
		if l.Kind != schedule.LetterCancel || !due || mailing.Meeting.Title != n.Title {
			t.Fatalf("%s is due: %t, about %q", l.Kind, due, mailing.Meeting.Title)
		}
		if err := p.service.Settle(t.Context(), id, schedule.LetterSent); err != nil {
			t.Fatal(err)
		}
		cancelled++
	}
	if cancelled == 0 {
		t.Error("nobody hears of it")
	}
	for _, id := range p.letters.ids {
		if l, _, err := p.Letter(t.Context(), id); err == nil && l.MeetingID == m.ID {
			t.Errorf("a letter is left: %+v", l)
		}
	}
}

// purgedInSilence erases meetings that nobody hears of: at once, whatever their state.
func purgedInSilence(t *testing.T, p *planning) {
	software := p.agenda()
	quiet := p.service.Telling(schedule.TellNone)
	m := p.planned(t, software, p.weekly(t))
	mustHave := func(err error, code fault.Code) {
		t.Helper()
		if !fault.HasCode(err, code) {
			t.Errorf("got %v, want %s", err, code)
		}
	}
	mustHave(quiet.Purge(t.Context(), p.camille, m.ID, 1), fault.CodeForbidden)
	mustHave(quiet.Purge(t.Context(), software, m.ID, 7), fault.CodePreconditionFailed)
	bare := software
	bare.Scopes = []auth.Scope{auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite}
	mustHave(quiet.Purge(t.Context(), bare, m.ID, 1), fault.CodeScopeMissing)
	if err := quiet.Cancel(t.Context(), software, m.ID, 1); err != nil {
		t.Fatal(err)
	}
	if err := quiet.Purge(t.Context(), software, m.ID, 2); err != nil {
		t.Fatal(err)
	}
	p.gone(t, m, software)
	past := p.planned(t, software, p.weekly(t))
	p.now = p.now.AddDate(1, 0, 0)
	if err := quiet.Purge(t.Context(), software, past.ID, 1); err != nil {
		t.Fatal(err)
	}
	p.gone(t, past, software)
}

// purgeKeepsLetters keeps what was written to somebody who is held, although they are invited no more.
func purgeKeepsLetters(t *testing.T, p *planning) {
	software := p.agenda()
	n := p.weekly(t)
	n.Deputies = nil
	m := p.planned(t, software, n)
	if len(p.written(t)) == 0 {
		t.Fatal("nobody is written to")
	}
	for _, i := range m.Invitees {
		if i.PersonID == p.odile.PersonID {
			if _, err := p.service.Uninvite(t.Context(), software, m.ID, 0, i.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	h := privacy.Hold{ID: NewID(), OrgID: m.OrgID, Kind: privacy.HeldPerson, SubjectID: p.odile.PersonID, Reason: "Enquête 2026-114", PlacedBy: "person:" + p.camille.ID, PlacedAt: p.now}
	if err := p.PlaceHold(t.Context(), h, event.Event{ID: NewID(), Type: event.HoldPlaced, OrgID: m.OrgID, Subject: "person:" + h.SubjectID, At: p.now}); err != nil {
		t.Fatal(err)
	}
	now, err := p.Meeting(t.Context(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.service.Purge(t.Context(), software, m.ID, now.Version); !fault.HasCode(err, fault.CodeHeld) {
		t.Errorf("got %v", err)
	}
}

// purgeRefused keeps what somebody is in, and what a hold keeps.
func purgeRefused(t *testing.T, p *planning) {
	software := p.agenda()
	m := p.planned(t, software, p.weekly(t))
	r, err := p.Room(t.Context(), m.Place.Slug)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(code fault.Code) {
		t.Helper()
		err := p.service.Purge(t.Context(), software, m.ID, 1)
		if !fault.HasCode(err, code) {
			t.Errorf("got %v, want %s", err, code)
		}
		if now, err := p.Meeting(t.Context(), m.ID); err != nil || now.Version != 1 || !now.Live() || len(now.Invitees) == 0 {
			t.Errorf("something of it is gone: %+v, %v", now, err)
		}
	}
	hold := func(kind privacy.HeldKind, id string) privacy.Hold {
		t.Helper()
		h := privacy.Hold{ID: NewID(), OrgID: m.OrgID, Kind: kind, SubjectID: id, Reason: "Enquête 2026-114", PlacedBy: "person:" + p.camille.ID, PlacedAt: p.now}
		if err := p.PlaceHold(t.Context(), h, event.Event{ID: NewID(), Type: event.HoldPlaced, OrgID: m.OrgID, Subject: string(kind) + ":" + id, At: p.now}); err != nil {
			t.Fatal(err)
		}
		return h
	}
	release := func(h privacy.Hold) {
		t.Helper()
		if _, err := p.ReleaseHold(t.Context(), h.ID, "person:"+p.camille.ID, "Enquête close le 2", p.now, event.Event{ID: NewID(), Type: event.HoldReleased, OrgID: m.OrgID, Subject: "hold:" + h.ID, At: p.now}); err != nil {
			t.Fatal(err)
		}
	}
	for kind, id := range map[privacy.HeldKind]string{privacy.HeldRoom: r.ID, privacy.HeldPerson: p.odile.PersonID} {
		h := hold(kind, id)
		refused(fault.CodeHeld)
		release(h)
	}
	admitted := admit(t, p, Admission(r))
	enter(t, p, admitted, "one", p.now)
	refused(fault.CodeConflict)
}
