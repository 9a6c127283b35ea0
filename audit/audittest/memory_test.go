package audittest_test

import (
	"testing"

	"parvis/audit/audittest"
	"parvis/store/storetest"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	storetest.Audit(t, func(*testing.T) storetest.AuditStore { return audittest.New() })
}
