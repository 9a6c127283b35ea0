package store

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/scim"
	"parvis/store/storetest"
)

func TestAUserMadeAtTheMomentOfAMergeIsOfTheAccountThatStays(t *testing.T) {
	if !storetest.HasPostgres(t) {
		return // a file has one writer: nobody comes between
	}
	for name, at := range map[string]func(query string) bool{
		"before the account is held": func(query string) bool { return strings.HasPrefix(query, "SELECT id FROM people WHERE id IN") },
		"once it is held": func(query string) bool {
			return strings.Contains(query, "INSERT INTO") && strings.Contains(query, "scim_users")
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlanner(t, "postgres", false)
			now := time.Now().UTC()
			from, into := p.people[1], p.people[2]
			account := service.Account{ID: newID(), OrgID: from.OrgID, Name: "HR", Scopes: []auth.Scope{auth.ScopePeopleManage}, Version: 1, CreatedAt: now}
			if err := p.db.CreateAccount(t.Context(), account, nil); err != nil {
				t.Fatal(err)
			}
			c, err := p.db.BindSCIM(t.Context(), account.ID, "test", "", "system:test", now)
			if err != nil {
				t.Fatal(err)
			}
			m, err := p.db.PreviewMerge(t.Context(), from.PersonID, into.PersonID)
			if err != nil {
				t.Fatal(err)
			}
			var begun atomic.Bool
			var merged sync.WaitGroup
			p.spy.hears = func(query string) {
				if !at(query) || begun.Swap(true) {
					return
				}
				merging := func() {
					if err := p.db.MergePeople(t.Context(), m, "system:test", now); err != nil {
						t.Errorf("merge: %v", err)
					}
				}
				if name == "once it is held" { // the merge waits for the user
					merged.Go(merging)
					return
				}
				merging()
			}
			u := scim.User{ID: newID(), ClientID: c.ID, Active: true, Attributes: scim.Document{"userName": "x", "externalId": "1"}, Version: 1, CreatedAt: now, UpdatedAt: now}
			err = p.db.CreateSCIMUsers(t.Context(), c, []scim.User{u}, scim.Act{By: "service:" + account.ID, At: now})
			merged.Wait()
			if err != nil || !begun.Load() {
				t.Fatalf("%v, merged: %v", err, begun.Load())
			}
			var person string
			if err := p.db.reader.sql.QueryRowContext(t.Context(), "SELECT person_id FROM scim_users WHERE id = $1", u.ID).Scan(&person); err != nil || person != into.PersonID {
				t.Errorf("the user is of %s, want %s, %v", person, into.PersonID, err)
			}
		})
	}
}
