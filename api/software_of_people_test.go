package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"parvis/auth"
	"parvis/fault"
	"parvis/policy"
	"parvis/webhook"
)

func makingHookFor(who auth.Identity, key, account, url string) ask {
	return ask{method: "POST", path: hooksPath, as: who, key: key, body: `{"account":"` + account + `","url":"` + url + `"}`}
}

func TestAPersonMakesAWebhookForSoftwareThatTheyAdminister(t *testing.T) {
	h := newHeadquarters(t)
	chief := h.as(holding("chief", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry}))
	stale := holding("stale", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry})
	stale.Elevated = false
	const url, nothing = "https://agenda.example.org/new", "0198a5c2-3c0f-7b02-8f3d-4e6a1b9c7d25"
	h.refused(t, http.StatusForbidden, "elevation-required", makingHookFor(h.as(stale), "s", h.software.account, url))
	h.refused(t, http.StatusForbidden, "forbidden", makingHookFor(h.as(holding("none")), "n", h.software.account, url))
	h.refused(t, http.StatusForbidden, "forbidden", makingHookFor(h.as(holding("reads", auth.Appointment{Role: auth.Auditor})), "r", h.software.account, url))
	for key, account := range map[string]string{"": "", "other": h.otherSoftware.account, "nothing": nothing, "nonsense": "nonsense"} {
		p := h.refused(t, http.StatusUnprocessableEntity, "invalid-request", makingHookFor(chief, "bad"+key, account, url))
		if at := locations(p); len(at) != 1 || at[0] != "body.account" {
			t.Errorf("%q: %v", key, p)
		}
	}
	made := h.want(t, http.StatusCreated, makingHookFor(chief, "good", h.software.account, url))
	if made["createdBy"] != h.software.account || made["accountName"] != "Agenda" || !strings.HasPrefix(made["secret"].(string), "whsec_") {
		t.Errorf("got %v", made)
	}
	if of := made["organization"].(map[string]any); of["id"] != h.ministry || of["name"] != "Ministry" {
		t.Errorf("got %v", of)
	}
	path := hooksPath + "/" + made["id"].(string)
	reader := h.as(holding("support", auth.Appointment{Role: auth.Support, OrgID: h.ministry}))
	if seen := h.want(t, http.StatusOK, ask{method: "GET", path: path, as: reader}); seen["secret"] != nil {
		t.Errorf("a secret is shown: %v", seen)
	}
}

func TestAWebhookHearsOfMoreAfterAFreshSignInOnly(t *testing.T) {
	h := newHeadquarters(t)
	fresh := holding("chief", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry})
	stale := holding("stale", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry})
	stale.Elevated = false
	chief, asleep := h.as(fresh), h.as(stale)
	changing := func(who auth.Identity, types string) ask {
		path := hooksPath + "/" + h.software.hook
		now := h.do(ask{method: "GET", path: path, as: who}).Header().Get("ETag")
		return ask{method: "PATCH", path: path, as: who, contentType: mergePatch, ifMatch: now, body: `{"types":` + types + `}`}
	}
	h.want(t, http.StatusOK, changing(asleep, `["session.ended","meeting.created"]`)) // it heard of all
	h.want(t, http.StatusOK, changing(asleep, `["session.ended"]`))
	for _, more := range []string{`["session.ended","meeting.created"]`, `["meeting.created"]`, `[]`, `null`} {
		h.refused(t, http.StatusForbidden, "elevation-required", changing(asleep, more))
	}
	h.want(t, http.StatusOK, changing(chief, `null`))
}

// Whoever's software is revoked names another before the webhook goes on.
func TestAWebhookWhoseSoftwareIsRevokedIsGivenToAnother(t *testing.T) {
	h := newHeadquarters(t)
	chief := h.as(holding("chief", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry}))
	hook := hooksPath + "/" + h.software.hook
	other := h.want(t, http.StatusCreated, ask{
		method: "POST", path: accountsPath, as: chief, key: "k", body: `{"organization":"` + h.ministry + `","name":"Payroll","scopes":["rooms.read"]}`,
	})["id"].(string)
	h.want(t, http.StatusNoContent, ask{method: "DELETE", path: accountsPath + "/" + h.software.account, as: chief})
	disabled := h.do(ask{method: "GET", path: hook, as: chief})
	if got := object(t, disabled); got["state"] != "disabled" || got["reason"] != "account-revoked" {
		t.Fatalf("got %v", got)
	}
	h.refused(t, http.StatusConflict, "conflict", ask{method: "POST", path: hook + "/enable", as: chief})
	h.refused(t, http.StatusUnprocessableEntity, "invalid-request", makingHookFor(chief, "ended", h.software.account, "https://b.example.org/"))
	moved := ask{method: "PATCH", path: hook, as: chief, contentType: mergePatch, ifMatch: disabled.Header().Get("ETag"), body: `{"account":"` + other + `"}`}
	if got := h.want(t, http.StatusOK, moved); got["createdBy"] != other {
		t.Errorf("got %v", got)
	}
	if got := h.want(t, http.StatusOK, ask{method: "POST", path: hook + "/enable", as: chief}); got["state"] != "pending" {
		t.Errorf("got %v", got)
	}
}

func TestARefusedHostIsSaidWithWhoLockedIt(t *testing.T) {
	h := newHeadquarters(t)
	hooks := h.options.Webhooks.(*webhook.Service)
	locked := policy.Layer{
		Source:   policy.Source{Level: policy.Organization, ID: h.ministry, Name: "Ministry"},
		Settings: map[policy.Name]policy.Decided{policy.WebhookHosts: {Value: policy.Value{List: []string{"*.ministry.example"}}, Locked: true}},
	}
	hooks.Hosts = func(context.Context, string) (policy.Resolved, error) {
		return policy.Resolve(locked).Of(policy.WebhookHosts), nil
	}
	chief := h.as(holding("chief", auth.Appointment{Role: auth.OrgAdmin, OrgID: h.ministry}))
	p := h.refused(t, http.StatusForbidden, string(fault.CodePolicyLocked), makingHookFor(chief, "k", h.software.account, "https://elsewhere.example.org/"))
	said, _ := p["errors"].([]any)[0].(map[string]any)["message"].(string)
	if said != "webhookHosts allows only *.ministry.example: locked by Ministry" {
		t.Errorf("got %q", said)
	}
	h.want(t, http.StatusCreated, makingHookFor(chief, "ok", h.software.account, "https://hooks.ministry.example/"))
}
