package api_test

import (
	"testing"

	"parvis/auth"
	"parvis/fault"
	"parvis/policy"
	"parvis/privacy"
)

// onRecord is what the platform keeps of the ministry's people and rooms, for those who answer for it.
type onRecord struct {
	template string
	watched  string // a person whom a hold keeps
	hold     string
	leaving  string // a person whose erasure was asked for
	erasure  string
	nobody   string // a person of whom nothing is kept
}

func (h *headquarters) keep(t *testing.T) {
	t.Helper()
	person := func(name string) string {
		p, err := h.db.UpsertPerson(t.Context(), claimed(name), h.ministry, h.clock())
		must(t, err)
		return p.ID
	}
	h.record = onRecord{template: "0198a5c2-9a11-7c42-a1d7-3e5f6a7b8c90", watched: person("Hugo"), leaving: person("Edgar"), nobody: person("Vera")}
	must(t, h.policies.CreateTemplate(t.Context(), policy.RoomTemplate{ID: h.record.template, OrgID: h.ministry, Name: "Hearings", Version: 1}, 10, nil))
	h.policies.Units = map[string]string{h.unit: h.ministry, h.otherUnit: h.other}
	service := h.options.Privacy.(*privacy.Service)
	hold, err := service.PlaceHold(t.Context(), operator, privacy.HeldPerson, h.record.watched, "Investigation 2026-114")
	must(t, err)
	erasure, err := service.Erase(t.Context(), operator, h.record.leaving, privacy.NewErasure{Handover: privacy.Handover{To: privacy.Archive}})
	must(t, err)
	h.record.hold, h.record.erasure = hold.ID, erasure.ID
}

// furtherDeeds is what deeds is, of rules, of what is kept about people, and of what is counted and written down.
func (h *headquarters) furtherDeeds() map[string]deed {
	platform, ministry := auth.Resource{}, auth.Resource{OrgID: h.ministry}
	plain := func(method, path, body string) ask {
		return ask{method: method, path: "/api/v1" + path, body: body, ifMatch: `"1"`}
	}
	post := func(path, body string) ask { return ask{method: "POST", path: "/api/v1" + path, body: body, key: "k1"} }
	rule := func(path string) ask { return changing("/api/v1"+path, atMostSignedIn, `"0"`, auth.Identity{}) }
	org, room, template := "/organizations/"+h.ministry, "/rooms/"+h.room, "/templates/"+h.record.template
	unit, about := org+"/units/"+h.unit+"/policy", "/people/"+h.record.nobody
	return map[string]deed{
		"get-platform-policy":        {ask: plain("GET", "/policies/platform", ""), right: auth.PoliciesRead, on: platform},
		"change-platform-policy":     {ask: rule("/policies/platform"), right: auth.PoliciesWrite, on: platform},
		"get-organization-policy":    {ask: plain("GET", org+"/policy", ""), right: auth.PoliciesRead, on: ministry},
		"change-organization-policy": {ask: rule(org + "/policy"), right: auth.PoliciesWrite, on: ministry},
		"get-unit-policy":            {ask: plain("GET", unit, ""), right: auth.PoliciesRead, on: ministry},
		"change-unit-policy":         {ask: rule(unit), right: auth.PoliciesWrite, on: ministry},
		"get-room-policy":            {ask: plain("GET", room+"/policy", ""), right: auth.PoliciesRead, on: ministry},
		"change-room-policy":         {ask: rule(room + "/policy"), right: auth.PoliciesWrite, on: ministry},
		"set-room-unit":              {ask: plain("PUT", room+"/unit", `{"unit":"`+h.unit+`"}`), right: auth.PoliciesWrite, on: ministry},
		"list-room-templates":        {ask: plain("GET", org+"/templates", ""), right: auth.TemplatesRead, on: ministry},
		"create-room-template":       {ask: post(org+"/templates", `{"name":"Interviews"}`), right: auth.TemplatesWrite, on: ministry},
		"get-room-template":          {ask: plain("GET", template, ""), right: auth.TemplatesRead, on: ministry, missing: fault.CodeTemplateNotFound, hides: true},
		"change-room-template":       {ask: changing("/api/v1"+template, `{"name":"Interviews"}`, `"1"`, auth.Identity{}), right: auth.TemplatesWrite, on: ministry, missing: fault.CodeTemplateNotFound, hides: true},
		"delete-room-template":       {ask: plain("DELETE", template, ""), right: auth.TemplatesWrite, on: ministry, missing: fault.CodeTemplateNotFound, hides: true},

		"export-person":         {ask: plain("GET", about+"/export", ""), right: auth.PeopleExport, on: ministry, roles: true},
		"preview-erasure":       {ask: plain("GET", about+"/erasure", ""), right: auth.PrivacyRead, on: ministry, roles: true},
		"erase-person":          {ask: post(about+"/erasure", `{"handover":{"to":"archive"}}`), right: auth.PeopleErase, on: ministry, roles: true},
		"get-erasure":           {ask: plain("GET", "/erasures/"+h.record.erasure, ""), right: auth.PrivacyRead, on: ministry, roles: true, missing: fault.CodeErasureNotFound},
		"list-holds":            {ask: plain("GET", "/privacy/holds", ""), right: auth.PrivacyRead, list: true, roles: true},
		"place-hold":            {ask: post("/privacy/holds", `{"kind":"person","subject":"`+h.record.nobody+`","reason":"Investigation 2026-115"}`), right: auth.HoldsWrite, on: ministry, roles: true},
		"place-hold, room":      {ask: post("/privacy/holds", `{"kind":"room","subject":"`+h.live+`","reason":"Litigation 2026-116"}`), right: auth.HoldsWrite, on: ministry, roles: true, missing: fault.CodeRoomNotFound},
		"release-hold":          {ask: post("/privacy/holds/"+h.record.hold+"/release", `{"reason":"It is closed"}`), right: auth.HoldsWrite, on: ministry, roles: true, missing: fault.CodeHoldNotFound},
		"get-privacy-register":  {ask: plain("GET", "/privacy/register", ""), right: auth.PrivacyReport, on: platform, roles: true},
		"get-privacy-retention": {ask: plain("GET", "/privacy/retention", ""), right: auth.PrivacyReport, on: platform, roles: true},

		"get-usage":           {ask: plain("GET", "/usage", ""), right: auth.UsageRead, on: platform, own: true},
		"get-usage of one":    {ask: plain("GET", "/usage?organization="+h.ministry, ""), right: auth.UsageRead, on: ministry},
		"search-audit":        {ask: plain("GET", "/audit", ""), right: auth.AuditRead, list: true},
		"search-audit of one": {ask: plain("GET", "/audit?organization="+h.ministry, ""), right: auth.AuditRead, on: ministry},
		"export-audit":        {ask: plain("GET", "/audit/export", ""), right: auth.AuditRead, list: true},
		"export-audit of one": {ask: plain("GET", "/audit/export?organization="+h.ministry, ""), right: auth.AuditRead, on: ministry},
		"get-audit-seal":      {ask: plain("GET", "/audit/seal", ""), right: auth.AuditRead, list: true},
	}
}
