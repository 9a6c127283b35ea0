package rooms

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// invitationLife is how long a link of an invitation can be claimed with.
const invitationLife = 30 * 24 * time.Hour

// Member is somebody who has a role in a room by the room itself. Name is the address while nobody has claimed it; Email
// is empty for those who may not see addresses. InvitedUntil is how long an invitation can be claimed by its link.
type Member struct {
	access.Grant
	Name         string
	Email        string
	InvitedUntil *time.Time
}

// Pending tells that nobody has claimed the role yet.
func (m Member) Pending() bool { return m.Subject.Kind == access.SubjectEmail }

// MemberPage is one page; Next is empty on the last.
type MemberPage struct {
	Members []Member
	Next    string
}

// NewMember is a role for somebody. A subject of kind e-mail has an address as its id. Renew asks for a new link of an
// invitation whose link may still be good: the one before is void then.
type NewMember struct {
	Subject   access.Subject
	Role      access.Role
	NotBefore *time.Time
	NotAfter  *time.Time
	Renew     bool
}

// PutMember is what came of it. Token is the secret of an invitation, told this once; only its hash is kept.
type PutMember struct {
	Member
	Created bool
	Token   string
}

// Claimed is the role that an invitation gave.
type Claimed struct {
	Role      access.Role
	NotBefore *time.Time
	NotAfter  *time.Time
}

// Members lists who has a role in a room, the highest first. Addresses and roles that nobody has claimed yet are for
// hosts alone, and not for who hosts one meeting.
func (s *Service) Members(ctx context.Context, who auth.Identity, slug string, pageSize int, cursor string) (MemberPage, error) {
	room, st, err := s.find(ctx, who, slug)
	if err != nil {
		return MemberPage{}, err
	}
	if err := auth.Allowed(who, auth.RoomRead, st.on(room)); err != nil {
		return MemberPage{}, err
	}
	all := st.granted.Host() || who.Kind == auth.Service
	page, err := s.Ports.Members.Members(ctx, MemberQuery{RoomID: room.ID, Pending: all, PageSize: pageSize, Cursor: cursor})
	if err != nil {
		return MemberPage{}, err
	}
	for i := range page.Members {
		if !all {
			page.Members[i].Email = ""
		}
	}
	return page, nil
}

// PutMember gives somebody a role, or another one, for good or for a time. Only owners do, and by a grant: a role that
// somebody has for the length of a meeting does not outlast it.
func (s *Service) PutMember(ctx context.Context, who auth.Identity, slug string, in NewMember) (PutMember, error) {
	if err := s.May(ctx, who, slug, auth.RoomGrant); err != nil {
		return PutMember{}, err
	}
	now := s.Now().UTC()
	in, err := in.checked(now)
	if err != nil {
		return PutMember{}, err
	}
	var put PutMember
	err = s.changeMembers(ctx, who, slug, MemberTarget{Subject: in.Subject}, func(room Room, r Roster) (RosterChange, error) {
		if err := in.subjectFits(who, r); err != nil {
			return RosterChange{}, err
		}
		var change RosterChange
		put, change = in.put(room, r, now)
		change.Events = []event.Event{s.happened(who, memberEvent(put.Created), room, aboutGrant(put.Grant))}
		return change, nil
	})
	if err != nil {
		return PutMember{}, err
	}
	return put, nil
}

func memberEvent(created bool) event.Type {
	if created {
		return event.MemberGranted
	}
	return event.MemberChanged
}

// RemoveMember takes a role away, and an invitation with it.
func (s *Service) RemoveMember(ctx context.Context, who auth.Identity, slug, grantID string) error {
	return s.changeMembers(ctx, who, slug, MemberTarget{GrantID: grantID}, func(room Room, r Roster) (RosterChange, error) {
		if len(r.Target) == 0 {
			return RosterChange{}, fault.New(fault.CodeMemberNotFound, "this room has no such member").At("path.id", "read the members again")
		}
		gone := r.Target[0]
		return RosterChange{
			Drop:   []string{gone.ID},
			Events: []event.Event{s.happened(who, event.MemberRemoved, room, aboutGrant(gone))},
		}, nil
	})
}

// Claim gives the role of an invitation to the person who shows its token, once. Whatever is wrong with the token, the
// answer is the same.
func (s *Service) Claim(ctx context.Context, who auth.Identity, slug, token string) (Claimed, error) {
	room, _, err := s.find(ctx, who, slug)
	if err != nil {
		return Claimed{}, err
	}
	if err := auth.Allowed(who, auth.InvitationClaim, auth.Resource{}); err != nil {
		return Claimed{}, err
	}
	g, err := s.Ports.Members.ClaimInvitation(ctx, room.ID, hashOf(token), who.PersonID, s.Now().UTC())
	if err != nil {
		return Claimed{}, err
	}
	s.followMember(ctx, who, room, g.Subject)
	return Claimed{Role: g.Role, NotBefore: g.NotBefore, NotAfter: g.NotAfter}, nil
}

// changeMembers decides on the members as they are inside the transaction, the caller's own role included: of two owners
// who take each other's role at once, one comes first.
func (s *Service) changeMembers(ctx context.Context, who auth.Identity, slug string, about MemberTarget, decide func(Room, Roster) (RosterChange, error)) error {
	var subject access.Subject
	room, st, err := s.find(ctx, who, slug)
	if err != nil {
		return err
	}
	if err := auth.Allowed(who, auth.RoomGrant, st.on(room)); err != nil {
		return err
	}
	about.RoomID, about.Caller = room.ID, access.SubjectsOf(who)
	err = s.Ports.Members.UpdateMembers(ctx, about, func(r Roster) (RosterChange, error) {
		now := s.Now().UTC()
		role := access.Strongest(r.Mine, nil, now).Role // what a meeting gives while it is open decides on no member
		if err := auth.Allowed(who, auth.RoomGrant, auth.Resource{Relation: role.Relation(), Lasting: role.Relation(), OrgID: room.OrgID}); err != nil {
			return RosterChange{}, err
		}
		change, err := decide(room, r)
		if err != nil {
			return RosterChange{}, err
		}
		if who.Kind != auth.Service && deputy(r.Mine, now) && r.decidesOwners(change) {
			return RosterChange{}, fault.New(fault.CodeForbidden, "an owner for a time does not decide who owns the room")
		}
		if !ownerStays(r.Owners, change, now) {
			return RosterChange{}, fault.New(fault.CodeLastOwner, "this is the last owner for good: make somebody else an owner first")
		}
		subject = about.Subject
		if len(r.Target) > 0 {
			subject = r.Target[0].Subject
		}
		return change, nil
	})
	if err != nil {
		return fmt.Errorf("change members: %w", err)
	}
	s.followMember(ctx, who, room, subject)
	return nil
}

// aboutGrant says which role changed, and nobody's address.
func aboutGrant(g access.Grant) map[string]any {
	data := map[string]any{"grant": g.ID, "kind": string(g.Subject.Kind), "role": string(g.Role)}
	if g.Subject.Kind != access.SubjectEmail {
		data["subject"] = g.Subject.ID
	}
	return data
}

// newToken draws the secret of an invitation: 32 random bytes, in base64url.
func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hashOf is under what an invitation is kept and found. The secret is random, so that a plain hash is enough.
func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
