package api_test

import (
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
	"parvis/rooms"
)

// rooms.MemberStore. What the database does beyond is held by its own suite.

// grantOf is the id of somebody's grant in the furnished rooms.
func grantOf(who string) string { return "0198a5c2-8f4a-7d35-9c21-" + (hex(who) + "000000000000")[:12] }

func (w *world) Members(_ context.Context, q rooms.MemberQuery) (rooms.MemberPage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var page rooms.MemberPage
	for _, role := range []access.Role{access.Owner, access.Moderator, access.Member} {
		for _, g := range w.grants {
			m := rooms.Member{Grant: g, Name: g.Subject.ID, Email: g.Subject.ID + "@interior.example"}
			if m.Pending() {
				m.Email = m.Name
			}
			if g.RoomID == q.RoomID && g.Role == role && (q.Pending || !m.Pending()) {
				page.Members = append(page.Members, m)
			}
		}
	}
	return page, w.fails
}

func (w *world) UpdateMembers(_ context.Context, about rooms.MemberTarget, decide func(rooms.Roster) (rooms.RosterChange, error)) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := rooms.Roster{Mine: w.held(about.RoomID, about.Caller), InvitedUntil: w.invitedUntil[about.Subject]}
	for _, g := range w.grants {
		if g.RoomID != about.RoomID {
			continue
		}
		if g.ID == about.GrantID || g.Subject == about.Subject {
			r.Target = append(r.Target, g)
		}
		if g.Role == access.Owner {
			r.Owners = append(r.Owners, g)
		}
	}
	if about.Subject.Kind == access.SubjectPerson && about.Subject.ID == ines {
		r.Known = &rooms.Subject{Name: "Inès", Email: "ines@interior.example", OrgID: interior}
	}
	w.mu.Unlock() // it asks for the time
	change, err := decide(r)
	w.mu.Lock()
	if err != nil {
		return err
	}
	w.grants = slices.DeleteFunc(w.grants, func(g access.Grant) bool {
		return slices.Contains(change.Drop, g.ID) || (change.Put != nil && g.ID == change.Put.ID)
	})
	if change.Put != nil {
		w.grants = append(w.grants, *change.Put)
	}
	if change.Invite != nil {
		w.invitations[string(change.Invite.TokenHash)] = *change.Put
		w.invitedUntil[change.Put.Subject] = &change.Invite.ExpiresAt
	}
	return nil
}

func (w *world) ClaimInvitation(_ context.Context, roomID string, tokenHash []byte, personID string, _ time.Time) (access.Grant, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, ok := w.invitations[string(tokenHash)]
	if !ok || g.RoomID != roomID {
		return g, fault.New(fault.CodeInvitationInvalid, "this invitation is not good")
	}
	delete(w.invitations, string(tokenHash))
	g.Subject = access.Subject{Kind: access.SubjectPerson, ID: personID}
	w.grants = append(w.grants, g)
	return g, nil
}

func (w *world) GrantsOf(_ context.Context, roomID string, s access.Subject) ([]access.Grant, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held(roomID, []access.Subject{s}), nil
}

// invite leaves an invitation to a room with a token.
func (w *world) invite(slug, token string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	hash := sha256.Sum256([]byte(token))
	w.invitations[string(hash[:])] = access.Grant{ID: grantOf("invited"), RoomID: w.rooms[slug].ID, Role: access.Moderator, Sources: access.Everything()}
}

// ines is a colleague without a role.
const ines = "0198a5c2-3c11-7d6e-9a41-2b7f5e8c0d13"

func (people) Search(_ context.Context, who auth.Identity, query string, limit int) ([]directory.Person, error) {
	return directory.New(shelf{}, time.Now).Search(context.Background(), who, query, limit)
}

// shelf is a directory with one person in each organization.
type shelf struct{ directory.Store }

func (shelf) SearchPeople(_ context.Context, orgID, _ string, limit int) ([]directory.Person, error) {
	return []directory.Person{{ID: ines, OrgID: orgID, GivenName: "Inès", FamilyName: "Benali", Email: "ines@interior.example", Unit: "Cabinet"}}[:min(limit, 1)], nil
}
