package schedule_test

import (
	"log/slog"
	"testing"
	"time"

	"parvis/auth"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/schedule/scheduletest"
	"parvis/seal"
)

const (
	interior = "0198a5c2-3c0f-7b02-8f3d-000000000001"
	justice  = "0198a5c2-3c0f-7b02-8f3d-000000000002"
)

var (
	camille = person("camille", interior)
	mounir  = person("mounir", interior)
	odile   = person("odile", interior)
	louise  = person("louise", justice)
	agenda  = software("agenda", interior, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite)
	court   = software("court", interior, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite)
	chief   = software("chief", interior, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite, auth.ScopeMeetingsWriteAny)
	foreign = software("foreign", justice, auth.ScopeMeetingsRead, auth.ScopeMeetingsWrite, auth.ScopeMeetingsWriteAny)
)

func person(name, org string) auth.Identity {
	return auth.Identity{Kind: auth.Person, ID: name, PersonID: name, OrgID: org, Name: name}
}

func software(name, org string, scopes ...auth.Scope) auth.Identity {
	return auth.Identity{Kind: auth.Service, ID: name, OrgID: org, Name: name, Scopes: scopes}
}

// house is planning with everything behind it in memory.
type house struct {
	*schedule.Service
	store    *scheduletest.Memory
	now      time.Time
	policies *decidedPolicies
}

// newHouse stands at nine o'clock in Paris on Tuesday 10 November 2026.
func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{
		policies: &decidedPolicies{},
		now:      time.Date(2026, 11, 10, 8, 0, 0, 0, time.UTC),
		store: &scheduletest.Memory{Accounts: map[string]scheduletest.Account{}, Own: map[string]scheduletest.Bookable{
			"bud-gett-xyz": {ID: "budget", Owner: "camille"},
		}},
	}
	for _, who := range []auth.Identity{camille, mounir, odile, louise} {
		h.store.Accounts[who.PersonID] = scheduletest.Account{Person: schedule.Person{Name: who.Name, Email: who.Name + "@example.org"}, OrgID: who.OrgID}
	}
	h.Service = schedule.New(schedule.Ports{
		Store: h.store, Operations: h.store, Rooms: h.store, Policies: h.policies, Zones: time.LoadLocation, Box: seal.New([32]byte{1}), Host: "meet.example.org",
		Now: func() time.Time { return h.now }, Logger: slog.New(slog.DiscardHandler),
	})
	return h
}

// weekly is every Tuesday at nine, ten times, from the next one on.
func weekly(t *testing.T) schedule.NewMeeting {
	t.Helper()
	return schedule.NewMeeting{Definition: schedule.Definition{
		Title: "Comité", When: series(t, "2026-11-17T09:00:00", "PT1H", "FREQ=WEEKLY;COUNT=10"),
		Access: schedule.Access{OpensBefore: schedule.DefaultOpensBefore, ClosesAfter: schedule.DefaultClosesAfter},
	}}
}

func once(t *testing.T) schedule.NewMeeting {
	t.Helper()
	n := weekly(t)
	n.When.Rules = nil
	return n
}

func series(t *testing.T, start, length string, rules ...string) recur.Series {
	t.Helper()
	s, report := recur.Parse(recur.Text{Start: start, TimeZone: "Europe/Paris", Duration: length, Rules: rules}, recur.Terms{Zones: time.LoadLocation, Kept: true})
	if len(report.Problems) > 0 {
		t.Fatalf("%+v", report.Problems)
	}
	return s
}

func local(t *testing.T, text string) recur.Local {
	t.Helper()
	l, err := recur.ParseLocal(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// planned creates a meeting that must be accepted.
func (h *house) planned(t *testing.T, who auth.Identity, n schedule.NewMeeting) schedule.View {
	t.Helper()
	v, err := h.Create(t.Context(), who, n)
	if err != nil {
		t.Fatalf("create: %v %+v", err, fault.Of(err).Fields)
	}
	return v
}

// dates are the starts of a meeting's occurrences, in its zone.
func (h *house) dates(t *testing.T, who auth.Identity, id string) []string {
	t.Helper()
	page, err := h.Occurrences(t.Context(), who, id, schedule.OccurrenceQuery{PageSize: recur.MaxOccurrences})
	if err != nil {
		t.Fatal(err)
	}
	paris, _ := time.LoadLocation("Europe/Paris")
	var out []string
	for _, o := range page.Occurrences {
		out = append(out, o.Start.In(paris).Format("01-02 15:04"))
	}
	return out
}

func mustBe(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if !fault.HasCode(err, code) {
		t.Fatalf("got %v, want %s", err, code)
	}
}
