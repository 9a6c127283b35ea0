package rooms

import (
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
)

// standing is how somebody stands to a room: the role that grants give, and what may be published with it.
type standing struct {
	role    access.Role
	sources []access.Source
}

// stand is the standing of somebody who holds these grants. A service account leads the rooms of its own organization
// only through a grant; a scope alone lets it in as a member.
func stand(grants []access.Grant, now time.Time) standing {
	role, sources := access.Strongest(grants, now)
	if role == access.NoRole { // whoever the entry lets in sits like a member
		sources = access.Everything()
	}
	return standing{role: role, sources: sources.List()}
}

// entry decides whether somebody may enter a room without waiting: nil, or the failure to tell. It is the only place
// where that is decided. Hosts enter whatever the entry; nobody enters an archived room or below its assurance.
func (r Room) entry(who auth.Identity, role access.Role) error {
	if r.ArchivedAt != nil {
		return fault.New(fault.CodeRoomArchived, "this room is archived")
	}
	if !r.lets(who, role) {
		if who.Anonymous() || who.Kind == auth.Guest {
			return fault.New(fault.CodeSignInRequired, "this room is for people who are signed in")
		}
		return fault.New(fault.CodeMembersOnly, "this room is for others than you: ask a host to add you")
	}
	if who.Assurance < r.MinAssurance && who.Kind != auth.Service {
		if who.Anonymous() || who.Kind == auth.Guest {
			return fault.New(fault.CodeSignInRequired, "this room asks for a sign-in")
		}
		return fault.Newf(fault.CodeAssuranceTooLow, "this room asks for a sign-in of assurance %s", r.MinAssurance)
	}
	return nil
}

func (r Room) lets(who auth.Identity, role access.Role) bool {
	switch {
	case role.Host():
		return true
	case who.Kind == auth.Service:
		return who.OrgID == r.OrgID && who.HasScope(auth.ScopeRoomsWrite)
	case r.Entry == access.EntryEveryone:
		return true
	case who.Kind != auth.Person:
		return false
	case r.Entry == access.EntrySignedIn:
		return true
	case r.Entry == access.EntryOrganization:
		return role == access.Member || (who.OrgID == r.OrgID && who.OrgID != auth.DefaultOrgID)
	case r.Entry == access.EntryMembers:
		return role == access.Member
	default: // hosts, and any word that this version does not know
		return false
	}
}

// door turns the decision into what a page shows.
func (r Room) door(who auth.Identity, role access.Role) Door {
	err := r.entry(who, role)
	switch code := fault.Of(err).Code; {
	case err == nil:
		return Door{State: DoorOpen}
	case code == fault.CodeSignInRequired:
		return Door{State: DoorSignInRequired, Code: code}
	default:
		return Door{State: DoorRefused, Code: code}
	}
}

// seat is the role with which somebody sits in the room: the granted one, else member.
func (s standing) seat() access.Role {
	if s.role == access.NoRole {
		return access.Member
	}
	return s.role
}
