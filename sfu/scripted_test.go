package sfu

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
	"github.com/livekit/protocol/livekit"
	"github.com/twitchtv/twirp"
	"go.uber.org/goleak"

	"parvis/access"
	"parvis/auth"
	"parvis/fault"
	"parvis/rooms"
	"parvis/sfu/sfutest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	testKey    = "key"
	testSecret = "a secret of thirty-two characters or more"
	testOrigin = "http://parvis.test"
	welcome    = "welcome"
)

// scriptedSFU answers as LiveKit does where the gate can tell: rooms must exist, a WebSocket is greeted and echoed.
type scriptedSFU struct {
	livekit.RoomService // what is not scripted panics

	now func() time.Time // its clock

	mu       sync.Mutex
	rooms    map[string]bool
	created  int
	status   int // answered to every upgrade and validate, when set
	hold     chan struct{}
	seen     []*http.Request
	applied  []*livekit.UpdateParticipantRequest
	removed  []string
	callErr  error
	absences int // how many calls about a participant find nobody, as right after the welcome
	conns    map[net.Conn]struct{}
}

func newScriptedSFU(t *testing.T, now func() time.Time) (*scriptedSFU, *httptest.Server) {
	t.Helper()
	s := &scriptedSFU{now: now, rooms: map[string]bool{}, conns: map[net.Conn]struct{}{}}
	mux := http.NewServeMux()
	mux.Handle("/twirp/", livekit.NewRoomServiceServer(s))
	for _, path := range []string{"/rtc", "/rtc/v1"} {
		mux.HandleFunc(path, s.join)
		mux.HandleFunc(path+"/validate", s.validate)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(func() {
		s.hangUp()
		server.Close()
	})
	return s, server
}

// admit is LiveKit's validation: our key, a room that exists.
func (s *scriptedSFU) admit(r *http.Request) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, r)
	pass, err := testSigner().verify(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), s.now())
	switch {
	case s.status != 0:
		return s.status
	case err != nil || !pass.join():
		return http.StatusUnauthorized
	case !s.rooms[pass.Video.Room]:
		return http.StatusNotFound
	default:
		return http.StatusOK
	}
}

func (s *scriptedSFU) validate(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(s.admit(r))
	_, _ = io.WriteString(w, "token in the clear: "+r.Header.Get("Authorization"))
}

func (s *scriptedSFU) join(w http.ResponseWriter, r *http.Request) {
	if status := s.admit(r); status != http.StatusOK {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "token in the clear: "+r.Header.Get("Authorization"))
		return
	}
	conn, _, _, err := ws.UpgradeHTTP(r, w)
	if err != nil {
		return
	}
	s.mu.Lock()
	s.conns[conn] = struct{}{}
	hold := s.hold
	s.mu.Unlock()
	defer conn.Close()
	if hold != nil {
		<-hold
	}
	if wsutil.WriteServerText(conn, []byte(welcome)) != nil {
		return
	}
	for {
		message, op, err := wsutil.ReadClientData(conn)
		if err != nil || wsutil.WriteServerMessage(conn, op, message) != nil {
			return
		}
	}
}

func (s *scriptedSFU) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		_ = conn.Close()
	}
}

func (s *scriptedSFU) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *scriptedSFU) read(look func() bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return look()
}

func (s *scriptedSFU) CreateRoom(_ context.Context, r *livekit.CreateRoomRequest) (*livekit.Room, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.callErr != nil {
		return nil, s.callErr
	}
	s.created++
	s.rooms[r.Name] = true
	return &livekit.Room{Name: r.Name}, nil
}

func (s *scriptedSFU) UpdateParticipant(_ context.Context, r *livekit.UpdateParticipantRequest) (*livekit.ParticipantInfo, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.absences > 0 {
		s.absences--
		return nil, twirp.NotFoundError("no such participant")
	}
	s.applied = append(s.applied, r)
	return &livekit.ParticipantInfo{}, s.callErr
}

func (s *scriptedSFU) RemoveParticipant(_ context.Context, r *livekit.RoomParticipantIdentity) (*livekit.RemoveParticipantResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.removed = append(s.removed, r.Identity)
	return &livekit.RemoveParticipantResponse{}, s.callErr
}

func (s *scriptedSFU) SendData(context.Context, *livekit.SendDataRequest) (*livekit.SendDataResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &livekit.SendDataResponse{}, s.callErr
}

func (s *scriptedSFU) ListRooms(_ context.Context, r *livekit.ListRoomsRequest) (*livekit.ListRoomsResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := &livekit.ListRoomsResponse{}
	for _, name := range r.Names {
		if s.rooms[name] {
			found.Rooms = append(found.Rooms, &livekit.Room{Name: name})
		}
	}
	return found, nil
}

func (s *scriptedSFU) ListParticipants(context.Context, *livekit.ListParticipantsRequest) (*livekit.ListParticipantsResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &livekit.ListParticipantsResponse{}, s.callErr
}

// fakeDoor decides by a map.
type fakeDoor struct {
	mu         sync.Mutex
	admissions map[string]rooms.Entered
	err        error
	entered    int
	closed     []string
	heard      [][]rooms.RelayQuality
}

func (d *fakeDoor) Enter(_ context.Context, id, signInID, mediaName string) (rooms.Entered, string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return rooms.Entered{}, "", d.err
	}
	in, ok := d.admissions[id]
	if !ok {
		return rooms.Entered{}, "", fault.New(fault.CodeNotAdmitted, "unknown")
	}
	if err := in.Fits(signInID, mediaName); err != nil {
		return rooms.Entered{}, "", err
	}
	d.entered++
	return in, "relay-of-" + id, nil
}

func (d *fakeDoor) Current(_ context.Context, id string) (rooms.Entered, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return rooms.Entered{}, d.err
	}
	in, ok := d.admissions[id]
	if !ok {
		return rooms.Entered{}, fault.New(fault.CodeNotAdmitted, "unknown")
	}
	return in, nil
}

func (d *fakeDoor) RelayClosed(_ context.Context, id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = append(d.closed, id)
}

func (d *fakeDoor) QualitiesHeard(_ context.Context, heard []rooms.RelayQuality) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err == nil {
		d.heard = append(d.heard, heard)
	}
	return d.err
}

func (d *fakeDoor) set(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

// change edits an admission and counts its generation up.
func (d *fakeDoor) change(id string, edit func(*rooms.Admission)) {
	d.set(func() {
		in := d.admissions[id]
		edit(&in.Admission)
		in.Admission.Generation++
		d.admissions[id] = in
	})
}

func (d *fakeDoor) closedCount() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.closed)
}

func testSigner() signer { return signer{key: testKey, secret: []byte(testSecret)} }

// patience bounds what a test waits for, on a machine that is busy with something else.
const patience = time.Minute

// house is a gate between a scripted SFU and a door, behind a server that identifies by a header.
type house struct {
	sfu    *scriptedSFU
	door   *fakeDoor
	gate   *Gate
	client *Client
	url    string
	clock  *clock
	sfuURL string
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

const signInHeader = "X-Test-Sign-In"

func newHouse(t *testing.T, adjust ...func(*timing)) *house {
	t.Helper()
	h := &house{clock: &clock{now: time.Now()}, door: &fakeDoor{admissions: map[string]rooms.Entered{}}}
	var upstream *httptest.Server
	h.sfu, upstream = newScriptedSFU(t, h.clock.Now)
	h.sfuURL = upstream.URL
	var err error
	h.client, err = New(Options{
		URL: upstream.URL, APIKey: testKey, APISecret: testSecret, PublicURL: "ws://parvis.test/livekit",
		Now: h.clock.Now, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	h.gate, err = NewGate(GateOptions{Client: h.client, Door: h.door, Origin: testOrigin})
	if err != nil {
		t.Fatal(err)
	}
	tm := &h.gate.timing
	tm.farewell, tm.linger = 50*time.Millisecond, 50*time.Millisecond
	tm.door, tm.handshake, tm.write = patience, patience, patience
	for _, a := range adjust {
		a(tm)
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := auth.Identity{SignInID: r.Header.Get(signInHeader)}
		h.gate.ServeHTTP(w, r.WithContext(auth.NewContext(r.Context(), who)))
	}))
	h.url = front.URL
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := h.gate.Drain(ctx); err != nil {
			t.Error(err)
		}
		front.Close()
		h.client.Close()
	})
	return h
}

// admit puts an admission at the door; signInID "" is one that a bearer made.
func (h *house) admit(id, signInID string) rooms.Admission {
	a := rooms.Admission{
		ID: id, SignInID: signInID, Name: "Dominique", OrgName: "Ministry", Role: access.Member,
		Assurance: auth.AssuranceAgent, Sources: access.AllSources(), State: rooms.Open, Generation: 3,
	}
	h.door.set(func() { h.door.admissions[id] = rooms.Entered{Admission: a, Room: rooms.Room{MediaName: "media"}} })
	return a
}

func (h *house) pass(t *testing.T, a rooms.Admission) string {
	t.Helper()
	p, err := h.client.Pass(a, "media", h.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return p.Token
}

// knock is what a client sends.
type dialing struct {
	path   string // "/livekit/rtc" when empty
	token  string
	signIn string
	origin string
	query  string
	bearer bool
}

// open dials through the gate. The status is the answer's.
func (h *house) open(t *testing.T, d dialing) (*socket, int) {
	t.Helper()
	header := http.Header{}
	if d.signIn != "" {
		header.Set(signInHeader, d.signIn)
	}
	if d.origin != "" {
		header.Set("Origin", d.origin)
	}
	path, query := d.path, d.query
	if path == "" {
		path = "/livekit/rtc"
	}
	if d.bearer {
		header.Set("Authorization", "Bearer "+d.token)
	} else if d.token != "" {
		query += "&access_token=" + d.token
	}
	dialer := ws.Dialer{Header: ws.HandshakeHeaderHTTP(header), Timeout: patience}
	conn, early, _, err := dialer.Dial(t.Context(), "ws"+strings.TrimPrefix(h.url, "http")+path+"?"+query)
	var refused ws.StatusError
	if errors.As(err, &refused) {
		return nil, int(refused)
	}
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	s := &socket{Conn: conn, reader: conn}
	if early != nil {
		s.reader = io.MultiReader(early, conn)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return s, http.StatusSwitchingProtocols
}

type socket struct {
	net.Conn
	reader io.Reader
}

func (s *socket) Read(p []byte) (int, error) { return s.reader.Read(p) }

func (s *socket) say(t *testing.T, text string) string {
	t.Helper()
	s.tell(t, text)
	return s.hear(t)
}

func (s *socket) tell(t *testing.T, text string) {
	t.Helper()
	if err := wsutil.WriteClientText(s, []byte(text)); err != nil {
		t.Fatalf("write: %v", err)
	}
}

func (s *socket) hear(t *testing.T) string {
	t.Helper()
	_ = s.SetReadDeadline(time.Now().Add(patience))
	message, err := wsutil.ReadServerText(s)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return string(message)
}

// ended waits until the gate has closed the connection.
func (s *socket) ended(t *testing.T) {
	t.Helper()
	_ = s.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.Copy(io.Discard, s); errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
		t.Fatal("the connection is still open")
	}
}

// eachSignCounts has the gate look at a relay at each sign of life. To move the clock instead would take their time from the
// tokens of a check that has just begun.
func eachSignCounts(tm *timing) { tm.seen = 0 }

// endedByACheck gives signs of life, each of which counts, until the gate ends the relays because of what a check found: a
// sign that comes while an earlier check runs begins none.
func (h *house) endedByACheck(t *testing.T, s *socket) {
	t.Helper()
	sfutest.Eventually(t, "no relay is left", func() bool {
		_ = wsutil.WriteClientText(s, []byte("alive")) // the gate may have closed it
		return h.gate.Relays() == 0
	})
	s.ended(t)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

func (d *fakeDoor) enteredCount() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.entered
}
