package rooms_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"parvis/access"
	"parvis/auth"
	"parvis/auth/signin"
	"parvis/directory"
	"parvis/fault"
	"parvis/policy"
	"parvis/rooms"
	"parvis/sfu/sfutest"
	"parvis/store"
)

// clock is a time that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// wall is a database that a test may cut off.
type wall struct {
	*store.DB
	cut        atomic.Bool
	lobbyReads atomic.Int64
	doorReads  atomic.Int64
	asksReads  atomic.Int64
}

func (w *wall) Demands(ctx context.Context, orgID string) (policy.Demands, error) {
	w.asksReads.Add(1)
	return w.DB.Demands(ctx, orgID)
}

func (w *wall) AtDoor(ctx context.Context, roomID, signInID string, who rooms.Who) (rooms.AtDoor, error) {
	w.asksReads.Add(1)
	return w.DB.AtDoor(ctx, roomID, signInID, who)
}

func (w *wall) Room(ctx context.Context, slug string) (rooms.Room, error) {
	w.doorReads.Add(1)
	return w.DB.Room(ctx, slug)
}

func (w *wall) Threshold(ctx context.Context, roomID string) (rooms.Threshold, error) {
	w.doorReads.Add(1)
	return w.DB.Threshold(ctx, roomID)
}

func (w *wall) Lobby(ctx context.Context, roomID string, now time.Time) (rooms.Lobby, error) {
	w.lobbyReads.Add(1)
	if err := w.gone(); err != nil {
		return rooms.Lobby{}, err
	}
	return w.DB.Lobby(ctx, roomID, now)
}

func (w *wall) Lobbies(ctx context.Context, subjects []access.Subject, now time.Time) ([]rooms.Lobby, error) {
	w.lobbyReads.Add(1)
	return w.DB.Lobbies(ctx, subjects, now)
}

func (w *wall) TicketOf(ctx context.Context, signInID, roomID string, now time.Time) (rooms.Ticket, bool, error) {
	w.lobbyReads.Add(1)
	return w.DB.TicketOf(ctx, signInID, roomID, now)
}

func (w *wall) gone() error {
	if w.cut.Load() {
		return fault.New(fault.CodeDatabaseUnavailable, "cut off")
	}
	return nil
}

func (w *wall) Heartbeat(ctx context.Context, replica string, at time.Time) error {
	if err := w.gone(); err != nil {
		return err
	}
	return w.DB.Heartbeat(ctx, replica, at)
}

func (w *wall) CloseRelay(ctx context.Context, relayID string, at time.Time) error {
	if err := w.gone(); err != nil {
		return err
	}
	return w.DB.CloseRelay(ctx, relayID, at)
}

// house is the use cases over a real database and a media server in memory.
type house struct {
	*rooms.Service
	t     *testing.T
	db    *wall
	media *sfutest.Server
	clock *clock

	noMail bool // no address can be proved
}

func open(t *testing.T) *house {
	t.Helper()
	c := &clock{at: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	url := "sqlite:" + filepath.Join(t.TempDir(), "parvis.db")
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	opened, err := store.Open(t.Context(), store.Options{URL: url, Logger: slog.New(slog.DiscardHandler), Now: c.now, Replica: "one"})
	if err != nil {
		t.Fatal(err)
	}
	db := &wall{DB: opened}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{t: t, db: db, media: sfutest.New(c.now), clock: c}
	h.start("one")
	h.settled()
	return h
}

// start runs the platform as a new process.
func (h *house) start(replica string) {
	h.t.Helper()
	h.Service = h.another(replica)
	h.beat()
}

// another is one more process before the same database and SFU.
func (h *house) another(replica string) *rooms.Service {
	s := rooms.New(rooms.Ports{
		Rooms: h.db, Admissions: h.db, Presence: h.db, Live: h.db, Hosts: h.db, Lobby: h.db, Members: h.db, History: h.db, Overview: h.db, Inbox: h.db, Leases: h.db, Policies: h.db, Templates: h.db, Passes: h.media, Media: h.media, Cutter: h.media,
		Now: h.clock.now, Logger: slog.New(slog.DiscardHandler), Replica: replica, ProvesEmail: !h.noMail,
	})
	h.db.OnChange(func(kind, id string) {
		switch kind {
		case store.ChangedLobby:
			s.LobbyChanged(id)
		case store.ChangedGrants:
			s.GrantsChanged(id)
		case store.ChangedRoom:
			s.RoomChanged(id)
		case store.ChangedSignIn:
			s.SignInChanged(id)
		}
	})
	h.t.Cleanup(s.Close)
	return s
}

func (h *house) beat() {
	h.t.Helper()
	if err := h.Beat(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// person signs somebody in.
func (h *house) person(name, siret string) auth.Identity {
	h.t.Helper()
	ctx := h.t.Context()
	p, err := directory.New(h.db, h.clock.now).SignedIn(ctx, directory.Claims{
		Provider: "test", Issuer: "https://op.example", Subject: name, GivenName: name, Siret: siret, OrganizationLabel: siret, Assurance: auth.AssuranceAgent,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	s := signin.SignIn{Kind: auth.Person, PersonID: p.ID, OrgID: p.OrgID, Name: name, Assurance: auth.AssuranceAgent}
	who := h.signIn(s)
	who.ID, who.PersonID = p.ID, p.ID
	return who
}

func (h *house) guest(name string) auth.Identity {
	return h.signIn(signin.SignIn{Kind: auth.Guest, OrgID: auth.DefaultOrgID, Name: name})
}

func (h *house) signIn(s signin.SignIn) auth.Identity { return h.signsIn(s, "") }

// signsIn makes a sign-in in place of another.
func (h *house) signsIn(s signin.SignIn, replaces string) auth.Identity {
	h.t.Helper()
	s.ID = uuid.Must(uuid.NewV7()).String()
	s.SecretHash = []byte(s.ID)
	s.CreatedAt, s.LastSeenAt, s.ExpiresAt = h.clock.now(), h.clock.now(), h.clock.now().Add(12*time.Hour)
	if err := h.db.CreateSignIn(h.t.Context(), s, replaces); err != nil {
		h.t.Fatal(err)
	}
	return auth.Identity{Kind: s.Kind, ID: s.ID, OrgID: s.OrgID, Name: s.Name, SignInID: s.ID, Assurance: s.Assurance}
}

func (h *house) room(owner auth.Identity, entry string) rooms.Listed {
	h.t.Helper()
	r, err := h.Create(h.t.Context(), owner, rooms.NewRoom{Name: "Point hebdomadaire", Entry: entry})
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// enter joins and passes the gate, as a browser does.
func (h *house) enter(who auth.Identity, slug string) (rooms.Admission, string) {
	h.t.Helper()
	joined, err := h.Join(h.t.Context(), who, slug, rooms.JoinRequest{})
	if err != nil {
		h.t.Fatal(err)
	}
	in, relay, err := h.Enter(h.t.Context(), joined.Admission.ID, who.SignInID, joined.Room.MediaName)
	if err != nil {
		h.t.Fatal(err)
	}
	h.media.Join(in.Room.MediaName, in.Admission)
	return in.Admission, relay
}

func (h *house) refused(err error, code fault.Code) {
	h.t.Helper()
	if !fault.HasCode(err, code) {
		h.t.Errorf("got %v, want %s", err, code)
	}
}

// later moves the time; this replica stays alive meanwhile.
func (h *house) later(d time.Duration) {
	h.t.Helper()
	for ; d > 0; d -= 20 * time.Second {
		h.clock.pass(min(d, 20*time.Second))
		h.beat()
	}
}

func (h *house) sweep() {
	h.t.Helper()
	if err := h.Sweep(h.t.Context(), 0); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) present(r rooms.Listed) []rooms.Presentee {
	h.t.Helper()
	all, err := h.db.Present(h.t.Context(), r.MediaName, h.clock.now().Add(-rooms.RelayFresh))
	if err != nil || len(all) != 1 {
		h.t.Fatalf("present: %+v, %v", all, err)
	}
	return all[0].People
}

func (h *house) webhook(e rooms.MediaEvent) {
	h.t.Helper()
	if _, err := h.db.Keep(h.t.Context(), e, h.clock.now()); err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.Hear(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}
