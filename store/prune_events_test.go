package store_test

import (
	"fmt"
	"testing"
	"time"

	"parvis/access"
	"parvis/event"
	"parvis/privacy"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

func TestEventsThatWereToldAreNotKeptBesideTheTrail(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		beside := look(t, url)
		r := storetest.Room("aaa-bbbb-ccc")
		updated := func(at time.Time) {
			t.Helper()
			_, err := db.UpdateRoom(t.Context(), r.ID, func(*rooms.Room) ([]event.Event, error) {
				return []event.Event{{ID: storetest.NewID(), Type: event.RoomUpdated, OrgID: r.OrgID, Subject: "room:" + r.ID, Actor: "person:x", At: at}}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		pruned := func(at time.Time) {
			t.Helper()
			if err := db.Prune(t.Context(), at); err != nil {
				t.Fatal(err)
			}
		}
		left := func() string { return tell(t, beside, "SELECT seq FROM events WHERE actor = 'person:x' ORDER BY seq") }
		if err := db.CreateRoom(t.Context(), r, []access.Grant{storetest.Grant(r, "x", access.Owner)}, nil); err != nil {
			t.Fatal(err)
		}
		updated(storetest.Nine)
		updated(storetest.Nine)
		updated(storetest.Nine.Add(time.Hour))

		pruned(storetest.Nine.Add(privacy.KeepEvents - time.Second))
		if got := left(); got != "1 2 3" {
			t.Errorf("before a day is over, left is %q", got)
		}
		if _, err := beside.ExecContext(t.Context(), fmt.Sprintf("UPDATE events SET pending = %s WHERE seq = 2", yes(url))); err != nil {
			t.Fatal(err)
		}
		later := storetest.Nine.Add(400 * 24 * time.Hour)
		pruned(later)
		if got := left(); got != "2" {
			t.Errorf("left is %q, and the second waits to be told", got)
		}
		if got := tell(t, beside, "SELECT COUNT(*) FROM audit WHERE actor = 'person:x'"); got != "3" {
			t.Errorf("the audit says %s of three acts", got)
		}
		updated(later)
		if got := left(); got != "2 4" {
			t.Errorf("the number after the third is among %q", got)
		}
		if _, err := beside.ExecContext(t.Context(), fmt.Sprintf("UPDATE events SET pending = NOT %s", yes(url))); err != nil {
			t.Fatal(err)
		}
		pruned(later.Add(privacy.KeepEvents))
		updated(later)
		if got := left(); got != "5" {
			t.Errorf("once all were told the next number is %q", got)
		}
	})
}

func TestNumbersOfWhatPassesAreForgotten(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		beside := look(t, url)
		for _, subject := range []string{"admission:1", "interval:1", "session:1", "person:1"} {
			_, err := beside.ExecContext(t.Context(), fmt.Sprintf(`INSERT INTO events (id, subject, seq, type, org_id, actor, on_behalf_of, at, data)
				VALUES ('%s', '%s', 7, 'x', '%[1]s', 'person:1', '', '2026-01-01T09:00:00.000000Z', '{}')`, storetest.NewID(), subject))
			if err != nil {
				t.Fatal(err)
			}
		}
		said := func(at time.Time) string {
			t.Helper()
			if err := db.Prune(t.Context(), at); err != nil {
				t.Fatal(err)
			}
			return tell(t, beside, "SELECT subject || '=' || seq FROM event_numbers ORDER BY subject")
		}
		at := storetest.Nine.Add(365 * 24 * time.Hour)
		if got := said(at); got != "admission:1=7 interval:1=7 person:1=7 session:1=7" {
			t.Errorf("noted is %q", got)
		}
		if got := said(at.Add(31 * 24 * time.Hour)); got != "person:1=7" {
			t.Errorf("a month later %q is left", got)
		}
	})
}

func yes(url string) string {
	if isSQLite(url) {
		return "1"
	}
	return "true"
}
