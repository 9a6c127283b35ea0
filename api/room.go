package api

import (
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parvis/access"
	"parvis/fault"
	"parvis/rooms"
)

// room is a room as those see it who have a role in it, or a scope over it.
type room struct {
	Slug         string   `json:"slug" example:"qpz-wkfm-jtx" doc:"Never changes."`
	URL          string   `json:"url" format:"uri"`
	Door         door     `json:"door"`
	Name         string   `json:"name"`
	Description  string   `json:"description"`
	Language     string   `json:"language" enum:"fr,en"`
	Tags         []string `json:"tags"`
	Entry        string   `json:"entry" enum:"hosts,members,organization,signed-in,everyone" doc:"Who enters without waiting; each word includes those before it."`
	MinAssurance string   `json:"minAssurance" enum:"unknown,phone,email,agent,agent-mfa"`
	RoomLimits
	Role        string     `json:"role,omitempty" enum:"owner,moderator,member" doc:"The caller's as things stand: hosts may give another for the meeting that runs; left out when a scope alone opens the room to them."`
	LastingRole string     `json:"lastingRole,omitempty" enum:"owner,moderator,member" doc:"The caller's beyond the meeting that runs: the settings, the members and the blocks ask for this one. Left out when there is none."`
	Template    string     `json:"template,omitempty" doc:"The id of the room template by which it was made."`
	ExternalID  string     `json:"externalId,omitempty" doc:"The name that software of the organization has for it."`
	Unit        string     `json:"unit,omitempty" doc:"The id of the unit of its organization to which it belongs."`
	CreatedAt   time.Time  `json:"createdAt"`
	UpdatedAt   time.Time  `json:"updatedAt"`
	LastUsedAt  *time.Time `json:"lastUsedAt,omitempty"`
	ArchivedAt  *time.Time `json:"archivedAt,omitempty"`
}

// RoomLimits is what bounds the use of a room.
type RoomLimits struct {
	Forbidden       []string   `json:"forbidden" doc:"What all but hosts may not do; hosts may decide otherwise for a meeting that runs."`
	PhoneEntry      string     `json:"phoneEntry" enum:"hosts,members,organization,signed-in,everyone" doc:"entry for those who dial in."`
	OpensWithHost   bool       `json:"opensWithHost"`
	MuteOnEntry     bool       `json:"muteOnEntry" doc:"All but hosts enter with the microphone closed, and may open it."`
	MaxParticipants int        `json:"maxParticipants" doc:"0: no limit."`
	MaxMinutes      int        `json:"maxMinutes" doc:"0: no limit."`
	CloseEmptyAfter int        `json:"closeEmptyAfter" doc:"Minutes; 0: about one."`
	AttendanceDays  int        `json:"attendanceDays"`
	LinkExpiresAt   *time.Time `json:"linkExpiresAt,omitempty"`
}

func wireLimits(r rooms.Room) RoomLimits {
	return RoomLimits{
		Forbidden: wireAbilities(r.Forbidden), PhoneEntry: string(r.PhoneEntry), OpensWithHost: r.Limits.OpensWithHost, MuteOnEntry: r.Limits.MuteOnEntry,
		MaxParticipants: r.Limits.MaxParticipants, MaxMinutes: r.Limits.MaxMinutes, CloseEmptyAfter: r.Limits.CloseEmptyAfter,
		AttendanceDays: r.Limits.AttendanceDays, LinkExpiresAt: atOrNever(r.Limits.LinkExpiresAt),
	}
}

// door is what the caller would find at the door of a room now.
type door struct {
	State string `json:"state" enum:"open,lobby,email,passcode,sign-in-required,refused" doc:"lobby: one waits until a host lets one in. passcode: one joins with the passcode of the meeting, or by a personal link. email: one proves an e-mail address first (join, then POST /me/email), then enters or waits."`
	Code  string `json:"code,omitempty" doc:"Why it stays shut: the code that joining would answer."`

	OpensAt *time.Time `json:"opensAt,omitempty" doc:"When it opens, where the code is not-open-yet."`
}

// roomView is a room for whoever has its code: slug, url and door for all, its name for who brings a personal link, the rest for
// those who may see it.
type roomView struct {
	Slug         string    `json:"slug" example:"qpz-wkfm-jtx"`
	URL          string    `json:"url" format:"uri"`
	Door         door      `json:"door"`
	EntersMuted  bool      `json:"entersMuted,omitempty" doc:"The caller would enter with the microphone closed, and may open it then: muteOnEntry of the room, for all but hosts."`
	Invited      string    `json:"invited,omitempty" doc:"The name on the personal link that was brought: to be proposed, not imposed. Left out where only an address is known."`
	Notice       string    `json:"notice,omitempty" enum:"link-unknown" doc:"link-unknown: the personal link is not known, or was revoked; it counted for nothing."`
	Name         string    `json:"name,omitempty"`
	Description  *string   `json:"description,omitempty"`
	Language     string    `json:"language,omitempty" enum:"fr,en"`
	Tags         *[]string `json:"tags,omitempty"`
	Entry        string    `json:"entry,omitempty" enum:"hosts,members,organization,signed-in,everyone"`
	MinAssurance string    `json:"minAssurance,omitempty" enum:"unknown,phone,email,agent,agent-mfa"`
	*RoomLimits
	Role        string      `json:"role,omitempty" enum:"owner,moderator,member"`
	LastingRole string      `json:"lastingRole,omitempty" enum:"owner,moderator,member"`
	Template    string      `json:"template,omitempty"`
	ExternalID  string      `json:"externalId,omitempty"`
	Office      *roomOffice `json:"office,omitempty" doc:"That owns the room, whoever holds it."`
	Unit        string      `json:"unit,omitempty"`
	CreatedAt   *time.Time  `json:"createdAt,omitempty"`
	UpdatedAt   *time.Time  `json:"updatedAt,omitempty"`
	LastUsedAt  *time.Time  `json:"lastUsedAt,omitempty"`
	ArchivedAt  *time.Time  `json:"archivedAt,omitempty"`
}

// TransformSchema implements huma.SchemaTransformer. Huma requires what an embedded struct requires, also where it may be absent.
func (roomView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = []string{"slug", "url", "door"}
	return s
}

func (s *server) roomURL(slug string) string { return s.base.String() + "/" + slug }

func (s *server) wireRoom(l rooms.Listed) room {
	l.Room = l.Own() // what rules make of it is told by its effective policy
	tags := l.Tags
	if tags == nil {
		tags = []string{}
	}
	return room{
		Slug: l.Slug, URL: s.roomURL(l.Slug), Door: wireDoor(l.Door), Name: l.Name, Description: l.Description, Language: l.Language, Tags: tags,
		Entry: string(l.Entry), MinAssurance: l.MinAssurance.String(), RoomLimits: wireLimits(l.Room), Role: string(l.Role), LastingRole: string(l.Lasting), Template: l.TemplateID, ExternalID: l.ExternalID, Unit: l.UnitID, CreatedAt: at(l.CreatedAt),
		UpdatedAt: at(l.UpdatedAt), LastUsedAt: atOrNever(l.LastUsedAt), ArchivedAt: atOrNever(l.ArchivedAt),
	}
}

func wireDoor(d rooms.Door) door {
	out := door{State: string(d.State), Code: string(d.Code)}
	if !d.OpensAt.IsZero() {
		opens := at(d.OpensAt)
		out.OpensAt = &opens
	}
	return out
}

func (s *server) wireView(v rooms.View) roomView {
	out := roomView{Slug: v.Slug, URL: s.roomURL(v.Slug), Door: wireDoor(v.Door), EntersMuted: v.EntersMuted, Invited: v.Invited}
	if v.Unlinked {
		out.Notice = string(fault.CodeLinkUnknown)
	}
	if v.Linked {
		out.Name = v.Name
	}
	if !v.Full {
		return out
	}
	full := s.wireRoom(v.Listed)
	out.Name, out.Description, out.Language, out.Tags = full.Name, &full.Description, full.Language, &full.Tags
	out.Entry, out.MinAssurance, out.RoomLimits = full.Entry, full.MinAssurance, &full.RoomLimits
	out.Role, out.LastingRole, out.Template, out.ExternalID, out.Office, out.Unit = full.Role, full.LastingRole, full.Template, full.ExternalID, wireRoomOffice(v.Office), full.Unit
	out.CreatedAt, out.UpdatedAt, out.LastUsedAt, out.ArchivedAt = &full.CreatedAt, &full.UpdatedAt, full.LastUsedAt, full.ArchivedAt
	return out
}

var exampleRoom = room{
	Slug: "qpz-wkfm-jtx", URL: "https://meet.example.gouv.fr/qpz-wkfm-jtx", Door: door{State: "open"}, Name: "Budget, weekly", Description: "Every Monday at nine.",
	Language: "fr", Tags: []string{"budget"}, Entry: string(access.EntrySignedIn), MinAssurance: "unknown", Role: "owner", LastingRole: "owner",
	RoomLimits: RoomLimits{Forbidden: []string{}, PhoneEntry: "hosts", AttendanceDays: 90},
	CreatedAt:  exampleTime, UpdatedAt: exampleTime,
}
