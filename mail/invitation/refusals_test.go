package invitation_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"parvis/mail"
	"parvis/mail/invitation"
	"parvis/mail/mailtest"
	"parvis/schedule"
)

func TestASenderThatIsNoAddressIsRefused(t *testing.T) {
	for _, from := range []string{"", "parvis", "a@b.example, c@d.example"} {
		if _, err := invitation.New(invitation.Options{From: from}); err == nil {
			t.Errorf("%q is taken", from)
		}
	}
}

func TestAnAddressThatIsRefusedForGoodIsShownToTheHost(t *testing.T) {
	h := newHouse(t, mailtest.Options{Refuse: func(to string) error {
		if strings.HasPrefix(to, "zoe") {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "<zoe@x.example>: nobody here"}
		}
		return nil
	}})
	v := h.planned(t, meeting(t))
	if errs := h.work(t); len(errs) > 0 {
		t.Fatal(errs)
	}
	now, err := h.Get(t.Context(), camille, v.ID)
	if err != nil || now.Invitees[0].Delivery != schedule.LetterRefused || now.Invitees[1].Delivery != schedule.LetterSent {
		t.Errorf("%+v, %v", now.Invitees, err)
	}
	if said := h.log.String(); !strings.Contains(said, "550") || strings.Contains(said, "zoe") || strings.Contains(said, "Comité") {
		t.Errorf("the log says %s", said)
	}
	if again := h.delivered(t); len(again) != 0 {
		t.Errorf("tried again: %d", len(again))
	}
}

func TestAnAddressThatIsRefusedForNowIsTriedForThreeDays(t *testing.T) {
	busy := true
	h := newHouse(t, mailtest.Options{Refuse: func(to string) error {
		if busy && strings.HasPrefix(to, "zoe") {
			return &smtp.SMTPError{Code: 450, Message: "zoe@x.example: later"}
		}
		return nil
	}})
	v := h.planned(t, meeting(t))
	errs := h.work(t)
	if len(errs) != 1 || strings.Contains(errs[0].Error(), "zoe") {
		t.Fatalf("got %v", errs)
	}
	if now, _ := h.Get(t.Context(), camille, v.ID); now.Invitees[0].Delivery != schedule.LetterQueued {
		t.Errorf("got %q", now.Invitees[0].Delivery)
	}
	h.now = h.now.Add(invitation.Patience)
	if errs := h.work(t); len(errs) > 0 {
		t.Errorf("after three days: %v", errs)
	}
	if now, _ := h.Get(t.Context(), camille, v.ID); now.Invitees[0].Delivery != schedule.LetterRefused {
		t.Errorf("after three days: %q", now.Invitees[0].Delivery)
	}
	other := h.planned(t, meeting(t, "FREQ=DAILY;COUNT=20"))
	h.work(t)
	busy = false
	if got := h.delivered(t); len(got) != 1 || got[0].To != "zoe@x.example" {
		t.Errorf("once the server takes it: %d of %s", len(got), other.ID)
	}
}

func TestAServerThatIsDownForAnHourLosesNothing(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = nobody.Close()
	up := h.post
	h.post = h.through(t, h.smtp(t, nobody.Addr().(*net.TCPAddr).Port))
	h.planned(t, meeting(t))
	for range 3 {
		if errs := h.work(t); len(errs) != 2 {
			t.Fatalf("got %v", errs)
		}
		h.now = h.now.Add(20 * time.Minute)
	}
	h.post = up
	got := h.delivered(t)
	if len(got) != 2 {
		t.Fatalf("%d of 2 arrive once it is back", len(got))
	}
	for _, l := range h.store.Letters() {
		if !slices.ContainsFunc(got, func(m letter) bool { return m.Get("Message-Id") == "<"+l.MessageID+">" }) {
			t.Errorf("the letter to %s did not come under its own Message-ID", l.Address)
		}
	}
	if again := h.delivered(t); len(again) != 0 {
		t.Errorf("%d came again", len(again))
	}
}

// forgetful notes nothing, as though the process died between the server's answer and the note.
type forgetful struct {
	*schedule.Service
	dead bool
}

func (f *forgetful) Settle(ctx context.Context, id string, state schedule.LetterState) error {
	if f.dead {
		return errors.New("killed")
	}
	return f.Service.Settle(ctx, id, state)
}

func TestAMailThatIsSentTwiceIsOneMail(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	letters := &forgetful{h.Service, true}
	h.post = h.with(t, letters, h.smtp(t, h.server.Port))
	h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=3"))
	if errs := h.work(t); len(errs) != 2 {
		t.Fatalf("got %v", errs)
	}
	h.now = h.now.Add(time.Minute)
	letters.dead = false
	h.delivered(t)
	byID := map[string][]letter{}
	for _, l := range h.server.Letters() {
		m := open(t, l)
		byID[m.Get("Message-Id")] = append(byID[m.Get("Message-Id")], m)
	}
	if len(byID) != 2 {
		t.Fatalf("%d Message-IDs for 2 letters", len(byID))
	}
	for id, same := range byID {
		if len(same) != 2 || same[0].Calendar != same[1].Calendar || same[0].Text != same[1].Text {
			t.Errorf("%s came %d times, or says two things", id, len(same))
		}
	}
}

func TestNothingThatPeopleTypeBreaksOutOfAMail(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	n := meeting(t)
	n.Title = "<img src=https://evil.example/x> & \"Comité\"\r\nBcc: all@x.example\r\nEND:VEVENT \u202etxt.exe"
	n.Description = "a\r\nATTENDEE:mailto:evil@x.example\r\n<script>alert(1)</script>\u2066"
	n.Organizer.OnBehalfOf = "<b>Cabinet</b>\u202e"
	n.Invitees = []schedule.Invitee{{Email: "zoe@x.example", Name: "Zoé\"\r\nX-Evil: 1\u202e<i>"}}
	h.planned(t, n)
	got := h.delivered(t)
	if len(got) != 1 {
		t.Fatalf("%d mails", len(got))
	}
	l := got[0]
	for _, header := range []string{"Bcc", "X-Evil"} {
		if l.Get(header) != "" {
			t.Errorf("it has a header %s", header)
		}
	}
	for _, bad := range []string{"<img", "<script", "<b>", "\u202e", "\u2066"} {
		if strings.Contains(l.HTML, bad) {
			t.Errorf("the HTML has %q", bad)
		}
	}
	if strings.ContainsAny(l.subject(t)+l.Text, "\u202e\u2066\r") {
		t.Errorf("the text or the subject turns around: %q", l.subject(t))
	}
	if len(l.lines("ATTENDEE")) != 1 || len(l.lines("END")) != 4 || strings.ContainsRune(l.Calendar, '\u202e') {
		t.Errorf("the calendar is broken:\n%s", l.Calendar)
	}
	if strings.Contains(l.HTML, "src=\"") || strings.Contains(l.HTML, "url(") {
		t.Error("the HTML loads something")
	}
}

func TestATitleOfTwoHundredCharactersStaysOneLine(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	n := meeting(t)
	n.Title = strings.Repeat("é🙂", 100)
	h.planned(t, n)
	l := h.delivered(t)[0]
	if !strings.Contains(l.subject(t), n.Title) {
		t.Errorf("got %q", l.subject(t))
	}
	for _, raw := range h.server.Letters() {
		for line := range strings.SplitSeq(raw.Data, "\r\n") {
			if len(line) > 998 {
				t.Errorf("a line of %d octets", len(line))
			}
		}
	}
}

// stuck never brings anything on its way.
type stuck struct{ err error }

func (s stuck) Deliver(context.Context, mail.Letter) error { return s.err }

func TestAProcessThatEndsGivesNothingUp(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	h.planned(t, meeting(t, "FREQ=DAILY;COUNT=20"))
	h.now = h.now.Add(invitation.Patience)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := h.through(t, stuck{context.Canceled}).Send(ctx, h.store.Letters()[0].ID); err == nil {
		t.Error("it is dealt with")
	}
	if got := h.store.Letters()[0].State; got != schedule.LetterQueued {
		t.Errorf("got %q", got)
	}
}
