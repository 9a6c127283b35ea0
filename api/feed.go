package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parvis/fault"
	"parvis/schedule/ical"
)

// feedRefresh is how often a program is asked to read a calendar again.
const feedRefresh = 30 * time.Minute

type feedLink struct {
	URL string `json:"url" doc:"Shown once. Whoever knows it reads the calendar: give it to your calendar program and to nobody."`
}

type feedLinkOutput struct {
	Body feedLink
}

var opNewFeed = operation{
	id: "make-feed", method: http.MethodPost, path: "/me/feed", tag: "Meetings", callers: browsers,
	summary: "Make the address of my calendar", detail: "For programs that read it again and again. The one before ends. Whoever repeats it has a newer address, which is told once: it takes no Idempotency-Key.", status: http.StatusCreated,
	answer: feedLink{"https://meet.example.org" + basePath + "/feeds/Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtMTI.ics"}, codes: []fault.Code{fault.CodeForbidden},
}

func (s *server) newFeed(ctx context.Context, _ *struct{}) (*feedLinkOutput, error) {
	token, err := s.Schedule.NewFeed(ctx, of(ctx).who)
	if err != nil {
		return nil, err
	}
	return &feedLinkOutput{feedLink{s.BaseURL + basePath + "/feeds/" + token + ".ics"}}, nil
}

type feedState struct {
	CreatedAt  *time.Time `json:"createdAt,omitempty" doc:"Since when there is an address; left out while there is none."`
	LastReadAt *time.Time `json:"lastReadAt,omitempty" doc:"When a program last read it, to the hour; left out while none has."`
}

type feedStateOutput struct {
	Body feedState
}

var opFeedState = operation{
	id: "get-feed", method: http.MethodGet, path: "/me/feed", tag: "Meetings", callers: browsers,
	summary: "Whether my calendar has an address", detail: "Since when, and when a program last read it. The address itself was told when it was made, and is kept nowhere.",
	answer: feedState{&exampleTime, &exampleTime}, codes: []fault.Code{fault.CodeForbidden},
}

func (s *server) feedState(ctx context.Context, _ *struct{}) (*feedStateOutput, error) {
	address, err := s.Schedule.FeedAddress(ctx, of(ctx).who)
	if err != nil {
		return nil, err
	}
	if address.Since.IsZero() {
		return &feedStateOutput{}, nil
	}
	return &feedStateOutput{feedState{atOrNever(&address.Since), atOrNever(address.ReadAt)}}, nil
}

var opEndFeed = operation{
	id: "end-feed", method: http.MethodDelete, path: "/me/feed", tag: "Meetings", callers: browsers,
	summary: "End the address of my calendar", status: http.StatusNoContent, codes: []fault.Code{fault.CodeForbidden},
}

func (s *server) endFeed(ctx context.Context, _ *struct{}) (*none, error) {
	return nil, s.Schedule.EndFeed(ctx, of(ctx).who)
}

type feedInput struct {
	Secret string `path:"secret" maxLength:"100" example:"Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtMTI.ics" doc:"What the address of the calendar ends with."`
}

type feedOutput struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Body        []byte
}

var opFeed = operation{
	id: "read-feed", method: http.MethodGet, path: "/feeds/{secret}", tag: "Meetings",
	callers: []string{""}, summary: "A calendar", detail: "iCalendar, for programs: three months back, a year ahead. No one is in it but who organizes. The address is the only proof: it asks for no sign-in.",
	codes: []fault.Code{fault.CodeNotFound, fault.CodeTooMany, fault.CodeDatabaseUnavailable},
}

// feedForm documents the answer, which is no JSON.
func (s *server) feedForm(op *huma.Operation) {
	op.Responses["200"].Content = map[string]*huma.MediaType{calendarType: {Schema: &huma.Schema{Type: huma.TypeString}, Example: exampleCalendar}}
}

func (s *server) feed(ctx context.Context, in *feedInput) (*feedOutput, error) {
	meetings, err := s.Schedule.Feed(ctx, strings.TrimSuffix(in.Secret, ".ics"))
	if err != nil {
		return nil, err
	}
	calendar := ical.Calendar{Name: s.Name, Refresh: feedRefresh}
	for _, m := range meetings {
		calendar.Events = append(calendar.Events, m.Event(s.BaseURL+"/"+m.Place.Slug, s.Mailbox))
	}
	var b bytes.Buffer
	if err := calendar.Write(&b, s.Zones); err != nil {
		return nil, fmt.Errorf("write a feed: %w", err)
	}
	return &feedOutput{calendarType + "; charset=utf-8", b.Bytes()}, nil
}
