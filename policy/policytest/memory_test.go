package policytest_test

import (
	"testing"
	"time"

	"parvis/auth"
	"parvis/policy/policytest"
	"parvis/store/storetest"
)

func TestPoliciesInMemoryAreKeptAsADatabaseKeepsThem(t *testing.T) {
	storetest.Policies(t, func(*testing.T) storetest.PoliciesStore {
		return policytest.New(func() time.Time { return storetest.Nine }, map[string]string{auth.DefaultOrgID: "default"})
	})
}
