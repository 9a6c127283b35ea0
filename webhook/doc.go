// Package webhook tells an organization's software what happened, by requests to addresses that it has proved are its own.
//
// It owns endpoints and what they may be (Service), which events are told and in what form (TypeOf, Compose), signatures by
// Standard Webhooks 1.0, and when a message is sent again, buried, or its endpoint given up (Courier). It refuses to know
// HTTP: webhook/deliver sends, and guards whom. Messages are queued by store, in the order of what happened.
package webhook
