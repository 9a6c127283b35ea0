package store_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parvis/directory"
	"parvis/event"
	"parvis/rooms"
	"parvis/store"
	"parvis/store/storetest"
)

func TestAUnitsRoomsAreThoseOfTheUnitsBelowToo(t *testing.T) {
	for engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := watching(t, open(t, store.Options{URL: withSchema(t, engine)}))
			org, other := ministry(t, s, "Ministry X", nil), ministry(t, s, "Ministry Y", nil)
			unit := func(orgID, name, parent string) string {
				u := directory.Unit{ID: storetest.NewID(), OrgID: orgID, ParentID: parent, Name: name, Version: 1, CreatedAt: storetest.Nine}
				if err := s.CreateUnit(t.Context(), u, 10); err != nil {
					t.Fatal(err)
				}
				return u.ID
			}
			top := unit(org.ID, "Direction", "")
			middle := unit(org.ID, "Service", top)
			low, beside := unit(org.ID, "Bureau", middle), unit(org.ID, "Mission", top)
			foreign := unit(other.ID, "Direction", "")
			place := func(slug, orgID, unitID string) {
				r := roomIn(t, s, orgID, slug)
				if err := s.PlaceRoom(t.Context(), r.ID, unitID, nil, updated(r)); err != nil {
					t.Fatal(err)
				}
			}
			place("aaa-bbbb-ccc", org.ID, middle)
			place("bbb-bbbb-ccc", org.ID, low)
			place("ccc-bbbb-ccc", org.ID, beside)
			place("ddd-bbbb-ccc", other.ID, foreign)
			roomIn(t, s, org.ID, "eee-bbbb-ccc")
			office := directory.Office{ID: storetest.NewID(), OrgID: org.ID, UnitID: low, Name: "Bureau du chef", Version: 1, CreatedAt: storetest.Nine}
			if err := s.CreateOffice(t.Context(), office, 10); err != nil {
				t.Fatal(err)
			}
			owned := roomIn(t, s, org.ID, "fff-bbbb-ccc")
			decide := func(rooms.Owned) ([]event.Event, error) { return []event.Event{updated(owned)}, nil }
			if _, err := s.MoveRoom(t.Context(), owned.ID, rooms.Heir{OfficeID: office.ID}, nil, storetest.Nine, decide); err != nil {
				t.Fatal(err)
			}

			for name, c := range map[string]struct {
				q    rooms.OrgRoomQuery
				want []string
			}{
				"of another organization":     {rooms.OrgRoomQuery{OrgID: org.ID, UnitID: foreign}, nil},
				"of none that is there":       {rooms.OrgRoomQuery{OrgID: org.ID, UnitID: storetest.NewID()}, nil},
				"the lowest":                  {rooms.OrgRoomQuery{OrgID: org.ID, UnitID: low}, []string{"bbb-bbbb-ccc", "fff-bbbb-ccc"}},
				"the one above":               {rooms.OrgRoomQuery{OrgID: org.ID, UnitID: middle}, []string{"aaa-bbbb-ccc", "bbb-bbbb-ccc", "fff-bbbb-ccc"}},
				"the highest":                 {rooms.OrgRoomQuery{OrgID: org.ID, UnitID: top}, []string{"aaa-bbbb-ccc", "bbb-bbbb-ccc", "ccc-bbbb-ccc", "fff-bbbb-ccc"}},
				"the highest, a page at once": {rooms.OrgRoomQuery{OrgID: org.ID, UnitID: top, PageSize: 1}, []string{"aaa-bbbb-ccc", "bbb-bbbb-ccc", "ccc-bbbb-ccc", "fff-bbbb-ccc"}},
				"the highest, searched":       {rooms.OrgRoomQuery{OrgID: org.ID, UnitID: top, Search: "fff"}, []string{"fff-bbbb-ccc"}},
				"nothing archived":            {rooms.OrgRoomQuery{OrgID: org.ID, UnitID: top, Archived: true}, nil},
			} {
				var got []string
				for q := c.q; ; {
					q.Now = storetest.Nine
					page, err := s.RoomsOf(t.Context(), q)
					if err != nil {
						t.Fatal(err)
					}
					for _, r := range page.Rooms {
						got = append(got, r.Slug)
						if byOffice := r.Slug == "fff-bbbb-ccc"; r.ByOffice != byOffice {
							t.Errorf("%s: %s stands there by its office: %v", name, r.Slug, r.ByOffice)
						}
					}
					if q.Cursor = page.Next; q.Cursor == "" {
						break
					}
				}
				slices.Sort(got)
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}
