package ical_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parvis/schedule/ical"
)

const reply = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Somebody//Else//EN
METHOD:REPLY
BEGIN:VEVENT
UID:0197-committee@parvis.example
DTSTAMP:20261020T101500Z
SEQUENCE:3
ORGANIZER:mailto:cabinet@min.example
ATTENDEE;CN="Petit, Anne ^'Nan^'";PARTSTAT=DECLINED:MAILTO:Anne@Min.example
RECURRENCE-ID;TZID=Europe/Paris:20261027T090000
COMMENT:I am away\, sorry.\nAnne
END:VEVENT
END:VCALENDAR
`

// with is the reply with one thing changed.
func with(old, new string) string { return strings.Replace(reply, old, new, 1) }

func TestAnAnswerThatCannotBeTakenIsRefusedWithTheReason(t *testing.T) {
	cases := []struct{ name, body, says string }{
		{"nothing", "", "is not one calendar"},
		{"a letter", "Dear colleague,\nI am away.", "has a line that is no property"},
		{"another format", "BEGIN:VCARD\nVERSION:4.0\nEND:VCARD\n", "is no iCalendar"},
		{"other characters", with("Anne", "Ann\xe9"), "not text in UTF-8"},
		{"a zero octet", with("Anne", "Ann\x00"), "not text in UTF-8"},
		{"cut off", strings.TrimSuffix(reply, "END:VCALENDAR\n"), "is not one calendar"},
		{"cut off within parameters", "BEGIN:VCALENDAR\nATTENDEE;CN=x\nEND:VCALENDAR\n", "has a line that is no property"},
		{"two calendars", reply + reply, "is not one calendar"},
		{"too large", with("I am away", strings.Repeat("x", ical.MaxAnswer)), "is larger than"},
		{"too many lines", with("COMMENT", strings.Repeat("X-A:1\n", 5000)+"COMMENT"), "has more than 4000 lines"},
		{"too many properties", with("COMMENT", strings.Repeat("X-A:1\n", 300)+"COMMENT"), "has more than 200 properties"},
		{"a parameter without end", with("CN=", "X="+strings.Repeat("x", 3000)+";CN="), "has a line that is no property"},
		{"boxes in boxes", strings.Repeat("BEGIN:X\n", 9) + strings.Repeat("END:X\n", 9), "is not one calendar"},
		{"no method", with("METHOD:REPLY\n", ""), "METHOD is missing"},
		{"an invitation", with("METHOD:REPLY", "METHOD:REQUEST"), "neither REPLY nor COUNTER"},
		{"no event", "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR\n", "has no event"},
		{"no uid", with("UID:0197-committee@parvis.example\n", ""), "UID is missing"},
		{"two uids", with("UID:", "UID:other\nUID:"), "has several times UID"},
		{"a uid too long", with("UID:", "UID:"+strings.Repeat("x", 300)), "has no UID that could be ours"},
		{"nobody", with("ATTENDEE", "X-ATTENDEE"), "ATTENDEE is missing"},
		{"two people", with("ATTENDEE", "ATTENDEE:mailto:b@min.example\nATTENDEE"), "has several times ATTENDEE"},
		{"somebody without an address", with("MAILTO:", "tel:"), "ATTENDEE is no e-mail address"},
		{"an address with a line end", with("Anne@", "Anne%0D%0AX@"), "ATTENDEE is no e-mail address"},
		{"an answer that is none", with("PARTSTAT=DECLINED", "PARTSTAT=COMPLETED"), "PARTSTAT that is no answer"},
		{"no answer", with(";PARTSTAT=DECLINED", ""), "PARTSTAT is missing"},
		{"a date that is none", with("20261027T090000", "20261027"), "RECURRENCE-ID is not a date with a time"},
		{"a sequence that is none", with("SEQUENCE:3", "SEQUENCE:three"), "SEQUENCE that is no number"},
		{"a proposal without a time", with("METHOD:REPLY", "METHOD:COUNTER"), "DTSTART is missing"},
		{"answers for two meetings", with("END:VEVENT", "END:VEVENT\nBEGIN:VEVENT\nUID:x\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b\nEND:VEVENT"), "several meetings at once"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			answers, err := ical.ReadAnswers(strings.NewReader(c.body))
			if refusal := ical.Refusal(""); !errors.As(err, &refusal) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("reads as %v, %v; want a refusal that says %q", answers, err, c.says)
			}
		})
	}
}

func TestAnAnswerSaysWhoComesWhen(t *testing.T) {
	want := []ical.Answer{{
		Method: ical.Reply, UID: "0197-committee@parvis.example", Sequence: 3,
		Date:  &ical.Moment{Local: local(t, "2026-10-27T09:00:00"), Zone: "Europe/Paris"},
		Email: "anne@min.example", Name: `Petit, Anne "Nan"`, PartStat: ical.Declined, Comment: "I am away, sorry.\nAnne",
		Stamp: time.Date(2026, 10, 20, 10, 15, 0, 0, time.UTC),
	}}
	for name, body := range map[string]string{
		"as it is":           reply,
		"with CRLF":          strings.ReplaceAll(reply, "\n", "\r\n"),
		"with a mark before": "\ufeff" + reply,
		"folded":             with("PARTSTAT=DECLINED", "PART\n STAT=DECL\n\tINED"),
	} {
		answers, err := ical.ReadAnswers(strings.NewReader(body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, answers); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}

func TestACounterSaysWhenElse(t *testing.T) {
	body := strings.Replace(with("METHOD:REPLY", "METHOD:COUNTER"), "COMMENT", "DTSTART:20261027T140000Z\nDURATION:PT45M\nCOMMENT", 1)
	answers, err := ical.ReadAnswers(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	want := &ical.Proposal{Start: ical.Moment{Local: local(t, "2026-10-27T14:00:00"), UTC: true}, Duration: 45 * time.Minute}
	if diff := cmp.Diff(want, answers[0].Proposed); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestADateIsFoundInWhateverZoneTheAnswerWritesIt(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []ical.Moment{
		{Local: local(t, "2026-10-27T09:00:00"), Zone: "Europe/Paris"},
		{Local: local(t, "2026-10-27T09:00:00")},
		{Local: local(t, "2026-10-27T08:00:00"), UTC: true},
		{Local: local(t, "2026-10-27T04:00:00"), Zone: "America/New_York"},
	} {
		if got, err := m.In(paris, time.LoadLocation); err != nil || got != local(t, "2026-10-27T09:00:00") {
			t.Errorf("%+v is %s, %v", m, got, err)
		}
	}
	if got, err := (ical.Moment{Zone: "Romance Standard Time"}).In(paris, time.LoadLocation); err == nil {
		t.Errorf("a zone of Outlook's is %s", got)
	}
}

// TestAnAnswerToOurInvitationIsUnderstood turns what we write into what a calendar sends back.
func TestAnAnswerToOurInvitationIsUnderstood(t *testing.T) {
	e := meeting(t)
	request := written(t, ical.Calendar{Method: ical.Request, Stamp: e.Modified, Events: []ical.Event{e}})
	answer := strings.NewReplacer("METHOD:REQUEST", "METHOD:REPLY", "PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED").Replace(request)
	answers, err := ical.ReadAnswers(strings.NewReader(answer))
	if err != nil {
		t.Fatal(err)
	}
	a := answers[0]
	if got := fmt.Sprint(a.UID, a.Email, a.Name, a.PartStat, a.Sequence); got != fmt.Sprint(e.UID, "anne@min.example", `Anne "Nan" Petit`, ical.Accepted, 3) {
		t.Errorf("reads as %s", got)
	}
}

func FuzzReadAnswers(f *testing.F) {
	f.Add(reply)
	f.Add(with("METHOD:REPLY", "METHOD:COUNTER"))
	f.Add(strings.Replace(with("TZID=Europe/Paris", `TZID="Romance Standard Time"`), "BEGIN:VEVENT", outlook+"BEGIN:VEVENT", 1))
	f.Add("BEGIN:VCALENDAR\r\nATTENDEE;CN=\"x\r\n")
	f.Add("BEGIN;X=\"a\":VCALENDAR\nEND:X\n")
	f.Fuzz(func(t *testing.T, body string) {
		answers, err := ical.ReadAnswers(strings.NewReader(body))
		if refusal := ical.Refusal(""); err != nil && !errors.As(err, &refusal) {
			t.Errorf("fails with %v", err)
		}
		for _, a := range answers {
			if a.UID == "" || strings.ContainsAny(a.Email+a.UID+a.Name, "\r\n\x00") || !strings.Contains(a.Email, "@") {
				t.Errorf("reads as %+v", a)
			}
		}
	})
}

// outlook is how Outlook writes a zone: by a name of its own, from the year 1601 on.
const outlook = `BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
`

func TestAZoneThatTheAnswerExplainsIsUnderstood(t *testing.T) {
	for date, want := range map[string]string{
		"20261027T090000": "2026-10-27T08:00:00", "20261020T090000": "2026-10-20T07:00:00",
		"20270115T090000": "2027-01-15T08:00:00", "20270401T090000": "2027-04-01T07:00:00",
	} {
		body := strings.Replace(with("RECURRENCE-ID;TZID=Europe/Paris:20261027T090000", `RECURRENCE-ID;TZID="Romance Standard Time":`+date),
			"BEGIN:VEVENT", outlook+"BEGIN:VEVENT", 1)
		answers, err := ical.ReadAnswers(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&ical.Moment{Local: local(t, want), UTC: true}, answers[0].Date); diff != "" {
			t.Errorf("%s: -want +got:\n%s", date, diff)
		}
	}
}

func TestAZoneThatTheAnswerExplainsBadlyIsLeftUnknown(t *testing.T) {
	for _, broken := range []string{
		strings.Replace(outlook, "TZOFFSETTO:+0100", "TZOFFSETTO:soon", 1),
		strings.Replace(outlook, "DTSTART:16010101T030000", "DTSTART:once", 1),
		strings.Replace(outlook, "FREQ=YEARLY", "FREQ=SECONDLY", 1),
		strings.Replace(outlook, "TZID:Romance", "TZID:Other", 1),
	} {
		body := strings.Replace(with("TZID=Europe/Paris", `TZID="Romance Standard Time"`), "BEGIN:VEVENT", broken+"BEGIN:VEVENT", 1)
		answers, err := ical.ReadAnswers(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if zone := answers[0].Date.Zone; zone != "Romance Standard Time" {
			t.Errorf("is read as %+v", answers[0].Date)
		}
	}
}
