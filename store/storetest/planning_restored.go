package storetest

import (
	"testing"
	"time"

	"parvis/schedule"
)

// dateRestored leaves a date out and takes it back: Odile's cancellation was sent by then, the guest's was not.
func dateRestored(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.weekly(t))
	for _, l := range p.written(t) {
		p.mailing(t, l.ID)
		if err := p.SettleLetter(t.Context(), l.ID, schedule.LetterSent, p.now); err != nil {
			t.Fatal(err)
		}
	}
	openings := func() int {
		t.Helper()
		list, err := p.Openings(t.Context(), m.Place.RoomID)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	before := openings()
	p.now = p.now.Add(time.Minute)
	if _, err := p.service.CancelOccurrence(t.Context(), p.camille, m.ID, 1, m.When.Start); err != nil {
		t.Fatal(err)
	}
	if got := openings(); got != before-1 {
		t.Errorf("the room opens %d times without the date, want %d", got, before-1)
	}
	cancellations := p.written(t)[2:]
	if _, due := p.mailing(t, cancellations[0].ID); !due {
		t.Fatal("the cancellation is not due")
	}
	if err := p.SettleLetter(t.Context(), cancellations[0].ID, schedule.LetterSent, p.now); err != nil {
		t.Fatal(err)
	}
	p.now = p.now.Add(time.Minute)
	v, err := p.service.UpdateOccurrence(t.Context(), p.camille, m.ID, 2, m.When.Start, schedule.OccurrenceChange{Restore: true})
	if err != nil {
		t.Fatal(err)
	}
	mustAgree(t, "with its date again", v.Meeting, p.read(t, m.ID))
	if got := openings(); got != before || v.Sequence != 2 || len(v.When.ExDates) != len(m.When.ExDates) {
		t.Errorf("the room opens %d times, want %d; sequence %d, %v", got, before, v.Sequence, v.When.ExDates)
	}
	if _, due := p.mailing(t, cancellations[1].ID); due {
		t.Error("a cancellation goes out for a date that takes place")
	}
	for _, l := range p.written(t)[4:] {
		said, due := p.mailing(t, l.ID)
		if !due || l.Kind != schedule.LetterRequest || l.Sequence != 2 || !said.Again || said.Event(schedule.Mailbox{Address: "in@x.example"}, "").Sequence != 2 {
			t.Errorf("got %+v, due %v", l, due)
		}
	}
}
