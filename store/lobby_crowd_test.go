package store_test

import (
	"sync"
	"testing"

	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

// A crowd is more than the pool has connections, before a database on which each knock takes a while.
func TestACrowdThatKnocksAtOnceIsLetWaitToTheLast(t *testing.T) {
	url := storetest.Postgres(t)
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	db := open(t, store.Options{URL: url})
	if storetest.HasPostgres(t) {
		for _, statement := range []string{
			"CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END $$",
			"CREATE TRIGGER linger BEFORE INSERT ON lobby_tickets FOR EACH ROW EXECUTE FUNCTION linger()",
		} {
			if _, err := look(t, url).ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
	}
	r := storetest.Room("aaa-bbbb-ccc")
	if err := db.CreateRoom(t.Context(), r, nil, nil); err != nil {
		t.Fatal(err)
	}
	crowd := make([]rooms.Ticket, 120)
	for i := range crowd {
		s := storetest.Guest(storetest.NewID())
		if err := db.CreateSignIn(t.Context(), s, ""); err != nil {
			t.Fatal(err)
		}
		crowd[i] = storetest.Knocking(r, s)
	}
	var knocks sync.WaitGroup
	for _, k := range crowd {
		knocks.Go(func() {
			if _, err := db.Knock(t.Context(), k, k.Since); err != nil {
				t.Error(err)
			}
		})
	}
	knocks.Wait()
	if l, err := db.Lobby(t.Context(), r.ID, crowd[0].Since); err != nil || len(l.Waiting) != len(crowd) {
		t.Errorf("%d of %d wait, %v", len(l.Waiting), len(crowd), err)
	}
}
