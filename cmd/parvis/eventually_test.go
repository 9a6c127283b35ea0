package main

import (
	"testing"
	"time"
)

// patience bounds what a test waits for, on a machine that is busy with something else.
const patience = time.Minute

// eventually asks until something holds, and says what there is instead when it never does. It is for what another process
// does, which tells nobody: its answers are all that there is to wait on.
func eventually(t *testing.T, holds func() bool, instead func() any) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it stays so: %+v", instead())
		}
	}
}
