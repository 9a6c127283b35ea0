package schedule_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/policy"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// decidedPolicies is what a test says that policies say.
type decidedPolicies struct{ layers []policy.Layer }

func (d *decidedPolicies) Effective(context.Context, string, string) (policy.Effective, error) {
	return policy.Resolve(d.layers...), nil
}

// lock has the ministry lock a setting.
func (d *decidedPolicies) lock(t *testing.T, name policy.Name, text string) {
	t.Helper()
	s, _ := policy.Find(name)
	v, ok := s.Parse(json.RawMessage(text))
	if !ok {
		t.Fatalf("%s is no value of %s", text, name)
	}
	d.layers = append(d.layers, layerOf(name, policy.Decided{Value: v, Locked: true}))
}

// begin has the ministry say with what new rooms begin.
func (d *decidedPolicies) begin(t *testing.T, name policy.Name, text string) {
	t.Helper()
	d.lock(t, name, text)
	d.layers[len(d.layers)-1].Settings[name] = policy.Decided{Value: d.layers[len(d.layers)-1].Settings[name].Value}
}

func layerOf(name policy.Name, d policy.Decided) policy.Layer {
	return policy.Layer{Source: policy.Source{Level: policy.Organization, ID: "x", Name: "Ministère X"}, Settings: map[policy.Name]policy.Decided{name: d}}
}

func TestAMeetingPromisesNothingThatAPolicyForbids(t *testing.T) {
	for name, c := range map[string]struct {
		setting  policy.Name
		lock     string
		ask      func(*schedule.NewMeeting)
		location string
	}{
		"entry":        {policy.Entry, `"signed-in"`, func(n *schedule.NewMeeting) { n.Access.Entry = access.EntryEveryone }, "body.access.entry"},
		"participants": {policy.MaxParticipants, `10`, func(n *schedule.NewMeeting) { n.Settings.MaxParticipants = 11 }, "body.settings.maxParticipants"},
		"duration":     {policy.MaxMinutes, `59`, func(*schedule.NewMeeting) {}, "body.duration"},
	} {
		h := newHouse(t)
		h.policies.lock(t, c.setting, c.lock)
		n := once(t)
		c.ask(&n)
		_, err := h.Create(t.Context(), camille, n)
		if !fault.HasCode(err, fault.CodePolicyLocked) {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		f := fault.Of(err).Fields
		if len(f) != 1 || f[0].Location != c.location || !strings.Contains(f[0].Message, "locked by Ministère X") {
			t.Errorf("%s: got %+v", name, f)
		}
	}
}

func TestAMeetingThatSaysNothingTakesWhatThePolicyAllows(t *testing.T) {
	h := newHouse(t)
	h.policies.lock(t, policy.Entry, `"members"`)
	v, err := h.Create(t.Context(), camille, once(t))
	if err != nil || v.Access.Entry != access.EntryMembers {
		t.Errorf("got %q, %v", v.Access.Entry, err)
	}
}

func TestAMeetingThatPromisedMoreBeforeIsStillChangedInOtherWays(t *testing.T) {
	h := newHouse(t)
	n := once(t)
	n.Access.Entry = access.EntryEveryone
	v, err := h.Create(t.Context(), camille, n)
	if err != nil {
		t.Fatal(err)
	}
	h.policies.lock(t, policy.Entry, `"members"`)
	_, err = h.Update(t.Context(), camille, v.ID, v.Version, "", func(d *schedule.Definition) error {
		d.Title = "Autre"
		return nil
	})
	if err != nil {
		t.Errorf("got %v", err)
	}
}

func TestARoomIsMadeWithAMeetingByWhomAPolicyNames(t *testing.T) {
	h := newHouse(t)
	h.policies.lock(t, policy.RoomCreation, `"nobody"`)
	if _, err := h.Create(t.Context(), camille, once(t)); !fault.HasCode(err, fault.CodePolicyLocked) {
		t.Errorf("got %v", err)
	}
}

func TestADateOfAMeetingIsNoLongerThanAPolicyAllows(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	second, third := local(t, "2026-11-24T09:00:00"), local(t, "2026-12-01T09:00:00")
	two, four, half := lasting(2*time.Hour), lasting(4*time.Hour), lasting(30*time.Minute)
	n.Overrides = []schedule.Override{{ID: second, Duration: two}}
	v := h.planned(t, camille, n)
	h.policies.lock(t, policy.MaxMinutes, `60`)

	_, err := h.Create(t.Context(), camille, n)
	mustBe(t, err, fault.CodePolicyLocked)
	if f := fault.Of(err).Fields; len(f) != 1 || f[0].Location != "body.recurrence.overrides.2026-11-24T09:00:00.duration" {
		t.Errorf("a new series: got %+v", f)
	}
	for name, c := range map[string]struct {
		date   recur.Local
		length *recur.Duration
	}{"a usual date": {third, two}, "one that was long": {second, four}} {
		_, err := h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, c.date, schedule.OccurrenceChange{Duration: c.length})
		if f := fault.Of(err).Fields; !fault.HasCode(err, fault.CodePolicyLocked) || len(f) != 1 || f[0].Location != "body.duration" {
			t.Errorf("%s: got %v", name, err)
		}
	}
	title := "Séance plénière"
	for name, change := range map[string]schedule.OccurrenceChange{"another title": {Title: &title}, "shorter": {Duration: half}} {
		now, err := h.UpdateOccurrence(t.Context(), camille, v.ID, v.Version, second, change)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		v = now
	}
}

func TestALongDateMovesWithItsSeries(t *testing.T) {
	h := newHouse(t)
	n := weekly(t)
	n.Overrides = []schedule.Override{{ID: local(t, "2026-11-24T09:00:00"), Duration: lasting(2 * time.Hour)}}
	n.ExternalID = "agenda-118"
	if _, _, err := h.Upsert(t.Context(), agenda, n, 0, false, ""); err != nil {
		t.Fatal(err)
	}
	h.policies.lock(t, policy.MaxMinutes, `60`)
	n.Overrides = nil
	n.When = series(t, "2026-11-17T10:00:00", "PT1H", "FREQ=WEEKLY;COUNT=10")
	v, _, err := h.Upsert(t.Context(), agenda, n, 0, false, schedule.OverridesShift)
	if err != nil || len(v.Overrides) != 1 {
		t.Errorf("got %+v, %v", v.Overrides, err)
	}
}

func lasting(d time.Duration) *recur.Duration {
	length := recur.Duration(d)
	return &length
}

func TestAMeetingThatIsLongerThanALaterLockIsMoved(t *testing.T) {
	h := newHouse(t)
	v := h.planned(t, camille, once(t))
	h.policies.lock(t, policy.MaxMinutes, `30`)
	n := schedule.NewMeeting{Definition: schedule.Definition{Title: "-", When: series(t, "2026-11-17T10:00:00", "PT1H")}}
	if _, _, err := h.Validate(t.Context(), camille, "", n); !fault.HasCode(err, fault.CodePolicyLocked) {
		t.Errorf("a new one: got %v", err)
	}
	if _, _, err := h.Validate(t.Context(), camille, v.ID, n); err != nil {
		t.Errorf("got %v", err)
	}
	n.When = series(t, "2026-11-17T10:00:00", "PT2H")
	if _, _, err := h.Validate(t.Context(), camille, v.ID, n); !fault.HasCode(err, fault.CodePolicyLocked) {
		t.Errorf("a longer one: got %v", err)
	}
}

func TestATryOutOfAChangeNeedsNoNewRoomAndKeepsWhatIsNotSaid(t *testing.T) {
	h := newHouse(t)
	h.policies.lock(t, policy.MinAssurance, `"email"`)
	planned := once(t)
	planned.Access.Entry, planned.Access.MinAssurance, planned.Settings.MaxParticipants = access.EntryEveryone, auth.AssuranceAgent, 20
	planned.Invitees = []schedule.Invitee{{Email: "c.martin@justice.example", Required: true}}
	v := h.planned(t, camille, planned)
	h.policies.lock(t, policy.RoomCreation, `"nobody"`)
	h.policies.lock(t, policy.Entry, `"members"`)
	n := schedule.NewMeeting{Definition: schedule.Definition{Title: "-", When: series(t, "2026-11-17T10:00:00", "PT1H"), Unsaid: allSettings}}
	if _, _, err := h.Validate(t.Context(), odile, v.ID, n); !fault.HasCode(err, fault.CodeMeetingNotFound) {
		t.Errorf("of a stranger: got %v", err)
	}
	tried, next, err := h.Validate(t.Context(), camille, v.ID, n)
	if err != nil || len(next) != 1 || tried.Access.Entry != access.EntryEveryone || tried.Access.MinAssurance != auth.AssuranceAgent ||
		tried.Settings.MaxParticipants != 20 || tried.Place != v.Place || len(tried.Invitees) != 1 || len(tried.Warnings) != 0 {
		t.Errorf("got %+v, %d dates, %v", tried, len(next), err)
	}
	n.Place.Mode = schedule.Personal
	_, _, err = h.Validate(t.Context(), camille, v.ID, n)
	mustBe(t, err, fault.CodeInvalid)
	n.Place = schedule.Place{Mode: schedule.Existing, Slug: "bud-gett-xyz"}
	if _, _, err := h.Validate(t.Context(), camille, v.ID, n); err != nil {
		t.Errorf("another room: %v", err)
	}
	if _, _, err := h.Validate(t.Context(), camille, "", n); err != nil {
		t.Errorf("a new one in a room that is there: %v", err)
	}
}

func TestAMeetingSaysWhoDecidedThatItIsNotRecorded(t *testing.T) {
	h := newHouse(t)
	said := func(n schedule.NewMeeting, name policy.Name) schedule.Setting {
		t.Helper()
		list, err := h.EffectivePolicy(t.Context(), camille, h.planned(t, camille, n).ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			if s.Name == string(name) {
				return s
			}
		}
		t.Fatalf("%s is not said", name)
		return schedule.Setting{}
	}
	there := once(t)
	there.Place = schedule.Place{Mode: schedule.Existing, Slug: "bud-gett-xyz"}
	if got := said(once(t), policy.Recording); got.Value != "off" || got.Origin != schedule.OriginPlatform || got.Locked {
		t.Errorf("where nobody decided: %+v", got)
	}
	h.policies.lock(t, policy.Transcription, `"off"`)
	h.policies.begin(t, policy.Recording, `"allowed"`)
	for _, n := range []schedule.NewMeeting{once(t), there} {
		off := said(n, policy.Transcription)
		if off.Value != "off" || !off.Locked || off.LockedBy != "Ministère X" || off.Reason != "locked by Ministère X" {
			t.Errorf("locked: %+v", off)
		}
		allowed := said(n, policy.Recording)
		if allowed.Value != "allowed" || allowed.By != "Ministère X" || !strings.Contains(allowed.Reason, "nothing comes of it yet") {
			t.Errorf("allowed: %+v", allowed)
		}
	}
}
