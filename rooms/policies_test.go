package rooms_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/policy"
	"parvis/rooms"
)

func decided(t *testing.T, name policy.Name, text string, locked bool) rooms.PolicyChange {
	t.Helper()
	s, known := policy.Find(name)
	if !known {
		t.Fatalf("no setting %s", name)
	}
	v, ok := s.Parse(json.RawMessage(text))
	if !ok {
		t.Fatalf("%s is no value of %s", text, name)
	}
	return rooms.PolicyChange{name: &policy.Decided{Value: v, Locked: locked}}
}

// root administers the platform.
func root() auth.Identity {
	return auth.Identity{Kind: auth.Person, ID: "root", PersonID: "root", Elevated: true, Appointments: []auth.Appointment{{Role: auth.PlatformAdmin}}}
}

// decide changes the policy of the platform, or of an organization, and brings it to the calls that run.
func (h *house) policy(orgID string, change rooms.PolicyChange) {
	h.t.Helper()
	at := rooms.PolicyPlace{OrgID: orgID}
	v, err := h.Policy(h.t.Context(), root(), at)
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.ChangePolicy(h.t.Context(), root(), at, v.Version, change); err != nil {
		h.t.Fatal(err)
	}
	if err := h.FollowPolicies(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) codeAtDoor(who auth.Identity, slug string) fault.Code {
	h.t.Helper()
	joined, err := h.Join(h.t.Context(), who, slug, rooms.JoinRequest{})
	if err != nil {
		return fault.Of(err).Code
	}
	if joined.Ticket != nil {
		return "waits"
	}
	return ""
}

func wantCode(t *testing.T, err error, want fault.Code, location string) {
	t.Helper()
	if !fault.HasCode(err, want) {
		t.Fatalf("got %v, want %s", err, want)
	}
	for _, f := range fault.Of(err).Fields {
		if f.Location == location {
			return
		}
	}
	t.Errorf("%v does not name %s: %v", err, location, fault.Of(err).Fields)
}

func TestAnAdministratorOfOneMinistryTouchesNoPolicyOfAnother(t *testing.T) {
	h := open(t)
	mine, theirs := h.person("mine", "11000101300017").OrgID, h.person("theirs", "11000201100044").OrgID
	admin := auth.Identity{Kind: auth.Person, ID: "a", PersonID: "a", OrgID: mine, Appointments: []auth.Appointment{{Role: auth.OrgAdmin, OrgID: mine}}}
	if _, err := h.Policy(t.Context(), admin, rooms.PolicyPlace{OrgID: mine}); err != nil {
		t.Errorf("their own: %v", err)
	}
	for name, act := range map[string]func() error{
		"read": func() error { _, err := h.Policy(t.Context(), admin, rooms.PolicyPlace{OrgID: theirs}); return err },
		"change": func() error {
			_, err := h.ChangePolicy(t.Context(), admin, rooms.PolicyPlace{OrgID: theirs}, 0, decided(t, policy.Entry, `"hosts"`, true))
			return err
		},
		"make a template": func() error {
			name := "x"
			_, err := h.CreateTemplate(t.Context(), admin, theirs, rooms.TemplateChange{Name: &name})
			return err
		},
		"list templates": func() error { _, err := h.ListTemplates(t.Context(), admin, theirs); return err },
	} {
		if err := act(); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want not found", name, err)
		}
	}
	_, err := h.ChangePolicy(t.Context(), admin, rooms.PolicyPlace{}, 0, decided(t, policy.Entry, `"hosts"`, true))
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("the platform's: got %v", err)
	}
}

func TestALockedSettingIsRefusedBelowWithWhoLockedIt(t *testing.T) {
	h := open(t)
	owner := h.person("camille", "11000101300017")
	r := h.room(owner, "everyone")
	h.policy(owner.OrgID, decided(t, policy.Entry, `"signed-in"`, true))

	_, err := h.Create(t.Context(), owner, rooms.NewRoom{Name: "Ouverte", Entry: "everyone"})
	wantCode(t, err, fault.CodePolicyLocked, "body.entry")
	everyone, members := "everyone", "members"
	_, err = h.Update(t.Context(), owner, r.Slug, 1, rooms.Change{Entry: &everyone})
	wantCode(t, err, fault.CodePolicyLocked, "body.entry")
	if !strings.Contains(fault.Of(err).Fields[0].Message, "11000101300017") { // the organization's name
		t.Errorf("it is not said who locked it: %v", fault.Of(err).Fields)
	}
	if _, err := h.Update(t.Context(), owner, r.Slug, 1, rooms.Change{Entry: &members}); err != nil {
		t.Errorf("a stricter choice: %v", err)
	}
}

func TestAnOrganizationDoesNotLoosenWhatThePlatformLocked(t *testing.T) {
	h := open(t)
	org := h.person("camille", "11000101300017").OrgID
	h.policy("", decided(t, policy.MaxParticipants, `50`, true))
	_, err := h.ChangePolicy(t.Context(), root(), rooms.PolicyPlace{OrgID: org}, 0, decided(t, policy.MaxParticipants, `51`, false))
	wantCode(t, err, fault.CodePolicyLocked, "body.settings.maxParticipants")
	name := "Grandes salles"
	_, err = h.CreateTemplate(t.Context(), root(), org, rooms.TemplateChange{Name: &name, Settings: decided(t, policy.MaxParticipants, `200`, false)})
	wantCode(t, err, fault.CodePolicyLocked, "body.settings.maxParticipants")
}

func TestWhatIsLockedIsLoosenedAfterAFreshSignInAlone(t *testing.T) {
	h := open(t)
	at := rooms.PolicyPlace{OrgID: h.person("camille", "11000101300017").OrgID}
	stale := root()
	stale.Elevated = false
	version := int64(0)
	change := func(who auth.Identity, c rooms.PolicyChange) error {
		v, err := h.ChangePolicy(t.Context(), who, at, version, c)
		if err == nil {
			version = v.Version
		}
		return err
	}
	for _, tighter := range []rooms.PolicyChange{decided(t, policy.MaxParticipants, `100`, true), decided(t, policy.MaxParticipants, `50`, true), decided(t, policy.Entry, `"members"`, false), decided(t, policy.Entry, `"everyone"`, false)} {
		if err := change(stale, tighter); err != nil {
			t.Fatalf("%v: %v", tighter, err)
		}
	}
	looser := map[string]rooms.PolicyChange{
		"another bound": decided(t, policy.MaxParticipants, `60`, true), "no bound": decided(t, policy.MaxParticipants, `0`, true),
		"unlocked": decided(t, policy.MaxParticipants, `50`, false), "taken back": {policy.MaxParticipants: nil},
	}
	for name, c := range looser {
		if err := change(stale, c); !fault.HasCode(err, fault.CodeElevationRequired) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := change(root(), looser["taken back"]); err != nil {
		t.Error(err)
	}

	name := "Audiences"
	made, err := h.CreateTemplate(t.Context(), stale, at.OrgID, rooms.TemplateChange{Name: &name, Settings: decided(t, policy.OpensWithHost, `true`, true)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ChangeTemplate(t.Context(), stale, made.ID, made.Version, rooms.TemplateChange{Settings: rooms.PolicyChange{policy.OpensWithHost: nil}}); !fault.HasCode(err, fault.CodeElevationRequired) {
		t.Errorf("a template that locks no more: %v", err)
	}
	if err := h.DeleteTemplate(t.Context(), stale, made.ID, made.Version); !fault.HasCode(err, fault.CodeElevationRequired) {
		t.Errorf("a template that is gone: %v", err)
	}
}

func TestARoomThatIsForbiddenNowRunsStricterAndKeepsItsOwnValue(t *testing.T) {
	h := open(t)
	owner := h.person("camille", "11000101300017")
	r := h.room(owner, "everyone")
	h.policy(owner.OrgID, decided(t, policy.Entry, `"signed-in"`, true))
	if code := h.codeAtDoor(h.guest("Gaston"), r.Slug); code != "waits" {
		t.Errorf("a guest: %q", code)
	}
	view, err := h.Get(t.Context(), owner, r.Slug)
	if err != nil || view.Entry != access.EntrySignedIn || view.Own().Entry != access.EntryEveryone {
		t.Errorf("entry %s, own %s, %v", view.Entry, view.Own().Entry, err)
	}
	e, err := h.EffectivePolicy(t.Context(), owner, r.Slug)
	if found := e.Of(policy.Entry); err != nil || !found.Kept || !strings.HasPrefix(found.Reason(), "locked by ") || len(found.Overrode) == 0 {
		t.Errorf("got %+v, %v", found, err)
	}
	h.policy(owner.OrgID, rooms.PolicyChange{policy.Entry: nil})
	if code := h.codeAtDoor(h.guest("Gaëlle"), r.Slug); code != "" {
		t.Errorf("a guest, once the lock is gone: %q", code)
	}
}

func TestADefaultIsWhatNewRoomsBeginWith(t *testing.T) {
	h := open(t)
	owner := h.person("camille", "11000101300017")
	before := h.room(owner, "")
	h.policy(owner.OrgID, decided(t, policy.Entry, `"members"`, false))
	after := h.room(owner, "")
	if before.Entry != access.EntrySignedIn || after.Entry != access.EntryMembers {
		t.Errorf("before %s, after %s", before.Entry, after.Entry)
	}
	if code := h.codeAtDoor(h.person("louise", "11000101300017"), before.Slug); code != "" {
		t.Errorf("a default closed a room that was there: %q", code)
	}
}

func TestGuestsWaitOrAreRefusedWhereAPolicySaysSo(t *testing.T) {
	h := open(t)
	owner := h.person("camille", "11000101300017")
	r := h.room(owner, "everyone")
	h.policy("", decided(t, policy.Guests, `"lobby"`, false))
	if code := h.codeAtDoor(h.guest("Gaston"), r.Slug); code != "waits" {
		t.Errorf("got %q", code)
	}
	h.policy("", decided(t, policy.Guests, `"refused"`, false))
	if code := h.codeAtDoor(h.guest("Gaëlle"), r.Slug); code != fault.CodeGuestsRefused {
		t.Errorf("got %q", code)
	}
	if _, err := h.MayGuestJoin(t.Context(), r.Slug, rooms.JoinRequest{}); !fault.HasCode(err, fault.CodeGuestsRefused) {
		t.Errorf("a guest sign-in is made for nothing: %v", err)
	}
	if code := h.codeAtDoor(h.person("louise", "11000201100044"), r.Slug); code != "" {
		t.Errorf("somebody with an account: %q", code)
	}
}

func TestWhoMayNotBeThereAnyMoreComesBackToTheDoor(t *testing.T) {
	h := open(t)
	owner, gaston := h.person("camille", "11000101300017"), h.guest("Gaston")
	r := h.room(owner, "everyone")
	led, _ := h.enter(owner, r.Slug)
	in, _ := h.enter(gaston, r.Slug)
	h.policy("", decided(t, policy.Guests, `"refused"`, true))
	if now, err := h.Current(t.Context(), in.ID); err != nil || now.Admission.State != rooms.Ended || now.Admission.Reason != rooms.EndReturned {
		t.Errorf("the guest: %+v, %v", now.Admission, err)
	}
	if now, err := h.Current(t.Context(), led.ID); err != nil || !now.Admission.Live() {
		t.Errorf("the owner: %+v, %v", now.Admission, err)
	}
	if code := h.codeAtDoor(gaston, r.Slug); code != fault.CodeGuestsRefused {
		t.Errorf("at the door: %q", code)
	}
}

func TestAPolicyThatChangesWhileSomebodyIsOnTheWayInHoldsForThem(t *testing.T) {
	h := open(t)
	owner, gaston := h.person("camille", "11000101300017"), h.guest("Gaston")
	r := h.room(owner, "everyone")
	joined, err := h.Join(t.Context(), gaston, r.Slug, rooms.JoinRequest{})
	if err != nil {
		t.Fatal(err)
	}
	h.policy("", decided(t, policy.Guests, `"refused"`, true))
	_, _, err = h.Enter(t.Context(), joined.Admission.ID, gaston.SignInID, joined.Room.MediaName)
	if !fault.HasCode(err, fault.CodeNotAdmitted) {
		t.Errorf("got %v", err)
	}
}

func TestWhatAPolicyForbidsToAllNoHostAllows(t *testing.T) {
	h := open(t)
	owner, louise := h.person("camille", "11000101300017"), h.person("louise", "11000101300017")
	r := h.room(owner, "")
	h.enter(owner, r.Slug)
	in, _ := h.enter(louise, r.Slug)
	yes := true
	allow := rooms.PermissionChange{access.AbilityScreen: &yes}
	h.policy(owner.OrgID, decided(t, policy.ForbiddenToAll, `["screen"]`, true))
	now, err := h.Current(t.Context(), in.ID)
	if err != nil || len(now.Present().Withheld) != 2 {
		t.Errorf("the screen is not withheld in the call that runs: %+v, %v", now.Admission, err)
	}
	_, err = h.PermitAll(t.Context(), owner, r.Slug, allow)
	wantCode(t, err, fault.CodePolicyLocked, "body.screen")
	_, err = h.Permit(t.Context(), owner, r.Slug, in.ID, allow)
	wantCode(t, err, fault.CodePolicyLocked, "body.screen")
	state, err := h.State(t.Context(), louise, r.Slug, in.ID)
	if err != nil || !state.Forbidden.Has(access.AbilityScreen) {
		t.Errorf("state %+v, %v", state, err)
	}
	h.policy(owner.OrgID, rooms.PolicyChange{policy.ForbiddenToAll: nil})
	if now, err := h.Current(t.Context(), in.ID); err != nil || len(now.Admission.Withheld) != 0 {
		t.Errorf("once it is allowed again: %+v, %v", now.Admission, err)
	}
}

func TestAMeetingEndsWhenAPolicySaysSo(t *testing.T) {
	h := open(t)
	owner := h.person("camille", "11000101300017")
	r := h.room(owner, "")
	in, _ := h.enter(owner, r.Slug)
	h.clock.pass(20 * time.Minute)
	h.beat()
	h.policy(owner.OrgID, decided(t, policy.MaxMinutes, `15`, true))
	if err := h.Sweep(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if now, err := h.Current(t.Context(), in.ID); err != nil || now.Admission.Live() {
		t.Errorf("it goes on: %+v, %v", now.Admission, err)
	}
}

func TestNoMoreComeInThanAPolicyAllows(t *testing.T) {
	h := open(t)
	owner := h.person("camille", "11000101300017")
	r := h.room(owner, "")
	h.policy(owner.OrgID, decided(t, policy.MaxParticipants, `1`, true))
	h.enter(owner, r.Slug)
	if code := h.codeAtDoor(h.person("louise", "11000101300017"), r.Slug); code != fault.CodeRoomFull {
		t.Errorf("got %q", code)
	}
}

func TestChatIsNotKeptWhereAPolicySaysSo(t *testing.T) {
	h := open(t)
	owner := h.person("camille", "11000101300017")
	r := h.room(owner, "")
	in, _ := h.enter(owner, r.Slug)
	if _, _, err := h.Say(t.Context(), owner, r.Slug, in.ID, "avant"); err != nil {
		t.Fatal(err)
	}
	h.policy(owner.OrgID, decided(t, policy.ChatKeeping, `"none"`, true))
	_, before, err := h.Say(t.Context(), owner, r.Slug, in.ID, "bonjour")
	if err != nil {
		t.Fatal(err)
	}
	state, err := h.State(t.Context(), owner, r.Slug, in.ID)
	if err != nil || len(state.Messages) != 0 || state.Seq != before {
		t.Errorf("kept: %+v, %v", state, err)
	}
	h.policy(owner.OrgID, rooms.PolicyChange{policy.ChatKeeping: nil})
	state, err = h.State(t.Context(), owner, r.Slug, in.ID)
	if err != nil || len(state.Messages) != 1 || state.Messages[0].Text != "avant" {
		t.Errorf("what was said while nothing was kept comes back: %+v, %v", state.Messages, err)
	}
}

func TestRoomsAreMadeByWhomAPolicyNames(t *testing.T) {
	h := open(t)
	owner := h.person("camille", "11000101300017")
	software := auth.Identity{Kind: auth.Service, ID: owner.PersonID, OrgID: owner.OrgID, Scopes: auth.Scopes()}
	for word, want := range map[string][2]bool{"people": {true, true}, "agents": {true, true}, "agents-mfa": {false, true}, "software": {false, true}, "nobody": {false, false}} {
		h.policy(owner.OrgID, decided(t, policy.RoomCreation, `"`+word+`"`, true))
		for i, who := range []auth.Identity{owner, software} {
			_, err := h.Create(t.Context(), who, rooms.NewRoom{Name: "Nouvelle"})
			if (err == nil) != want[i] || err != nil && !fault.HasCode(err, fault.CodePolicyLocked) {
				t.Errorf("%s: %s gets %v", word, who.Kind, err)
			}
		}
	}
}

func TestARoomBeginsAsItsTemplateSaysAndStaysBoundByIt(t *testing.T) {
	h := open(t)
	owner := h.person("camille", "11000101300017")
	name, prefix := "Audiences", "Audience"
	made, err := h.CreateTemplate(t.Context(), root(), owner.OrgID, rooms.TemplateChange{Name: &name, Prefix: &prefix, Settings: decided(t, policy.OpensWithHost, `true`, true)})
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.Create(t.Context(), owner, rooms.NewRoom{Name: "du 3 mars", Template: made.ID})
	if err != nil || r.Name != "Audience du 3 mars" || !r.Limits.OpensWithHost {
		t.Fatalf("got %+v, %v", r, err)
	}
	no := false
	_, err = h.Update(t.Context(), owner, r.Slug, r.Version, rooms.Change{OpensWithHost: &no})
	wantCode(t, err, fault.CodePolicyLocked, "body.opensWithHost")
	stranger := h.person("louise", "11000201100044")
	_, err = h.Create(t.Context(), stranger, rooms.NewRoom{Name: "x", Template: made.ID})
	wantCode(t, err, fault.CodeTemplateNotFound, "body.template")
	if _, err := h.GetTemplate(t.Context(), stranger, made.ID); !fault.HasCode(err, fault.CodeTemplateNotFound) {
		t.Errorf("of another organization: %v", err)
	}
	if err := h.DeleteTemplate(t.Context(), root(), made.ID, made.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Update(t.Context(), owner, r.Slug, r.Version, rooms.Change{OpensWithHost: &no}); err != nil {
		t.Errorf("bound by a template that is gone: %v", err)
	}
}

func TestAPolicyIsChangedByWhoHasReadIt(t *testing.T) {
	h := open(t)
	h.policy("", decided(t, policy.Entry, `"members"`, false))
	_, err := h.ChangePolicy(t.Context(), root(), rooms.PolicyPlace{}, 0, decided(t, policy.Entry, `"hosts"`, false))
	if !fault.HasCode(err, fault.CodePreconditionFailed) {
		t.Errorf("got %v", err)
	}
	org := h.person("camille", "11000101300017").OrgID
	name := "x"
	_, err = h.CreateTemplate(t.Context(), root(), org, rooms.TemplateChange{Name: &name, Settings: decided(t, policy.SignInHours, `1`, true)})
	wantCode(t, err, fault.CodeInvalid, "body.settings.signInHours")
}

func TestNobodyJoinsWhilePoliciesCannotBeReadAndCallsGoOn(t *testing.T) {
	h := open(t)
	owner := h.person("camille", "11000101300017")
	r := h.room(owner, "")
	in, _ := h.enter(owner, r.Slug)
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Join(t.Context(), owner, r.Slug, rooms.JoinRequest{}); err == nil {
		t.Error("somebody joins")
	}
	if err := h.FollowPolicies(t.Context()); err == nil {
		t.Error("it is not said that calls were not reached")
	}
	if _, there := h.media.Connected(r.MediaName, in.ID); !there {
		t.Error("who was in the call is out of it")
	}
}
