package api

import (
	"context"
	"net/http"
	"time"

	"parvis/audit"
	"parvis/fault"
	"parvis/rooms"
)

type roomOwner struct {
	ID   string `json:"id"`
	Kind string `json:"kind" enum:"person,service"`
	Name string `json:"name"`
}

type namedThing struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func wireNamed(n rooms.Named) *namedThing {
	if n.ID == "" {
		return nil
	}
	return &namedThing{n.ID, n.Name}
}

// orgRoom is a room as who administers its organization sees it.
type orgRoom struct {
	ID         string      `json:"id"`
	Slug       string      `json:"slug"`
	Name       string      `json:"name"`
	Owners     []roomOwner `json:"owners" doc:"People and software with open accounts that own it now, those of its office too."`
	Office     *roomOffice `json:"office,omitempty" doc:"That owns it."`
	Unit       *namedThing `json:"unit,omitempty" doc:"To which it belongs, or its office does."`
	ByOffice   bool        `json:"unitByOffice,omitempty" doc:"The unit is that of its office: the policies of the unit do not bind the room. PUT /rooms/{slug}/unit puts it there itself."`
	Template   *namedThing `json:"template,omitempty" doc:"By which it was made."`
	Dedicated  bool        `json:"dedicated,omitempty" doc:"It was made for one meeting."`
	Meeting    bool        `json:"meeting" doc:"A meeting runs in it."`
	CreatedAt  time.Time   `json:"createdAt"`
	LastUsedAt *time.Time  `json:"lastUsedAt,omitempty"`
	ArchivedAt *time.Time  `json:"archivedAt,omitempty"`
}

func wireOrgRoom(r rooms.OrgRoom) orgRoom {
	wire := orgRoom{
		ID: r.ID, Slug: r.Slug, Name: r.Name, Owners: make([]roomOwner, len(r.Owners)), Office: wireRoomOffice(r.Office), Unit: wireNamed(r.Unit), ByOffice: r.ByOffice, Template: wireNamed(r.Template),
		Dedicated: r.Dedicated, Meeting: r.Meeting, CreatedAt: at(r.CreatedAt), LastUsedAt: atOrNever(r.LastUsedAt), ArchivedAt: atOrNever(r.ArchivedAt),
	}
	for i, o := range r.Owners {
		wire.Owners[i] = roomOwner{o.ID, string(o.Kind), o.Name}
	}
	return wire
}

type listOrgRoomsInput struct {
	OrganizationPath
	Query     line   `query:"q" maxLength:"100" doc:"The beginnings of words of the name, or of parts of the code; all of them have to be found."`
	Archived  bool   `query:"archived" doc:"The archived ones, in the place of the others."`
	Ownerless bool   `query:"ownerless" doc:"Those alone that nobody of the organization owns who has an open account; rooms made for one meeting are none of them."`
	Template  string `query:"template" maxLength:"64" doc:"Those made by this template, by id."`
	Unit      string `query:"unit" maxLength:"64" doc:"Those of this unit, by id, of the units below it, and of their offices."`
	PageSize  int    `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor    string `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
}

type orgRoomList struct {
	Items []orgRoom `json:"items"`
	Paged
}

type orgRoomsOutput struct {
	Body orgRoomList
}

var exampleOrgRoom = orgRoom{
	ID: "0198a5c2-6b20-7d93-9f41-3c7e5a1b8d02", Slug: "qpz-wkfm-jtx", Name: "Budget 2027", Owners: []roomOwner{{"0198a5c2-4d21-7a15-8b6e-5f9c0e2d7a31", "person", "Camille Martin"}},
	Template: &namedThing{exampleTemplate.ID, exampleTemplate.Name}, Meeting: true, CreatedAt: exampleTime,
}

var opListOrgRooms = onOrganization(operation{
	id: "list-rooms-of-organization", method: http.MethodGet, path: "/organizations/{id}/rooms", summary: "The rooms of an organization", reads: audit.OrgRoomsRead,
	detail: "For those who administer it, whoever owns the rooms; last used first. Each page that is read stands in the audit trail. The rooms of organizations below are theirs.",
	answer: orgRoomList{Items: []orgRoom{exampleOrgRoom}}, codes: []fault.Code{fault.CodeInvalid},
})

func (s *server) listOrgRooms(ctx context.Context, in *listOrgRoomsInput) (*orgRoomsOutput, error) {
	page, err := s.Rooms.RoomsOf(ctx, of(ctx).who, rooms.OrgRoomQuery{
		OrgID: in.ID, Search: string(in.Query), Archived: in.Archived, Ownerless: in.Ownerless, TemplateID: in.Template, UnitID: in.Unit, PageSize: in.PageSize, Cursor: in.Cursor,
	})
	if err != nil {
		return nil, err
	}
	list := orgRoomList{Items: make([]orgRoom, len(page.Rooms)), Paged: Paged{page.Next}}
	for i, r := range page.Rooms {
		list.Items[i] = wireOrgRoom(r)
	}
	return &orgRoomsOutput{list}, nil
}
