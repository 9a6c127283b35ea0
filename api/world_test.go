package api_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parvis/access"
	"parvis/api"
	"parvis/auth"
	"parvis/auth/signin"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

const (
	home     = "https://meet.example.org"
	budget   = "bud-gett-xyz" // camille's, entry signed-in
	fete     = "fet-edes-vie" // camille's, entry everyone
	secret   = "sec-rett-xyz" // camille's, entry members
	archived = "arc-hive-old" // camille's
	nowhere  = "now-here-abc"
)

const (
	interior = "0198a5c2-3c0f-7b02-8f3d-000000000001"
	justice  = "0198a5c2-3c0f-7b02-8f3d-000000000002"
)

// The people and machines of the tests, by how each stands to camille's rooms.
var (
	camille   = agent("camille", interior) // owner
	mounir    = agent("mounir", interior)  // moderator
	odile     = agent("odile", interior)   // member
	louise    = agent("louise", justice)   // stranger
	gaston    = auth.Identity{Kind: auth.Guest, ID: "gaston", SignInID: signInOf("gaston"), Name: "Gaston"}
	robot     = machine("robot", interior, auth.ScopeRoomsRead, auth.ScopeRoomsWrite)
	reader    = machine("reader", interior, auth.ScopeRoomsRead)
	idle      = machine("idle", interior)
	elsewhere = machine("elsewhere", justice, auth.ScopeRoomsRead, auth.ScopeRoomsWrite)
)

func agent(name, org string) auth.Identity {
	return auth.Identity{
		Kind: auth.Person, ID: name, PersonID: name, OrgID: org, OrgName: "Ministry", Name: name, Assurance: auth.AssuranceAgent,
		SignInID: signInOf(name),
	}
}

func machine(name, org string, scopes ...auth.Scope) auth.Identity {
	return auth.Identity{Kind: auth.Service, ID: name, OrgID: org, Name: name, Scopes: scopes}
}

func signInOf(name string) string {
	return "0198a5c2-8d3e-7a54-b1f0-" + (hex(name) + "000000000000")[:12]
}

func hex(s string) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		out = append(out, digits[s[i]>>4], digits[s[i]&15])
	}
	return string(out)
}

// world is everything behind the API, in memory, with the real use cases of rooms in it.
type world struct {
	mu         sync.Mutex
	now        time.Time
	rooms      map[string]rooms.Room // by slug
	grants     []access.Grant
	admissions map[string]rooms.Admission
	messages   []rooms.Message
	hands      map[string]time.Time
	signals    []event.Signal
	guests     int
	ended      []string
	keys       map[string]*kept
	lookups    int
	asked      atomic.Int64 // credentials looked up
	fails      error        // what the store answers instead

	readiness api.Readiness
	log       bytes.Buffer
	registry  *prometheus.Registry
	service   *rooms.Service
	options   api.Options
	handler   http.Handler
}

// kept is an answer under an idempotency key.
type kept struct {
	hash   []byte
	done   bool
	status int
	header map[string]string
	body   []byte
}

// newWorld builds the world. adjust may change the options before the API is made of them.
func newWorld(tb testing.TB, adjust ...func(*api.Options)) *world {
	tb.Helper()
	w := &world{
		now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), rooms: map[string]rooms.Room{}, admissions: map[string]rooms.Admission{},
		hands: map[string]time.Time{}, keys: map[string]*kept{}, readiness: api.Readiness{State: api.Ready}, registry: prometheus.NewRegistry(),
	}
	w.furnish(budget, access.EntrySignedIn)
	w.furnish(fete, access.EntryEveryone)
	w.furnish(secret, access.EntryMembers)
	w.furnish(archived, access.EntrySignedIn)
	old := w.rooms[archived]
	old.ArchivedAt = &w.now
	w.rooms[archived] = old

	logger := slog.New(slog.NewJSONHandler(&w.log, nil))
	w.service = rooms.New(rooms.Ports{
		Rooms: w, Admissions: w, Live: w, Passes: w, Media: media{w: w}, Cutter: cutter{}, Now: w.clock, Logger: logger, Replica: "test",
	})
	tb.Cleanup(w.service.Close)
	w.options = api.Options{
		BaseURL: home, Version: "1.2.3", Name: "Parvis", Languages: []string{"fr", "en"},
		Providers: []api.Provider{{Name: "proconnect", Label: "ProConnect", Origin: "https://idp.example.org"}},
		Rooms:     w.service, SignIns: cookies{w}, Services: tokens{w}, People: people{}, Idempotency: w,
		Handlers: api.Handlers{
			Login: says("login"), Callback: says("callback"), Logout: says("logout"), LoggedOut: says("logged out"),
			BackChannelLogout: says("back channel"), Gate: says("gate"), Webhook: says("webhook"), Web: says("web"),
		},
		Ready: func(context.Context) api.Readiness { return w.readiness },
		Now:   w.clock, Logger: logger, Metrics: w.registry,
	}
	for _, f := range adjust {
		f(&w.options)
	}
	var err error
	if w.handler, err = api.New(w.options); err != nil {
		tb.Fatal(err)
	}
	return w
}

func says(what string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(what)) })
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) furnish(slug string, entry access.Entry) {
	id := "room-" + slug
	w.rooms[slug] = rooms.Room{
		ID: id, OrgID: interior, Slug: slug, MediaName: "media-" + slug, Name: "Budget", Language: "fr", Entry: entry, Version: 1,
		CreatedAt: w.now, UpdatedAt: w.now,
	}
	for who, role := range map[string]access.Role{"camille": access.Owner, "mounir": access.Moderator, "odile": access.Member} {
		w.grants = append(w.grants, access.Grant{RoomID: id, Subject: access.Subject{Kind: access.SubjectPerson, ID: who}, Role: role, Sources: access.Everything()})
	}
}

// admit puts somebody into a room with an open relay and answers the participant.
func (w *world) admit(who auth.Identity, slug string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := "0198a5c2-9f10-7c3b-a2d4-" + (hex(who.ID) + "000000000000")[:12]
	w.admissions[id] = rooms.Admission{
		ID: id, RoomID: w.rooms[slug].ID, WhoKind: who.Kind, WhoID: who.ID, PersonID: who.PersonID, SignInID: who.SignInID,
		Name: who.Name, State: rooms.Open, Role: access.Member,
	}
	return id
}

func (w *world) room(slug string) rooms.Room {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rooms[slug]
}

// rooms.RoomStore

func (w *world) CreateRoom(_ context.Context, r rooms.Room, grants []access.Grant, _ []event.Event) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fails != nil {
		return w.fails
	}
	w.rooms[r.Slug] = r
	w.grants = append(w.grants, grants...)
	return nil
}

func (w *world) Room(_ context.Context, slug string) (rooms.Room, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lookups++
	if w.fails != nil {
		return rooms.Room{}, w.fails
	}
	r, ok := w.rooms[slug]
	if !ok {
		return rooms.Room{}, fault.New(fault.CodeRoomNotFound, "there is no room of this code")
	}
	return r, nil
}

func (w *world) UpdateRoom(_ context.Context, id string, change func(*rooms.Room) ([]event.Event, error)) (rooms.Room, error) {
	w.mu.Lock()
	r := w.byID(id)
	now := w.now
	w.mu.Unlock()
	r.Tags = slices.Clone(r.Tags)
	if _, err := change(&r); err != nil {
		return rooms.Room{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	r.Version++
	r.UpdatedAt = now
	w.rooms[r.Slug] = r
	return r, nil
}

func (w *world) byID(id string) rooms.Room {
	for _, r := range w.rooms {
		if r.ID == id {
			return r
		}
	}
	return rooms.Room{}
}

func (w *world) Rooms(_ context.Context, q rooms.RoomQuery) (rooms.RoomPage, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var page rooms.RoomPage
	for _, slug := range slices.Sorted(func(yield func(string) bool) {
		for slug := range w.rooms {
			if !yield(slug) {
				return
			}
		}
	}) {
		r := w.rooms[slug]
		role, _ := access.Strongest(w.held(r.ID, q.Subjects), q.Now)
		mine := role != access.NoRole || (q.AllOfOrg && r.OrgID == q.OrgID)
		if !mine || (r.ArchivedAt != nil) != q.Archived || (q.Cursor != "" && slug <= q.Cursor) {
			continue
		}
		if len(page.Rooms) == q.PageSize {
			page.Next = page.Rooms[len(page.Rooms)-1].Slug
			break
		}
		page.Rooms = append(page.Rooms, rooms.Listed{Room: r, Role: role})
	}
	return page, nil
}

func (w *world) Grants(_ context.Context, roomID string, subjects []access.Subject) ([]access.Grant, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held(roomID, subjects), nil
}

func (w *world) held(roomID string, subjects []access.Subject) []access.Grant {
	var held []access.Grant
	for _, g := range w.grants {
		if g.RoomID == roomID && slices.Contains(subjects, g.Subject) {
			held = append(held, g)
		}
	}
	return held
}

func (w *world) LastUsed(context.Context, string) (*time.Time, error) { return nil, nil }

// rooms.AdmissionStore

func (w *world) Admit(_ context.Context, a rooms.Admission, _ []event.Event) (rooms.Admission, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fails != nil {
		return rooms.Admission{}, w.fails
	}
	w.admissions[a.ID] = a
	return a, nil
}

func (w *world) Admission(_ context.Context, id string) (rooms.Entered, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a, ok := w.admissions[id]
	if !ok {
		return rooms.Entered{}, fault.New(fault.CodeNotFound, "there is no such admission")
	}
	return rooms.Entered{Admission: a, Room: w.byID(a.RoomID)}, nil
}

func (w *world) EndAdmissions(_ context.Context, which rooms.AdmissionSelection, reason rooms.EndReason, _ time.Time) ([]rooms.Ending, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var endings []rooms.Ending
	for id, a := range w.admissions {
		if a.Live() && (id == which.ID || (which.RoomID != "" && a.RoomID == which.RoomID)) {
			a.State, a.Reason = rooms.Ended, reason
			w.admissions[id] = a
			endings = append(endings, rooms.Ending{Admission: a})
		}
	}
	return endings, nil
}

// rooms.LiveStore

func (w *world) AddMessage(_ context.Context, m rooms.Message) (int64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.messages = append(w.messages, m)
	return int64(len(w.messages)), nil
}

func (w *world) SetHand(_ context.Context, admissionID string, at *time.Time) (int64, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, was := w.hands[admissionID]
	if at == nil {
		delete(w.hands, admissionID)
	} else {
		w.hands[admissionID] = *at
	}
	return 1, was != (at != nil), nil
}

func (w *world) State(context.Context, string, int) (rooms.State, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	st := rooms.State{Seq: int64(len(w.messages)), Messages: slices.Clone(w.messages)}
	for id, at := range w.hands {
		st.Hands = append(st.Hands, rooms.Hand{AdmissionID: id, Name: w.admissions[id].Name, RaisedAt: at})
	}
	return st, nil
}

// rooms.Passes, rooms.Media, rooms.Cutter

func (w *world) Pass(a rooms.Admission, mediaName string, now time.Time) (rooms.Pass, error) {
	return rooms.Pass{URL: "wss://meet.example.org/livekit", Token: "pass-of-" + mediaName, ExpiresAt: now.Add(10 * time.Minute)}, nil
}

type media struct {
	rooms.Media
	w *world
}

func (m media) Send(_ context.Context, _ string, s event.Signal, _ ...string) error {
	m.w.mu.Lock()
	defer m.w.mu.Unlock()
	m.w.signals = append(m.w.signals, s)
	return nil
}

func (m media) Remove(context.Context, string, string) error { return nil }

type cutter struct{}

func (cutter) Cut(string) {}

// idempotency

func (w *world) BeginIdempotent(_ context.Context, principal, route, key string, hash []byte, _ time.Time) (bool, int, map[string]string, []byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := principal + " " + route + " " + key
	k, ok := w.keys[id]
	switch {
	case !ok:
		w.keys[id] = &kept{hash: hash}
		return false, 0, nil, nil, nil
	case !bytes.Equal(k.hash, hash):
		return false, 0, nil, nil, fault.New(fault.CodeIdempotencyReuse, "this key was used for another request")
	case !k.done:
		return false, 0, nil, nil, fault.New(fault.CodeIdempotencyRunning, "the first request still runs").After(time.Second)
	default:
		return true, k.status, k.header, k.body, nil
	}
}

func (w *world) FinishIdempotent(_ context.Context, principal, route, key string, status int, header map[string]string, body []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	k := w.keys[principal+" "+route+" "+key]
	k.done, k.status, k.header, k.body = true, status, header, slices.Clone(body)
	return nil
}

func (w *world) ForgetIdempotent(_ context.Context, principal, route, key string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.keys, principal+" "+route+" "+key)
	return nil
}

// cookies is the sign-ins: a cookie's value is the name of whose it is.
type cookies struct{ w *world }

func (c cookies) Presented(r *http.Request) string {
	cookie, err := r.Cookie("__Host-parvis")
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (c cookies) Identify(w http.ResponseWriter, r *http.Request) (auth.Identity, error) {
	cookie, err := r.Cookie("__Host-parvis")
	if err != nil {
		return auth.Identity{}, nil
	}
	c.w.asked.Add(1)
	for _, who := range []auth.Identity{camille, mounir, odile, louise, gaston} {
		if who.ID == cookie.Value {
			return who, nil
		}
	}
	if strings.HasPrefix(cookie.Value, "guest-") {
		return auth.Identity{Kind: auth.Guest, ID: cookie.Value, SignInID: cookie.Value}, nil
	}
	if cookie.Value == "database-down" {
		return auth.Identity{}, fault.New(fault.CodeDatabaseUnavailable, "the database does not answer")
	}
	http.SetCookie(w, &http.Cookie{Name: "__Host-parvis", Path: "/", MaxAge: -1, Secure: true, HttpOnly: true})
	return auth.Identity{}, fault.New(fault.CodeSignInExpired, "this sign-in has ended")
}

func (c cookies) Knock(r *http.Request) (auth.Identity, error) {
	who, err := c.Identify(unheard{}, r)
	if fault.HasCode(err, fault.CodeSignInExpired) {
		err = nil
	}
	return who, err
}

// unheard takes a header and forgets it.
type unheard struct{ http.ResponseWriter }

func (unheard) Header() http.Header { return http.Header{} }

func (c cookies) EnsureGuest(_ context.Context, w http.ResponseWriter, _ *http.Request, name string) (auth.Identity, error) {
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	c.w.guests++
	id := "guest-" + strconv.Itoa(c.w.guests)
	http.SetCookie(w, &http.Cookie{Name: "__Host-parvis", Value: id, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return auth.Identity{Kind: auth.Guest, ID: id, SignInID: id, Name: name}, nil
}

func (c cookies) List(_ context.Context, who auth.Identity) ([]signin.SignIn, error) {
	now := c.w.clock()
	return []signin.SignIn{{
		ID: who.SignInID, CreatedAt: now, LastSeenAt: now.Add(time.Minute), ExpiresAt: now.Add(12 * time.Hour), UserAgent: "Firefox on Linux", Network: "192.0.2.0/24",
	}}, nil
}

func (c cookies) End(_ context.Context, who auth.Identity, id string) error {
	if id != who.SignInID {
		return fault.New(fault.CodeNotFound, "you have no such sign-in")
	}
	c.w.ended = append(c.w.ended, id)
	return nil
}

func (c cookies) EndAll(_ context.Context, who auth.Identity) error {
	c.w.ended = append(c.w.ended, who.SignInID)
	return nil
}

// tokens is the service accounts: a token is the name of whose it is.
type tokens struct{ w *world }

func (t tokens) Identify(_ context.Context, token string) (auth.Identity, error) {
	t.w.asked.Add(1)
	for _, who := range []auth.Identity{robot, reader, idle, elsewhere} {
		if who.ID == token {
			return who, nil
		}
	}
	return auth.Identity{}, fault.New(fault.CodeBadCredentials, "this token is not accepted")
}

type people struct{}

func (people) Person(_ context.Context, id string) (directory.Person, error) {
	return directory.Person{ID: id, GivenName: "Camille", FamilyName: "Martin", Email: "camille.martin@interior.example"}, nil
}
