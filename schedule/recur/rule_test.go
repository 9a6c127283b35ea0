package recur_test

import (
	"strings"
	"testing"

	"parvis/schedule/recur"
)

func TestARuleThatIsNotUnderstoodIsRefusedByName(t *testing.T) {
	cases := []struct{ rule, says string }{
		{"", "is not made of parts"},
		{"WEEKLY", "is not made of parts"},
		{"FREQ=", "is not made of parts"},
		{"BYDAY=MO", "FREQ is missing"},
		{"FREQ=SECONDLY", "FREQ=SECONDLY is too often"},
		{"FREQ=MINUTELY;COUNT=2", "FREQ=MINUTELY is too often"},
		{"FREQ=HOURLY", "FREQ=HOURLY is too often"},
		{"FREQ=FORTNIGHTLY", "FREQ is not DAILY"},
		{"FREQ=DAILY;FREQ=WEEKLY", "has FREQ twice"},
		{"FREQ=DAILY;BYHOUR=9", "has BYHOUR, but"},
		{"FREQ=DAILY;BYMINUTE=0", "has BYMINUTE, but"},
		{"FREQ=DAILY;BYSECOND=0", "has BYSECOND, but"},
		{"FREQ=YEARLY;BYEASTER=0", "has BYEASTER, which is no part"},
		{"FREQ=YEARLY;X-WHAT=0", "has X-WHAT, which is no part"},
		{"FREQ=YEARLY;\r\nATTENDEE:x=0", "has a part, which is no part"},
		{"FREQ=DAILY;COUNT=1000000", "COUNT is not a number from 1 to 1826"},
		{"FREQ=DAILY;COUNT=0", "COUNT is not a number"},
		{"FREQ=DAILY;COUNT=2;UNTIL=20270101", "COUNT and UNTIL exclude each other"},
		{"FREQ=DAILY;INTERVAL=0", "INTERVAL is not a number"},
		{"FREQ=DAILY;INTERVAL=99999999999999999999", "INTERVAL is not a number"},
		{"FREQ=DAILY;UNTIL=tomorrow", "UNTIL is not a date or time"},
		{"FREQ=DAILY;UNTIL=20270230", "UNTIL is not a date or time"},
		{"FREQ=DAILY;UNTIL=20270630T215959Z", "UNTIL is in UTC"},
		{"FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY is not a list"},
		{"FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY is not a list"},
		{"FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go with FREQ=WEEKLY"},
		{"FREQ=YEARLY;BYMONTH=13", "BYMONTH is not a list of numbers from 1 to 12"},
		{"FREQ=YEARLY;BYMONTH=-1", "BYMONTH is not a list of numbers from 1 to 12"},
		{"FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY goes with FREQ=YEARLY alone"},
		{"FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO goes with FREQ=YEARLY alone"},
		{"FREQ=WEEKLY;BYDAY=2MO", "BYDAY has a number"},
		{"FREQ=YEARLY;BYWEEKNO=3;BYDAY=2MO", "BYDAY has a number"},
		{"FREQ=MONTHLY;BYDAY=6MO", "at most 5"},
		{"FREQ=YEARLY;BYMONTH=12;BYDAY=53MO", "at most 5"},
		{"FREQ=YEARLY;BYDAY=-54MO", "at most 53"},
		{"FREQ=MONTHLY;BYDAY=0MO", "BYDAY is not a list"},
		{"FREQ=MONTHLY;BYDAY=LUNDI", "BYDAY does not name days"},
		{"FREQ=WEEKLY;BYDAY=M", "BYDAY does not name days"},
		{"FREQ=WEEKLY;WKST=1", "WKST does not name days"},
		{"FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS chooses among"},
		{"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=32", "BYSETPOS is beyond"},
		{"FREQ=DAILY;BYDAY=MO;BYSETPOS=-2", "BYSETPOS is beyond"},
		{"FREQ=YEARLY;BYWEEKNO=3;BYSETPOS=1", "BYSETPOS does not go with BYWEEKNO"},
		{"FREQ=YEARLY;BYDAY=MO;BYSETPOS=367", "BYSETPOS is not a list"},
		{"FREQ=YEARLY;BYMONTH=" + strings.Repeat("1,", 2000) + "1", "is longer than"},
	}
	for _, c := range cases {
		if rule, err := recur.ParseRule(c.rule, nil); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.60q gives %v, %v; want a refusal that says %q", c.rule, rule, err, c.says)
		}
	}
}

func TestARuleHasOneSpelling(t *testing.T) {
	paris := load(t, "Europe/Paris")
	cases := []struct{ rule, want string }{
		{"RRULE:FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU"},
		{"rrule:freq=weekly;byday=tu", "FREQ=WEEKLY;BYDAY=TU"},
		{"BYDAY=FR,MO,MO;FREQ=WEEKLY;INTERVAL=1;WKST=MO", "FREQ=WEEKLY;BYDAY=MO,FR"},
		{"FREQ=MONTHLY;BYDAY=+2MO,-1FR", "FREQ=MONTHLY;BYDAY=-1FR,2MO"},
		{"FREQ=DAILY;UNTIL=20270630", "FREQ=DAILY;UNTIL=20270630"},
		{"FREQ=DAILY;UNTIL=20270630T120000", "FREQ=DAILY;UNTIL=20270630T120000"},
		{"FREQ=DAILY;UNTIL=20270630T215959Z", "FREQ=DAILY;UNTIL=20270630T235959"},
		{"FREQ=DAILY;UNTIL=20271231T225959Z", "FREQ=DAILY;UNTIL=20271231T235959"},
		{"FREQ=YEARLY;WKST=SU;BYSETPOS=-1;BYDAY=MO;BYMONTH=12,3;COUNT=4;INTERVAL=2", "FREQ=YEARLY;INTERVAL=2;COUNT=4;BYMONTH=3,12;BYDAY=MO;BYSETPOS=-1;WKST=SU"},
	}
	for _, c := range cases {
		rule, err := recur.ParseRule(c.rule, paris)
		if err != nil || rule.String() != c.want {
			t.Errorf("%s reads as %s, %v; want %s", c.rule, rule, err, c.want)
		}
	}
}

func TestALocalTimeHasNoZone(t *testing.T) {
	for _, text := range []string{"", "2026-11-10", "2026-11-10T09:00", "2026-11-10T09:00:00Z", "2026-11-10T09:00:00+01:00",
		"2026-11-10T09:00:00.5", "2026-11-10 09:00:00", "2026-02-30T09:00:00", "0000-01-01T00:00:00", "2026-11-10T24:00:00"} {
		if l, err := recur.ParseLocal(text); err == nil {
			t.Errorf("%q reads as %s", text, l)
		}
	}
	l, err := recur.ParseLocal("2026-11-10T09:00:00")
	if err != nil || l != recur.NewLocal(2026, 11, 10, 9, 0, 0) || l.String() != "2026-11-10T09:00:00" || l.ID() != "20261110T090000" {
		t.Errorf("reads as %s, %s, %v", l, l.ID(), err)
	}
	if again, err := recur.ParseID(l.ID()); err != nil || again != l {
		t.Errorf("the id reads as %s, %v", again, err)
	}
	if _, err := recur.ParseID("2026-11-10T09:00:00"); err == nil {
		t.Error("takes the text form for an id")
	}
}

func TestADurationIsElapsedTime(t *testing.T) {
	for _, text := range []string{"", "P", "PT", "P1D", "P1W", "P1DT1H", "1H", "PT1.5H", "PT-1H", "-PT1H", "PT1M1H", "pt1h", "PT9999999H", "PT1H\n"} {
		if d, err := recur.ParseDuration(text); err == nil {
			t.Errorf("%q reads as %s", text, d)
		}
	}
	for text, want := range map[string]string{"PT1H30M": "PT1H30M", "PT90M": "PT1H30M", "PT24H": "PT24H", "PT600S": "PT10M", "PT0S": "PT0S"} {
		if d, err := recur.ParseDuration(text); err != nil || d.String() != want {
			t.Errorf("%s reads as %s, %v; want %s", text, d, err, want)
		}
	}
}
