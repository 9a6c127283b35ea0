package api

import (
	"context"
	"net/http"
	"time"

	"parvis/audit"
	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
	"parvis/once"
	"parvis/rooms"
)

// OfficePath is the address of an office of an organization.
type OfficePath struct {
	OrganizationPath
	OfficeID string `path:"officeId" maxLength:"64" example:"0198a5c2-3c15-7d02-9b6e-1f4a8c2e5d70"`
}

// SeatPath is the address of somebody's place in an office.
type SeatPath struct {
	OfficePath
	PersonID string `path:"personId" maxLength:"64" example:"0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13"`
}

type office struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	Unit      string       `json:"unit,omitempty" doc:"The unit in which it stands, by id."`
	Vacant    bool         `json:"vacant" doc:"Nobody with an account holds it now; its rooms stay its own."`
	People    []officeSeat `json:"people" doc:"Holders first, then deputies."`
	Rooms     []officeRoom `json:"rooms"`
	Version   string       `json:"etag" doc:"For If-Match."`
	CreatedAt time.Time    `json:"createdAt"`
}

type officeSeat struct {
	Person string     `json:"person"`
	Name   string     `json:"name"`
	Kind   string     `json:"kind" enum:"holder,deputy"`
	Role   string     `json:"role" enum:"owner,moderator" doc:"In each room of the office."`
	From   *time.Time `json:"from,omitempty"`
	Until  *time.Time `json:"until,omitempty"`
	Closed bool       `json:"closed,omitempty" doc:"The account is closed."`
}

type officeRoom struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	URL  string `json:"url" format:"uri"`
}

func (s *server) wireOffice(o directory.Office) office {
	w := office{
		ID: o.ID, Name: o.Name, Unit: o.UnitID, Vacant: o.Vacant(s.Now()), People: make([]officeSeat, len(o.Holders)), Rooms: make([]officeRoom, len(o.Rooms)),
		Version: etag(o.Version), CreatedAt: at(o.CreatedAt),
	}
	for i, h := range o.Holders {
		w.People[i] = officeSeat{h.Person.ID, h.Person.DisplayName(), string(h.Kind), h.Role, atOrNever(h.NotBefore), atOrNever(h.NotAfter), h.Closed != nil}
	}
	for i, r := range o.Rooms {
		w.Rooms[i] = officeRoom{r.Slug, r.Name, s.roomURL(r.Slug)}
	}
	return w
}

var exampleOffice = office{
	ID: "0198a5c2-3c15-7d02-9b6e-1f4a8c2e5d70", Name: "Bureau du cabinet", People: []officeSeat{{Person: "0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13", Name: "Camille Martin", Kind: "holder", Role: "owner"}},
	Rooms: []officeRoom{}, Version: `"1"`, CreatedAt: exampleTime,
}

type officeList struct {
	Items []office `json:"items"`
}

type officesOutput struct {
	Body officeList
}

type officeOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Body office
}

// onOffice describes an operation on an office that is there.
func onOffice(o operation) operation {
	o.codes = append(o.codes, fault.CodeOfficeNotFound)
	return onOrganization(o)
}

var opListOffices = onOrganization(operation{
	id: "list-offices", method: http.MethodGet, path: "/organizations/{id}/offices", summary: "The offices of an organization", reads: audit.PeopleRead,
	detail: "All of them, by name, with who holds them, who stands in, and the rooms that they own.", answer: officeList{[]office{exampleOffice}},
})

func (s *server) listOffices(ctx context.Context, in *OrganizationPath) (*officesOutput, error) {
	offices, err := s.Administration.Offices(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	audit.AboutAll(ctx, readOf(in.ID))
	list := officeList{Items: make([]office, len(offices))}
	for i, o := range offices {
		list.Items[i] = s.wireOffice(o)
	}
	return &officesOutput{list}, nil
}

type newOffice struct {
	Name line   `json:"name" minLength:"1" maxLength:"200" example:"Bureau du cabinet"`
	Unit string `json:"unit,omitempty" maxLength:"64" doc:"The unit in which it stands, by id; left out, it stands in the organization itself."`
}

type createOfficeInput struct {
	OrganizationPath
	Body newOffice
}

type createdOffice struct {
	ETag     string `header:"ETag" doc:"The version, for If-Match." example:"\"1\""`
	Location string `header:"Location" doc:"The address of the new office."`
	Body     office
}

var opCreateOffice = onOrganization(operation{
	id: "create-office", method: http.MethodPost, path: "/organizations/{id}/offices", status: http.StatusCreated, summary: "Make an office",
	detail:  "A function that owns rooms, whoever fills it. Its name is no other office's of the organization. It needs a fresh sign-in.",
	request: newOffice{Name: "Bureau du cabinet"}, answer: exampleOffice, codes: []fault.Code{fault.CodeConflict, fault.CodeElevationRequired},
})

func (s *server) createOffice(ctx context.Context, in *createOfficeInput) (*createdOffice, error) {
	who := of(ctx).who
	o, err := madeOnce(ctx, once.Office, func(id string) (directory.Office, error) { return s.Administration.Office(ctx, who, in.ID, id) }, func() (directory.Office, error) {
		return s.Administration.CreateOffice(ctx, who, directory.Office{OrgID: in.ID, Name: string(in.Body.Name), UnitID: in.Body.Unit})
	})
	if err != nil {
		return nil, err
	}
	return &createdOffice{etag(o.Version), basePath + "/organizations/" + in.ID + "/offices/" + o.ID, s.wireOffice(o)}, nil
}

var opGetOffice = onOffice(operation{
	id: "get-office", method: http.MethodGet, path: "/organizations/{id}/offices/{officeId}", summary: "An office", answer: exampleOffice, reads: audit.PeopleRead,
})

func (s *server) getOffice(ctx context.Context, in *OfficePath) (*officeOutput, error) {
	o, err := s.Administration.Office(ctx, of(ctx).who, in.ID, in.OfficeID)
	if err == nil {
		audit.AboutAll(ctx, readOf(in.ID))
	}
	return s.officeAnswer(o, err)
}

func (s *server) officeAnswer(o directory.Office, err error) (*officeOutput, error) {
	if err != nil {
		return nil, err
	}
	return &officeOutput{etag(o.Version), s.wireOffice(o)}, nil
}

type officeChange struct {
	Name patch[line]   `json:"name,omitzero" minLength:"1" maxLength:"200"`
	Unit patch[string] `json:"unit,omitzero" maxLength:"64" nullable:"true"`
}

type updateOfficeInput struct {
	OfficePath
	Precondition
	Body officeChange `contentType:"application/merge-patch+json"`
}

var opUpdateOffice = onOffice(operation{
	id: "update-office", method: http.MethodPatch, path: "/organizations/{id}/offices/{officeId}", summary: "Rename an office, or put it elsewhere",
	detail: "A merge patch (RFC 7396). Null for unit: in the organization itself. It needs a fresh sign-in.", request: officeChange{Name: given(line("Bureau du cabinet"))}, answer: exampleOffice,
	codes: []fault.Code{fault.CodeConflict, fault.CodeElevationRequired, fault.CodePreconditionFailed, fault.CodePreconditionRequired},
})

func (s *server) updateOffice(ctx context.Context, in *updateOfficeInput) (*officeOutput, error) {
	version, err := versionOf(in.IfMatch)
	if err != nil {
		return nil, err
	}
	wrong, top := fault.New(fault.CodeInvalid, "an office cannot be without this"), ""
	change := directory.OfficeChange{
		Name:   patched(in.Body.Name, "body.name", func(l line) string { return string(l) }, nil, wrong),
		UnitID: patched(in.Body.Unit, "body.unit", same[string], &top, wrong),
	}
	if wrong.Fields != nil {
		return nil, wrong
	}
	return s.officeAnswer(s.Administration.UpdateOffice(ctx, of(ctx).who, in.ID, in.OfficeID, version, change))
}

var opDeleteOffice = onOffice(operation{
	id: "delete-office", method: http.MethodDelete, path: "/organizations/{id}/offices/{officeId}", status: http.StatusNoContent, summary: "Delete an office",
	detail: "One that owns rooms, archived ones too, stays: hand those over first. It needs a fresh sign-in.", codes: []fault.Code{fault.CodeConflict, fault.CodeElevationRequired},
})

func (s *server) deleteOffice(ctx context.Context, in *OfficePath) (*none, error) {
	return nil, s.Administration.DeleteOffice(ctx, of(ctx).who, in.ID, in.OfficeID)
}

type seatRequest struct {
	Kind  string     `json:"kind" enum:"holder,deputy"`
	Role  string     `json:"role,omitempty" enum:"owner,moderator" doc:"Of a deputy. Holders own."`
	From  *time.Time `json:"from,omitempty" doc:"Left out: at once."`
	Until *time.Time `json:"until,omitempty" doc:"A deputy has one; of a holder left out: for good."`
}

type seatInput struct {
	SeatPath
	Body seatRequest
}

var opSeatInOffice = onOffice(operation{
	id: "seat-in-office", method: http.MethodPut, path: "/organizations/{id}/offices/{officeId}/people/{personId}", summary: "Make somebody a holder or a deputy",
	detail:  "Or another one. Somebody of the organization. Holders own the rooms of the office, deputies own or moderate them for their dates, in calls that run too. It needs a fresh sign-in.",
	request: seatRequest{Kind: "deputy", Role: "moderator", Until: &exampleTime}, answer: exampleOffice, codes: []fault.Code{fault.CodeConflict, fault.CodePersonNotFound, fault.CodeElevationRequired},
})

func (s *server) seatInOffice(ctx context.Context, in *seatInput) (*officeOutput, error) {
	return s.officeAnswer(s.Administration.SeatInOffice(ctx, of(ctx).who, in.ID, in.OfficeID, directory.Seat{
		PersonID: in.PersonID, Kind: directory.HolderKind(in.Body.Kind), Role: in.Body.Role, NotBefore: in.Body.From, NotAfter: in.Body.Until,
	}))
}

var opLeaveOffice = onOffice(operation{
	id: "leave-office", method: http.MethodDelete, path: "/organizations/{id}/offices/{officeId}/people/{personId}", status: http.StatusNoContent, summary: "Take somebody out of an office",
	detail: "The rooms stay with the office, whoever is left. Somebody who leads a call by it becomes a member there. It needs a fresh sign-in.",
	codes:  []fault.Code{fault.CodePersonNotFound, fault.CodeElevationRequired},
})

func (s *server) leaveOffice(ctx context.Context, in *SeatPath) (*none, error) {
	return nil, s.Administration.LeaveOffice(ctx, of(ctx).who, in.ID, in.OfficeID, in.PersonID)
}

type ownerlessRoom struct {
	Slug       string      `json:"slug"`
	Name       string      `json:"name"`
	Office     *roomOffice `json:"office,omitempty" doc:"That owns it, and that nobody holds."`
	CreatedAt  time.Time   `json:"createdAt"`
	LastUsedAt *time.Time  `json:"lastUsedAt,omitempty"`
	Elsewhere  bool        `json:"ownedElsewhere,omitempty" doc:"Somebody of another organization owns it, such as who has moved there, and stays its owner until it is handed over."`
}

// roomOffice is the office that owns a room.
type roomOffice struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func wireRoomOffice(o rooms.Office) *roomOffice {
	if o.ID == "" {
		return nil
	}
	return &roomOffice{o.ID, o.Name}
}

type ownerlessRooms struct {
	Items []ownerlessRoom `json:"items"`
}

type ownerlessOutput struct {
	Body ownerlessRooms
}

var opListOwnerless = onOrganization(operation{
	id: "list-rooms-without-owner", method: http.MethodGet, path: "/organizations/{id}/rooms/without-owner", summary: "Rooms that nobody of the organization owns", reads: audit.OrgRoomsRead,
	detail: "Whose owners have left, for another organization too, longest unused first, at most 200. Rooms of an office that nobody holds are among them.",
	answer: ownerlessRooms{[]ownerlessRoom{{Slug: "qpz-wkfm-jtx", Name: "Budget", CreatedAt: exampleTime}}},
})

func (s *server) listOwnerless(ctx context.Context, in *OrganizationPath) (*ownerlessOutput, error) {
	found, err := s.Rooms.WithoutOwner(ctx, of(ctx).who, in.ID)
	if err != nil {
		return nil, err
	}
	list := ownerlessRooms{Items: make([]ownerlessRoom, len(found))}
	for i, r := range found {
		list.Items[i] = ownerlessRoom{r.Slug, r.Name, wireRoomOffice(r.Office), at(r.CreatedAt), atOrNever(r.LastUsedAt), r.Elsewhere}
	}
	return &ownerlessOutput{list}, nil
}

type heir struct {
	Office string `json:"office,omitempty" maxLength:"64" doc:"An office of the organization, by id."`
	Person string `json:"person,omitempty" maxLength:"64" doc:"Somebody of the organization, by id."`
}

// inPerson describes an operation that no software does.
func inPerson(o operation) operation {
	o.callers, o.scope = browsers, ""
	return o
}

type handOverInput struct {
	OrganizationPath
	Slug string `path:"slug" maxLength:"64" example:"qpz-wkfm-jtx" doc:"The room."`
	Body heir
}

var opHandOverRoom = inPerson(onOrganization(operation{
	id: "hand-over-room", method: http.MethodPost, path: "/organizations/{id}/rooms/{slug}/hand-over", status: http.StatusNoContent, summary: "Give a room without an owner to somebody",
	detail:  "To an office or a person of the organization. A room of an office goes to another one, too. What somebody of the organization owns they give away themselves; who owns it from another organization moderates it from then on. It needs a fresh sign-in.",
	request: heir{Office: "0198a5c2-3c15-7d02-9b6e-1f4a8c2e5d70"}, codes: []fault.Code{fault.CodeConflict, fault.CodeOfficeNotFound, fault.CodePersonNotFound, fault.CodeElevationRequired},
}))

func (s *server) handOverRoom(ctx context.Context, in *handOverInput) (*none, error) {
	return nil, s.Rooms.HandOver(ctx, of(ctx).who, in.ID, in.Slug, rooms.Heir{OfficeID: in.Body.Office, PersonID: in.Body.Person})
}

type officeChoice struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type officeChoices struct {
	Items []officeChoice `json:"items"`
}

type officeChoicesOutput struct {
	Body officeChoices
}

var opListMyOffices = operation{
	id: "list-own-offices", method: http.MethodGet, path: "/offices", tag: "Rooms", callers: signedIn, scope: auth.ScopeRoomsWrite,
	summary: "The offices to which you may give a room", detail: "Those of your organization, by name.",
	answer: officeChoices{[]officeChoice{{exampleOffice.ID, exampleOffice.Name}}}, codes: []fault.Code{fault.CodeForbidden},
}

func (s *server) listMyOffices(ctx context.Context, _ *struct{}) (*officeChoicesOutput, error) {
	offices, err := s.Rooms.Offices(ctx, of(ctx).who)
	if err != nil {
		return nil, err
	}
	list := officeChoices{Items: make([]officeChoice, len(offices))}
	for i, o := range offices {
		list.Items[i] = officeChoice{o.ID, o.Name}
	}
	return &officeChoicesOutput{list}, nil
}

type transfer struct {
	Office string `json:"office" minLength:"1" maxLength:"64" doc:"An office of the room's organization, by id."`
}

type transferInput struct {
	RoomPath
	Body transfer
}

var opTransferRoom = operation{
	id: "transfer-room", method: http.MethodPost, path: "/rooms/{slug}/transfer", tag: "Rooms", callers: signedIn, scope: auth.ScopeRoomsWrite, status: http.StatusNoContent,
	summary: "Give a room to an office", detail: "Owners for good alone. Its holders own the room from then on, whoever they are; who owned it moderates it. The room of one meeting, and somebody's own, stay.",
	request: transfer{exampleOffice.ID}, codes: []fault.Code{fault.CodeForbidden, fault.CodeOfficeNotFound, fault.CodeConflict},
}

func (s *server) transferRoom(ctx context.Context, in *transferInput) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.Transfer(ctx, of(ctx).who, in.Slug, in.Body.Office)
}
