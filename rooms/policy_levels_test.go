package rooms_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"parvis/access"
	"parvis/auth"
	"parvis/directory"
	"parvis/fault"
	"parvis/policy"
	"parvis/rooms"
)

// unit makes a unit of an organization.
func (h *house) unit(orgID, name string) string {
	h.t.Helper()
	u := directory.Unit{ID: uuid.Must(uuid.NewV7()).String(), OrgID: orgID, Name: name, Version: 1, CreatedAt: h.clock.now()}
	if err := h.db.CreateUnit(h.t.Context(), u, 10); err != nil {
		h.t.Fatal(err)
	}
	return u.ID
}

func TestWhatTheOrganizationLockedIsNotOverriddenAtAUnitOrARoom(t *testing.T) {
	h := open(t)
	owner := h.person("camille", siretX)
	r := h.room(owner, "signed-in")
	unit := h.unit(owner.OrgID, "Bureau")
	h.policy(owner.OrgID, decided(t, policy.Entry, `"signed-in"`, true))
	for name, at := range map[string]rooms.PolicyPlace{"unit": {OrgID: owner.OrgID, UnitID: unit}, "room": {Slug: r.Slug}} {
		_, err := h.ChangePolicy(t.Context(), root(), at, 0, decided(t, policy.Entry, `"everyone"`, false))
		wantCode(t, err, fault.CodePolicyLocked, "body.settings.entry")
		if !strings.Contains(fault.Of(err).Fields[0].Message, siretX) {
			t.Errorf("%s: it is not said who locked it: %v", name, fault.Of(err).Fields)
		}
		if _, err := h.ChangePolicy(t.Context(), root(), at, 0, decided(t, policy.Entry, `"members"`, true)); err != nil {
			t.Errorf("%s: a stricter one: %v", name, err)
		}
	}
}

func TestWhoPlansInARoomReadsWhatGovernsItAndItsOwnChoicesOnlyWithARoleThere(t *testing.T) {
	h := open(t)
	owner, stranger := h.person("camille", siretX), h.person("odile", siretX)
	r := h.room(owner, "everyone")
	unit := h.unit(owner.OrgID, "Bureau")
	if err := h.PlaceRoom(t.Context(), root(), r.Slug, unit); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ChangePolicy(t.Context(), root(), rooms.PolicyPlace{OrgID: owner.OrgID, UnitID: unit}, 0, decided(t, policy.Entry, `"members"`, true)); err != nil {
		t.Fatal(err)
	}
	for name, who := range map[string]auth.Identity{"owner": owner, "stranger": stranger} {
		g, err := h.Governing(t.Context(), who, r.Slug)
		if err != nil || !g.Above.Of(policy.Entry).Locked || g.Above.Of(policy.Entry).By.Name != "Bureau" {
			t.Errorf("%s: got %+v, %v", name, g.Above.Of(policy.Entry), err)
		}
		if reads := g.Own.Settings != nil; reads != (name == "owner") {
			t.Errorf("%s reads what the owners chose: %v", name, reads)
		}
	}
}

func TestAnOwnerChangesSettingsOfARoomAndNoLock(t *testing.T) {
	h := open(t)
	owner := h.person("camille", siretX)
	r := h.room(owner, "everyone")
	if _, err := h.Policy(t.Context(), owner, rooms.PolicyPlace{Slug: r.Slug}); err == nil {
		t.Error("an owner reads what administrators decided")
	}
	if _, err := h.ChangePolicy(t.Context(), owner, rooms.PolicyPlace{Slug: r.Slug}, 0, decided(t, policy.Entry, `"hosts"`, true)); err == nil {
		t.Error("an owner locks")
	}
	if err := h.PlaceRoom(t.Context(), owner, r.Slug, h.unit(owner.OrgID, "Bureau")); err == nil {
		t.Error("an owner says to which unit the room belongs")
	}
	admin := auth.Identity{Kind: auth.Person, ID: "a", PersonID: "a", OrgID: owner.OrgID, Appointments: []auth.Appointment{{Role: auth.OrgAdmin, OrgID: owner.OrgID}}}
	theirs := admin
	theirs.Appointments = []auth.Appointment{{Role: auth.OrgAdmin, OrgID: h.person("yvonne", siretY).OrgID}}
	if _, err := h.Policy(t.Context(), theirs, rooms.PolicyPlace{Slug: r.Slug}); !fault.Is(err, fault.NotFound) {
		t.Errorf("who administers another organization: %v", err)
	}
	if _, err := h.Policy(t.Context(), admin, rooms.PolicyPlace{Slug: r.Slug}); err != nil {
		t.Errorf("who administers it: %v", err)
	}
}

func TestOutOfAUnitThatHasAPolicyARoomGoesAfterAFreshSignInAlone(t *testing.T) {
	h := open(t)
	owner := h.person("camille", siretX)
	r := h.room(owner, "everyone")
	governed, free := h.unit(owner.OrgID, "Bureau"), h.unit(owner.OrgID, "Archives")
	stale := root()
	stale.Elevated = false
	place := func(who auth.Identity, unit string) error { return h.PlaceRoom(t.Context(), who, r.Slug, unit) }
	for _, unit := range []string{free, governed} { // to where more binds it, and out of one where nothing does
		if err := place(stale, unit); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.ChangePolicy(t.Context(), root(), rooms.PolicyPlace{OrgID: owner.OrgID, UnitID: governed}, 0, decided(t, policy.Entry, `"members"`, true)); err != nil {
		t.Fatal(err)
	}
	for _, unit := range []string{free, ""} {
		if err := place(stale, unit); !fault.HasCode(err, fault.CodeElevationRequired) {
			t.Errorf("to %q without a fresh sign-in: %v", unit, err)
		}
	}
	if err := place(root(), ""); err != nil {
		t.Errorf("after one: %v", err)
	}
}

func TestARoomIsBoundByItsUnitAndByItsOwnPolicyAtOnce(t *testing.T) {
	h := open(t)
	owner := h.person("camille", siretX)
	r := h.room(owner, "everyone")
	in, _ := h.enter(owner, r.Slug)
	unit := h.unit(owner.OrgID, "Bureau")
	if _, err := h.ChangePolicy(t.Context(), root(), rooms.PolicyPlace{OrgID: owner.OrgID, UnitID: unit}, 0, decided(t, policy.ForbiddenToAll, `["screen"]`, true)); err != nil {
		t.Fatal(err)
	}
	if err := h.PlaceRoom(t.Context(), root(), r.Slug, unit); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ChangePolicy(t.Context(), root(), rooms.PolicyPlace{Slug: r.Slug}, 0, decided(t, policy.ChatKeeping, `"none"`, false)); err != nil {
		t.Fatal(err)
	}
	if err := h.FollowPolicies(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !h.unkept(owner, r.Slug, in) {
		t.Error("chat is kept")
	}
	state, err := h.State(t.Context(), owner, r.Slug, in.ID)
	if err != nil || !state.ForbiddenForAll.Has(access.AbilityScreen) {
		t.Errorf("in the call: %v, %v", state.ForbiddenForAll, err)
	}
	e, err := h.EffectivePolicy(t.Context(), owner, r.Slug)
	if err != nil || e.Of(policy.ForbiddenToAll).By.Name != "Bureau" || e.Of(policy.ChatKeeping).From.Level != policy.Room {
		t.Errorf("it explains itself by %+v and %+v, %v", e.Of(policy.ForbiddenToAll), e.Of(policy.ChatKeeping), err)
	}
}
