package rooms

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parvis/auth"
)

// stay is from one minute after nine to another; the second below zero: it goes on.
func stay(from, to int) Stay {
	s := Stay{From: nine.Add(time.Duration(from) * time.Minute)}
	if to >= 0 {
		end := nine.Add(time.Duration(to) * time.Minute)
		s.To = &end
	}
	return s
}

func TestStaysThatOverlapOrTouchAreOne(t *testing.T) {
	for _, c := range []struct {
		name     string
		in, want []Stay
	}{
		{"nobody", nil, nil},
		{"once", []Stay{stay(1, 5)}, []Stay{stay(1, 5)}},
		{"came back later", []Stay{stay(6, 9), stay(1, 5)}, []Stay{stay(1, 5), stay(6, 9)}},
		{"two tabs", []Stay{stay(1, 5), stay(3, 9)}, []Stay{stay(1, 9)}},
		{"a tab within another", []Stay{stay(1, 9), stay(3, 5)}, []Stay{stay(1, 9)}},
		{"one connection takes over from another", []Stay{stay(1, 5), stay(5, 9)}, []Stay{stay(1, 9)}},
		{"the same twice", []Stay{stay(1, 5), stay(1, 5)}, []Stay{stay(1, 5)}},
		{"no time at all", []Stay{stay(3, 3)}, []Stay{stay(3, 3)}},
		{"still there", []Stay{stay(1, 5), stay(7, -1)}, []Stay{stay(1, 5), stay(7, -1)}},
		{"still there in one tab, gone in another", []Stay{stay(1, -1), stay(3, 5), stay(8, 9)}, []Stay{stay(1, -1)}},
	} {
		if diff := cmp.Diff(c.want, joinStays(c.in)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.name, diff)
		}
	}
}

// drawn is any stays on a short line of minutes, where much overlaps and touches.
func drawn(t *rapid.T, label string) []Stay {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Stay {
		from := rapid.IntRange(0, 20).Draw(t, "from")
		if rapid.IntRange(0, 9).Draw(t, "goes on") == 0 {
			return stay(from, -1)
		}
		return stay(from, rapid.IntRange(from, 21).Draw(t, "to"))
	}), 0, 8).Draw(t, label)
}

// at tells whether somebody was there, at both ends of a stay too. Half minutes lie between any two ends.
func at(stays []Stay, t time.Time) bool {
	return slices.ContainsFunc(stays, func(s Stay) bool { return !t.Before(s.From) && !s.endsBefore(t) })
}

const halves = 46 // half minutes, beyond all ends

func TestJoinedStaysAreTheSameTimeInFewerPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t, "stays")
		joined := joinStays(in)
		for half := range halves {
			moment := nine.Add(time.Duration(half) * 30 * time.Second)
			if at(in, moment) != at(joined, moment) {
				t.Fatalf("at %s they differ: %v, joined %v", moment, in, joined)
			}
		}
		for i := 1; i < len(joined); i++ {
			if !joined[i-1].endsBefore(joined[i].From) {
				t.Fatalf("no time away between %v and %v", joined[i-1], joined[i])
			}
		}
		if diff := cmp.Diff(joined, joinStays(joined)); diff != "" {
			t.Fatalf("joining again changes something: %s", diff)
		}
		if diff := cmp.Diff(joined, joinStays(rapid.Permutation(in).Draw(t, "order"))); diff != "" {
			t.Fatalf("the order matters: %s", diff)
		}
	})
}

func TestTimeInAMeetingIsCountedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t, "stays")
		now := nine.Add(22 * time.Minute)
		want := time.Duration(0)
		for half := range 44 { // the middles of half minutes
			if at(in, nine.Add(time.Duration(half)*30*time.Second+15*time.Second)) {
				want += 30 * time.Second
			}
		}
		if got := lasted(joinStays(in), now); got != want {
			t.Fatalf("%v last %s, want %s", in, got, want)
		}
	})
}

func TestTheMostAtATimeIsWhatACountAtEachMomentShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []Attendee
		for i := range rapid.IntRange(0, 5).Draw(t, "people") {
			if stays := drawn(t, "stays"); len(stays) > 0 {
				rows = append(rows, Attendee{Who: Who{auth.Person, string(rune('a' + i))}, Stays: stays})
			}
		}
		want := min(len(rows), 1)
		for half := range halves {
			moment, there := nine.Add(time.Duration(half)*30*time.Second+15*time.Second), 0
			for _, r := range rows {
				if at(r.Stays, moment) {
					there++
				}
			}
			want = max(want, there)
		}
		if people, peak := Tally(rows); people != len(rows) || peak != want {
			t.Fatalf("%d people, at most %d at a time; want %d and %d", people, peak, len(rows), want)
		}
	})
}

func TestAClockAheadMakesNoTimeNegative(t *testing.T) {
	if got := lasted([]Stay{stay(3, -1)}, nine); got != 0 {
		t.Errorf("got %s", got)
	}
}

func TestAGuestWhoSignsInIsOneWithThePerson(t *testing.T) {
	guest := Attendee{
		Who: Who{auth.Guest, "sign-in"}, PersonID: "p", Name: "Jeanne", Door: EntranceLobby, Email: "jeanne@example.org", Stays: []Stay{stay(1, 5)},
	}
	person := Attendee{
		Who: Who{auth.Person, "p"}, PersonID: "p", Name: "Jeanne d’Arc", OrgName: "Culture", Assurance: auth.AssuranceAgent, Door: EntranceEntry,
		Stays: []Stay{stay(5, 9)},
	}
	other := Attendee{Who: Who{auth.Guest, "another"}, Name: "Jeanne", Stays: []Stay{stay(0, 2)}}
	want := person
	want.Door, want.Email, want.Stays = EntranceLobby, "jeanne@example.org", []Stay{stay(1, 9)}
	for _, rows := range [][]Attendee{{guest, other, person}, {person, guest, other}} {
		if diff := cmp.Diff([]Attendee{other, want}, oneEach(rows)); diff != "" {
			t.Error(diff)
		}
	}
	if people, peak := Tally([]Attendee{guest, person, other}); people != 2 || peak != 2 {
		t.Errorf("%d people, %d at a time", people, peak)
	}
}

func TestPeopleStandInTheOrderInWhichTheyCame(t *testing.T) {
	got := oneEach([]Attendee{
		{Who: Who{auth.Person, "late"}, Stays: []Stay{stay(5, 9)}}, {Who: Who{auth.Person, "early"}, Stays: []Stay{stay(8, 9), stay(1, 2)}},
	})
	if got[0].Who.ID != "early" || got[1].Who.ID != "late" {
		t.Errorf("got %+v", got)
	}
}
