package rooms_test

import (
	"testing"

	"github.com/google/uuid"

	"parvis/auth"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

func TestWhatOneSaysIsSaidByTheServerAndKeptForWhoComesLater(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "public")
	me, _ := h.enter(jeanne, r.Slug)
	line, seq, err := h.Say(t.Context(), jeanne, r.Slug, me.ID, "  Bonjour  ")
	if err != nil || line.Text != "Bonjour" || seq != 1 {
		t.Fatalf("got %+v %d %v", line, seq, err)
	}
	samira := h.guest("Samira")
	her, _ := h.enter(samira, r.Slug)
	if err := h.Raise(t.Context(), samira, r.Slug, her.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := h.Raise(t.Context(), samira, r.Slug, her.ID, true); err != nil {
		t.Fatal(err)
	}
	state, err := h.State(t.Context(), samira, r.Slug, her.ID)
	if err != nil || state.Seq != 2 || len(state.Messages) != 1 || len(state.Hands) != 1 || state.Hands[0].AdmissionID != her.ID {
		t.Errorf("got %+v, %v", state, err)
	}
	said := h.media.Signals(r.MediaName)
	if len(said) != 2 || said[0].Signal.Type != event.SignalMessage || said[1].Signal.Type != event.SignalHand {
		t.Errorf("a hand raised twice is said once: %+v", said)
	}
	if err := h.Leave(t.Context(), samira, r.Slug, her.ID); err != nil {
		t.Fatal(err)
	}
	said = h.media.Signals(r.MediaName)
	if last := said[len(said)-1].Signal; last.Type != event.SignalHand || last.Seq != 3 {
		t.Errorf("the hand of who leaves goes down: %+v", last)
	}
}

func TestNobodySpeaksInAnothersName(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r, other := h.room(jeanne, ""), h.room(jeanne, "")
	me, _ := h.enter(jeanne, r.Slug)
	waiting, err := h.Join(t.Context(), louise, r.Slug, rooms.JoinRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		who      auth.Identity
		slug, id string
		want     fault.Code
	}{
		"nobody":                     {auth.Identity{}, r.Slug, me.ID, fault.CodeSignInRequired},
		"somebody else's":            {louise, r.Slug, me.ID, fault.CodeNotAdmitted},
		"in another room":            {jeanne, other.Slug, me.ID, fault.CodeNotAdmitted},
		"an admission of nobody":     {jeanne, r.Slug, uuid.NewString(), fault.CodeNotAdmitted},
		"admitted but not connected": {louise, r.Slug, waiting.Admission.ID, fault.CodeNotAdmitted},
	} {
		_, _, err := h.Say(t.Context(), c.who, c.slug, c.id, "x")
		if !fault.HasCode(err, c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		if err := h.Raise(t.Context(), c.who, c.slug, c.id, true); !fault.HasCode(err, c.want) {
			t.Errorf("%s raises: got %v, want %s", name, err, c.want)
		}
		if _, err := h.State(t.Context(), c.who, c.slug, c.id); !fault.HasCode(err, c.want) {
			t.Errorf("%s reads: got %v, want %s", name, err, c.want)
		}
	}
	h.refused(h.Leave(t.Context(), louise, r.Slug, me.ID), fault.CodeNotAdmitted)
	h.refused(h.React(t.Context(), jeanne, r.Slug, me.ID, "poop"), fault.CodeInvalid)
	if got := len(h.media.Signals(r.MediaName)); got != 0 {
		t.Errorf("%d signals went out", got)
	}
}

func TestReactionsAreSaidByTheServer(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	me, _ := h.enter(jeanne, r.Slug)
	for range 20 {
		if err := h.React(t.Context(), jeanne, r.Slug, me.ID, "clap"); err != nil {
			t.Fatal(err)
		}
	}
	h.Service.Close() // says what is being said and stops
	if got := len(h.media.Signals(r.MediaName)); got < 1 || got > 3 {
		t.Errorf("twenty reactions at once went out as %d signals", got)
	}
}
