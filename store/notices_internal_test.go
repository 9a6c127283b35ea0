package store

import (
	"testing"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/webhook"
)

func TestWhoComesInCostsNothingWhereNobodyListens(t *testing.T) {
	caches := newCaches()
	caches.ledger.trustFor(time.Hour)
	quiet := &tx{store: &DB{caches: caches}} // without a database: whoever asks it panics
	for name, found := range map[string]webhook.Interests{
		"no webhook at all": {}, "another organization's": {"other": {webhook.ParticipantJoined}}, "of another type": {auth.DefaultOrgID: {webhook.SessionEnded}},
	} {
		caches.interests.put(allWebhooks, found, tagOf(ChangedWebhooks, allWebhooks), caches.ledger.mark())
		cost := testing.AllocsPerRun(100, func() {
			err := quiet.noticed(auth.DefaultOrgID, event.ParticipantJoined, func() []event.Event {
				t.Error("composed for nobody")
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		if cost > 0 {
			t.Errorf("%s: %.0f allocations", name, cost)
		}
	}
}
