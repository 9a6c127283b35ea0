package servicetest_test

import (
	"testing"

	"parvis/auth/service"
	"parvis/auth/service/servicetest"
	"parvis/store/storetest"
)

func TestTheMemoryKeepsAccountsAsTheDatabaseDoes(t *testing.T) {
	storetest.ServiceAccounts(t, func(*testing.T) service.Store { return servicetest.New() })
}
