package api

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
)

// MemberPath names a role in a room.
type MemberPath struct {
	RoomPath
	ID string `path:"id" example:"0198a5c2-8f4a-7d35-9c21-6a0e4b7d5f18" doc:"An id of GET members."`
}

func (p MemberPath) check() error {
	if err := p.RoomPath.check(); err != nil {
		return err
	}
	if !isID(p.ID) {
		return fault.New(fault.CodeMemberNotFound, "an id has the form of a UUID, in lower case")
	}
	return nil
}

// Member is somebody's role. It is exported because Huma sees nothing else of what is embedded.
type Member struct {
	ID        string     `json:"id" doc:"Of the role; it stays when the role changes and when an invitation is claimed."`
	Kind      string     `json:"kind" enum:"person,group,email,organization,service"`
	Subject   string     `json:"subject" doc:"Whose role it is: an id, or an address that nobody has claimed yet."`
	Name      string     `json:"name" doc:"Empty for what exists no more."`
	Email     string     `json:"email,omitempty" doc:"For hosts alone."`
	Role      string     `json:"role" enum:"owner,moderator,member"`
	NotBefore *time.Time `json:"notBefore,omitempty"`
	NotAfter  *time.Time `json:"notAfter,omitempty" doc:"From then on the role holds no more."`
	Pending   bool       `json:"pending,omitempty" doc:"Nobody has claimed the role yet."`
	Invited   *time.Time `json:"invitedUntil,omitempty" doc:"Until when the link of the invitation is good; left out when it is not any more."`
}

func wireMember(m rooms.Member) Member {
	return Member{
		ID: m.ID, Kind: string(m.Subject.Kind), Subject: m.Subject.ID, Name: m.Name, Email: m.Email, Role: string(m.Role),
		NotBefore: atOrNever(m.NotBefore), NotAfter: atOrNever(m.NotAfter), Pending: m.Pending(), Invited: atOrNever(m.InvitedUntil),
	}
}

var exampleMember = Member{
	ID: "0198a5c2-8f4a-7d35-9c21-6a0e4b7d5f18", Kind: "person", Subject: "0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13", Name: "Camille Martin",
	Email: "camille.martin@finances.example", Role: "owner",
}

type listMembersInput struct {
	RoomPath
	PageSize int    `query:"pageSize" minimum:"1" maximum:"200" default:"50"`
	Cursor   string `query:"cursor" maxLength:"512" pattern:"^[A-Za-z0-9_=-]*$" patternDescription:"a cursor of an earlier page" doc:"next of the page before."`
}

type memberList struct {
	Items []Member `json:"items"`
	Paged
}

type listMembersOutput struct {
	Body memberList
}

var opListMembers = operation{
	id: "list-members", method: http.MethodGet, path: "/rooms/{slug}/members", tag: "Members", callers: signedIn, scope: auth.ScopeRoomsRead,
	summary: "Who has a role in a room", detail: "The highest role first. Addresses, and roles that nobody has claimed yet, are shown to hosts alone.",
	answer: memberList{Items: []Member{exampleMember}}, codes: []fault.Code{fault.CodeForbidden, fault.CodeInvalid},
}

func (s *server) listMembers(ctx context.Context, in *listMembersInput) (*listMembersOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	page, err := s.Rooms.Members(ctx, of(ctx).who, in.Slug, in.PageSize, in.Cursor)
	if err != nil {
		return nil, err
	}
	list := memberList{Items: make([]Member, len(page.Members)), Paged: Paged{page.Next}}
	for i, m := range page.Members {
		list.Items[i] = wireMember(m)
	}
	return &listMembersOutput{list}, nil
}

type memberSubject struct {
	Kind  string `json:"kind" enum:"person,group,email,organization,service"`
	ID    string `json:"id,omitempty" pattern:"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" patternDescription:"a UUID in lower case" doc:"Of somebody or something of one's own organization, or of who has a role already. For every kind but email."`
	Email line   `json:"email,omitempty" minLength:"3" maxLength:"254" doc:"For the kind email."`
}

type memberBody struct {
	Subject         memberSubject `json:"subject"`
	Role            string        `json:"role" enum:"owner,moderator,member"`
	NotBefore       *time.Time    `json:"notBefore,omitempty" doc:"At once when left out."`
	NotAfter        *time.Time    `json:"notAfter,omitempty" doc:"For good when left out."`
	RenewInvitation bool          `json:"renewInvitation,omitempty" doc:"Make a new link for an address that nobody has claimed yet. The link before is void then."`
}

func (b memberBody) member() (rooms.NewMember, error) {
	in := rooms.NewMember{
		Subject: access.Subject{Kind: access.SubjectKind(b.Subject.Kind), ID: b.Subject.ID}, Role: access.Role(b.Role),
		NotBefore: b.NotBefore, NotAfter: b.NotAfter, Renew: b.RenewInvitation,
	}
	if in.Subject.Kind != access.SubjectEmail {
		if b.Subject.Email != "" {
			return in, fault.New(fault.CodeInvalid, "an address is given for the kind email alone").At("body.subject.email", "leave it out")
		}
		return in, nil
	}
	if b.Subject.ID != "" {
		return in, fault.New(fault.CodeInvalid, "an address has no id").At("body.subject.id", "leave it out")
	}
	in.Subject.ID = string(b.Subject.Email)
	return in, nil
}

type putMemberInput struct {
	RoomPath
	Body memberBody
}

type invitation struct {
	URL       string    `json:"url" format:"uri" doc:"Told this once. Whoever opens it and signs in has the role."`
	ExpiresAt time.Time `json:"expiresAt"`
}

type givenMember struct {
	Member
	Invitation *invitation `json:"invitation,omitempty"`
}

type putMemberOutput struct {
	Status int
	Body   givenMember
}

var opPutMember = operation{
	id: "put-member", method: http.MethodPut, path: "/rooms/{slug}/members", tag: "Members", callers: signedIn, scope: auth.ScopeRoomsWrite,
	summary: "Give a role",
	detail: "Or another one, to who has one already: 200 instead of 201. Owners alone, and who owns the room for a time does not decide about owners. An address is invited: the " +
		"answer to the first request holds the link. Later ones change the role that it gives, and hold a link only when the one before has run out or renewInvitation is set.",
	request: memberBody{Subject: memberSubject{Kind: "email", Email: "zoe@example.org"}, Role: "moderator", NotAfter: &exampleTime},
	answer: givenMember{
		Member: Member{
			ID: exampleMember.ID, Kind: "email", Subject: "zoe@example.org", Name: "zoe@example.org", Email: "zoe@example.org", Role: "moderator",
			NotAfter: &exampleTime, Pending: true, Invited: &exampleTime,
		},
		Invitation: &invitation{"https://meet.example.gouv.fr/qpz-wkfm-jtx?invite=…", exampleTime},
	},
	codes: []fault.Code{fault.CodeForbidden, fault.CodeLastOwner},
}

func (s *server) putMember(ctx context.Context, in *putMemberInput) (*putMemberOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	wanted, err := in.Body.member()
	if err != nil {
		return nil, s.wrong(ctx, in.Slug, auth.RoomGrant, err)
	}
	put, err := s.Rooms.PutMember(ctx, of(ctx).who, in.Slug, wanted)
	if err != nil {
		return nil, err
	}
	out := &putMemberOutput{Status: http.StatusOK, Body: givenMember{Member: wireMember(put.Member)}}
	if put.Created {
		out.Status = http.StatusCreated
	}
	if put.Token != "" {
		out.Body.Invitation = &invitation{s.roomURL(in.Slug) + "?invite=" + url.QueryEscape(put.Token), at(*put.InvitedUntil)}
	}
	return out, nil
}

var opRemoveMember = operation{
	id: "remove-member", method: http.MethodDelete, path: "/rooms/{slug}/members/{id}", tag: "Members", callers: signedIn, scope: auth.ScopeRoomsWrite,
	summary: "Take a role away", detail: "An invitation is void then. Who is in a call that runs stays in it, as a member.", status: http.StatusNoContent,
	codes: []fault.Code{fault.CodeForbidden, fault.CodeLastOwner, fault.CodeMemberNotFound},
}

func (s *server) removeMember(ctx context.Context, in *MemberPath) (*none, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return nil, s.Rooms.RemoveMember(ctx, of(ctx).who, in.Slug, in.ID)
}

type claimInput struct {
	RoomPath
	Body struct {
		Token string `json:"token" minLength:"1" maxLength:"128" doc:"invite of the link."`
	}
}

type claimed struct {
	Role      string     `json:"role" enum:"owner,moderator,member" doc:"What the invitation gives; who has a higher role keeps it."`
	NotBefore *time.Time `json:"notBefore,omitempty"`
	NotAfter  *time.Time `json:"notAfter,omitempty"`
}

type claimOutput struct {
	Body claimed
}

var opClaim = operation{
	id: "claim-invitation", method: http.MethodPost, path: "/rooms/{slug}/claim", tag: "Members", callers: browsers,
	summary: "Take up an invitation", detail: "For people with an account. Once; whatever is wrong with the token, the answer is the same.",
	request: map[string]string{"token": "mVx0…"}, answer: claimed{Role: "moderator"}, codes: []fault.Code{fault.CodeForbidden, fault.CodeInvitationInvalid},
}

func (s *server) claim(ctx context.Context, in *claimInput) (*claimOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	got, err := s.Rooms.Claim(ctx, of(ctx).who, in.Slug, in.Body.Token)
	if err != nil {
		return nil, err
	}
	return &claimOutput{claimed{string(got.Role), atOrNever(got.NotBefore), atOrNever(got.NotAfter)}}, nil
}
