package store_test

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/service"
	"parvis/event"
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

// What the program of schema 3 writes of a call and of who is in it.
const (
	sessionOf3 = `INSERT INTO sessions (id, org_id, room_id, sid, started_at)
		VALUES ('01900000-0000-7000-8000-000000000003', '` + auth.DefaultOrgID + `', '01900000-0000-7000-8000-000000000001', '', $AT)`
	decidedBy3 = `INSERT INTO adjustments (session_id, who_kind, who_id, role, name, forbidden, held, updated_at)
		VALUES ('01900000-0000-7000-8000-000000000003', 'guest', 'zoe', '', '', '["chat"]', '', $AT) ON CONFLICT (session_id, who_kind, who_id) DO UPDATE SET
			role = excluded.role, name = excluded.name, forbidden = excluded.forbidden, held = excluded.held, updated_at = excluded.updated_at`
	lockOf3 = "UPDATE sessions SET locked_at = $AT, locked_by = 'Odile', spotlight = '[]' WHERE id = '01900000-0000-7000-8000-000000000003'"
)

func TestTheProgramOfSchemaThreeHostsACallDuringARollOutAndTakesNothingBackThatThisOneDecided(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		if err := store.Migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		if err := store.MigrateDown(t.Context(), url, 3); err != nil {
			t.Fatal(err)
		}
		write(t, url, storetest.Nine, roomOf1, useOf1, grantOf1, sessionOf3, decidedBy3)
		if err := store.Migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		db := open(t, store.Options{URL: url})
		zoe := rooms.Who{Kind: auth.Guest, ID: "zoe"}
		_, err := db.UpdateRunning(t.Context(), "01900000-0000-7000-8000-000000000001", storetest.Nine, func(r *rooms.Running) error {
			if a := r.Adjusted[zoe]; !a.Forbidden.Has(access.AbilityChat) || len(a.Allowed) != 0 || len(r.Session.Permits) != 0 {
				t.Errorf("of the earlier program: %+v, %+v", a, r.Session)
			}
			r.Session.Permits = rooms.Permission{access.AbilityMicrophone: false}
			r.Adjusted[zoe] = rooms.Adjustment{Allowed: access.Abilities{access.AbilityMicrophone}}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		write(t, url, storetest.Nine.Add(time.Second), decidedBy3, lockOf3)
		run, err := db.Running(t.Context(), "01900000-0000-7000-8000-000000000001", storetest.Nine)
		a := run.Adjusted[zoe]
		if err != nil || !a.Forbidden.Has(access.AbilityChat) || !a.Allowed.Has(access.AbilityMicrophone) || len(run.Session.Permits) != 1 || run.Session.LockedAt == nil {
			t.Errorf("of both: %+v, %+v, %v", a, run.Session, err)
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

// What the program of schema 3 writes of software: it knows tokens, not accounts.
const (
	tokenID    = "01900000-0000-7000-8000-00000000000a"
	tokenOf3   = `INSERT INTO service_tokens (id, org_id, name, scopes, secret_hash, created_at) VALUES ('$ID', '` + auth.DefaultOrgID + `', 'Agenda', '["rooms.read"]', $HASH, $AT)`
	revokeBy3  = `UPDATE service_tokens SET revoked_at = $AT WHERE id = '$ID'`
	touchBy3   = `UPDATE service_tokens SET last_used_at = $AT WHERE id = '$ID'`
	readsToken = `SELECT COUNT(*) FROM service_tokens WHERE id = '$ID' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > '2026-11-20')`
)

func aboutToken(url, statement, id string) string {
	hash := `'\x0102'`
	if isSQLite(url) {
		hash = `x'0102'`
	}
	return strings.NewReplacer("$ID", id, "$HASH", hash).Replace(statement)
}

func TestATokenOfBeforeBecomesAnAccountAndBothProgramsRevokeIt(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		if err := store.Migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		if err := store.MigrateDown(t.Context(), url, 3); err != nil {
			t.Fatal(err)
		}
		write(t, url, storetest.Nine, aboutToken(url, tokenOf3, tokenID))
		if err := store.Migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		db := open(t, store.Options{URL: url})
		a, err := db.AccountNow(t.Context(), tokenID)
		if err != nil || a.Name != "Agenda" || len(a.Scopes) != 1 || len(a.Secrets) != 1 || !bytes.Equal(a.Secrets[0].Hash, []byte{1, 2}) || len(a.Networks)+len(a.ActsFor)+len(a.Keys) != 0 {
			t.Fatalf("got %+v, %v", a, err)
		}

		// The older program runs on: it uses its token, makes another and revokes that.
		other := strings.Replace(tokenID, "0a", "0b", 1)
		for _, s := range []string{touchBy3, tokenOf3, revokeBy3} {
			write(t, url, storetest.Nine, aboutToken(url, s, other))
		}
		if b, err := db.AccountNow(t.Context(), other); err != nil || b.RevokedAt == nil || len(b.Secrets) != 1 || b.Version != 2 {
			t.Errorf("made and revoked by the older program: %+v, %v", b, err)
		}
		if got := tell(t, look(t, url), aboutToken(url, readsToken, tokenID)); got != "1" {
			t.Errorf("the older program takes %s tokens", got)
		}
	})
}

func TestWhatThisProgramTakesFromAnAccountTheOneBeforeTakesFromItsToken(t *testing.T) {
	soon := storetest.Nine.Add(-time.Hour)
	for name, change := range map[string]func(*service.Account){
		"revoked":              func(a *service.Account) { a.RevokedAt = &soon },
		"expired":              func(a *service.Account) { a.ExpiresAt = &soon },
		"bound to a network":   func(a *service.Account) { a.Networks = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} },
		"without its secret":   func(a *service.Account) { a.Secrets = nil },
		"with an ended secret": func(a *service.Account) { a.Secrets[0].ExpiresAt = &soon },
	} {
		t.Run(name, func(t *testing.T) {
			on(t, func(t *testing.T, url string) {
				if err := store.Migrate(t.Context(), url); err != nil {
					t.Fatal(err)
				}
				write(t, url, soon.Add(-time.Hour), aboutToken(url, tokenOf3, tokenID))
				_, err := open(t, store.Options{URL: url}).UpdateAccount(t.Context(), tokenID, func(a *service.Account) ([]event.Event, error) {
					change(a)
					return []event.Event{{Type: event.ServiceAccountChanged, OrgID: a.OrgID, Subject: "service-account:" + a.ID, Actor: "system:test", At: soon}}, nil
				})
				if err != nil {
					t.Fatal(err)
				}
				query := strings.Replace(readsToken, "2026-11-20'", storetest.Nine.UTC().Format("2006-01-02T15:04:05.000000Z")+"'", 1)
				if got := tell(t, look(t, url), aboutToken(url, query, tokenID)); got != "0" {
					t.Errorf("the older program takes %s tokens", got)
				}
			})
		})
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
