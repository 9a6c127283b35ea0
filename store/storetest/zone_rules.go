package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/schedule/scheduletest"
)

// started is a program that starts now, with a tz database of its own.
func (p *planning) started(zones recur.Zones) *schedule.Service {
	ports := p.service.Ports
	ports.Zones = zones
	p.now = p.now.Add(time.Minute)
	return schedule.New(ports)
}

func project(t *testing.T, programs ...*schedule.Service) {
	t.Helper()
	for _, s := range programs {
		if err := s.Project(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// once is the first date of weekly alone: its instants are all within the horizon.
func (p *planning) once(t *testing.T) schedule.NewMeeting {
	t.Helper()
	n := p.weekly(t)
	n.When.Rules, n.When.RDates, n.When.ExDates, n.Overrides = nil, nil, nil, nil
	return n
}

// nineInParis and nineInLondon are when the meeting of once begins under both databases.
var (
	nineInParis  = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	nineInLondon = nineInParis.Add(time.Hour)
)

// mustBegin checks all that is derived from a meeting of an hour and a half with a reminder a day before it.
func (p *planning) mustBegin(t *testing.T, when string, m schedule.Meeting, start time.Time) {
	t.Helper()
	openings, err := p.Openings(t.Context(), m.Place.RoomID)
	if err != nil || len(openings) != 1 || !openings[0].Opens.Equal(start.Add(-schedule.DefaultOpensBefore)) {
		t.Errorf("%s the room opens by %+v, %v, want it for %s", when, openings, err, start)
	}
	if got := p.read(t, m.ID); got.Version != 1 || !got.RemindsAt.Equal(start.Add(-24*time.Hour)) {
		t.Errorf("%s version %d reminds at %s", when, got.Version, got.RemindsAt)
	}
	end := start.Add(90 * time.Minute)
	for who, q := range map[string]schedule.MeetingQuery{
		"the list":   {OrgID: m.OrgID},
		"the agenda": {OrgID: m.OrgID, PersonID: p.odile.PersonID},
	} {
		if !p.lists(t, q, end.Add(-time.Minute), end) || !p.lists(t, q, start, start.Add(time.Minute)) ||
			p.lists(t, q, end, end.Add(time.Hour)) || p.lists(t, q, start.Add(-time.Hour), start) {
			t.Errorf("%s %s does not hold it from %s to %s", when, who, start, end)
		}
	}
}

func (p *planning) lists(t *testing.T, q schedule.MeetingQuery, from, to time.Time) bool {
	t.Helper()
	q.From, q.To = from, to
	page, err := p.Meetings(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Meetings) > 0
}

func rulesMove(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.once(t))
	p.now = nineInParis.Add(-25 * time.Hour)
	project(t, p.service)
	p.mustBegin(t, "as planned", m, nineInParis)
	newer := p.started(scheduletest.Decreed)
	project(t, newer)
	p.mustBegin(t, "by the new law", m, nineInLondon)
	if ids, err := p.ProjectedOtherwise(t.Context(), p.rules(t, scheduletest.Decreed), p.now, "", 10); err != nil || len(ids) != 0 {
		t.Errorf("to be projected again: %v, %v", ids, err)
	}
	p.now = nineInLondon.Add(-24 * time.Hour)
	if err := newer.Remind(t.Context(), m.ID); err != nil || len(p.reminders(t)) != 2 || !p.reminders(t)[0].Start.Equal(nineInLondon) {
		t.Errorf("reminded by %+v, %v", p.reminders(t), err)
	}
}

// inHelsinki is a tz database in which France has taken the time of Helsinki: all begins an hour earlier.
func inHelsinki(name string) (*time.Location, error) {
	if name == "Europe/Paris" {
		name = "Europe/Helsinki"
	}
	return time.LoadLocation(name)
}

func rulesMoveReminders(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.once(t))
	p.now = nineInParis.Add(-24*time.Hour - 30*time.Minute)
	newer := p.started(inHelsinki)
	project(t, newer)
	if got := p.read(t, m.ID); got.RemindsAt.After(p.now) || got.RemindsOf != (schedule.Reminder{Date: m.When.Start, Before: 24 * time.Hour}) {
		t.Errorf("it reminds at %s of %+v", got.RemindsAt, got.RemindsOf)
	}
	for range 2 {
		if err := newer.Remind(t.Context(), m.ID); err != nil || len(p.reminders(t)) != 2 || !p.reminders(t)[0].Start.Equal(nineInParis.Add(-time.Hour)) {
			t.Errorf("reminded by %+v, %v", p.reminders(t), err)
		}
	}
	if got := p.read(t, m.ID); got.RemindsOf != (schedule.Reminder{Date: m.When.Start, Before: 15 * time.Minute}) {
		t.Errorf("the next is of %+v", got.RemindsOf)
	}
}

func (p *planning) rules(t *testing.T, zones recur.Zones) schedule.ZoneRules {
	t.Helper()
	zone, err := zones("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return schedule.ZoneRules{Zone: "Europe/Paris", Stamp: recur.Stamp(zone)}
}

func rulesInTurn(t *testing.T, p *planning) {
	older := p.started(time.LoadLocation)
	m := p.planned(t, p.camille, p.once(t))
	newer := p.started(scheduletest.Decreed)
	project(t, newer, older, newer, older)
	p.mustBegin(t, "after both", m, nineInLondon)

	p.now = p.now.Add(time.Minute)
	other := p.planned(t, p.camille, schedule.NewMeeting{Definition: schedule.Definition{Title: "Autre", When: m.When}}) // at the older
	project(t, older, newer)
	if openings, err := p.Openings(t.Context(), other.Place.RoomID); err != nil || len(openings) != 1 || !openings[0].Opens.Equal(nineInLondon) {
		t.Errorf("planned meanwhile at the older one: %+v, %v", openings, err)
	}
}

func rulesBack(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.once(t))
	newer := p.started(scheduletest.Decreed)
	project(t, newer)
	back := p.started(time.LoadLocation)
	project(t, back, newer, back)
	p.mustBegin(t, "after the way back", m, nineInParis)
}

func rulesReplaced(t *testing.T, p *planning) {
	m := p.planned(t, p.camille, p.once(t))
	zones := recur.Zones(time.LoadLocation)
	running := p.started(func(name string) (*time.Location, error) { return zones(name) })
	project(t, running, p.started(scheduletest.Decreed), p.started(time.LoadLocation))
	zones = scheduletest.Decreed
	p.now = p.now.Add(time.Minute)
	project(t, running)
	p.mustBegin(t, "with the machine's new database", m, nineInLondon)
}

func rulesInUse(t *testing.T, p *planning) {
	var ids []string
	for range 3 {
		ids = append(ids, p.planned(t, p.camille, p.once(t)).ID)
	}
	n := p.once(t)
	n.When.Zone = "Asia/Tokyo"
	p.planned(t, p.camille, n)
	cancelled := p.planned(t, p.camille, p.once(t))
	p.now = p.now.Add(time.Minute)
	if err := p.service.Cancel(t.Context(), p.camille, cancelled.ID, 1); err != nil {
		t.Fatal(err)
	}
	paris, london := p.rules(t, time.LoadLocation), p.rules(t, scheduletest.Decreed)
	tokyo, _ := time.LoadLocation("Asia/Tokyo")
	used, err := p.RulesInUse(t.Context(), p.now)
	byZone := cmpopts.SortSlices(func(a, b schedule.ZoneRules) bool { return a.Zone < b.Zone })
	if diff := cmp.Diff([]schedule.ZoneRules{paris, {Zone: "Asia/Tokyo", Stamp: recur.Stamp(tokyo)}}, used, byZone); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	slices.Sort(ids)
	p.mustProject(t, london, p.now, "", ids[:2])
	p.mustProject(t, london, p.now, ids[1], ids[2:])
	p.mustProject(t, paris, p.now, "", nil)
	over := nineInParis.Add(90 * time.Minute)
	p.mustProject(t, london, over, "", nil)
	if used, err := p.RulesInUse(t.Context(), over); err != nil || len(used) != 0 {
		t.Errorf("of meetings that are over: %v, %v", used, err)
	}
}

// mustProject checks which two meetings come next.
func (p *planning) mustProject(t *testing.T, by schedule.ZoneRules, endsAfter time.Time, last string, want []string) {
	t.Helper()
	got, err := p.ProjectedOtherwise(t.Context(), by, endsAfter, last, 2)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("by %s after %q: got %v, %v, want %v", by.Stamp, last, got, err, want)
	}
}
