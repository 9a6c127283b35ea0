package recur_test

import (
	"testing"
	"time"

	"parvis/schedule/recur"
)

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestAStampIsAnotherOneWhereAZoneShowsOtherTimes(t *testing.T) {
	paris := recur.Stamp(zoneOf(t, "Europe/Paris"))
	for _, other := range []string{"Europe/London", "Europe/Moscow", "Africa/Casablanca", "Africa/Lagos", "Etc/GMT-1", "UTC"} {
		if recur.Stamp(zoneOf(t, other)) == paris {
			t.Errorf("%s has the stamp of Europe/Paris", other)
		}
	}
}

func TestAStampIsTheSameWhateverAZoneIsCalled(t *testing.T) {
	for name, same := range map[string]string{
		"Europe/Paris": "Europe/Berlin", "Asia/Calcutta": "Asia/Kolkata", "Etc/GMT-1": "Africa/Lagos", // of which the first two differed long ago
	} {
		if a, b := recur.Stamp(zoneOf(t, name)), recur.Stamp(zoneOf(t, same)); a != b || len(a) != 16 {
			t.Errorf("%s is %q, %s %q", name, a, same, b)
		}
	}
}
