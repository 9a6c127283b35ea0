package sfutest_test

import (
	"testing"
	"time"

	"parvis/access"
	"parvis/fault"
	"parvis/rooms"
	"parvis/sfu/sfutest"
)

type fakeWorld struct{ *sfutest.Server }

func (w fakeWorld) Enter(_ *testing.T, mediaName string, a rooms.Admission) { w.Join(mediaName, a) }

func (w fakeWorld) Talk(_ *testing.T, mediaName, identity string) {
	w.Publish(mediaName, identity, access.AbilityMicrophone)
}

func (w fakeWorld) Talks(_ *testing.T, mediaName, identity string) bool {
	return w.Sounds(mediaName, identity, access.AbilityMicrophone)
}

func (w fakeWorld) Shown(_ *testing.T, mediaName, identity string) (string, []access.Source, bool) {
	a, ok := w.Connected(mediaName, identity)
	return a.Name, a.Sources, ok
}

func TestTheSFUInMemoryKeepsTheContract(t *testing.T) {
	sfutest.Contract(t, fakeWorld{sfutest.New(time.Now)})
}

func TestAnSFUThatIsDownIsUnavailable(t *testing.T) {
	s := sfutest.New(time.Now)
	s.SetDown(true)
	_, err := s.Rooms(t.Context())
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
	if err := s.Remove(t.Context(), "r", "p"); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}
