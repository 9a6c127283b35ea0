package schedule_test

import (
	"errors"
	"testing"
	"time"

	"parvis/schedule"
	"parvis/schedule/recur"
)

// decreed is a tz database in which France has taken the time of London.
func decreed(name string) (*time.Location, error) {
	if name == "Europe/Paris" {
		name = "Europe/London"
	}
	return time.LoadLocation(name)
}

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
		return decreed(name)
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
	newer := h.started(decreed)
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
