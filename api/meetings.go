package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parvis/auth"
	"parvis/fault"
	"parvis/once"
	"parvis/schedule"
)

// MeetingPath is the address of a meeting.
type MeetingPath struct {
	ID string `path:"id" maxLength:"36" example:"0193f0c4-7a11-7c55-8a3e-5d2f1b9c4e70" doc:"The meeting."`
}

// OverridesQuery says what becomes of dates that differ from a series that is moved.
type OverridesQuery struct {
	Overrides string `query:"overrides" enum:"keep,shift,drop" doc:"What becomes of dates that were changed or left out one by one, when start, zone or recurrence change: they stay, they move by as much, they go. Left out, and there are some: overrides-conflict."`
}

// TellQuery says who hears by mail.
type TellQuery struct {
	SendUpdates string `query:"sendUpdates" enum:"all,none,external" default:"all" doc:"Who hears of it by mail: all concerned, nobody, or those without an account of the organization."`
}

func (s *server) telling(q TellQuery) *schedule.Service {
	return s.Schedule.Telling(schedule.Tell(q.SendUpdates))
}

type meetingOutput struct {
	ETag     string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Location string `header:"Location" doc:"The address of the meeting."`
	Body     meeting
}

func (s *server) answerMeeting(v schedule.View) *meetingOutput {
	return &meetingOutput{ETag: etag(v.Version), Location: basePath + "/meetings/" + v.ID, Body: s.meetingOf(v)}
}

type createMeetingInput struct {
	TellQuery
	Body NewMeeting
}

type validateMeetingInput struct {
	Meeting    string `query:"meeting" maxLength:"36" doc:"The meeting that would be changed so. Its room, its people and its rules stay where the body leaves them out, and what it promised before it may promise. changed of the answer then tells what becomes of its changed dates."`
	Occurrence string `query:"occurrence" maxLength:"20" example:"20261124T090000" doc:"Which date of it, with meeting; all of them when left out. The body is then what PATCH of the occurrence would be told: what it leaves out stays, recurrence too."`
	Scope      string `query:"scope" enum:"this,thisAndFollowing" default:"thisAndFollowing" doc:"With occurrence: that date alone, as it would take place, of which start, duration, title and description can differ; or it and all that follow."`
	Body       triedMeeting
}

var opCreateMeeting = operation{
	id: "create-meeting", method: http.MethodPost, path: "/meetings", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Plan a meeting", detail: "A room is made with it, unless room says otherwise. Nothing is lost in silence: warnings tell what may surprise.",
	status: http.StatusCreated, request: exampleNewMeeting, answer: exampleMeeting,
	codes: []fault.Code{fault.CodeForbidden, fault.CodeConflict, fault.CodeRoomNotFound},
}

func (s *server) createMeeting(ctx context.Context, in *createMeetingInput) (*meetingOutput, error) {
	v, again, err := s.meetingMade(ctx)
	if !again {
		v, err = s.telling(in.TellQuery).Create(ctx, of(ctx).who, s.planned(in.Body))
	}
	if err != nil {
		return nil, err
	}
	return s.answerMeeting(v), nil
}

// meetingMade answers the meeting that an earlier run of this request wrote and could not tell of.
func (s *server) meetingMade(ctx context.Context) (v schedule.View, again bool, err error) {
	id, again := once.Made(ctx, once.Meeting)
	if again {
		v, err = s.Schedule.Get(ctx, reading(of(ctx).who, auth.ScopeMeetingsRead), id)
	}
	return v, again, err
}

func (s *server) planned(in NewMeeting) schedule.NewMeeting {
	r := s.reader()
	d := r.definition(in)
	names := in.Recurrence != nil && (in.Recurrence.ExDates != nil || in.Recurrence.Overrides != nil)
	return schedule.NewMeeting{ExternalID: in.ExternalID, Definition: d, Unread: r.err(), NamesDates: names}
}

type trial struct {
	Warnings    []warning        `json:"warnings"`
	Occurrences []Occurrence     `json:"occurrences" doc:"The next ten dates; with scope=this the one that was tried out."`
	Settings    []meetingSetting `json:"settings" doc:"The rules that would count, as effective-policy tells them of a meeting."`
	Changed     []changedDate    `json:"changed,omitempty" doc:"With meeting: the dates to come that were changed or left out one by one."`
}

type validateOutput struct {
	Body trial
}

var opValidateMeeting = operation{
	id: "validate-meeting", method: http.MethodPost, path: "/meetings/validate", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Try a meeting out", detail: "Says what creating it would refuse or warn of, its next ten dates, and which rules would count and why; plans nothing.",
	request: exampleNewMeeting, answer: trial{Warnings: []warning{}, Occurrences: []Occurrence{exampleOccurrence}, Settings: exampleSettings},
	codes: []fault.Code{fault.CodeForbidden, fault.CodeRoomNotFound, fault.CodeMeetingNotFound, fault.CodeOccurrenceNotFound, fault.CodePastOccurrence, fault.CodeConflict},
}

func (s *server) validateMeeting(ctx context.Context, in *validateMeetingInput) (*validateOutput, error) {
	from, err := in.from()
	if err != nil {
		return nil, err
	}
	v, next, err := s.tried(ctx, in, from)
	if err != nil {
		return nil, err
	}
	rules, err := s.Schedule.PolicyOf(ctx, of(ctx).who, v.Meeting)
	if err != nil {
		return nil, err
	}
	out := &validateOutput{trial{Warnings: s.meetingOf(v).Warnings, Occurrences: wireOccurrences(next), Settings: wireSettings(rules)}}
	if in.Meeting != "" && (from == nil || in.Scope != "this") {
		out.Body.Changed, err = s.changedDates(ctx, in.Meeting, from, v)
	}
	return out, err
}

type upsertMeetingInput struct {
	ExternalID  string `path:"externalId" maxLength:"200" example:"agenda-sg-2026-118" doc:"Your own name for the meeting."`
	IfMatch     string `header:"If-Match" doc:"The ETag that you have read; whatever it is when left out." example:"\"1\""`
	IfNoneMatch string `header:"If-None-Match" enum:"*" doc:"Create only."`
	OverridesQuery
	TellQuery
	Body NewMeeting
}

type upsertMeetingOutput struct {
	Status   int
	ETag     string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Location string `header:"Location" doc:"The address of the meeting."`
	Body     meeting
}

var opUpsertMeeting = operation{
	id: "put-meeting", method: http.MethodPut, path: "/meetings/by-external-id/{externalId}", tag: "Meetings", callers: []string{byBearer}, scope: auth.ScopeMeetingsWrite,
	summary: "Plan a meeting under your own name for it, or make it so", detail: "201 when it is new, 200 when it was there. Repeating it changes nothing. What is left out takes its default; the organization's of the day on which it was left out first, so that a default that changes moves no meeting.",
	request: exampleNewMeeting, answer: exampleMeeting,
	codes: []fault.Code{fault.CodeForbidden, fault.CodeConflict, fault.CodeRoomNotFound, fault.CodePreconditionFailed, fault.CodeOverridesConflict, fault.CodePastOccurrence, fault.CodeMeetingCancelled},
}

// newOrThere documents both answers, which are alike.
func (s *server) newOrThere(op *huma.Operation) {
	is := *op.Responses["200"]
	is.Description = http.StatusText(http.StatusCreated)
	op.Responses["201"] = &is
}

func (s *server) upsertMeeting(ctx context.Context, in *upsertMeetingInput) (*upsertMeetingOutput, error) {
	var version int64
	if in.IfMatch != "" {
		var err error
		if version, err = versionOf(in.IfMatch); err != nil {
			return nil, err
		}
	}
	if in.Body.ExternalID != "" && in.Body.ExternalID != in.ExternalID {
		return nil, fault.New(fault.CodeInvalid, "two names for one meeting").At("body.externalId", "leave it out, or say that of the path")
	}
	in.Body.ExternalID = in.ExternalID
	v, created, err := s.telling(in.TellQuery).Upsert(ctx, of(ctx).who, s.planned(in.Body), version, in.IfNoneMatch != "", schedule.Overrides(in.Overrides))
	if err != nil {
		return nil, err
	}
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	out := s.answerMeeting(v)
	return &upsertMeetingOutput{status, out.ETag, out.Location, out.Body}, nil
}

type listMeetingsInput struct {
	From       time.Time `query:"from" doc:"Meetings whose last date ends after this. A series counts from its first date to its last, whether or not one of its dates is between from and to: read its occurrences for those."`
	To         time.Time `query:"to" doc:"Meetings whose first date begins before this."`
	Organizer  string    `query:"organizer" maxLength:"36" doc:"A person."`
	ExternalID string    `query:"externalId" maxLength:"200"`
	Tag        string    `query:"tag" maxLength:"161" doc:"A name, or name=value."`
	Status     string    `query:"status" enum:"confirmed,cancelled"`
	PageSize   int       `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor     string    `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
}

type meetingList struct {
	Items []meeting `json:"items"`
	Paged
}

type listMeetingsOutput struct {
	Body meetingList
}

var opListMeetings = operation{
	id: "list-meetings", method: http.MethodGet, path: "/meetings", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsRead,
	summary: "My meetings", detail: "Those that I organize, stand in for or am invited to, by their first date; for a service account, all of its organization. " +
		"A series is listed once, by all the time from its first date to its last: read its occurrences for the dates. Invitees are left out.",
	answer: meetingList{Items: []meeting{}, Paged: Paged{"MDE5OGE1YzItOGQzZQ"}}, codes: []fault.Code{fault.CodeForbidden, fault.CodeInvalid},
}

func (s *server) listMeetings(ctx context.Context, in *listMeetingsInput) (*listMeetingsOutput, error) {
	page, err := s.Schedule.List(ctx, of(ctx).who, schedule.MeetingQuery{
		Organizer: in.Organizer, ExternalID: in.ExternalID, Tag: in.Tag, Status: schedule.Status(in.Status),
		From: in.From, To: in.To, PageSize: in.PageSize, Cursor: in.Cursor,
	})
	if err != nil {
		return nil, err
	}
	list := meetingList{Items: make([]meeting, len(page.Meetings)), Paged: Paged{page.Next}}
	for i, m := range page.Meetings {
		list.Items[i] = s.meetingOf(schedule.View{Meeting: m})
	}
	return &listMeetingsOutput{list}, nil
}

type updateMeetingInput struct {
	MeetingPath
	Precondition
	OverridesQuery
	TellQuery
	Body meetingPatch `contentType:"application/merge-patch+json"`
}

var opUpdateMeeting = operation{
	id: "update-meeting", method: http.MethodPatch, path: "/meetings/{id}", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Change a meeting", detail: "A merge patch (RFC 7396), nested: null takes the default; a list is replaced whole. Dates that have begun stay as they are; one that is on can be made longer.",
	request: examplePatch, answer: exampleMeeting,
	codes: []fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound, fault.CodeRoomNotFound, fault.CodePreconditionFailed, fault.CodePreconditionRequired,
		fault.CodeOverridesConflict, fault.CodePastOccurrence, fault.CodeMeetingCancelled},
}

func (s *server) updateMeeting(ctx context.Context, in *updateMeetingInput) (*meetingOutput, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.telling(in.TellQuery).Update(ctx, of(ctx).who, in.ID, version, schedule.Overrides(in.Overrides), s.edit(in.Body))
	if err != nil {
		return nil, err
	}
	return s.answerMeeting(v), nil
}

// edit applies a merge patch to a meeting as its caller sees it.
func (s *server) edit(patch meetingPatch) schedule.Edit {
	return func(d *schedule.Definition) error {
		merged, err := patch.on(wireDefinition(*d))
		if err != nil {
			return err
		}
		r := s.reader()
		*d = r.definition(merged)
		return r.err()
	}
}

type cancelMeetingInput struct {
	MeetingPath
	Precondition
	TellQuery
	Purge bool `query:"purge" doc:"Erase it for good, cancelling it first: for software with the scope meetings.purge besides. Nothing is read of it from then on, its externalId is free, and asking twice answers 404."`
}

var opCancelMeeting = operation{
	id: "cancel-meeting", method: http.MethodDelete, path: "/meetings/{id}", tag: "Meetings", callers: signedIn, scope: auth.ScopeMeetingsWrite,
	summary: "Cancel a meeting", detail: "It stays readable, takes place no more, and its dedicated room closes. Dates that were held stay in agendas and calendars; a meeting all of whose dates are over is not cancelled. Cancelling twice is no error, whatever If-Match says the second time.",
	status: http.StatusNoContent,
	codes:  []fault.Code{fault.CodeForbidden, fault.CodeMeetingNotFound, fault.CodePreconditionFailed, fault.CodePreconditionRequired, fault.CodePastOccurrence, fault.CodeConflict, fault.CodeHeld},
}

func (s *server) cancelMeeting(ctx context.Context, in *cancelMeetingInput) (*none, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	if in.Purge {
		return nil, s.telling(in.TellQuery).Purge(ctx, of(ctx).who, in.ID, version)
	}
	return nil, s.telling(in.TellQuery).Cancel(ctx, of(ctx).who, in.ID, version)
}
