package scim

import (
	"testing"

	"parvis/fault"
)

func TestWhatMayNotBeClosedOrForgottenIsRefusedInWordsOfTheProtocol(t *testing.T) {
	for code, want := range map[fault.Code]int{fault.CodeForbidden: 403, fault.CodeLastAdministrator: 409, fault.CodeHeld: 409} {
		if got := ErrorOf(fault.New(code, "why")); got.Status != want || got.Detail != "why" {
			t.Errorf("%s: %d %q", code, got.Status, got.Detail)
		}
	}
}
