package store_test

import (
	"testing"
	"time"

	"parvis/directory"
	"parvis/event"
	"parvis/policy"
	"parvis/store"
	"parvis/store/storetest"
)

// TestAnOrganizationThatMovesIsBoundByWhatStandsAboveItNow reads once before, so that what is kept of policies is old.
func TestAnOrganizationThatMovesIsBoundByWhatStandsAboveItNow(t *testing.T) {
	for engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := watching(t, open(t, store.Options{URL: withSchema(t, engine)}))
			ministry := directory.Organization{ID: storetest.NewID(), Name: "Ministry", Version: 1, CreatedAt: storetest.Nine}
			agency := directory.Organization{ID: storetest.NewID(), Name: "Agency", Version: 1, CreatedAt: storetest.Nine}
			for _, o := range []directory.Organization{ministry, agency} {
				if err := s.CreateOrganization(t.Context(), o); err != nil {
					t.Fatal(err)
				}
			}
			_, err := s.UpdatePolicy(t.Context(), policy.Organization, ministry.ID, func(doc *policy.Document) ([]event.Event, error) {
				doc.Settings = storetest.Says(t, policy.Entry, `"hosts"`, true)
				return []event.Event{{ID: storetest.NewID(), Type: event.PolicyUpdated, OrgID: ministry.ID, Subject: "policy:" + ministry.ID, Actor: "person:x", At: storetest.Nine}}, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			locked := func() bool {
				t.Helper()
				e, err := s.Effective(t.Context(), agency.ID, "")
				if err != nil {
					t.Fatal(err)
				}
				return e.Of(policy.Entry).Locked
			}
			if locked() {
				t.Fatal("nothing stands above the agency yet")
			}
			for _, parent := range []string{ministry.ID, ""} {
				_, err := s.UpdateOrganization(t.Context(), agency.ID, func(o *directory.Organization) ([]event.Event, error) {
					o.ParentID = parent
					return []event.Event{{ID: storetest.NewID(), Type: event.OrganizationUpdated, OrgID: o.ID, Subject: "organization:" + o.ID, Actor: "person:x", At: storetest.Nine}}, nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if got := locked(); got != (parent != "") {
					t.Errorf("under %q: locked is %v", parent, got)
				}
				if changed, err := s.PoliciesChangedSince(t.Context(), storetest.Nine.Add(-time.Hour)); err != nil || !changed {
					t.Errorf("calls that run do not follow: %v, %v", changed, err)
				}
			}
		})
	}
}
