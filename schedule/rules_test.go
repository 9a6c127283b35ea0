package schedule_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/schedule/scheduletest"
)

// started is a program that starts a minute later, with a tz database of its own.
func (h *house) started(zones recur.Zones) *schedule.Service {
	ports := h.Ports
	ports.Zones, ports.SendsMail = zones, true
	h.now = h.now.Add(time.Minute)
	return schedule.New(ports)
}

func TestAZoneThatIsNotKnownKeepsNoOtherFromItsNewRules(t *testing.T) {
	h := newHouse(t)
	tokyo := once(t)
	tokyo.When.Zone = "Asia/Tokyo"
	h.planned(t, camille, tokyo)
	paris := h.planned(t, camille, once(t))
	unknown := errors.New("unknown zone")
	err := h.started(func(name string) (*time.Location, error) {
		if name == "Asia/Tokyo" {
			return nil, unknown
		}
		return scheduletest.Decreed(name)
	}).Project(t.Context())
	if from := h.store.Plan(paris.ID).From; !errors.Is(err, unknown) || !from.Equal(time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("it begins at %s, %v", from, err)
	}
}

func TestHoweverManyMeetingsMoveWithTheRulesOfTheirZoneAndBackWithThem(t *testing.T) {
	h := newHouse(t)
	var ids []string
	for range 450 {
		n := once(t)
		n.Reminders = []time.Duration{time.Hour}
		ids = append(ids, h.planned(t, camille, n).ID)
	}
	newer := h.started(scheduletest.Decreed)
	for _, c := range []struct {
		program *schedule.Service
		start   time.Time
	}{
		{newer, time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)},
		{h.Service, time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)}, // it started before
		{h.started(time.LoadLocation), time.Date(2026, 11, 17, 8, 0, 0, 0, time.UTC)},
		{newer, time.Date(2026, 11, 17, 8, 0, 0, 0, time.UTC)},
	} {
		if err := c.program.Project(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			p := h.store.Plan(id)
			if !p.From.Equal(c.start) || !p.Meeting.RemindsAt.Equal(c.start.Add(-time.Hour)) || !p.Openings[0].Opens.Equal(c.start.Add(-schedule.DefaultOpensBefore)) {
				t.Fatalf("it begins at %s, opens by %+v and reminds at %s, want %s", p.From, p.Openings, p.Meeting.RemindsAt, c.start)
			}
		}
	}
}

// inHelsinki is a tz database in which France has taken the time of Helsinki: all begins an hour earlier.
func inHelsinki(name string) (*time.Location, error) {
	if name == "Europe/Paris" {
		name = "Europe/Helsinki"
	}
	return time.LoadLocation(name)
}

// remindedOf are the starts and times before them that reminders were written of.
func (h *house) remindedOf() (list []string) {
	for _, l := range h.store.Letters() {
		if l.Kind == schedule.LetterReminder {
			list = append(list, l.Start.UTC().Format("15:04")+" -"+l.Before.String())
		}
	}
	return list
}

func TestAReminderThatNewRulesMoveIntoThePastIsSentUnlessItsDateHasBegun(t *testing.T) {
	begins := time.Date(2026, 11, 17, 8, 0, 0, 0, time.UTC) // by the rules of before
	for name, c := range map[string]struct {
		before time.Duration // begins, when the new rules come
		want   []string
	}{
		"it is not due by any rules":      {before: 3*time.Hour + time.Minute},
		"it is due now by them":           {before: 3 * time.Hour, want: []string{"07:00 -2h0m0s"}},
		"it was due a while ago by them":  {before: 2*time.Hour + 30*time.Minute, want: []string{"07:00 -2h0m0s"}},
		"the one before was sent":         {before: 90 * time.Minute, want: []string{"08:00 -2h0m0s"}},
		"the one before was sent, not it": {before: 70 * time.Minute, want: []string{"08:00 -2h0m0s", "07:00 -20m0s"}},
		"the date has begun by them":      {before: 30 * time.Minute, want: []string{"08:00 -2h0m0s"}},
	} {
		for _, first := range []string{"projected", "reminded"} {
			t.Run(name+", first "+first, func(t *testing.T) {
				h := newHouse(t)
				h.SendsMail = true
				n := once(t)
				n.Invitees = []schedule.Invitee{{Email: "zoe@x.example"}}
				n.Reminders = []time.Duration{2 * time.Hour, 20 * time.Minute}
				m := h.planned(t, camille, n)
				h.now = begins.Add(-2 * time.Hour)
				if c.before < 2*time.Hour { // it was sent when it was due
					if err := h.Remind(t.Context(), m.ID); err != nil {
						t.Fatal(err)
					}
				}
				h.now = begins.Add(-c.before - time.Minute)
				newer := h.started(inHelsinki)
				if first == "reminded" { // by a task of before, which comes too early or in time
					h.now = begins.Add(-c.before)
					if err := newer.Remind(t.Context(), m.ID); err != nil {
						t.Fatal(err)
					}
				}
				for range 2 {
					if err := newer.Project(t.Context()); err != nil {
						t.Fatal(err)
					}
					if err := newer.Remind(t.Context(), m.ID); err != nil {
						t.Fatal(err)
					}
				}
				if got := h.remindedOf(); !slices.Equal(got, c.want) {
					t.Errorf("got %v, want %v", got, c.want)
				}
			})
		}
	}
}

func TestADateThatSomebodyMovesIsNotRemindedOfAtOnce(t *testing.T) {
	h := newHouse(t)
	h.SendsMail = true
	n := once(t)
	n.Invitees = []schedule.Invitee{{Email: "zoe@x.example"}}
	n.Reminders = []time.Duration{2 * time.Hour}
	m := h.planned(t, camille, n)
	h.now = time.Date(2026, 11, 17, 5, 30, 0, 0, time.UTC)
	if _, err := h.Update(t.Context(), camille, m.ID, 0, "", func(d *schedule.Definition) error { d.When.Start -= 60 * 60; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := h.Remind(t.Context(), m.ID); err != nil || len(h.remindedOf()) != 0 {
		t.Errorf("%v, %v", h.remindedOf(), err)
	}
}
