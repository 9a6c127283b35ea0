package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/rooms"
	"parvis/store/storetest"
)

// live is a database in which so many meetings run, each with one in the lobby's table to be looked for and nobody there.
func (d *DB) live(t *testing.T, many int) {
	t.Helper()
	first := storetest.Room("aaa-bbbb-ccc")
	if err := d.CreateRoom(t.Context(), first, nil, nil); err != nil {
		t.Fatal(err)
	}
	err := d.write(t.Context(), "many rooms", func(tx *tx) error {
		columns, err := all[struct{ Name string }](tx.DB, "SELECT name FROM pragma_table_info('rooms')")
		if err != nil {
			return err
		}
		var names, values []string
		for _, c := range columns {
			names = append(names, c.Name)
			values = append(values, map[string]string{
				"id": "printf('0198a5c2-0000-7000-8000-%012d', n)", "slug": "printf('aaa-%06d', n)", "media_name": "printf('m-%d', n)",
			}[c.Name])
			if values[len(values)-1] == "" {
				values[len(values)-1] = "r." + c.Name
			}
		}
		_, err = exec(tx.DB, "INSERT INTO rooms ("+strings.Join(names, ", ")+") WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?) SELECT "+
			strings.Join(values, ", ")+" FROM rooms r, c WHERE r.id = ?", many, first.ID)
		if err != nil {
			return err
		}
		_, err = exec(tx.DB, `INSERT INTO sessions (id, org_id, room_id, sid, started_at) SELECT id, org_id, id, '', ? FROM rooms WHERE id <> ?`, moment(storetest.Nine), first.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAThousandMeetingsAreReadWithAsManyStatementsAsOne(t *testing.T) {
	asked := func(many int) []string {
		p := newPlanner(t, "sqlite", false)
		p.db.live(t, many)
		p.spy.forget()
		page, err := p.db.LiveRooms(t.Context(), rooms.LiveQuery{Reach: auth.Reach{All: true}, PageSize: 200, Now: storetest.Nine.Add(time.Minute)})
		if err != nil || len(page.Rooms) != min(many, 200) || (page.Next == "") != (many <= 200) {
			t.Fatalf("got %d, %q, %v", len(page.Rooms), page.Next, err)
		}
		return p.spy.statements()
	}
	one, thousand := asked(1), asked(1000)
	if !slices.Equal(one, thousand) {
		t.Errorf("for one: %q, for a thousand: %q", one, thousand)
	}
	if n := len(slices.DeleteFunc(one, func(q string) bool { return !strings.HasPrefix(q, "SELECT") })); n != 2 {
		t.Errorf("%d questions", n)
	}
}

// History grows for ever: what runs now is found without it.
func TestWhatRunsIsFoundByAnIndex(t *testing.T) {
	p := newPlanner(t, "sqlite", false)
	err := p.db.read(t.Context(), "explain", func(g *gorm.DB) error {
		plan, err := all[struct{ Detail string }](g, "EXPLAIN QUERY PLAN "+selectLive+" ORDER BY s.started_at DESC, s.id DESC LIMIT 51", liveArgs(storetest.Nine)...)
		said := fmt.Sprint(plan)
		for _, index := range []string{"sessions_ended", "intervals_session", "relays_open", "lobby_tickets_room"} {
			if !strings.Contains(said, index) {
				t.Errorf("%s is not used: %s", index, said)
			}
		}
		if strings.Contains(said, "SCAN ") {
			t.Errorf("a table is read whole: %s", said)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
