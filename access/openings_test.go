package access_test

import (
	"testing"
	"time"

	"parvis/access"
)

var eight = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return eight.Add(time.Duration(minutes) * time.Minute) }

func opening(id string, from, to int, entry access.Entry) access.Opening {
	return access.Opening{ID: id, Source: "meeting-" + id, Opens: at(from), Closes: at(to), Entry: entry}
}

func TestAnOpeningIsOpenFromItsFirstMomentAndNotAtItsLast(t *testing.T) {
	o := opening("a", 0, 60, access.EntryEveryone)
	for _, c := range []struct {
		now  time.Time
		want bool
	}{
		{at(0).Add(-time.Nanosecond), false}, {at(0), true}, {at(60).Add(-time.Nanosecond), true}, {at(60), false},
	} {
		if o.Open(c.now) != c.want {
			t.Errorf("at %s: open is %v", c.now, !c.want)
		}
	}
}

func TestOfOpeningsThatOverlapTheWidestCountsThenTheFirst(t *testing.T) {
	wide, narrow := opening("a", 30, 90, access.EntryEveryone), opening("b", 0, 60, access.EntryMembers)
	early, twin := opening("c", -10, 60, access.EntryEveryone), opening("d", 30, 90, access.EntryEveryone)
	cases := []struct {
		name string
		all  access.Openings
		now  time.Time
		want string
	}{
		{"none at all", nil, at(0), ""},
		{"none yet", access.Openings{wide}, at(0), ""},
		{"none any more", access.Openings{narrow}, at(60), ""},
		{"one", access.Openings{narrow, wide}, at(0), "b"},
		{"the widest", access.Openings{narrow, wide}, at(30), "a"},
		{"the widest, in whatever order", access.Openings{wide, narrow}, at(30), "a"},
		{"of two as wide the first to open", access.Openings{wide, early, narrow}, at(30), "c"},
		{"of two alike always the same", access.Openings{twin, wide}, at(30), "a"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got, open := c.all.Now(c.now); got.ID != c.want || open != (c.want != "") {
				t.Errorf("got %q, open %v", got.ID, open)
			}
		})
	}
}

func TestTheNextOpeningIsTheFirstOfThoseToCome(t *testing.T) {
	all := access.Openings{opening("late", 120, 180, ""), opening("past", -60, 0, ""), opening("soon", 60, 90, "")}
	for _, c := range []struct {
		now  int
		want string
	}{{0, "soon"}, {60, "late"}, {119, "late"}, {120, ""}} {
		if got, found := all.Next(at(c.now)); got.ID != c.want || found != (c.want != "") {
			t.Errorf("at minute %d: got %q, %v", c.now, got.ID, found)
		}
	}
}

func TestNothingTurnsUntilAnOpeningOpensOrCloses(t *testing.T) {
	all := access.Openings{opening("a", 0, 60, ""), opening("b", 30, 90, "")}
	for _, c := range []struct{ now, want int }{{-5, 0}, {0, 30}, {30, 60}, {60, 90}} {
		if got, found := all.Turn(at(c.now)); !found || !got.Equal(at(c.want)) {
			t.Errorf("from minute %d on: %s, %v", c.now, got, found)
		}
	}
	if got, found := all.Turn(at(90)); found {
		t.Errorf("after the last one something turns at %s", got)
	}
}

func TestAGrantOfAMeetingHoldsWhileThatMeetingIsOpen(t *testing.T) {
	openings := access.Openings{opening("a", 0, 60, ""), opening("a2", 120, 180, "")}
	openings[1].Source = openings[0].Source
	invited := access.Grant{Role: access.Member, SourceKind: access.SourceMeeting, SourceID: openings[0].Source}
	other, organizer := invited, invited
	other.SourceID, organizer.SourceKind = "meeting-b", access.SourceOrganizer
	until := at(30)
	dated := invited
	dated.NotAfter = &until
	cases := []struct {
		name  string
		grant access.Grant
		at    []int // minutes at which it holds, of -1, 0, 30, 60, 120
	}{
		{"an invitee", invited, []int{0, 30, 120}},
		{"of another meeting", other, nil},
		{"an organizer, at any time", organizer, []int{-1, 0, 30, 60, 120}},
		{"an invitee for a time", dated, []int{0}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var held []int
			for _, m := range []int{-1, 0, 30, 60, 120} {
				if c.grant.Holds(openings, at(m)) {
					held = append(held, m)
				}
			}
			if len(held) != len(c.at) {
				t.Fatalf("holds at %v, want %v", held, c.at)
			}
			for i := range held {
				if held[i] != c.at[i] {
					t.Errorf("holds at %v, want %v", held, c.at)
				}
			}
		})
	}
	if invited.Holds(nil, at(0)) {
		t.Error("holds in a room of which no openings are known")
	}
}

func TestWhoIsInvitedAndAMemberIsAMemberBesides(t *testing.T) {
	openings := access.Openings{opening("a", 0, 60, "")}
	invited := access.Grant{ID: "invited", Role: access.Member, SourceKind: access.SourceMeeting, SourceID: "meeting-a"}
	member := access.Grant{ID: "member", Role: access.Member, SourceKind: access.SourceRoom}
	leads := access.Grant{ID: "leads", Role: access.Moderator, SourceKind: access.SourceMeeting, SourceID: "meeting-a"}
	for _, c := range []struct {
		name   string
		grants []access.Grant
		now    int
		want   string
	}{
		{"the room's first", []access.Grant{invited, member}, 0, "member"},
		{"in whatever order", []access.Grant{member, invited}, 0, "member"},
		{"unless the meeting gives more", []access.Grant{member, leads}, 0, "leads"},
		{"while it is open", []access.Grant{member, leads}, 60, "member"},
	} {
		if got := access.Strongest(c.grants, openings, at(c.now)); got.ID != c.want {
			t.Errorf("%s: got %q", c.name, got.ID)
		}
	}
}
