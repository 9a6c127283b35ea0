package invitation_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/auth"
	"parvis/mail"
	"parvis/mail/mailtest"
	"parvis/schedule"
	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

// answer is given on the page of a personal link, or by an account.
func (h *house) answer(t *testing.T, v schedule.View, address string, rsvp schedule.RSVP, date recur.Local, comment string) {
	t.Helper()
	a := ical.Answer{Method: ical.Reply, UID: v.UID, Sequence: 9, Email: address, Comment: comment, PartStat: map[schedule.RSVP]ical.PartStat{
		schedule.Accepted: ical.Accepted, schedule.Declined: ical.Declined, schedule.Tentative: ical.Perhaps,
	}[rsvp]}
	if date != 0 {
		a.Date = &ical.Moment{Local: date}
	}
	h.now = h.now.Add(time.Second)
	if _, err := h.AnswerByMail(t.Context(), schedule.MailedAnswer{Came: h.now, Answer: a}); err != nil {
		t.Fatal(err)
	}
}

// heard is what Camille gets once answers have been gathered.
func (h *house) heard(t *testing.T) []letter {
	t.Helper()
	h.now = h.now.Add(schedule.AnswersGathered)
	list := h.delivered(t)
	for _, l := range list {
		if l.To != "camille@interieur.example" || l.Method != "" {
			t.Fatalf("a mail to %s", l.To)
		}
	}
	return list
}

func TestTheOrganizerHearsOfANoAndOfWhoComesAfterAll(t *testing.T) {
	h, v := told(t, "FREQ=WEEKLY;COUNT=3")
	h.answer(t, v, "zoe@x.example", schedule.Accepted, 0, "")
	if got := h.heard(t); len(got) != 0 {
		t.Fatal("a yes is on the page")
	}
	h.answer(t, v, "zoe@x.example", schedule.Declined, 0, "Je suis\nen congé <b>")
	if early := h.delivered(t); len(early) != 0 {
		t.Fatal("answers are gathered before they are told")
	}
	got := h.heard(t)
	if len(got) != 1 {
		t.Fatalf("%d mails", len(got))
	}
	if s := got[0].subject(t); s != "Zoé Durand refuse : Comité de pilotage" {
		t.Errorf("subject %q", s)
	}
	got[0].contains(t, "Zoé Durand\n    refuse\n    «\u00a0Je suis en congé <b>\u00a0»", "oui : 0, peut-être : 0, non : 1, sans réponse : 1", "https://meet.example.org/meetings/"+v.ID, "mardi 17 novembre 2026")
	if strings.Contains(got[0].HTML, "<b>") || got[0].Get("Content-Language") != "fr" {
		t.Errorf("got %s", got[0].HTML)
	}
	if again := h.heard(t); len(again) != 0 {
		t.Error("it is told twice")
	}
	h.answer(t, v, "zoe@x.example", schedule.Accepted, 0, "")
	if got := h.heard(t); len(got) != 1 || got[0].subject(t) != "Zoé Durand accepte : Comité de pilotage" {
		t.Errorf("%d mails", len(got))
	}
}

func TestTheOrganizerHearsOfOneDateAndOfAnotherTime(t *testing.T) {
	h, v := told(t, "FREQ=WEEKLY;COUNT=3")
	second := v.When.Start + week
	h.answer(t, v, "odile@interieur.example", schedule.Declined, second, "")
	_, err := h.AnswerByMail(t.Context(), schedule.MailedAnswer{Came: h.now, Answer: ical.Answer{
		Method: ical.Counter, UID: v.UID, Email: "zoe@x.example", PartStat: ical.NeedsAction, Comment: "Plutôt l’après-midi",
		Date: &ical.Moment{Local: second}, Proposed: &ical.Proposal{Start: ical.Moment{Local: second + 5*hour}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	got := h.heard(t)
	if len(got) != 1 || got[0].subject(t) != "2 réponses : Comité de pilotage" {
		t.Fatalf("%d mails", len(got))
	}
	got[0].contains(t, "Odile Grant\n    refuse la date du mardi 24 novembre 2026 à 9\u00a0h",
		"propose le mardi 24 novembre 2026 à 14\u00a0h\n    «\u00a0Plutôt l’après-midi\u00a0»", "sans réponse : 2")
}

func TestThreeHundredAnswersAreOneMail(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	n := meeting(t)
	n.Invitees = nil
	for i := range 300 {
		n.Invitees = append(n.Invitees, schedule.Invitee{Email: fmt.Sprintf("guest%d@x.example", i)})
	}
	v, err := h.Telling(schedule.TellNone).Create(t.Context(), camille, n)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		h.now = h.now.Add(-time.Second) // as fast as that
		h.answer(t, v, fmt.Sprintf("guest%d@x.example", i), schedule.Declined, 0, "")
	}
	got := h.heard(t)
	if len(got) != 1 || got[0].subject(t) != "300 réponses : Comité de pilotage" {
		t.Fatalf("%d mails", len(got))
	}
	got[0].contains(t, "non : 300", "Et 260 autres réponses.")
}

func TestNobodyHearsOfAnswersWhoDoesNotWantTo(t *testing.T) {
	h, v := told(t)
	h.edits(t, v, "", func(d *schedule.Definition) { d.Quiet = true })
	h.answer(t, v, "zoe@x.example", schedule.Declined, 0, "")
	if got := h.heard(t); len(got) != 0 {
		t.Errorf("%d mails", len(got))
	}
	h.edits(t, v, "", func(d *schedule.Definition) { d.Quiet = false })
	h.answer(t, v, "zoe@x.example", schedule.Accepted, 0, "")
	if err := h.Telling(schedule.TellNone).Cancel(t.Context(), camille, v.ID, 0); err != nil {
		t.Fatal(err)
	}
	if got := h.heard(t); len(got) != 0 {
		t.Error("of a meeting that is cancelled")
	}
}

func TestSoftwareThatOrganizesHearsOfNoAnswer(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	agenda := auth.Identity{Kind: auth.Service, ID: "agenda", OrgID: org, Name: "Agenda", Scopes: auth.Scopes()}
	v, err := h.Telling(schedule.TellNone).Create(t.Context(), agenda, meeting(t))
	if err != nil {
		t.Fatal(err)
	}
	h.answer(t, v, "zoe@x.example", schedule.Declined, 0, "")
	h.now = h.now.Add(schedule.AnswersGathered)
	if got := h.delivered(t); len(got) != 0 {
		t.Errorf("%d mails", len(got))
	}
}

func TestANoticeThatCannotBeSentIsTriedAgainAndKeepsItsName(t *testing.T) {
	h, v := told(t)
	h.answer(t, v, "zoe@x.example", schedule.Declined, 0, "")
	h.now = h.now.Add(schedule.AnswersGathered)
	up := h.post
	lost := &during{err: mail.Unsent{Err: errors.New("away")}}
	h.post = h.through(t, lost)
	if errs := h.work(t); len(errs) != 1 {
		t.Fatalf("got %v", errs)
	}
	h.answer(t, v, "odile@interieur.example", schedule.Declined, 0, "") // comes in the next
	h.post = up
	first := h.delivered(t)
	second := h.heard(t)
	if len(first) != 1 || len(second) != 1 || !strings.HasPrefix(first[0].subject(t), "Zoé") || !strings.HasPrefix(second[0].subject(t), "Odile") || first[0].Get("Message-Id") == second[0].Get("Message-Id") {
		t.Errorf("%d and %d mails", len(first), len(second))
	}
}

func TestAnAnswerIsToldOnceThoughTheMailServerWasAway(t *testing.T) {
	h, v := told(t)
	h.answer(t, v, "zoe@x.example", schedule.Declined, 0, "")
	h.answer(t, v, "odile@interieur.example", schedule.Declined, 0, "")
	h.now = h.now.Add(schedule.AnswersGathered)
	up := h.post
	h.post = h.through(t, &during{err: mail.Unsent{Err: errors.New("away")}})
	if errs := h.work(t); len(errs) != 1 {
		t.Fatalf("got %v", errs)
	}
	h.answer(t, v, "zoe@x.example", schedule.Accepted, 0, "")
	h.post = up
	var subjects []string
	for _, l := range append(h.delivered(t), h.heard(t)...) {
		subjects = append(subjects, l.subject(t))
	}
	if want := []string{"Odile Grant refuse : Comité de pilotage", "Zoé Durand accepte : Comité de pilotage"}; !slices.Equal(subjects, want) {
		t.Errorf("got %q, want %q", subjects, want)
	}
}

func TestNobodyHearsOfAnswersWhoseAccountIsClosed(t *testing.T) {
	h, v := told(t)
	organizer := h.store.Accounts["camille"]
	organizer.OrgID, organizer.Locale = "0198a5c2-3c0f-7b02-8f3d-000000000002", "en-GB" // placed elsewhere since
	h.store.Accounts["camille"] = organizer
	h.answer(t, v, "zoe@x.example", schedule.Declined, 0, "")
	if got := h.heard(t); len(got) != 1 || got[0].subject(t) != "Zoé Durand declines: Comité de pilotage" {
		t.Errorf("%d mails to who was placed elsewhere", len(got))
	}
	organizer.Closed = true
	h.store.Accounts["camille"] = organizer
	h.answer(t, v, "zoe@x.example", schedule.Accepted, 0, "")
	if got := h.heard(t); len(got) != 0 {
		t.Errorf("a mail to %s", got[0].To)
	}
}
