package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parvis/auth"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/ical"
	"parvis/text"
)

// The representations of a meeting: ours, iCalendar (RFC 5545) and JSCalendar (RFC 8984).
const (
	calendarType   = "text/calendar"
	jsCalendarType = "application/jscalendar+json"
)

type getMeetingInput struct {
	MeetingPath
	Format string `query:"format" enum:"json,ics,jscalendar" doc:"Decides before Accept does, for links."`
	Accept string `header:"Accept" doc:"text/calendar or application/jscalendar+json for a calendar's form; application/json else."`
}

// form is the representation that is asked for.
func (in getMeetingInput) form() string {
	switch {
	case in.Format == "ics":
		return calendarType
	case in.Format == "jscalendar":
		return jsCalendarType
	case in.Format == "json":
		return "application/json"
	}
	best := "application/json"
	for _, form := range []string{calendarType, jsCalendarType} {
		if prefers(in.Accept, form, best) {
			best = form
		}
	}
	return best
}

type getMeetingOutput struct {
	ETag        string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	ContentType string `header:"Content-Type" hidden:"true"`
	Disposition string `header:"Content-Disposition" doc:"The name of the file, of iCalendar."`
	Vary        string `header:"Vary"`
	Body        any
}

var opGetMeeting = operation{
	id: "get-meeting", method: http.MethodGet, path: "/meetings/{id}", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsRead,
	summary: "A meeting", detail: "Who is invited and the passcode are for those who lead it. As text/calendar it is a file for any calendar.", answer: exampleMeeting,
	codes: []fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound},
}

// meetingForms documents the representations, which Huma cannot tell from the type of the body.
func (s *server) meetingForms(op *huma.Operation) {
	content := op.Responses["200"].Content
	content["application/json"].Schema = s.doc.Components.Schemas.Schema(reflect.TypeFor[meeting](), true, "Meeting")
	content[calendarType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}, Example: exampleCalendar}
	content[jsCalendarType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}, Example: exampleJSCalendar}
}

func (s *server) getMeeting(ctx context.Context, in *getMeetingInput) (*getMeetingOutput, error) {
	v, err := s.Schedule.Get(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	out := &getMeetingOutput{ETag: etag(v.Version), Vary: "Accept", Body: s.meetingOf(v)}
	form := in.form()
	if form == "application/json" {
		return out, nil
	}
	body, err := s.calendarOf(v, form)
	if err != nil {
		return nil, fmt.Errorf("write meeting %s as %s: %w", v.ID, form, err)
	}
	out.ContentType, out.Body = form, body
	if form == calendarType {
		out.ContentType += "; charset=utf-8"
		out.Disposition = disposition(v.Title, v.When.Start.String()[:len(time.DateOnly)], ".ics")
	}
	return out, nil
}

// disposition names a file after a title and a day, for programs that read letters without accents alone and for those that
// read all (RFC 6266 §4.3).
func disposition(title, day, ending string) string {
	plain, whole := text.FileName(title)
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, strings.TrimPrefix(plain+"-"+day, "-")+ending, strings.ReplaceAll(url.QueryEscape(strings.TrimSpace(whole+" "+day)+ending), "+", "%20"))
}

// calendarOf writes a meeting as a file for calendars.
func (s *server) calendarOf(v schedule.View, form string) ([]byte, error) {
	var b bytes.Buffer
	event := v.Event(s.BaseURL+"/"+v.Place.Slug, s.Mailbox)
	if form == jsCalendarType {
		err := ical.WriteJSCalendar(&b, event, ical.File)
		return b.Bytes(), err
	}
	err := ical.Calendar{Events: []ical.Event{event}}.Write(&b, s.Zones)
	return b.Bytes(), err
}
