package rooms_test

import (
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/policy"
	"parvis/rooms"
	"parvis/sfu/sfutest"
)

const (
	siretX = "11000101300017" // of the rooms
	siretY = "11000201100044"
	siretZ = "11004601800013"
)

// two is a room of ministry X in which its owner is, and somebody of ministry Y, which locks what change says.
func two(t *testing.T, entry string, change rooms.PolicyChange) (h *house, owner, yvonne auth.Identity, r rooms.Listed, in rooms.Admission) {
	t.Helper()
	h = open(t)
	owner, yvonne = h.person("camille", siretX), h.person("yvonne", siretY)
	h.policy(yvonne.OrgID, change)
	r = h.room(owner, entry)
	in, _ = h.enter(owner, r.Slug)
	return h, owner, yvonne, r, in
}

// letIn lets in who waits, by name, and answers what hosts were told that it changes.
func (h *house) letIn(host auth.Identity, slug string) policy.Demands {
	h.t.Helper()
	l, err := h.Waiting(h.t.Context(), host, slug)
	if err != nil || len(l.Waiting) != 1 {
		h.t.Fatalf("waiting: %+v, %v", l.Waiting, err)
	}
	if _, err := h.Decide(h.t.Context(), host, slug, rooms.Verdict{To: rooms.TicketAdmitted, Tickets: []string{l.Waiting[0].ID}}); err != nil {
		h.t.Fatal(err)
	}
	return l.Waiting[0].Asks
}

// unkept tells whether what somebody says is kept for who comes later.
func (h *house) unkept(who auth.Identity, slug string, in rooms.Admission) bool {
	h.t.Helper()
	if _, _, err := h.Say(h.t.Context(), who, slug, in.ID, "bonjour"); err != nil {
		h.t.Fatal(err)
	}
	state, err := h.State(h.t.Context(), who, slug, in.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return len(state.Messages) == 0
}

// told waits until the room has heard that it became stricter.
func (h *house) told(mediaName string) {
	h.t.Helper()
	late := time.After(5 * time.Second)
	for !slices.ContainsFunc(h.media.Signals(mediaName), func(s sfutest.Said) bool { return s.Signal.Type == event.SignalTightened }) {
		select {
		case <-late:
			h.t.Fatal("nobody in the call is told that it became stricter")
		default:
			runtime.Gosched()
		}
	}
}

func TestWhoWouldMakeAMeetingStricterWaitsUntilAHostAgrees(t *testing.T) {
	h, owner, yvonne, r, in := two(t, "signed-in", decided(t, policy.ChatKeeping, `"none"`, true))
	joined, err := h.Join(t.Context(), yvonne, r.Slug, rooms.JoinRequest{})
	if err != nil || joined.Ticket == nil || joined.Ticket.Reason != rooms.WaitTightens {
		t.Fatalf("got %+v, %v", joined.Ticket, err)
	}
	view, err := h.Get(t.Context(), yvonne, r.Slug)
	if err != nil || view.Door.State != rooms.DoorLobby {
		t.Errorf("the door says %+v, %v", view.Door, err)
	}
	if h.unkept(owner, r.Slug, in) {
		t.Error("who waits makes it stricter already")
	}
	asks := h.letIn(owner, r.Slug)
	if d, is := asks[policy.ChatKeeping]; !is || len(asks) != 1 || d.Says()[0] != siretY {
		t.Errorf("hosts are told %+v", asks)
	}
	h.enter(yvonne, r.Slug)
	h.told(r.MediaName)
	if !h.unkept(owner, r.Slug, in) {
		t.Error("chat is kept although who is present locked that")
	}
	state, err := h.State(t.Context(), owner, r.Slug, in.ID)
	if err != nil || len(state.Tightened) != 1 {
		t.Errorf("the state says %+v, %v", state.Tightened, err)
	}
	e, err := h.EffectivePolicy(t.Context(), owner, r.Slug)
	if found := e.Of(policy.ChatKeeping); err != nil || len(found.Organized) != 1 || found.Locked {
		t.Errorf("the effective policy says %+v, %v", found, err)
	}
}

func TestAMeetingStaysStrictWhenWhoMadeItSoHasLeftAndIsLooseTheNextTime(t *testing.T) {
	h, owner, yvonne, r, in := two(t, "signed-in", decided(t, policy.ChatKeeping, `"none"`, true))
	h.codeAtDoor(yvonne, r.Slug)
	h.letIn(owner, r.Slug)
	came, _ := h.enter(yvonne, r.Slug)
	if err := h.Leave(t.Context(), yvonne, r.Slug, came.ID); err != nil {
		t.Fatal(err)
	}
	if !h.unkept(owner, r.Slug, in) {
		t.Error("it loosened when they left")
	}
	other := h.another("two")
	if _, err := other.Current(t.Context(), in.ID); err != nil {
		t.Fatal(err)
	}
	h.start("one, again")
	if !h.unkept(owner, r.Slug, in) {
		t.Error("it loosened when the process began anew")
	}
	if code := h.codeAtDoor(yvonne, r.Slug); code != "" {
		t.Errorf("who comes back changes nothing any more: %q", code)
	}
	if err := h.End(t.Context(), owner, r.Slug); err != nil {
		t.Fatal(err)
	}
	next, _ := h.enter(owner, r.Slug)
	if h.unkept(owner, r.Slug, next) {
		t.Error("the next session is as strict as the one before")
	}
}

func TestWhoComesFirstMakesAMeetingStrictFromItsBeginning(t *testing.T) {
	h := open(t)
	owner, yvonne := h.person("camille", siretX), h.person("yvonne", siretY)
	h.policy(yvonne.OrgID, decided(t, policy.ChatKeeping, `"none"`, true))
	r := h.room(owner, "signed-in")
	first, _ := h.enter(yvonne, r.Slug)
	in, _ := h.enter(owner, r.Slug)
	if !h.unkept(yvonne, r.Slug, first) || !h.unkept(owner, r.Slug, in) {
		t.Error("chat is kept")
	}
}

func TestOfSeveralOrganizationsTheStrictestCounts(t *testing.T) {
	h, owner, yvonne, r, in := two(t, "signed-in", decided(t, policy.ForbiddenToAll, `["chat"]`, true))
	zoe := h.person("zoe", siretZ)
	h.policy(zoe.OrgID, decided(t, policy.ForbiddenToAll, `["reactions"]`, true))
	for _, who := range []auth.Identity{yvonne, zoe} {
		if code := h.codeAtDoor(who, r.Slug); code != "waits" {
			t.Fatalf("got %q", code)
		}
		h.letIn(owner, r.Slug)
		h.enter(who, r.Slug)
	}
	state, err := h.State(t.Context(), owner, r.Slug, in.ID)
	if err != nil || !state.ForbiddenForAll.Has(access.AbilityChat) || !state.ForbiddenForAll.Has(access.AbilityReactions) {
		t.Errorf("got %v, %v", state.ForbiddenForAll, err)
	}
	yes := true
	if _, err := h.PermitAll(t.Context(), owner, r.Slug, rooms.PermissionChange{access.AbilityChat: &yes}); !fault.HasCode(err, fault.CodePolicyLocked) {
		t.Errorf("a host allows what who is present locked: %v", err)
	}
}

func TestThoseWhoAreInTheCallStayAndNewcomersAreHeldToWhatIsAsked(t *testing.T) {
	h, owner, yvonne, r, _ := two(t, "everyone", decided(t, policy.Guests, `"refused"`, true))
	inside := h.guest("Gaston")
	there, _ := h.enter(inside, r.Slug)
	late := h.guest("Gaëlle")
	onTheWay, err := h.Join(t.Context(), late, r.Slug, rooms.JoinRequest{})
	if err != nil {
		t.Fatal(err)
	}
	h.codeAtDoor(yvonne, r.Slug)
	h.letIn(owner, r.Slug)
	h.enter(yvonne, r.Slug)
	h.told(r.MediaName)
	if now, err := h.Current(t.Context(), there.ID); err != nil || !now.Admission.Live() {
		t.Errorf("who was in the call: %+v, %v", now.Admission, err)
	}
	if code := h.codeAtDoor(inside, r.Slug); code != "" {
		t.Errorf("who is in the call joins anew: %q", code)
	}
	if code := h.codeAtDoor(h.guest("Gustave"), r.Slug); code != fault.CodeGuestsRefused {
		t.Errorf("a newcomer: %q", code)
	}
	if _, _, err := h.Enter(t.Context(), onTheWay.Admission.ID, late.SignInID, r.MediaName); !fault.HasCode(err, fault.CodeNotAdmitted) {
		t.Errorf("who was on the way in: %v", err)
	}
}

func TestAGuestAndWhoBelongsToNoMinistryAskForNothing(t *testing.T) {
	h, owner, _, r, in := two(t, "everyone", decided(t, policy.ChatKeeping, `"none"`, true))
	h.policy(auth.DefaultOrgID, decided(t, policy.ChatKeeping, `"none"`, true))
	for name, who := range map[string]auth.Identity{"a guest": h.guest("Gaston"), "a colleague": h.person("louise", siretX)} {
		if code := h.codeAtDoor(who, r.Slug); code != "" {
			t.Errorf("%s: %q", name, code)
		}
	}
	if h.unkept(owner, r.Slug, in) {
		t.Error("they made it stricter")
	}
}

func TestOfTwoWhoComeAtOnceNeitherEntersUnasked(t *testing.T) {
	h := open(t)
	owner := h.person("camille", siretX)
	r := h.room(owner, "signed-in")
	var comers []auth.Identity
	var passes []rooms.Joined
	for name, c := range map[string]struct{ siret, words string }{"yvonne": {siretY, `["chat"]`}, "zoe": {siretZ, `["reactions"]`}} {
		who := h.person(name, c.siret)
		h.policy(who.OrgID, decided(t, policy.ForbiddenToAll, c.words, true))
		joined, err := h.Join(t.Context(), who, r.Slug, rooms.JoinRequest{})
		if err != nil || joined.Ticket != nil {
			t.Fatalf("nobody is there yet: %+v, %v", joined.Ticket, err)
		}
		comers, passes = append(comers, who), append(passes, joined)
	}
	var wg sync.WaitGroup
	errs := make([]error, len(comers))
	for i := range comers {
		wg.Go(func() {
			_, _, errs[i] = h.Enter(t.Context(), passes[i].Admission.ID, comers[i].SignInID, r.MediaName)
		})
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !fault.HasCode(errors.Join(errs...), fault.CodeNotAdmitted) {
		t.Fatalf("got %v", errs)
	}
	for i, err := range errs {
		if code := h.codeAtDoor(comers[i], r.Slug); (code == "waits") != (err != nil) {
			t.Errorf("joining again: %q after %v", code, err)
		}
	}
}

func TestAHostOfAnotherMinistryEntersAndAllAreTold(t *testing.T) {
	h, owner, yvonne, r, in := two(t, "signed-in", decided(t, policy.ChatKeeping, `"none"`, true))
	subject := access.Subject{Kind: access.SubjectPerson, ID: yvonne.PersonID}
	err := h.db.UpdateMembers(t.Context(), rooms.MemberTarget{RoomID: r.ID, Subject: subject}, func(rooms.Roster) (rooms.RosterChange, error) {
		return rooms.RosterChange{Put: &access.Grant{
			ID: uuid.Must(uuid.NewV7()).String(), RoomID: r.ID, Subject: subject, Role: access.Moderator, Sources: access.Everything(), SourceKind: "room", SourceID: r.ID,
		}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h.enter(yvonne, r.Slug)
	h.told(r.MediaName)
	if !h.unkept(owner, r.Slug, in) {
		t.Error("chat is kept")
	}
}

func TestWhoWaitsToMakeItStricterEntersOnceNobodyIsThere(t *testing.T) {
	h, owner, yvonne, r, in := two(t, "signed-in", decided(t, policy.AttendanceDays, `30`, true))
	if code := h.codeAtDoor(yvonne, r.Slug); code != "waits" {
		t.Fatalf("got %q", code)
	}
	if err := h.Leave(t.Context(), owner, r.Slug, in.ID); err != nil {
		t.Fatal(err)
	}
	if code := h.codeAtDoor(yvonne, r.Slug); code != "" {
		t.Errorf("there is nobody to ask: %q", code)
	}
}

func TestAllWhoWaitAreLetInButThoseByWhomItBecomesStricter(t *testing.T) {
	h, owner, yvonne, r, _ := two(t, "organization", decided(t, policy.ChatKeeping, `"none"`, true))
	h.codeAtDoor(h.guest("Gaston"), r.Slug)
	h.codeAtDoor(yvonne, r.Slug)
	ids, err := h.Decide(t.Context(), owner, r.Slug, rooms.Verdict{To: rooms.TicketAdmitted, All: true})
	if err != nil || len(ids) != 1 {
		t.Errorf("let in: %v, %v", ids, err)
	}
	if asks := h.letIn(owner, r.Slug); len(asks) != 1 {
		t.Errorf("who waits for another reason too says nothing of it: %v", asks)
	}
}

func TestHostsAgreeToNoMoreThanTheyWereTold(t *testing.T) {
	h, owner, yvonne, r, _ := two(t, "signed-in", decided(t, policy.ForbiddenToAll, `["chat"]`, true))
	h.codeAtDoor(yvonne, r.Slug)
	h.letIn(owner, r.Slug)
	joined, err := h.Join(t.Context(), yvonne, r.Slug, rooms.JoinRequest{})
	if err != nil || joined.Ticket != nil {
		t.Fatalf("got %+v, %v", joined.Ticket, err)
	}
	h.policy(yvonne.OrgID, decided(t, policy.ForbiddenToAll, `["chat","screen"]`, true))
	if _, _, err := h.Enter(t.Context(), joined.Admission.ID, yvonne.SignInID, r.MediaName); !fault.HasCode(err, fault.CodeNotAdmitted) {
		t.Errorf("at the gate: %v", err)
	}
	if code := h.codeAtDoor(yvonne, r.Slug); code != "waits" {
		t.Errorf("joining again: %q", code)
	}
}

func TestNamesAreKeptForAsLongAsTheStrictestOfThosePresentAllows(t *testing.T) {
	h, owner, yvonne, r, _ := two(t, "signed-in", decided(t, policy.AttendanceDays, `30`, true))
	h.codeAtDoor(yvonne, r.Slug)
	h.letIn(owner, r.Slug)
	h.enter(yvonne, r.Slug)
	if err := h.End(t.Context(), owner, r.Slug); err != nil {
		t.Fatal(err)
	}
	page, err := h.Sessions(t.Context(), owner, r.Slug, 0, "")
	if err != nil || len(page.Sessions) != 1 {
		t.Fatalf("got %+v, %v", page, err)
	}
	until := page.Sessions[0].ExpiresAt
	if until == nil || until.After(h.clock.now().AddDate(0, 0, 31)) {
		t.Errorf("kept until %v", until)
	}
}

func TestTheSweepTellsWhatAProcessDidNotLiveToTell(t *testing.T) {
	h, owner, yvonne, r, in := two(t, "signed-in", decided(t, policy.ForbiddenToAll, `["chat"]`, true))
	h.codeAtDoor(yvonne, r.Slug)
	h.letIn(owner, r.Slug)
	joined, err := h.Join(t.Context(), yvonne, r.Slug, rooms.JoinRequest{})
	if err != nil {
		t.Fatal(err)
	}
	relay := rooms.Relay{ID: uuid.Must(uuid.NewV7()).String(), AdmissionID: joined.Admission.ID, Replica: "one", OpenedAt: h.clock.now()}
	entered, err := h.db.Enter(t.Context(), relay, func(in rooms.Entered) error { return in.Fits(yvonne.SignInID, r.MediaName) })
	if err != nil || !entered.Untold {
		t.Fatalf("got %+v, %v", entered.Untold, err)
	}
	h.media.Join(r.MediaName, entered.Admission)
	h.sweep()
	h.told(r.MediaName)
	if state, err := h.State(t.Context(), owner, r.Slug, in.ID); err != nil || !state.ForbiddenForAll.Has(access.AbilityChat) {
		t.Errorf("got %+v, %v", state, err)
	}
}

func TestJoiningAmongColleaguesAsksTheDatabaseNothingMore(t *testing.T) {
	h, _, yvonne, r, _ := two(t, "signed-in", decided(t, policy.ChatKeeping, `"none"`, true))
	for name, c := range map[string]struct {
		who  auth.Identity
		asks bool
	}{"a colleague": {h.person("louise", siretX), false}, "of another ministry": {yvonne, true}} {
		before := h.db.asksReads.Load()
		h.codeAtDoor(c.who, r.Slug)
		if asked := h.db.asksReads.Load() > before; asked != c.asks {
			t.Errorf("%s: asked %v", name, asked)
		}
	}
}

func TestNobodyIsAskedWhetherAMeetingMayStayUnrecorded(t *testing.T) {
	h, owner, yvonne, r, _ := two(t, "signed-in", decided(t, policy.Recording, `"off"`, true))
	h.enter(yvonne, r.Slug)
	e, err := h.EffectivePolicy(t.Context(), owner, r.Slug)
	if found := e.Of(policy.Recording); err != nil || len(found.Organized) != 0 {
		t.Errorf("what counted anyhow is asked for: %+v, %v", found, err)
	}
}

func TestAMeetingInWhichAMinistryIsThatRefusesRecordingIsBoundUntilItsEnd(t *testing.T) {
	h, owner, yvonne, r, _ := two(t, "signed-in", decided(t, policy.Recording, `"off"`, true))
	h.policy(owner.OrgID, decided(t, policy.Recording, `"allowed"`, false))
	came, _ := h.enter(yvonne, r.Slug) // nothing is recorded yet, so that nobody in the call notices: no host is asked
	if err := h.Leave(t.Context(), yvonne, r.Slug, came.ID); err != nil {
		t.Fatal(err)
	}
	e, err := h.EffectivePolicy(t.Context(), owner, r.Slug)
	found := e.Of(policy.Recording)
	if err != nil || len(found.Organized) != 1 || found.Organized[0].Name != siretY || found.Setting.Word(found.Value) != policy.CaptureOff {
		t.Errorf("the effective policy says %+v, %v", found, err)
	}
	if other := e.Of(policy.Transcription); len(other.Organized) != 0 {
		t.Errorf("transcription, of which nobody said anything: %+v", other)
	}
}
