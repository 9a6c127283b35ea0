package api_test

import (
	"net/http"
	"strings"
	"testing"

	"parvis/auth"
)

func (h *headquarters) as(who auth.Identity) auth.Identity {
	h.strangers = append(h.strangers, who)
	return who
}

func TestTheLastPlatformAdminKeepsTheRole(t *testing.T) {
	h := newHeadquarters(t)
	root := h.as(holding("root", auth.Appointment{Role: auth.PlatformAdmin}))
	h.refused(t, 409, "last-administrator", ask{method: "DELETE", path: "/api/v1/appointments/" + h.rootGiven, as: root})
	h.refused(t, 409, "last-administrator", ask{method: "POST", path: "/api/v1/admin/people/" + h.root + "/deactivate", as: root})
	h.want(t, 201, ask{method: "PUT", path: "/api/v1/appointments", body: `{"person":"` + h.inMinistry + `","role":"platform-admin"}`, as: root})
	h.want(t, 204, ask{method: "DELETE", path: "/api/v1/appointments/" + h.rootGiven, as: root})
}

func TestNobodyRaisesThemselvesOrTouchesWhoHoldsMore(t *testing.T) {
	h := newHeadquarters(t)
	own := auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry}
	held, _, err := h.admin.Appoint(t.Context(), operator, h.inMinistry, own)
	must(t, err)
	who := holding("ines", own)
	who.ID, who.PersonID = h.inMinistry, h.inMinistry
	h.as(who)
	_, _, err = h.admin.Appoint(t.Context(), operator, h.inAgency, auth.Appointment{Role: auth.PlatformAdmin})
	must(t, err)
	for _, a := range []ask{
		{method: "PUT", path: "/appointments", body: `{"person":"` + h.inMinistry + `","role":"platform-admin"}`},
		{method: "PUT", path: "/appointments", body: `{"person":"` + h.inMinistry + `","role":"auditor","organization":"` + h.ministry + `"}`},
		{method: "DELETE", path: "/appointments/" + held.ID},
		{method: "POST", path: "/admin/people/" + h.inMinistry + "/deactivate"},
		{method: "POST", path: "/admin/people/" + h.inAgency + "/deactivate"}, // a platform-admin, in the agency below
		{method: "DELETE", path: "/admin/people/" + h.inAgency + "/sign-ins"},
		{method: "GET", path: "/admin/people/" + h.inAgency + "/merge?into=" + h.closed},
	} {
		a.path, a.as = "/api/v1"+a.path, who
		h.refused(t, 403, "forbidden", a)
	}
	// A member that does not exist says nothing about roles, and is refused by its name.
	h.refused(t, 422, "invalid-request", ask{method: "PATCH", path: "/api/v1/organizations/" + h.ministry, body: `{"role":"platform-admin"}`,
		contentType: "application/merge-patch+json", ifMatch: `"1"`, as: who})
}

func TestUnitsAndOrganizationsStandInNoCircle(t *testing.T) {
	h := newHeadquarters(t)
	root := h.as(holding("root", auth.Appointment{Role: auth.PlatformAdmin}))
	patch := func(path, body string) ask {
		return ask{method: "PATCH", path: "/api/v1" + path, body: body, contentType: "application/merge-patch+json", ifMatch: `"1"`, as: root}
	}
	h.refused(t, 409, "conflict", patch("/organizations/"+h.ministry, `{"parent":"`+h.agency+`"}`))
	h.refused(t, 409, "conflict", patch("/organizations/"+h.ministry, `{"parent":"`+h.ministry+`"}`))
	units := "/organizations/" + h.ministry + "/units"
	below := h.want(t, 201, ask{method: "POST", path: "/api/v1" + units, body: `{"name":"Team","parent":"` + h.unit + `"}`, as: root, key: "k1"})["id"].(string)
	h.refused(t, 409, "conflict", patch(units+"/"+h.unit, `{"parent":"`+below+`"}`))
	h.refused(t, 422, "invalid-request", patch(units+"/"+below, `{"parent":"`+h.otherUnit+`"}`))
	h.refused(t, 409, "conflict", ask{method: "DELETE", path: "/api/v1" + units + "/" + h.unit, as: root})
	h.refused(t, 412, "version-changed", ask{method: "PATCH", path: "/api/v1" + units + "/" + below, body: `{"name":"x"}`, contentType: "application/merge-patch+json", ifMatch: `"7"`, as: root})
	h.refused(t, 428, "if-match-required", ask{method: "PATCH", path: "/api/v1" + units + "/" + below, body: `{"name":"x"}`, contentType: "application/merge-patch+json", as: root})
}

func TestTwoAccountsOfOnePersonAreMergedAsThePreviewSaid(t *testing.T) {
	h := newHeadquarters(t)
	root := h.as(holding("root", auth.Appointment{Role: auth.PlatformAdmin}))
	path := "/api/v1/admin/people/" + h.closed + "/merge"
	h.refused(t, 422, "invalid-request", ask{method: "GET", path: path + "?into=" + h.closed, as: root})
	preview := h.do(ask{method: "GET", path: path + "?into=" + h.inMinistry, as: root})
	if got := object(t, preview); preview.Code != http.StatusOK || got["identities"] != 1.0 {
		t.Fatalf("got %d %s", preview.Code, preview.Body)
	}
	body := `{"into":"` + h.inMinistry + `"}`
	h.refused(t, 428, "if-match-required", ask{method: "POST", path: path, body: body, as: root})
	h.refused(t, 412, "version-changed", ask{method: "POST", path: path, body: body, ifMatch: `"7"`, as: root})
	h.want(t, 200, ask{method: "POST", path: path, body: body, ifMatch: preview.Header().Get("ETag"), as: root})
	h.refused(t, 409, "conflict", ask{method: "GET", path: path + "?into=" + h.inMinistry, as: root})
	h.refused(t, 409, "conflict", ask{method: "POST", path: "/api/v1/admin/people/" + h.closed + "/reactivate", as: root})
}

func TestThePlatformIsClaimedByTheCodeOfTheServerAndNotByGuessing(t *testing.T) {
	h := newHeadquarters(t)
	who := holding("ines")
	who.ID, who.PersonID = h.inMinistry, h.inMinistry
	h.as(who)
	claim := func(code string, who auth.Identity) ask {
		return ask{method: "POST", path: "/api/v1/admin/claim", body: `{"code":"` + code + `"}`, as: who}
	}
	h.refused(t, 401, "sign-in-required", claim(h.code, auth.Identity{}))
	h.refused(t, 401, "sign-in-required", claim(h.code, gaston))
	h.refused(t, 403, "claim-code-invalid", claim("AAAAA-BBBBB-CCCCC-DDDDD", who))
	if got := h.want(t, 200, claim(strings.ToLower(strings.ReplaceAll(h.code, "-", "")), who)); got["role"] != "platform-admin" {
		t.Errorf("got %v", got)
	}
	h.refused(t, 403, "claim-code-invalid", claim(h.code, who))
	for range 50 {
		if rec := h.do(claim("AAAAA-BBBBB-CCCCC-DDDDD", who)); rec.Code == http.StatusTooManyRequests && rec.Header().Get("Retry-After") != "" {
			return
		}
	}
	t.Error("somebody tries codes without end")
}

func TestWhoAdministersSeesItInTheirOwnAccount(t *testing.T) {
	h := newHeadquarters(t)
	who := h.as(holding("ines", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry}))
	got := h.want(t, 200, ask{method: "GET", path: "/api/v1/me", as: who})
	held, _ := got["appointments"].([]any)
	if len(held) != 1 || held[0].(map[string]any)["organization"] != h.ministry || held[0].(map[string]any)["role"] != "org-admin" {
		t.Errorf("got %v", got["appointments"])
	}
}
