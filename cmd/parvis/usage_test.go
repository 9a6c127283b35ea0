package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestUsageIsRefusedWithWhatToTypeInstead(t *testing.T) {
	i := install(t)
	i.must("migrate")
	for _, c := range []struct {
		want string
		args []string
	}{
		{"--from is a day such as", []string{"usage", "--from", "yesterday"}},
		{"--to is a day such as", []string{"usage", "--to", "2026-11-31"}},
		{"ends on or after", []string{"usage", "--from", "2026-11-02", "--to", "2026-11-01"}},
		{"organization", []string{"usage", "--org", "Nowhere"}},
	} {
		if code, _, errs := i.do(c.args...); code != 1 || !strings.Contains(errs, c.want) {
			t.Errorf("%v: exit %d: %s", c.args, code, errs)
		}
	}
}

func TestUsageIsPrintedInThreeForms(t *testing.T) {
	i := install(t)
	i.must("migrate")
	var days []usageWire
	if err := json.Unmarshal([]byte(i.must("usage", "-o", "json", "--to", "2026-11-20")), &days); err != nil {
		t.Fatal(err)
	}
	if last := days[len(days)-1]; len(days) != 30 || last.Date != "2026-11-20" {
		t.Errorf("got %d days, the last %+v", len(days), last)
	}
	if got := i.must("usage", "-o", "csv", "--from", "2026-10-15", "--to", "2026-11-02", "--by", "month"); got != "date,sessions,participants,minutes,peak\n2026-10-15,0,0,0,0\n2026-11-01,0,0,0,0\n" {
		t.Errorf("got %q", got)
	}
	if got := i.must("usage", "--per-organization", "-o", "csv"); got != "id,organization,sessions,participants,minutes,peak\n" {
		t.Errorf("got %q", got)
	}
	if got := i.must("usage", "--per-organization", "-o", "json"); strings.TrimSpace(got) != "[]" {
		t.Errorf("got %q", got)
	}
	if got := i.must("usage", "--by", "week"); !strings.Contains(got, "PARTICIPANTS") || !strings.Contains(got, "total") {
		t.Errorf("got %s", got)
	}
}
