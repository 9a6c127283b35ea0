package schedule_test

import (
	"testing"

	"parvis/fault"
	"parvis/schedule"
)

func TestSoftwareThatSaysItsSeriesAnewDoesNotDoubleWhatAPersonParted(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.ExternalID, n.Organizer.PersonID = "comex", "camille"
	v, _, err := h.Upsert(t.Context(), agenda, n, 0, false, "")
	if err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	later, err := h.UpdateFollowing(t.Context(), camille, v.ID, v.Version, local(t, "2026-12-01T09:00:00"), "", func(d *schedule.Definition) error {
		d.When.Start += 60 * 60
		return nil
	})
	if err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	said := len(h.store.Events())
	_, _, err = h.Upsert(t.Context(), agenda, n, 0, false, "")
	if fields := fault.Of(err).Fields; !fault.HasCode(err, fault.CodeConflict) || len(fields) != 1 || fields[0].Location != "body.recurrence" {
		t.Fatalf("got %v %+v", err, fault.Of(err).Fields)
	}
	if got := len(h.store.Events()); got != said {
		t.Errorf("%d events more", got-said)
	}
	if err := h.Cancel(t.Context(), camille, later.ID, later.Version); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Upsert(t.Context(), agenda, n, 0, false, ""); err != nil {
		t.Errorf("after the later part was cancelled: %v %+v", err, fault.Of(err).Fields)
	}
}

// parted is a series of software, twice parted: each later half took over what was parted before.
func (h *house) parted(t *testing.T) (n schedule.NewMeeting, first, middle, last schedule.View) {
	t.Helper()
	n = weekly(t)
	n.ExternalID, n.Organizer.PersonID = "comex", "camille"
	first, _, err := h.Upsert(t.Context(), agenda, n, 0, false, "")
	if err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	later := func(d *schedule.Definition) error {
		d.When.Start += 60 * 60
		return nil
	}
	if last, err = h.UpdateFollowing(t.Context(), camille, first.ID, 0, local(t, "2026-12-08T09:00:00"), "", later); err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	if middle, err = h.UpdateFollowing(t.Context(), camille, first.ID, 0, local(t, "2026-12-01T09:00:00"), "", later); err != nil {
		t.Fatalf("%v %+v", err, fault.Of(err).Fields)
	}
	return n, first, middle, last
}

func TestAPartThatIsPartedAnewDoesNotReachIntoWhatWasPartedBefore(t *testing.T) {
	h := newHouse(t)
	n, first, _, _ := h.parted(t)
	_, err := h.UpdateFollowing(t.Context(), camille, first.ID, 0, local(t, "2026-11-24T09:00:00"), "", func(d *schedule.Definition) error {
		d.When.Rules = n.When.Rules
		return nil
	})
	if fields := fault.Of(err).Fields; !fault.HasCode(err, fault.CodeConflict) || len(fields) != 1 || fields[0].Location != "body.recurrence" {
		t.Errorf("got %v %+v", err, fields)
	}
}

func TestWhatACancelledPartPartedFromItselfIsNotDoubled(t *testing.T) {
	h := newHouse(t)
	n, _, middle, last := h.parted(t)
	if err := h.Cancel(t.Context(), camille, middle.ID, 0); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Upsert(t.Context(), agenda, n, 0, false, ""); !fault.HasCode(err, fault.CodeConflict) {
		t.Errorf("got %v", err)
	}
	if err := h.Cancel(t.Context(), camille, last.ID, 0); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Upsert(t.Context(), agenda, n, 0, false, ""); err != nil {
		t.Errorf("when both are cancelled: %v %+v", err, fault.Of(err).Fields)
	}
}
