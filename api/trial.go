package api

import (
	"context"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"parvis/fault"
	"parvis/schedule"
	"parvis/schedule/recur"
)

// from is the date that a trial is about; nil: all of the meeting.
func (in *validateMeetingInput) from() (*recur.Local, error) {
	switch {
	case in.Occurrence == "":
		return nil, nil
	case in.Meeting == "":
		return nil, fault.New(fault.CodeInvalid, "a date of which meeting?").At("query.occurrence", "leave it out, or say meeting as well")
	}
	date, err := recur.ParseID(in.Occurrence)
	if err != nil {
		return nil, fault.New(fault.CodeOccurrenceNotFound, "a date has a name such as 20261124T090000").At("query.occurrence", err.Error())
	}
	return &date, nil
}

// triedMeeting is a meeting that is tried out, with the patch as which the same body is read where it is tried as a change: what
// it leaves out stays then.
type triedMeeting struct {
	NewMeeting
	patch meetingPatch
}

// UnmarshalJSON reads it both ways.
func (m *triedMeeting) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &m.patch); err != nil {
		return err
	}
	return json.Unmarshal(b, &m.NewMeeting)
}

// Schema is that of a new meeting.
func (triedMeeting) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[NewMeeting](), true, "NewMeeting")
}

// tried asks what is asked for when the same is done: a meeting, one date of it, or one and those that follow.
func (s *server) tried(ctx context.Context, in *validateMeetingInput, from *recur.Local) (schedule.View, []schedule.Occurrence, error) {
	switch who := of(ctx).who; {
	case from == nil:
		return s.Schedule.Validate(ctx, who, in.Meeting, s.planned(in.Body.NewMeeting))
	case in.Scope == "this":
		return s.triedDate(ctx, in, *from)
	default:
		return s.telling(TellQuery{}).TryFollowing(ctx, who, in.Meeting, *from, s.edit(in.Body.patch))
	}
}

func (s *server) triedDate(ctx context.Context, in *validateMeetingInput, date recur.Local) (schedule.View, []schedule.Occurrence, error) {
	members := in.Body.patch.members()
	delete(members, "timeZone") // it is told in each body, and is that of the meeting
	patch, err := json.Marshal(members)
	if err != nil {
		return schedule.View{}, nil, err
	}
	change, err := s.oneDate(occurrencePatch{meetingPatch{patch}})
	if err != nil {
		return schedule.View{}, nil, err
	}
	v, o, err := s.telling(TellQuery{}).TryOccurrence(ctx, of(ctx).who, in.Meeting, date, change)
	if err == nil && v.When.Zone != in.Body.TimeZone {
		err = fault.New(fault.CodeInvalid, "a date is in the zone of its meeting").At("body.timeZone", "is the same for all dates: say that of the meeting, or scope=thisAndFollowing")
	}
	return v, []schedule.Occurrence{o}, err
}
