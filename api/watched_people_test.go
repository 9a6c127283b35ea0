package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"parvis/auth"
	"parvis/privacy"
)

// readings are who read about what, and in whose trail that stands.
func readings(t *testing.T, w *world) []string {
	t.Helper()
	must(t, w.watch.Flush(t.Context()))
	var list []string
	for _, e := range w.trail.Waiting() {
		if e.Action == "people.read" || e.Action == "organization-rooms.read" {
			list = append(list, e.OrgID+" "+e.Actor+" "+e.Subject)
		}
	}
	slices.Sort(list)
	return list
}

func TestWhoReadsOfPeopleIsWrittenInTheTrailOfTheirOrganization(t *testing.T) {
	for name, c := range map[string]struct {
		path func(h *headquarters) string
		want func(h *headquarters) []string // organization and subject
	}{
		"the people of one": {
			func(h *headquarters) string { return "/api/v1/admin/people?organization=" + h.other },
			func(h *headquarters) []string { return []string{h.other + " organization:" + h.other} },
		},
		"nobody of one": {
			func(h *headquarters) string { return "/api/v1/admin/people?q=zzzz&organization=" + h.other },
			func(h *headquarters) []string { return []string{h.other + " organization:" + h.other} },
		},
		"two accounts that may become one": {
			func(h *headquarters) string {
				return "/api/v1/admin/people/" + h.inMinistry + "/merge?into=" + h.inOther
			},
			func(h *headquarters) []string {
				return []string{h.ministry + " person:" + h.inMinistry, h.other + " person:" + h.inOther}
			},
		},
		"the rooms of one": {
			func(h *headquarters) string { return "/api/v1/organizations/" + h.other + "/rooms" },
			func(h *headquarters) []string { return []string{h.other + " organization:" + h.other} },
		},
		"the rooms of one that nobody owns": {
			func(h *headquarters) string { return "/api/v1/organizations/" + h.other + "/rooms/without-owner" },
			func(h *headquarters) []string { return []string{h.other + " organization:" + h.other} },
		},
		"the offices of one": {
			func(h *headquarters) string { return "/api/v1/organizations/" + h.other + "/offices" },
			func(h *headquarters) []string { return []string{h.other + " organization:" + h.other} },
		},
		"an office": {
			func(h *headquarters) string { return "/api/v1/organizations/" + h.ministry + "/offices/" + h.office },
			func(h *headquarters) []string { return []string{h.ministry + " organization:" + h.ministry} },
		},
		"who administers one": {
			func(h *headquarters) string { return "/api/v1/appointments?organization=" + h.other },
			func(h *headquarters) []string { return []string{h.other + " organization:" + h.other} },
		},
		"what is kept of somebody": {
			func(h *headquarters) string {
				_, err := h.options.Privacy.PlaceHold(t.Context(), operator, privacy.HeldPerson, h.inOther, "Litigation 2026-114")
				must(t, err)
				return "/api/v1/privacy/holds"
			},
			func(h *headquarters) []string { // of the ministry somebody is held, too
				return []string{h.ministry + " organization:" + h.ministry, h.other + " organization:" + h.other}
			},
		},
		"an erasure looked at first": {
			func(h *headquarters) string { return "/api/v1/people/" + h.inOther + "/erasure" },
			func(h *headquarters) []string { return []string{h.other + " person:" + h.inOther} },
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHeadquarters(t)
			who := holding("platform", auth.Appointment{Role: auth.PlatformAdmin})
			h.strangers = []auth.Identity{who}
			if rec := h.do(ask{method: "GET", path: c.path(h), as: who}); rec.Code != http.StatusOK {
				t.Fatalf("got %d %s", rec.Code, rec.Body)
			}
			var want []string
			for _, line := range c.want(h) {
				org, subject, _ := strings.Cut(line, " ")
				want = append(want, org+" person:"+who.ID+" "+subject)
			}
			slices.Sort(want)
			if got := readings(t, h.world); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestWhoReadsOfPeopleEverywhereIsWrittenInEachTrail(t *testing.T) {
	h := newHeadquarters(t)
	who := holding("platform", auth.Appointment{Role: auth.PlatformAdmin})
	h.strangers = []auth.Identity{who}
	h.do(ask{method: "GET", path: "/api/v1/admin/people", as: who})
	got := readings(t, h.world)
	for _, org := range []string{h.ministry, h.other} {
		if !slices.Contains(got, org+" person:"+who.ID+" organization:"+org) {
			t.Errorf("%s hears nothing: %q", org, got)
		}
	}
}

func TestWhoReadsWhoAdministersThePlatformIsWrittenInItsTrail(t *testing.T) {
	h := newHeadquarters(t)
	who := holding("platform", auth.Appointment{Role: auth.PlatformAdmin})
	h.strangers = []auth.Identity{who}
	h.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/appointments", as: who})
	if got := readings(t, h.world); !slices.Contains(got, auth.DefaultOrgID+" person:"+who.ID+" organization:"+auth.DefaultOrgID) {
		t.Errorf("got %q", got)
	}
}

func TestWhatIdentityManagementReadsIsWrittenOnceAndCounted(t *testing.T) {
	provisioning(t, func(t *testing.T, o *office) {
		for _, path := range []string{"/Users", "/Users?count=1", "/Groups", "/Schemas"} {
			if rec := o.scim(o.ministry, "GET", path, ""); rec.Code != http.StatusOK {
				t.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
			}
		}
		org := o.ministry.who.OrgID
		want := []string{org + " service:" + o.ministry.who.ID + " organization:" + org}
		if got := readings(t, o.world); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
