package store_test

import (
	"sync"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/policy"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

// ministry is an organization with one locked setting.
func ministry(t *testing.T, s *store.DB, name string, settings map[policy.Name]policy.Decided) directory.Organization {
	t.Helper()
	o := directory.Organization{ID: storetest.NewID(), Name: name, Version: 1, CreatedAt: storetest.Nine}
	if err := s.CreateOrganization(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	lays(t, s, policy.Organization, o.ID, settings)
	return o
}

func lays(t *testing.T, s *store.DB, level policy.Level, subject string, settings map[policy.Name]policy.Decided) {
	t.Helper()
	_, err := s.UpdatePolicy(t.Context(), level, subject, func(doc *policy.Document) ([]event.Event, error) {
		doc.Settings = settings
		return []event.Event{{ID: storetest.NewID(), Type: event.PolicyUpdated, OrgID: auth.DefaultOrgID, Subject: "policy:" + subject, Actor: "person:x", At: storetest.Nine}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func roomIn(t *testing.T, s *store.DB, orgID, slug string) rooms.Room {
	t.Helper()
	r := storetest.Room(slug)
	r.OrgID, r.Entry, r.MinAssurance = orgID, access.EntryEveryone, auth.AssuranceUnknown
	if err := s.CreateRoom(t.Context(), r, []access.Grant{storetest.Grant(r, storetest.NewID(), access.Owner)}, nil); err != nil {
		t.Fatal(err)
	}
	return r
}

func updated(r rooms.Room) event.Event {
	return event.Event{ID: storetest.NewID(), Type: event.RoomUpdated, OrgID: r.OrgID, Subject: "room:" + r.ID, Actor: "person:x", At: storetest.Nine}
}

func TestARoomStandsUnderItsUnitThoseAboveItAndItsOwnPolicy(t *testing.T) {
	for engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			url := withSchema(t, engine)
			s, other := watching(t, open(t, store.Options{URL: url})), watching(t, open(t, store.Options{URL: url}))
			org := ministry(t, s, "Ministry X", nil)
			r := roomIn(t, s, org.ID, "aaa-bbbb-ccc")
			above := directory.Unit{ID: storetest.NewID(), OrgID: org.ID, Name: "Direction", Version: 1, CreatedAt: storetest.Nine}
			below := directory.Unit{ID: storetest.NewID(), OrgID: org.ID, ParentID: above.ID, Name: "Bureau", Version: 1, CreatedAt: storetest.Nine}
			for _, u := range []directory.Unit{above, below} {
				if err := s.CreateUnit(t.Context(), u, 10); err != nil {
					t.Fatal(err)
				}
			}
			now := func(s *store.DB) rooms.Room {
				t.Helper()
				found, err := s.Room(t.Context(), r.Slug)
				if err != nil {
					t.Fatal(err)
				}
				return found
			}
			for _, s := range []*store.DB{s, other} { // so that both keep what was
				now(s)
			}
			lays(t, s, policy.Unit, above.ID, storetest.Says(t, policy.Entry, `"signed-in"`, true))
			if found := now(s); found.Entry != access.EntryEveryone {
				t.Errorf("of no unit yet: %s", found.Entry)
			}
			if err := s.PlaceRoom(t.Context(), r.ID, below.ID, nil, updated(r)); err != nil {
				t.Fatal(err)
			}
			if found := now(s); found.Entry != access.EntrySignedIn || found.UnitID != below.ID {
				t.Errorf("in the unit: %s, %q", found.Entry, found.UnitID)
			}
			lays(t, s, policy.Room, r.ID, storetest.Says(t, policy.Entry, `"members"`, true))
			if found := now(s); found.Entry != access.EntryMembers || !found.Governed {
				t.Errorf("with a policy of its own: %s", found.Entry)
			}
			e, err := s.EffectiveIn(t.Context(), now(s).Scope())
			if got := e.Of(policy.Entry); err != nil || got.By.Level != policy.Room || got.Reason() != "locked for this room by who administers it" {
				t.Errorf("got %+v, %v", got, err)
			}
			e, err = s.EffectiveAbove(t.Context(), now(s).Scope())
			if got := e.Of(policy.Entry); err != nil || got.By.Name != "Direction" {
				t.Errorf("above the room: %+v, %v", got, err)
			}
			heard(t, func() bool { return now(other).Entry == access.EntryMembers })

			lays(t, s, policy.Room, r.ID, nil)
			for _, id := range []string{below.ID, above.ID} {
				if err := s.DeleteUnit(t.Context(), org.ID, id, nil); err != nil {
					t.Fatal(err)
				}
			}
			if found := now(s); found.Entry != access.EntryEveryone || found.UnitID != "" {
				t.Errorf("once the units are gone: %s, %q", found.Entry, found.UnitID)
			}
			_, err = s.Policy(t.Context(), policy.Unit, above.ID)
			if !fault.HasCode(err, fault.CodeUnitNotFound) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestARoomIsPutIntoNoUnitOfAnotherOrganization(t *testing.T) {
	for engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := watching(t, open(t, store.Options{URL: withSchema(t, engine)}))
			mine, theirs := ministry(t, s, "Ministry X", nil), ministry(t, s, "Ministry Y", nil)
			r := roomIn(t, s, mine.ID, "aaa-bbbb-ccc")
			u := directory.Unit{ID: storetest.NewID(), OrgID: theirs.ID, Name: "Bureau", Version: 1, CreatedAt: storetest.Nine}
			if err := s.CreateUnit(t.Context(), u, 10); err != nil {
				t.Fatal(err)
			}
			for _, id := range []string{u.ID, storetest.NewID(), "nonsense"} {
				if err := s.PlaceRoom(t.Context(), r.ID, id, nil, updated(r)); !fault.HasCode(err, fault.CodeUnitNotFound) {
					t.Errorf("%s: got %v", id, err)
				}
			}
		})
	}
}

// TestOfManyWhoMakeASessionStricterAtOnceOneEnters is about people of as many ministries, before a room in which nobody is yet.
func TestOfManyWhoMakeASessionStricterAtOnceOneEnters(t *testing.T) {
	words := []string{`["chat"]`, `["reactions"]`, `["screen"]`, `["camera"]`}
	for engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := watching(t, open(t, store.Options{URL: withSchema(t, engine)}))
			r := roomIn(t, s, ministry(t, s, "Ministry X", nil).ID, "aaa-bbbb-ccc")
			var comers []rooms.Admission
			for i, word := range words {
				org := ministry(t, s, "Ministry "+word, storetest.Says(t, policy.ForbiddenToAll, word, true))
				p, err := s.UpsertPerson(t.Context(), directory.Claims{Issuer: "https://op.example", Subject: word, GivenName: "Y"}, org.ID, storetest.Nine)
				if err != nil {
					t.Fatal(err)
				}
				in := storetest.SignedIn(word, p)
				if err := s.CreateSignIn(t.Context(), in, ""); err != nil {
					t.Fatal(i, err)
				}
				a := storetest.AdmissionOf(r, in)
				if a, err = s.Admit(t.Context(), a, storetest.Created(a)); err != nil {
					t.Fatal(err)
				}
				comers = append(comers, a)
			}
			var wg sync.WaitGroup
			entered, errs := make([]rooms.Entered, len(comers)), make([]error, len(comers))
			for i, a := range comers {
				wg.Go(func() {
					relay := rooms.Relay{ID: storetest.NewID(), AdmissionID: a.ID, Replica: "one", OpenedAt: storetest.Nine}
					entered[i], errs[i] = s.Enter(t.Context(), relay, func(in rooms.Entered) error { return in.Fits(a.SignInID, r.MediaName) })
				})
			}
			wg.Wait()
			came := 0
			for i, err := range errs {
				switch {
				case err == nil:
					came++
					if len(entered[i].Room.Presence) != 1 || entered[i].Untold {
						t.Errorf("who came first: %+v", entered[i].Room.Presence)
					}
				case !fault.HasCode(err, fault.CodeNotAdmitted):
					t.Errorf("got %v", err)
				}
			}
			if came != 1 {
				t.Errorf("%d entered", came)
			}
			found, err := s.Threshold(t.Context(), r.ID)
			if err != nil || len(found.Tightened[policy.ForbiddenToAll].Value.List) != 1 {
				t.Errorf("the session is bound by %+v, %v", found.Tightened, err)
			}
		})
	}
}

// heard waits until another process has read what this one wrote.
func heard(t *testing.T, is func() bool) {
	t.Helper()
	late, look := time.After(10*time.Second), time.NewTicker(10*time.Millisecond)
	defer look.Stop()
	for !is() {
		select {
		case <-late:
			t.Fatal("another process has not heard of it")
		case <-look.C:
		}
	}
}

func TestSoftwareWithoutPoliciesTakesNoRoomFromUnderTheLockOfAUnit(t *testing.T) {
	for engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := open(t, store.Options{URL: withSchema(t, engine)})
			org := ministry(t, s, "Ministry X", nil)
			admin := directory.NewAdministration(s, func() time.Time { return storetest.Nine })
			software := func(scopes ...auth.Scope) auth.Identity {
				return auth.Identity{Kind: auth.Service, ID: storetest.NewID(), OrgID: org.ID, Scopes: scopes}
			}
			divides := software(auth.ScopeOrganizationsManage)
			both := software(auth.ScopeOrganizationsManage, auth.ScopePoliciesManage)
			unit := func(name, parent string) directory.Unit {
				t.Helper()
				u, err := admin.CreateUnit(t.Context(), divides, directory.Unit{OrgID: org.ID, Name: name, ParentID: parent})
				if err != nil {
					t.Fatal(err)
				}
				return u
			}
			top, free := unit("Direction", ""), unit("Other", "")
			below := unit("Bureau", top.ID)
			lays(t, s, policy.Unit, top.ID, storetest.Says(t, policy.Entry, `"signed-in"`, true))
			place := func(who auth.Identity, u directory.Unit, parent string) error {
				_, err := admin.UpdateUnit(t.Context(), who, org.ID, u.ID, directory.AnyVersion, directory.UnitChange{ParentID: &parent})
				return err
			}
			for what, do := range map[string]func(auth.Identity) error{
				"moving what stands below": func(who auth.Identity) error { return place(who, below, free.ID) },
				"moving what has it":       func(who auth.Identity) error { return place(who, top, free.ID) },
				"deleting what is below":   func(who auth.Identity) error { return admin.DeleteUnit(t.Context(), who, org.ID, below.ID) },
				"deleting what has it":     func(who auth.Identity) error { return admin.DeleteUnit(t.Context(), who, org.ID, top.ID) },
			} {
				if err := do(divides); !fault.HasCode(err, fault.CodeScopeMissing) {
					t.Errorf("%s: %v", what, err)
				}
			}
			name := "Bureau 2"
			if _, err := admin.UpdateUnit(t.Context(), divides, org.ID, below.ID, directory.AnyVersion, directory.UnitChange{Name: &name}); err != nil {
				t.Errorf("another name: %v", err)
			}
			if err := admin.DeleteUnit(t.Context(), divides, org.ID, unit("Unruled", free.ID).ID); err != nil {
				t.Errorf("where no policy stands: %v", err)
			}
			stale := auth.Identity{Kind: auth.Person, ID: storetest.NewID(), OrgID: org.ID, Appointments: []auth.Appointment{{Role: auth.OrgAdmin, OrgID: org.ID}}}
			if err := place(stale, below, free.ID); !fault.HasCode(err, fault.CodeElevationRequired) {
				t.Errorf("somebody without a fresh sign-in: %v", err)
			}
			if err := place(both, below, free.ID); err != nil {
				t.Errorf("with both rights: %v", err)
			}
			if err := admin.DeleteUnit(t.Context(), both, org.ID, top.ID); err != nil {
				t.Errorf("with both rights: %v", err)
			}
		})
	}
}
