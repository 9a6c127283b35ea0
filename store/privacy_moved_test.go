package store_test

import (
	"testing"

	"parvis/access"
	"parvis/auth"
	"parvis/privacy"
	"parvis/store/storetest"
)

// moveTo has Odile and Bernard sign in for another organization than that of their room.
func (w *protected) moveTo(t *testing.T, org string) {
	t.Helper()
	write(t, w.url, w.now, "INSERT INTO organizations (id, name, created_at) VALUES ('"+org+"', 'Elsewhere', $AT)")
	for given, claims := range map[string]struct{ subject, address string }{odilesName: {"o", odilesAddress}, othersName: {"b", "bernardin@finances.example"}} {
		if _, err := w.db.UpsertPerson(t.Context(), claimsOf(claims.subject, given, claims.address), org, w.now); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnErasureLeavesTheRoomsOfAnotherOrganizationToThatOne(t *testing.T) {
	for name, handover := range map[string]func(*protected) privacy.Handover{
		"successor": func(w *protected) privacy.Handover {
			return privacy.Handover{To: privacy.Successor, PersonID: w.bernard.ID}
		},
		"deputies": func(*protected) privacy.Handover { return privacy.Handover{To: privacy.Deputies} },
		"archive":  func(*protected) privacy.Handover { return privacy.Handover{To: privacy.Archive} },
	} {
		t.Run(name, func(t *testing.T) {
			onSchema(t, func(t *testing.T, url string) {
				w := protecting(t, url)
				w.moveTo(t, storetest.NewID())
				if p, err := w.service.PreviewErasure(t.Context(), commanding, w.odile.ID); err != nil || p.Rooms != 0 {
					t.Errorf("the preview says %d rooms, %v", p.Rooms, err)
				}
				e := w.erase(t, handover(w))
				if e.Done.Handed.Rooms != 0 {
					t.Errorf("handed %+v", e.Done.Handed)
				}
				owners := "SELECT COUNT(*) FROM grants WHERE room_id = '" + w.room.ID + "' AND role = '" + string(access.Owner) + "'"
				if got := tell(t, look(t, url), owners); got != "0" {
					t.Errorf("%s own the room of the other organization", got)
				}
				list, err := w.db.Ownerless(t.Context(), auth.DefaultOrgID, w.now, 10)
				if err != nil || len(list) != 1 || list[0].Slug != w.room.Slug {
					t.Errorf("without an owner there: %+v, %v", list, err)
				}
				told := "SELECT COUNT(*) FROM events WHERE type = 'room.member-removed' AND org_id = '" + auth.DefaultOrgID + "' AND subject = 'room:" + w.room.ID + "'"
				if got := tell(t, look(t, url), told); got != "1" {
					t.Errorf("it is told %s times", got)
				}
			})
		})
	}
}
