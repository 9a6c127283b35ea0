package fault_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"parvis/fault"
)

func TestAnErrorThatNobodyClassifiedTellsNothing(t *testing.T) {
	got := fault.Of(errors.New("dial tcp 10.0.0.7:5432: refused"))
	if got.Kind != fault.Internal || got.Code != fault.CodeInternal {
		t.Errorf("got %v %q, want an internal error", got.Kind, got.Code)
	}
	if got.Detail == "" || errors.Unwrap(got) == nil {
		t.Error("the cause must stay for the log, apart from the detail")
	}
}

func TestAFailureKeepsItsKindThroughWrapping(t *testing.T) {
	err := fmt.Errorf("join: %w", fault.New(fault.CodeTooMany, "slow down").After(3*time.Second))
	if !fault.Is(err, fault.TooMany) || !fault.HasCode(err, fault.CodeTooMany) {
		t.Errorf("got %v", fault.Of(err))
	}
	if fault.Of(err).RetryAfter != 3*time.Second {
		t.Error("RetryAfter was lost")
	}
	if fault.Is(nil, fault.Internal) {
		t.Error("no error is no failure")
	}
}

func TestEveryCodeHasATitleAndARemedy(t *testing.T) {
	for _, code := range fault.Codes() {
		m, ok := code.Meaning()
		if !ok || m.Title == "" || m.Remedy == "" {
			t.Errorf("%s has no title or no remedy", code)
		}
	}
}
