package invitation_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parvis/auth"
	"parvis/mail/mailtest"
	"parvis/schedule"
	"parvis/schedule/ical"
	"parvis/schedule/recur"
)

func TestAGuestIsInvitedWithALinkOfTheirOwn(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=10"))
	got := h.delivered(t)
	if len(got) != 2 {
		t.Fatalf("%d mails", len(got))
	}
	zoe := got[1]
	if s := zoe.subject(t); s != "Invitation : Comité de pilotage (mardi 17 novembre 2026, 9\u00a0h)" {
		t.Errorf("subject %q", s)
	}
	id := h.store.Letters()[0].MessageID
	thread := fmt.Sprintf("<meeting-%s@meet.example.org>", v.ID)
	for header, want := range map[string]string{
		"From": `"Camille Martin via Parvis" <parvis@meet.example.org>`, "To": "<zoe@x.example>", "Message-Id": "<" + id + ">", "References": thread, "In-Reply-To": thread,
		"Auto-Submitted": "auto-generated", "Content-Language": "fr", "Reply-To": "", "Cc": "", "Bcc": "",
	} {
		if zoe.Get(header) != want {
			t.Errorf("%s: %q, want %q", header, zoe.Get(header), want)
		}
	}
	zoe.contains(t, "Camille Martin vous invite", "mardi 17 novembre 2026, de 9\u00a0h à 10\u00a0h\u00a030, heure de Paris (UTC+1)",
		"chaque semaine, le mardi, 10 fois", "pour le compte de Cabinet du préfet", "Rejoindre la réunion", "https://meet.example.org/"+v.Place.Slug+"#i=",
		"https://meet.example.org/invitation#i=", "&m="+v.ID+"\n", "1. Budget", "camille@interieur.example", "Votre adresse a été donnée")
	links := personal.FindAllString(zoe.Text+zoe.HTML, -1)
	if len(links) != 4 || len(slices.Compact(slices.Sorted(slices.Values(links)))) != 1 {
		t.Errorf("links %v", links)
	}
	if strings.Contains(zoe.Text+zoe.HTML+zoe.Calendar, "odile") {
		t.Error("who else is invited is told")
	}
}

func TestSomebodyWithAnAccountIsInvitedInTheirLanguageWithoutASecret(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, "FREQ=MONTHLY;BYDAY=-1FR;COUNT=4"))
	odile := h.delivered(t)[0]
	odile.contains(t, "Camille Martin invites you", "every month, on the last Friday, 4 times", "https://meet.example.org/meetings/"+v.ID, "account")
	if odile.Get("Content-Language") != "en" || personal.MatchString(odile.Text+odile.HTML+odile.Calendar) {
		t.Errorf("got %s", odile.Text)
	}
}

func TestACalendarReadsTheInvitationOfOnePersonAlone(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=10"))
	zoe := h.delivered(t)[1]
	if zoe.Method != "REQUEST" || zoe.Attached != zoe.Calendar {
		t.Errorf("method %q; the file and the alternative agree: %v", zoe.Method, zoe.Attached == zoe.Calendar)
	}
	for name, want := range map[string]string{
		"METHOD":    "METHOD:REQUEST",
		"ATTENDEE":  "ATTENDEE;CN=Zoé Durand;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:zoe@x.example",
		"ORGANIZER": "ORGANIZER;CN=Camille Martin:mailto:parvis@meet.example.org", "SEQUENCE": "SEQUENCE:0", "DTSTAMP": "DTSTAMP:20261110T080000Z",
		"TZID": "TZID:Europe/Paris",
	} {
		if got := zoe.lines(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
	}
	holds(t, "request-weekly", zoe)
}

func TestARepetitionIsSaidInWords(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	for rule, want := range map[string]string{
		"FREQ=DAILY;COUNT=3":                              "every day, 3 times",
		"FREQ=DAILY;INTERVAL=2;COUNT=3":                   "every 2 days, 3 times",
		"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20261218": "Monday to Friday, until 18 December 2026",
		"FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,TU;COUNT=4":      "every 2 weeks, on Tuesday and Thursday, 4 times",
		"FREQ=MONTHLY;COUNT=3":                            "every month, on day 17, 3 times",
		"FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3":              "every month, on the last day, 3 times",
		"FREQ=MONTHLY;INTERVAL=3;BYDAY=3TU;COUNT=3":       "every 3 months, on the third Tuesday, 3 times",
		"FREQ=YEARLY;COUNT=3":                             "every year, on 17 November, 3 times",
		"FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=-1;COUNT=3": "several dates, 3 times",
		"FREQ=YEARLY;BYMONTH=11;BYDAY=TU;COUNT=3":         "several dates, 3 times",
		"FREQ=WEEKLY;BYDAY=TU;UNTIL=20270105T090000":      "every week, on Tuesday, until 5 January 2027",
	} {
		h.planned(t, meeting(t, rule))
		got := h.delivered(t)
		if len(got) != 2 || !strings.Contains(got[0].Text, want+"\n") {
			t.Errorf("%s: no %q in\n%s", rule, want, got[0].Text)
		}
	}
}

func TestAMeetingOverMidnightIsSaidWithBothDays(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	n := meeting(t)
	n.When.Duration = recur.Duration(16 * time.Hour)
	h.planned(t, n)
	got := h.delivered(t)
	got[1].contains(t, "du mardi 17 novembre 2026 à 9\u00a0h au mercredi 18 novembre 2026 à 1\u00a0h")
	got[0].contains(t, "Tuesday 17 November 2026, 09:00 to Wednesday 18 November 2026, 01:00")
}

func TestATimeIsSaidWithItsZoneAsPeopleNameIt(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	for zone, want := range map[string][2]string{
		"Europe/Paris":     {"heure de Paris (UTC+1)", "Paris time (UTC+1)"},
		"Europe/Lisbon":    {"heure de Lisbonne (UTC)", "Lisbon time (UTC)"},
		"Europe/Kiev":      {"heure de Kiev (UTC+2)", "Kyiv time (UTC+2)"},
		"America/New_York": {"heure de New York (UTC-5)", "New York time (UTC-5)"},
		"Africa/Cairo":     {"heure du Caire (UTC+2)", "Cairo time (UTC+2)"},
		"Africa/Abidjan":   {"heure d’Abidjan (UTC)", "Abidjan time (UTC)"},
		"Indian/Reunion":   {"heure de La Réunion (UTC+4)", "Réunion time (UTC+4)"},
		"Atlantic/Azores":  {"heure des Açores (UTC-1)", "Azores time (UTC-1)"},
		"Asia/Calcutta":    {"heure de Calcutta (UTC+5:30)", "Kolkata time (UTC+5:30)"},
		"UTC":              {"de 9\u00a0h à 10\u00a0h\u00a030, UTC", "09:00 to 10:30, UTC"},
		"Etc/GMT+3":        {"de 9\u00a0h à 10\u00a0h\u00a030, UTC-3", "09:00 to 10:30, UTC-3"},
	} {
		n := meeting(t)
		n.When.Zone = zone
		h.planned(t, n)
		got := h.delivered(t)
		got[1].contains(t, want[0]+"\n", "la page «\u00a0Répondre à l’invitation\u00a0» donne aussi ces heures dans le vôtre")
		got[0].contains(t, want[1]+"\n", "the page “Answer the invitation” has these times in yours")
	}
}

func TestTheOffsetIsThatOfTheDate(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	n := meeting(t)
	n.When.Start += 300 * day
	h.planned(t, n)
	h.delivered(t)[0].contains(t, "Paris time (UTC+2)")
}

func TestADateThatIsMovedComesWithItsSeries(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=3"))
	h.delivered(t)
	h.now = h.now.Add(time.Hour)
	start := v.When.Start + 7*24*60*60 + 5*60*60
	if _, err := h.UpdateOccurrence(t.Context(), camille, v.ID, 0, v.When.Start+7*24*60*60, schedule.OccurrenceChange{Start: &start}); err != nil {
		t.Fatal(err)
	}
	zoe := h.delivered(t)[1]
	zoe.contains(t, "a modifié une réunion", "mardi 24 novembre 2026, de 14\u00a0h à 15\u00a0h\u00a030")
	if zoe.Method != "REQUEST" || len(zoe.lines("UID")) != 2 || len(zoe.lines("RECURRENCE-ID")) != 1 || zoe.lines("SEQUENCE")[0] != "SEQUENCE:1" ||
		!strings.HasPrefix(zoe.subject(t), "Réunion modifiée : ") || zoe.lines("DTSTAMP")[0] != "DTSTAMP:20261110T090000Z" {
		t.Errorf("got %s\n%s", zoe.subject(t), zoe.Calendar)
	}
	holds(t, "request-moved", zoe)
}

func TestADateWithoutADescriptionStillSaysWhereOneJoins(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	n, none := meeting(t, "FREQ=WEEKLY;COUNT=3"), ""
	n.Description = "Ordre du jour"
	n.Overrides = []schedule.Override{{ID: n.When.Start + 7*24*60*60, Description: &none}}
	h.planned(t, n)
	events := strings.Split(h.delivered(t)[0].Calendar, "BEGIN:VEVENT")[1:]
	if len(events) != 2 || !strings.Contains(events[0], "DESCRIPTION:Ordre du jour") ||
		strings.Contains(events[1], "Ordre du jour") || !strings.Contains(events[1], "DESCRIPTION:") {
		t.Errorf("got %q", events)
	}
}

func TestADateThatIsCancelledIsNamed(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=3"))
	h.delivered(t)
	if _, err := h.CancelOccurrence(t.Context(), camille, v.ID, 0, v.When.Start+7*24*60*60); err != nil {
		t.Fatal(err)
	}
	zoe := h.delivered(t)[1]
	zoe.contains(t, "n’aura pas lieu à la date ci-dessous", "mardi 24 novembre 2026, de 9\u00a0h à 10\u00a0h\u00a030")
	if zoe.Method != "CANCEL" || zoe.lines("RECURRENCE-ID")[0] != "RECURRENCE-ID;TZID=Europe/Paris:20261124T090000" || strings.Contains(zoe.Calendar, "WEEKLY") ||
		zoe.lines("STATUS")[0] != "STATUS:CANCELLED" || zoe.lines("SEQUENCE")[0] != "SEQUENCE:1" || personal.MatchString(zoe.Text+zoe.Calendar) {
		t.Errorf("got %s", zoe.Calendar)
	}
	holds(t, "cancel-date", zoe)
}

func TestACancelledMeetingIsTakenOutOfAllCalendars(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=3"))
	h.delivered(t)
	if err := h.Cancel(t.Context(), camille, v.ID, 1); err != nil {
		t.Fatal(err)
	}
	got := h.delivered(t)
	if len(got) != 2 || got[0].Method != "CANCEL" || len(got[0].lines("RECURRENCE-ID")) > 0 || !strings.HasPrefix(got[0].subject(t), "Meeting cancelled: ") {
		t.Fatalf("got %d", len(got))
	}
	holds(t, "cancel", got[1])
}

// A calendar that is told CANCEL takes out the whole series, and with it what was held.
func TestASeriesThatIsCancelledAfterSomeDatesEndsInCalendarsAndKeepsThem(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=5"))
	h.delivered(t)
	h.now = v.When.Start.In(time.UTC).AddDate(0, 0, 10) // two are over
	if err := h.Cancel(t.Context(), camille, v.ID, 0); err != nil {
		t.Fatal(err)
	}
	zoe := h.delivered(t)[1]
	if zoe.Method != "REQUEST" || !slices.Equal(zoe.lines("STATUS"), []string{"STATUS:CONFIRMED"}) || !slices.Contains(zoe.lines("RRULE"), "RRULE:FREQ=WEEKLY;COUNT=2") ||
		!slices.Equal(zoe.lines("SEQUENCE"), []string{"SEQUENCE:1"}) || !strings.Contains(zoe.lines("ATTENDEE")[0], "RSVP=FALSE") {
		t.Errorf("got %s\n%s", zoe.Method, zoe.Calendar)
	}
	if subject := zoe.subject(t); !strings.HasPrefix(subject, "Réunion annulée : ") {
		t.Errorf("got %s", subject)
	}
	zoe.contains(t, "Les dates qui ont déjà eu lieu restent dans votre agenda.")
}

func TestWhoIsStruckOffLearnsNothingOfWhatTheMeetingBecame(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=3"))
	h.delivered(t)
	_, err := h.Update(t.Context(), camille, v.ID, 1, schedule.OverridesKeep, func(d *schedule.Definition) error {
		d.Title, d.Description, d.When.Start, d.Invitees = "Affaire secrète", "secrète", d.When.Start+3600, d.Invitees[1:]
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got := h.delivered(t)
	if len(got) != 2 || got[0].Method != "REQUEST" || got[1].Method != "CANCEL" {
		t.Fatalf("%d mails", len(got))
	}
	zoe := got[1]
	zoe.contains(t, "aura lieu sans vous", "Comité de pilotage", "mardi 17 novembre 2026, de 9\u00a0h")
	if all := zoe.Text + zoe.HTML + zoe.Calendar; strings.Contains(all, "secrète") || strings.Contains(all, "10 h") || strings.Contains(all, "T100000") {
		t.Errorf("got %s\n%s", zoe.Text, zoe.Calendar)
	}
	holds(t, "cancel-struck-off", zoe)
}

func TestASeriesThatIsPartedIsTwoInvitations(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=5"))
	h.delivered(t)
	later, err := h.UpdateFollowing(t.Context(), camille, v.ID, 0, v.When.Start+14*24*60*60, "", func(d *schedule.Definition) error { d.Title = "Suite"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	var zoe []letter
	for _, l := range h.delivered(t) {
		if l.To == "zoe@x.example" {
			zoe = append(zoe, l)
		}
	}
	if len(zoe) != 2 {
		t.Fatalf("%d mails to zoe", len(zoe))
	}
	first, second := zoe[0], zoe[1]
	if first.lines("UID")[0] != "UID:"+v.UID {
		first, second = second, first
	}
	if first.lines("SEQUENCE")[0] != "SEQUENCE:1" || second.lines("UID")[0] != "UID:"+later.UID || second.lines("SEQUENCE")[0] != "SEQUENCE:0" {
		t.Errorf("got\n%s\n%s", first.Calendar, second.Calendar)
	}
	if personal.FindString(first.Text) != personal.FindString(second.Text) {
		t.Error("two links for one room")
	}
	second.contains(t, "Elle prend la suite d’une série plus ancienne", "&m="+later.ID+"\n")
	first.contains(t, "Ses dates suivantes forment une série à part", "&m="+v.ID+"\n")
	if strings.Contains(second.Text, "Ses dates suivantes") {
		t.Errorf("nothing continues the later part:\n%s", second.Text)
	}
	if strings.Contains(first.Text, "prend la suite") {
		t.Errorf("the earlier part continues nothing:\n%s", first.Text)
	}
}

func TestWhatIsNoLongerSoIsNeverSent(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t))
	if _, err := h.Update(t.Context(), camille, v.ID, 1, "", func(d *schedule.Definition) error { d.Title = "Autre"; return nil }); err != nil {
		t.Fatal(err)
	}
	got := h.delivered(t)
	if len(got) != 2 || !strings.HasPrefix(got[1].subject(t), "Invitation : Autre") || got[1].lines("SEQUENCE")[0] != "SEQUENCE:1" {
		t.Errorf("%d mails", len(got))
	}
	if _, err := h.Telling(schedule.TellNone).Update(t.Context(), camille, v.ID, 2, "", func(d *schedule.Definition) error { d.Title = "Encore"; return nil }); err != nil {
		t.Fatal(err)
	}
	h.planned(t, meeting(t))
	h.now = h.now.AddDate(0, 1, 0) // the server was away for a month
	if late := h.delivered(t); len(late) != 0 {
		t.Errorf("%d mails about what is over", len(late))
	}
}

func TestAReminderComesAtItsTimeToThoseWhoHaveNotSaidNo(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=2"))
	h.delivered(t)
	h.now = time.Date(2026, 11, 16, 7, 59, 0, 0, time.UTC)
	if early := h.delivered(t); len(early) != 0 {
		t.Errorf("%d mails too early", len(early))
	}
	h.now = h.now.Add(time.Minute)
	got := h.delivered(t)
	if len(got) != 2 || got[1].Method != "" || !strings.HasPrefix(got[1].subject(t), "Rappel : Comité de pilotage") {
		t.Fatalf("%d reminders", len(got))
	}
	got[1].contains(t, "La réunion organisée par Camille Martin commence dans un jour.", "mardi 17 novembre 2026", "#i=")
	got[0].contains(t, "The meeting of Camille Martin begins in a day.")
	if again := h.delivered(t); len(again) != 0 {
		t.Errorf("%d reminders again", len(again))
	}
	start := v.When.Start + 24*60*60
	if _, err := h.Telling(schedule.TellNone).UpdateOccurrence(t.Context(), camille, v.ID, 0, v.When.Start, schedule.OccurrenceChange{Start: &start}); err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(24*time.Hour - time.Minute)
	if early := h.delivered(t); len(early) != 0 {
		t.Errorf("%d reminders of the time before", len(early))
	}
	h.now = h.now.Add(time.Minute)
	if moved := h.delivered(t); len(moved) != 2 || !strings.Contains(moved[1].Text, "mercredi 18 novembre 2026") {
		t.Errorf("%d reminders of the new time", len(moved))
	}
	if err := h.Cancel(t.Context(), camille, v.ID, 2); err != nil {
		t.Fatal(err)
	}
	h.delivered(t)
	h.now = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	if off := h.delivered(t); len(off) != 0 {
		t.Errorf("%d reminders of what was cancelled", len(off))
	}
}

func TestADeclinedProposalIsSaidInWordsAndChangesNoCalendar(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=3"))
	h.delivered(t)
	second := v.When.Start + 7*24*60*60
	_, err := h.AnswerByMail(t.Context(), schedule.MailedAnswer{Came: h.now, Answer: ical.Answer{
		Method: ical.Counter, UID: v.UID, Email: "zoe@x.example", PartStat: ical.NeedsAction,
		Date: &ical.Moment{Local: second}, Proposed: &ical.Proposal{Start: ical.Moment{Local: second + 60*60}},
	}})
	if err == nil {
		err = h.DeclineProposal(t.Context(), camille, v.ID, v.Invitees[0].ID, second)
	}
	if err != nil {
		t.Fatal(err)
	}
	got := h.delivered(t)
	if len(got) != 1 || got[0].To != "zoe@x.example" || got[0].Method != "" || !strings.HasPrefix(got[0].subject(t), "Votre proposition n’est pas retenue : Comité de pilotage") {
		t.Fatalf("%d mails", len(got))
	}
	got[0].contains(t, "Vous avez proposé un autre moment à Camille Martin", "mardi 24 novembre 2026, de 9\u00a0h", "https://meet.example.org/invitation#i=")
}

func TestWhereNobodyReadsAnswersByMailNoneIsAskedFor(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	h.unread = true
	h.post = h.through(t, h.smtp(t, h.server.Port))
	h.planned(t, meeting(t))
	got := h.delivered(t)
	got[0].contains(t, "use “Answer the invitation” above", "tells the organizer nothing")
	got[1].contains(t, "utilisez «\u00a0Répondre à l’invitation\u00a0» ci-dessus")
	for _, l := range got {
		if l.Method != "REQUEST" || !strings.Contains(l.lines("ATTENDEE")[0], "RSVP=FALSE") || strings.Contains(l.Text, "votre réponse parviendra") || strings.Contains(l.Text, "reaches the organizer") {
			t.Errorf("got %s\n%s", l.Text, l.Calendar)
		}
	}
}

// To a calendar, a meeting of the same UID and another organizer is another one, or a forgery.
func TestTheFileOfThePageIsTheMeetingOfTheMail(t *testing.T) {
	h := newHouse(t, mailtest.Options{})
	v := h.planned(t, meeting(t, "FREQ=WEEKLY;COUNT=3"))
	odile := h.delivered(t)[0]
	page, err := h.Get(t.Context(), auth.Identity{Kind: auth.Person, ID: "odile", PersonID: "odile", OrgID: org}, v.ID)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	box := schedule.Mailbox{Address: "parvis@meet.example.org", Read: true}
	if err := (ical.Calendar{Events: []ical.Event{page.Event("https://meet.example.org/"+v.Place.Slug, box)}}).Write(&file, time.LoadLocation); err != nil {
		t.Fatal(err)
	}
	saved := letter{Calendar: file.String()}
	for _, name := range []string{"UID", "ORGANIZER", "ATTENDEE", "SEQUENCE", "DTSTART", "DTEND", "RRULE", "SUMMARY", "STATUS", "URL"} {
		if mailed, saved := odile.lines(name), saved.lines(name); !slices.Equal(mailed, saved) || len(saved) == 0 {
			t.Errorf("the mail has %v, the page %v", mailed, saved)
		}
	}
}
