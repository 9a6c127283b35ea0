package storetest

import (
	"crypto/sha256"
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
)

// Nine is when the suites begin: nine o'clock, in a zone other than UTC, with more digits than a database keeps.
var Nine = time.Date(2026, 11, 20, 9, 0, 0, 123456789, time.FixedZone("Paris", 3600))

// kept is a moment as stores give it back: UTC, microseconds.
func kept(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// NewID is a key as the platform makes them.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// RoomKeeper is what suites about what happens in rooms need to begin with.
type RoomKeeper interface {
	rooms.RoomStore
	rooms.AdmissionStore
}

// People is what suites about sign-ins need to begin with.
type People interface {
	directory.Store
	signin.Store
}

// Room is a valid room of the default organization.
func Room(slug string) rooms.Room {
	return rooms.Room{
		ID: NewID(), OrgID: auth.DefaultOrgID, Slug: slug, MediaName: "media-" + slug, Name: "Réunion 🙂", Description: "",
		Language: "fr", Tags: []string{"équipe"}, Entry: access.EntrySignedIn, MinAssurance: auth.AssuranceEmail,
		PhoneEntry: access.EntryHosts, Limits: rooms.Limits{AttendanceDays: 90},
		Version: 1, CreatedAt: Nine, UpdatedAt: Nine,
	}
}

func ownedBy(r rooms.Room, person string) []access.Grant {
	return []access.Grant{Grant(r, person, access.Owner)}
}

// Grant is a person's role in a room, without limit of time.
func Grant(r rooms.Room, person string, role access.Role) access.Grant {
	return access.Grant{
		ID: NewID(), RoomID: r.ID, Subject: access.Subject{Kind: access.SubjectPerson, ID: person}, Role: role, Sources: access.Everything(),
		SourceKind: "room", SourceID: r.ID,
	}
}

func createRoom(t *testing.T, s rooms.RoomStore, slug string) rooms.Room {
	t.Helper()
	r := Room(slug)
	if err := s.CreateRoom(t.Context(), r, ownedBy(r, NewID()), []event.Event{about(r, event.RoomCreated)}); err != nil {
		t.Fatalf("create room: %v", err)
	}
	return r
}

func about(r rooms.Room, what event.Type) event.Event {
	return event.Event{ID: NewID(), Type: what, OrgID: r.OrgID, Subject: "room:" + r.ID, Actor: "system:test", At: Nine}
}

// Admission is the leave of a bearer to be in a room.
func Admission(r rooms.Room) rooms.Admission {
	id := NewID()
	return rooms.Admission{
		ID: id, OrgID: r.OrgID, RoomID: r.ID, WhoKind: auth.Service, WhoID: NewID(), Name: "Zoé", OrgName: "Ministère",
		Assurance: auth.AssuranceAgent, Role: access.Member, Sources: access.AllSources(), State: rooms.Admitted, Generation: 1, CreatedAt: Nine,
	}
}

// AdmissionOf is the leave of the holder of a sign-in.
func AdmissionOf(r rooms.Room, s signin.SignIn) rooms.Admission {
	a := Admission(r)
	a.WhoKind, a.WhoID, a.SignInID, a.Name = s.Kind, s.ID, s.ID, s.Name
	if s.Kind == auth.Person {
		a.WhoID, a.PersonID = s.PersonID, s.PersonID
	}
	return a
}

// Created is the event of a new admission, as package rooms writes it.
func Created(a rooms.Admission) []event.Event {
	return []event.Event{{
		ID: NewID(), Seq: 1, Type: event.AdmissionCreated, OrgID: a.OrgID, Subject: "admission:" + a.ID,
		Actor: string(a.WhoKind) + ":" + a.WhoID, At: a.CreatedAt, Data: map[string]any{"room": a.RoomID},
	}}
}

func admit(t *testing.T, s rooms.AdmissionStore, a rooms.Admission) rooms.Admission {
	t.Helper()
	got, err := s.Admit(t.Context(), a, Created(a))
	if err != nil {
		t.Fatalf("admit: %v", err)
	}
	return got
}

// Guest is a sign-in of somebody without an account.
func Guest(secret string) signin.SignIn {
	hash := sha256.Sum256([]byte(secret))
	return signin.SignIn{
		ID: NewID(), SecretHash: hash[:], Kind: auth.Guest, OrgID: auth.DefaultOrgID, Name: "Invité", UserAgent: "Firefox",
		Network: "192.0.2.0/24", CreatedAt: Nine, LastSeenAt: Nine, ExpiresAt: Nine.Add(12 * time.Hour),
	}
}

// SignedIn is a sign-in of a person at a provider.
func SignedIn(secret string, p directory.Person) signin.SignIn {
	s := Guest(secret)
	s.Kind, s.PersonID, s.OrgID, s.OrgName, s.Name, s.Emails = auth.Person, p.ID, p.OrgID, p.OrgName, p.DisplayName(), []string{"jeanne@example.fr"}
	s.Assurance, s.Provider, s.Issuer, s.Subject, s.ProviderSID = auth.AssuranceAgentMFA, "agentconnect", "https://op.example", "sub-"+p.ID, "sid-"+secret
	s.IDToken = []byte("sealed")
	return s
}

func createSignIn(t *testing.T, s signin.Store, row signin.SignIn) signin.SignIn {
	t.Helper()
	if err := s.CreateSignIn(t.Context(), row, ""); err != nil {
		t.Fatalf("create sign-in: %v", err)
	}
	return row
}

func createPerson(t *testing.T, s directory.Store, subject string) directory.Person {
	t.Helper()
	p, err := s.UpsertPerson(t.Context(), claims(subject), auth.DefaultOrgID, Nine)
	if err != nil {
		t.Fatalf("create person: %v", err)
	}
	return p
}

func claims(subject string) directory.Claims {
	return directory.Claims{
		Provider: "agentconnect", Issuer: "https://op.example", Subject: subject, GivenName: "Jeanne", FamilyName: "d’Arc",
		Email: "Jeanne@Example.fr", Locale: "fr",
	}
}

func mustBe(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("got %v, want a failure of kind %d", err, kind)
	}
}

func enter(t *testing.T, s rooms.PresenceStore, a rooms.Admission, replica string, at time.Time) (rooms.Entered, string) {
	t.Helper()
	relay := rooms.Relay{ID: NewID(), AdmissionID: a.ID, Replica: replica, OpenedAt: at}
	in, err := s.Enter(t.Context(), relay, func(rooms.Entered) error { return nil })
	if err != nil {
		t.Fatalf("enter: %v", err)
	}
	return in, relay.ID
}

func beat(t *testing.T, s rooms.PresenceStore, replica string, at time.Time) {
	t.Helper()
	if err := s.Heartbeat(t.Context(), replica, at); err != nil {
		t.Fatalf("heartbeat: %v", err)
	}
}

// heard counts how often a store tells of a change of something from now on. What reads the changes of others tells too, beside
// the test.
func heard(s interface {
	OnChange(tell func(kind, id string))
}, kind, id string) *atomic.Int64 {
	var times atomic.Int64
	s.OnChange(func(k, i string) {
		if k == kind && i == id {
			times.Add(1)
		}
	})
	return &times
}
