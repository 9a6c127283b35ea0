package store_test

import (
	"context"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth/signin"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

// ears gathers what OnChange tells.
type ears chan [2]string

func listening(db *store.DB) ears {
	told := make(ears, 1000)
	db.OnChange(func(kind, id string) { told <- [2]string{kind, id} })
	return told
}

func (e ears) await(t *testing.T, kind, id string) {
	t.Helper()
	late := time.After(time.Minute) // for a machine that is busy; an idle one needs some milliseconds
	for {
		select {
		case got := <-e:
			if got == [2]string{kind, id} {
				return
			}
		case <-late:
			t.Fatalf("nothing was told of %s %s", kind, id)
		}
	}
}

// awaitReader waits until the reader of changes has begun: caches count from then on.
func awaitReader(t *testing.T, from, to *store.DB) {
	t.Helper()
	told := listening(to)
	late := time.After(time.Minute)
	for {
		r := storetest.Room(storetest.NewID())
		if err := from.CreateRoom(t.Context(), r, []access.Grant{storetest.Grant(r, "x", "owner")}, nil); err != nil {
			t.Fatal(err)
		}
		select {
		case <-told:
			return
		case <-late:
			t.Fatal("the reader never began")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func rename(t *testing.T, db *store.DB, id, name string) {
	t.Helper()
	_, err := db.UpdateRoom(t.Context(), id, func(r *rooms.Room) ([]event.Event, error) {
		r.Name = name
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func nameOf(t *testing.T, db *store.DB, slug string) string {
	t.Helper()
	r, err := db.Room(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	return r.Name
}

func TestWhatOneReplicaChangesTheOtherForgets(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		here, there := open(t, store.Options{URL: url}), watching(t, open(t, store.Options{URL: url}))
		told := listening(there)
		awaitReader(t, here, there)
		r := storetest.Room("aaa-bbbb-ccc")
		if err := here.CreateRoom(t.Context(), r, nil, nil); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"first", "second", "third"} {
			nameOf(t, there, r.Slug) // so that the cache holds it
			rename(t, here, r.ID, name)
			told.await(t, store.ChangedRoom, r.ID)
			if got := nameOf(t, there, r.Slug); got != name {
				t.Errorf("got %q, want %q", got, name)
			}
		}
		s := storetest.Guest("g")
		if err := here.CreateSignIn(t.Context(), s, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := there.SignIn(t.Context(), s.SecretHash); err != nil {
			t.Fatal(err)
		}
		if _, err := here.EndSignIns(t.Context(), signin.Selection{ID: s.ID}, storetest.Nine); err != nil {
			t.Fatal(err)
		}
		told.await(t, store.ChangedSignIn, s.ID)
		if _, err := there.SignIn(t.Context(), s.SecretHash); !fault.Is(err, fault.NotFound) {
			t.Errorf("a sign-in that ended elsewhere: %v", err)
		}
	})
}

func TestTheGateOfEveryReplicaHearsOfAnEnd(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		here, there := open(t, store.Options{URL: url}), watching(t, open(t, store.Options{URL: url}))
		awaitReader(t, here, there)
		told, own := listening(there), listening(here)
		r := storetest.Room("aaa-bbbb-ccc")
		if err := here.CreateRoom(t.Context(), r, nil, nil); err != nil {
			t.Fatal(err)
		}
		a, err := here.Admit(t.Context(), storetest.Admission(r), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := here.EndAdmissions(t.Context(), rooms.AdmissionSelection{ID: a.ID}, rooms.EndRemoved, storetest.Nine); err != nil {
			t.Fatal(err)
		}
		own.await(t, store.ChangedAdmission, a.ID)
		told.await(t, store.ChangedAdmission, a.ID)
	})
}

func TestWithoutTheReaderOfChangesNothingIsCached(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		here, there := open(t, store.Options{URL: url}), open(t, store.Options{URL: url})
		r := storetest.Room("aaa-bbbb-ccc")
		if err := here.CreateRoom(t.Context(), r, nil, nil); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"first", "second"} {
			rename(t, here, r.ID, name)
			if got := nameOf(t, there, r.Slug); got != name {
				t.Errorf("got %q, want %q", got, name)
			}
		}
	})
}

// A number is given before its transaction commits: who reads "after the last one" would miss this one for ever.
func TestAChangeThatCommitsLateIsNotMissed(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		here, there := open(t, store.Options{URL: url}), watching(t, open(t, store.Options{URL: url}))
		awaitReader(t, here, there)
		told := listening(there)
		late, err := look(t, url).BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		const insert = "INSERT INTO changes (origin, kind, ref, at) VALUES ('00000000-0000-7000-8000-000000000001', 'admission', 'late', '2026-11-20T08:00:00.000000Z')"
		write := func() {
			if _, err := late.ExecContext(t.Context(), insert); err != nil {
				t.Fatal(err)
			}
		}
		sqlite := isSQLite(url)
		if !sqlite { // where two can write at once, the early number commits last
			write()
		}
		r := storetest.Room("aaa-bbbb-ccc")
		if err := here.CreateRoom(t.Context(), r, nil, nil); err != nil {
			t.Fatal(err)
		}
		rename(t, here, r.ID, "after")
		told.await(t, store.ChangedRoom, r.ID)
		if sqlite {
			write()
		}
		if err := late.Commit(); err != nil {
			t.Fatal(err)
		}
		told.await(t, store.ChangedAdmission, "late")
	})
}

func TestTwoReplicasAdmitTheSameSignInOnce(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		here, there := open(t, store.Options{URL: url}), open(t, store.Options{URL: url})
		r, s := storetest.Room("aaa-bbbb-ccc"), storetest.Guest("g")
		if err := here.CreateRoom(t.Context(), r, nil, nil); err != nil {
			t.Fatal(err)
		}
		if err := here.CreateSignIn(t.Context(), s, ""); err != nil {
			t.Fatal(err)
		}
		ids := make(chan string, 20)
		for i := range cap(ids) {
			go func() {
				a := storetest.AdmissionOf(r, s)
				got, err := []*store.DB{here, there}[i%2].Admit(context.WithoutCancel(t.Context()), a, storetest.Created(a))
				if err != nil {
					t.Errorf("admit: %v", err)
				}
				ids <- got.ID
			}()
		}
		first := <-ids
		for range cap(ids) - 1 {
			if other := <-ids; other != first {
				t.Errorf("two admissions: %s, %s", first, other)
			}
		}
		if got := tell(t, look(t, url), "SELECT COUNT(*) FROM events WHERE type = 'admission.created'"); got != "1" {
			t.Errorf("%s events of one admission", got)
		}
	})
}

func TestTheReaderOfChangesOutlivesItsConnections(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		here, there := open(t, store.Options{URL: url}), watching(t, open(t, store.Options{URL: url, Replica: "there"}))
		awaitReader(t, here, there)
		if !isSQLite(url) {
			tell(t, look(t, url), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'parvis%there'")
		}
		awaitReader(t, here, there)
		r := storetest.Room("aaa-bbbb-ccc")
		if err := here.CreateRoom(t.Context(), r, nil, nil); err != nil {
			t.Fatal(err)
		}
		told := listening(there)
		rename(t, here, r.ID, "after")
		told.await(t, store.ChangedRoom, r.ID)
		if got := nameOf(t, there, r.Slug); got != "after" {
			t.Errorf("got %q", got)
		}
	})
}
