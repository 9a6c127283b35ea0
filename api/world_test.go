package api_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parvis/access"
	"parvis/api"
	"parvis/audit"
	"parvis/audit/audittest"
	"parvis/auth"
	"parvis/auth/emailproof"
	"parvis/auth/emailproof/emailprooftest"
	"parvis/auth/service/servicetest"
	"parvis/directory"
	"parvis/event"
	"parvis/policy/policytest"
	"parvis/rooms"
	"parvis/schedule"
	"parvis/schedule/scheduletest"
	"parvis/usage"
	"parvis/webhook/webhooktest"
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
	sofia     = agent("sofia", interior)   // stranger, whom a host may give a role for the meeting
	gaston    = auth.Identity{Kind: auth.Guest, ID: "gaston", SignInID: signInOf("gaston"), Name: "Gaston"}
	robot     = machine("robot", interior, auth.ScopeRoomsRead, auth.ScopeRoomsWrite)
	reader    = machine("reader", interior, auth.ScopeRoomsRead)
	idle      = machine("idle", interior)
	elsewhere = machine("elsewhere", justice, auth.ScopeRoomsRead, auth.ScopeRoomsWrite)
	clerk     = machine("clerk", interior, auth.ScopeAttendanceRead)
	manager   = machine("manager", interior, auth.ScopeServiceAccountsManage, auth.ScopeRoomsRead)

	robotForCamille  = acting(robot, camille)
	readerForCamille = acting(reader, camille)
	robotForLouise   = acting(robot, louise)
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

// acting is a person for whom software acts with its own scopes.
func acting(software, who auth.Identity) auth.Identity {
	who.OnBehalfOf, who.Scopes, who.SignInID, who.Assurance = software.ID, software.Scopes, "", auth.AssuranceUnknown
	return who
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
	told       []event.Event // of rooms that were made
	session    rooms.Session
	adjusted   map[rooms.Who]rooms.Adjustment
	acts       []rooms.Act
	blocks     []rooms.Block
	applied    []rooms.Admission
	muted      []string
	history    map[string][]rooms.Attendance // by room id, latest first
	guests     int
	ended      []string
	tickets    map[string]rooms.Ticket    // by sign-in and room
	steps      map[string]int64           // of lobbies, by room
	openings   map[string]access.Openings // by room id
	links      []access.Link
	keys       map[string]*kept
	privacy    *keeper
	proofs     emailprooftest.Memory
	meetings   *scheduletest.Memory
	planner    *schedule.Service
	hooks      *webhooktest.Memory
	trail      *audittest.Memory
	software   *servicetest.Memory
	policies   *policytest.Memory
	strangers  []auth.Identity // whom a test brings besides those above
	lookups    int
	asked      atomic.Int64 // credentials looked up
	fails      error        // what the store answers instead
	unkept     error        // what keeping an answer for its key comes to

	invitations  map[string]access.Grant // by hash
	invitedUntil map[access.Subject]*time.Time

	readiness api.Readiness
	health    api.Health
	log       bytes.Buffer
	registry  *prometheus.Registry
	service   *rooms.Service
	watch     *audit.Watch
	options   api.Options
	handler   http.Handler
}

// kept is an answer under an idempotency key.
type kept struct {
	hash   []byte
	began  time.Time
	made   map[string]string
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
		hands: map[string]time.Time{}, tickets: map[string]rooms.Ticket{}, steps: map[string]int64{}, invitations: map[string]access.Grant{}, invitedUntil: map[access.Subject]*time.Time{},
		keys: map[string]*kept{}, software: servicetest.New(), readiness: api.Readiness{State: api.Ready}, registry: prometheus.NewRegistry(),
	}
	w.furnish(budget, access.EntrySignedIn)
	w.furnish(fete, access.EntryEveryone)
	w.furnish(secret, access.EntryMembers)
	w.furnish(archived, access.EntrySignedIn)
	old := w.rooms[archived]
	old.ArchivedAt = &w.now
	w.rooms[archived] = old

	logger := slog.New(slog.NewJSONHandler(&w.log, nil))
	w.trail = audittest.New()
	w.watch = audit.NewWatch(w.trail, w.clock, logger)
	w.policies = policytest.New(w.clock, map[string]string{interior: "Interior", justice: "Justice"})
	w.service = rooms.New(rooms.Ports{
		Rooms: w, Admissions: w, Live: w, Hosts: w, Members: w, Owners: noOffices{w}, Lobby: w, History: w, Policies: w.policies, Templates: w.policies, Passes: w, Media: media{w: w}, Cutter: cutter{}, Now: w.clock, Logger: logger,
		Replica: "test", ProvesEmail: true,
	})
	tb.Cleanup(w.service.Close)
	w.options = api.Options{
		BaseURL: home, Version: "1.2.3", Name: "Parvis", Languages: []string{"fr", "en"}, Mailbox: schedule.Mailbox{Address: "parvis@meet.example.org", Read: true},
		Providers: []api.Provider{{Name: "proconnect", Label: "ProConnect", Origin: "https://idp.example.org"}},
		Rooms:     w.service, SignIns: cookies{w}, Services: w.tokens(logger), People: people{}, Idempotency: w,
		Schedule: w.planning(logger), Zones: time.LoadLocation, Webhooks: w.telling(), Administration: directory.NewAdministration(unclaimed{}, w.clock), Live: w.service, Health: func(context.Context) api.Health { return w.health }, Usage: usage.New(counted{}, w.clock), Audit: w.auditing(), Watch: w.watch, Privacy: keeping(w),
		Proofs: emailproof.New(&w.proofs, &w.proofs, emailproof.Options{Platform: "Parvis", Key: [32]byte{1}, Now: w.clock}),
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
		ID: id, OrgID: interior, Slug: slug, MediaName: "media-" + slug, Name: "Budget", Language: "fr", Entry: entry, PhoneEntry: access.EntryHosts,
		Limits: rooms.Limits{AttendanceDays: 90}, Version: 1,
		CreatedAt: w.now, UpdatedAt: w.now,
	}
	for who, role := range map[string]access.Role{"camille": access.Owner, "mounir": access.Moderator, "odile": access.Member} {
		w.grants = append(w.grants, access.Grant{ID: grantOf(who), RoomID: id, Subject: access.Subject{Kind: access.SubjectPerson, ID: who}, Role: role, Sources: access.Everything()})
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
