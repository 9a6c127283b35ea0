package api

import (
	"context"
	"net/http"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/once"
	"parvis/rooms"
)

// RoomPath is the address of a room. Like all that inputs embed it is exported, because Huma sees nothing else.
type RoomPath struct {
	Slug string `path:"slug" example:"qpz-wkfm-jtx" doc:"The code of the room, xxx-xxxx-xxx."`
}

func (p RoomPath) check() error {
	if isSlug(p.Slug) {
		return nil
	}
	return fault.New(fault.CodeRoomNotFound, "a room's code has the form xxx-xxxx-xxx")
}

// wrong says what is wrong with a request about a room to those who may make it at all; to others, that they may not.
func (s *server) wrong(ctx context.Context, slug string, right auth.Right, mistake error) error {
	if err := s.Rooms.May(ctx, of(ctx).who, slug, right); err != nil {
		return err
	}
	return mistake
}

type roomOutput struct {
	ETag     string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Location string `header:"Location" doc:"The address of the new room."`
	Body     room
}

type updatedOutput struct {
	ETag string `header:"ETag" doc:"The new version, for If-Match." example:"\"2\""`
	Body room
}

type newRoom struct {
	Name         line   `json:"name" minLength:"1" maxLength:"120" example:"Budget, weekly"`
	Description  block  `json:"description,omitempty" maxLength:"2000"`
	Language     string `json:"language,omitempty" enum:"fr,en" doc:"fr when left out."`
	Tags         []line `json:"tags,omitempty" maxItems:"10" minLength:"1" maxLength:"40"`
	Entry        string `json:"entry,omitempty" enum:"hosts,members,organization,signed-in,everyone,restricted,trusted,public" doc:"As a policy or the template says when left out, else signed-in. restricted, trusted and public are names for members, signed-in and everyone."`
	MinAssurance string `json:"minAssurance,omitempty" enum:"unknown,phone,email,agent,agent-mfa"`
	Template     string `json:"template,omitempty" maxLength:"36" doc:"A room template of the organization, by id: what is left out is as it says."`
	ExternalID   string `json:"externalId,omitempty" maxLength:"200" doc:"Your own name for it, once in your organization, archived rooms included. For service accounts only; it never changes."`
	Owner        string `json:"owner,omitempty" pattern:"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" patternDescription:"a UUID in lower case" doc:"The person who owns the room, too. For service accounts only."`
}

type createRoomInput struct {
	Body newRoom
}

var opCreateRoom = operation{
	id: "create-room", method: http.MethodPost, path: "/rooms", tag: "Rooms", callers: signedIn, scope: auth.ScopeRoomsWrite,
	summary: "Make a room", detail: "Its link lasts. Whoever makes it owns it.", status: http.StatusCreated,
	request: newRoom{Name: "Budget, weekly", Description: "Every Monday at nine.", Language: "fr", Tags: []line{"budget"}, Entry: "trusted"},
	answer:  exampleRoom, codes: []fault.Code{fault.CodeForbidden, fault.CodeConflict, fault.CodePolicyLocked, fault.CodeTemplateNotFound, fault.CodeExternalIDTaken},
}

func (s *server) createRoom(ctx context.Context, in *createRoomInput) (*roomOutput, error) {
	made, err := s.makeRoom(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return &roomOutput{ETag: etag(made.Version), Location: basePath + "/rooms/" + made.Slug, Body: s.wireRoom(made)}, nil
}

// makeRoom makes a room, or answers the one that an earlier run of this request made and could not tell of.
func (s *server) makeRoom(ctx context.Context, asked newRoom) (rooms.Listed, error) {
	who := of(ctx).who
	return madeOnce(ctx, once.Room, func(slug string) (rooms.Listed, error) {
		view, err := s.Rooms.GetBy(ctx, reading(who, auth.ScopeRoomsRead), slug, "")
		if err == nil && !view.Full {
			err = fault.New(fault.CodeRoomNotFound, "the room that this request made is not the caller's any more")
		}
		return view.Listed, err
	}, func() (rooms.Listed, error) { return s.Rooms.Create(ctx, who, asked.room()) })
}

func texts(lines []line) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = string(l)
	}
	return out
}

type listRoomsInput struct {
	PageSize int    `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor   string `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
	Archived bool   `query:"archived" doc:"The archived rooms, instead of the others."`
}

type roomList struct {
	Items []room `json:"items"`
	Paged
}

type listRoomsOutput struct {
	Body roomList
}

var opListRooms = operation{
	id: "list-rooms", method: http.MethodGet, path: "/rooms", tag: "Rooms", callers: signedIn, scope: auth.ScopeRoomsRead,
	summary: "My rooms", detail: "Those in which I have a role, last used first; for a service account, all of its organization.",
	answer: roomList{Items: []room{exampleRoom}, Paged: Paged{"MDE5OGE1YzItOGQzZQ"}}, codes: []fault.Code{fault.CodeForbidden, fault.CodeInvalid},
}

func (s *server) listRooms(ctx context.Context, in *listRoomsInput) (*listRoomsOutput, error) {
	page, err := s.Rooms.List(ctx, of(ctx).who, rooms.ListQuery{Archived: in.Archived, PageSize: in.PageSize, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	list := roomList{Items: make([]room, len(page.Rooms)), Paged: Paged{page.Next}}
	for i, r := range page.Rooms {
		list.Items[i] = s.wireRoom(r)
	}
	return &listRoomsOutput{list}, nil
}

type viewOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match; only for those who may see all of the room." example:"\"1\""`
	Body roomView
}

var opGetRoom = operation{
	id: "get-room", method: http.MethodGet, path: "/rooms/{slug}", tag: "Rooms", callers: anyone, scope: auth.ScopeRoomsRead,
	summary: "A room", detail: "Whoever has the code learns whether the door is open. The rest is for those who have a role. A personal link goes in a header: " +
		"an address is logged.",
	answer: roomView{Slug: exampleRoom.Slug, URL: exampleRoom.URL, Door: door{State: "sign-in-required", Code: "sign-in-required"}},
}

type viewInput struct {
	RoomPath
	Link string `header:"Parvis-Link" maxLength:"128" doc:"The token of a personal link: the door is then as joining with it finds it."`
}

func (s *server) getRoom(ctx context.Context, in *viewInput) (*viewOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	x := of(ctx)
	view, err := s.Rooms.GetBy(ctx, x.who, in.Slug, in.Link)
	if err != nil {
		return nil, err
	}
	if view.Unlinked && !known(x.who) {
		s.misses.miss(network(x.request))
	}
	out := &viewOutput{Body: s.wireView(view)}
	if view.Full {
		out.ETag = etag(view.Version)
	}
	return out, nil
}

// Precondition is the version that a write must name.
type Precondition struct {
	IfMatch string `header:"If-Match" doc:"The ETag that you have read. Needed." example:"\"1\""`
}

type roomChange struct {
	Name         patch[line]   `json:"name,omitzero" minLength:"1" maxLength:"120"`
	Description  patch[block]  `json:"description,omitzero" maxLength:"2000" nullable:"true"`
	Language     patch[string] `json:"language,omitzero" enum:"fr,en"`
	Tags         patch[[]line] `json:"tags,omitzero" maxItems:"10" minLength:"1" maxLength:"40" nullable:"true"`
	Entry        patch[string] `json:"entry,omitzero" enum:"hosts,members,organization,signed-in,everyone,restricted,trusted,public"`
	MinAssurance patch[string] `json:"minAssurance,omitzero" enum:"unknown,phone,email,agent,agent-mfa"`
	Archived     patch[bool]   `json:"archived,omitzero" doc:"true archives, false restores. Owners only."`

	Forbidden       patch[[]string]  `json:"forbidden,omitzero" maxItems:"5" enum:"camera,microphone,screen,chat,reactions" nullable:"true" doc:"What all but hosts may not do; at once, in a call that runs too, whatever hosts decided there."`
	PhoneEntry      patch[string]    `json:"phoneEntry,omitzero" enum:"hosts,members,organization,signed-in,everyone" doc:"entry for those who dial in."`
	OpensWithHost   patch[bool]      `json:"opensWithHost,omitzero" nullable:"true" doc:"All others wait until a host is there."`
	MuteOnEntry     patch[bool]      `json:"muteOnEntry,omitzero" nullable:"true" doc:"All but hosts enter with the microphone closed, and may open it; for who enters from then on."`
	MaxParticipants patch[int]       `json:"maxParticipants,omitzero" minimum:"0" maximum:"1000" nullable:"true" doc:"0: no limit."`
	MaxMinutes      patch[int]       `json:"maxMinutes,omitzero" minimum:"0" maximum:"1440" nullable:"true" doc:"Of a meeting; 0: no limit."`
	CloseEmptyAfter patch[int]       `json:"closeEmptyAfter,omitzero" minimum:"0" maximum:"1440" nullable:"true" doc:"Minutes that an empty meeting goes on, with its lock and its lines; 0: about one."`
	AttendanceDays  patch[int]       `json:"attendanceDays,omitzero" minimum:"1" maximum:"3650" doc:"How long the names of a meeting are kept after it."`
	LinkExpiresAt   patch[time.Time] `json:"linkExpiresAt,omitzero" nullable:"true" doc:"From then on the link lets in hosts only."`
}

// change is the patch in the words of rooms.
func (c roomChange) change() (rooms.Change, error) {
	wrong := fault.New(fault.CodeInvalid, "a room cannot be without this")
	nothing, noTags, no, zero, never := "", []string{}, false, 0, time.Time{}
	everything := access.Abilities{}
	change := rooms.Change{
		Name:         patched(c.Name, "body.name", func(l line) string { return string(l) }, nil, wrong),
		Description:  patched(c.Description, "body.description", func(b block) string { return string(b) }, &nothing, wrong),
		Language:     patched(c.Language, "body.language", same[string], nil, wrong),
		Tags:         patched(c.Tags, "body.tags", texts, &noTags, wrong),
		Entry:        patched(c.Entry, "body.entry", same[string], nil, wrong),
		MinAssurance: patched(c.MinAssurance, "body.minAssurance", same[string], nil, wrong),
		Archived:     patched(c.Archived, "body.archived", same[bool], nil, wrong),

		Forbidden:       patched(c.Forbidden, "body.forbidden", abilities, &everything, wrong),
		PhoneEntry:      patched(c.PhoneEntry, "body.phoneEntry", same[string], nil, wrong),
		OpensWithHost:   patched(c.OpensWithHost, "body.opensWithHost", same[bool], &no, wrong),
		MuteOnEntry:     patched(c.MuteOnEntry, "body.muteOnEntry", same[bool], &no, wrong),
		MaxParticipants: patched(c.MaxParticipants, "body.maxParticipants", same[int], &zero, wrong),
		MaxMinutes:      patched(c.MaxMinutes, "body.maxMinutes", same[int], &zero, wrong),
		CloseEmptyAfter: patched(c.CloseEmptyAfter, "body.closeEmptyAfter", same[int], &zero, wrong),
		AttendanceDays:  patched(c.AttendanceDays, "body.attendanceDays", same[int], nil, wrong),
		LinkExpiresAt:   patched(c.LinkExpiresAt, "body.linkExpiresAt", same[time.Time], &never, wrong),
	}
	if wrong.Fields != nil {
		return rooms.Change{}, wrong
	}
	return change, nil
}

func same[T any](v T) T { return v }

func abilities(words []string) access.Abilities {
	set := access.Abilities{}
	for _, w := range words {
		set = append(set, access.Ability(w))
	}
	return set
}

type updateRoomInput struct {
	RoomPath
	Precondition
	Body roomChange `contentType:"application/merge-patch+json"`
}

var opUpdateRoom = operation{
	id: "update-room", method: http.MethodPatch, path: "/rooms/{slug}", tag: "Rooms", callers: signedIn, scope: auth.ScopeRoomsWrite,
	summary: "Change a room", detail: "A merge patch (RFC 7396): null takes the default where there is one.",
	request: roomChange{Name: given[line]("Budget, weekly"), Entry: given("public")}, answer: exampleRoom,
	codes: []fault.Code{fault.CodeForbidden, fault.CodePolicyLocked, fault.CodePreconditionFailed, fault.CodePreconditionRequired},
}

func (s *server) updateRoom(ctx context.Context, in *updateRoomInput) (*updatedOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, s.wrong(ctx, in.Slug, auth.RoomUpdate, err)
	}
	change, err := in.Body.change()
	if err != nil {
		return nil, s.wrong(ctx, in.Slug, auth.RoomUpdate, err)
	}
	changed, err := s.Rooms.Update(ctx, of(ctx).who, in.Slug, version, change)
	if err != nil {
		return nil, err
	}
	return &updatedOutput{ETag: etag(changed.Version), Body: s.wireRoom(changed)}, nil
}

type archiveRoomInput struct {
	RoomPath
	Precondition
}

var opArchiveRoom = operation{
	id: "archive-room", method: http.MethodDelete, path: "/rooms/{slug}", tag: "Rooms", callers: signedIn, scope: auth.ScopeRoomsWrite,
	summary: "Archive a room", detail: "Who is in it leaves. An owner can restore it: PATCH with archived false.",
	status: http.StatusNoContent,
	codes:  []fault.Code{fault.CodeForbidden, fault.CodePreconditionFailed, fault.CodePreconditionRequired},
}

func (s *server) archiveRoom(ctx context.Context, in *archiveRoomInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, s.wrong(ctx, in.Slug, auth.RoomArchive, err)
	}
	return nil, s.Rooms.Archive(ctx, of(ctx).who, in.Slug, version)
}
