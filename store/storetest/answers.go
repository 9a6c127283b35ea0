package storetest

import (
	"testing"
	"time"

	"parvis/access"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

// linked plans the weekly meeting and answers it with the guest's personal link.
func (p *planning) linked(t *testing.T) (schedule.Meeting, string) {
	t.Helper()
	m := p.planned(t, p.camille, p.weekly(t))
	_, token, err := p.service.PersonalLink(t.Context(), p.camille, m.ID, m.Invitees[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	return p.read(t, m.ID), token
}

func (p *planning) answer(t *testing.T, r schedule.Reply) {
	t.Helper()
	if _, err := p.service.Answer(t.Context(), r); err != nil {
		t.Fatalf("answer: %v %+v", err, fault.Of(err).Fields)
	}
}

func answersKept(t *testing.T, p *planning) {
	m, token := p.linked(t)
	date := m.When.Start + 14*24*60*60
	p.answer(t, schedule.Reply{Token: token, RSVP: schedule.Declined, Comment: "En congé 🙂\nDésolée", Date: date})
	p.answer(t, schedule.Reply{Token: token, RSVP: schedule.Tentative})
	p.answer(t, schedule.Reply{Who: p.odile, MeetingID: m.ID, RSVP: schedule.Accepted})
	proposal := schedule.MailedAnswer{Came: p.now, Answer: ical.Answer{
		Method: ical.Counter, UID: m.UID, Email: "GUEST@x.example", PartStat: ical.NeedsAction, Proposed: &ical.Proposal{Start: ical.Moment{Local: m.When.Start + 60*60}},
	}}
	if kept, err := p.service.AnswerByMail(t.Context(), proposal); !kept || err != nil {
		t.Fatalf("propose: %v, %v", kept, err)
	}
	want := m
	want.Invitees[0].RSVP, want.Invitees[1].RSVP = schedule.Accepted, schedule.Tentative
	want.Invitees[0].Answers = []schedule.Answer{{RSVP: schedule.Accepted, At: p.now}}
	want.Invitees[1].Answers = []schedule.Answer{{RSVP: schedule.Tentative, At: p.now}, {Date: date, RSVP: schedule.Declined, Comment: "En congé 🙂\nDésolée", At: p.now}}
	want.Invitees[1].Proposals = []schedule.Proposal{{Start: m.When.Start + 60*60, Duration: m.When.Duration, At: p.now.Truncate(time.Second)}}
	mustAgree(t, "with answers", want, p.read(t, m.ID))

	if _, err := p.service.Update(t.Context(), p.camille, m.ID, m.Version, schedule.OverridesShift, func(d *schedule.Definition) error { d.When.Start += 60; return nil }); err != nil {
		t.Fatalf("an edit under way is refused: %v", err)
	}
	if said, ok := p.read(t, m.ID).Invitees[1].Said(date + 60); !ok || said.RSVP != schedule.Declined {
		t.Errorf("the answer did not go with its date: %+v", said)
	}
}

func answersListed(t *testing.T, p *planning) {
	m, _ := p.linked(t)
	p.answer(t, schedule.Reply{Who: p.odile, MeetingID: m.ID, RSVP: schedule.Accepted})
	p.answer(t, schedule.Reply{Who: p.odile, MeetingID: m.ID, RSVP: schedule.Declined, Date: m.When.Start})
	list, err := p.Meetings(t.Context(), schedule.MeetingQuery{OrgID: p.odile.OrgID, PersonID: p.odile.PersonID})
	if err != nil || len(list.Meetings) != 1 {
		t.Fatalf("got %+v, %v", list, err)
	}
	if got := list.Meetings[0]; got.Mine != schedule.Accepted || len(got.MineByDate) != 1 || got.MineByDate[0].Date != m.When.Start || got.MineByDate[0].RSVP != schedule.Declined {
		t.Errorf("got %v, %+v", got.Mine, got.MineByDate)
	}
}

func answersOfThoseGone(t *testing.T, p *planning) {
	m, token := p.linked(t)
	p.answer(t, schedule.Reply{Token: token, RSVP: schedule.Declined})
	if _, err := p.service.Uninvite(t.Context(), p.camille, m.ID, 0, m.Invitees[1].ID); err != nil {
		t.Fatal(err)
	}
	_, err := p.service.Answer(t.Context(), schedule.Reply{Token: token, RSVP: schedule.Accepted})
	mustHave(t, err, fault.CodeLinkRevoked)
	again, err := p.service.Invite(t.Context(), p.camille, m.ID, 0, []schedule.Invitee{{Email: "guest@x.example"}})
	if err != nil || again.Invitees[1].RSVP != schedule.NeedsAction || len(p.read(t, m.ID).Invitees[1].Answers) != 0 {
		t.Errorf("invited anew: %+v, %v", again.Invitees, err)
	}
}

func mustHave(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if !fault.HasCode(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

func invitationsOfLinks(t *testing.T, p *planning) {
	m, token := p.linked(t)
	got, err := p.service.Invitation(t.Context(), token, "")
	if err != nil || got.ID != m.ID || len(got.Invitees) != 1 || got.Invitee.ID != m.Invitees[1].ID || got.Organizer.Name != "camille Martin" || got.Place.Slug == "" {
		t.Fatalf("got %+v, %v", got, err)
	}
	later, err := p.service.UpdateFollowing(t.Context(), p.camille, m.ID, 0, m.When.Start+21*24*60*60, "", func(d *schedule.Definition) error { d.Title = "Suite"; return nil })
	if err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	other := p.planned(t, p.camille, p.weekly(t))
	for named, want := range map[string]string{"": m.ID, m.ID: m.ID, later.ID: later.ID, other.ID: m.ID} {
		if got, err := p.service.Invitation(t.Context(), token, named); err != nil || got.ID != want {
			t.Errorf("named %q: got %s, %v", named, got.Title, err)
		}
	}
	p.answer(t, schedule.Reply{Token: token, MeetingID: later.ID, RSVP: schedule.Declined})
	if said := p.read(t, later.ID).Invitees[1]; said.RSVP != schedule.Declined {
		t.Errorf("got %+v", said)
	}
	p.now = p.now.AddDate(0, 0, 35)
	if got, err := p.service.Invitation(t.Context(), token, ""); err != nil || got.ID != later.ID {
		t.Errorf("when the first part is over: %s, %v", got.Title, err)
	}
	_, err = p.service.Invitation(t.Context(), access.NewLinkToken(), "")
	mustHave(t, err, fault.CodeLinkUnknown)
	if err := p.service.RevokeLink(t.Context(), p.camille, later.ID, later.Invitees[1].ID); err != nil {
		t.Fatal(err)
	}
	_, err = p.service.Invitation(t.Context(), token, "")
	mustHave(t, err, fault.CodeLinkRevoked)
}

func answersByMail(t *testing.T, p *planning) {
	m, _ := p.linked(t)
	mail := func(address string) schedule.MailedAnswer {
		return schedule.MailedAnswer{Came: p.now, Answer: ical.Answer{Method: ical.Reply, UID: m.UID, Email: address, PartStat: ical.Accepted}}
	}
	if kept, err := p.service.AnswerByMail(t.Context(), mail("Odile@Example.org")); !kept || err != nil {
		t.Errorf("of somebody with an account: %v, %v", kept, err)
	}
	_, err := p.service.AnswerByMail(t.Context(), mail("louise@example.org"))
	mustHave(t, err, fault.CodeNotInvited)
	stranger := mail("guest@x.example")
	stranger.UID = NewID() + "@else.example"
	_, err = p.service.AnswerByMail(t.Context(), stranger)
	mustHave(t, err, fault.CodeMeetingNotFound)
	if got := p.read(t, m.ID); got.Invitees[0].RSVP != schedule.Accepted || got.Version != m.Version {
		t.Errorf("got %+v", got.Invitees[0])
	}
}

func answersRace(t *testing.T, p *planning) {
	m, token := p.linked(t)
	errs := make(chan error, 6)
	for n := range cap(errs) / 2 {
		go func() {
			_, err := p.service.Answer(t.Context(), schedule.Reply{Token: token, RSVP: schedule.Accepted, Date: m.When.Start + recur.Local(n+1)*7*24*60*60})
			errs <- err
		}()
		go func() {
			_, err := p.service.Update(t.Context(), p.camille, m.ID, 0, "", func(d *schedule.Definition) error { d.Title += "!"; return nil })
			errs <- err
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if got := p.read(t, m.ID); len(got.Invitees[1].Answers) != 3 || got.Title != m.Title+"!!!" {
		t.Errorf("got %q, %+v", got.Title, got.Invitees[1].Answers)
	}
}
