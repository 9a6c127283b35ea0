package schedule_test

import (
	"slices"
	"testing"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

// invited plans the weekly comité with odile and a guest, and answers it with the guest's link.
func (h *house) invited(t *testing.T) (v schedule.View, token string) {
	t.Helper()
	n := weekly(t)
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}, {Email: "guest@x.example", Name: "Zoé"}}
	v = h.planned(t, camille, n)
	_, token, err := h.PersonalLink(t.Context(), camille, v.ID, v.Invitees[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	return v, token
}

// says answers, which must be taken.
func (h *house) says(t *testing.T, r schedule.Reply) schedule.Invitation {
	t.Helper()
	got, err := h.Answer(t.Context(), r)
	if err != nil {
		t.Fatalf("answer: %v %+v", err, fault.Of(err).Fields)
	}
	return got
}

func (h *house) guest(t *testing.T, id string) schedule.Invitee {
	t.Helper()
	v, err := h.Get(t.Context(), camille, id)
	if err != nil {
		t.Fatal(err)
	}
	return v.Invitees[1]
}

func mailed(v schedule.View, says ical.PartStat, at time.Time) schedule.MailedAnswer {
	return schedule.MailedAnswer{Answer: ical.Answer{Method: ical.Reply, UID: v.UID, Email: "Guest@X.example", PartStat: says, Stamp: at}}
}

func TestNobodyAnswersForAnother(t *testing.T) {
	h := newHouse(t)
	v, token := h.invited(t)
	for name, c := range map[string]struct {
		reply schedule.Reply
		want  fault.Code
	}{
		"nobody":                            {schedule.Reply{MeetingID: v.ID}, fault.CodeSignInRequired},
		"a stranger":                        {schedule.Reply{Who: louise, MeetingID: v.ID}, fault.CodeMeetingNotFound},
		"the organizer, who is not invited": {schedule.Reply{Who: camille, MeetingID: v.ID}, fault.CodeNotInvited},
		"software":                          {schedule.Reply{Who: agenda, MeetingID: v.ID}, fault.CodeNotInvited},
		"a link that is none":               {schedule.Reply{Token: "nonsense"}, fault.CodeLinkUnknown},
		"a link of nobody":                  {schedule.Reply{Token: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, fault.CodeLinkUnknown},
		"a link for another meeting":        {schedule.Reply{Token: token, MeetingID: "another"}, fault.CodeNotInvited},
	} {
		c.reply.RSVP = schedule.Accepted
		if _, err := h.Answer(t.Context(), c.reply); !fault.HasCode(err, c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	if got := h.guest(t, v.ID); got.RSVP != schedule.NeedsAction || len(got.Answers) > 0 {
		t.Errorf("got %+v", got)
	}
}

func TestEachReasonAgainstAnAnswerHasItsOwnName(t *testing.T) {
	tuesday := func(n int) recur.Local { return recur.NewLocal(2026, 11, 17+7*n, 9, 0, 0) }
	for name, c := range map[string]struct {
		before func(*house, schedule.View)
		reply  schedule.Reply
		want   fault.Code
	}{
		"an answer that is none": {nil, schedule.Reply{RSVP: "maybe"}, fault.CodeInvalid},
		"no answer":              {nil, schedule.Reply{}, fault.CodeInvalid},
		"needs-action":           {nil, schedule.Reply{RSVP: schedule.NeedsAction}, fault.CodeInvalid},
		"a comment without end":  {nil, schedule.Reply{RSVP: schedule.Accepted, Comment: longText(schedule.MaxComment + 1)}, fault.CodeInvalid},
		"a date that is none":    {nil, schedule.Reply{RSVP: schedule.Accepted, Date: tuesday(0) + 60}, fault.CodeOccurrenceNotFound},
		"a date that is over": {func(h *house, _ schedule.View) { h.now = h.now.AddDate(0, 0, 8) },
			schedule.Reply{RSVP: schedule.Accepted, Date: tuesday(0)}, fault.CodePastOccurrence},
		"a meeting that is over": {func(h *house, _ schedule.View) { h.now = h.now.AddDate(1, 0, 0) },
			schedule.Reply{RSVP: schedule.Accepted}, fault.CodeMeetingOver},
		"a meeting that was cancelled": {func(h *house, v schedule.View) { mustDo(t, h.Cancel(t.Context(), camille, v.ID, 0)) },
			schedule.Reply{RSVP: schedule.Accepted}, fault.CodeMeetingCancelled},
		"a link that was taken back": {func(h *house, v schedule.View) { mustDo(t, h.RevokeLink(t.Context(), camille, v.ID, v.Invitees[1].ID)) },
			schedule.Reply{RSVP: schedule.Accepted}, fault.CodeLinkRevoked},
		"somebody who was struck off": {func(h *house, v schedule.View) {
			_, err := h.Uninvite(t.Context(), camille, v.ID, 0, v.Invitees[1].ID)
			mustDo(t, err)
		}, schedule.Reply{RSVP: schedule.Accepted}, fault.CodeLinkRevoked},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			v, token := h.invited(t)
			if c.before != nil {
				c.before(h, v)
			}
			c.reply.Token = token
			_, err := h.Answer(t.Context(), c.reply)
			mustBe(t, err, c.want)
		})
	}
}

func longText(n int) string {
	return string(slices.Repeat([]rune("é"), n))
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnAnswerIsHeardAndMovesNoVersion(t *testing.T) {
	h := newHouse(t)
	v, token := h.invited(t)
	before, err := h.Get(t.Context(), camille, v.ID)
	mustDo(t, err)
	got := h.says(t, schedule.Reply{Token: token, RSVP: schedule.Declined, Comment: " On leave\x00. "})
	if got.Invitee.RSVP != schedule.Declined || len(got.Dates) != 10 || got.Title != v.Title {
		t.Errorf("got %+v", got)
	}
	said, _ := h.guest(t, v.ID).Said(0)
	if said.RSVP != schedule.Declined || said.Comment != "On leave." || !said.At.Equal(h.now) {
		t.Errorf("the host reads %+v", said)
	}
	if after, err := h.Get(t.Context(), camille, v.ID); err != nil || after.Version != before.Version || after.Sequence != before.Sequence {
		t.Errorf("got version %d, %v", after.Version, err)
	}
	if _, err := h.Update(t.Context(), camille, v.ID, before.Version, "", func(d *schedule.Definition) error { d.Title = "Autre"; return nil }); err != nil {
		t.Errorf("an edit under way is refused: %v", err)
	}
	if got := h.guest(t, v.ID); got.RSVP != schedule.Declined || len(got.Answers) != 1 {
		t.Errorf("the edit lost the answer: %+v", got)
	}
	h.says(t, schedule.Reply{Token: token, RSVP: schedule.Accepted})
	if got := h.guest(t, v.ID); got.RSVP != schedule.Accepted {
		t.Errorf("nobody may change their mind: %+v", got)
	}
	told := h.told(event.InviteeResponded)
	if len(told) != 2 || told[0].Data["answer"] != "declined" || told[0].Data["invitee"] != v.Invitees[1].ID || len(told[0].Data) != 2 || told[0].Subject != "meeting:"+v.ID {
		t.Errorf("told %+v", told)
	}
}

// told are the events of a type.
func (h *house) told(t event.Type) []event.Event {
	return slices.DeleteFunc(h.store.Events(), func(e event.Event) bool { return e.Type != t })
}

func TestTheSameAnswerTwiceIsToldOnce(t *testing.T) {
	h := newHouse(t)
	v, _ := h.invited(t)
	for range 2 {
		h.says(t, schedule.Reply{Who: odile, MeetingID: v.ID, RSVP: schedule.Tentative})
		h.now = h.now.Add(time.Minute)
	}
	if told := h.told(event.InviteeResponded); len(told) != 1 || told[0].Actor != "person:odile" {
		t.Errorf("told %+v", told)
	}
}

func TestAnAnswerToADateStandsOverThatToTheSeries(t *testing.T) {
	h := newHouse(t)
	v, _ := h.invited(t)
	second := recur.NewLocal(2026, 11, 24, 9, 0, 0)
	h.says(t, schedule.Reply{Who: odile, MeetingID: v.ID, RSVP: schedule.Declined, Date: second})
	h.says(t, schedule.Reply{Who: odile, MeetingID: v.ID, RSVP: schedule.Accepted})
	list, _, err := h.Agenda(t.Context(), odile, schedule.AgendaQuery{From: h.now, To: h.now.AddDate(0, 0, 30)})
	mustDo(t, err)
	var got []schedule.RSVP
	for _, e := range list {
		got = append(got, e.RSVP)
	}
	if !slices.Equal(got, []schedule.RSVP{schedule.Accepted, schedule.Declined, schedule.Accepted, schedule.Accepted}) {
		t.Errorf("the agenda says %v", got)
	}
	if mine, err := h.Get(t.Context(), odile, v.ID); err != nil || mine.Mine == nil || len(mine.Mine.Answers) != 2 {
		t.Errorf("odile reads %+v, %v", mine.Mine, err)
	}
}

func TestTheOnlyDateIsTheMeeting(t *testing.T) {
	h := newHouse(t)
	n := once(t)
	n.Invitees = []schedule.Invitee{{PersonID: "odile"}}
	v := h.planned(t, camille, n)
	got := h.says(t, schedule.Reply{Who: odile, MeetingID: v.ID, RSVP: schedule.Declined, Date: v.When.Start})
	if got.Invitee.RSVP != schedule.Declined || len(got.Invitee.Answers) != 1 || got.Invitee.Answers[0].Date != 0 {
		t.Errorf("got %+v", got.Invitee)
	}
}

func TestAnswersGoWithTheDatesThatAreMoved(t *testing.T) {
	h := newHouse(t)
	v, _ := h.invited(t)
	second := recur.NewLocal(2026, 11, 24, 9, 0, 0)
	h.says(t, schedule.Reply{Who: odile, MeetingID: v.ID, RSVP: schedule.Declined, Date: second})
	moved, err := h.Update(t.Context(), camille, v.ID, 0, "", func(d *schedule.Definition) error { d.When.Start += 60 * 60; return nil })
	mustDo(t, err)
	if said, ok := moved.Invitees[0].Said(second + 60*60); !ok || said.RSVP != schedule.Declined {
		t.Errorf("got %+v", moved.Invitees[0])
	}
	third := second + 7*24*60*60 + 60*60
	later, err := h.UpdateFollowing(t.Context(), camille, v.ID, 0, third, "", func(d *schedule.Definition) error { return nil })
	mustDo(t, err)
	if len(later.Invitees[0].Answers) != 0 {
		t.Errorf("the later part has answers to earlier dates: %+v", later.Invitees[0])
	}
	earlier, err := h.Get(t.Context(), camille, v.ID)
	if mustDo(t, err); len(earlier.Invitees[0].Answers) != 1 {
		t.Errorf("the earlier part lost its own: %+v", earlier.Invitees[0])
	}
}

func TestALinkOfAPartedSeriesIsOfThePartThatIsNotOver(t *testing.T) {
	h := newHouse(t)
	v, token := h.invited(t)
	later, err := h.UpdateFollowing(t.Context(), camille, v.ID, 0, recur.NewLocal(2026, 12, 1, 9, 0, 0), "", func(d *schedule.Definition) error { d.Title = "Suite"; return nil })
	mustDo(t, err)
	if got, err := h.Invitation(t.Context(), token, ""); err != nil || got.ID != v.ID {
		t.Errorf("got %s, %v", got.Title, err)
	}
	for named, want := range map[string]string{v.ID: v.ID, later.ID: later.ID, "0193f0c4-7a11-7c55-8a3e-5d2f1b9c4e70": v.ID, "nonsense": v.ID} {
		if got, err := h.Invitation(t.Context(), token, named); err != nil || got.ID != want {
			t.Errorf("of %s: got %s, %v", named, got.ID, err)
		}
	}
	h.says(t, schedule.Reply{Token: token, MeetingID: later.ID, RSVP: schedule.Declined})
	if got := h.guest(t, later.ID); got.RSVP != schedule.Declined {
		t.Errorf("got %+v", got)
	}
	h.now = h.now.AddDate(0, 0, 20)
	if got, err := h.Invitation(t.Context(), token, ""); err != nil || got.ID != later.ID || got.Invitee.RSVP != schedule.Declined {
		t.Errorf("got %s, %v", got.Title, err)
	}
}

func TestWhatAnInvitationTells(t *testing.T) {
	h := newHouse(t)
	v, token := h.invited(t)
	got, err := h.Invitation(t.Context(), token, "")
	if mustDo(t, err); got.Invitee.Email != "guest@x.example" || len(got.Invitees) != 1 || len(got.Dates) != 10 || got.More {
		t.Errorf("got %+v", got)
	}
	h.now = h.now.AddDate(1, 0, 0)
	if got, err := h.Invitation(t.Context(), token, ""); err != nil || len(got.Dates) != 0 {
		t.Errorf("over: %+v, %v", got.Dates, err)
	}
	h.now = h.now.AddDate(-1, 0, 0)
	mustDo(t, h.Cancel(t.Context(), camille, v.ID, 0))
	if got, err := h.Invitation(t.Context(), token, ""); err != nil || got.Live() || len(got.Dates) != 0 {
		t.Errorf("cancelled: %+v, %v", got.Status, err)
	}
}

func TestMailsCountInTheOrderInWhichTheyWereWritten(t *testing.T) {
	h := newHouse(t)
	v, _ := h.invited(t)
	first, second := mailed(v, ical.Accepted, h.now.Add(-time.Hour)), mailed(v, ical.Declined, h.now.Add(-time.Minute))
	for n, m := range []schedule.MailedAnswer{second, first, second, first} {
		kept, err := h.AnswerByMail(t.Context(), m)
		if err != nil || kept != (n == 0) {
			t.Errorf("mail %d: kept %v, %v", n, kept, err)
		}
	}
	if got := h.guest(t, v.ID); got.RSVP != schedule.Declined || len(h.told(event.InviteeResponded)) != 1 {
		t.Errorf("got %+v", got)
	}
	h.now = h.now.Add(time.Minute)
	h.says(t, schedule.Reply{Who: odile, MeetingID: v.ID, RSVP: schedule.Tentative})
	late := mailed(v, ical.Accepted, h.now.Add(-30*time.Second))
	late.Email = "odile@example.org"
	if kept, err := h.AnswerByMail(t.Context(), late); kept || err != nil {
		t.Errorf("a mail undoes what was said after it: %v, %v", kept, err)
	}
	ahead := mailed(v, ical.Accepted, h.now.AddDate(10, 0, 0))
	if kept, err := h.AnswerByMail(t.Context(), ahead); !kept || err != nil {
		t.Errorf("got %v, %v", kept, err)
	}
	h.now = h.now.Add(time.Minute)
	if kept, err := h.AnswerByMail(t.Context(), mailed(v, ical.Declined, h.now)); !kept || err != nil {
		t.Errorf("a clock that is ahead silences what comes after: %v, %v", kept, err)
	}
}

func TestMailsThatAreNotTaken(t *testing.T) {
	h := newHouse(t)
	v, _ := h.invited(t)
	good := mailed(v, ical.Accepted, h.now)
	for name, c := range map[string]struct {
		change func(*schedule.MailedAnswer)
		want   fault.Code
	}{
		"of a stranger":         {func(m *schedule.MailedAnswer) { m.Email = "other@x.example" }, fault.CodeNotInvited},
		"to no meeting of ours": {func(m *schedule.MailedAnswer) { m.UID = "else@example.org" }, fault.CodeMeetingNotFound},
		"to no date":            {func(m *schedule.MailedAnswer) { m.Date = &ical.Moment{Local: v.When.Start + 1} }, fault.CodeOccurrenceNotFound},
		"in no zone":            {func(m *schedule.MailedAnswer) { m.Date = &ical.Moment{Local: v.When.Start, Zone: "Mars/Olympus"} }, fault.CodeOccurrenceNotFound},
		"delegated":             {func(m *schedule.MailedAnswer) { m.PartStat = ical.Delegated }, fault.CodeInvalid},
		"at no time":            {func(m *schedule.MailedAnswer) { m.Stamp = time.Time{} }, fault.CodeInvalid},
	} {
		m := good
		c.change(&m)
		if _, err := h.AnswerByMail(t.Context(), m); !fault.HasCode(err, c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		unknown := c.want == fault.CodeNotInvited || c.want == fault.CodeMeetingNotFound
		if err := h.InvitedByMail(t.Context(), m.UID, m.Email); unknown && !fault.HasCode(err, c.want) || !unknown && err != nil {
			t.Errorf("%s: asked before: %v", name, err)
		}
	}
	h.SendsMail = true
	_, err := h.Update(t.Context(), camille, v.ID, 0, "", func(d *schedule.Definition) error { d.When.Start += 60; return nil })
	mustDo(t, err)
	h.post(t)
	if _, err := h.AnswerByMail(t.Context(), good); !fault.HasCode(err, fault.CodeAnswerOutdated) {
		t.Errorf("to the invitation before: %v", err)
	}
	good.Sequence, good.Came = 1, h.now
	if kept, err := h.AnswerByMail(t.Context(), good); !kept || err != nil {
		t.Errorf("got %v, %v", kept, err)
	}
}

// post sends every letter that is due.
func (h *house) post(t *testing.T) {
	t.Helper()
	for _, l := range h.store.Letters() {
		if _, due, err := h.Mailing(t.Context(), l.ID); err != nil {
			t.Fatal(err)
		} else if due {
			mustDo(t, h.Settle(t.Context(), l.ID, schedule.LetterSent))
		}
	}
}

func TestAnAnswerToWhatOneWasToldLastIsTaken(t *testing.T) {
	retitle := func(d *schedule.Definition) error { d.Title = "Autre titre"; return nil }
	for name, c := range map[string]struct {
		change func(h *house, id string, first recur.Local) error
		of     string
		want   fault.Code
	}{
		"one date was cancelled": {func(h *house, id string, first recur.Local) error {
			_, err := h.CancelOccurrence(t.Context(), camille, id, 0, first)
			return err
		}, "guest@x.example", ""},
		"nobody was told": {func(h *house, id string, _ recur.Local) error {
			_, err := h.Telling(schedule.TellNone).Update(t.Context(), camille, id, 0, "", retitle)
			return err
		}, "guest@x.example", ""},
		"those without an account were told, of one with": {func(h *house, id string, _ recur.Local) error {
			_, err := h.Telling(schedule.TellExternal).Update(t.Context(), camille, id, 0, "", retitle)
			return err
		}, "odile@example.org", ""},
		"those without an account were told, of one without": {func(h *house, id string, _ recur.Local) error {
			_, err := h.Telling(schedule.TellExternal).Update(t.Context(), camille, id, 0, "", retitle)
			return err
		}, "guest@x.example", fault.CodeAnswerOutdated},
	} {
		h := newHouse(t)
		h.SendsMail = true
		v, _ := h.invited(t)
		h.post(t)
		mustDo(t, c.change(h, v.ID, v.When.Start))
		h.post(t)
		m := mailed(v, ical.Accepted, h.now)
		m.Email = c.of
		kept, err := h.AnswerByMail(t.Context(), m)
		if kept != (c.want == "") || (c.want != "" && !fault.HasCode(err, c.want)) || (c.want == "" && err != nil) {
			t.Errorf("%s: kept %v, %v", name, kept, err)
		}
		m.PartStat, m.Stamp = ical.Declined, h.now.Add(-time.Hour)
		if kept, _ := h.AnswerByMail(t.Context(), m); kept {
			t.Errorf("%s: what was written before undoes it", name)
		}
	}
}

func TestADateInAMailIsInAnyZone(t *testing.T) {
	h := newHouse(t)
	v, _ := h.invited(t)
	m := mailed(v, ical.Declined, h.now)
	m.Date = &ical.Moment{Local: recur.NewLocal(2026, 11, 24, 8, 0, 0), UTC: true}
	if kept, err := h.AnswerByMail(t.Context(), m); !kept || err != nil {
		t.Fatalf("got %v, %v", kept, err)
	}
	if said, ok := h.guest(t, v.ID).Said(recur.NewLocal(2026, 11, 24, 9, 0, 0)); !ok || said.RSVP != schedule.Declined {
		t.Errorf("got %+v", said)
	}
}

func TestAProposalWaitsForTheHost(t *testing.T) {
	h := newHouse(t)
	v, _ := h.invited(t)
	second := recur.NewLocal(2026, 11, 24, 9, 0, 0)
	m := mailed(v, ical.NeedsAction, h.now)
	m.Method, m.Comment = ical.Counter, "Later?"
	m.Date = &ical.Moment{Local: second}
	m.Proposed = &ical.Proposal{Start: ical.Moment{Local: second + 2*60*60}}
	for n := range 2 {
		if kept, err := h.AnswerByMail(t.Context(), m); kept != (n == 0) || err != nil {
			t.Fatalf("mail %d: %v, %v", n, kept, err)
		}
	}
	got := h.guest(t, v.ID)
	if len(got.Proposals) != 1 || got.Proposals[0].Start != second+2*60*60 || got.Proposals[0].Duration != v.When.Duration || got.RSVP != schedule.NeedsAction {
		t.Fatalf("got %+v", got)
	}
	past := m
	past.Proposed = &ical.Proposal{Start: ical.Moment{Local: second - 40*24*60*60}}
	past.Stamp = h.now.Add(time.Second)
	if _, err := h.AnswerByMail(t.Context(), past); !fault.HasCode(err, fault.CodeInvalid) {
		t.Errorf("in the past: %v", err)
	}
	for who, want := range map[*auth.Identity]fault.Code{&odile: fault.CodeForbidden, &louise: fault.CodeMeetingNotFound} {
		mustBe(t, h.DeclineProposal(t.Context(), *who, v.ID, got.ID, second), want)
	}
	mustBe(t, h.DeclineProposal(t.Context(), camille, v.ID, "nobody", second), fault.CodeInviteeNotFound)
	for range 2 {
		mustDo(t, h.DeclineProposal(t.Context(), camille, v.ID, got.ID, second))
	}
	if told := h.told(event.ProposalDeclined); len(told) != 1 || told[0].Data["occurrence"] != "20261124T090000" || len(h.guest(t, v.ID).Proposals) != 0 {
		t.Errorf("told %+v", told)
	}
}

func TestAProposalThatComesTrueIsNoneAnyMore(t *testing.T) {
	h := newHouse(t)
	v, _ := h.invited(t)
	second := recur.NewLocal(2026, 11, 24, 9, 0, 0)
	m := mailed(v, ical.Perhaps, h.now)
	m.Method, m.Date = ical.Counter, &ical.Moment{Local: second}
	m.Proposed = &ical.Proposal{Start: ical.Moment{Local: second + 60*60}, End: &ical.Moment{Local: second + 3*60*60}}
	if _, err := h.AnswerByMail(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got := h.guest(t, v.ID); len(got.Proposals) != 1 || got.Proposals[0].Duration.Std() != 2*time.Hour {
		t.Fatalf("got %+v", got)
	}
	to := second + 60*60
	_, err := h.UpdateOccurrence(t.Context(), camille, v.ID, 0, second, schedule.OccurrenceChange{Start: &to})
	mustDo(t, err)
	got := h.guest(t, v.ID)
	if said, ok := got.Said(second); len(got.Proposals) != 0 || !ok || said.RSVP != schedule.Tentative {
		t.Errorf("got %+v", got)
	}
}

func TestWhoseProposalIsDeclinedHearsOfItOnce(t *testing.T) {
	h, v := mailing(t)
	second := recur.NewLocal(2026, 11, 24, 9, 0, 0)
	m := mailed(v, ical.NeedsAction, h.now)
	m.Method, m.Email, m.Date = ical.Counter, "zoe@x.example", &ical.Moment{Local: second}
	m.Proposed = &ical.Proposal{Start: ical.Moment{Local: second + 60*60}}
	if kept, err := h.AnswerByMail(t.Context(), m); !kept || err != nil {
		t.Fatalf("got %v, %v", kept, err)
	}
	decline := func() error {
		return h.Telling(schedule.TellNone).DeclineProposal(t.Context(), camille, v.ID, v.Invitees[2].ID, second)
	}
	if got, want := h.since(t, decline), []string{"counter-declined 0 zoe@x.example 20261124T090000"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := h.since(t, decline); len(got) > 0 {
		t.Errorf("the second time: %v", got)
	}
}

func TestNobodyIsRemindedOfADateThatTheyDeclined(t *testing.T) {
	h, v := mailing(t)
	mustDo(t, h.updating(t, h.Service, v.ID, func(d *schedule.Definition) { d.Reminders = []time.Duration{time.Hour} })())
	h.says(t, schedule.Reply{Who: mounir, MeetingID: v.ID, RSVP: schedule.Declined, Date: v.When.Start})
	h.says(t, schedule.Reply{Who: odile, MeetingID: v.ID, RSVP: schedule.Declined})
	h.says(t, schedule.Reply{Who: odile, MeetingID: v.ID, RSVP: schedule.Accepted, Date: v.When.Start})
	remind := func() error { return h.Remind(t.Context(), v.ID) }
	h.now = time.Date(2026, 11, 17, 7, 0, 0, 0, time.UTC)
	if got, want := h.since(t, remind), []string{"reminder 0 odile@example.org 20261117T090000", "reminder 0 zoe@x.example 20261117T090000"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	h.now = h.now.AddDate(0, 0, 7)
	if got, want := h.since(t, remind), []string{"reminder 0 mounir@example.org 20261124T090000", "reminder 0 zoe@x.example 20261124T090000"}; !slices.Equal(got, want) {
		t.Errorf("a week later: got %v, want %v", got, want)
	}
}
