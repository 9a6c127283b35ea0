package invitation_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"parvis/mail"
	"parvis/mail/invitation"
	"parvis/mail/mailtest"
	"parvis/schedule"
)

// during sends as sender does, and has something happen while a mail is on the wire; err is then the answer.
type during struct {
	invitation.Sender
	happens func(mail.Letter)
	err     error
}

func (d *during) Deliver(ctx context.Context, l mail.Letter) error {
	if d.happens != nil {
		d.happens(l)
	}
	if d.err != nil {
		return d.err
	}
	return d.Sender.Deliver(ctx, l)
}

func (h *house) cancelled(t *testing.T, v schedule.View) {
	t.Helper()
	h.now = h.now.Add(time.Minute)
	if err := h.Cancel(t.Context(), camille, v.ID, 0); err != nil {
		t.Fatal(err)
	}
}

// sentTo are the methods of what came to an address.
func (h *house) sentTo(t *testing.T, address string) (methods []string) {
	t.Helper()
	for _, l := range h.server.Letters() {
		if m := open(t, l); m.To == address {
			methods = append(methods, m.Method)
		}
	}
	return methods
}

func TestNobodyHearsThatWhatTheyNeverHeardOfIsCancelled(t *testing.T) {
	for name, change := range map[string]func(*house, schedule.View) error{
		"a meeting": func(h *house, v schedule.View) error { return h.Cancel(t.Context(), camille, v.ID, 0) },
		"an invitation": func(h *house, v schedule.View) error {
			_, err := h.Uninvite(t.Context(), camille, v.ID, 0, v.Invitees[0].ID)
			if err == nil {
				_, err = h.Uninvite(t.Context(), camille, v.ID, 0, v.Invitees[1].ID)
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, mailtest.Options{})
			v := h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=3"))
			h.now = h.now.Add(time.Minute)
			if err := change(h, v); err != nil {
				t.Fatal(err)
			}
			if got := h.delivered(t); len(got) != 0 {
				t.Errorf("%d mails came, the first with the method %s", len(got), got[0].Method)
			}
			for _, l := range h.store.Letters() {
				if l.State != schedule.LetterSuperseded {
					t.Errorf("%s stays %s", l.Kind, l.State)
				}
			}
		})
	}
}

func TestOneDateThatIsCancelledBeforeTheInvitationIsInTheInvitationAlone(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=3"))
	requests := h.store.Tasks()
	h.now = h.now.Add(time.Minute)
	if _, err := h.CancelOccurrence(t.Context(), camille, v.ID, 0, v.When.Start+7*24*60*60); err != nil {
		t.Fatal(err)
	}
	for _, task := range h.store.Tasks()[len(requests):] { // whoever is faster
		if err := h.post.Send(t.Context(), task.Subject); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.delivered(t); len(got) != 2 || got[0].Method != "REQUEST" || len(got[1].lines("EXDATE")) != 1 {
		t.Errorf("got %d mails: %+v", len(got), got)
	}
}

func TestOnlyWhoHadTheInvitationHearsOfTheCancellation(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t))
	if err := h.post.Send(t.Context(), h.store.Letters()[0].ID); err != nil { // Zoé's
		t.Fatal(err)
	}
	h.cancelled(t, v)
	if got := h.delivered(t); len(got) != 1 || got[0].To != "zoe@x.example" || got[0].Method != "CANCEL" {
		t.Errorf("got %+v", got)
	}
}

func TestAMeetingThatIsCancelledWhileItsInvitationIsBeingSentIsCancelledByMail(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t))
	sender := &during{Sender: h.smtp(t, h.server.Port)}
	other := h.post // another replica, which sends the cancellation at once
	sender.happens = func(mail.Letter) {
		sender.happens = nil
		h.cancelled(t, v)
		for _, l := range h.store.Letters() {
			if l.Kind == schedule.LetterCancel {
				if err := other.Send(t.Context(), l.ID); err != nil {
					t.Error(err)
				}
			}
		}
	}
	h.post = h.through(t, sender)
	if errs := h.work(t); len(errs) > 0 {
		t.Fatal(errs)
	}
	if got := h.sentTo(t, "zoe@x.example"); len(got) != 2 {
		t.Errorf("Zoé, whose invitation was on the wire: %v", got)
	}
	if got := h.sentTo(t, "odile@interieur.example"); len(got) != 0 {
		t.Errorf("Odile, whose invitation was not: %v", got)
	}
}

func TestATryOfWhichNobodyKnowsHowItEndedCountsAsSent(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"the connection ended before the server's answer": {errors.New("cut"), 1},
		"the server was away":                             {mail.Unsent{Err: errors.New("away")}, 0},
		"the server refused it":                           {mail.Refused{Code: 550}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, mailtest.Options{})
			n := meeting(t)
			n.Invitees = n.Invitees[:1]
			v := h.planned(t, n)
			up := h.post
			h.post = h.through(t, &during{err: c.err})
			h.work(t)
			h.cancelled(t, v)
			h.post = up
			if got := h.delivered(t); len(got) != c.want || (c.want > 0 && got[0].Method != "CANCEL") {
				t.Errorf("%d mails: %+v", len(got), got)
			}
		})
	}
}

func TestATryBeforeThatMayHaveArrivedIsNotForgottenByOneThatDidNot(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	n := meeting(t)
	n.Invitees = n.Invitees[:1]
	v := h.planned(t, n)
	up := h.post
	for _, err := range []error{errors.New("cut"), mail.Unsent{Err: errors.New("away")}} {
		h.post = h.through(t, &during{err: err})
		h.work(t)
	}
	h.cancelled(t, v)
	h.post = up
	if got := h.delivered(t); len(got) != 1 || got[0].Method != "CANCEL" {
		t.Errorf("got %+v", got)
	}
}
