package store_test

import (
	"slices"
	"testing"

	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
	"parvis/privacy"
	"parvis/store/storetest"
)

// staffed is a ministry with an agency below it and another ministry.
type staffed struct {
	*protected
	ministry, agency, other string
}

func staffing(t *testing.T, url string) *staffed {
	t.Helper()
	w := &staffed{protected: protecting(t, url)}
	organization := func(name, parent string) string {
		o := directory.Organization{ID: storetest.NewID(), Name: name, ParentID: parent, State: directory.StateActive, Version: 1, CreatedAt: w.now}
		if err := w.db.CreateOrganization(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		return o.ID
	}
	w.ministry = organization("Ministry", "")
	w.agency, w.other = organization("Agency", w.ministry), organization("Other", "")
	return w
}

// hire makes somebody of an organization who holds roles, with what they may do after a fresh sign-in.
func (w *staffed) hire(t *testing.T, name, orgID string, held ...auth.Appointment) auth.Identity {
	t.Helper()
	p, err := w.db.UpsertPerson(t.Context(), claimsOf(name, name, name+"@ministry.example"), orgID, w.now)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range held {
		h := directory.Holder{ID: storetest.NewID(), Person: p, Appointment: a, GivenBy: "system:test", GivenAt: w.now}
		if _, _, err := w.db.Appoint(t.Context(), h); err != nil {
			t.Fatal(err)
		}
	}
	return auth.Identity{Kind: auth.Person, ID: p.ID, PersonID: p.ID, OrgID: orgID, Appointments: held, Elevated: true}
}

func TestNobodyDoesToThemselfOrToWhoAdministersMoreWhatDataProtectionAllows(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := staffing(t, url)
		ofMinistry, ofAgency := auth.Appointment{Role: auth.OrgAdmin, OrgID: w.ministry}, auth.Appointment{Role: auth.OrgAdmin, OrgID: w.agency}
		head, below := w.hire(t, "head", w.ministry, ofMinistry), w.hire(t, "below", w.agency, ofAgency)
		root := w.hire(t, "root", w.agency, auth.Appointment{Role: auth.PlatformAdmin})
		above := w.hire(t, "above", w.agency, ofMinistry)
		clerk := w.hire(t, "clerk", w.agency)
		for _, c := range []struct {
			name    string
			who, of auth.Identity
			refused bool
		}{
			{"a platform-admin by the org-admin of the ministry", head, root, true},
			{"a platform-admin by the org-admin of the agency", below, root, true},
			{"the org-admin of the ministry above by that of the agency", below, above, true},
			{"oneself", below, below, true},
			{"oneself, as a platform-admin", root, root, true},
			{"the org-admin of the agency by that of the ministry", head, below, false},
			{"somebody who administers nothing", below, clerk, false},
			{"an org-admin by a platform-admin", root, above, false},
		} {
			p, err := w.service.PreviewErasure(t.Context(), c.who, c.of.PersonID)
			if err != nil || p.Above != c.refused {
				t.Errorf("%s, previewed: %v, %v", c.name, p.Above, err)
			}
			hold, err := w.service.PlaceHold(t.Context(), c.who, privacy.HeldPerson, c.of.PersonID, "Investigation 114")
			if fault.HasCode(err, fault.CodeForbidden) != c.refused {
				t.Errorf("%s, held: %v", c.name, err)
			}
			if c.refused {
				if hold, err = w.service.PlaceHold(t.Context(), commanding, privacy.HeldPerson, c.of.PersonID, "Investigation 114"); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := w.service.ReleaseHold(t.Context(), c.who, hold.ID, "It is closed now"); fault.HasCode(err, fault.CodeForbidden) != c.refused {
				t.Errorf("%s, released: %v", c.name, err)
			}
			if c.refused {
				if _, err := w.service.ReleaseHold(t.Context(), commanding, hold.ID, "It is closed now"); err != nil {
					t.Fatal(err)
				}
			}
			own := c.who.PersonID == c.of.PersonID
			if _, err := w.service.CopyFor(t.Context(), c.who, c.of.PersonID); fault.HasCode(err, fault.CodeForbidden) != (c.refused && !own) {
				t.Errorf("%s, copied: %v", c.name, err)
			}
			if !c.refused {
				continue
			}
			if _, err := w.service.Erase(t.Context(), c.who, c.of.PersonID, privacy.NewErasure{}); !fault.HasCode(err, fault.CodeForbidden) {
				t.Errorf("%s, erased: %v", c.name, err)
			}
		}
		for _, c := range []struct{ who, of auth.Identity }{{head, below}, {root, above}, {head, clerk}} {
			if _, err := w.service.Erase(t.Context(), c.who, c.of.PersonID, privacy.NewErasure{}); err != nil {
				t.Errorf("erased by who may: %v", err)
			}
		}
	})
}

func TestTheHoldsOfAnOrganizationAreThoseOfTheOnesBelowAsWell(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := staffing(t, url)
		list := func(orgID string) (subjects []string) {
			head := w.hire(t, "head", w.ministry)
			head.Appointments = []auth.Appointment{{Role: auth.OrgAdmin, OrgID: orgID}}
			holds, err := w.service.ListHolds(t.Context(), head)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range holds {
				subjects = append(subjects, h.SubjectID)
			}
			return subjects
		}
		at := map[string]string{}
		for _, org := range []string{w.ministry, w.agency, w.other} {
			at[org] = w.hire(t, "clerk of "+org, org).PersonID
			if _, err := w.service.PlaceHold(t.Context(), commanding, privacy.HeldPerson, at[org], "Investigation 114"); err != nil {
				t.Fatal(err)
			}
		}
		if got := list(w.ministry); !slices.Equal(got, []string{at[w.agency], at[w.ministry]}) {
			t.Errorf("of the ministry: %v", got)
		}
		if got := list(w.agency); !slices.Equal(got, []string{at[w.agency]}) {
			t.Errorf("of the agency: %v", got)
		}
	})
}
