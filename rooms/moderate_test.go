package rooms_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

// meeting is a call with its owner, a colleague and a guest in it.
type meeting struct {
	*house
	room                   rooms.Listed
	owner, colleague       auth.Identity
	guest                  auth.Identity
	atOwner, atCol, atGues rooms.Admission
}

func (h *house) meeting() *meeting {
	h.t.Helper()
	m := &meeting{house: h, owner: h.person("Odile", "11000001500001"), colleague: h.person("Karim", "11000001500001"), guest: h.guest("Gaston")}
	m.room = h.room(m.owner, "everyone")
	m.atOwner, _ = h.enter(m.owner, m.room.Slug)
	m.atCol, _ = h.enter(m.colleague, m.room.Slug)
	m.atGues, _ = h.enter(m.guest, m.room.Slug)
	return m
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (m *meeting) state(who auth.Identity, a rooms.Admission) rooms.State {
	m.t.Helper()
	s, err := m.State(m.t.Context(), who, m.room.Slug, a.ID)
	m.must(err)
	return s
}

// said is the last signal of a type, and whether there was one.
func (m *meeting) said(t event.SignalType) (found event.Signal, times int) {
	for _, s := range m.media.Signals(m.room.MediaName) {
		if s.Signal.Type == t {
			found, times = s.Signal, times+1
		}
	}
	return found, times
}

func TestHostsSeeWhoIsInTheCall(t *testing.T) {
	m := open(t).meeting()
	m.must(m.Raise(t.Context(), m.guest, m.room.Slug, m.atGues.ID, true))
	people, err := m.Participants(t.Context(), m.owner, m.room.Slug)
	m.must(err)
	var names []string
	for _, p := range people {
		names = append(names, p.Name+" "+string(p.Role))
	}
	if !slices.Equal(names, []string{"Odile owner", "Karim member", "Gaston member"}) || people[2].HandAt == nil || people[0].HandAt != nil {
		t.Errorf("got %v", people)
	}
	_, err = m.Participants(t.Context(), m.colleague, m.room.Slug)
	m.refused(err, fault.CodeRoomNotFound) // a stranger by grants, though in the call
}

func TestAMutedMicrophoneIsSilentAndTold(t *testing.T) {
	m := open(t).meeting()
	m.media.Publish(m.room.MediaName, m.atGues.ID, access.AbilityMicrophone)
	m.must(m.Mute(t.Context(), m.owner, m.room.Slug, m.atGues.ID, access.AbilityMicrophone))
	if m.media.Sounds(m.room.MediaName, m.atGues.ID, access.AbilityMicrophone) {
		t.Error("the microphone sounds")
	}
	m.must(m.Mute(t.Context(), m.owner, m.room.Slug, m.atGues.ID, access.AbilityMicrophone))
	if sig, n := m.said(event.SignalMuted); n != 1 || sig.Seq != 0 {
		t.Errorf("told %d times: %+v", n, sig)
	}
	m.refused(m.Mute(t.Context(), m.owner, m.room.Slug, m.atGues.ID, access.AbilityChat), fault.CodeInvalid)
}

func TestMutingEverybodySparesTheOneWhoAsksAndOwners(t *testing.T) {
	m := open(t).meeting()
	_, err := m.SetRole(t.Context(), m.owner, m.room.Slug, m.atCol.ID, access.Moderator, false)
	m.must(err)
	for _, a := range []rooms.Admission{m.atOwner, m.atCol, m.atGues} {
		m.media.Publish(m.room.MediaName, a.ID, access.AbilityMicrophone)
	}
	n, err := m.MuteAll(t.Context(), m.colleague, m.room.Slug, access.AbilityMicrophone, []string{m.atCol.ID})
	if err != nil || n != 1 {
		t.Errorf("muted %d, %v", n, err)
	}
	for _, a := range []rooms.Admission{m.atOwner, m.atCol} {
		if !m.media.Sounds(m.room.MediaName, a.ID, access.AbilityMicrophone) {
			t.Errorf("%s is muted", a.Name)
		}
	}
}

func TestWhatIsForbiddenHoldsAtOnceForThoseWhoComeLaterAndWithAnOlderPass(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	p, err := m.Permit(ctx, m.owner, m.room.Slug, m.atGues.ID, rooms.PermissionChange{access.AbilityMicrophone: new(false), access.AbilityChat: new(false)})
	m.must(err)
	if !p.Forbidden.Equal(access.Abilities{access.AbilityMicrophone, access.AbilityChat}) {
		t.Errorf("got %v", p.Forbidden)
	}
	at, _ := m.media.Connected(m.room.MediaName, m.atGues.ID)
	if slices.Contains(at.Sources, access.Microphone) || !slices.Contains(at.Sources, access.Camera) {
		t.Errorf("the SFU lets %v", at.Sources)
	}
	_, _, err = m.Say(ctx, m.guest, m.room.Slug, m.atGues.ID, "hello")
	m.refused(err, fault.CodeForbiddenByHost)
	state := m.state(m.guest, m.atGues)
	if !state.ForbiddenToMe.Equal(p.Forbidden) || !state.Forbidden.Equal(p.Forbidden) || len(state.ForbiddenForAll) != 0 {
		t.Errorf("the guest reads %+v", state)
	}

	// Another tab of the same browser, and the pass of before: the gate signs what holds now.
	again, _ := m.enter(m.guest, m.room.Slug)
	if slices.Contains(again.Sources, access.Microphone) || !again.Silenced.Has(access.AbilityChat) {
		t.Errorf("rejoining gives %v", again.Sources)
	}
	in, _, err := m.Enter(ctx, m.atGues.ID, m.guest.SignInID, m.room.MediaName)
	if err != nil || slices.Contains(in.Admission.Sources, access.Microphone) {
		t.Errorf("the older pass gives %v, %v", in.Admission.Sources, err)
	}

	_, err = m.Permit(ctx, m.owner, m.room.Slug, m.atGues.ID, rooms.PermissionChange{access.AbilityMicrophone: new(true)})
	m.must(err)
	at, _ = m.media.Connected(m.room.MediaName, m.atGues.ID)
	if !slices.Equal(at.Sources, access.AllSources()) {
		t.Errorf("taken back, the SFU lets %v", at.Sources)
	}
}

func TestWhatIsForbiddenToAllBindsNoHostAndTakesNothingBackThatIsForbiddenToOne(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	_, err := m.Permit(ctx, m.owner, m.room.Slug, m.atGues.ID, rooms.PermissionChange{access.AbilityScreen: new(false)})
	m.must(err)
	forbid := func(set access.Abilities) {
		t.Helper()
		view, err := m.Get(ctx, m.owner, m.room.Slug)
		m.must(err)
		_, err = m.Update(ctx, m.owner, m.room.Slug, view.Version, rooms.Change{Forbidden: &set})
		m.must(err)
	}
	may := func(a rooms.Admission) []access.Source {
		at, _ := m.media.Connected(m.room.MediaName, a.ID)
		return at.Sources
	}
	forbid(access.Abilities{access.AbilityScreen, access.AbilityCamera})
	if got := may(m.atCol); !slices.Equal(got, []access.Source{access.Microphone}) {
		t.Errorf("a member may %v", got)
	}
	if got := may(m.atOwner); !slices.Equal(got, access.AllSources()) {
		t.Errorf("the owner may %v", got)
	}
	if sig, n := m.said(event.SignalRestrictions); n != 2 || sig.Seq == 0 {
		t.Errorf("told %d times: %+v", n, sig)
	}
	forbid(access.Abilities{})
	if got := may(m.atCol); !slices.Equal(got, access.AllSources()) {
		t.Errorf("a member may %v", got)
	}
	if got := may(m.atGues); slices.Contains(got, access.ScreenShare) || !slices.Contains(got, access.Camera) {
		t.Errorf("the guest may %v", got)
	}
}

func TestWhoIsRemovedIsOutAndStaysOutWithTheOldPass(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	guestsWait, err := m.Remove(ctx, m.owner, m.room.Slug, m.atGues.ID, false)
	if err != nil || guestsWait {
		t.Errorf("%v, %v", guestsWait, err)
	}
	if _, there := m.media.Connected(m.room.MediaName, m.atGues.ID); there {
		t.Error("the SFU has them")
	}
	_, _, err = m.Enter(ctx, m.atGues.ID, m.guest.SignInID, m.room.MediaName)
	m.refused(err, fault.CodeRemoved)
	m.waits(m.guest, rooms.WaitRemoved)
	if len(m.media.Cuts()) != 1 {
		t.Errorf("cut %v", m.media.Cuts())
	}
}

func TestABlockedGuestIsRefusedAndGuestsOfTheRoomWait(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	guestsWait, err := m.Remove(ctx, m.owner, m.room.Slug, m.atGues.ID, true)
	if err != nil || !guestsWait {
		t.Errorf("%v, %v", guestsWait, err)
	}
	_, err = m.Join(ctx, m.guest, m.room.Slug, rooms.JoinRequest{})
	m.refused(err, fault.CodeBlocked)
	_, _, err = m.Enter(ctx, m.atGues.ID, m.guest.SignInID, m.room.MediaName)
	m.refused(err, fault.CodeBlocked)
	m.waits(m.house.guest("Gaston"), rooms.WaitLobby) // with a fresh browser

	blocks, err := m.Blocks(ctx, m.owner, m.room.Slug)
	if err != nil || len(blocks) != 1 || blocks[0].Name != "Gaston" || blocks[0].BlockedByName != "Odile" {
		t.Fatalf("got %+v, %v", blocks, err)
	}
	m.must(m.Unblock(ctx, m.owner, m.room.Slug, blocks[0].ID))
	m.refused(m.Unblock(ctx, m.owner, m.room.Slug, blocks[0].ID), fault.CodeBlockNotFound)
	if _, err := m.Join(ctx, m.guest, m.room.Slug, rooms.JoinRequest{}); err != nil {
		t.Errorf("unblocked: %v", err) // was in this session before
	}
	acts := m.attendance().Acts
	last := acts[len(acts)-1]
	if last.Act != rooms.ActUnblock || last.ActorName != "Odile" || last.TargetName != "Gaston" || last.Target != rooms.WhoIs(m.guest) {
		t.Errorf("the list says %+v", last)
	}
}

func TestABlockHoldsInLaterSessions(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	_, err := m.Remove(ctx, m.owner, m.room.Slug, m.atCol.ID, true)
	m.must(err)
	m.must(m.End(ctx, m.owner, m.room.Slug))
	m.enter(m.owner, m.room.Slug)
	_, err = m.Join(ctx, m.colleague, m.room.Slug, rooms.JoinRequest{})
	m.refused(err, fault.CodeBlocked)
	if _, err := m.Remove(ctx, m.owner, m.room.Slug, m.atOwner.ID, true); err == nil {
		t.Error("one's own earlier admission was found")
	}
}

func TestALockedRoomLetsInHostsAndThoseWhoReconnect(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	early := m.person("Elise", "11000001500001") // joined before the lock, and not come yet
	before, err := m.Join(ctx, early, m.room.Slug, rooms.JoinRequest{})
	m.must(err)
	m.must(m.Lock(ctx, m.owner, m.room.Slug, true))
	m.must(m.Lock(ctx, m.owner, m.room.Slug, true))
	if _, n := m.said(event.SignalLock); n != 1 {
		t.Errorf("told %d times", n)
	}
	_, _, err = m.Enter(ctx, before.Admission.ID, early.SignInID, m.room.MediaName)
	m.refused(err, fault.CodeNotAdmitted)
	_, err = m.Join(ctx, early, m.room.Slug, rooms.JoinRequest{})
	m.refused(err, fault.CodeRoomLocked)
	if _, _, err := m.Enter(ctx, m.atCol.ID, m.colleague.SignInID, m.room.MediaName); err != nil {
		t.Errorf("a reconnection: %v", err)
	}
	m.enter(m.colleague, m.room.Slug) // joins anew while the old admission lives
	m.enter(m.owner, m.room.Slug)
	if !m.state(m.owner, m.atOwner).Locked {
		t.Error("the state does not say it")
	}
	m.must(m.Lock(ctx, m.owner, m.room.Slug, false))
	m.enter(early, m.room.Slug)
}

func TestALockFallsWithTheSession(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	m.must(m.Lock(ctx, m.owner, m.room.Slug, true))
	m.must(m.End(ctx, m.owner, m.room.Slug))
	m.enter(m.colleague, m.room.Slug)
}

func TestPromotionTakesEffectAtOnceAndIsKeptWhenAsked(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	_, err := m.SetRole(ctx, m.owner, m.room.Slug, m.atGues.ID, access.Moderator, true)
	m.refused(err, fault.CodeForbidden) // guests keep nothing
	p, err := m.SetRole(ctx, m.owner, m.room.Slug, m.atGues.ID, access.Moderator, false)
	if err != nil || p.Role != access.Moderator {
		t.Fatalf("%+v, %v", p, err)
	}
	if at, _ := m.media.Connected(m.room.MediaName, m.atGues.ID); at.Role != access.Moderator {
		t.Error("the others do not see it")
	}
	if _, err := m.Participants(ctx, m.guest, m.room.Slug); err != nil {
		t.Errorf("a promoted guest does not moderate: %v", err)
	}
	_, err = m.SetRole(ctx, m.guest, m.room.Slug, m.atCol.ID, access.Moderator, false)
	m.refused(err, fault.CodeSignInRequired) // that is for owners
	_, err = m.SetRole(ctx, m.owner, m.room.Slug, m.atCol.ID, access.Moderator, true)
	m.must(err)
	m.must(m.End(ctx, m.owner, m.room.Slug))
	m.enter(m.owner, m.room.Slug)
	if _, err := m.Participants(ctx, m.colleague, m.room.Slug); err != nil {
		t.Errorf("the kept role is gone: %v", err)
	}
	_, err = m.Participants(ctx, m.guest, m.room.Slug)
	m.refused(err, fault.CodeRoomNotFound)
}

func TestTheLastOwnerStaysOne(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	_, err := m.SetRole(ctx, m.owner, m.room.Slug, m.atCol.ID, access.Owner, false)
	m.must(err)
	_, err = m.SetRole(ctx, m.colleague, m.room.Slug, m.atOwner.ID, access.Member, true)
	m.refused(err, fault.CodeForbidden) // an owner of this session alone writes nothing that outlasts it
	until := m.clock.now().Add(time.Hour)
	_, err = m.PutMember(ctx, m.owner, m.room.Slug, rooms.NewMember{
		Subject: access.Subject{Kind: access.SubjectPerson, ID: m.colleague.ID}, Role: access.Owner, NotAfter: &until,
	})
	m.must(err)
	_, err = m.SetRole(ctx, m.colleague, m.room.Slug, m.atOwner.ID, access.Member, true)
	m.refused(err, fault.CodeLastOwner)
	if m.state(m.owner, m.atOwner).Role != access.Owner {
		t.Error("half of it was done")
	}
}

func TestNobodyActsOnAnOwnerButAnOwner(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	_, err := m.SetRole(ctx, m.owner, m.room.Slug, m.atCol.ID, access.Moderator, false)
	m.must(err)
	_, err = m.Remove(ctx, m.colleague, m.room.Slug, m.atOwner.ID, false)
	m.refused(err, fault.CodeForbidden)
	m.refused(m.Mute(ctx, m.colleague, m.room.Slug, m.atOwner.ID, access.AbilityMicrophone), fault.CodeForbidden)
	_, err = m.Remove(ctx, m.owner, m.room.Slug, m.atOwner.ID, false)
	m.refused(err, fault.CodeForbidden) // nor on oneself
}

func TestARenamedGuestKeepsTheName(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	_, err := m.Rename(ctx, m.owner, m.room.Slug, m.atGues.ID, "Maître Bernard")
	m.must(err)
	again, _ := m.enter(m.guest, m.room.Slug)
	if at, _ := m.media.Connected(m.room.MediaName, m.atGues.ID); at.Name != "Maître Bernard" || again.Name != "Maître Bernard" {
		t.Errorf("got %q and %q", at.Name, again.Name)
	}
	_, err = m.Rename(ctx, m.owner, m.room.Slug, m.atCol.ID, "Somebody else")
	m.refused(err, fault.CodeForbidden)
}

func TestTheSpotlightIsOrderedAndEndsWithThoseInIt(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	m.must(m.Spotlight(ctx, m.owner, m.room.Slug, []string{m.atGues.ID, m.atCol.ID, m.atGues.ID}))
	if got := m.state(m.colleague, m.atCol).Spotlight; !slices.Equal(got, []string{m.atGues.ID, m.atCol.ID}) {
		t.Errorf("got %v", got)
	}
	_, err := m.Remove(ctx, m.owner, m.room.Slug, m.atGues.ID, false)
	m.must(err)
	if got := m.state(m.colleague, m.atCol).Spotlight; !slices.Equal(got, []string{m.atCol.ID}) {
		t.Errorf("got %v", got)
	}
	m.must(m.SpotlightOne(ctx, m.owner, m.room.Slug, m.atOwner.ID, true))
	m.must(m.SpotlightOne(ctx, m.owner, m.room.Slug, m.atCol.ID, false))
	m.must(m.SpotlightOne(ctx, m.owner, m.room.Slug, m.atCol.ID, false))
	if got := m.state(m.colleague, m.atCol).Spotlight; !slices.Equal(got, []string{m.atOwner.ID}) {
		t.Errorf("got %v", got)
	}
	m.refused(m.Spotlight(ctx, m.owner, m.room.Slug, []string{m.atGues.ID}), fault.CodeParticipantNotFound)
}

func TestWhoHasLeftTakesNoPlaceInTheSpotlight(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	crowd := map[string]auth.Identity{}
	var shown []string
	for range 9 {
		who := m.house.guest("Gaston")
		a, _ := m.enter(who, m.room.Slug)
		crowd[a.ID], shown = who, append(shown, a.ID)
	}
	m.must(m.Spotlight(ctx, m.owner, m.room.Slug, shown))
	m.refused(m.SpotlightOne(ctx, m.owner, m.room.Slug, m.atCol.ID, true), fault.CodeInvalid)
	for id, who := range crowd {
		m.must(m.Leave(ctx, who, m.room.Slug, id))
	}
	m.must(m.SpotlightOne(ctx, m.owner, m.room.Slug, m.atCol.ID, true))
	if got := m.state(m.colleague, m.atCol).Spotlight; !slices.Equal(got, []string{m.atCol.ID}) {
		t.Errorf("got %v", got)
	}
}

func TestHandsAreLoweredOneOrAll(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	m.must(m.Raise(ctx, m.guest, m.room.Slug, m.atGues.ID, true))
	m.must(m.Raise(ctx, m.colleague, m.room.Slug, m.atCol.ID, true))
	m.must(m.LowerHands(ctx, m.owner, m.room.Slug, []string{m.atGues.ID}))
	if got := m.state(m.owner, m.atOwner).Hands; len(got) != 1 || got[0].AdmissionID != m.atCol.ID {
		t.Errorf("got %v", got)
	}
	m.must(m.LowerHands(ctx, m.owner, m.room.Slug, nil))
	if got := m.state(m.owner, m.atOwner).Hands; len(got) != 0 {
		t.Errorf("got %v", got)
	}
	if sig, n := m.said(event.SignalHand); n != 4 || sig.Seq != m.state(m.owner, m.atOwner).Seq {
		t.Errorf("told %d times, last %+v", n, sig)
	}
}

func TestWhoIsAskedToUnmuteAgreesThemselves(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	_, err := m.Permit(ctx, m.owner, m.room.Slug, m.atGues.ID, rooms.PermissionChange{access.AbilityMicrophone: new(false)})
	m.must(err)
	m.must(m.AskToUnmute(ctx, m.owner, m.room.Slug, m.atGues.ID))
	_, n := m.said(event.SignalUnmuteAsked)
	acts, err := m.db.Running(ctx, m.room.ID, m.clock.now())
	if n != 1 || err != nil || acts.Adjusted[m.atGues.Who()].Forbidden.Has(access.AbilityMicrophone) == false {
		t.Fatalf("asked %d times, %v", n, err)
	}
	request := m.asked()
	m.refused(m.AgreeToUnmute(ctx, m.colleague, m.room.Slug, m.atCol.ID, request), fault.CodeNotFound)
	m.refused(m.AgreeToUnmute(ctx, m.colleague, m.room.Slug, m.atGues.ID, request), fault.CodeNotAdmitted)
	m.must(m.AgreeToUnmute(ctx, m.guest, m.room.Slug, m.atGues.ID, request))
	if at, _ := m.media.Connected(m.room.MediaName, m.atGues.ID); !slices.Contains(at.Sources, access.Microphone) {
		t.Error("the microphone is still forbidden")
	}
	m.later(6 * time.Minute)
	m.refused(m.AgreeToUnmute(ctx, m.guest, m.room.Slug, m.atGues.ID, request), fault.CodeNotFound)
}

// asked is the request that the last signal named.
func (m *meeting) asked() string {
	m.t.Helper()
	sig, _ := m.said(event.SignalUnmuteAsked)
	return rooms.RequestOf(sig.Data)
}

func TestTheMeetingEndsForEverybody(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	m.must(m.End(ctx, m.owner, m.room.Slug))
	m.must(m.End(ctx, m.owner, m.room.Slug)) // it is over already
	for _, a := range []rooms.Admission{m.atOwner, m.atCol, m.atGues} {
		if _, there := m.media.Connected(m.room.MediaName, a.ID); there {
			t.Errorf("%s is still there", a.Name)
		}
	}
	if all, err := m.db.Present(ctx, m.room.MediaName, m.clock.now()); err != nil || len(all) != 0 {
		t.Errorf("a session runs: %+v, %v", all, err)
	}
	if _, n := m.said(event.SignalEnded); n != 1 {
		t.Errorf("told %d times", n)
	}
	m.refused(m.Lock(ctx, m.owner, m.room.Slug, true), fault.CodeNoSession)
}

// late is the admission of somebody whose join was decided just before a host decided otherwise.
func (m *meeting) late(who auth.Identity) rooms.Admission {
	m.t.Helper()
	a, err := m.db.Admit(m.t.Context(), rooms.Admission{
		ID: uuid.Must(uuid.NewV7()).String(), OrgID: m.room.OrgID, RoomID: m.room.ID, WhoKind: who.Kind, WhoID: who.ID, PersonID: who.PersonID,
		SignInID: who.SignInID, Name: who.Name, Role: access.Member, Sources: access.AllSources(), State: rooms.Admitted, Generation: 1,
		CreatedAt: m.clock.now(),
	}, nil)
	m.must(err)
	return a
}

func TestTheGateKnowsWhatAJoinThatCameFirstDidNot(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	enter := func(who auth.Identity, want fault.Code) {
		t.Helper()
		_, _, err := m.Enter(ctx, m.late(who).ID, who.SignInID, m.room.MediaName)
		m.refused(err, want)
	}
	_, err := m.Remove(ctx, m.owner, m.room.Slug, m.atGues.ID, false)
	m.must(err)
	enter(m.guest, fault.CodeRemoved)
	_, err = m.Remove(ctx, m.owner, m.room.Slug, m.atCol.ID, true)
	m.must(err)
	enter(m.colleague, fault.CodeBlocked)
	m.must(m.Lock(ctx, m.owner, m.room.Slug, true))
	enter(m.person("Elise", "11000001500001"), fault.CodeRoomLocked)
}

func TestWhoIsSentBackWaitsAlthoughTheRoomIsLocked(t *testing.T) {
	for name, lockedFirst := range map[string]bool{"locked before": true, "locked afterwards": false} {
		t.Run(name, func(t *testing.T) {
			m := open(t).meeting()
			ctx := t.Context()
			steps := []func() error{
				func() error { return m.Lock(ctx, m.owner, m.room.Slug, true) },
				func() error { return m.Return(ctx, m.owner, m.room.Slug, m.atGues.ID) },
			}
			if !lockedFirst {
				slices.Reverse(steps)
			}
			for _, step := range steps {
				m.must(step())
			}
			m.waits(m.guest, rooms.WaitReturned)
			l, err := m.Waiting(ctx, m.owner, m.room.Slug)
			m.must(err)
			if len(l.Waiting) != 1 || l.Waiting[0].Name != "Gaston" {
				t.Fatalf("hosts see %+v", l.Waiting)
			}
			_, err = m.Decide(ctx, m.owner, m.room.Slug, rooms.Verdict{To: rooms.TicketAdmitted, Tickets: []string{l.Waiting[0].ID}})
			m.must(err)
			m.enter(m.guest, m.room.Slug)
		})
	}
}

func TestWhoIsRemovedFromALockedRoomWaitsOnceItIsUnlocked(t *testing.T) {
	m := open(t).meeting()
	ctx := t.Context()
	m.must(m.Lock(ctx, m.owner, m.room.Slug, true))
	_, err := m.Remove(ctx, m.owner, m.room.Slug, m.atGues.ID, false)
	m.must(err)
	_, err = m.Join(ctx, m.guest, m.room.Slug, rooms.JoinRequest{})
	m.refused(err, fault.CodeRoomLocked)
	m.must(m.Lock(ctx, m.owner, m.room.Slug, false))
	m.waits(m.guest, rooms.WaitRemoved)
}
