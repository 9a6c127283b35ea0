package invitation_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"parvis/mail"
	"parvis/mail/mailtest"
	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/schedule/scheduletest"
)

const (
	hour = 60 * 60
	day  = 24 * hour
	week = 7 * day
)

// told is a house in which Zoé and Odile had an invitation, to a series where there are rules.
func told(t *testing.T, rules ...string) (*house, schedule.View) {
	t.Helper()
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, rules...))
	if got := h.delivered(t); len(got) != 2 || strings.Contains(got[1].Text, "Ce qui change") {
		t.Fatalf("%d invitations", len(got))
	}
	return h, v
}

func (h *house) moves(t *testing.T, v schedule.View, date recur.Local, by recur.Local) {
	t.Helper()
	start := date + by
	h.oneDate(t, v, date, schedule.OccurrenceChange{Start: &start})
}

func (h *house) oneDate(t *testing.T, v schedule.View, date recur.Local, change schedule.OccurrenceChange) {
	t.Helper()
	if _, err := h.UpdateOccurrence(t.Context(), camille, v.ID, 0, date, change); err != nil {
		t.Fatal(err)
	}
}

func (h *house) edits(t *testing.T, v schedule.View, what schedule.Overrides, edit func(*schedule.Definition)) {
	t.Helper()
	_, err := h.Update(t.Context(), camille, v.ID, 0, what, func(d *schedule.Definition) error { edit(d); return nil })
	if err != nil {
		t.Fatal(err)
	}
}

// says holds that Odile and Zoé are told this, and that nothing else has changed.
func (h *house) says(t *testing.T, subject string, french, english []string) {
	t.Helper()
	got := h.delivered(t)
	if len(got) != 2 {
		t.Fatalf("%d mails", len(got))
	}
	odile, zoe := got[0], got[1]
	if s := zoe.subject(t); s != strings.ReplaceAll(subject, "~", "\u00a0") {
		t.Errorf("subject %q, want %q", s, subject)
	}
	for text, want := range map[string][]string{section(zoe.Text, "Ce qui change\n"): french, section(odile.Text, "What has changed\n"): english} {
		if want := strings.ReplaceAll(strings.Join(want, "\n"), "~", "\u00a0"); text != want {
			t.Errorf("got\n%s\nwant\n%s", text, want)
		}
	}
	for _, line := range french {
		words := strings.ReplaceAll(strings.TrimSpace(line), "~", "\u00a0")
		was, before := strings.CutPrefix(words, "Avant\u00a0: ")
		is, now := strings.CutPrefix(words, "Désormais\u00a0: ")
		switch {
		case before:
			words = "<s><bdi>" + was
		case now:
			words = "<strong><bdi>" + is
		}
		if !strings.Contains(strings.ReplaceAll(zoe.HTML, "&#43;", "+"), words) {
			t.Errorf("the HTML lacks %q:\n%s", words, zoe.HTML)
		}
	}
}

// section is what stands under a heading, up to an empty line.
func section(text, heading string) string {
	_, after, _ := strings.Cut(text, heading)
	said, _, _ := strings.Cut(after, "\n\n")
	return said
}

func TestAMailOfADateThatIsMovedSaysFromWhenToWhen(t *testing.T) {
	h, v := told(t, "FREQ=WEEKLY;COUNT=5")
	h.moves(t, v, v.When.Start+2*week, 2*day+5*hour)
	h.says(t, "Réunion modifiée : Comité de pilotage (jeudi 3 décembre 2026, 14~h)", []string{
		"    La date du mardi 1er décembre 2026 à 9~h est désormais le jeudi 3 décembre 2026 à 14~h.",
		"        Avant~: mardi 1er décembre 2026, de 9~h à 10~h~30, heure de Paris (UTC+1)",
		"        Désormais~: jeudi 3 décembre 2026, de 14~h à 15~h~30, heure de Paris (UTC+1)",
	}, []string{
		"    The date of Tuesday 1 December 2026 at 09:00 is now Thursday 3 December 2026 at 14:00.",
		"        Before: Tuesday 1 December 2026, 09:00 to 10:30, Paris time (UTC+1)",
		"        Now: Thursday 3 December 2026, 14:00 to 15:30, Paris time (UTC+1)",
	})
}

func TestTwoMovesBeforeTheMailWentAreOneFromWhatTheReaderKnows(t *testing.T) {
	h, v := told(t, "FREQ=WEEKLY;COUNT=5")
	h.moves(t, v, v.When.Start+week, day)
	h.moves(t, v, v.When.Start+week, 2*day)
	h.says(t, "Réunion modifiée : Comité de pilotage (jeudi 26 novembre 2026, 9~h)", []string{
		"    La date du mardi 24 novembre 2026 à 9~h est désormais le jeudi 26 novembre 2026 à 9~h.",
		"        Avant~: mardi 24 novembre 2026, de 9~h à 10~h~30, heure de Paris (UTC+1)",
		"        Désormais~: jeudi 26 novembre 2026, de 9~h à 10~h~30, heure de Paris (UTC+1)",
	}, []string{
		"    The date of Tuesday 24 November 2026 at 09:00 is now Thursday 26 November 2026 at 09:00.",
		"        Before: Tuesday 24 November 2026, 09:00 to 10:30, Paris time (UTC+1)",
		"        Now: Thursday 26 November 2026, 09:00 to 10:30, Paris time (UTC+1)",
	})
	h.moves(t, v, v.When.Start+week, 0)
	if zoe := h.delivered(t)[1]; !strings.Contains(zoe.Text, "La date du jeudi 26 novembre 2026 à 9\u00a0h est désormais le mardi 24 novembre") {
		t.Errorf("the next one begins where the last one ended:\n%s", zoe.Text)
	}
	h.moves(t, v, v.When.Start+week, day)
	h.moves(t, v, v.When.Start+week, 0)
	if zoe := h.delivered(t)[1]; section(zoe.Text, "Ce qui change\n") != "    Le titre, les dates et la salle restent ceux que vous connaissez." {
		t.Errorf("there and back again:\n%s", zoe.Text)
	}
}

func TestAMailOfASeriesThatIsMovedSaysItBeforeAndNow(t *testing.T) {
	h, v := told(t, "FREQ=WEEKLY;BYDAY=TU;COUNT=5")
	h.moves(t, v, v.When.Start+week, day) // moves along, and is no other change
	h.delivered(t)
	h.edits(t, v, schedule.OverridesShift, func(d *schedule.Definition) {
		d.When.Start, d.When.Duration = d.When.Start+2*hour, recur.Duration(time.Hour)
	})
	h.says(t, "Réunion modifiée : Comité de pilotage (prochaine date~: mardi 17 novembre 2026, 11~h)", []string{
		"    Les dates de la série ont changé.",
		"        Avant~: chaque semaine, le mardi, 5 fois, de 9~h à 10~h~30, à partir du 17 novembre 2026, heure de Paris (UTC+1)",
		"        Désormais~: chaque semaine, le mardi, 5 fois, de 11~h à 12~h, à partir du 17 novembre 2026, heure de Paris (UTC+1)",
	}, []string{
		"    The dates of the series have changed.",
		"        Before: every week, on Tuesday, 5 times, 09:00 to 10:30, from 17 November 2026, Paris time (UTC+1)",
		"        Now: every week, on Tuesday, 5 times, 11:00 to 12:00, from 17 November 2026, Paris time (UTC+1)",
	})
}

func TestAMailOfAMeetingThatTakesPlaceOnceSaysItsNewTime(t *testing.T) {
	h, v := told(t)
	h.edits(t, v, "", func(d *schedule.Definition) { d.When.Start += day })
	h.says(t, "Réunion modifiée : Comité de pilotage (mercredi 18 novembre 2026, 9~h)", []string{
		"    La réunion du mardi 17 novembre 2026 à 9~h est désormais le mercredi 18 novembre 2026 à 9~h.",
		"        Avant~: mardi 17 novembre 2026, de 9~h à 10~h~30, heure de Paris (UTC+1)",
		"        Désormais~: mercredi 18 novembre 2026, de 9~h à 10~h~30, heure de Paris (UTC+1)",
	}, []string{
		"    The meeting of Tuesday 17 November 2026 at 09:00 is now Wednesday 18 November 2026 at 09:00.",
		"        Before: Tuesday 17 November 2026, 09:00 to 10:30, Paris time (UTC+1)",
		"        Now: Wednesday 18 November 2026, 09:00 to 10:30, Paris time (UTC+1)",
	})
	h.edits(t, v, "", func(d *schedule.Definition) { d.When.Duration = recur.Duration(time.Hour) })
	h.says(t, "Réunion modifiée : Comité de pilotage (mercredi 18 novembre 2026, 9~h)", []string{
		"    La réunion du mercredi 18 novembre 2026 à 9~h finit à une autre heure.",
		"        Avant~: mercredi 18 novembre 2026, de 9~h à 10~h~30, heure de Paris (UTC+1)",
		"        Désormais~: mercredi 18 novembre 2026, de 9~h à 10~h, heure de Paris (UTC+1)",
	}, []string{
		"    The meeting of Wednesday 18 November 2026 at 09:00 ends at another time.",
		"        Before: Wednesday 18 November 2026, 09:00 to 10:30, Paris time (UTC+1)",
		"        Now: Wednesday 18 November 2026, 09:00 to 10:00, Paris time (UTC+1)",
	})
}

func TestAMailOfAnotherTitleOrRoomSaysBoth(t *testing.T) {
	h, v := told(t, "FREQ=WEEKLY;COUNT=5")
	h.store.Own = map[string]scheduletest.Bookable{"bud-gett-xyz": {ID: "budget", Owner: "camille"}}
	h.edits(t, v, "", func(d *schedule.Definition) {
		d.Title, d.Place = "Conseil <b>", schedule.Place{Mode: schedule.Existing, Slug: "bud-gett-xyz"}
	})
	got := h.delivered(t)
	zoe := got[1]
	if s := zoe.subject(t); s != "Réunion modifiée : Conseil <b> (prochaine date\u00a0: mardi 17 novembre 2026, 9\u00a0h)" {
		t.Errorf("subject %q", s)
	}
	zoe.contains(t, "Le titre a changé.\n        Avant\u00a0: Comité de pilotage\n        Désormais\u00a0: Conseil <b>\n",
		"dans une autre salle : utilisez le lien de ce message.\n        Avant\u00a0: "+v.Place.Slug+"\n        Désormais\u00a0: bud-gett-xyz\n")
	if strings.Contains(zoe.HTML, "Conseil <b>") {
		t.Error("the title is markup")
	}
}

func TestADateThatIsCancelledIsNamedAmongOtherChanges(t *testing.T) {
	h, v := told(t, "FREQ=WEEKLY;COUNT=5")
	if _, err := h.CancelOccurrence(t.Context(), camille, v.ID, 0, v.When.Start+week); err != nil {
		t.Fatal(err)
	}
	title := "Budget"
	h.oneDate(t, v, v.When.Start+2*week, schedule.OccurrenceChange{Title: &title}) // before that mail went
	h.says(t, "Réunion modifiée : Comité de pilotage (prochaine date~: mardi 17 novembre 2026, 9~h)", []string{
		"    La date du mardi 24 novembre 2026 à 9~h est annulée.",
		"        Avant~: mardi 24 novembre 2026, de 9~h à 10~h~30, heure de Paris (UTC+1)",
		"    La date du mardi 1er décembre 2026 à 9~h a un autre titre.",
		"        Avant~: Comité de pilotage",
		"        Désormais~: Budget",
	}, []string{
		"    The date of Tuesday 24 November 2026 at 09:00 is cancelled.",
		"        Before: Tuesday 24 November 2026, 09:00 to 10:30, Paris time (UTC+1)",
		"    The date of Tuesday 1 December 2026 at 09:00 has another title.",
		"        Before: Comité de pilotage",
		"        Now: Budget",
	})
}

func TestWhoWasToldThatADateIsCancelledIsNotToldAgain(t *testing.T) {
	h, v := told(t, "FREQ=WEEKLY;COUNT=5")
	if _, err := h.CancelOccurrence(t.Context(), camille, v.ID, 0, v.When.Start+week); err != nil {
		t.Fatal(err)
	}
	if got := h.delivered(t); len(got) != 2 || got[1].Method != "CANCEL" || !strings.Contains(got[1].subject(t), "mardi 24 novembre 2026") {
		t.Fatalf("%d mails", len(got))
	}
	h.edits(t, v, "", func(d *schedule.Definition) { d.Title = "Conseil" })
	zoe := h.delivered(t)[1]
	if said := section(zoe.Text, "Ce qui change\n"); !strings.HasPrefix(said, "    Le titre a changé.") || strings.Contains(said, "annulée") {
		t.Errorf("got %s", said)
	}
}

func TestAMailComparesWithTheLastThatArrived(t *testing.T) {
	h, v := told(t)
	up := h.post
	h.post = h.through(t, &during{err: mail.Unsent{Err: errors.New("away")}})
	h.edits(t, v, "", func(d *schedule.Definition) { d.When.Start += day })
	h.work(t) // the server is away
	h.edits(t, v, "", func(d *schedule.Definition) { d.When.Start += day })
	h.post = up
	zoe := h.delivered(t)[1]
	zoe.contains(t, "La réunion du mardi 17 novembre 2026 à 9\u00a0h est désormais le jeudi 19 novembre 2026 à 9\u00a0h.")
}

func TestWhoIsInvitedAgainIsInvited(t *testing.T) {
	h, v := told(t)
	h.edits(t, v, "", func(d *schedule.Definition) { d.Invitees = d.Invitees[1:] })
	h.delivered(t)
	h.edits(t, v, "", func(d *schedule.Definition) {
		d.Invitees = append(d.Invitees, schedule.Invitee{Email: "zoe@x.example", Name: "Zoé Durand"})
	})
	if got := h.delivered(t); len(got) != 1 || !strings.HasPrefix(got[0].subject(t), "Invitation : ") || strings.Contains(got[0].Text, "Ce qui change") {
		t.Errorf("%d mails", len(got))
	}
}

func TestADateThatIsRestoredIsNotANewOne(t *testing.T) {
	h, v := told(t, "FREQ=WEEKLY;COUNT=5")
	second := v.When.Start + week
	cancel := func() {
		t.Helper()
		if _, err := h.CancelOccurrence(t.Context(), camille, v.ID, 0, second); err != nil {
			t.Fatal(err)
		}
		if got := h.delivered(t); len(got) != 2 || got[1].Method != "CANCEL" {
			t.Fatalf("%d mails", len(got))
		}
	}
	cancel()
	h.oneDate(t, v, second, schedule.OccurrenceChange{Restore: true})
	h.says(t, "Date rétablie : Comité de pilotage (mardi 24 novembre 2026, 9~h)", []string{
		"    La date du mardi 24 novembre 2026 à 9~h est rétablie.",
		"        Désormais~: mardi 24 novembre 2026, de 9~h à 10~h~30, heure de Paris (UTC+1)",
	}, []string{
		"    The date of Tuesday 24 November 2026 at 09:00 is restored.",
		"        Now: Tuesday 24 November 2026, 09:00 to 10:30, Paris time (UTC+1)",
	})
	cancel()
	later := second + 2*day
	h.oneDate(t, v, second, schedule.OccurrenceChange{Restore: true, Start: &later})
	got := h.delivered(t)
	if len(got) != 2 || got[0].subject(t) != "Date restored: Comité de pilotage (Thursday 26 November 2026, 09:00)" {
		t.Fatalf("%d mails, %q", len(got), got[0].subject(t))
	}
	got[0].contains(t, "This date is restored", "takes place after all on a date that was cancelled", "The date of Tuesday 24 November 2026 at 09:00 is restored.", "Now: Thursday 26 November 2026, 09:00")
	got[1].contains(t, "Cette date est rétablie", "aura bien lieu à une date qui était annulée")
	cancel()
	h.edits(t, v, "", func(d *schedule.Definition) { d.Title, d.When.ExDates = "Conseil", nil })
	zoe := h.delivered(t)[1]
	if s := zoe.subject(t); !strings.HasPrefix(s, "Réunion modifiée : Conseil") {
		t.Errorf("subject %q", s)
	}
	// As she knew it when it was cancelled, and as it is.
	zoe.contains(t, "Le titre a changé.", "La date du jeudi 26 novembre 2026 à 9\u00a0h est rétablie.", "Désormais\u00a0: mardi 24 novembre 2026")
}

func TestADateThatWasNeverPlannedIsAdded(t *testing.T) {
	h, v := told(t, "FREQ=WEEKLY;COUNT=5")
	extra := v.When.Start + day
	h.edits(t, v, "", func(d *schedule.Definition) { d.When.ExDates = []recur.Local{extra} }) // as calendars do
	h.delivered(t)
	h.edits(t, v, schedule.OverridesDrop, func(d *schedule.Definition) { d.When.RDates = []recur.Local{extra} })
	zoe := h.delivered(t)[1]
	if said := zoe.subject(t); strings.HasPrefix(said, "Date rétablie") || !strings.Contains(zoe.Text, "Une date s’ajoute : le mercredi 18 novembre 2026 à 9\u00a0h.") {
		t.Errorf("%s: %s", said, zoe.Text)
	}
}
