package mediatest_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"parvis/auth"
	"parvis/auth/signin"
	"parvis/directory"
	"parvis/rooms"
	"parvis/sfu"
	"parvis/sfu/sfutest"
	"parvis/store"
)

// platform is the whole control plane before the real SFU: rooms on a database, the gate, and webhooks that wait until
// the test has them worked off. Nothing sweeps but the test.
type platform struct {
	*house
	rooms *rooms.Service
	db    *store.DB
	now   func() time.Time
	room  rooms.Listed
	owner auth.Identity
}

// withCookie is the door as its own browser finds it: the SDK has no cookie to show, and the one that is asked for counts
// as shown.
type withCookie struct{ *rooms.Service }

func (d withCookie) Current(ctx context.Context, id string) (rooms.Entered, error) {
	in, err := d.Service.Current(ctx, id)
	in.Admission.SignInID = ""
	return in, err
}

func (d withCookie) Enter(ctx context.Context, id, _, mediaName string) (rooms.Entered, string, error) {
	in, err := d.Service.Current(ctx, id)
	if err != nil {
		return rooms.Entered{}, "", err
	}
	return d.Service.Enter(ctx, id, in.Admission.SignInID, mediaName)
}

// gateOf cuts at the gate, which is made after rooms.
type gateOf struct{ p *platform }

func (g gateOf) Cut(id string) { g.p.gate.Cut(id) }

// inboxOf keeps webhooks by the clock of the platform: they came to it, whoever listens for all tests.
type inboxOf struct{ p *platform }

func (i inboxOf) Keep(ctx context.Context, e rooms.MediaEvent, _ time.Time) (bool, error) {
	return i.p.db.Keep(ctx, e, i.p.now())
}

// newPlatform has one room, open to everyone. Its clock is that of everything but the SFU.
func newPlatform(t *testing.T, now func() time.Time) *platform {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "parvis.db")
	if err := store.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Options{URL: url, Logger: slog.New(slog.DiscardHandler), Now: now, Replica: "one"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	p := &platform{db: db, now: now}
	p.house = newHouseBehind(t, p.open, now)
	t.Cleanup(p.rooms.Close)
	theInbox.handTo(inboxOf{p})
	t.Cleanup(func() { theInbox.handTo(nil) })
	if err := p.rooms.Beat(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.owner = p.person(t, "Odile")
	if p.room, err = p.rooms.Create(t.Context(), p.owner, rooms.NewRoom{Name: "Audience", Entry: "everyone"}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *platform) open(client *sfu.Client) sfu.Door {
	p.rooms = rooms.New(rooms.Ports{
		Rooms: p.db, Admissions: p.db, Presence: p.db, Live: p.db, Hosts: p.db, Lobby: p.db, Members: p.db, History: p.db, Inbox: p.db, Leases: p.db, Policies: p.db, Templates: p.db,
		Passes: client, Media: client, Cutter: gateOf{p}, Now: p.now, Logger: slog.New(slog.DiscardHandler), Replica: "one",
	})
	return withCookie{p.rooms}
}

func (p *platform) person(t *testing.T, name string) auth.Identity {
	t.Helper()
	who, err := directory.New(p.db, p.now).SignedIn(t.Context(), directory.Claims{
		Provider: "test", Issuer: "https://op.example", Subject: name, GivenName: name, Siret: "11001401600015", OrganizationLabel: "Ministry",
		Assurance: auth.AssuranceAgent,
	})
	if err != nil {
		t.Fatal(err)
	}
	in := p.signIn(t, signin.SignIn{Kind: auth.Person, PersonID: who.ID, OrgID: who.OrgID, Name: name, Assurance: auth.AssuranceAgent})
	in.ID, in.PersonID = who.ID, who.ID
	return in
}

func (p *platform) guest(t *testing.T, name string) auth.Identity {
	t.Helper()
	return p.signIn(t, signin.SignIn{Kind: auth.Guest, OrgID: auth.DefaultOrgID, Name: name})
}

func (p *platform) signIn(t *testing.T, s signin.SignIn) auth.Identity {
	t.Helper()
	s.ID = uuid.Must(uuid.NewV7()).String()
	s.SecretHash = []byte(s.ID)
	s.CreatedAt, s.LastSeenAt, s.ExpiresAt = p.now(), p.now(), p.now().Add(12*time.Hour)
	if err := p.db.CreateSignIn(t.Context(), s, ""); err != nil {
		t.Fatal(err)
	}
	return auth.Identity{Kind: s.Kind, ID: s.ID, OrgID: s.OrgID, Name: s.Name, SignInID: s.ID, Assurance: s.Assurance}
}

func (p *platform) joins(t *testing.T, who auth.Identity) rooms.Joined {
	t.Helper()
	joined, err := p.rooms.Join(t.Context(), who, p.room.Slug, rooms.JoinRequest{})
	if err != nil || joined.Pass.Token == "" {
		t.Fatalf("%s does not get in: %+v, %v", who.Name, joined, err)
	}
	return joined
}

// enters joins and connects through the gate.
func (p *platform) enters(t *testing.T, who auth.Identity) (*caller, rooms.Joined) {
	t.Helper()
	joined := p.joins(t, who)
	c, err := p.connect(t, joined.Admission, joined.Pass.Token)
	if err != nil {
		t.Fatalf("%s cannot enter: %v", who.Name, err)
	}
	return c, joined
}

// pastTheGate connects to the SFU itself, as somebody inside the operator's network might.
func (p *platform) pastTheGate(t *testing.T, a rooms.Admission, token string) *caller {
	t.Helper()
	c, err := connectTo(t, theSFU.url, a, token)
	if err != nil {
		t.Fatalf("the SFU itself does not let %s in: %v", a.Name, err)
	}
	return c
}

// hears works off what webhooks wait.
func (p *platform) hears(t *testing.T) {
	t.Helper()
	for {
		done, err := p.rooms.Hear(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if done == 0 {
			return
		}
	}
}

func (p *platform) sweeps(t *testing.T) {
	t.Helper()
	if err := p.rooms.Sweep(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
}

// listed waits until the SFU counts so many in the room: its list is some seconds behind.
func (p *platform) listed(t *testing.T, n int) {
	t.Helper()
	sfutest.Eventually(t, "the SFU's list is up to date", func() bool {
		all, err := p.client.Rooms(t.Context())
		return err == nil && slices.ContainsFunc(all, func(r rooms.MediaRoom) bool { return r.Name == p.room.MediaName && r.Participants == n })
	})
}

// present is who is in the call by the platform's own account.
func (p *platform) present(t *testing.T) []rooms.Presentee {
	t.Helper()
	all, err := p.db.Present(t.Context(), p.room.MediaName, p.now().Add(-rooms.RelayFresh))
	if err != nil || len(all) != 1 {
		t.Fatalf("present: %+v, %v", all, err)
	}
	return all[0].People
}
