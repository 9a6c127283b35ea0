package invitation_test

import (
	"strings"
	"testing"
	"time"

	"parvis/mail/mailtest"
)

func TestAReminderThatComesLateSaysWhatIsLeft(t *testing.T) {
	start := time.Date(2026, 11, 17, 8, 0, 0, 0, time.UTC)
	for left, want := range map[time.Duration]struct{ french, english string }{
		24*time.Hour - time.Minute:      {"commence dans un jour.", "begins in a day."},
		24*time.Hour - 40*time.Minute:   {"commence dans 23 heures.", "begins in 23 hours."},
		80*time.Minute + 10*time.Second: {"commence dans 80 minutes.", "begins in 80 minutes."},
		10 * time.Second:                {"commence dans une minute.", "begins in a minute."},
		0:                               {"La réunion organisée par Camille Martin a commencé.", "The meeting of Camille Martin has begun."},
		-25 * time.Minute:               {"La réunion organisée par Camille Martin a commencé.", "The meeting of Camille Martin has begun."},
	} {
		h := newHouse(t, mailtest.Options{})
		h.planned(t, meeting(t))
		h.delivered(t)
		h.now = start.Add(-left)
		got := h.delivered(t)
		if len(got) != 2 {
			t.Fatalf("%s before: %d reminders", left, len(got))
		}
		got[1].contains(t, want.french)
		got[0].contains(t, want.english)
		if begun := strings.Contains(got[1].Text, "Cette réunion a commencé"); begun != (left <= 0) || begun != strings.Contains(got[0].Text, "This meeting has begun") {
			t.Errorf("%s before, it has begun: %v", left, begun)
		}
	}
}
