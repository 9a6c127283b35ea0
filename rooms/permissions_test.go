package rooms_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

const (
	camera, microphone, screen = access.AbilityCamera, access.AbilityMicrophone, access.AbilityScreen
	chat, reactions            = access.AbilityChat, access.AbilityReactions
)

// deciding is a meeting with a moderator, whose room is not theirs.
func (h *house) deciding() *meeting {
	m := h.meeting()
	m.must(m.role(m.atCol, access.Moderator))
	return m
}

func (m *meeting) role(a rooms.Admission, role access.Role) error {
	_, err := m.SetRole(m.t.Context(), m.owner, m.room.Slug, a.ID, role, false)
	return err
}

// forAll is a decision of the moderator about everybody.
func (m *meeting) forAll(change rooms.PermissionChange) rooms.ForAll {
	m.t.Helper()
	got, err := m.PermitAll(m.t.Context(), m.colleague, m.room.Slug, change)
	m.must(err)
	return got
}

// forOne is a decision of the moderator about somebody.
func (m *meeting) forOne(a rooms.Admission, change rooms.PermissionChange) rooms.Participant {
	m.t.Helper()
	got, err := m.Permit(m.t.Context(), m.colleague, m.room.Slug, a.ID, change)
	m.must(err)
	return got
}

func (m *meeting) forGood(set ...access.Ability) {
	m.t.Helper()
	m.limit(rooms.Change{Forbidden: new(access.Abilities(set))})
}

func (m *meeting) speaks(a rooms.Admission) bool {
	at, _ := m.media.Connected(m.room.MediaName, a.ID)
	return slices.Contains(at.Sources, access.Microphone)
}

// restricted is what the last signal about permissions said.
func (m *meeting) restricted() (rooms.Restricted, int) {
	m.t.Helper()
	sig, n := m.said(event.SignalRestrictions)
	return rooms.RestrictedBy(sig.Data), n
}

func TestWhoDoesNotHostDecidesNothingForEverybody(t *testing.T) {
	m := open(t).meeting()
	for _, c := range []struct {
		who  auth.Identity
		code fault.Code
	}{
		{m.colleague, fault.CodeRoomNotFound}, {m.guest, fault.CodeRoomNotFound}, {auth.Identity{}, fault.CodeSignInRequired},
		{m.person("Elise", "11000001500001"), fault.CodeRoomNotFound},
	} {
		_, err := m.PermitAll(t.Context(), c.who, m.room.Slug, rooms.PermissionChange{microphone: new(false)})
		m.refused(err, c.code)
	}
	if _, n := m.restricted(); n != 0 || !m.speaks(m.atGues) {
		t.Errorf("told %d times", n)
	}
}

func TestNobodyDecidesForAMeetingThatDoesNotRun(t *testing.T) {
	h := open(t)
	owner := h.person("Odile", "11000001500001")
	room := h.room(owner, "everyone")
	_, err := h.PermitAll(t.Context(), owner, room.Slug, rooms.PermissionChange{microphone: new(false)})
	h.refused(err, fault.CodeNoSession)
}

func TestAModeratorForbidsToEverybodyForThisMeetingAlone(t *testing.T) {
	m := open(t).deciding()
	got := m.forAll(rooms.PermissionChange{microphone: new(false), chat: new(false)})
	if !got.Forbidden.Equal(access.Abilities{microphone, chat}) || len(got.Lasting) != 0 {
		t.Errorf("answered %+v", got)
	}
	if m.speaks(m.atGues) || !m.speaks(m.atCol) || !m.speaks(m.atOwner) {
		t.Error("it binds all but hosts, at once")
	}
	_, _, err := m.Say(t.Context(), m.guest, m.room.Slug, m.atGues.ID, "hello")
	m.refused(err, fault.CodeForbiddenByHost)
	if said, n := m.restricted(); n != 1 || said.Participant != "" || !slices.Equal(said.Forbidden, []string{"microphone", "chat"}) || said.Allowed != nil {
		t.Errorf("told %d times: %+v", n, said)
	}
	if s := m.state(m.guest, m.atGues); !s.ForbiddenForAll.Equal(got.Forbidden) || !s.Forbidden.Equal(got.Forbidden) || len(s.ForbiddenToMe) != 0 {
		t.Errorf("the guest reads %+v", s)
	}

	m.forAll(rooms.PermissionChange{microphone: new(false)})
	if _, n := m.restricted(); n != 1 {
		t.Error("said again")
	}
	again, _ := m.enter(m.guest, m.room.Slug)
	newcomer, _ := m.enter(m.house.guest("Greta"), m.room.Slug)
	in, _, err := m.Enter(t.Context(), m.atGues.ID, m.guest.SignInID, m.room.MediaName)
	m.must(err)
	for _, a := range []rooms.Admission{again, newcomer, in.Admission} {
		if slices.Contains(a.Sources, access.Microphone) || !a.Silenced.Has(chat) {
			t.Errorf("%s comes in with %v", a.Name, a.Sources)
		}
	}
	if view, err := m.Get(t.Context(), m.owner, m.room.Slug); err != nil || len(view.Forbidden) != 0 || view.Version != m.room.Version {
		t.Errorf("the room has changed: %+v, %v", view, err)
	}
	m.must(m.End(t.Context(), m.owner, m.room.Slug))
	if next, _ := m.enter(m.guest, m.room.Slug); !slices.Contains(next.Sources, access.Microphone) || len(next.Silenced) != 0 {
		t.Errorf("in the next meeting: %+v", next)
	}
}

func TestAModeratorAllowsForTheMeetingWhatTheRoomForbids(t *testing.T) {
	m := open(t).deciding()
	m.forGood(microphone, screen)
	got := m.forAll(rooms.PermissionChange{microphone: new(true)})
	if diff := cmp.Diff(rooms.ForAll{Forbidden: access.Abilities{screen}, Lasting: access.Abilities{microphone, screen}}, got); diff != "" {
		t.Error(diff)
	}
	if !m.speaks(m.atGues) {
		t.Error("the guest is bound by the setting still")
	}
	if got := m.forAll(rooms.PermissionChange{microphone: nil}); !got.Forbidden.Equal(got.Lasting) || m.speaks(m.atGues) {
		t.Errorf("taken back: %+v", got)
	}
}

func TestOneIsAllowedWhatIsForbiddenToAll(t *testing.T) {
	for name, forbid := range map[string]func(*meeting){
		"for the meeting": func(m *meeting) { m.forAll(rooms.PermissionChange{microphone: new(false), chat: new(false)}) },
		"for good":        func(m *meeting) { m.forGood(microphone, chat) },
	} {
		t.Run(name, func(t *testing.T) {
			m := open(t).deciding()
			other, _ := m.enter(m.house.guest("Greta"), m.room.Slug)
			m.media.Join(m.room.MediaName, other)
			forbid(m)
			p := m.forOne(m.atGues, rooms.PermissionChange{microphone: new(true), chat: new(true), camera: new(true)})
			if !p.Allowed.Equal(access.Abilities{microphone, chat}) || len(p.Forbidden) != 0 {
				t.Errorf("got %v, %v: what nobody forbids needs no allowance", p.Allowed, p.Forbidden)
			}
			if said, n := m.restricted(); n != 2 || said.Participant != m.atGues.ID || !slices.Equal(said.Allowed, []string{"microphone", "chat"}) || said.Forbidden == nil {
				t.Errorf("told %d times: %+v", n, said)
			}
			m.forOne(m.atGues, rooms.PermissionChange{chat: new(true)})
			if _, n := m.restricted(); n != 2 {
				t.Error("said again")
			}
			if !m.speaks(m.atGues) || m.speaks(other) {
				t.Error("it is allowed to the guest alone")
			}
			if _, _, err := m.Say(t.Context(), m.guest, m.room.Slug, m.atGues.ID, "hello"); err != nil {
				t.Error(err)
			}
			if s := m.state(m.guest, m.atGues); !s.AllowedToMe.Equal(p.Allowed) || len(s.Forbidden) != 0 || !s.ForbiddenForAll.Equal(p.Allowed) {
				t.Errorf("the guest reads %+v", s)
			}
			if again, _ := m.enter(m.guest, m.room.Slug); !slices.Contains(again.Sources, access.Microphone) || again.Silenced.Has(chat) {
				t.Errorf("comes back with %v", again.Sources)
			}
			if p := m.forOne(m.atGues, rooms.PermissionChange{microphone: nil, chat: new(false)}); len(p.Allowed) != 0 || m.speaks(m.atGues) {
				t.Errorf("taken back, %v is allowed", p.Allowed)
			}
		})
	}
}

func TestARuleThatIsMadeAnewBindsEverybodyAnew(t *testing.T) {
	m := open(t).deciding()
	m.forAll(rooms.PermissionChange{microphone: new(false), screen: new(false)})
	m.forOne(m.atGues, rooms.PermissionChange{microphone: new(true), screen: new(true)})
	m.forAll(rooms.PermissionChange{microphone: new(true)})
	if s := m.state(m.guest, m.atGues); !s.AllowedToMe.Equal(access.Abilities{screen}) {
		t.Errorf("allowed although nobody forbids it: %v", s.AllowedToMe)
	}
	m.forAll(rooms.PermissionChange{microphone: new(false)})
	if m.speaks(m.atGues) {
		t.Error("what was decided last does not count")
	}
}

func TestWhatIsForbiddenToOneStaysForbiddenWhenItIsAllowedToAll(t *testing.T) {
	m := open(t).deciding()
	m.forOne(m.atGues, rooms.PermissionChange{microphone: new(false)})
	m.forAll(rooms.PermissionChange{microphone: new(false)})
	m.forAll(rooms.PermissionChange{microphone: new(true)})
	if m.speaks(m.atGues) {
		t.Error("the guest speaks")
	}
}

func TestWhatAnOwnerDecidesForGoodTakesThePlaceOfWhatWasDecidedForTheMeeting(t *testing.T) {
	m := open(t).deciding()
	m.forAll(rooms.PermissionChange{microphone: new(false), chat: new(false)})
	m.forGood(microphone)
	if _, n := m.restricted(); n != 1 {
		t.Errorf("told %d times of what did not change", n)
	}
	m.forGood()
	if s := m.state(m.guest, m.atGues); !s.ForbiddenForAll.Equal(access.Abilities{chat}) || !m.speaks(m.atGues) {
		t.Errorf("the guest reads %+v", s)
	}
}

func TestAHostIsBoundByTheRuleOnceDemotedAndByWhatIsForbiddenToThemAtOnce(t *testing.T) {
	m := open(t).deciding()
	ctx := t.Context()
	m.forAll(rooms.PermissionChange{microphone: new(false), camera: new(false)})
	p, err := m.Permit(ctx, m.owner, m.room.Slug, m.atCol.ID, rooms.PermissionChange{microphone: new(true)})
	if err != nil || len(p.Allowed) != 0 {
		t.Fatalf("a host is bound by no rule, and is allowed %v, %v", p.Allowed, err)
	}
	m.must(m.role(m.atCol, access.Member))
	if m.speaks(m.atCol) {
		t.Error("demoted, the colleague speaks against the rule")
	}
	_, err = m.Permit(ctx, m.owner, m.room.Slug, m.atCol.ID, rooms.PermissionChange{microphone: new(true)})
	m.must(err)
	m.must(m.role(m.atCol, access.Moderator))
	m.must(m.role(m.atCol, access.Member))
	if at, _ := m.media.Connected(m.room.MediaName, m.atCol.ID); !m.speaks(m.atCol) || slices.Contains(at.Sources, access.Camera) {
		t.Errorf("what was allowed to them alone is lost on the way: %v", at.Sources)
	}
}

func TestWhatIsDecidedAboutAGuestHoldsForTheAccountWhicheverComesFirst(t *testing.T) {
	for name, signsInFirst := range map[string]bool{"signs in afterwards": false, "signed in before": true} {
		t.Run(name, func(t *testing.T) {
			m := open(t).deciding()
			account := m.person("Gaelle", "11000001500001")
			m.forAll(rooms.PermissionChange{microphone: new(false)})
			who := m.guest
			if signsInFirst {
				who = m.signsInAs(m.guest, account)
			}
			m.forOne(m.atGues, rooms.PermissionChange{microphone: new(true), camera: new(false)})
			if !signsInFirst {
				who = m.signsInAs(m.guest, account)
			}
			for _, one := range []auth.Identity{who, m.signedInAgain(account)} {
				in, _ := m.enter(one, m.room.Slug)
				if !slices.Contains(in.Sources, access.Microphone) || slices.Contains(in.Sources, access.Camera) {
					t.Errorf("comes back with %v", in.Sources)
				}
			}
		})
	}
}

func TestAgreeingAllowsNothingThatWasForbiddenAfterTheQuestion(t *testing.T) {
	for name, forbid := range map[string]func(*meeting){
		"to all":   func(m *meeting) { m.forAll(rooms.PermissionChange{microphone: new(false)}) },
		"to them":  func(m *meeting) { m.forOne(m.atGues, rooms.PermissionChange{microphone: new(false)}) },
		"for good": func(m *meeting) { m.forGood(microphone) },
	} {
		t.Run(name, func(t *testing.T) {
			m := open(t).deciding()
			ctx := t.Context()
			m.must(m.AskToUnmute(ctx, m.colleague, m.room.Slug, m.atGues.ID))
			before := m.asked()
			forbid(m)
			m.refused(m.AgreeToUnmute(ctx, m.guest, m.room.Slug, m.atGues.ID, before), fault.CodeForbiddenByHost)
			if m.speaks(m.atGues) {
				t.Error("the guest speaks")
			}
			m.must(m.AskToUnmute(ctx, m.colleague, m.room.Slug, m.atGues.ID))
			m.must(m.AgreeToUnmute(ctx, m.guest, m.room.Slug, m.atGues.ID, m.asked()))
			if !m.speaks(m.atGues) {
				t.Error("asked anew, the guest may not speak")
			}
		})
	}
}

func TestWhoIsAskedToUnmuteAgreesAgainstTheRuleForAll(t *testing.T) {
	m := open(t).deciding()
	ctx := t.Context()
	m.forAll(rooms.PermissionChange{microphone: new(false)})
	m.must(m.AskToUnmute(ctx, m.colleague, m.room.Slug, m.atGues.ID))
	if m.speaks(m.atGues) {
		t.Error("unmuted without a word of theirs")
	}
	m.must(m.AgreeToUnmute(ctx, m.guest, m.room.Slug, m.atGues.ID, m.asked()))
	if s := m.state(m.guest, m.atGues); !m.speaks(m.atGues) || !s.AllowedToMe.Equal(access.Abilities{microphone}) {
		t.Errorf("the guest reads %+v", s)
	}
}

// ruling is one decision about microphones: of an owner for good, of a host for the meeting, of a host about one person.
type ruling struct {
	About string
	Says  string
}

var verdicts = map[string]*bool{"allowed": new(true), "forbidden": new(false), "taken back": nil}

func rulings() *rapid.Generator[[]ruling] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ruling {
		about := rapid.SampledFrom([]string{"good", "meeting", "meeting", "one", "one"}).Draw(t, "about")
		says := []string{"allowed", "forbidden"}
		if about != "good" {
			says = append(says, "taken back")
		}
		return ruling{about, rapid.SampledFrom(says).Draw(t, "says")}
	}), 1, 9)
}

// forbidsAll is the rule after these: what was said for the meeting, unless the setting has changed since.
func forbidsAll(said []ruling) bool {
	setting, rule := false, false
	for _, r := range said {
		forbids := r.Says == "forbidden"
		switch {
		case r.About == "good" && setting != forbids:
			setting, rule = forbids, forbids
		case r.About == "meeting" && r.Says == "taken back":
			rule = setting
		case r.About == "meeting":
			rule = forbids
		}
	}
	return rule
}

// letsSpeak says from the whole story whether the one may speak: what was said about them last counts, an allowance for as
// long as all others are bound without a break.
func letsSpeak(said []ruling) bool {
	last := -1
	for i, r := range said {
		if r.About == "one" {
			last = i
		}
	}
	if last < 0 || said[last].Says == "taken back" {
		return !forbidsAll(said)
	}
	if said[last].Says == "forbidden" {
		return false
	}
	for i := last; i < len(said); i++ {
		if !forbidsAll(said[:i+1]) {
			return !forbidsAll(said)
		}
	}
	return true
}

// Whatever is decided in whatever order, about all and about one, the call does what a person who heard it all expects.
func TestOfAllThatIsDecidedAboutAllAndAboutOneTheLastCounts(t *testing.T) {
	h := open(t)
	owner := h.person("Odile", "11000001500001")
	guest, other := h.guest("Gaston"), h.guest("Greta")
	rapid.Check(t, func(t *rapid.T) {
		m := &meeting{house: h, owner: owner, colleague: owner, guest: guest, room: h.room(owner, "everyone")}
		m.atOwner, _ = h.enter(owner, m.room.Slug)
		m.atGues, _ = h.enter(guest, m.room.Slug)
		another, _ := h.enter(other, m.room.Slug)
		said := rulings().Draw(t, "said")
		for i, r := range said {
			change := rooms.PermissionChange{microphone: verdicts[r.Says]}
			switch {
			case r.About == "one":
				m.forOne(m.atGues, change)
			case r.About == "meeting":
				m.forAll(change)
			case r.Says == "forbidden":
				m.forGood(microphone)
			default:
				m.forGood()
			}
			if got, want := m.speaks(m.atGues), letsSpeak(said[:i+1]); got != want {
				t.Fatalf("after %v the guest speaks: %t", said[:i+1], got)
			}
			if got := m.speaks(another); got == forbidsAll(said[:i+1]) {
				t.Fatalf("after %v another guest speaks: %t", said[:i+1], got)
			}
		}
		m.must(m.End(h.t.Context(), owner, m.room.Slug))
	})
}

func TestARequestToUnmuteIsGoodOnce(t *testing.T) {
	m := open(t).deciding()
	ctx := t.Context()
	m.forAll(rooms.PermissionChange{microphone: new(false)})
	m.must(m.AskToUnmute(ctx, m.colleague, m.room.Slug, m.atGues.ID))
	request := m.asked()
	m.must(m.AgreeToUnmute(ctx, m.guest, m.room.Slug, m.atGues.ID, request))
	m.refused(m.AgreeToUnmute(ctx, m.guest, m.room.Slug, m.atGues.ID, request), fault.CodeNotFound)
	m.forOne(m.atGues, rooms.PermissionChange{microphone: nil})
	m.refused(m.AgreeToUnmute(ctx, m.guest, m.room.Slug, m.atGues.ID, request), fault.CodeNotFound)
	if m.speaks(m.atGues) {
		t.Error("an answer that was used up unmutes again")
	}
}

func TestAnOldRequestToUnmuteLiftsNoLaterDecision(t *testing.T) {
	forbidden, allowed, undone := rooms.PermissionChange{microphone: new(false)}, rooms.PermissionChange{microphone: new(true)}, rooms.PermissionChange{microphone: nil}
	for name, order := range map[string]struct{ before, after func(*meeting) }{
		"forbidden alone, then to all": {
			func(m *meeting) { m.forOne(m.atGues, forbidden) },
			func(m *meeting) { m.forAll(forbidden) },
		},
		"forbidden to all, then alone": {
			func(m *meeting) { m.forAll(forbidden) },
			func(m *meeting) { m.forOne(m.atGues, forbidden) },
		},
		"forbidden to all, then allowed alone and taken back": {
			func(m *meeting) { m.forAll(forbidden) },
			func(m *meeting) { m.forOne(m.atGues, allowed); m.forOne(m.atGues, undone) },
		},
		"forbidden to all, allowed and forbidden again": {
			func(m *meeting) { m.forAll(forbidden) },
			func(m *meeting) { m.forAll(allowed); m.forAll(forbidden) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := open(t).deciding()
			ctx := t.Context()
			order.before(m)
			m.must(m.AskToUnmute(ctx, m.colleague, m.room.Slug, m.atGues.ID))
			old := m.asked()
			order.after(m)
			m.refused(m.AgreeToUnmute(ctx, m.guest, m.room.Slug, m.atGues.ID, old), fault.CodeForbiddenByHost)
			if m.speaks(m.atGues) {
				t.Error("the guest speaks")
			}
		})
	}
}

func TestWhatIsDecidedAboutOthersLeavesARequestToUnmuteAsItIs(t *testing.T) {
	m := open(t).deciding()
	ctx := t.Context()
	m.forAll(rooms.PermissionChange{microphone: new(false)})
	m.must(m.AskToUnmute(ctx, m.colleague, m.room.Slug, m.atGues.ID))
	m.forAll(rooms.PermissionChange{camera: new(false)})
	_, err := m.Permit(ctx, m.owner, m.room.Slug, m.atCol.ID, rooms.PermissionChange{microphone: new(false)})
	m.must(err)
	m.forOne(m.atGues, rooms.PermissionChange{screen: new(false)})
	m.must(m.AgreeToUnmute(ctx, m.guest, m.room.Slug, m.atGues.ID, m.asked()))
	if !m.speaks(m.atGues) {
		t.Error("the guest may not speak")
	}
}

func TestNobodyIsToldThatTheyAllowedThemselvesToSpeak(t *testing.T) {
	m := open(t).deciding()
	ctx := t.Context()
	m.forAll(rooms.PermissionChange{microphone: new(false)})
	m.must(m.AskToUnmute(ctx, m.colleague, m.room.Slug, m.atGues.ID))
	m.must(m.AgreeToUnmute(ctx, m.guest, m.room.Slug, m.atGues.ID, m.asked()))
	if said, _ := m.restricted(); said.Participant != m.atGues.ID || said.By != "" {
		t.Errorf("told %+v", said)
	}
	m.forOne(m.atGues, rooms.PermissionChange{microphone: nil})
	if said, _ := m.restricted(); said.By == "" {
		t.Error("a host is not named")
	}
}

func TestTheListOfAMeetingTellsWhatEachDecisionTookAndGave(t *testing.T) {
	m := open(t).deciding()
	m.forAll(rooms.PermissionChange{microphone: new(false), chat: new(false)})
	m.forOne(m.atGues, rooms.PermissionChange{microphone: new(true)})
	m.forOne(m.atGues, rooms.PermissionChange{microphone: nil, camera: new(false)})
	m.forOne(m.atGues, rooms.PermissionChange{chat: new(false)})
	m.forOne(m.atGues, rooms.PermissionChange{camera: nil, chat: nil})
	m.forAll(rooms.PermissionChange{chat: new(true), screen: new(false)})
	type told struct{ Forbade, Permitted []any }
	var got []told
	for _, a := range m.attendance().Acts {
		if a.Act == rooms.ActPermissions || a.Act == rooms.ActForbidForAll {
			forbade, _ := a.Data["forbade"].([]any)
			permitted, _ := a.Data["permitted"].([]any)
			got = append(got, told{forbade, permitted})
		}
	}
	want := []told{
		{[]any{"microphone", "chat"}, []any{}},
		{[]any{}, []any{"microphone"}},
		{[]any{"camera", "microphone"}, []any{}},
		{[]any{"chat"}, []any{}},
		{[]any{}, []any{"camera"}}, // the chat stays forbidden to all
		{[]any{"screen"}, []any{"chat"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
