package sfu

import (
	"errors"
	"strings"
	"testing"

	"github.com/twitchtv/twirp"

	"parvis/event"
	"parvis/fault"
)

func TestWhatTheSFUSaysBecomesOurWord(t *testing.T) {
	h := newHouse(t)
	h.sfu.set(func() { h.sfu.rooms["r"] = true })
	cases := []struct {
		name   string
		err    error
		absent bool
		kind   fault.Kind
	}{
		{"nobody there", twirp.NotFoundError("x"), true, fault.Internal},
		{"a fault of the SFU", twirp.InternalError("x"), false, fault.Unavailable},
		{"no node", twirp.NewError(twirp.Unavailable, "x"), false, fault.Unavailable},
		{"too slow", twirp.NewError(twirp.DeadlineExceeded, "x"), false, fault.Unavailable},
		{"a wrong key", twirp.NewError(twirp.Unauthenticated, "x"), false, fault.Internal},
		{"a call that it does not understand", twirp.NewError(twirp.InvalidArgument, "x"), false, fault.Internal},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h.sfu.set(func() { h.sfu.callErr = c.err })
			for name, err := range map[string]error{
				"remove": h.client.Remove(t.Context(), "r", "p"),
				"apply":  h.client.Apply(t.Context(), "r", somebody()),
				"send":   h.client.Send(t.Context(), "r", event.Signal{Type: event.SignalHand}),
			} {
				if c.absent && err != nil {
					t.Errorf("%s: absent people are no error: %v", name, err)
				}
				if !c.absent && fault.Of(err).Kind != c.kind {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	h.sfu.set(func() { h.sfu.callErr = twirp.NotFoundError("x") })
	if _, err := h.client.Participants(t.Context(), "r"); !fault.Is(err, fault.NotFound) {
		t.Errorf("people of a room that is not there: %v", err)
	}
}

func TestASignalToARoomThatIsNotThereIsNotMissed(t *testing.T) {
	h := newHouse(t)
	h.sfu.set(func() { h.sfu.callErr = twirp.NewError(twirp.DeadlineExceeded, "nobody answers") })
	if err := h.client.Send(t.Context(), "gone", event.Signal{Type: event.SignalHand}); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestASignalThatNoPacketCarriesIsRefused(t *testing.T) {
	h := newHouse(t)
	err := h.client.Send(t.Context(), "r", event.Signal{Type: event.SignalMessage, Data: strings.Repeat("x", signalLimit)})
	if err == nil || fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestARoomIsMadeOnceUntilItIsForgotten(t *testing.T) {
	h := newHouse(t)
	for range 3 {
		if err := h.client.EnsureRoom(t.Context(), "r"); err != nil {
			t.Fatal(err)
		}
	}
	h.client.Forget("r")
	if err := h.client.EnsureRoom(t.Context(), "r"); err != nil {
		t.Fatal(err)
	}
	if h.sfu.created != 2 {
		t.Errorf("created %d times", h.sfu.created)
	}
	h.sfu.set(func() { h.sfu.callErr = errors.New("no") })
	if err := h.client.EnsureRoom(t.Context(), "other"); err == nil {
		t.Error("a failure is remembered as a room")
	}
	h.sfu.set(func() { h.sfu.callErr = nil })
	if err := h.client.EnsureRoom(t.Context(), "other"); err != nil || !h.sfu.rooms["other"] {
		t.Errorf("%v", err)
	}
}
