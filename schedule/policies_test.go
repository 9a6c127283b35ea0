package schedule_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"parvis/access"
	"parvis/fault"
	"parvis/policy"
	"parvis/schedule"
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
	d.layers = append(d.layers, policy.Layer{
		Source:   policy.Source{Level: policy.Organization, ID: "x", Name: "Ministère X"},
		Settings: map[policy.Name]policy.Decided{name: {Value: v, Locked: true}},
	})
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
