package api

import (
	"encoding/json"
	"time"
)

// Examples of meetings in the document. They are refused by no route: a test sends them.
var (
	exampleNewInvitee = newInvitee{Email: "c.martin@justice.example", Name: "Camille Martin", Role: "presenter"}

	exampleInvitee = newInvitee{
		ID: "0193f0c4-7b22-7d66-9b4f-6e3a2c0d5f81", Email: "c.martin@justice.example", Name: "Camille Martin", Role: "presenter", Required: yes(), Delivery: "sent", InviteeAnswer: InviteeAnswer{RSVP: "needs-action"},
	}

	exampleSaid = InviteeAnswer{
		RSVP: "accepted", AnsweredAt: &exampleTime, Answers: []dateAnswer{{"20301112T090000", "declined", "In a hearing that day.", exampleTime}},
	}

	exampleNewMeeting = NewMeeting{
		Title: "Comité de pilotage", Description: "Ordre du jour à suivre.", Language: "fr",
		Start: "2030-11-12T09:00:00", TimeZone: "Europe/Paris", Duration: "PT1H30M",
		Recurrence: &recurrence{Rules: []string{"FREQ=WEEKLY;BYDAY=TU;COUNT=20"}, ExDates: []string{"2030-12-24T09:00:00"}},
		Access:     &meetingAccess{Entry: "members", OpensBefore: "PT15M", ClosesAfter: "PT30M"},
		Invitees:   []newInvitee{exampleNewInvitee},
		Reminders:  []string{"-P1D", "-PT15M"}, Tags: map[string]string{"costCentre": "0421"},
	}

	exampleMeeting = meeting{
		ID: "0193f0c4-7a11-7c55-8a3e-5d2f1b9c4e70", UID: "0193f0c4-7a11-7c55-8a3e-5d2f1b9c4e70@meet.example.org", Status: "confirmed",
		CreatedAt: exampleRoom.CreatedAt, UpdatedAt: exampleRoom.CreatedAt, NewMeeting: exampleNewMeeting,
		Links: meetingLinks{
			Join: exampleRoom.URL, HTML: "https://meet.example.org/meetings/0193f0c4-7a11-7c55-8a3e-5d2f1b9c4e70",
			ICS: "https://meet.example.org/api/v1/meetings/0193f0c4-7a11-7c55-8a3e-5d2f1b9c4e70?format=ics",
		}, Warnings: []warning{},
	}

	exampleOccurrence = Occurrence{
		ID: "20301112T090000", Start: time.Date(2030, 11, 12, 8, 0, 0, 0, time.UTC), End: time.Date(2030, 11, 12, 9, 30, 0, 0, time.UTC), Title: "Comité de pilotage",
	}

	exampleCalendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Parvis//Parvis//EN\r\n…\r\nEND:VCALENDAR\r\n"

	exampleJSCalendar = map[string]any{
		"@type": "Event", "uid": exampleMeeting.UID, "title": "Comité de pilotage", "start": "2030-11-12T09:00:00", "timeZone": "Europe/Paris", "duration": "PT1H30M",
	}

	examplePatch           = meetingPatch{json.RawMessage(`{"title":"Comité de pilotage élargi","access":{"entry":"organization"},"reminders":null}`)}
	exampleOccurrencePatch = occurrencePatch{meetingPatch{json.RawMessage(`{"start":"2030-11-19T14:00:00","title":"Comité (décalé)"}`)}}
)

func yes() *bool {
	b := true
	return &b
}
