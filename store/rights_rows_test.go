package store_test

import (
	"strings"
	"testing"
	"time"

	"parvis/auth"
	"parvis/directory"
	"parvis/policy"
	"parvis/rooms"
	"parvis/store/storetest"
)

func TestWhateverChangesARightIsWritten(t *testing.T) {
	onSchema(t, func(t *testing.T, url string) {
		w := staffing(t, url)
		admin := directory.NewAdministration(w.db, func() time.Time { return w.now })
		if _, _, err := admin.OfferClaim(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := tell(t, look(t, url), "SELECT actor FROM audit WHERE action = 'platform.claim-offered'"); got != "system:command" {
			t.Errorf("a code for the first administrator was made: %q", got)
		}

		clerk := w.hire(t, "clerk", w.ministry).PersonID
		written := func() string {
			return tell(t, look(t, url), "SELECT COUNT(*) FROM audit WHERE action = 'person.deactivated' AND subject = 'person:"+clerk+"'")
		}
		account := storetest.ServiceAccount()
		account.OrgID, account.Scopes = w.ministry, []auth.Scope{auth.ScopePeopleManage}
		if err := w.db.CreateAccount(t.Context(), account, nil); err != nil {
			t.Fatal(err)
		}
		client, err := w.db.BindSCIM(t.Context(), account.ID, "agentconnect", "", "system:test", w.now)
		if err != nil {
			t.Fatal(err)
		}
		write(t, url, w.now, "UPDATE people SET deactivated_at = $AT, closed_by_client = '"+client.ID+"' WHERE id = '"+clerk+"'")
		for range 2 {
			if _, err := admin.Deactivate(t.Context(), commanding, clerk); err != nil {
				t.Fatal(err)
			}
		}
		if got := written(); got != "1" {
			t.Errorf("an administrator closed for good what provisioning had closed: written %s times", got)
		}

		service := rooms.New(rooms.Ports{Policies: w.db, Templates: w.db, Now: func() time.Time { return w.now }})
		t.Cleanup(service.Close)
		name, change := "Hearings", rooms.PolicyChange{policy.OpensWithHost: &policy.Decided{Value: policy.Value{Number: 1}, Locked: true}}
		made, err := service.CreateTemplate(t.Context(), auth.Identity{Kind: auth.System, ID: "command"}, w.ministry, rooms.TemplateChange{Name: &name, Settings: change})
		if err != nil {
			t.Fatal(err)
		}
		data := func(action string) string { // the engines order and space it each in their way
			return strings.ReplaceAll(tell(t, look(t, url), "SELECT CAST(data AS text) FROM audit WHERE action = '"+action+"'"), " ", "")
		}
		if got := data("template.created"); !strings.Contains(got, `"opensWithHost":{`) || !strings.Contains(got, `"locked":true`) || !strings.Contains(got, `"value":true`) {
			t.Errorf("a template was made: %s", got)
		}
		if _, err := service.ChangeTemplate(t.Context(), commanding, made.ID, made.Version, rooms.TemplateChange{Settings: rooms.PolicyChange{policy.OpensWithHost: nil}}); err != nil {
			t.Fatal(err)
		}
		if got := data("template.updated"); got != `{"settings":{"opensWithHost":null}}` {
			t.Errorf("it was changed: %s", got)
		}
	})
}
