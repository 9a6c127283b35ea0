package storetest

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/directory"
	"parvis/fault"
	"parvis/rooms"
	"parvis/usage"
)

// UsageStore is what the suite of usage.Store needs.
type UsageStore interface {
	HistoryStore
	usage.Store
	CreateOrganization(ctx context.Context, o directory.Organization) error
}

// Usage is the suite of usage.Store. Each call of newStore gives an empty store.
func Usage(t *testing.T, newStore func(*testing.T) UsageStore) {
	t.Run("an organization that does not exist has no usage", func(t *testing.T) {
		s := newStore(t)
		for _, id := range []string{NewID(), "nonsense", usage.Everywhere} {
			_, _, err := s.UsageOrganization(t.Context(), id)
			mustBe(t, err, fault.NotFound)
		}
		_, err := s.Days(t.Context(), "nonsense", midnight, midnight)
		mustBe(t, err, fault.NotFound)
	})
	t.Run("a day on which nothing happened is counted for the platform alone", func(t *testing.T) {
		s := newStore(t)
		counted(t, s, midnight, nextMidnight, true)
		wantDays(t, s, usage.Everywhere, usage.Day{Date: midnight})
		wantDays(t, s, directory.DefaultOrgID)
	})
	t.Run("each organization has its own, and the platform the peak of all", func(t *testing.T) { usageOfEach(t, newStore(t)) })
	t.Run("two tabs of one participant are one, and coming as another goes is no peak", func(t *testing.T) { tabsAreOne(t, newStore(t)) })
	t.Run("a call over midnight counts on both days, its session on the first", func(t *testing.T) { overMidnight(t, newStore(t)) })
	t.Run("a call that runs is counted up to now, and anew later", func(t *testing.T) { runningUsage(t, newStore(t)) })
	t.Run("a final count stays when the names of its sessions are gone", func(t *testing.T) { finalStays(t, newStore(t)) })
	t.Run("what is uncounted begins with the first session, then after the last final day", func(t *testing.T) { uncounted(t, newStore(t)) })
	t.Run("any stays are counted as one would by hand", func(t *testing.T) { anyStays(t, newStore(t)) })
}

var (
	midnight     = kept(Nine).Truncate(24 * time.Hour)
	nextMidnight = midnight.AddDate(0, 0, 1)
)

func counted(t *testing.T, s usage.Store, day, until time.Time, final bool) {
	t.Helper()
	if err := s.CountDay(t.Context(), day, until, final); err != nil {
		t.Fatalf("count %s: %v", day, err)
	}
}

func wantDays(t *testing.T, s usage.Store, orgID string, want ...usage.Day) {
	t.Helper()
	got, err := s.Days(t.Context(), orgID, midnight.AddDate(0, 0, -7), midnight.AddDate(0, 0, 7))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) == 0 {
		got = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// visit is that somebody is in a room from then to then, in minutes after nine.
type visit struct {
	who      string
	from, to int
}

// held is a session of a new room with these visits, the first of which begins first.
func held(t *testing.T, s UsageStore, orgID, slug string, visits ...visit) {
	t.Helper()
	r := Room(slug)
	r.OrgID = orgID
	if err := s.CreateRoom(t.Context(), r, ownedBy(r, NewID()), nil); err != nil {
		t.Fatal(err)
	}
	left := map[string]time.Time{}
	session, end := "", Nine
	for _, v := range visits {
		at := Nine.Add(time.Duration(v.from) * time.Minute)
		a := Admission(r)
		a.WhoID = v.who
		beat(t, s, "a", at)
		in, _ := enter(t, s, admit(t, s, a), "a", at)
		session = in.Admission.SessionID
		gone := Nine.Add(time.Duration(v.to) * time.Minute)
		left[a.ID] = gone
		if gone.After(end) {
			end = gone
		}
	}
	over(t, s, session, left, end)
}

func usageOfEach(t *testing.T, s UsageStore) {
	one, two := directory.Organization{ID: NewID(), Name: "Ministère A", CreatedAt: Nine}, directory.Organization{ID: NewID(), Name: "Ministère B", CreatedAt: Nine}
	for _, o := range []directory.Organization{one, two} {
		if err := s.CreateOrganization(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	held(t, s, one.ID, "aaa-bbbb-ccc", visit{"x", 0, 60}, visit{"y", 10, 20})
	held(t, s, one.ID, "aaa-bbbb-ccd", visit{"z", 30, 40})
	held(t, s, two.ID, "aaa-bbbb-cce", visit{"x", 15, 90}, visit{"y", 16, 17})
	counted(t, s, midnight, nextMidnight, true)
	ofOne := usage.Count{Sessions: 2, Participants: 3, Time: 80 * time.Minute, Peak: 2}
	ofTwo := usage.Count{Sessions: 1, Participants: 2, Time: 76 * time.Minute, Peak: 2}
	wantDays(t, s, one.ID, usage.Day{Date: midnight, Count: ofOne})
	wantDays(t, s, two.ID, usage.Day{Date: midnight, Count: ofTwo})
	wantDays(t, s, usage.Everywhere, usage.Day{Date: midnight, Count: usage.Count{Sessions: 3, Participants: 5, Time: 156 * time.Minute, Peak: 4}})
	shares, err := s.Shares(t.Context(), midnight, midnight, 5)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]usage.Share{{OrgID: one.ID, OrgName: one.Name, Count: ofOne}, {OrgID: two.ID, OrgName: two.Name, Count: ofTwo}}, shares); diff != "" {
		t.Error(diff)
	}
	if shares, err := s.Shares(t.Context(), midnight, midnight, 1); err != nil || len(shares) != 1 {
		t.Errorf("one at most: %+v, %v", shares, err)
	}
	if shares, err := s.Shares(t.Context(), nextMidnight, nextMidnight, 5); err != nil || len(shares) != 0 {
		t.Errorf("of another day: %+v, %v", shares, err)
	}
	if name, _, err := s.UsageOrganization(t.Context(), two.ID); name != two.Name || err != nil {
		t.Errorf("got %q, %v", name, err)
	}
}

func tabsAreOne(t *testing.T, s UsageStore) {
	held(t, s, directory.DefaultOrgID, "aaa-bbbb-ccc", visit{"x", 0, 30}, visit{"x", 20, 50}, visit{"y", 50, 60}, visit{"x", 55, 60})
	counted(t, s, midnight, nextMidnight, true)
	want := usage.Count{Sessions: 1, Participants: 2, Time: 65 * time.Minute, Peak: 2}
	wantDays(t, s, directory.DefaultOrgID, usage.Day{Date: midnight, Count: want})
}

func overMidnight(t *testing.T, s UsageStore) {
	held(t, s, directory.DefaultOrgID, "aaa-bbbb-ccc", visit{"x", 0, 60}, visit{"y", 12 * 60, 17 * 60}) // nine is eight in UTC
	counted(t, s, midnight, nextMidnight, true)
	counted(t, s, nextMidnight, nextMidnight.AddDate(0, 0, 1), true)
	wantDays(t, s, directory.DefaultOrgID,
		usage.Day{Date: midnight, Count: usage.Count{Sessions: 1, Participants: 2, Time: 5 * time.Hour, Peak: 1}},
		usage.Day{Date: nextMidnight, Count: usage.Count{Participants: 1, Time: time.Hour, Peak: 1}})
}

func runningUsage(t *testing.T, s UsageStore) {
	inside(t, s)
	counted(t, s, midnight, Nine.Add(time.Hour), false)
	first := usage.Count{Sessions: 1, Participants: 1, Time: time.Hour, Peak: 1}
	wantDays(t, s, directory.DefaultOrgID, usage.Day{Date: midnight, Count: first})
	counted(t, s, midnight, Nine.Add(2*time.Hour), false)
	first.Time = 2 * time.Hour
	wantDays(t, s, directory.DefaultOrgID, usage.Day{Date: midnight, Count: first})
}

func finalStays(t *testing.T, s UsageStore) {
	held(t, s, directory.DefaultOrgID, "aaa-bbbb-ccc", visit{"x", 0, 30})
	counted(t, s, midnight, nextMidnight, true)
	if err := s.Prune(t.Context(), Nine.AddDate(1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	counted(t, s, midnight, nextMidnight, true)
	counted(t, s, midnight, nextMidnight, false)
	wantDays(t, s, directory.DefaultOrgID, usage.Day{Date: midnight, Count: usage.Count{Sessions: 1, Participants: 1, Time: 30 * time.Minute, Peak: 1}})
}

func uncounted(t *testing.T, s UsageStore) {
	want := func(day time.Time) {
		t.Helper()
		if got, err := s.Uncounted(t.Context()); err != nil || !got.Equal(day) {
			t.Errorf("got %s, %v, want %s", got, err, day)
		}
	}
	want(time.Time{})
	held(t, s, directory.DefaultOrgID, "aaa-bbbb-ccc", visit{"x", 0, 30})
	want(midnight)
	counted(t, s, midnight, nextMidnight, false)
	want(midnight)
	counted(t, s, midnight, nextMidnight, true)
	want(nextMidnight)
}

// anyStays counts random visits of one day by the minute.
func anyStays(t *testing.T, s UsageStore) {
	draw := rand.New(rand.NewPCG(1, 2))
	there := map[rooms.Who]map[int]bool{} // minutes, by room and name
	names := []string{"x", "y", "z"}
	for n := range 6 {
		slug := "aaa-bbbb-cc" + string(rune('a'+n))
		var visits []visit
		from := draw.IntN(100)
		for range 1 + draw.IntN(6) {
			v := visit{names[draw.IntN(len(names))], from, from + 1 + draw.IntN(90)}
			visits = append(visits, v)
			who := rooms.Who{ID: slug + v.who}
			if there[who] == nil {
				there[who] = map[int]bool{}
			}
			for m := v.from; m < v.to; m++ {
				there[who][m] = true
			}
			from += draw.IntN(30)
		}
		held(t, s, directory.DefaultOrgID, slug, visits...)
	}
	want := usage.Count{Sessions: 6, Participants: len(there)}
	heads := map[int]int{}
	for _, minutes := range there {
		want.Time += time.Duration(len(minutes)) * time.Minute
		for m := range minutes {
			heads[m]++
			want.Peak = max(want.Peak, heads[m])
		}
	}
	counted(t, s, midnight, nextMidnight, true)
	wantDays(t, s, directory.DefaultOrgID, usage.Day{Date: midnight, Count: want})
}
