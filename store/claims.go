package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"gorm.io/gorm"

	"parvis/access"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
)

// Roles that were given to an address become somebody's in two ways, and in no third: by the token of the invitation, or
// at a sign-in by a provider that answers for the address's domain. That a person has the address is never enough:
// addresses are given to others in time.

const claimable = givenByRoom + " AND g.subject_kind = 'email' AND (g.not_after IS NULL OR g.not_after > ?)"

// ClaimInvitation implements rooms.MemberStore.
func (d *DB) ClaimInvitation(ctx context.Context, roomID string, tokenHash []byte, personID string, now time.Time) (access.Grant, error) {
	invalid := fault.New(fault.CodeInvitationInvalid, "this invitation was used, has run out or was taken back, or never was")
	if len(tokenHash) != sha256.Size || !isKey(personID) || !isKey(roomID) {
		return access.Grant{}, invalid
	}
	var claimed access.Grant
	err := d.write(ctx, "claim invitation", func(t *tx) error {
		if err := t.personStays(personID); err != nil {
			return err
		}
		if err := t.holdRoom(roomID); err != nil {
			return err
		}
		var row grantRow
		err := one(t.DB, &row, "SELECT "+prefixedGrantColumns+` FROM invitations i JOIN grants g ON g.id = i.grant_id
			WHERE i.token_hash = ? AND i.expires_at > ? AND g.room_id = ? AND `+claimable, tokenHash, moment(now), roomID, moment(now))
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return invalid
		}
		if err != nil {
			return err
		}
		claimed, err = t.claim(row.grant(), personID, now)
		return err
	})
	return claimed, err
}

// vouched tells whether the provider answers for the address, as far as the operator believes it: people whom no rule
// places in an organization are taken for whom they say only by an identity provider that is named.
func vouched(c directory.Claims, orgID string) bool {
	return c.Email != "" && (c.Vouched == directory.VouchedByIdP || (c.Vouched == directory.VouchedByDomain && orgID != directory.DefaultOrgID))
}

// claimAddress gives to a person what was given to an address.
func (t *tx) claimAddress(personID, address string, now time.Time) error {
	subject, ok := access.EmailSubject(address)
	if !ok {
		return nil
	}
	given, err := all[struct{ RoomID string }](t.DB, "SELECT DISTINCT g.room_id FROM grants g WHERE g.subject_id = ? AND "+claimable+" ORDER BY g.room_id",
		subject.ID, moment(now))
	if err != nil {
		return err
	}
	for _, g := range given {
		if err := t.holdRoom(g.RoomID); err != nil {
			return err
		}
		grants, err := t.grantsWhere(g.RoomID, "g.subject_id = ? AND "+claimable, subject.ID, moment(now)) // as they are now
		if err != nil {
			return err
		}
		for _, grant := range grants {
			if _, err := t.claim(grant, personID, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// claim turns a grant of an address into one of a person, in a room that this transaction holds, and answers what the
// person has by it. It takes nothing away and gives no more than both grants together: where one covers the other that
// one stays alone, else they stand beside each other.
func (t *tx) claim(g access.Grant, personID string, now time.Time) (access.Grant, error) {
	subject := access.Subject{Kind: access.SubjectPerson, ID: personID}
	held, err := t.heldBy(g.RoomID, subject)
	if err != nil {
		return g, err
	}
	var orgID string
	if err := one(t.DB, &orgID, "SELECT org_id FROM rooms WHERE id = ?", g.RoomID); err != nil {
		return g, err
	}
	address := g.ID
	if g, err = t.settleClaim(g, subject, held); err != nil {
		return g, err
	}
	if err := t.dropInvitations(address); err != nil {
		return g, err
	}
	return g, t.happened(memberEvent(event.MemberClaimed, orgID, personID, g, now))
}

func (t *tx) settleClaim(g access.Grant, subject access.Subject, held []access.Grant) (access.Grant, error) {
	g.Subject = subject
	for _, h := range held {
		if h.Covers(g) {
			return h, t.dropGrants(g.RoomID, []string{g.ID})
		}
	}
	for _, h := range held {
		if g.Covers(h) {
			gone := g.ID
			g.ID, g.SourceKind, g.SourceID = h.ID, h.SourceKind, h.SourceID
			if err := t.dropGrants(g.RoomID, []string{gone}); err != nil {
				return g, err
			}
			return g, t.putGrant(g)
		}
	}
	if len(held) > 0 {
		g.SourceKind, g.SourceID = ofInvitation, g.ID
	}
	t.changed(ChangedGrants, g.RoomID)
	_, err := exec(t.DB, "UPDATE grants SET subject_kind = ?, subject_id = ?, source_kind = ?, source_id = ? WHERE id = ?",
		string(subject.Kind), subject.ID, g.SourceKind, g.SourceID, g.ID)
	return g, err
}
