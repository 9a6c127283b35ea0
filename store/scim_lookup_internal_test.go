package store

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/scim"
	"parvis/store/storetest"
)

const lookedUp = 20_000 // so many that a planner does not read them all

// looker is a client that looks its people up.
func looker(t *testing.T, engine string) (planner, auth.Identity, scim.Client) {
	t.Helper()
	p := newPlanner(t, engine, false)
	account := service.Account{ID: newID(), OrgID: p.people[0].OrgID, Name: "HR", Scopes: []auth.Scope{auth.ScopePeopleManage}, Version: 1, CreatedAt: time.Now()}
	if err := p.db.CreateAccount(t.Context(), account, nil); err != nil {
		t.Fatal(err)
	}
	c, err := p.db.BindSCIM(t.Context(), account.ID, "test", "", "system:test", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return p, auth.Identity{Kind: auth.Service, ID: account.ID, OrgID: account.OrgID, Scopes: account.Scopes}, c
}

func TestAUserIsLookedUpByNameInTwoStatements(t *testing.T) {
	p, who, c := looker(t, "sqlite")
	now := time.Now().UTC()
	u := scim.User{ID: newID(), ClientID: c.ID, Active: true, Attributes: scim.Document{"userName": "Agent@x.example", "externalId": "none"}, Version: 1, CreatedAt: now, UpdatedAt: now}
	if err := p.db.CreateSCIMUsers(t.Context(), c, []scim.User{u}, scim.Act{By: "service:" + who.ID, At: now}); err != nil {
		t.Fatal(err)
	}
	s := scim.New(p.db, scim.Options{BaseURL: "https://meet.example.org", Now: time.Now})
	for range 2 { // the second time it is known for whom the account speaks
		p.spy.forget()
		got, err := s.Do(t.Context(), who, scim.Request{Method: "GET", Path: "/Users", Query: url.Values{"filter": {`userName eq "AGENT@x.example"`}}})
		if err != nil || got.Body.(scim.Document)["totalResults"] != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	if asked := p.spy.statements(); len(asked) != 2 {
		t.Errorf("%d statements: %q", len(asked), asked)
	}
}

// Whatever the planner knows of the values, it takes the index of names.
func TestAmongManyAUserIsFoundByTheIndexOfNames(t *testing.T) {
	if !storetest.HasPostgres(t) {
		return
	}
	p, _, c := looker(t, "postgres")
	_, err := p.db.writer.sql.ExecContext(t.Context(), fmt.Sprintf(`INSERT INTO scim_users (id, client_id, person_id, user_name, external_id, display_name, given_name, family_name, title,
		user_type, department, organization, active, attributes, version, created_at, updated_at)
		SELECT gen_random_uuid(), '%s', '%s', 'agent' || n, '', '', '', '', '', '', '', '', true, '{}', 1, now(), now() FROM generate_series(1, %d) n`, c.ID, p.people[0].PersonID, lookedUp))
	if err != nil {
		t.Fatal(err)
	}
	find := func(how string) {
		t.Helper()
		err := p.db.read(t.Context(), "explain", func(g *gorm.DB) error {
			return g.Connection(func(g *gorm.DB) error {
				for _, mode := range []string{"force_generic_plan", "force_custom_plan"} {
					plan, err := planned(t.Context(), g, mode, c.ID)
					if err != nil {
						return err
					}
					if !strings.Contains(plan, "scim_users_name") || strings.Contains(plan, "Sort") || strings.Contains(plan, "Seq Scan") {
						t.Errorf("%s, %s:\n%s", how, mode, plan)
					}
				}
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	find("before anybody counted the rows")
	if _, err := p.db.writer.sql.ExecContext(t.Context(), "ANALYZE scim_users"); err != nil {
		t.Fatal(err)
	}
	find("once the rows are counted")
}

// planned is how the statement of a look-up would be done.
func planned(ctx context.Context, g *gorm.DB, mode, client string) (string, error) {
	where, args, err := scimUsersTable.condition(scim.Test{Field: scim.Field{Name: "userName", Kind: scim.Folded}, Op: scim.Equal, Value: "agent77"})
	if err != nil {
		return "", err
	}
	query := numbered(selectSCIMUser + where + " LIMIT ? OFFSET ?")
	values := fmt.Sprintf("'%s', '%v', 100, 0", client, args[0])
	for _, statement := range []string{"SET plan_cache_mode = " + mode, "PREPARE looked_up AS " + query} {
		if _, err := exec(g.WithContext(ctx), statement); err != nil {
			return "", err
		}
	}
	lines, err := all[string](g, "EXPLAIN EXECUTE looked_up ("+values+")")
	if _, gone := exec(g, "DEALLOCATE looked_up"); err == nil {
		err = gone
	}
	return strings.Join(lines, "\n"), err
}
