package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/privacy"
	"parvis/rooms"
	"parvis/store/storetest"
)

// neighbor is what the other ministry has, by its ids.
type neighbor struct{ roomHold, personHold, erasure, room, template string }

func (h *headquarters) furnishElsewhere(t *testing.T) neighbor {
	t.Helper()
	room := storetest.Room("oth-eroo-oom")
	room.OrgID = h.other
	made := event.Event{ID: storetest.NewID(), Type: event.RoomCreated, OrgID: h.other, Subject: "room:" + room.ID, Actor: "person:" + h.inOther, At: h.clock()}
	must(t, h.db.CreateRoom(t.Context(), room, []access.Grant{storetest.Grant(room, h.inOther, access.Owner)}, []event.Event{made}))
	hold := func(kind privacy.HeldKind, subject string) string {
		held, err := h.options.Privacy.PlaceHold(t.Context(), operator, kind, subject, "Litigation 2026-114")
		must(t, err)
		return held.ID
	}
	p, err := h.db.UpsertPerson(t.Context(), claimed("Gone"), h.other, h.clock())
	must(t, err)
	erased, err := h.options.Privacy.Erase(t.Context(), operator, p.ID, privacy.NewErasure{})
	must(t, err)
	h.policies.Organizations[h.other], h.policies.Organizations[h.ministry] = "Other", "Ministry"
	name := "Hearings"
	template, err := h.service.CreateTemplate(t.Context(), operator, h.other, rooms.TemplateChange{Name: &name})
	must(t, err)
	return neighbor{hold(privacy.HeldRoom, room.ID), hold(privacy.HeldPerson, h.inOther), erased.ID, room.ID, template.ID}
}

// What another organization has is answered as what does not exist, whoever asks without a right there.
func TestNobodyLearnsWhetherSomethingOfAnotherOrganizationExists(t *testing.T) {
	const nothing = "0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25"
	for name, of := range map[string]func(*headquarters) auth.Identity{
		"nobody":   func(*headquarters) auth.Identity { return auth.Identity{} },
		"a guest":  func(*headquarters) auth.Identity { return gaston },
		"somebody": func(*headquarters) auth.Identity { return holding("none") },
		"an org-admin": func(h *headquarters) auth.Identity {
			return holding("chief", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry})
		},
		"support": func(h *headquarters) auth.Identity {
			return holding("helper", auth.Appointment{Role: auth.Support, OrgID: h.ministry})
		},
		"software":            func(h *headquarters) auth.Identity { return machine("steward", h.ministry, auth.Scopes()...) },
		"software, no scope":  func(h *headquarters) auth.Identity { return machine("idler", h.ministry) },
		"software of no body": func(*headquarters) auth.Identity { return machine("adrift", auth.DefaultOrgID, auth.Scopes()...) },
		"software for a platform-admin": func(h *headquarters) auth.Identity {
			return acting(machine("steward", h.ministry, auth.Scopes()...), holding("boss", auth.Appointment{Role: auth.PlatformAdmin}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHeadquarters(t)
			there := h.furnishElsewhere(t)
			who := of(h)
			h.strangers = []auth.Identity{who}
			const reason, change = `{"reason":"It is closed by now"}`, `{"settings":{"entry":{"value":"signed-in","locked":true}}}`
			for _, c := range []struct{ method, path, body, other string }{
				{"GET", "/usage?organization=%", "", h.other},
				{"GET", "/audit?organization=%", "", h.other}, {"GET", "/audit/export?organization=%", "", h.other},
				{"GET", "/organizations/%/policy", "", h.other}, {"PATCH", "/organizations/%/policy", change, h.other},
				{"GET", "/organizations/%/templates", "", h.other}, {"POST", "/organizations/%/templates", `{"name":"x"}`, h.other},
				{"GET", "/templates/%", "", there.template}, {"PATCH", "/templates/%", `{"name":"y"}`, there.template}, {"DELETE", "/templates/%", "", there.template},
				{"GET", "/people/%/export", "", h.inOther}, {"GET", "/people/%/erasure", "", h.inOther}, {"POST", "/people/%/erasure", `{}`, h.inOther},
				{"GET", "/erasures/%", "", there.erasure},
				{"POST", "/privacy/holds", `{"kind":"person","subject":"%","reason":"Litigation 2026-114"}`, h.inOther},
				{"POST", "/privacy/holds", `{"kind":"room","subject":"%","reason":"Litigation 2026-114"}`, there.room},
				{"POST", "/privacy/holds/%/release", reason, there.personHold}, {"POST", "/privacy/holds/%/release", reason, there.roomHold},
				{"GET", "/admin/people/%", "", h.inOther}, {"POST", "/admin/people/%/deactivate", "", h.inOther},
				{"GET", "/admin/people/%/merge?into=" + h.inMinistry, "", h.inOther}, {"POST", "/admin/people/%/merge", `{"into":"` + h.inMinistry + `"}`, h.inOther},
				{"GET", "/organizations/%", "", h.other},
				{"GET", "/service-accounts?organization=%", "", h.other}, {"POST", "/service-accounts", `{"organization":"%","name":"x","scopes":["rooms.read"]}`, h.other},
				{"POST", "/service-accounts", `{"organization":"` + h.ministry + `","name":"x","scopes":["rooms.read"],"actsFor":["%"]}`, h.other},
				{"GET", "/service-accounts/%", "", h.otherSoftware.account}, {"PATCH", "/service-accounts/%", `{"name":"x"}`, h.otherSoftware.account},
				{"PATCH", "/service-accounts/%", `{"name":""}`, h.otherSoftware.account}, {"PATCH", "/service-accounts/%", `{"scopes":["rooms.write"]}`, h.otherSoftware.account},
				{"DELETE", "/service-accounts/%", "", h.otherSoftware.account}, {"POST", "/service-accounts/%/secrets", `{}`, h.otherSoftware.account},
				{"DELETE", "/service-accounts/%/secrets/" + h.otherSoftware.secret, "", h.otherSoftware.account},
				{"PUT", "/service-accounts/%/keys/k", `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`, h.otherSoftware.account},
				{"DELETE", "/service-accounts/%/keys/k", "", h.otherSoftware.account},
				{"GET", "/webhooks?organization=%", "", h.other}, {"POST", "/webhooks", `{"account":"%","url":"https://b.example.org/"}`, h.otherSoftware.account},
				{"PATCH", "/webhooks/" + h.software.hook, `{"account":"%"}`, h.otherSoftware.account},
				{"GET", "/webhooks/%", "", h.otherSoftware.hook}, {"PATCH", "/webhooks/%", `{"url":"https://b.example.org/"}`, h.otherSoftware.hook},
				{"DELETE", "/webhooks/%", "", h.otherSoftware.hook}, {"POST", "/webhooks/%/rotate", `{}`, h.otherSoftware.hook},
				{"POST", "/webhooks/%/enable", "", h.otherSoftware.hook}, {"POST", "/webhooks/%/test", "", h.otherSoftware.hook},
				{"GET", "/webhooks/%/deliveries", "", h.otherSoftware.hook},
				{"POST", "/webhooks/%/deliveries/" + h.otherSoftware.delivery + "/redeliver", "", h.otherSoftware.hook},
			} {
				var told [2]string
				for i, id := range []string{c.other, nothing} {
					a := ask{method: c.method, path: "/api/v1" + replaceOne(c.path, id), body: replaceOne(c.body, id), ifMatch: `"1"`, key: c.path + c.body + id, as: who}
					if c.method == "PATCH" {
						a.contentType = mergePatch
					}
					rec := h.do(a)
					if rec.Code < http.StatusBadRequest {
						t.Errorf("%s %s: got %d", c.method, c.path, rec.Code)
						continue
					}
					p := object(t, rec)
					delete(p, "requestId")
					raw, err := json.Marshal(p)
					must(t, err)
					told[i] = string(raw)
				}
				if told[0] != told[1] {
					t.Errorf("%s %s: %s, and of what does not exist %s", c.method, c.path, told[0], told[1])
				}
			}
		})
	}
}

func TestAnOrgAdminReadsTheTrailOfTheAgencyBelow(t *testing.T) {
	h := newHeadquarters(t)
	who := h.as(holding("chief", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry}))
	h.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/audit?organization=" + h.agency, as: who})
	h.want(t, http.StatusOK, ask{method: "GET", path: "/api/v1/audit?organization=" + h.agency, as: h.as(machine("archiver", h.ministry, auth.ScopeAuditRead))})
	h.refused(t, http.StatusNotFound, "not-found", ask{method: "GET", path: "/api/v1/audit?organization=" + h.other, as: who})
	h.refused(t, http.StatusNotFound, "not-found", ask{method: "GET", path: "/api/v1/audit?organization=" + h.ministry,
		as: h.as(holding("below", auth.Appointment{Role: auth.Auditor, OrgID: h.agency}))})
}
