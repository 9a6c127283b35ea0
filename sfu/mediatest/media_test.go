package mediatest_test

import (
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"

	"parvis/access"
	"parvis/event"
	"parvis/rooms"
	"parvis/sfu"
	"parvis/sfu/sfutest"
)

func TestTwoPeopleSeeAndHearEachOther(t *testing.T) {
	h := newHouse(t)
	ada, blaise := h.join(t, "Ada", "two"), h.join(t, "Blaise", "two")
	sfutest.Eventually(t, "both see each other", func() bool { return ada.sees(blaise.admission.ID) && blaise.sees(ada.admission.ID) })
	ada.speak(t)
	blaise.speak(t)
	sfutest.Eventually(t, "sound flows both ways", func() bool {
		enough := func(c *caller) bool { return c.read(func() bool { return c.packets > 25 }) }
		return enough(ada) && enough(blaise)
	})
	p := blaise.GetParticipantByIdentity(ada.admission.ID)
	if p.Name() != "Ada" || p.Attributes()["assurance"] != "agent" || p.Attributes()["organization"] != "Ministry" || p.Attributes()["role"] != "member" {
		t.Errorf("Blaise sees %s, %v", p.Name(), p.Attributes())
	}
	sfutest.Eventually(t, "the SFU told of both", func() bool {
		return theInbox.has("participant_joined", ada.admission.ID) && theInbox.has("participant_joined", blaise.admission.ID)
	})
}

func TestWhatTheServerSaysReachesTheRoomAndOnePersonsWordsDoNot(t *testing.T) {
	h := newHouse(t)
	ada, blaise := h.join(t, "Ada", "said"), h.join(t, "Blaise", "said")
	ada.speak(t) // opens the data channels too
	sfutest.Eventually(t, "the call runs", func() bool { return blaise.read(func() bool { return blaise.packets > 0 }) })
	s := event.Signal{Seq: 7, Type: event.SignalHand, At: time.Unix(1790000000, 0).UTC(), Data: map[string]bool{"raised": true}}
	if err := h.client.Send(t.Context(), "said", s); err != nil {
		t.Fatal(err)
	}
	want := `parvis {"seq":7,"type":"hand","at":"2026-09-21T14:13:20Z","data":{"raised":true}} `
	for _, c := range []*caller{ada, blaise} {
		sfutest.Eventually(t, c.admission.Name+" hears the server", func() bool {
			return c.read(func() bool { return slices.Contains(c.data, want) })
		})
	}
	if err := h.client.Send(t.Context(), "said", s, blaise.admission.ID); err != nil {
		t.Fatal(err)
	}
	sfutest.Eventually(t, "Blaise hears it alone", func() bool { return blaise.read(func() bool { return len(blaise.data) == 2 }) })
	if !ada.read(func() bool { return len(ada.data) == 1 }) {
		t.Errorf("Ada heard %v", ada.data)
	}
}

func TestWhoIsRemovedDoesNotComeBack(t *testing.T) {
	h := newHouse(t)
	ada, blaise := h.join(t, "Ada", "removed"), h.join(t, "Blaise", "removed")
	old := h.pass(t, blaise.admission, "removed")
	h.door.change(blaise.admission.ID, func(a *rooms.Admission) { a.State, a.Reason = rooms.Ended, rooms.EndRemoved })
	if err := h.client.Remove(t.Context(), "removed", blaise.admission.ID); err != nil {
		t.Fatal(err)
	}
	h.gate.Cut(blaise.admission.ID)
	sfutest.Eventually(t, "Blaise is out", func() bool { return blaise.read(func() bool { return blaise.gone }) })
	if blaise.DisconnectReason() != livekit.DisconnectReason_PARTICIPANT_REMOVED {
		t.Errorf("the farewell was lost: %v", blaise.DisconnectReason())
	}
	sfutest.Eventually(t, "Ada sees Blaise no more", func() bool { return !ada.sees(blaise.admission.ID) })
	if _, err := h.connect(t, blaise.admission, old); err == nil {
		t.Error("the old pass opened again")
	}
	refreshed := refreshedToken(t, blaise.admission, "removed")
	if _, err := h.connect(t, blaise.admission, refreshed); err == nil {
		t.Error("a refreshed token opened again")
	}
	status, body := get(t, h.origin+"/livekit/rtc/validate?access_token="+refreshed)
	if status != http.StatusForbidden || !strings.Contains(body, `"removed"`) {
		t.Errorf("validate: %d %s", status, body)
	}
}

func TestRightsThatAreTakenStopTheTrack(t *testing.T) {
	h := newHouse(t)
	ada, blaise := h.join(t, "Ada", "rights"), h.join(t, "Blaise", "rights")
	ada.speak(t)
	before := h.pass(t, ada.admission, "rights")
	sfutest.Eventually(t, "Blaise hears", func() bool { return blaise.read(func() bool { return blaise.packets > 5 }) })
	in := h.door.change(ada.admission.ID, func(a *rooms.Admission) { a.Sources = nil })
	if err := h.client.Apply(t.Context(), "rights", in.Admission); err != nil {
		t.Fatal(err)
	}
	sfutest.Eventually(t, "the track is unpublished", func() bool {
		p := blaise.GetParticipantByIdentity(ada.admission.ID)
		return p != nil && len(p.TrackPublications()) == 0
	})
	t.Run("and an older pass brings nothing back", func(t *testing.T) {
		again, err := h.connect(t, in.Admission, before)
		if err != nil {
			t.Fatal(err)
		}
		service, ctx := admin(t, "rights")
		p, err := service.GetParticipant(ctx, &livekit.RoomParticipantIdentity{Room: "rights", Identity: again.admission.ID})
		if err != nil || p.Permission.CanPublish || p.Permission.CanPublishData {
			t.Errorf("%v, %v", p.GetPermission(), err)
		}
	})
}

func TestTheClientKeepsTheContractWithARealSFU(t *testing.T) {
	h := newHouse(t)
	sfutest.Contract(t, world{house: h, Client: h.client, callers: map[string]*caller{}})
}

func TestWhoMayNotEnter(t *testing.T) {
	h := newHouse(t)
	a := h.admit("Ada", "entry")
	elsewhere := h.pass(t, a, "another-room")
	p, err := h.client.Pass(a, "entry", time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{"another room's pass": elsewhere, "an expired pass": p.Token, "no pass": "none"} {
		if _, err := h.connect(t, a, token); err == nil {
			t.Errorf("%s opened", name)
		}
	}
	for _, path := range []string{"/livekit/twirp/livekit.RoomService/ListRooms", "/livekit/whip/v1", "/livekit/rtc/../twirp", "/livekit/agent"} {
		if status, _ := get(t, h.origin+path); status == http.StatusOK {
			t.Errorf("%s is reachable", path)
		}
	}
}

func TestBrowsersAreSentToNoForeignServer(t *testing.T) {
	h := newHouse(t)
	if err := h.client.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := h.client.Probe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if found.Version == "" || len(found.ICEServers) == 0 {
		t.Errorf("learned nothing: %+v", found)
	}
	for _, server := range found.ICEServers {
		if !strings.HasPrefix(server, "turn:127.0.0.1:") {
			t.Errorf("browsers are sent to %s", server)
		}
	}
	listed, err := h.client.Rooms(t.Context())
	if err != nil || slices.ContainsFunc(listed, func(r rooms.MediaRoom) bool { return strings.HasPrefix(r.Name, "probe-") }) {
		t.Errorf("the probe left its room: %v, %v", listed, err)
	}
}

func TestAKilledSFUComesBackWithItsPeople(t *testing.T) {
	h := newHouse(t)
	ada, blaise := h.join(t, "Ada", "killed"), h.join(t, "Blaise", "killed")
	sfutest.Eventually(t, "both are there", func() bool { return ada.sees(blaise.admission.ID) })
	if err := theSFU.kill(); err != nil {
		t.Fatal(err)
	}
	token := h.pass(t, ada.admission, "killed")
	if status, _ := get(t, h.origin+"/livekit/rtc/validate?access_token="+token); status != http.StatusServiceUnavailable {
		t.Errorf("without the SFU: %d", status)
	}
	if err := theSFU.start(); err != nil {
		t.Fatal(err)
	}
	again := h.join(t, "Camille", "killed") // the gate makes the room anew
	listed, err := h.client.Rooms(t.Context())
	if err != nil || !slices.ContainsFunc(listed, func(r rooms.MediaRoom) bool { return r.Name == "killed" }) {
		t.Errorf("rooms: %v, %v", listed, err)
	}
	within(t, time.Minute, "the others are back", func() bool { return again.sees(ada.admission.ID) && again.sees(blaise.admission.ID) })
}

func TestATakenPortIsOneSentence(t *testing.T) {
	code, said := runOnce(t.Context(), theSFU.binary, theSFU.env)
	if code != 1 || strings.Count(strings.TrimSpace(said), "\n") != 0 || !strings.Contains(said, "PARVIS_SFU_PORT") {
		t.Errorf("exit %d, said %q", code, said)
	}
}

func TestTheSFUEndsCleanlyWhenToldAndWithItsParent(t *testing.T) {
	for name, end := range map[string]func(*process) error{
		"told":             func(p *process) error { return p.cmd.Process.Signal(syscall.SIGTERM) },
		"told by Ctrl-C":   func(p *process) error { return p.cmd.Process.Signal(syscall.SIGINT) },
		"its parent ended": func(p *process) error { return p.stdin.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			second := *theSFU
			ports := freePorts()
			second.env = append(slices.Clone(theSFU.env), "PARVIS_SFU_PORT="+ports[0], "PARVIS_SFU_UDP_PORT="+ports[1], "PARVIS_SFU_TURN_PORT="+ports[2])
			if err := second.start(); err != nil {
				t.Fatal(err)
			}
			if err := end(&second); err != nil {
				t.Fatal(err)
			}
			if err := second.cmd.Wait(); err != nil {
				t.Errorf("it did not end well: %v", err)
			}
		})
	}
}

// world drives the contract of sfutest through the gate.
type world struct {
	*house
	*sfu.Client
	callers map[string]*caller
}

func (w world) Enter(t *testing.T, mediaName string, a rooms.Admission) {
	t.Helper()
	w.put(mediaName, a)
	c, err := w.connect(t, a, w.house.pass(t, a, mediaName))
	if err != nil {
		t.Fatal(err)
	}
	w.callers[a.ID] = c
	sfutest.Eventually(t, a.ID+" is listed", func() bool {
		_, _, ok := w.Shown(t, mediaName, a.ID)
		return ok
	})
}

func (w world) Talk(t *testing.T, mediaName, identity string) {
	t.Helper()
	w.callers[identity].speak(t)
	sfutest.Eventually(t, identity+" talks", func() bool { return w.Talks(t, mediaName, identity) })
}

func (w world) Talks(t *testing.T, mediaName, identity string) bool {
	t.Helper()
	service, ctx := admin(t, mediaName)
	p, err := service.GetParticipant(ctx, &livekit.RoomParticipantIdentity{Room: mediaName, Identity: identity})
	if err != nil {
		return false
	}
	for _, track := range p.Tracks {
		if track.Source == livekit.TrackSource_MICROPHONE && !track.Muted {
			return true
		}
	}
	return false
}

func (w world) Shown(t *testing.T, mediaName, identity string) (string, []access.Source, bool) {
	t.Helper()
	service, ctx := admin(t, mediaName)
	p, err := service.GetParticipant(ctx, &livekit.RoomParticipantIdentity{Room: mediaName, Identity: identity})
	if err != nil || p.State != livekit.ParticipantInfo_ACTIVE {
		return "", nil, false
	}
	var sources []access.Source
	for _, s := range p.Permission.CanPublishSources {
		sources = append(sources, access.Source(strings.ToLower(s.String())))
	}
	if p.Permission.CanPublish && len(sources) == 0 {
		sources = access.AllSources()
	}
	return p.Name, sources, true
}
