package rooms_test

import (
	"context"
	"errors"
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
	"parvis/event"
	"parvis/fault"
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
	cut atomic.Bool
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
		Rooms: h.db, Admissions: h.db, Presence: h.db, Live: h.db, Inbox: h.db, Leases: h.db, Passes: h.media, Media: h.media, Cutter: h.media,
		Now: h.clock.now, Logger: slog.New(slog.DiscardHandler), Replica: replica,
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

func (h *house) signIn(s signin.SignIn) auth.Identity {
	h.t.Helper()
	s.ID = uuid.Must(uuid.NewV7()).String()
	s.SecretHash = []byte(s.ID)
	s.CreatedAt, s.LastSeenAt, s.ExpiresAt = h.clock.now(), h.clock.now(), h.clock.now().Add(12*time.Hour)
	if err := h.db.CreateSignIn(h.t.Context(), s, ""); err != nil {
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

func TestWhoMakesARoomOwnsItAndFindsItAgain(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "11001401600015"), h.person("Louise", "11001001400014")
	r := h.room(jeanne, "")
	mine, err := h.List(t.Context(), jeanne, rooms.ListQuery{PageSize: 10})
	if err != nil || len(mine.Rooms) != 1 || mine.Rooms[0].Slug != r.Slug || mine.Rooms[0].Role != access.Owner {
		t.Fatalf("got %+v, %v", mine, err)
	}
	others, err := h.List(t.Context(), louise, rooms.ListQuery{PageSize: 10})
	if err != nil || len(others.Rooms) != 0 {
		t.Errorf("another sees %+v, %v", others, err)
	}
	view, err := h.Get(t.Context(), louise, r.Slug)
	if err != nil || view.Full || view.Door.State != rooms.DoorOpen {
		t.Errorf("a stranger with the link learns that the door is open, no more: %+v, %v", view, err)
	}
	_, err = h.Create(t.Context(), auth.Identity{}, rooms.NewRoom{Name: "x"})
	h.refused(err, fault.CodeSignInRequired)
	_, err = h.Create(t.Context(), h.guest("Samira"), rooms.NewRoom{Name: "x"})
	h.refused(err, fault.CodeSignInRequired)
}

func TestEverythingWrongWithARoomIsSaidAtOnce(t *testing.T) {
	h := open(t)
	_, err := h.Create(t.Context(), h.person("Jeanne", "1"), rooms.NewRoom{Name: "  ", Language: "de", Entry: "all", MinAssurance: "high", OwnerPersonID: "x"})
	if f := fault.Of(err); f.Kind != fault.Invalid || len(f.Fields) != 5 {
		t.Errorf("got %+v", f)
	}
}

func TestARoomIsChangedByWhoSawItsPresentVersion(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r := h.room(jeanne, "")
	name := "Comité"
	_, err := h.Update(t.Context(), louise, r.Slug, 1, rooms.Change{Name: &name})
	h.refused(err, fault.CodeRoomNotFound)
	_, err = h.Update(t.Context(), jeanne, r.Slug, 7, rooms.Change{Name: &name})
	h.refused(err, fault.CodePreconditionFailed)
	changed, err := h.Update(t.Context(), jeanne, r.Slug, 1, rooms.Change{Name: &name})
	if err != nil || changed.Name != name || changed.Version != 2 || changed.Slug != r.Slug {
		t.Errorf("got %+v, %v", changed, err)
	}
}

func TestAGuestEntersAPublicRoomAndNoOther(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	public, trusted := h.room(jeanne, "public"), h.room(jeanne, "trusted")
	if err := h.MayGuestJoin(t.Context(), public.Slug); err != nil {
		t.Error(err)
	}
	h.refused(h.MayGuestJoin(t.Context(), trusted.Slug), fault.CodeSignInRequired)
	h.refused(h.MayGuestJoin(t.Context(), "aaa-aaaa-aaa"), fault.CodeRoomNotFound)
	samira := h.guest("Samira")
	_, err := h.Join(t.Context(), samira, trusted.Slug, rooms.JoinRequest{Name: "Samira"})
	h.refused(err, fault.CodeSignInRequired)
	joined, err := h.Join(t.Context(), samira, public.Slug, rooms.JoinRequest{Name: "Samira D."})
	if err != nil || joined.Admission.Name != "Samira D." || joined.Admission.Role != access.Member || joined.Pass.Token == "" {
		t.Errorf("got %+v, %v", joined, err)
	}
	_, err = h.Join(t.Context(), jeanne, public.Slug, rooms.JoinRequest{Name: "Somebody else"})
	h.refused(err, fault.CodeInvalid)
}

func TestJoiningTwiceBeforeConnectingIsJoiningOnce(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	first, err := h.Join(t.Context(), jeanne, r.Slug, rooms.JoinRequest{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := h.Join(t.Context(), jeanne, r.Slug, rooms.JoinRequest{})
	if err != nil || second.Admission.ID != first.Admission.ID {
		t.Errorf("got another admission: %v", err)
	}
	if _, _, err := h.Enter(t.Context(), first.Admission.ID, jeanne.SignInID, r.MediaName); err != nil {
		t.Fatal(err)
	}
	third, err := h.Join(t.Context(), jeanne, r.Slug, rooms.JoinRequest{})
	if err != nil || third.Admission.ID == first.Admission.ID {
		t.Errorf("once connected, another tab is another participant: %v", err)
	}
}

func TestTheGateRefusesWhoseAdmissionDoesNotHold(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r := h.room(jeanne, "")
	joined, err := h.Join(t.Context(), jeanne, r.Slug, rooms.JoinRequest{})
	if err != nil {
		t.Fatal(err)
	}
	id := joined.Admission.ID
	for name, signIn := range map[string]string{"another browser": louise.SignInID, "no browser": ""} {
		if _, _, err := h.Enter(t.Context(), id, signIn, r.MediaName); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, _, err = h.Enter(t.Context(), uuid.NewString(), jeanne.SignInID, r.MediaName)
	h.refused(err, fault.CodeNotAdmitted)
	_, _, err = h.Enter(t.Context(), id, jeanne.SignInID, "another-room")
	h.refused(err, fault.CodeNotAdmitted)
	if in, now := h.db.Admission(t.Context(), id); now != nil || in.Admission.State != rooms.Admitted || !errors.Is(err, rooms.ErrOtherRoom) {
		t.Errorf("a pass for another room left %+v, %v, and said %v", in.Admission, now, err)
	}
	if _, _, err := h.Enter(t.Context(), id, jeanne.SignInID, r.MediaName); err != nil {
		t.Error(err)
	}
	if err := h.Leave(t.Context(), jeanne, r.Slug, id); err != nil {
		t.Fatal(err)
	}
	_, _, err = h.Enter(t.Context(), id, jeanne.SignInID, r.MediaName)
	h.refused(err, fault.CodeNotAdmitted)
}

func TestWhatOneSaysIsSaidByTheServerAndKeptForWhoComesLater(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "public")
	me, _ := h.enter(jeanne, r.Slug)
	line, seq, err := h.Say(t.Context(), jeanne, r.Slug, me.ID, "  Bonjour  ")
	if err != nil || line.Text != "Bonjour" || seq != 1 {
		t.Fatalf("got %+v %d %v", line, seq, err)
	}
	samira := h.guest("Samira")
	her, _ := h.enter(samira, r.Slug)
	if err := h.Raise(t.Context(), samira, r.Slug, her.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := h.Raise(t.Context(), samira, r.Slug, her.ID, true); err != nil {
		t.Fatal(err)
	}
	state, err := h.State(t.Context(), samira, r.Slug, her.ID)
	if err != nil || state.Seq != 2 || len(state.Messages) != 1 || len(state.Hands) != 1 || state.Hands[0].AdmissionID != her.ID {
		t.Errorf("got %+v, %v", state, err)
	}
	said := h.media.Signals(r.MediaName)
	if len(said) != 2 || said[0].Signal.Type != event.SignalMessage || said[1].Signal.Type != event.SignalHand {
		t.Errorf("a hand raised twice is said once: %+v", said)
	}
	if err := h.Leave(t.Context(), samira, r.Slug, her.ID); err != nil {
		t.Fatal(err)
	}
	said = h.media.Signals(r.MediaName)
	if last := said[len(said)-1].Signal; last.Type != event.SignalHand || last.Seq != 3 {
		t.Errorf("the hand of who leaves goes down: %+v", last)
	}
}

func TestNobodySpeaksInAnothersName(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r, other := h.room(jeanne, ""), h.room(jeanne, "")
	me, _ := h.enter(jeanne, r.Slug)
	waiting, err := h.Join(t.Context(), louise, r.Slug, rooms.JoinRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		who      auth.Identity
		slug, id string
		want     fault.Code
	}{
		"nobody":                     {auth.Identity{}, r.Slug, me.ID, fault.CodeSignInRequired},
		"somebody else's":            {louise, r.Slug, me.ID, fault.CodeNotAdmitted},
		"in another room":            {jeanne, other.Slug, me.ID, fault.CodeNotAdmitted},
		"an admission of nobody":     {jeanne, r.Slug, uuid.NewString(), fault.CodeNotAdmitted},
		"admitted but not connected": {louise, r.Slug, waiting.Admission.ID, fault.CodeNotAdmitted},
	} {
		_, _, err := h.Say(t.Context(), c.who, c.slug, c.id, "x")
		if !fault.HasCode(err, c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		if err := h.Raise(t.Context(), c.who, c.slug, c.id, true); !fault.HasCode(err, c.want) {
			t.Errorf("%s raises: got %v, want %s", name, err, c.want)
		}
		if _, err := h.State(t.Context(), c.who, c.slug, c.id); !fault.HasCode(err, c.want) {
			t.Errorf("%s reads: got %v, want %s", name, err, c.want)
		}
	}
	h.refused(h.Leave(t.Context(), louise, r.Slug, me.ID), fault.CodeNotAdmitted)
	h.refused(h.React(t.Context(), jeanne, r.Slug, me.ID, "poop"), fault.CodeInvalid)
	if got := len(h.media.Signals(r.MediaName)); got != 0 {
		t.Errorf("%d signals went out", got)
	}
}

func TestReactionsAreSaidByTheServer(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	me, _ := h.enter(jeanne, r.Slug)
	for range 20 {
		if err := h.React(t.Context(), jeanne, r.Slug, me.ID, "clap"); err != nil {
			t.Fatal(err)
		}
	}
	h.Service.Close() // says what is being said and stops
	if got := len(h.media.Signals(r.MediaName)); got < 1 || got > 3 {
		t.Errorf("twenty reactions at once went out as %d signals", got)
	}
}

func TestSigningOutEndsTheCall(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	me, _ := h.enter(jeanne, r.Slug)
	ended, err := h.db.EndSignIns(t.Context(), signin.Selection{ID: jeanne.SignInID}, h.clock.now())
	if err != nil || len(ended) != 1 {
		t.Fatalf("got %v, %v", ended, err)
	}
	_, _, err = h.Enter(t.Context(), me.ID, jeanne.SignInID, r.MediaName)
	h.refused(err, fault.CodeNotAdmitted) // whatever becomes of the rest
	h.SignInEnded(t.Context(), ended[0].Left)
	if _, there := h.media.Connected(r.MediaName, me.ID); there {
		t.Error("still connected")
	}
	if cuts := h.media.Cuts(); len(cuts) != 1 || cuts[0] != me.ID {
		t.Errorf("cut %v", cuts)
	}
}

func TestArchivingEmptiesARoomAndRestoringOpensIt(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r := h.room(jeanne, "")
	her, _ := h.enter(louise, r.Slug)
	if err := h.Archive(t.Context(), jeanne, r.Slug, 1); err != nil {
		t.Fatal(err)
	}
	if _, there := h.media.Connected(r.MediaName, her.ID); there {
		t.Error("still connected")
	}
	_, err := h.Join(t.Context(), louise, r.Slug, rooms.JoinRequest{})
	h.refused(err, fault.CodeRoomArchived)
	no := false
	if _, err := h.Update(t.Context(), jeanne, r.Slug, 2, rooms.Change{Archived: &no}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Join(t.Context(), louise, r.Slug, rooms.JoinRequest{}); err != nil {
		t.Error(err)
	}
}

func TestAnSFUThatIsDownKeepsWhatWasSaid(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	me, _ := h.enter(jeanne, r.Slug)
	h.media.SetDown(true)
	if _, seq, err := h.Say(t.Context(), jeanne, r.Slug, me.ID, "x"); err != nil || seq != 1 {
		t.Errorf("got %d, %v", seq, err)
	}
	if err := h.Sweep(t.Context(), 0); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}

func TestTheSweepBringsTruthBack(t *testing.T) {
	h := open(t)
	jeanne, louise := h.person("Jeanne", "1"), h.person("Louise", "2")
	r := h.room(jeanne, "")
	_, relay := h.enter(jeanne, r.Slug)
	her, _ := h.enter(louise, r.Slug)
	h.media.Join(r.MediaName, rooms.Admission{ID: "intruder"})
	h.sweep()
	if _, there := h.media.Connected(r.MediaName, "intruder"); there {
		t.Error("somebody who never passed the gate stays")
	}
	if _, there := h.media.Connected(r.MediaName, her.ID); !there {
		t.Error("somebody with a relay was removed")
	}
	h.RelayClosed(t.Context(), relay)
	h.later(61 * time.Second)
	h.sweep() // no relay for a minute: removed
	h.later(60 * time.Second)
	h.sweep() // and seen to be gone
	if here := h.present(r); len(here) != 1 || here[0].AdmissionID != her.ID {
		t.Errorf("present: %+v", here)
	}
	if err := h.Leave(t.Context(), louise, r.Slug, her.ID); err != nil {
		t.Fatal(err)
	}
	h.sweep()
	h.later(31 * time.Second)
	h.sweep()
	if all, err := h.db.Present(t.Context(), "", h.clock.now()); err != nil || len(all) != 0 {
		t.Errorf("the session goes on: %+v, %v", all, err)
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

func TestWebhooksAreHintsThatMayComeTwiceLateOrAboutNobody(t *testing.T) {
	h := open(t)
	jeanne := h.person("Jeanne", "1")
	r := h.room(jeanne, "")
	me, relay := h.enter(jeanne, r.Slug)
	gone := rooms.MediaEvent{ID: "EV_1", Type: "participant_left", Room: r.MediaName, Identity: me.ID, At: h.clock.now()}
	h.webhook(gone) // of an older connection: the relay is open
	if len(h.present(r)) != 1 {
		t.Fatal("a leave event ended somebody who is here")
	}
	h.RelayClosed(t.Context(), relay)
	gone.ID = "EV_2"
	h.webhook(gone)
	h.webhook(gone)
	if len(h.present(r)) != 0 {
		t.Error("the interval goes on")
	}
	h.webhook(rooms.MediaEvent{ID: "EV_3", Type: "participant_left", Room: "nowhere", Identity: "nobody", At: h.clock.now()})
	h.sweep() // notes which SFU room carries the session
	h.webhook(rooms.MediaEvent{ID: "EV_4", Type: "room_finished", Room: r.MediaName, Sid: "RM_1", At: h.clock.now()})
	if all, err := h.db.Present(context.Background(), "", h.clock.now()); err != nil || len(all) != 0 {
		t.Errorf("the session goes on: %+v, %v", all, err)
	}
	h.media.Join(r.MediaName, rooms.Admission{ID: "intruder"})
	h.webhook(rooms.MediaEvent{ID: "EV_5", Type: "participant_joined", Room: r.MediaName, Identity: "intruder", At: h.clock.now()})
	if _, there := h.media.Connected(r.MediaName, "intruder"); there {
		t.Error("a pass used past the gate is not removed on its webhook")
	}
}
