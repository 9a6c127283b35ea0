package store_test

import (
	"testing"
	"time"

	"parvis/auth"
	"parvis/directory"
	"parvis/policy"
	"parvis/rooms"
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
		client := w.room.ID // of provisioning: any id does
		write(t, url, w.now, "UPDATE people SET deactivated_at = $AT, closed_by_client = '"+client+"' WHERE id = '"+clerk+"'")
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
		const changed = `{"settings":{"opensWithHost":{"locked":true,"value":true}}}`
		if got := tell(t, look(t, url), "SELECT data FROM audit WHERE action = 'template.created'"); got != changed {
			t.Errorf("a template was made: %s", got)
		}
		if _, err := service.ChangeTemplate(t.Context(), commanding, made.ID, made.Version, rooms.TemplateChange{Settings: rooms.PolicyChange{policy.OpensWithHost: nil}}); err != nil {
			t.Fatal(err)
		}
		if got := tell(t, look(t, url), "SELECT data FROM audit WHERE action = 'template.updated'"); got != `{"settings":{"opensWithHost":null}}` {
			t.Errorf("it was changed: %s", got)
		}
	})
}
