package store_test

import (
	"sync"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/oidc"
	"parvis/auth/signin"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

func TestEventsAreCountedPerSubjectWithoutAGapAndAudited(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		r := storetest.Room("aaa-bbbb-ccc")
		happened := func(what event.Type) event.Event {
			return event.Event{ID: storetest.NewID(), Type: what, OrgID: r.OrgID, Subject: "room:" + r.ID, Actor: "person:x", At: storetest.Nine, Data: map[string]any{"n": 1}}
		}
		if err := db.CreateRoom(t.Context(), r, nil, []event.Event{happened(event.RoomCreated)}); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				_, err := db.UpdateRoom(t.Context(), r.ID, func(*rooms.Room) ([]event.Event, error) {
					return []event.Event{happened(event.RoomUpdated), happened(event.RoomArchived)}, nil
				})
				if err != nil {
					t.Errorf("update: %v", err)
				}
			})
		}
		wg.Wait()
		beside := look(t, url)
		if got := tell(t, beside, "SELECT seq FROM events ORDER BY seq"); got != "1 2 3 4 5 6 7 8 9 10 11 12 13" {
			t.Errorf("numbers %s", got)
		}
		if got := tell(t, beside, "SELECT COUNT(*) FROM audit"); got != "13" {
			t.Errorf("%s audit rows", got)
		}
	})
}

func TestARefusedChangeLeavesNoEvent(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		r := storetest.Room("aaa-bbbb-ccc")
		made := event.Event{ID: storetest.NewID(), Type: event.RoomCreated, OrgID: r.OrgID, Subject: "room:" + r.ID, At: storetest.Nine}
		twice := storetest.Grant(r, "jeanne", access.Owner)
		if err := db.CreateRoom(t.Context(), r, []access.Grant{twice, twice}, []event.Event{made}); !fault.Is(err, fault.Conflict) {
			t.Errorf("got %v", err)
		}
		beside := look(t, url)
		for _, table := range []string{"rooms", "room_use", "events", "audit", "changes"} {
			if got := tell(t, beside, "SELECT COUNT(*) FROM "+table); got != "0" {
				t.Errorf("%s rows in %s", got, table)
			}
		}
	})
}

func TestAdmissionsAreAuditedOnceByIdsAlone(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		r, s := storetest.Room("aaa-bbbb-ccc"), storetest.Guest("g")
		if err := db.CreateRoom(t.Context(), r, nil, nil); err != nil {
			t.Fatal(err)
		}
		if err := db.CreateSignIn(t.Context(), s, ""); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			a := storetest.AdmissionOf(r, s)
			a.Name = "Zoé Martin"
			if _, err := db.Admit(t.Context(), a, storetest.Created(a)); err != nil {
				t.Fatal(err)
			}
		}
		beside := look(t, url)
		for _, table := range []string{"events", "audit"} {
			type_ := map[string]string{"events": "type", "audit": "action"}[table]
			if got := tell(t, beside, "SELECT COUNT(*) FROM "+table+" WHERE "+type_+" = 'admission.created'"); got != "1" {
				t.Errorf("%s rows in %s", got, table)
			}
			if got := tell(t, beside, "SELECT COUNT(*) FROM "+table+" WHERE CAST(data AS TEXT) LIKE '%Martin%'"); got != "0" {
				t.Errorf("%s holds a name", table)
			}
		}
	})
}

func TestWhatHasRunOutIsPrunedAndNothingElse(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		r := storetest.Room("aaa-bbbb-ccc")
		if err := db.CreateRoom(t.Context(), r, []access.Grant{storetest.Grant(r, "x", access.Owner)}, nil); err != nil {
			t.Fatal(err)
		}
		attempt := oidc.Attempt{StateHash: []byte("s"), BrowserHash: []byte("b"), ExpiresAt: storetest.Nine.Add(10 * time.Minute)}
		if err := db.BeginAttempt(t.Context(), attempt, storetest.Nine); err != nil {
			t.Fatal(err)
		}
		if err := db.UseLogoutToken(t.Context(), "i", "j", storetest.Nine, storetest.Nine.Add(10*time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, _, _, _, err := db.BeginIdempotent(t.Context(), "p", "r", "k", []byte("h"), storetest.Nine); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Keep(t.Context(), rooms.MediaEvent{ID: "1", At: storetest.Nine}, storetest.Nine); err != nil {
			t.Fatal(err)
		}
		endedSession(t, db, r)
		beside := look(t, url)
		tables := []string{"changes", "sign_in_attempts", "used_logout_tokens", "idempotency_keys", "webhook_inbox", "relays"}
		if err := db.Prune(t.Context(), storetest.Nine); err != nil {
			t.Fatal(err)
		}
		for _, table := range append(tables, "messages") {
			if got := tell(t, beside, "SELECT COUNT(*) FROM "+table); got == "0" {
				t.Errorf("%s was emptied too soon", table)
			}
		}
		if err := db.Prune(t.Context(), storetest.Nine.Add(25*time.Hour)); err != nil {
			t.Fatal(err)
		}
		for _, table := range append(tables, "messages") {
			if got := tell(t, beside, "SELECT COUNT(*) FROM "+table); got != "0" {
				t.Errorf("%s rows are left in %s", got, table)
			}
		}
		if got := tell(t, beside, "SELECT COUNT(*) FROM rooms"); got != "1" {
			t.Errorf("%s rooms are left", got)
		}
	})
}

// endedSession leaves a line of a session that ended a minute after nine, and a closed relay.
func endedSession(t *testing.T, db *store.DB, r rooms.Room) {
	t.Helper()
	a, err := db.Admit(t.Context(), storetest.Admission(r), nil)
	if err != nil {
		t.Fatal(err)
	}
	relay := rooms.Relay{ID: storetest.NewID(), AdmissionID: a.ID, Replica: "a", OpenedAt: storetest.Nine}
	in, err := db.Enter(t.Context(), relay, func(rooms.Entered) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	m := rooms.Message{ID: storetest.NewID(), RoomID: r.ID, SessionID: in.Admission.SessionID, AdmissionID: a.ID, Text: "x", At: storetest.Nine}
	if _, err := db.AddMessage(t.Context(), m, true); err != nil {
		t.Fatal(err)
	}
	end := storetest.Nine.Add(time.Minute)
	if err := db.CloseRelay(t.Context(), relay.ID, end); err != nil {
		t.Fatal(err)
	}
	err = db.Settle(t.Context(), rooms.Settlement{Left: map[string]time.Time{a.ID: end}, Over: []string{in.Admission.SessionID}}, end)
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnAdministratorFindsSomebodyByAddressWithinAnOrganization(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		org := directory.Organization{ID: storetest.NewID(), Name: "Ministère", Siret: "13002526500013", IdPIDs: []string{"idp-1"}, CreatedAt: storetest.Nine}
		if err := db.CreateOrganization(t.Context(), org); err != nil {
			t.Fatal(err)
		}
		again := directory.Organization{ID: storetest.NewID(), Name: "Autre", IdPIDs: []string{"idp-1"}, CreatedAt: storetest.Nine}
		if err := db.CreateOrganization(t.Context(), again); !fault.Is(err, fault.Conflict) {
			t.Errorf("a provider of two organizations: %v", err)
		}
		placed, err := db.PlaceOrganization(t.Context(), directory.Claims{IdPID: "idp-1", Siret: "99999999900000"}, storetest.Nine)
		if err != nil || placed.ID != org.ID {
			t.Errorf("a known provider comes before a new siret: %+v, %v", placed, err)
		}
		c := directory.Claims{Issuer: "i", Subject: "s", Email: "Jeanne@Example.fr"}
		p, err := db.UpsertPerson(t.Context(), c, org.ID, storetest.Nine)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{org.ID, org.Siret, org.Name} {
			if got, err := db.PersonByEmail(t.Context(), key, "jeanne@example.FR"); err != nil || got.ID != p.ID {
				t.Errorf("by %s: %+v, %v", key, got, err)
			}
		}
		if _, err := db.PersonByEmail(t.Context(), auth.DefaultOrgID, c.Email); !fault.Is(err, fault.NotFound) {
			t.Errorf("in another organization: %v", err)
		}
		c.Email = "new@example.fr"
		if _, err := db.UpsertPerson(t.Context(), c, org.ID, storetest.Nine.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := db.PersonByEmail(t.Context(), org.ID, "jeanne@example.fr"); !fault.Is(err, fault.NotFound) {
			t.Errorf("an address of the past finds nobody: %v", err)
		}
		if got := tell(t, look(t, url), "SELECT address FROM emails ORDER BY since"); got != "Jeanne@Example.fr new@example.fr" {
			t.Errorf("the history is %s", got)
		}
		c.Subject = "other"
		if _, err := db.UpsertPerson(t.Context(), c, org.ID, storetest.Nine); err != nil {
			t.Fatal(err)
		}
		if _, err := db.PersonByEmail(t.Context(), org.ID, c.Email); !fault.Is(err, fault.Conflict) {
			t.Errorf("an address of two: %v", err)
		}
	})
}

func TestADeactivatedPersonStaysSo(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		c := directory.Claims{Issuer: "i", Subject: "s"}
		p, err := db.UpsertPerson(t.Context(), c, auth.DefaultOrgID, storetest.Nine)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []time.Time{storetest.Nine, storetest.Nine.Add(time.Hour)} {
			if err := db.DeactivatePerson(t.Context(), p.ID, at); err != nil {
				t.Fatal(err)
			}
		}
		got, err := db.UpsertPerson(t.Context(), c, auth.DefaultOrgID, storetest.Nine)
		if err != nil || got.DeactivatedAt == nil || !got.DeactivatedAt.Equal(storetest.Nine.Truncate(time.Microsecond)) {
			t.Errorf("got %v, %v", got.DeactivatedAt, err)
		}
		late := storetest.SignedIn("late", p)
		if err := db.CreateSignIn(t.Context(), late, ""); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a sign-in that ends after the account: %v", err)
		}
		for _, id := range []string{storetest.NewID(), "nonsense"} {
			if err := db.DeactivatePerson(t.Context(), id, storetest.Nine); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}

func TestWhoIsDeactivatedIsOutAtOnce(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := watching(t, open(t, store.Options{URL: url}))
		p, err := db.UpsertPerson(t.Context(), directory.Claims{Issuer: "i", Subject: "s"}, auth.DefaultOrgID, storetest.Nine)
		if err != nil {
			t.Fatal(err)
		}
		r, s, guest := storetest.Room("aaa-bbbb-ccc"), storetest.SignedIn("s", p), storetest.Guest("g")
		if err := db.CreateRoom(t.Context(), r, []access.Grant{storetest.Grant(r, p.ID, access.Owner)}, nil); err != nil {
			t.Fatal(err)
		}
		places := map[string]rooms.EndReason{}
		for who, want := range map[*signin.SignIn]rooms.EndReason{&s: rooms.EndDeactivated, &guest: ""} {
			if err := db.CreateSignIn(t.Context(), *who, ""); err != nil {
				t.Fatal(err)
			}
			if _, err := db.SignIn(t.Context(), who.SecretHash); err != nil { // so that a cache holds it
				t.Fatal(err)
			}
			a := storetest.AdmissionOf(r, *who)
			if _, err := db.Admit(t.Context(), a, storetest.Created(a)); err != nil {
				t.Fatal(err)
			}
			places[a.ID] = want
		}
		if err := db.DeactivatePerson(t.Context(), p.ID, storetest.Nine); err != nil {
			t.Fatal(err)
		}
		if _, err := db.SignIn(t.Context(), s.SecretHash); !fault.Is(err, fault.NotFound) {
			t.Errorf("still signed in: %v", err)
		}
		if _, err := db.SignIn(t.Context(), guest.SecretHash); err != nil {
			t.Errorf("somebody else is out: %v", err)
		}
		for id, want := range places {
			in, err := db.Admission(t.Context(), id)
			if err != nil || in.Admission.Reason != want || in.Admission.Live() != (want == "") {
				t.Errorf("want %q, got %+v, %v", want, in.Admission, err)
			}
		}
	})
}

func TestWhatSoftwareDidForAHostIsToldAndAuditedWithBoth(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		db := open(t, store.Options{URL: url})
		r := storetest.Room("aaa-bbbb-ccc")
		if err := db.CreateRoom(t.Context(), r, nil, nil); err != nil {
			t.Fatal(err)
		}
		a, err := db.Admit(t.Context(), storetest.Admission(r), nil)
		if err != nil {
			t.Fatal(err)
		}
		relay := rooms.Relay{ID: storetest.NewID(), AdmissionID: a.ID, Replica: "one", OpenedAt: storetest.Nine}
		if _, err := db.Enter(t.Context(), relay, func(rooms.Entered) error { return nil }); err != nil {
			t.Fatal(err)
		}
		_, err = db.UpdateRunning(t.Context(), r.ID, storetest.Nine, func(run *rooms.Running) error {
			run.Acts = append(run.Acts, rooms.Act{ID: storetest.NewID(), At: storetest.Nine, Actor: "person:camille", OnBehalfOf: "agenda", ActorName: "Camille", Act: rooms.ActLock})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		beside := look(t, url)
		for query, want := range map[string]string{
			"SELECT actor || ' ' || on_behalf_of FROM events WHERE type = 'room.moderated'":  "person:camille agenda",
			"SELECT actor || ' ' || on_behalf_of FROM audit WHERE action = 'room.moderated'": "person:camille agenda",
		} {
			if got := tell(t, beside, query); got != want {
				t.Errorf("%s: got %q", query, got)
			}
		}
	})
}
