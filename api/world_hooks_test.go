package api_test

import (
	"parvis/auth"
	"parvis/seal"
	"parvis/webhook"
	"parvis/webhook/webhooktest"
)

// Software that manages webhooks, of two ministries.
var (
	listener = machine("listener", interior, auth.ScopeWebhooksManage)
	stranger = machine("stranger", justice, auth.ScopeWebhooksManage)
)

// telling is the use cases of webhooks, kept in memory.
func (w *world) telling() *webhook.Service {
	w.hooks = webhooktest.New()
	allowed, err := webhook.ParseAllowed([]string{"10.1.0.0/16", "agenda.interne.example"})
	if err != nil {
		panic(err)
	}
	return &webhook.Service{Store: w.hooks, Box: seal.New([32]byte{3}), Allowed: allowed, Own: "meet.example.org", Now: w.clock}
}
