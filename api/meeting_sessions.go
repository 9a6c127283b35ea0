package api

import (
	"context"

	"parvis/fault"
)

type listMeetingSessionsInput struct {
	MeetingPath
	PageSize int    `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor   string `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
}

// meetingSession is a session with the date that it belongs to.
type meetingSession struct {
	Slug       string `json:"slug" doc:"Of the room: attendance is read there, at /rooms/{slug}/sessions/{id}/attendance."`
	Occurrence string `json:"occurrence,omitempty" doc:"The date during whose opening the session began. Left out when it began outside of all of them, in a room that was made for the meeting, and when that date was moved since."`
	SessionRecord
}

type meetingSessionList struct {
	Items []meetingSession `json:"items" doc:"Latest first."`
	Paged
}

type listMeetingSessionsOutput struct {
	Body meetingSessionList
}

var opMeetingSessions = byHistorian(operation{
	id: "list-meeting-sessions", path: "/meetings/{id}/sessions", summary: "What happened at a meeting",
	detail: "The sessions of its room that belong to it. For those who lead it, also where the room is another's and the meeting is not on; who was there is read at the room, by the same. Software needs meetings.read besides.",
	answer: meetingSessionList{Items: []meetingSession{{exampleRoom.Slug, exampleOccurrence.ID, exampleRecord}}, Paged: Paged{"MDE5OGE1YzItOGQzZQ"}},
	codes:  []fault.Code{fault.CodeMeetingNotFound},
})

func (s *server) meetingSessions(ctx context.Context, in *listMeetingSessionsInput) (*listMeetingSessionsOutput, error) {
	who := of(ctx).who
	m, err := s.Schedule.Dates(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	page, err := s.Rooms.MeetingSessions(ctx, who, m.Place.Slug, m.ID, m.Leads, in.PageSize, in.Cursor)
	if err != nil {
		return nil, err
	}
	list := meetingSessionList{Items: []meetingSession{}, Paged: Paged{page.Next}}
	for _, one := range page.Sessions {
		item := meetingSession{Slug: m.Place.Slug, SessionRecord: wireRecord(one)}
		if date, found := m.Of(one.StartedAt); found {
			item.Occurrence = date.ID()
		}
		list.Items = append(list.Items, item)
	}
	return &listMeetingSessionsOutput{list}, nil
}
