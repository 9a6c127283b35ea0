package directory

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
)

// Holder is somebody with an administrative role.
type Holder struct {
	ID      string
	Person  Person
	OrgName string
	auth.Appointment
	GivenBy string
	GivenAt time.Time
}

// AppointmentQuery asks for the roles of a person; else for those of an organization; of the whole platform with neither.
type AppointmentQuery struct {
	PersonID string
	OrgID    string
}

// Appointments lists who administers an organization, the platform when orgID is empty.
func (a *Administration) Appointments(ctx context.Context, who auth.Identity, orgID string) ([]Holder, error) {
	if err := a.may(ctx, who, auth.RolesRead, orgID); err != nil {
		return nil, err
	}
	return a.store.Appointments(ctx, AppointmentQuery{OrgID: orgID})
}

// RolesOf lists the administrative roles of a person.
func (a *Administration) RolesOf(ctx context.Context, who auth.Identity, personID string) ([]Holder, error) {
	if _, err := a.mayPerson(ctx, who, auth.PeopleRead, personID); err != nil {
		return nil, err
	}
	return a.store.Appointments(ctx, AppointmentQuery{PersonID: personID})
}

// mayGive asks whether the caller may give or take a role there.
func (a *Administration) mayGive(ctx context.Context, who auth.Identity, what auth.Appointment) error {
	if who.Kind == auth.System {
		return nil
	}
	above, err := a.above(ctx, who, what.OrgID)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return fmt.Errorf("find the organizations above: %w", err)
	}
	return auth.MayGive(who, what, above)
}

// Appoint gives a role to a person with an account. An org-admin gives it to people of the organizations that they
// administer. Answers whether it is new.
func (a *Administration) Appoint(ctx context.Context, who auth.Identity, personID string, what auth.Appointment) (Holder, bool, error) {
	if err := what.Valid(); err != nil {
		return Holder{}, false, err
	}
	if err := a.mayGive(ctx, who, what); err != nil {
		return Holder{}, false, err
	}
	p, err := a.mayPerson(ctx, who, auth.PeopleRead, personID)
	if err != nil {
		return Holder{}, false, err
	}
	switch {
	case p.ID == who.PersonID:
		return Holder{}, false, ownRole()
	case p.DeactivatedAt != nil:
		return Holder{}, false, fault.New(fault.CodeConflict, "the account of this person is closed")
	}
	if what.OrgID != "" {
		if _, err := a.store.Organization(ctx, what.OrgID); err != nil {
			return Holder{}, false, err
		}
	}
	h := Holder{ID: newID(), Person: p, Appointment: what, GivenBy: string(who.Kind) + ":" + who.ID, GivenAt: a.now()}
	return a.store.Appoint(ctx, h, a.happened(who, event.RoleGiven, cmp.Or(what.OrgID, p.OrgID), "person:"+p.ID, map[string]any{"role": what.Role, "organization": what.OrgID}))
}

func ownRole() error {
	return fault.New(fault.CodeForbidden, "nobody changes their own roles: ask another administrator")
}

// Dismiss takes a role away.
func (a *Administration) Dismiss(ctx context.Context, who auth.Identity, id string) error {
	if who.Kind != auth.System {
		if _, err := reach(who, auth.RolesWrite); err != nil {
			return err
		}
	}
	h, err := a.store.Appointment(ctx, id)
	if err != nil {
		return err
	}
	if err := a.mayGive(ctx, who, h.Appointment); err != nil {
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.CodeAppointmentNotFound, "there is none, or it is not yours to see")
		}
		return err
	}
	if h.Person.ID == who.PersonID {
		return ownRole()
	}
	return a.store.Dismiss(ctx, id, a.happened(who, event.RoleTaken, cmp.Or(h.OrgID, h.Person.OrgID), "person:"+h.Person.ID, map[string]any{"role": h.Role, "organization": h.OrgID}))
}

const (
	// ClaimLasts is for how long the code of the first administrator is good.
	ClaimLasts = 30 * time.Minute
	// claimLetters leave out what is read for another: 32 letters, five bits each.
	claimLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	claimLength  = 20
)

// OfferClaim makes the code by which somebody who is signed in becomes platform-admin, once; the one before is good no more.
func (a *Administration) OfferClaim(ctx context.Context) (code string, expires time.Time, err error) {
	random := make([]byte, claimLength)
	if _, err := rand.Read(random); err != nil {
		return "", time.Time{}, fmt.Errorf("make a code: %w", err)
	}
	for i, b := range random {
		if i > 0 && i%5 == 0 {
			code += "-"
		}
		code += string(claimLetters[int(b)%len(claimLetters)])
	}
	now := a.now()
	expires = now.Add(ClaimLasts)
	command := auth.Identity{Kind: auth.System, ID: "command"}
	offered := a.happened(command, event.ClaimOffered, auth.DefaultOrgID, "platform:claim", map[string]any{"expires": expires.UTC().Format(time.RFC3339)})
	if err := a.store.OfferClaim(ctx, claimHash(code), now, expires, offered); err != nil {
		return "", time.Time{}, fmt.Errorf("keep a code: %w", err)
	}
	return code, expires, nil
}

// claimHash is of the code as it is typed: in any case, with or without dashes. 100 random bits need no slow hash.
func claimHash(code string) []byte {
	hash := sha256.Sum256([]byte(strings.NewReplacer("-", "", " ", "").Replace(strings.ToUpper(code))))
	return hash[:]
}

// Claim makes the caller a platform-admin by the code. fault.CodeClaimInvalid for one that is wrong, was used or ran out.
func (a *Administration) Claim(ctx context.Context, who auth.Identity, code string) (Holder, error) {
	switch {
	case who.Anonymous() || who.Kind == auth.Guest:
		return Holder{}, fault.New(fault.CodeSignInRequired, "sign in to do this")
	case who.Kind != auth.Person || who.Delegated():
		return Holder{}, fault.New(fault.CodeForbidden, "people do this themselves: no software does it for them")
	}
	p, err := a.store.Person(ctx, who.PersonID)
	if err != nil {
		return Holder{}, fmt.Errorf("find person: %w", err)
	}
	h := Holder{ID: newID(), Person: p, Appointment: auth.Appointment{Role: auth.PlatformAdmin}, GivenBy: "system:claim", GivenAt: a.now()}
	return a.store.ClaimPlatform(ctx, claimHash(code), h, a.happened(who, event.PlatformClaimed, p.OrgID, "person:"+p.ID, nil))
}
