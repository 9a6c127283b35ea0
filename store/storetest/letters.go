package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/access"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

// letterbox notes the ids of the letters that go through it to a store. Many may write at once.
type letterbox struct {
	PlanningStore
	mu  sync.Mutex
	ids []string
}

func (b *letterbox) note(letters []schedule.Letter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range letters {
		b.ids = append(b.ids, l.ID)
	}
}

// CreateMeeting implements schedule.Store.
func (b *letterbox) CreateMeeting(ctx context.Context, p schedule.Plan) error {
	b.note(p.Letters)
	return b.PlanningStore.CreateMeeting(ctx, p)
}

// UpdateMeeting implements schedule.Store.
func (b *letterbox) UpdateMeeting(ctx context.Context, id string, decide func(schedule.Meeting) (schedule.Plan, error)) (schedule.Meeting, error) {
	var last schedule.Plan
	m, err := b.PlanningStore.UpdateMeeting(ctx, id, func(m schedule.Meeting) (_ schedule.Plan, err error) {
		last, err = decide(m)
		return last, err
	})
	b.note(last.Letters)
	return m, err
}

// Remind implements schedule.Store.
func (b *letterbox) Remind(ctx context.Context, id string, decide func(schedule.Meeting) (schedule.Reminding, error)) error {
	var last schedule.Reminding
	err := b.PlanningStore.Remind(ctx, id, func(m schedule.Meeting) (_ schedule.Reminding, err error) {
		last, err = decide(m)
		return last, err
	})
	b.note(last.Letters)
	return err
}

// AnswerInvitation implements schedule.Store.
func (b *letterbox) AnswerInvitation(ctx context.Context, of schedule.Invited, now time.Time, decide func(schedule.Meeting) (schedule.Answered, error)) error {
	var last schedule.Answered
	err := b.PlanningStore.AnswerInvitation(ctx, of, now, func(m schedule.Meeting) (_ schedule.Answered, err error) {
		last, err = decide(m)
		return last, err
	})
	b.note(last.Letters)
	return err
}

// written are the letters that the store has, of those that were noted, by whom they go to.
func (p *planning) written(t *testing.T) []schedule.Letter {
	t.Helper()
	var list []schedule.Letter
	for _, id := range p.letters.ids {
		l, _, err := p.Letter(t.Context(), id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			t.Fatalf("letter: %v", err)
		}
		list = append(list, l)
	}
	slices.SortStableFunc(list, func(a, b schedule.Letter) int { return int(a.Version - b.Version) })
	return list
}

func lettersSettle(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	list := p.written(t)
	if len(list) != 2 {
		t.Fatalf("got %d letters, want one to odile and one to the guest", len(list))
	}
	guest := list[1]
	want := schedule.Letter{
		ID: guest.ID, OrgID: m.OrgID, MeetingID: m.ID, Version: 1, InviteeID: m.Invitees[1].ID, Recipient: "email:guest@x.example", Kind: schedule.LetterRequest,
		Address: "Guest@X.example", Name: "Zoé", Language: "fr", MessageID: guest.ID + "@meet.example.org", State: schedule.LetterQueued, CreatedAt: p.now,
	}
	if diff := cmp.Diff(want, guest); diff != "" {
		t.Error(diff)
	}
	if got := p.read(t, m.ID).Invitees; got[0].Delivery != schedule.LetterQueued || got[1].Delivery != schedule.LetterQueued {
		t.Errorf("before it is sent: %+v", got)
	}
	for _, state := range []schedule.LetterState{schedule.LetterRefused, schedule.LetterSent} {
		if err := p.SettleLetter(t.Context(), guest.ID, state, p.now); err != nil {
			t.Fatal(err)
		}
		if got := p.read(t, m.ID).Invitees[1].Delivery; got != schedule.LetterRefused {
			t.Errorf("what was noted first does not stay: %q", got)
		}
	}
	for _, id := range []string{NewID(), "nonsense", ""} {
		_, _, err := p.Letter(t.Context(), id)
		mustBe(t, err, fault.NotFound)
	}
}

func lettersStand(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	first := p.written(t)[0]
	retitled := func(title string) {
		t.Helper()
		if _, err := p.service.Update(t.Context(), p.camille, m.ID, 0, "", func(d *schedule.Definition) error { d.Title = title; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if _, stands, err := p.Letter(t.Context(), first.ID); err != nil || stands != (schedule.Standing{}) {
		t.Errorf("the only one: %+v, %v", stands, err)
	}
	if err := p.SettleLetter(t.Context(), first.ID, schedule.LetterSent, p.now); err != nil {
		t.Fatal(err)
	}
	retitled("Autre")
	second := p.written(t)[2]
	if second.Version != 2 || second.Sequence != 1 {
		t.Errorf("got %+v", second)
	}
	_, before, _ := p.Letter(t.Context(), first.ID)
	_, after, err := p.Letter(t.Context(), second.ID)
	if err != nil || !before.Newer || before.Told || after.Newer || !after.Told {
		t.Errorf("first %+v, second %+v, %v", before, after, err)
	}
	if _, err := p.service.CancelOccurrence(t.Context(), p.camille, m.ID, 0, m.When.Start); err != nil {
		t.Fatal(err)
	}
	if _, after, err := p.Letter(t.Context(), second.ID); err != nil || after.Newer {
		t.Errorf("the letter about one date stands before that about all: %+v, %v", after, err)
	}
	date := p.written(t)[4]
	if date.Occurrence != m.When.Start || date.Start.IsZero() || date.End.Sub(date.Start) != m.When.Duration.Std() {
		t.Errorf("got %+v", date)
	}
}

func lettersRefused(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	no := errors.New("no")
	_, err := p.letters.UpdateMeeting(t.Context(), m.ID, func(m schedule.Meeting) (schedule.Plan, error) {
		return schedule.Plan{Meeting: m, Letters: []schedule.Letter{{ID: NewID(), MeetingID: m.ID}}}, no
	})
	if !errors.Is(err, no) || len(p.written(t)) != 2 {
		t.Errorf("got %v, and %d letters", err, len(p.written(t)))
	}
}

func lettersLink(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	guest := p.read(t, m.ID).Invitees[1]
	if guest.LinkID == "" || len(guest.LinkToken) == 0 || p.read(t, m.ID).Invitees[0].LinkID != "" {
		t.Fatalf("got %+v", p.read(t, m.ID).Invitees)
	}
	var mailing schedule.Mailing
	for _, id := range p.letters.ids {
		if out, due, err := p.service.Mailing(t.Context(), id); err != nil || !due {
			t.Fatalf("due %v, %v", due, err)
		} else if out.Invitee.ID == guest.ID {
			mailing = out
		}
	}
	hash, ok := access.LinkTokenHash(mailing.Token)
	link, found, err := p.Link(t.Context(), m.Place.RoomID, hash)
	if !ok || !found || err != nil || link.ID != guest.LinkID || link.Name != "Zoé" {
		t.Errorf("the token opens nothing: %+v, %v, %v", link, found, err)
	}
	now := p.read(t, m.ID)
	name := "Zoé Blanc"
	if _, err := p.service.ChangeInvitee(t.Context(), p.camille, now.ID, now.Version, guest.ID, schedule.InviteeChange{Name: &name}); err != nil {
		t.Fatal(err)
	}
	if link, _, err := p.Link(t.Context(), m.Place.RoomID, hash); err != nil || link.Name != name {
		t.Errorf("who is called otherwise has a link for %q, %v", link.Name, err)
	}
}

// dueIn is a meeting whose two reminders are a day and a quarter of an hour before its first date, at the first of them.
func (p *planning) dueIn(t *testing.T) schedule.Meeting {
	t.Helper()
	m := p.planned(t, p.camille, p.weekly(t))
	first := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	if got := p.read(t, m.ID).RemindsAt; !got.Equal(first) {
		t.Fatalf("the next reminder is at %s", got)
	}
	p.now = first
	return m
}

func (p *planning) reminders(t *testing.T) (list []schedule.Letter) {
	t.Helper()
	for _, l := range p.written(t) {
		if l.Kind == schedule.LetterReminder {
			list = append(list, l)
		}
	}
	return list
}

func remindersOnce(t *testing.T, p *planning) {
	m := p.dueIn(t)
	for range 3 {
		if err := p.service.Remind(t.Context(), m.ID); err != nil {
			t.Fatal(err)
		}
	}
	list, now := p.reminders(t), p.read(t, m.ID)
	if len(list) != 2 || list[0].Before != 24*time.Hour || list[0].Occurrence != m.When.Start {
		t.Errorf("got %+v", list)
	}
	if want := time.Date(2026, 11, 24, 7, 45, 0, 0, time.UTC); !now.RemindsAt.Equal(want) || now.Version != 1 {
		t.Errorf("the next is at %s, version %d", now.RemindsAt, now.Version)
	}
	again := list[0]
	again.ID, again.MessageID = NewID(), NewID()
	err := p.letters.Remind(t.Context(), m.ID, func(schedule.Meeting) (schedule.Reminding, error) {
		return schedule.Reminding{Letters: []schedule.Letter{again}, Next: now.RemindsAt}, nil
	})
	if err != nil || len(p.reminders(t)) != 2 {
		t.Errorf("the same reminder twice: %d, %v", len(p.reminders(t)), err)
	}
	mustBe(t, p.Remind(t.Context(), NewID(), nil), fault.NotFound)
}

func remindersKept(t *testing.T, p *planning) {
	m := p.dueIn(t)
	p.now = p.now.Add(time.Minute) // the work is late, and somebody changes the description
	if _, err := p.service.Update(t.Context(), p.camille, m.ID, 0, "", func(d *schedule.Definition) error { d.Description = "x"; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := p.service.Remind(t.Context(), m.ID); err != nil || len(p.reminders(t)) != 2 {
		t.Errorf("got %d reminders, %v", len(p.reminders(t)), err)
	}
}

func lettersGo(t *testing.T, p *planning) {
	pruner, ok := p.PlanningStore.(interface {
		Prune(ctx context.Context, now time.Time) error
	})
	if !ok {
		return // nothing is kept for good
	}
	m := p.planned(t, p.camille, p.weekly(t))
	for _, id := range p.letters.ids[:1] {
		if err := p.SettleLetter(t.Context(), id, schedule.LetterSent, p.now); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		after time.Duration
		left  int
	}{{40 * 24 * time.Hour, 2}, {200 * 24 * time.Hour, 1}} { // the one that nobody could send stays
		if err := pruner.Prune(t.Context(), p.now.Add(c.after)); err != nil {
			t.Fatal(err)
		}
		if got := len(p.written(t)); got != c.left {
			t.Errorf("after %s there are %d letters of %s, want %d", c.after, got, m.ID, c.left)
		}
	}
}

func lettersDecline(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	before := len(p.written(t))
	proposal := schedule.MailedAnswer{Came: p.now, Answer: ical.Answer{
		Method: ical.Counter, UID: m.UID, Email: "guest@x.example", PartStat: ical.NeedsAction, Proposed: &ical.Proposal{Start: ical.Moment{Local: m.When.Start + 60*60}},
	}}
	if kept, err := p.service.AnswerByMail(t.Context(), proposal); !kept || err != nil {
		t.Fatalf("propose: %v, %v", kept, err)
	}
	for range 2 {
		if err := p.service.DeclineProposal(t.Context(), p.camille, m.ID, m.Invitees[1].ID, 0); err != nil {
			t.Fatal(err)
		}
	}
	list := p.written(t)
	if len(list) != before+1 || list[before].Kind != schedule.LetterCounterDeclined || list[before].Version != m.Version || list[before].InviteeID != m.Invitees[1].ID {
		t.Errorf("got %+v", list[before:])
	}
	if got := p.read(t, m.ID).Invitees[1]; len(got.Proposals) != 0 || got.Delivery != schedule.LetterQueued {
		t.Errorf("got %+v", got)
	}
}

// mailing begins a letter, and tells whether it is to be sent.
func (p *planning) mailing(t *testing.T, id string) (m schedule.Mailing, due bool) {
	t.Helper()
	m, due, err := p.service.Mailing(t.Context(), id)
	if err != nil {
		t.Error(err)
	}
	return m, due
}

func lettersNobodyHad(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	list := p.written(t)
	if _, due := p.mailing(t, list[0].ID); !due { // Odile's is on its way
		t.Fatal("it is not due")
	}
	away, due := p.mailing(t, list[1].ID) // the guest's does not get there
	if err := p.service.NotSent(t.Context(), away); err != nil || !due {
		t.Fatal(due, err)
	}
	p.now = p.now.Add(time.Minute)
	if err := p.service.Cancel(t.Context(), p.camille, m.ID, 0); err != nil {
		t.Fatal(err)
	}
	for _, l := range p.written(t) {
		want := l.Kind == schedule.LetterCancel && l.Recipient == list[0].Recipient
		if _, due := p.mailing(t, l.ID); due != want {
			t.Errorf("%s to %s is due: %v", l.Kind, l.Recipient, due)
		}
	}
	if _, stands, err := p.Letter(t.Context(), list[0].ID); err != nil || !stands.Begun {
		t.Errorf("it is forgotten that it may have arrived: %+v, %v", stands, err)
	}
}

// lettersRace cancels while the invitations are begun: whoever has one hears of it, and nobody else.
func lettersRace(t *testing.T, p *planning) {
	for range 5 {
		before := len(p.written(t))
		m := p.planned(t, p.camille, p.weekly(t))
		requests := p.letters.ids[before:]
		began := make([]bool, len(requests))
		var all sync.WaitGroup
		for i, id := range requests {
			all.Go(func() { _, began[i] = p.mailing(t, id) })
		}
		all.Go(func() {
			if err := p.service.Cancel(t.Context(), p.camille, m.ID, 0); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		for i, id := range p.letters.ids[before+len(requests):] {
			if _, due := p.mailing(t, id); due != began[i] {
				t.Errorf("the invitation was begun: %v, the cancellation is due: %v", began[i], due)
			}
		}
	}
}

// lettersKnow: what an invitation said is what the next one compares with, be it that a date was cancelled by a letter of its own
// since, and that nobody was told of a version between.
func lettersKnow(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	begin := func(l schedule.Letter) schedule.Mailing {
		t.Helper()
		out, due := p.mailing(t, l.ID)
		if !due || len(out.Meeting.Invitees) != 1 || out.Invitee.ID != l.InviteeID || out.Invitee.Email != l.Address {
			t.Fatalf("due %v, for %+v", due, out.Meeting.Invitees)
		}
		return out
	}
	send := func(list []schedule.Letter) {
		t.Helper()
		for _, l := range list {
			begin(l)
			if err := p.SettleLetter(t.Context(), l.ID, schedule.LetterSent, p.now); err != nil {
				t.Fatal(err)
			}
		}
	}
	update := func(s *schedule.Service, what schedule.Overrides, edit func(d *schedule.Definition)) {
		t.Helper()
		if _, err := s.Update(t.Context(), p.camille, m.ID, 0, what, func(d *schedule.Definition) error { edit(d); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	known := p.read(t, m.ID).Known()
	send(p.written(t))
	update(p.service.Telling(schedule.TellNone), "", func(d *schedule.Definition) { d.Title = "Nobody hears" })
	if _, err := p.service.CancelOccurrence(t.Context(), p.camille, m.ID, 0, m.When.Start); err != nil {
		t.Fatal(err)
	}
	send(p.written(t)[2:])
	update(p.service, schedule.OverridesKeep, func(d *schedule.Definition) { d.When.Duration = recur.Duration(time.Hour) })
	for _, l := range p.written(t)[4:] {
		_, stands, err := p.Letter(t.Context(), l.ID)
		if err != nil || !stands.Told || stands.Known == nil {
			t.Fatalf("%+v, %v", stands, err)
		}
		if diff := cmp.Diff(known.Without([]recur.Local{m.When.Start}), *stands.Known); diff != "" {
			t.Error(diff)
		}
		if c := begin(l).Changes; c == nil || c.Title == nil || c.Series == nil || len(c.Dates) > 0 {
			t.Errorf("changes %+v", c)
		}
	}
}

// lettersTold: who answers by mail is held to what was sent to them, not to what the meeting has become: to nothing before a letter is
// sent, to the version that the letter read when it went, and for a date that was cancelled alone to no more than that date.
func lettersTold(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	check := func(want schedule.Told) {
		t.Helper()
		var got schedule.Told
		err := p.AnswerInvitation(t.Context(), schedule.Invited{UID: m.UID, Email: "guest@x.example"}, p.now, func(m schedule.Meeting) (schedule.Answered, error) {
			got = m.Invitees[0].Told
			return schedule.Answered{Invitee: m.Invitees[0]}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	send := func(list []schedule.Letter) {
		t.Helper()
		for _, l := range list {
			if _, due := p.mailing(t, l.ID); !due {
				t.Fatalf("not due: %+v", l)
			}
			if err := p.SettleLetter(t.Context(), l.ID, schedule.LetterSent, p.now); err != nil {
				t.Fatal(err)
			}
		}
	}
	retitle := func(s *schedule.Service, title string) {
		t.Helper()
		if _, err := s.Update(t.Context(), p.camille, m.ID, 0, "", func(d *schedule.Definition) error { d.Title = title; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	check(schedule.Told{})
	retitle(p.service.Telling(schedule.TellNone), "Before the letter went")
	send(p.written(t))
	check(schedule.Told{0: 1})
	retitle(p.service.Telling(schedule.TellNone), "Nobody hears")
	check(schedule.Told{0: 1})
	if _, err := p.service.CancelOccurrence(t.Context(), p.camille, m.ID, 0, m.When.Start); err != nil {
		t.Fatal(err)
	}
	check(schedule.Told{0: 1})
	send(p.written(t)[2:])
	check(schedule.Told{0: 1, m.When.Start: 3})
	retitle(p.service, "Everybody hears")
	send(p.written(t)[4:])
	check(schedule.Told{0: 4, m.When.Start: 3})
}

// answersTold: answers are gathered in one notice until it is begun, and what comes then begins another; what is settled is no more,
// and keeps what it told.
func answersTold(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	answer := func(id string, date recur.Local) {
		t.Helper()
		err := p.AnswerInvitation(t.Context(), schedule.Invited{MeetingID: m.ID, InviteeID: m.Invitees[1].ID}, p.now, func(now schedule.Meeting) (schedule.Answered, error) {
			return schedule.Answered{
				Invitee: now.Invitees[0], Events: []event.Event{{ID: NewID(), OrgID: m.OrgID, Type: event.InviteeResponded, Subject: "meeting:" + m.ID, Actor: "system:test", At: p.now}},
				Report: &schedule.Report{NoticeID: id, InviteeID: m.Invitees[1].ID, Date: date, Due: p.now.Add(time.Hour)},
			}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	first, never, second := NewID(), NewID(), NewID()
	answer(first, 0)
	answer(never, m.When.Start)
	answer(never, 0)
	begin := func(id string, want ...recur.Local) {
		t.Helper()
		of, err := p.BeginNotice(t.Context(), id, p.now)
		if err != nil {
			t.Fatal(err)
		}
		var dates []recur.Local
		for _, r := range of.Reports {
			dates = append(dates, r.Date)
		}
		if of.Meeting.ID != m.ID || len(of.Meeting.Invitees) != 2 || !slices.Equal(dates, want) || !of.CreatedAt.Equal(p.now) {
			t.Errorf("got %+v", of)
		}
	}
	begin(first, 0, m.When.Start)
	answer(second, m.When.Start)
	begin(first, 0) // tried again, it leaves to the next what that one tells
	begin(second, m.When.Start)
	if err := p.SettleNotice(t.Context(), first, p.now); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{first, never, "nonsense", ""} {
		_, err := p.BeginNotice(t.Context(), id, p.now)
		mustBe(t, err, fault.NotFound)
	}
}

// answersToldTo: an organizer whom a rule has placed elsewhere is found, and one whose account is closed is not.
func answersToldTo(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	id := NewID()
	err := p.AnswerInvitation(t.Context(), schedule.Invited{MeetingID: m.ID, InviteeID: m.Invitees[1].ID}, p.now, func(now schedule.Meeting) (schedule.Answered, error) {
		return schedule.Answered{
			Invitee: now.Invitees[0], Events: []event.Event{{ID: NewID(), OrgID: m.OrgID, Type: event.InviteeResponded, Subject: "meeting:" + m.ID, Actor: "system:test", At: p.now}},
			Report: &schedule.Report{NoticeID: id, InviteeID: m.Invitees[1].ID, Due: p.now},
		}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c := claims("camille")
	c.GivenName, c.FamilyName, c.Email, c.Locale = "Camille", "Martin", "camille@elsewhere.example.org", "en-GB"
	if _, err := p.UpsertPerson(t.Context(), c, directory.DefaultOrgID, p.now); err != nil {
		t.Fatal(err)
	}
	of, err := p.BeginNotice(t.Context(), id, p.now)
	if want := (schedule.Person{Name: "Camille Martin", Email: "camille@elsewhere.example.org", Locale: "en-GB"}); err != nil || of.Reader == nil || *of.Reader != want {
		t.Errorf("who was placed elsewhere: %+v, %v", of.Reader, err)
	}
	if err := p.DeactivatePerson(t.Context(), p.camille.PersonID, p.now); err != nil {
		t.Fatal(err)
	}
	if of, err := p.BeginNotice(t.Context(), id, p.now); err != nil || of.Reader != nil || len(of.Reports) != 1 {
		t.Errorf("whose account is closed: %+v, %v", of.Reader, err)
	}
}

// lettersMailbox: who is struck off by one of two names of their mailbox is still invited by the other, and who heard by one name hears
// the end by the other.
func lettersMailbox(t *testing.T, p *planning) {
	n := p.weekly(t)
	n.Deputies, n.Invitees = nil, []schedule.Invitee{{Email: "Odile@Example.org"}, {Email: "guest@x.example"}}
	m := p.planned(t, p.camille, n)
	invites := func(list ...schedule.Invitee) {
		t.Helper()
		if _, err := p.service.Update(t.Context(), p.camille, m.ID, 0, "", func(d *schedule.Definition) error { d.Invitees = list; return nil }); err != nil {
			t.Fatal(err, fault.Of(err).Fields)
		}
	}
	for _, l := range p.written(t) {
		if _, due := p.mailing(t, l.ID); !due {
			t.Fatalf("%s to %s is not due", l.Kind, l.Recipient)
		}
		if err := p.SettleLetter(t.Context(), l.ID, schedule.LetterSent, p.now); err != nil {
			t.Fatal(err)
		}
	}
	account := schedule.Invitee{PersonID: p.odile.PersonID}
	last := func() schedule.Letter { t.Helper(); list := p.written(t); return list[len(list)-1] }

	invites()
	late := last()
	if late.Address != "Odile@Example.org" {
		late = p.written(t)[len(p.written(t))-2]
	}
	invites(account)
	if _, stands, err := p.Letter(t.Context(), late.ID); err != nil || !stands.Invited || !stands.Heard {
		t.Errorf("a cancellation to whom is invited by account by now: %+v, %v", stands, err)
	}
	invites()
	end := last()
	if _, stands, err := p.Letter(t.Context(), end.ID); err != nil || end.Recipient != account.Key() || stands.Invited || !stands.Heard {
		t.Errorf("the end, to whom heard of it by address: %s %+v, %v", end.Recipient, stands, err)
	}
}
