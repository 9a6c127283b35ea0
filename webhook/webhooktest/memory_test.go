package webhooktest_test

import (
	"context"
	"testing"

	"parvis/auth/service"
	"parvis/event"
	"parvis/store/storetest"
	"parvis/webhook/webhooktest"
)

// hospitable takes any account.
type hospitable struct{ *webhooktest.Memory }

func (hospitable) CreateAccount(context.Context, service.Account, []event.Event) error { return nil }

func TestWebhooksInMemoryAreKeptAsADatabaseKeepsThem(t *testing.T) {
	storetest.Webhooks(t, func(*testing.T) storetest.WebhooksStore { return hospitable{webhooktest.New()} })
}
