package api

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	jsonpatch "github.com/evanphx/json-patch/v5"

	"parvis/fault"
)

// meetingPatch is a merge patch (RFC 7396) of a meeting, nested as deep as the meeting is.
type meetingPatch struct{ raw json.RawMessage }

// UnmarshalJSON keeps the patch as it came: what it removes and what it leaves out are different things.
func (p *meetingPatch) UnmarshalJSON(b []byte) error {
	p.raw = bytes.Clone(b)
	return nil
}

// MarshalJSON writes it, for examples.
func (p meetingPatch) MarshalJSON() ([]byte, error) { return p.raw, nil }

// Schema is that of a meeting of which nothing is required and everything may be null.
func (meetingPatch) Schema(r huma.Registry) *huma.Schema {
	return loosened(r, r.Schema(reflect.TypeFor[NewMeeting](), true, "NewMeeting"))
}

// loosened is a copy of a schema whose properties may be left out, or null.
func loosened(r huma.Registry, s *huma.Schema) *huma.Schema {
	if s.Ref != "" {
		s = r.SchemaFromRef(s.Ref)
	}
	c := *s
	c.Nullable = true
	if c.Type == huma.TypeObject && len(c.Properties) > 0 {
		c.Required = nil
		c.Properties = map[string]*huma.Schema{}
		for name, property := range s.Properties {
			c.Properties[name] = loosened(r, property)
		}
	}
	if inner, ok := s.AdditionalProperties.(*huma.Schema); ok {
		c.AdditionalProperties = loosened(r, inner)
	}
	c.PrecomputeMessages()
	return &c
}

// on applies the patch to a meeting.
func (p meetingPatch) on(m NewMeeting) (NewMeeting, error) {
	before, err := json.Marshal(m)
	if err != nil {
		return m, err
	}
	after, err := jsonpatch.MergePatch(before, p.raw)
	if err != nil {
		return m, fault.New(fault.CodeMalformed, "the body is no merge patch").At("body", "one JSON object").Because(err)
	}
	var merged NewMeeting
	if err := json.Unmarshal(after, &merged); err != nil {
		return m, fault.New(fault.CodeInvalid, "the patch leaves no meeting").At("body", "values of the kinds that the documentation names").Because(err)
	}
	return merged, nil
}

// occurrencePatch is a merge patch of one date, or of it and those that follow.
type occurrencePatch struct{ meetingPatch }

// Schema is that of a meeting's patch; a date can besides be restored.
func (occurrencePatch) Schema(r huma.Registry) *huma.Schema {
	s := meetingPatch{}.Schema(r)
	s.Properties["cancelled"] = &huma.Schema{
		Type: huma.TypeBoolean, Enum: []any{false}, Description: "false restores a date that was left out: as the series says, unless this patch says otherwise. To leave one out: DELETE.",
	}
	s.PrecomputeMessages()
	return s
}

// members are what the patch says, by name; nil when it is no object, which it is refused for where it is applied.
func (p meetingPatch) members() map[string]json.RawMessage {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(p.raw, &members)
	return members
}
