package store_test

import (
	"testing"
	"time"

	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

// What the program of schema 2 leaves of a session that it ended.
const endedOf2 = `UPDATE sessions SET people = NULL, peak = NULL, attendance_until = NULL, end_reason = ''`

func TestASessionThatAnEarlierProgramEndedIsCountedAndItsNamesGoToo(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		if err := store.Migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		db := open(t, store.Options{URL: url})
		r := storetest.Room("aaa-bbbb-ccc")
		if err := db.CreateRoom(t.Context(), r, nil, nil); err != nil {
			t.Fatal(err)
		}
		session := meet(t, db, r)
		write(t, url, storetest.Nine, endedOf2)
		until := storetest.Nine.UTC().Truncate(time.Microsecond).AddDate(0, 0, r.Limits.AttendanceDays)
		told := func(when string) {
			t.Helper()
			page, err := db.Sessions(t.Context(), rooms.SessionQuery{RoomID: r.ID})
			if err != nil || len(page.Sessions) != 1 || page.Sessions[0].Participants != 1 || page.Sessions[0].Peak != 1 || !page.Sessions[0].ExpiresAt.Equal(until) {
				t.Errorf("%s: %+v, %v", when, page, err)
			}
		}
		told("before anybody counted")
		for _, at := range []time.Time{storetest.Nine, until} {
			if err := db.Prune(t.Context(), at); err != nil {
				t.Fatal(err)
			}
			told("afterwards")
		}
		if got, err := db.Attendance(t.Context(), r.ID, session); err != nil || len(got.People) != 0 {
			t.Errorf("got %+v, %v", got, err)
		}
		if got := tell(t, look(t, url), "SELECT COUNT(*) FROM sessions WHERE forgotten"); got != "1" {
			t.Errorf("%s sessions are done with", got)
		}
	})
}

// meet lets somebody come and go at nine.
func meet(t *testing.T, db *store.DB, r rooms.Room) string {
	t.Helper()
	a, err := db.Admit(t.Context(), storetest.Admission(r), nil)
	if err != nil {
		t.Fatal(err)
	}
	in, err := db.Enter(t.Context(), rooms.Relay{ID: storetest.NewID(), AdmissionID: a.ID, Replica: "gone", OpenedAt: storetest.Nine}, func(rooms.Entered) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	over := rooms.Settlement{Left: map[string]time.Time{a.ID: storetest.Nine}, Over: []string{in.Admission.SessionID}}
	if err := db.Settle(t.Context(), over, storetest.Nine.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return in.Admission.SessionID
}
