package sfutest

import (
	"slices"
	"testing"
	"time"

	"parvis/access"
	"parvis/auth"
	"parvis/event"
	"parvis/rooms"
)

// World is an SFU as the contract drives it: who joins it comes through the gate, or what stands for it.
type World interface {
	rooms.Media
	rooms.Passes
	// Enter connects somebody and returns once the SFU shows them.
	Enter(t *testing.T, mediaName string, a rooms.Admission)
	// Talk has somebody who is connected publish a microphone, and returns once the SFU shows it.
	Talk(t *testing.T, mediaName, identity string)
	// Talks tells whether somebody's microphone is published and not muted.
	Talks(t *testing.T, mediaName, identity string) bool
	// Shown is the name that the others see, and what may be published; ok is false when nobody is connected so.
	Shown(t *testing.T, mediaName, identity string) (name string, sources []access.Source, ok bool)
}

// patience is for a machine that is busy with something else; who waits goes on as soon as it may.
const patience = time.Minute

// Contract is what rooms relies on, whatever the SFU.
func Contract(t *testing.T, w World) {
	t.Run("nobody and nowhere are no errors", func(t *testing.T) {
		ctx := t.Context()
		if err := w.Remove(ctx, "contract-nowhere", "nobody"); err != nil {
			t.Errorf("remove: %v", err)
		}
		if err := w.Apply(ctx, "contract-nowhere", admission("nobody")); err != nil {
			t.Errorf("apply: %v", err)
		}
		if err := w.Send(ctx, "contract-nowhere", event.Signal{Type: event.SignalHand}); err != nil {
			t.Errorf("send: %v", err)
		}
		if people, err := w.Participants(ctx, "contract-nowhere"); err == nil && len(people) > 0 {
			t.Errorf("people in a room that does not exist: %v", people)
		}
	})
	t.Run("who enters is listed", func(t *testing.T) {
		w.Enter(t, "contract-list", admission("list-1"))
		people, err := w.Participants(t.Context(), "contract-list")
		if err != nil || len(people) != 1 || people[0].Identity != "list-1" || !people[0].Standard || people[0].JoinedAt.IsZero() {
			t.Errorf("participants: %v, %v", people, err)
		}
		listed, err := w.Rooms(t.Context())
		i := slices.IndexFunc(listed, func(r rooms.MediaRoom) bool { return r.Name == "contract-list" })
		if err != nil || i < 0 || listed[i].Sid == "" {
			t.Errorf("rooms: %v, %v", listed, err)
		}
	})
	t.Run("who is removed is gone", func(t *testing.T) {
		w.Enter(t, "contract-remove", admission("remove-1"))
		if err := w.Remove(t.Context(), "contract-remove", "remove-1"); err != nil {
			t.Fatal(err)
		}
		Eventually(t, "the removed one is gone", func() bool {
			_, _, ok := w.Shown(t, "contract-remove", "remove-1")
			return !ok
		})
	})
	t.Run("name and rights are brought up to date", func(t *testing.T) {
		a := admission("apply-1")
		w.Enter(t, "contract-apply", a)
		a.Name, a.Sources = "Camille", []access.Source{access.Microphone}
		if err := w.Apply(t.Context(), "contract-apply", a); err != nil {
			t.Fatal(err)
		}
		Eventually(t, "the others see name and rights", func() bool {
			name, sources, ok := w.Shown(t, "contract-apply", "apply-1")
			return ok && name == "Camille" && slices.Equal(sources, a.Sources)
		})
		a.Sources = nil
		if err := w.Apply(t.Context(), "contract-apply", a); err != nil {
			t.Fatal(err)
		}
		Eventually(t, "no source left means none, not all", func() bool {
			_, sources, ok := w.Shown(t, "contract-apply", "apply-1")
			return ok && len(sources) == 0
		})
	})
	t.Run("who is muted does not talk, and nobody else is", func(t *testing.T) {
		const room = "contract-mute"
		for _, id := range []string{"mute-1", "mute-2", "mute-3"} {
			w.Enter(t, room, admission(id))
			w.Talk(t, room, id)
		}
		if changed, err := w.Mute(t.Context(), room, "mute-1", access.AbilityCamera); err != nil || changed {
			t.Errorf("a camera that is off: %v, %v", changed, err)
		}
		if changed, err := w.Mute(t.Context(), room, "mute-1", access.AbilityMicrophone); err != nil || !changed {
			t.Errorf("muted %v, %v", changed, err)
		}
		Eventually(t, "one is muted", func() bool { return !w.Talks(t, room, "mute-1") })
		if !w.Talks(t, room, "mute-2") {
			t.Error("another one is muted")
		}
		if changed, err := w.Mute(t.Context(), room, "mute-1", access.AbilityMicrophone); err != nil || changed {
			t.Errorf("muted twice: %v, %v", changed, err)
		}
		muted, err := w.MuteAll(t.Context(), room, access.AbilityMicrophone, func(id string) bool { return id == "mute-3" })
		if err != nil || !slices.Equal(muted, []string{"mute-2"}) {
			t.Errorf("muted %v, %v", muted, err)
		}
		Eventually(t, "all but one are muted", func() bool { return !w.Talks(t, room, "mute-2") })
		if !w.Talks(t, room, "mute-3") {
			t.Error("the one who was spared is muted")
		}
		if muted, err := w.MuteAll(t.Context(), "contract-nowhere", access.AbilityMicrophone, func(string) bool { return false }); err != nil || len(muted) > 0 {
			t.Errorf("nowhere: %v, %v", muted, err)
		}
		if changed, err := w.Mute(t.Context(), room, "nobody", access.AbilityMicrophone); err != nil || changed {
			t.Errorf("nobody: %v, %v", changed, err)
		}
	})
	t.Run("a pass is for somebody and somewhere", func(t *testing.T) {
		now := time.Now()
		if _, err := w.Pass(rooms.Admission{}, "contract-pass", now); err == nil {
			t.Error("signed for nobody")
		}
		if _, err := w.Pass(admission("pass-1"), "", now); err == nil {
			t.Error("signed for nowhere")
		}
		p, err := w.Pass(admission("pass-1"), "contract-pass", now)
		if err != nil || p.Token == "" || p.URL == "" || !p.ExpiresAt.After(now) || p.ExpiresAt.After(now.Add(10*time.Minute)) {
			t.Errorf("pass: %+v, %v", p, err)
		}
	})
}

func admission(id string) rooms.Admission {
	return rooms.Admission{
		ID: id, Name: "Somebody", OrgName: "Ministry", Role: access.Member, Assurance: auth.AssuranceAgent,
		Sources: access.AllSources(), State: rooms.Open, Generation: 1,
	}
}

// Eventually waits until a condition holds, or fails the test.
func Eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}
