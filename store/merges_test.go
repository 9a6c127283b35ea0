package store_test

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"parvis/access"
	"parvis/audit"
	"parvis/auth"
	"parvis/auth/service"
	"parvis/directory"
	"parvis/fault"
	"parvis/privacy"
	"parvis/scim"
	"parvis/store/storetest"
)

// merging is a protected world with an organization's identity management.
type merging struct {
	*protected
	admin  *directory.Administration
	client scim.Client
	by     scim.Act
}

func mergers(t *testing.T, url string) *merging {
	t.Helper()
	w := &merging{protected: protecting(t, url)}
	w.admin = directory.NewAdministration(w.db, func() time.Time { return w.now })
	org, err := w.db.PlaceOrganization(t.Context(), directory.Claims{Siret: "13002526500013", OrganizationLabel: "Direction"}, w.now)
	if err != nil {
		t.Fatal(err)
	}
	account := service.Account{ID: storetest.NewID(), OrgID: org.ID, Name: "RH", Scopes: []auth.Scope{auth.ScopePeopleManage}, Version: 1, CreatedAt: w.now}
	if err := w.db.CreateAccount(t.Context(), account, nil); err != nil {
		t.Fatal(err)
	}
	if w.client, err = w.db.BindSCIM(t.Context(), account.ID, "agentconnect", "", "system:test", w.now); err != nil {
		t.Fatal(err)
	}
	w.by = scim.Act{By: "service:" + account.ID, At: w.now}
	return w
}

func (w *merging) merge(t *testing.T, from, into string) error {
	t.Helper()
	m, err := w.admin.PreviewMerge(t.Context(), commanding, from, into)
	if err == nil {
		_, err = w.admin.MergePeople(t.Context(), commanding, from, into, m.Version)
	}
	return err
}

func (w *merging) merged(t *testing.T, from, into string) {
	t.Helper()
	if err := w.merge(t, from, into); err != nil {
		t.Fatal(err)
	}
}

// hires makes a user of the client and answers the account.
func (w *merging) hires(t *testing.T, externalID string, active bool) (user, person string) {
	t.Helper()
	u := scim.User{
		ID: storetest.NewID(), ClientID: w.client.ID, Active: active, Attributes: scim.Document{"userName": externalID, "externalId": externalID}, Version: 1,
		CreatedAt: w.now, UpdatedAt: w.now,
	}
	if err := w.db.CreateSCIMUsers(t.Context(), w.client, []scim.User{u}, w.by); err != nil {
		t.Fatal(err)
	}
	return u.ID, w.says(t, "SELECT person_id FROM scim_users WHERE id = '"+u.ID+"'")
}

func (w *merging) sets(t *testing.T, user string, change func(*scim.User)) {
	t.Helper()
	_, err := w.db.UpdateSCIMUser(t.Context(), w.client, user, w.by, func(u *scim.User) error {
		u.Attributes = maps.Clone(u.Attributes)
		change(u)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *merging) signsIn(t *testing.T, subject string) directory.Person {
	t.Helper()
	p, err := w.db.UpsertPerson(t.Context(), claimsOf(subject, "Irma", subject+"@direction.example"), w.client.OrgID, w.now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *merging) says(t *testing.T, query string) string {
	t.Helper()
	return tell(t, look(t, w.url), query)
}

func (w *merging) open(t *testing.T, id string) bool {
	t.Helper()
	p, err := w.db.Person(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return p.DeactivatedAt == nil
}

func active(is bool) func(*scim.User) { return func(u *scim.User) { u.Active = is } }

func TestWhoWasProvisionedAndMergedSignsInAsTheAccountThatStays(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		into := w.signsIn(t, "irma")
		_, from := w.hires(t, "irma-new", true)
		w.merged(t, from, into.ID)
		if p := w.signsIn(t, "irma-new"); p.ID != into.ID || p.DeactivatedAt != nil {
			t.Errorf("signs in as %+v, want %s", p, into.ID)
		}
	})
}

func TestIdentityManagementActsOnTheAccountThatStaysAfterAMerge(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		into := w.signsIn(t, "irma")
		user, from := w.hires(t, "irma-new", true)
		group := scim.Group{ID: storetest.NewID(), ClientID: w.client.ID, Name: "Cabinet 2", Members: []string{user}, Version: 1, CreatedAt: w.now, UpdatedAt: w.now}
		if err := w.db.CreateSCIMGroup(t.Context(), w.client, group, w.by); err != nil {
			t.Fatal(err)
		}
		w.merged(t, from, into.ID)
		members := "SELECT COUNT(*) FROM group_members WHERE group_id = '" + group.ID + "' AND person_id = '" + into.ID + "'"
		if got := w.says(t, members); got != "1" {
			t.Errorf("%s members after the merge", got)
		}
		_, err := w.db.UpdateSCIMGroup(t.Context(), w.client, group.ID, w.by, func(g *scim.Group) error { g.Members = nil; return nil })
		if got := w.says(t, members); got != "0" || err != nil {
			t.Errorf("%s members after the removal, %v", got, err)
		}
		w.sets(t, user, active(false))
		if w.open(t, into.ID) {
			t.Error("the account that stays is open")
		}
		w.sets(t, user, active(true))
		if !w.open(t, into.ID) || w.open(t, from) {
			t.Error("not the account that stays is open, and it alone")
		}
	})
}

func TestAnAccountThatWasMergedIsOpenedByNobody(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		into := w.signsIn(t, "irma")
		user, from := w.hires(t, "irma-new", false) // the client closed it
		w.merged(t, from, into.ID)
		if got := w.says(t, "SELECT COUNT(*) FROM people WHERE id = '"+from+"' AND closed_by_client IS NULL AND deactivated_at IS NOT NULL"); got != "1" {
			t.Error("the client may still open it")
		}
		// As a program of before left it.
		write(t, url, w.now, "UPDATE scim_users SET person_id = '"+from+"' WHERE id = '"+user+"'", "UPDATE people SET closed_by_client = '"+w.client.ID+"' WHERE id = '"+from+"'")
		w.sets(t, user, active(true))
		if w.open(t, from) {
			t.Error("it is open")
		}
	})
}

func TestAUserOfAPersonWhomAnotherUserClosedOpensNothingBeingAsBefore(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		into := w.signsIn(t, "irma")
		stays, _ := w.hires(t, "irma", true)
		leaves, from := w.hires(t, "irma-new", true)
		w.merged(t, from, into.ID)
		w.sets(t, leaves, active(false))
		w.sets(t, stays, func(u *scim.User) { u.Attributes["title"] = "Directrice" })
		if w.open(t, into.ID) {
			t.Error("a new title opens an account that was closed")
		}
		w.sets(t, stays, active(false))
		w.sets(t, stays, active(true))
		if !w.open(t, into.ID) {
			t.Error("who comes back stays out")
		}
	})
}

func TestNobodyIsMergedWhoIsHeldOrErased(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		third, fourth := w.signsIn(t, "irma"), w.signsIn(t, "yvonne")
		w.merged(t, fourth.ID, third.ID)
		for _, held := range []string{w.odile.ID, w.bernard.ID} {
			hold, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldPerson, held, "Enquête 2026-114")
			if err != nil {
				t.Fatal(err)
			}
			if err := w.merge(t, w.odile.ID, w.bernard.ID); codeOf(err) != fault.CodeHeld || !strings.Contains(err.Error(), hold.ID) {
				t.Errorf("held: %v", err)
			}
			if _, err := w.service.ReleaseHold(t.Context(), commanding, hold.ID, "Enquête close le 2"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldPerson, fourth.ID, "Enquête 2026-115"); err != nil {
			t.Fatal(err)
		}
		if err := w.merge(t, w.odile.ID, third.ID); codeOf(err) != fault.CodeHeld {
			t.Errorf("an account is held that was merged into it: %v", err)
		}
		if _, err := w.service.Erase(t.Context(), commanding, w.odile.ID, privacy.NewErasure{Handover: privacy.Handover{To: privacy.Archive}}); err != nil {
			t.Fatal(err)
		}
		write(t, url, w.now, "UPDATE people SET deactivated_at = NULL WHERE id = '"+w.odile.ID+"'")
		for _, both := range [][2]string{{w.odile.ID, w.bernard.ID}, {w.bernard.ID, w.odile.ID}} {
			if err := w.merge(t, both[0], both[1]); codeOf(err) != fault.CodePersonErased {
				t.Errorf("being erased: %v", err)
			}
		}
	})
}

// twice merges the account of which everything is kept into a second, and that into a third.
func (w *merging) twice(t *testing.T) (last directory.Person) {
	t.Helper()
	second, last := w.signsIn(t, "irma"), w.signsIn(t, "yvonne")
	w.merged(t, w.odile.ID, second.ID)
	w.merged(t, second.ID, last.ID)
	return last
}

func (w *merging) erased(t *testing.T, id string) error {
	t.Helper()
	e, err := w.service.Erase(t.Context(), commanding, id, privacy.NewErasure{Handover: privacy.Handover{To: privacy.Archive}})
	if err == nil {
		err = w.service.Run(t.Context(), e.ID)
	}
	return err
}

func TestErasingSomebodyErasesWhatStaysWithTheAccountsMergedIntoTheirs(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		others := w.found(t, othersName)
		last := w.twice(t)
		p, err := w.service.PreviewErasure(t.Context(), commanding, last.ID)
		if err != nil || p.Kinds[privacy.Attendance].Nameless == 0 || p.Kinds[privacy.Chat].Removed == 0 {
			t.Errorf("the preview: %+v, %v", p.Kinds, err)
		}
		if err := w.erased(t, last.ID); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{odilesName, odilesAddress, "irma", "yvonne"} {
			if where := w.found(t, word); len(where) > 0 {
				t.Errorf("%s stands in %s", word, strings.Join(where, ", "))
			}
		}
		if after := w.found(t, othersName); len(after) < len(others) {
			t.Errorf("what is of another went too: %v, before %v", after, others)
		}
		if got := w.says(t, "SELECT COUNT(*) FROM person_keys WHERE person_id = '"+w.odile.ID+"' AND wrapped IS NOT NULL"); got != "0" {
			t.Error("the key of the merged account is there")
		}
		trail := audit.New(audit.Ports{Archive: w.db, Keys: trailKeys()})
		if r, err := trail.Verify(t.Context(), audit.Trust{}); err != nil || !r.Holds() {
			t.Errorf("the trail takes the erasure for tampering: %v, %v", r.Findings, err)
		}
		if _, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldPerson, w.odile.ID, "Enquête 2026-116"); codeOf(err) != fault.CodePersonErased {
			t.Errorf("a hold on an account of theirs: %v", err)
		}
	})
}

func TestAnAddressThatIsAnothersByNowStaysTheirsWhenAMergedAccountIsErased(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		last := w.twice(t)
		if _, err := w.db.UpsertPerson(t.Context(), claimsOf("z", "Zita", odilesAddress), auth.DefaultOrgID, w.now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		write(t, url, w.now, "INSERT INTO grants (id, room_id, subject_kind, subject_id, role, sources, source_kind, source_id) VALUES ('"+storetest.NewID()+"', '"+w.room.ID+
			"', 'email', '"+odilesAddress+"', 'member', '[]', 'meeting', '"+w.meeting+"')")
		if err := w.erased(t, last.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.says(t, "SELECT COUNT(*) FROM grants WHERE subject_kind = 'email' AND subject_id = '"+odilesAddress+"'"); got != "1" {
			t.Errorf("%s grants to the address are left", got)
		}
	})
}

func TestAHoldOnAnyAccountOfAPersonKeepsThemAll(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		last := w.twice(t)
		for held, asked := range map[string]string{w.odile.ID: last.ID, last.ID: w.odile.ID} {
			hold, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldPerson, held, "Enquête 2026-114")
			if err != nil {
				t.Fatal(err)
			}
			if err := w.erased(t, asked); codeOf(err) != fault.CodeHeld || !strings.Contains(err.Error(), hold.ID) {
				t.Errorf("got %v", err)
			}
			if _, err := w.service.ReleaseHold(t.Context(), commanding, hold.ID, "Enquête close le 2"); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestTheJobsLeaveWhatIsOfAnAccountThatWasMergedIntoOneThatIsHeld(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		last := w.twice(t)
		if _, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldPerson, last.ID, "Enquête 2026-114"); err != nil {
			t.Fatal(err)
		}
		write(t, url, w.now.Add(-100*24*time.Hour), "UPDATE sessions SET ended_at = started_at, attendance_until = $AT", "UPDATE intervals SET ended_at = began_at",
			"UPDATE admissions SET state = 'ended', ended_at = $AT")
		if err := w.db.Prune(t.Context(), w.now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := w.says(t, "SELECT COUNT(*) FROM participants WHERE person_id = '"+w.odile.ID+"'"); got != "1" {
			t.Errorf("%s participations are left", got)
		}
	})
}

func TestACopyHoldsWhatStaysWithTheAccountsMergedIntoIt(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		last := w.twice(t)
		c, err := w.service.CopyFor(t.Context(), commanding, last.ID)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := c.Write(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		files := unzipped(t, out.Bytes())
		for _, kind := range []privacy.Kind{privacy.Account, privacy.Addresses, privacy.Attendance, privacy.Acts, privacy.Chat} {
			text := files[string(kind)+".json"]
			if word := map[bool]string{true: odilesAddress, false: odilesName}[kind == privacy.Addresses]; kind != privacy.Acts && !strings.Contains(text, word) {
				t.Errorf("%s lacks what is of the merged account: %s", kind, text)
			}
			if len(text) < 10 {
				t.Errorf("%s is empty", kind)
			}
			if strings.Contains(text, othersName) {
				t.Errorf("%s holds what is another's", kind)
			}
		}
	})
}

func TestAnAccountThatIsErasedIsOpenedByNobody(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		irma := w.signsIn(t, "irma")
		user, _ := w.hires(t, "irma", true)
		w.sets(t, user, active(false)) // closed by the client
		e, err := w.service.Erase(t.Context(), commanding, irma.ID, privacy.NewErasure{})
		if err != nil {
			t.Fatal(err)
		}
		if got := w.says(t, "SELECT COUNT(*) FROM people WHERE id = '"+irma.ID+"' AND closed_by_client IS NULL"); got != "1" {
			t.Error("the client may still open it")
		}
		write(t, url, w.now, "UPDATE people SET closed_by_client = '"+w.client.ID+"' WHERE id = '"+irma.ID+"'")
		tries := func(when string) {
			if _, err := w.admin.Reactivate(t.Context(), commanding, irma.ID); codeOf(err) != fault.CodePersonErased {
				t.Errorf("%s, an administrator: %v", when, err)
			}
			if w.open(t, irma.ID) {
				t.Errorf("%s it is open", when)
			}
		}
		w.sets(t, user, func(u *scim.User) {
			u.Active, u.Attributes["name"] = true, scim.Document{"givenName": "Zuleika", "familyName": "Zuleika"}
		})
		tries("while it is being erased")
		if got := w.says(t, "SELECT COUNT(*) FROM people WHERE id = '"+irma.ID+"' AND given_name = 'Zuleika'"); got != "0" {
			t.Error("the client writes a name back")
		}
		if err := w.service.Run(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		tries("once it is erased")
	})
}

func TestASignInWritesNoNameBackToWhoIsBeingErased(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		irma := w.signsIn(t, "irma")
		w.hires(t, "irma", true)
		if _, err := w.service.Erase(t.Context(), commanding, irma.ID, privacy.NewErasure{}); err != nil {
			t.Fatal(err)
		}
		write(t, url, w.now, "UPDATE people SET deactivated_at = NULL WHERE id = '"+irma.ID+"'")
		if p := w.signsIn(t, "irma"); p.ID == irma.ID {
			t.Error("signs in as who is being erased")
		}
		// An identity that another process wrote a moment ago.
		write(t, url, w.now, fmt.Sprintf("UPDATE identities SET person_id = '%s' WHERE sub = 'irma'", irma.ID))
		if _, err := w.db.UpsertPerson(t.Context(), claimsOf("irma", "Zuleika", "back@direction.example"), w.client.OrgID, w.now); err == nil {
			t.Error("the sign-in succeeds")
		}
		if where := w.found(t, "back@"); len(where) > 0 {
			t.Errorf("the address is in %v", where)
		}
	})
}

func TestAMergeIsToldInBothOrganizationsWithTheRolesThatEnd(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		irma := w.signsIn(t, "irma")
		if _, _, err := w.admin.Appoint(t.Context(), commanding, irma.ID, auth.Appointment{Role: auth.Auditor, OrgID: w.client.OrgID}); err != nil {
			t.Fatal(err)
		}
		w.merged(t, irma.ID, w.bernard.ID)
		for _, org := range []string{w.client.OrgID, auth.DefaultOrgID} {
			if got := w.says(t, "SELECT COUNT(*) FROM audit WHERE action = 'person.merged' AND org_id = '"+org+"' AND subject = 'person:"+irma.ID+"'"); got != "1" {
				t.Errorf("%s rows in %s", got, org)
			}
		}
		taken := "SELECT COUNT(*) FROM audit WHERE action = 'role.taken' AND org_id = '" + w.client.OrgID + "' AND subject = 'person:" + irma.ID + "' AND CAST(data AS text) LIKE '%auditor%'"
		if got := w.says(t, taken); got != "1" {
			t.Errorf("%s roles told to be taken", got)
		}
		yvonne := w.signsIn(t, "yvonne")
		louise := w.signsIn(t, "louise")
		w.merged(t, yvonne.ID, louise.ID)
		if got := w.says(t, "SELECT COUNT(*) FROM audit WHERE action = 'person.merged' AND subject = 'person:"+yvonne.ID+"'"); got != "1" {
			t.Errorf("within one organization it is told %s times", got)
		}
	})
}

func TestAnotherExternalIDOfWhoWaitsIsTold(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		user, person := w.hires(t, "irma", true)
		w.sets(t, user, func(u *scim.User) { u.Attributes["externalId"] = "louise" })
		w.sets(t, user, func(u *scim.User) { u.Attributes["externalId"] = "secret@direction.example" })
		told := "SELECT COUNT(*) FROM audit WHERE action = 'person.provisioned' AND subject = 'person:" + person + "' AND CAST(data AS text) LIKE "
		if got := w.says(t, told+"'%externalId%'"); got != "2" {
			t.Errorf("told %s times", got)
		}
		for _, table := range []string{"audit", "events"} {
			for _, word := range []string{"irma", "louise", "secret", "sha256"} {
				if got := w.says(t, "SELECT COUNT(*) FROM "+table+" WHERE CAST(data AS text) LIKE '%"+word+"%'"); got != "0" {
					t.Errorf("%s says %s", table, word)
				}
			}
		}
	})
}

func TestWhoIsUnderAHoldIsClosedByTheClientAndNotForgotten(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := mergers(t, url)
		irma := w.signsIn(t, "irma")
		user, _ := w.hires(t, "irma", true)
		hold, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldPerson, irma.ID, "Enquête 2026-114")
		if err != nil {
			t.Fatal(err)
		}
		forget := func() error {
			return w.db.DeleteSCIMUser(t.Context(), w.client, user, w.by, func(scim.User) error { return nil })
		}
		if err := forget(); codeOf(err) != fault.CodeHeld {
			t.Errorf("deleted: %v", err)
		}
		if !w.open(t, irma.ID) || w.says(t, "SELECT COUNT(*) FROM scim_users WHERE id = '"+user+"'") != "1" {
			t.Error("a refusal changed something")
		}
		w.sets(t, user, active(false))
		if w.open(t, irma.ID) {
			t.Error("set inactive, and the account is open")
		}
		if _, err := w.service.ReleaseHold(t.Context(), commanding, hold.ID, "Enquête close le 2"); err != nil {
			t.Fatal(err)
		}
		if err := forget(); err != nil {
			t.Errorf("after the hold: %v", err)
		}
	})
}

func TestWhatBecomesOfARoomOfAnotherOrganizationIsToldThere(t *testing.T) {
	for name, to := range map[string]privacy.Heir{"archived": privacy.Archive, "passed on": privacy.Deputies} {
		t.Run(name, func(t *testing.T) {
			onSchema(t, func(t *testing.T, url string) { toldAbroad(t, url, privacy.Handover{To: to}) })
		})
	}
}

func toldAbroad(t *testing.T, url string, to privacy.Handover) {
	w := mergers(t, url)
	abroad := storetest.Room("xxx-yyyy-zzz")
	abroad.OrgID = w.client.OrgID
	w.create(t, abroad, storetest.Grant(abroad, w.odile.ID, access.Owner), storetest.Grant(abroad, w.bernard.ID, access.Moderator))
	w.erase(t, to)
	rows := func(org string) string {
		return w.says(t, "SELECT COUNT(*) FROM audit WHERE org_id = '"+org+"' AND actor = 'system:erasure' AND subject = 'room:"+abroad.ID+"'")
	}
	if home, there := rows(auth.DefaultOrgID), rows(abroad.OrgID); home != "0" || there != "1" {
		t.Errorf("%s rows in the person's organization, %s in the room's", home, there)
	}
}
