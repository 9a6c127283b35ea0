package store_test

import (
	"strings"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

// What the program of schema 1 writes, as it wrote it. A roll-out has it running before, during and after the migration.
const (
	roomOf1 = `INSERT INTO rooms (id, org_id, slug, media_name, name, description, language, tags, entry, min_assurance, version, created_at, updated_at)
		VALUES ('01900000-0000-7000-8000-000000000001', '` + auth.DefaultOrgID + `', 'aaa-bbbb-ccc', 'MEDIA', 'Cabinet', '', 'fr', '["budget"]', 'signed-in', 0, 1, $AT, $AT)`
	useOf1   = `INSERT INTO room_use (room_id, org_id, active_at) VALUES ('01900000-0000-7000-8000-000000000001', '` + auth.DefaultOrgID + `', $AT)`
	grantOf1 = `INSERT INTO grants (id, room_id, subject_kind, subject_id, role, sources, source_kind, source_id)
		VALUES ('01900000-0000-7000-8000-000000000002', '01900000-0000-7000-8000-000000000001', 'person', 'jeanne', 'owner', '[]', 'room', '01900000-0000-7000-8000-000000000001')`
	beatOf1 = `INSERT INTO replicas (name, seen_at) VALUES ('old', $AT)
		ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at WHERE replicas.seen_at < excluded.seen_at`
)

func write(t *testing.T, url string, at time.Time, statements ...string) {
	t.Helper()
	for _, s := range statements {
		s = strings.ReplaceAll(s, "$AT", "'"+at.UTC().Format("2006-01-02T15:04:05.000000Z")+"'")
		if _, err := look(t, url).ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%v in %s", err, s)
		}
	}
}

func TestTheProgramOfSchemaOneAndThisOneShareADatabaseDuringARollOut(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		if err := store.Migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		if err := store.MigrateDown(t.Context(), url, 1); err != nil {
			t.Fatal(err)
		}
		write(t, url, storetest.Nine, roomOf1, useOf1, grantOf1, beatOf1)
		if err := store.Migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		db := open(t, store.Options{URL: url})
		readsWhatOneWrote(t, db)

		later := storetest.Nine.Add(10 * time.Second)
		write(t, url, later, beatOf1) // it runs on, on the new schema
		if err := db.Heartbeat(t.Context(), "new", later); err != nil {
			t.Fatal(err)
		}
		since, err := db.WatchedSince(t.Context(), later.Add(-rooms.RelayFresh))
		if err != nil || !since.Equal(later.Truncate(time.Microsecond)) {
			t.Errorf("watched since %s, %v: one that does not say since when counts for nothing", since, err)
		}

		if err := store.MigrateDown(t.Context(), url, 1); err != nil { // taken back, nothing is lost
			t.Fatal(err)
		}
		write(t, url, later.Add(time.Second), beatOf1)
		if got := tell(t, look(t, url), "SELECT COUNT(*) FROM replicas"); got != "2" {
			t.Errorf("%s replicas", got)
		}
	})
}

func readsWhatOneWrote(t *testing.T, db *store.DB) {
	t.Helper()
	r, err := db.Room(t.Context(), "aaa-bbbb-ccc")
	if err != nil || r.Name != "Cabinet" || r.Version != 1 || len(r.Tags) != 1 {
		t.Errorf("the room: %+v, %v", r, err)
	}
	grants, err := db.Grants(t.Context(), r.ID, []access.Subject{{Kind: access.SubjectPerson, ID: "jeanne"}})
	if err != nil || len(grants) != 1 || grants[0].Role != access.Owner || !grants[0].Sources.All {
		t.Errorf("its owner: %+v, %v", grants, err)
	}
}

// What the program of schema 5 writes and reads where this one plans meetings: it knows neither the columns nor the links.
func TestAProgramThatKnowsNoMeetingsLetsNobodyIntoADedicatedRoom(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		if err := store.Migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		db := open(t, store.Options{URL: url})
		n := access.NewRoom{
			ID: storetest.NewID(), OrgID: auth.DefaultOrgID, Slug: "ddd-eeee-fff", MediaName: "MEDIA2", Name: "Conseil", Language: "fr",
			Dedicated: true, Entry: access.EntryEveryone, CreatedAt: storetest.Nine,
		}
		if err := db.CreateMeetingRoom(t.Context(), n, nil); err != nil {
			t.Fatal(err)
		}
		if got := tell(t, look(t, url), "SELECT entry FROM rooms WHERE slug = 'ddd-eeee-fff'"); got != string(access.EntryHosts) {
			t.Errorf("it would let in %s", got)
		}
		write(t, url, storetest.Nine, roomOf1, useOf1, grantOf1,
			`INSERT INTO admissions (id, org_id, room_id, who_kind, who_id, name, org_name, assurance, role, sources, state, reason, generation, created_at)
			VALUES ('01900000-0000-7000-8000-000000000003', '`+auth.DefaultOrgID+`', '01900000-0000-7000-8000-000000000001', 'service', 'x', 'Zoé', '', 0, 'member', '[]', 'admitted', '', 1, $AT)`)
		readsWhatOneWrote(t, db)
		in, err := db.Admission(t.Context(), "01900000-0000-7000-8000-000000000003")
		if err != nil || in.Admission.GrantID != "" || in.Room.Dedicated || in.Room.Planned {
			t.Errorf("%+v, %v", in, err)
		}
		if err := store.MigrateDown(t.Context(), url, 3); err != nil { // taken back, the room stays the hosts'
			t.Fatal(err)
		}
		if got := tell(t, look(t, url), "SELECT COUNT(*) FROM rooms"); got != "2" {
			t.Errorf("%s rooms", got)
		}
	})
}
