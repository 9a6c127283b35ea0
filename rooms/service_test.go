package rooms_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/signin"
	"parvis/fault"
	"parvis/rooms"
)

func TestWhoMakesARoomOwnsItAndFindsItAgain(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "11001401600015"), h.person("Louise", "11001001400014")
	r := h.room(jeanne, "")
	mine, err := h.List(t.Context(), jeanne, rooms.ListQuery{PageSize: 10})
	if err != nil || len(mine.Rooms) != 1 || mine.Rooms[0].Slug != r.Slug || mine.Rooms[0].Role != access.Owner {
		t.Fatalf("got %+v, %v", mine, err)
	}
	others, err := h.List(t.Context(), louise, rooms.ListQuery{PageSize: 10})
	if err != nil || len(others.Rooms) != 0 {
		t.Errorf("another sees %+v, %v", others, err)
	}
	view, err := h.Get(t.Context(), louise, r.Slug)
	if err != nil || view.Full || view.Door.State != rooms.DoorOpen {
		t.Errorf("a stranger with the link learns that the door is open, no more: %+v, %v", view, err)
	}
	_, err = h.Create(t.Context(), auth.Identity{}, rooms.NewRoom{Name: "x"})
	h.refused(err, fault.CodeSignInRequired)
	_, err = h.Create(t.Context(), h.guest("Samira"), rooms.NewRoom{Name: "x"})
	h.refused(err, fault.CodeSignInRequired)
}

func TestEverythingWrongWithARoomIsSaidAtOnce(t *testing.T) {
	h := open(t)
	_, err := h.Create(t.Context(), h.person("Jeanne", "1"), rooms.NewRoom{Name: "  ", Language: "de", Entry: "all", MinAssurance: "high", OwnerPersonID: "x", ExternalID: "a b"})
	if f := fault.Of(err); f.Kind != fault.Invalid || len(f.Fields) != 7 {
		t.Errorf("got %+v", f)
	}
}

func TestARoomIsChangedByWhoSawItsPresentVersion(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r := h.room(jeanne, "")
	name := "Comité"
	_, err := h.Update(t.Context(), louise, r.Slug, 1, rooms.Change{Name: &name})
	h.refused(err, fault.CodeRoomNotFound)
	_, err = h.Update(t.Context(), jeanne, r.Slug, 7, rooms.Change{Name: &name})
	h.refused(err, fault.CodePreconditionFailed)
	changed, err := h.Update(t.Context(), jeanne, r.Slug, 1, rooms.Change{Name: &name})
	if err != nil || changed.Name != name || changed.Version != 2 || changed.Slug != r.Slug {
		t.Errorf("got %+v, %v", changed, err)
	}
}

func TestAGuestEntersAPublicRoomAndWaitsBeforeOthers(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	public, trusted := h.room(jeanne, "public"), h.room(jeanne, "trusted")
	for slug, want := range map[string]bool{public.Slug: false, trusted.Slug: true} {
		if waits, err := h.MayGuestJoin(t.Context(), slug, rooms.JoinRequest{}); err != nil || waits != want {
			t.Errorf("got %v, %v", waits, err)
		}
	}
	_, err := h.MayGuestJoin(t.Context(), "aaa-aaaa-aaa", rooms.JoinRequest{})
	h.refused(err, fault.CodeRoomNotFound)
	samira := h.guest("Samira")
	before, err := h.Join(t.Context(), samira, trusted.Slug, rooms.JoinRequest{Name: "Samira"})
	if err != nil || before.Ticket == nil || before.Admission.ID != "" || before.Pass.Token != "" {
		t.Errorf("got %+v, %v", before, err)
	}
	joined, err := h.Join(t.Context(), samira, public.Slug, rooms.JoinRequest{Name: "Samira D."})
	if err != nil || joined.Admission.Name != "Samira D." || joined.Admission.Role != access.Member || joined.Pass.Token == "" {
		t.Errorf("got %+v, %v", joined, err)
	}
	_, err = h.Join(t.Context(), jeanne, public.Slug, rooms.JoinRequest{Name: "Somebody else"})
	h.refused(err, fault.CodeInvalid)
}

func TestJoiningTwiceBeforeConnectingIsJoiningOnce(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	first, err := h.Join(t.Context(), jeanne, r.Slug, rooms.JoinRequest{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := h.Join(t.Context(), jeanne, r.Slug, rooms.JoinRequest{})
	if err != nil || second.Admission.ID != first.Admission.ID {
		t.Errorf("got another admission: %v", err)
	}
	if _, _, err := h.Enter(t.Context(), first.Admission.ID, jeanne.SignInID, r.MediaName); err != nil {
		t.Fatal(err)
	}
	third, err := h.Join(t.Context(), jeanne, r.Slug, rooms.JoinRequest{})
	if err != nil || third.Admission.ID == first.Admission.ID {
		t.Errorf("once connected, another tab is another participant: %v", err)
	}
}

func TestTheGateRefusesWhoseAdmissionDoesNotHold(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r := h.room(jeanne, "")
	joined, err := h.Join(t.Context(), jeanne, r.Slug, rooms.JoinRequest{})
	if err != nil {
		t.Fatal(err)
	}
	id := joined.Admission.ID
	for name, signIn := range map[string]string{"another browser": louise.SignInID, "no browser": ""} {
		if _, _, err := h.Enter(t.Context(), id, signIn, r.MediaName); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, _, err = h.Enter(t.Context(), uuid.NewString(), jeanne.SignInID, r.MediaName)
	h.refused(err, fault.CodeNotAdmitted)
	_, _, err = h.Enter(t.Context(), id, jeanne.SignInID, "another-room")
	h.refused(err, fault.CodeNotAdmitted)
	if in, now := h.db.Admission(t.Context(), id); now != nil || in.Admission.State != rooms.Admitted || !errors.Is(err, rooms.ErrOtherRoom) {
		t.Errorf("a pass for another room left %+v, %v, and said %v", in.Admission, now, err)
	}
	if _, _, err := h.Enter(t.Context(), id, jeanne.SignInID, r.MediaName); err != nil {
		t.Error(err)
	}
	if err := h.Leave(t.Context(), jeanne, r.Slug, id); err != nil {
		t.Fatal(err)
	}
	_, _, err = h.Enter(t.Context(), id, jeanne.SignInID, r.MediaName)
	h.refused(err, fault.CodeNotAdmitted)
}

func TestSigningOutEndsTheCall(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	me, _ := h.enter(jeanne, r.Slug)
	ended, err := h.db.EndSignIns(t.Context(), signin.Selection{ID: jeanne.SignInID}, h.clock.now())
	if err != nil || len(ended) != 1 {
		t.Fatalf("got %v, %v", ended, err)
	}
	_, _, err = h.Enter(t.Context(), me.ID, jeanne.SignInID, r.MediaName)
	h.refused(err, fault.CodeNotAdmitted) // whatever becomes of the rest
	h.SignInEnded(t.Context(), ended[0].Left)
	if _, there := h.media.Connected(r.MediaName, me.ID); there {
		t.Error("still connected")
	}
	if cuts := h.media.Cuts(); len(cuts) != 1 || cuts[0] != me.ID {
		t.Errorf("cut %v", cuts)
	}
}

func TestArchivingEmptiesARoomAndRestoringOpensIt(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r := h.room(jeanne, "")
	her, _ := h.enter(louise, r.Slug)
	if err := h.Archive(t.Context(), jeanne, r.Slug, 1); err != nil {
		t.Fatal(err)
	}
	if _, there := h.media.Connected(r.MediaName, her.ID); there {
		t.Error("still connected")
	}
	_, err := h.Join(t.Context(), louise, r.Slug, rooms.JoinRequest{})
	h.refused(err, fault.CodeRoomArchived)
	no := false
	if _, err := h.Update(t.Context(), jeanne, r.Slug, 2, rooms.Change{Archived: &no}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Join(t.Context(), louise, r.Slug, rooms.JoinRequest{}); err != nil {
		t.Error(err)
	}
}

func TestAnSFUThatIsDownKeepsWhatWasSaid(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	me, _ := h.enter(jeanne, r.Slug)
	h.media.SetDown(true)
	if _, seq, err := h.Say(t.Context(), jeanne, r.Slug, me.ID, "x"); err != nil || seq != 1 {
		t.Errorf("got %d, %v", seq, err)
	}
	if err := h.Sweep(t.Context(), 0); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestTheSweepBringsTruthBack(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r := h.room(jeanne, "")
	_, relay := h.enter(jeanne, r.Slug)
	her, _ := h.enter(louise, r.Slug)
	h.media.Join(r.MediaName, rooms.Admission{ID: "intruder"})
	h.sweep()
	if _, there := h.media.Connected(r.MediaName, "intruder"); there {
		t.Error("somebody who never passed the gate stays")
	}
	if _, there := h.media.Connected(r.MediaName, her.ID); !there {
		t.Error("somebody with a relay was removed")
	}
	h.RelayClosed(t.Context(), relay)
	h.later(61 * time.Second)
	h.sweep() // no relay for a minute: removed
	h.later(60 * time.Second)
	h.sweep() // and seen to be gone
	if here := h.present(r); len(here) != 1 || here[0].AdmissionID != her.ID {
		t.Errorf("present: %+v", here)
	}
	if err := h.Leave(t.Context(), louise, r.Slug, her.ID); err != nil {
		t.Fatal(err)
	}
	h.sweep()
	h.later(31 * time.Second)
	h.sweep()
	if all, err := h.db.Present(t.Context(), "", h.clock.now()); err != nil || len(all) != 0 {
		t.Errorf("the session goes on: %+v, %v", all, err)
	}
}

func TestWebhooksAreHintsThatMayComeTwiceLateOrAboutNobody(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	me, relay := h.enter(jeanne, r.Slug)
	gone := rooms.MediaEvent{ID: "EV_1", Type: "participant_left", Room: r.MediaName, Identity: me.ID, At: h.clock.now()}
	h.webhook(gone) // of an older connection: the relay is open
	if len(h.present(r)) != 1 {
		t.Fatal("a leave event ended somebody who is here")
	}
	h.RelayClosed(t.Context(), relay)
	gone.ID = "EV_2"
	h.webhook(gone)
	h.webhook(gone)
	if len(h.present(r)) != 0 {
		t.Error("the interval goes on")
	}
	h.webhook(rooms.MediaEvent{ID: "EV_3", Type: "participant_left", Room: "nowhere", Identity: "nobody", At: h.clock.now()})
	h.sweep() // notes which SFU room carries the session
	h.webhook(rooms.MediaEvent{ID: "EV_4", Type: "room_finished", Room: r.MediaName, Sid: "RM_1", At: h.clock.now()})
	if all, err := h.db.Present(context.Background(), "", h.clock.now()); err != nil || len(all) != 0 {
		t.Errorf("the session goes on: %+v, %v", all, err)
	}
	h.media.Join(r.MediaName, rooms.Admission{ID: "intruder"})
	h.webhook(rooms.MediaEvent{ID: "EV_5", Type: "participant_joined", Room: r.MediaName, Identity: "intruder", At: h.clock.now()})
	if _, there := h.media.Connected(r.MediaName, "intruder"); there {
		t.Error("a pass used past the gate is not removed on its webhook")
	}
}
