package mediatest_test

import (
	"testing"
	"time"

	"parvis/rooms"
)

func TestHowGoodAConnectionIsComesFromTheMediaServerToTheAdministrators(t *testing.T) {
	p := newPlatform(t, time.Now)
	odile, _ := p.enters(t, p.owner)
	paul, _ := p.enters(t, p.guest(t, "Paul"))
	odile.speak(t)
	judged := func(people int) func() bool {
		return func() bool {
			if err := p.rooms.Beat(t.Context()); err != nil {
				return false
			}
			if err := p.gate.TellQualities(t.Context()); err != nil {
				return false
			}
			live, err := p.db.LiveRoom(t.Context(), p.room.ID, p.now())
			c := live.Connections
			return err == nil && c.Excellent+c.Good+c.Poor == people && c.Unknown == 0 && c.Lost == 0
		}
	}
	within(t, time.Minute, "both are judged", judged(2))
	paul.Disconnect()
	within(t, time.Minute, "who has left leaves no quality", judged(1))
	if got, err := p.db.LiveRoom(t.Context(), p.room.ID, p.now()); err != nil || got.Connections == (rooms.Connections{}) {
		t.Errorf("got %+v, %v", got, err)
	}
}
