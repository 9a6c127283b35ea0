package mediatest_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	lkauth "github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"
	"github.com/twitchtv/twirp"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
	"parvis/sfu"
)

func init() { lksdk.SetLogger(logger.GetDiscardLogger()) }

// door admits by a map: what rooms.Service decides from the database.
type door struct {
	mu sync.Mutex
	in map[string]rooms.Entered
}

func (d *door) Enter(ctx context.Context, id, signInID, mediaName string) (rooms.Entered, string, error) {
	in, err := d.Current(ctx, id)
	if err == nil {
		err = in.Fits(signInID, mediaName)
	}
	return in, uuid.NewString(), err
}

func (d *door) Current(_ context.Context, id string) (rooms.Entered, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	in, ok := d.in[id]
	if !ok {
		return rooms.Entered{}, fault.New(fault.CodeNotAdmitted, "unknown")
	}
	return in, nil
}

func (d *door) RelayClosed(context.Context, string) {}

func (d *door) QualitiesHeard(context.Context, []rooms.RelayQuality) error { return nil }

func (d *door) change(id string, edit func(*rooms.Admission)) rooms.Entered {
	d.mu.Lock()
	defer d.mu.Unlock()
	in := d.in[id]
	edit(&in.Admission)
	in.Admission.Generation++
	d.in[id] = in
	return in
}

// inbox collects webhooks, and hands them on where somebody works them off.
type inbox struct {
	mu   sync.Mutex
	kept []rooms.MediaEvent
	next sfu.Inbox
}

func (i *inbox) Keep(ctx context.Context, e rooms.MediaEvent, now time.Time) (bool, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.kept = append(i.kept, e)
	if i.next == nil {
		return true, nil
	}
	return i.next.Keep(ctx, e, now)
}

// handTo names who gets the webhooks from now on; nobody, and they are lost to all but the test.
func (i *inbox) handTo(next sfu.Inbox) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.next = next
}

// count is how often the SFU told this of somebody.
func (i *inbox) count(kind, identity string) (n int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, e := range i.kept {
		if e.Type == kind && e.Identity == identity {
			n++
		}
	}
	return n
}

func (i *inbox) has(kind, identity string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.ContainsFunc(i.kept, func(e rooms.MediaEvent) bool {
		return e.Type == kind && e.Identity == identity && e.ID != "" && e.Room != "" && e.Sid != "" && !e.At.IsZero()
	})
}

var theInbox = &inbox{}

// listenForHooks serves the webhook handler before the SFU starts.
func listenForHooks() (net.Listener, error) {
	client, err := sfu.New(sfu.Options{URL: "http://127.0.0.1:1", APIKey: apiKey, APISecret: apiSecret})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: sfu.NewWebhook(client, theInbox), ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(listener) }()
	return listener, nil
}

// house is a gate before the SFU.
type house struct {
	door   *door
	client *sfu.Client
	gate   *sfu.Gate
	url    string // ws://…/livekit
	origin string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return newHouseBehind(t, nil, time.Now)
}

// newHouseBehind is a house with another door than the map, and a clock of its own.
func newHouseBehind(t *testing.T, another func(*sfu.Client) sfu.Door, now func() time.Time) *house {
	t.Helper()
	mux := http.NewServeMux()
	front := httptest.NewServer(mux)
	h := &house{door: &door{in: map[string]rooms.Entered{}}, origin: front.URL, url: "ws" + strings.TrimPrefix(front.URL, "http") + "/livekit"}
	var err error
	h.client, err = sfu.New(sfu.Options{
		URL: theSFU.url, APIKey: apiKey, APISecret: apiSecret, PublicURL: h.url, Logger: slog.New(slog.DiscardHandler), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	var door sfu.Door = h.door
	if another != nil {
		door = another(h.client)
	}
	h.gate, err = sfu.NewGate(sfu.GateOptions{Client: h.client, Door: door, Origin: h.origin})
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/livekit/", h.gate)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := h.gate.Drain(ctx); err != nil {
			t.Error(err)
		}
		front.Close()
		h.client.Close()
	})
	return h
}

// admit is what a join by a bearer does.
func (h *house) admit(name, mediaName string) rooms.Admission {
	a := rooms.Admission{
		ID: uuid.NewString(), Name: name, OrgName: "Ministry", Role: access.Member, Assurance: auth.AssuranceAgent,
		Sources: access.AllSources(), State: rooms.Open, Generation: 1,
	}
	h.put(mediaName, a)
	return a
}

func (h *house) put(mediaName string, a rooms.Admission) {
	h.door.mu.Lock()
	defer h.door.mu.Unlock()
	h.door.in[a.ID] = rooms.Entered{Admission: a, Room: rooms.Room{MediaName: mediaName}}
}

func (h *house) pass(t *testing.T, a rooms.Admission, mediaName string) string {
	t.Helper()
	p, err := h.client.Pass(a, mediaName, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return p.Token
}

// caller is somebody in a call by the Go SDK.
type caller struct {
	*lksdk.Room
	admission rooms.Admission

	mu      sync.Mutex
	packets int
	data    []string
	gone    bool
	back    int
}

func (c *caller) read(look func() bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return look()
}

func (c *caller) note(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
}

// join connects through the gate; it fails the test when it cannot.
func (h *house) join(t *testing.T, name, mediaName string) *caller {
	t.Helper()
	a := h.admit(name, mediaName)
	c, err := h.connect(t, a, h.pass(t, a, mediaName))
	if err != nil {
		t.Fatalf("%s cannot join: %v", name, err)
	}
	return c
}

func (h *house) connect(t *testing.T, a rooms.Admission, token string) (*caller, error) {
	t.Helper()
	return connectTo(t, h.url, a, token)
}

// connectTo connects to the gate, or past it to the SFU itself.
func connectTo(t *testing.T, url string, a rooms.Admission, token string) (*caller, error) {
	t.Helper()
	c := &caller{admission: a}
	callback := &lksdk.RoomCallback{
		OnDisconnected: func() { c.note(func() { c.gone = true }) },
		OnReconnected:  func() { c.note(func() { c.back++ }) },
		ParticipantCallback: lksdk.ParticipantCallback{
			OnTrackSubscribed: func(track *webrtc.TrackRemote, _ *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) {
				go c.count(track)
			},
			OnDataPacket: func(data lksdk.DataPacket, params lksdk.DataReceiveParams) {
				if user, ok := data.(*lksdk.UserDataPacket); ok {
					c.note(func() { c.data = append(c.data, user.Topic+" "+string(user.Payload)+" "+params.SenderIdentity) })
				}
			},
		},
	}
	room := lksdk.NewRoom(callback)
	c.Room = room
	if err := room.JoinWithContextAndToken(t.Context(), url, token, lksdk.WithDisableRegionDiscovery()); err != nil {
		return nil, err
	}
	t.Cleanup(room.Disconnect)
	return c, nil
}

func (c *caller) count(track *webrtc.TrackRemote) {
	for {
		if _, _, err := track.ReadRTP(); err != nil {
			return
		}
		c.note(func() { c.packets++ })
	}
}

func (c *caller) sees(identity string) bool { return c.GetParticipantByIdentity(identity) != nil }

// speak publishes Opus silence until the test ends.
func (c *caller) speak(t *testing.T) {
	t.Helper()
	track, err := lksdk.NewLocalSampleTrack(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := track.StartWrite(silence{}, nil); err != nil {
		t.Fatal(err)
	}
	_, err = c.LocalParticipant.PublishTrack(track, &lksdk.TrackPublicationOptions{Name: "voice", Source: livekit.TrackSource_MICROPHONE})
	if err != nil {
		t.Fatalf("publish: %v", err)
	}
}

type silence struct{}

func (silence) NextSample(context.Context) (media.Sample, error) {
	return media.Sample{Data: []byte{0xf8, 0xff, 0xfe}, Duration: 20 * time.Millisecond}, nil
}
func (silence) OnBind() error   { return nil }
func (silence) OnUnbind() error { return nil }
func (silence) Close() error    { return nil }

// admin asks the SFU beside the gate, as only the house can.
func admin(t *testing.T, mediaName string) (livekit.RoomService, context.Context) {
	t.Helper()
	token, err := lkauth.NewAccessToken(apiKey, apiSecret).SetVideoGrant(&lkauth.VideoGrant{RoomAdmin: true, Room: mediaName}).ToJWT()
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := twirp.WithHTTPRequestHeaders(t.Context(), http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		t.Fatal(err)
	}
	return livekit.NewRoomServiceProtobufClient(theSFU.url, http.DefaultClient), ctx
}

func get(t *testing.T, target string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func within(t *testing.T, patience time.Duration, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", patience, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// refreshedToken is what LiveKit sends to somebody connected: the same grants, signed by its own library.
func refreshedToken(t *testing.T, a rooms.Admission, mediaName string) string {
	t.Helper()
	grant := &lkauth.VideoGrant{RoomJoin: true, Room: mediaName}
	token, err := lkauth.NewAccessToken(apiKey, apiSecret).SetIdentity(a.ID).SetName(a.Name).SetVideoGrant(grant).ToJWT()
	if err != nil {
		t.Fatal(err)
	}
	return token
}
