package policy_test

import (
	"testing"

	"pgregory.net/rapid"

	"parvis/policy"
)

// anyDemands draws what organizations ask of meetings of others.
func anyDemands(t *rapid.T) policy.Demands {
	return policy.Resolve(anyLayers(t)...).Demands()
}

func loosestOr(d policy.Demands, s *policy.Setting) policy.Value {
	if asked, is := d[s.Name]; is {
		return asked.Value
	}
	return s.Loosest()
}

func TestOfThoseWhoMeetTheStrictestCountsInWhateverOrderTheyCome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyDemands(t), anyDemands(t), anyDemands(t)
		ab := policy.Meet(a, b)
		switch {
		case !ab.Equal(policy.Meet(b, a)):
			t.Fatalf("another order: %v and %v", ab, policy.Meet(b, a))
		case !policy.Meet(ab, c).Equal(policy.Meet(a, policy.Meet(b, c))):
			t.Fatalf("in other pairs: %v and %v", policy.Meet(ab, c), policy.Meet(a, policy.Meet(b, c)))
		case !policy.Meet(ab, a).Equal(ab), !policy.Meet(a, a).Equal(a), !policy.Meet(a, nil).Equal(a):
			t.Fatalf("who is counted twice changes something: %v", ab)
		case !a.Within(ab) || !b.Within(ab):
			t.Fatalf("%v is looser than one of %v, %v", ab, a, b)
		}
		for _, s := range policy.Settings() {
			if v := loosestOr(ab, s); !s.Within(v, loosestOr(a, s)) || !s.Within(v, loosestOr(b, s)) {
				t.Fatalf("%s: %v is looser than %v or %v", s.Name, v, loosestOr(a, s), loosestOr(b, s))
			}
			if _, asked := ab[s.Name]; asked && !s.Presence {
				t.Fatalf("%s is tightened by who is present", s.Name)
			}
		}
	})
}

func TestWhatCountsIsNeverLooserForWhoIsPresent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mine, asked := policy.Resolve(anyLayers(t)...), anyDemands(t)
		with := mine.With(asked)
		for i, r := range with {
			s := r.Setting
			if !s.Within(r.Value, mine[i].Value) || !s.Within(r.Value, loosestOr(asked, s)) {
				t.Fatalf("%s: %v, where %v counted and %v is asked", s.Name, r.Value, mine[i].Value, loosestOr(asked, s))
			}
			if r.Locked != mine[i].Locked || !r.Bound.Equal(mine[i].Bound) {
				t.Fatalf("%s: who is present binds later meetings", s.Name)
			}
		}
		if left := asked.Beyond(func(s *policy.Setting) policy.Value { return with.Of(s.Name).Value }); len(left) > 0 {
			t.Fatalf("still asked for: %v", left)
		}
	})
}

func TestADefaultOfAnotherOrganizationAsksForNothing(t *testing.T) {
	theirs := policy.Resolve(says(t, policy.Organization, "Y", policy.ChatKeeping, `"none"`, false))
	if d := theirs.Demands(); len(d) != 0 {
		t.Errorf("got %v", d)
	}
	locked := policy.Resolve(says(t, policy.Organization, "Y", policy.MaxParticipants, `2`, true))
	if d := locked.Demands(); len(d) != 0 {
		t.Errorf("presence tightens how large a room is: %v", d)
	}
}

func TestWhatPresenceTightenedSaysWhoLockedIt(t *testing.T) {
	theirs := policy.Resolve(says(t, policy.Organization, "Ministry Y", policy.ChatKeeping, `"none"`, true)).Demands()
	others := policy.Resolve(says(t, policy.Organization, "Agency Z", policy.ChatKeeping, `"none"`, true)).Demands()
	got := policy.Resolve().With(policy.Meet(theirs, others)).Of(policy.ChatKeeping)
	if want := "locked by Agency Z, Ministry Y, of which somebody came, until this meeting ends"; got.Reason() != want || got.Setting.Word(got.Value) != "none" {
		t.Errorf("got %q, %v", got.Reason(), got.Value)
	}
}

func BenchmarkWhatAnOrganizationAsksIsCompared(b *testing.B) {
	asked := policy.Resolve(
		says(b, policy.Organization, "Y", policy.ChatKeeping, `"none"`, true), says(b, policy.Organization, "Y", policy.AttendanceDays, `30`, true),
	).Demands()
	counts := func(s *policy.Setting) policy.Value { return s.Usual }
	for b.Loop() {
		asked.Beyond(counts)
	}
}
