package mediatest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"

	"parvis/access"
	"parvis/fault"
	"parvis/rooms"
	"parvis/sfu/sfutest"
)

// removed is a guest whom the owner took out of a call, with the passes that they still hold: LiveKit cannot take one
// back, and renews those of people who are connected.
func removed(t *testing.T, p *platform) (guest rooms.Admission, passes map[string]string) {
	t.Helper()
	p.enters(t, p.owner)
	c, joined := p.enters(t, p.guest(t, "Gaston"))
	guest = joined.Admission
	passes = map[string]string{"the pass of the join": joined.Pass.Token, "one that LiveKit renewed": refreshedToken(t, guest, p.room.MediaName)}
	if _, err := p.rooms.Remove(t.Context(), p.owner, p.room.Slug, guest.ID, false); err != nil {
		t.Fatal(err)
	}
	sfutest.Eventually(t, "the guest is out", func() bool { return c.read(func() bool { return c.gone }) })
	return guest, passes
}

func TestWhoWasRemovedIsRefusedAtTheGateWithWhateverPass(t *testing.T) {
	p := newPlatform(t, time.Now)
	guest, passes := removed(t, p)
	for name, token := range passes {
		if _, err := p.connect(t, guest, token); err == nil || !strings.Contains(err.Error(), `"code":"removed"`) {
			t.Errorf("%s: the gate says %v", name, err)
		}
	}
	if people := p.present(t); len(people) != 1 {
		t.Errorf("present: %+v", people)
	}
}

func TestWhoWasRemovedAndGoesPastTheGateIsPutOutWhenTheSFUTellsOfIt(t *testing.T) {
	p := newPlatform(t, time.Now)
	guest, passes := removed(t, p)
	for name, token := range passes {
		told := theInbox.count("participant_joined", guest.ID)
		c := p.pastTheGate(t, guest, token)
		sfutest.Eventually(t, "the SFU tells of it", func() bool { return theInbox.count("participant_joined", guest.ID) > told })
		p.hears(t) // and nothing sweeps
		expectPutOut(t, name, c)
	}
}

func TestWhoWasRemovedAndGoesPastTheGateIsPutOutByOneSweepWhenNoWebhookComes(t *testing.T) {
	p := newPlatform(t, time.Now)
	theInbox.handTo(nil)
	guest, passes := removed(t, p)
	p.listed(t, 1)
	c := p.pastTheGate(t, guest, passes["one that LiveKit renewed"])
	p.listed(t, 2)
	p.hears(t)
	if c.read(func() bool { return c.gone }) {
		t.Error("out before anything looked")
	}
	p.sweeps(t)
	expectPutOut(t, "a renewed pass", c)
	if people := p.present(t); len(people) != 1 || people[0].Relays != 1 {
		t.Errorf("the owner is not there any more: %+v", people)
	}
}

func expectPutOut(t *testing.T, name string, c *caller) {
	t.Helper()
	sfutest.Eventually(t, name+" is worth nothing", func() bool { return c.read(func() bool { return c.gone }) })
	if why := c.DisconnectReason(); why != livekit.DisconnectReason_PARTICIPANT_REMOVED {
		t.Errorf("%s: out because of %s", name, why)
	}
}

func TestWhatHostsDecidedOutlastsAnSFUThatIsKilled(t *testing.T) {
	p := newPlatform(t, time.Now)
	ctx := t.Context()
	owner, _ := p.enters(t, p.owner)
	gaston := p.guest(t, "Gaston")
	guest, joined := p.enters(t, gaston)
	early := p.joins(t, p.guest(t, "Elise")) // has a pass, and has not come yet
	if _, err := p.rooms.Permit(ctx, p.owner, p.room.Slug, guest.admission.ID, rooms.PermissionChange{access.AbilityMicrophone: new(false)}); err != nil {
		t.Fatal(err)
	}
	if err := p.rooms.Lock(ctx, p.owner, p.room.Slug, true); err != nil {
		t.Fatal(err)
	}
	if err := theSFU.kill(); err != nil {
		t.Fatal(err)
	}
	if err := theSFU.start(); err != nil {
		t.Fatal(err)
	}
	sfutest.Eventually(t, "both are back by themselves", func() bool {
		return owner.sees(guest.admission.ID) && guest.sees(owner.admission.ID) && p.publishes(t, guest.admission.ID) != nil
	})
	if _, err := p.connect(t, early.Admission, early.Pass.Token); err == nil {
		t.Error("somebody came through the lock")
	}
	_, err := p.rooms.Join(ctx, p.guest(t, "Zoe"), p.room.Slug, rooms.JoinRequest{})
	if !fault.HasCode(err, fault.CodeRoomLocked) {
		t.Errorf("somebody new: %v", err)
	}
	p.sweeps(t)
	if people := p.present(t); len(people) != 2 {
		t.Errorf("present: %+v", people)
	}
	expectNoMicrophone(t, "who came back", p.publishes(t, guest.admission.ID))
	again, err := p.connect(t, joined.Admission, joined.Pass.Token)
	if err != nil {
		t.Fatalf("the pass of before the lock, of somebody who is in the call: %v", err)
	}
	sfutest.Eventually(t, "the pass of before is in", func() bool { return p.publishes(t, again.admission.ID) != nil })
	expectNoMicrophone(t, "the pass of before", p.publishes(t, again.admission.ID))
}

// publishes is what the SFU lets somebody publish; nil when they are not connected.
func (p *platform) publishes(t *testing.T, identity string) *livekit.ParticipantPermission {
	t.Helper()
	service, ctx := admin(t, p.room.MediaName)
	info, err := service.GetParticipant(ctx, &livekit.RoomParticipantIdentity{Room: p.room.MediaName, Identity: identity})
	if err != nil || info.State != livekit.ParticipantInfo_ACTIVE {
		return nil
	}
	return info.Permission
}

// expectNoMicrophone knows that to the SFU an empty list is everything.
func expectNoMicrophone(t *testing.T, who string, may *livekit.ParticipantPermission) {
	t.Helper()
	if may == nil || len(may.CanPublishSources) == 0 || slices.Contains(may.CanPublishSources, livekit.TrackSource_MICROPHONE) ||
		!slices.Contains(may.CanPublishSources, livekit.TrackSource_CAMERA) {
		t.Errorf("%s may publish %v", who, may)
	}
}

// apart is how far our clock is from the SFU's, at most: a minute is what both allow.
const apart = 50 * time.Second

func TestACallRunsWhenOurClockAndTheSFUsAreFiftySecondsApart(t *testing.T) {
	for name, by := range map[string]time.Duration{"ours is ahead": apart, "ours is behind": -apart} {
		t.Run(name, func(t *testing.T) {
			p := newPlatform(t, func() time.Time { return time.Now().Add(by) })
			owner, _ := p.enters(t, p.owner)
			guest, _ := p.enters(t, p.guest(t, "Gaston"))
			sfutest.Eventually(t, "both see each other", func() bool { return owner.sees(guest.admission.ID) && guest.sees(owner.admission.ID) })
			sfutest.Eventually(t, "the SFU tells of both", func() bool {
				return theInbox.has("participant_joined", guest.admission.ID) && theInbox.has("participant_joined", owner.admission.ID)
			})
			p.hears(t)
			p.listed(t, 2)
			p.sweeps(t)
			if people := p.present(t); len(people) != 2 || people[0].Relays+people[1].Relays != 2 {
				t.Errorf("present: %+v", people)
			}
			guest.Disconnect()
			sfutest.Eventually(t, "the SFU tells of the leave", func() bool { return theInbox.has("participant_left", guest.admission.ID) })
			sfutest.Eventually(t, "the relay is closed", func() bool {
				return slices.ContainsFunc(p.present(t), func(who rooms.Presentee) bool { return who.AdmissionID == guest.admission.ID && who.Relays == 0 })
			})
			p.hears(t)
			if people := p.present(t); len(people) != 1 || people[0].AdmissionID != owner.admission.ID {
				t.Errorf("present: %+v", people)
			}
			p.expectNoFuture(t)
		})
	}
}

// expectNoFuture holds that nobody has left at a time that has not come.
func (p *platform) expectNoFuture(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	all, err := p.rooms.Sessions(ctx, p.owner, p.room.Slug, 10, "")
	if err != nil || len(all.Sessions) != 1 {
		t.Fatalf("sessions: %+v, %v", all, err)
	}
	happened, err := p.rooms.Attendance(ctx, p.owner, p.room.Slug, all.Sessions[0].ID)
	if err != nil || len(happened.People) != 2 {
		t.Fatalf("attendance: %+v, %v", happened, err)
	}
	for _, who := range happened.People {
		if left := who.LeftAt(); left != nil && (left.After(p.now()) || left.Before(happened.Session.StartedAt)) {
			t.Errorf("%s left at %s; the session began at %s and it is %s", who.Name, left, happened.Session.StartedAt, p.now())
		}
	}
}
