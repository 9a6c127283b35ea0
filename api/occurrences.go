package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"parvis/auth"
	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// OccurrencePath is the address of one date of a meeting.
type OccurrencePath struct {
	MeetingPath
	Occurrence string `path:"occurrence" maxLength:"20" example:"20261124T090000" doc:"The date, by its original local start. It keeps this name when it is moved."`
}

func (p OccurrencePath) date() (recur.Local, error) {
	id, err := recur.ParseID(p.Occurrence)
	if err != nil {
		return 0, fault.New(fault.CodeOccurrenceNotFound, "a date has a name such as 20261124T090000").At("path.occurrence", err.Error())
	}
	return id, nil
}

// Occurrence is one date of a meeting, exported as NewMeeting is.
type Occurrence struct {
	ID          string    `json:"id" doc:"Its original local start, which names it for good."`
	Start       time.Time `json:"start"`
	End         time.Time `json:"end"`
	Title       string    `json:"title"`
	Description string    `json:"description,omitempty"`
	Moved       bool      `json:"moved,omitempty" doc:"It does not take place when the series says."`
	Cancelled   bool      `json:"cancelled,omitempty" doc:"It takes place no more: it was left out, and PATCH with cancelled false restores it; or the whole meeting was cancelled before it began."`
}

func wireOccurrences(list []schedule.Occurrence) []Occurrence {
	out := make([]Occurrence, len(list))
	for i, o := range list {
		out[i] = Occurrence{o.ID.ID(), at(o.Start), at(o.End), o.Title, o.Description, o.Moved, o.Cancelled}
	}
	return out
}

type listOccurrencesInput struct {
	MeetingPath
	From      time.Time `query:"from" doc:"Dates that end after this; from the first on when left out."`
	To        time.Time `query:"to" doc:"Dates that begin before this; to the last when left out."`
	Cancelled bool      `query:"cancelled" doc:"With the dates that were left out, which say so."`
	PageSize  int       `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor    string    `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
}

type occurrenceList struct {
	Items []Occurrence `json:"items"`
	Paged
}

type listOccurrencesOutput struct {
	Body occurrenceList
}

var opListOccurrences = operation{
	id: "list-occurrences", method: http.MethodGet, path: "/meetings/{id}/occurrences", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsRead,
	summary: "The dates of a meeting", detail: "In the order in which they take place, as the time zone is known today. A series has at most 1826.",
	answer: occurrenceList{Items: []Occurrence{exampleOccurrence}}, codes: []fault.Code{fault.CodeForbidden, fault.CodeInvalid, fault.CodeMeetingNotFound},
}

func (s *server) listOccurrences(ctx context.Context, in *listOccurrencesInput) (*listOccurrencesOutput, error) {
	page, err := s.Schedule.Occurrences(ctx, of(ctx).who, in.ID, schedule.OccurrenceQuery{From: in.From, To: in.To, Cancelled: in.Cancelled, PageSize: in.PageSize, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	return &listOccurrencesOutput{occurrenceList{wireOccurrences(page.Occurrences), Paged{page.Next}}}, nil
}

// ScopeQuery says which dates a change is about.
type ScopeQuery struct {
	Scope string `query:"scope" enum:"this,thisAndFollowing" default:"this" doc:"This date alone; or this and all that follow, which become a meeting of their own."`
}

type updateOccurrenceInput struct {
	OccurrencePath
	Precondition
	ScopeQuery
	OverridesQuery
	TellQuery
	Body occurrencePatch `contentType:"application/merge-patch+json"`
}

var opUpdateOccurrence = operation{
	id: "update-occurrence", method: http.MethodPatch, path: "/meetings/{id}/occurrences/{occurrence}", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Change one date, or one and those that follow", detail: "Of one date start, duration, title and description can differ; null takes that of the series. cancelled false restores a date that was left out. With scope=thisAndFollowing the " +
		"series ends before it and another one goes on in the same room, with the same people and their answers; the answer is that one.",
	request: exampleOccurrencePatch, answer: exampleMeeting,
	codes: []fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound, fault.CodeOccurrenceNotFound, fault.CodePreconditionFailed, fault.CodePreconditionRequired,
		fault.CodeOverridesConflict, fault.CodePastOccurrence, fault.CodeMeetingCancelled, fault.CodeConflict},
}

func (s *server) updateOccurrence(ctx context.Context, in *updateOccurrenceInput) (*meetingOutput, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	date, err := in.date()
	if err != nil {
		return nil, err
	}
	var v schedule.View
	if in.Scope == "thisAndFollowing" {
		if _, says := in.Body.members()["cancelled"]; says {
			return nil, fault.New(fault.CodeInvalid, "dates are restored one by one").At("body.cancelled", "leave it out, or say scope=this")
		}
		v, err = s.telling(in.TellQuery).UpdateFollowing(ctx, of(ctx).who, in.ID, version, date, schedule.Overrides(in.Overrides), s.edit(in.Body.meetingPatch))
	} else {
		var change schedule.OccurrenceChange
		if change, err = s.oneDate(in.Body); err == nil {
			v, err = s.telling(in.TellQuery).UpdateOccurrence(ctx, of(ctx).who, in.ID, version, date, change)
		}
	}
	if err != nil {
		return nil, err
	}
	return s.answerMeeting(v), nil
}

// oneDate reads what of a patch can be about one date.
func (s *server) oneDate(p occurrencePatch) (schedule.OccurrenceChange, error) {
	members := p.members()
	if members == nil {
		return schedule.OccurrenceChange{}, fault.New(fault.CodeMalformed, "the body is no merge patch").At("body", "one JSON object")
	}
	r := s.reader()
	var change schedule.OccurrenceChange
	for name, value := range members {
		switch {
		case name == "cancelled":
			change.Restore = true // false alone is taken
			delete(members, name)
		case name != "start" && name != "duration" && name != "title" && name != "description":
			r.wrong.At("body."+short(name), "is the same for all dates: leave it out, or say scope=thisAndFollowing")
		case string(value) == "null":
			change.Reset = append(change.Reset, name)
			delete(members, name)
		}
	}
	if err := r.err(); err != nil {
		return change, err
	}
	given, _ := json.Marshal(members) // it was JSON before
	var in occurrenceChange
	if err := json.Unmarshal(given, &in); err != nil {
		return change, fault.New(fault.CodeInvalid, "a value is not of its kind").At("body", "texts").Because(err)
	}
	o := r.override("body", 0, in)
	change.Start, change.Duration, change.Title, change.Description = o.Start, o.Duration, o.Title, o.Description
	return change, r.err()
}

type cancelOccurrenceInput struct {
	OccurrencePath
	Precondition
	ScopeQuery
	TellQuery
}

var opCancelOccurrence = operation{
	id: "cancel-occurrence", method: http.MethodDelete, path: "/meetings/{id}/occurrences/{occurrence}", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Leave one date out, or end the series before it", detail: "The last date that is left is not taken out: cancel the meeting instead.",
	answer: exampleMeeting,
	codes: []fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound, fault.CodeOccurrenceNotFound, fault.CodePreconditionFailed, fault.CodePreconditionRequired,
		fault.CodePastOccurrence, fault.CodeMeetingCancelled, fault.CodeConflict},
}

func (s *server) cancelOccurrence(ctx context.Context, in *cancelOccurrenceInput) (*meetingOutput, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	date, err := in.date()
	if err != nil {
		return nil, err
	}
	cancel := s.telling(in.TellQuery).CancelOccurrence
	if in.Scope == "thisAndFollowing" {
		cancel = s.telling(in.TellQuery).CancelFollowing
	}
	v, err := cancel(ctx, of(ctx).who, in.ID, version, date)
	if err != nil {
		return nil, err
	}
	return s.answerMeeting(v), nil
}
