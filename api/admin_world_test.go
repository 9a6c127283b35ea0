package api_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"parvis/access"
	"parvis/api"
	"parvis/audit"
	"parvis/auth"
	"parvis/auth/service"
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/privacy"
	"parvis/rooms"
	"parvis/seal"
	"parvis/store"
	"parvis/usage"
	"parvis/webhook"
)

// unclaimed is a platform of which no test of others administers anything: whoever gets as far as its store is a mistake, but
// for who tries a code.
type unclaimed struct{ directory.AdministrationStore }

func (unclaimed) Person(_ context.Context, id string) (directory.Person, error) {
	return directory.Person{ID: id}, nil
}

func (unclaimed) ClaimPlatform(context.Context, []byte, directory.Holder, ...event.Event) (directory.Holder, error) {
	return directory.Holder{}, fault.New(fault.CodeClaimInvalid, "this code is none of ours")
}

// headquarters is a platform that is administered, on a database: a ministry with an agency below it, and another ministry; in
// each somebody who holds nothing.
type headquarters struct {
	*world
	admin                   *directory.Administration
	ministry, agency, other string
	unit, otherUnit         string
	office, otherOffice     string
	seated                  string // in the office
	room                    string // without an owner
	inMinistry, inAgency    string
	inOther, closed         string
	given, givenElsewhere   string // appointments
	code                    string
	db                      *store.DB
	merge                   string // the ETag of the closed account's, into inMinistry's
	calls                   *rooms.Service
	live, inLive            string // a room of the ministry in which a meeting runs, and who is in it
	relay                   string // of theirs
	liveElsewhere           string
	root                    string
	rootGiven               string
	software, otherSoftware software
	record                  onRecord
	versions                map[string]string // ETags, by path
}

// software is a service account of an organization, with its webhook.
type software struct{ account, secret, hook, delivery string }

var (
	migratedOnce sync.Once
	migratedFile []byte
)

// migrated is a database with its schema and nothing in it, made once.
func migrated(t *testing.T) []byte {
	t.Helper()
	migratedOnce.Do(func() {
		path := filepath.Join(t.TempDir(), "empty.db")
		must(t, store.Migrate(t.Context(), "sqlite:"+path))
		var err error
		migratedFile, err = os.ReadFile(path)
		must(t, err)
	})
	return migratedFile
}

// losing keeps no answer while the program dies before it could.
type losing struct {
	*store.DB
	h *headquarters
}

func (l losing) FinishIdempotent(ctx context.Context, principal, route, key string, status int, header map[string]string, body []byte) error {
	if l.h.unkept != nil {
		return l.h.unkept
	}
	return l.DB.FinishIdempotent(ctx, principal, route, key, status, header, body)
}

var operator = auth.Identity{Kind: auth.System, ID: "test"}

func newHeadquarters(t *testing.T) *headquarters {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "parvis.db")
	must(t, os.WriteFile(strings.TrimPrefix(url, "sqlite:"), migrated(t), 0o600))
	h := &headquarters{}
	db, err := store.Open(t.Context(), store.Options{URL: url, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return h.clock() }, Replica: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	h.world = newWorld(t, func(o *api.Options) {
		h.admin = directory.NewAdministration(db, o.Now)
		o.Administration = h.admin
		o.Usage = usage.New(db, o.Now)
		o.Services = tokens{service.New(db, service.Options{Now: o.Now, Logger: slog.New(slog.DiscardHandler)}), o.Services.(tokens).w}
		o.Webhooks = &webhook.Service{Store: db, Directory: db, Box: seal.New([32]byte{4}), Own: "meet.example.org", Now: o.Now}
		h.calls = meetings(db, o.Now)
		o.Idempotency = losing{db, h}
		o.Live = h.calls
		o.Audit = audit.New(audit.Ports{Archive: db, Recorder: db, Orgs: db, Keys: trailKeys(), Now: o.Now})
		o.Privacy = privacy.New(privacy.Ports{
			People: db, Copies: db, Erasures: db, Wiping: db, Holds: db, Hosts: db, Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), URL: home, Now: o.Now,
		})
	})
	t.Cleanup(h.calls.Close)
	h.db = db
	h.furnishOffices(t, db)
	h.meet(t)
	h.keep(t)
	return h
}

// quiet is an SFU to which nothing matters.
type quiet struct{ rooms.Media }

func (quiet) Pass(rooms.Admission, string, time.Time) (rooms.Pass, error) { return rooms.Pass{}, nil }

func (quiet) Send(context.Context, string, event.Signal, ...string) error { return nil }

func (quiet) Remove(context.Context, string, string) error { return nil }

func (quiet) Apply(context.Context, string, rooms.Admission) error { return nil }

// meetings is the use cases of rooms on the database of the headquarters.
func meetings(db *store.DB, now func() time.Time) *rooms.Service {
	return rooms.New(rooms.Ports{
		Rooms: db, Admissions: db, Live: db, Hosts: db, Members: db, Lobby: db, Presence: db, History: db, Overview: db, Policies: db, Templates: db,
		Passes: quiet{}, Media: quiet{}, Cutter: cutter{}, Now: now, Logger: slog.New(slog.DiscardHandler), Replica: "test",
	})
}

// meet lets a meeting run in the ministry and one in the other, with one agent in each.
func (h *headquarters) meet(t *testing.T) {
	t.Helper()
	must(t, h.calls.Beat(t.Context()))
	for _, c := range []struct{ org, person string }{{h.ministry, h.inMinistry}, {h.other, h.inOther}} {
		who := auth.Identity{Kind: auth.Person, ID: c.person, PersonID: c.person, OrgID: c.org, Name: "Ines", Assurance: auth.AssuranceAgent}
		r, err := h.calls.Create(t.Context(), who, rooms.NewRoom{Name: "Budget", Entry: "members"})
		must(t, err)
		joined, err := h.calls.Join(t.Context(), who, r.Slug, rooms.JoinRequest{})
		must(t, err)
		_, relay, err := h.calls.Enter(t.Context(), joined.Admission.ID, "", r.MediaName)
		must(t, err)
		if c.org == h.ministry {
			h.live, h.inLive, h.relay = r.ID, joined.Admission.ID, relay
		} else {
			h.liveElsewhere = r.ID
		}
	}
}

func (h *headquarters) furnishOffices(t *testing.T, db *store.DB) {
	t.Helper()
	organization := func(name, parent, domain string) string {
		o, err := h.admin.CreateOrganization(t.Context(), operator, directory.Organization{Name: name, ParentID: parent, Domains: []string{domain}})
		must(t, err)
		return o.ID
	}
	h.ministry = organization("Ministry", "", "ministry.example")
	h.agency = organization("Agency", h.ministry, "agency.example")
	h.other = organization("Other", "", "other.example")
	unit := func(org string) string {
		u, err := h.admin.CreateUnit(t.Context(), operator, directory.Unit{OrgID: org, Name: "Office"})
		must(t, err)
		return u.ID
	}
	h.unit, h.otherUnit = unit(h.ministry), unit(h.other)
	office := func(org string) string {
		o, err := h.admin.CreateOffice(t.Context(), operator, directory.Office{OrgID: org, Name: "Cabinet"})
		must(t, err)
		return o.ID
	}
	h.office, h.otherOffice = office(h.ministry), office(h.other)
	h.policies.Organizations[h.ministry], h.policies.Organizations[h.agency], h.policies.Organizations[h.other] = "Ministry", "Agency", "Other"
	h.room = "hqs-room-one"
	h.furnish(h.room, access.EntryMembers)
	room := h.rooms[h.room]
	room.OrgID = h.ministry
	h.rooms[h.room] = room
	person := func(name, org string) string {
		p, err := db.UpsertPerson(t.Context(), claimed(name), org, h.clock())
		must(t, err)
		return p.ID
	}
	h.inMinistry, h.inAgency, h.inOther, h.closed = person("Ines", h.ministry), person("Alix", h.agency), person("Oscar", h.other), person("Clea", h.ministry)
	h.seated = h.inMinistry
	_, err := h.admin.SeatInOffice(t.Context(), operator, h.ministry, h.office, directory.Seat{PersonID: h.seated, Kind: directory.Holds})
	must(t, err)
	give := func(who string, a auth.Appointment) string {
		held, _, err := h.admin.Appoint(t.Context(), operator, who, a)
		must(t, err)
		return held.ID
	}
	h.given = give(h.inAgency, auth.Appointment{Role: auth.Support, OrgID: h.ministry})
	h.givenElsewhere = give(h.inOther, auth.Appointment{Role: auth.Support, OrgID: h.other})
	h.root = person("Root", auth.DefaultOrgID)
	h.software, h.otherSoftware = h.install(t, h.ministry), h.install(t, h.other)
	h.rootGiven = give(h.root, auth.Appointment{Role: auth.PlatformAdmin})
	h.versions = map[string]string{"/service-accounts/" + h.software.account: `"3"`, "/webhooks/" + h.software.hook: `"1"`}
	_, err = h.admin.Deactivate(t.Context(), operator, h.closed)
	must(t, err)
	h.code, _, err = h.admin.OfferClaim(t.Context())
	must(t, err)
	merge, err := h.admin.PreviewMerge(t.Context(), operator, h.closed, h.inMinistry)
	must(t, err)
	h.merge = fmt.Sprintf(`"%d"`, merge.Version)
}

// install makes software of an organization that holds every scope, and an active webhook that was tested.
func (h *headquarters) install(t *testing.T, org string) software {
	t.Helper()
	services, hooks := h.options.Services.(tokens), h.options.Webhooks.(*webhook.Service)
	account, err := services.Create(t.Context(), operator, service.NewAccount{Org: org, Name: "Agenda", Scopes: auth.Scopes()})
	must(t, err)
	_, secret, _, err := services.AddSecret(t.Context(), operator, account.ID, service.NewSecret{})
	must(t, err)
	_, _, err = services.PutKey(t.Context(), operator, account.ID, "k", []byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`))
	must(t, err)
	hook, _, err := hooks.Create(t.Context(), operator, webhook.New{AccountID: account.ID, URL: "https://agenda.example.org/hooks"})
	must(t, err)
	_, err = h.db.UpdateWebhook(t.Context(), hook.ID, func(w *webhook.Webhook) (webhook.Act, error) {
		w.State = webhook.Active
		return webhook.Act{Bury: true}, nil
	})
	must(t, err)
	tested, err := hooks.Test(t.Context(), operator, hook.ID)
	must(t, err)
	return software{account.ID, secret.ID, hook.ID, tested.ID}
}

// claimed is what a provider says of somebody.
func claimed(name string) directory.Claims {
	return directory.Claims{
		Provider: "proconnect", Issuer: "https://op.example", Subject: name, GivenName: name, FamilyName: "Martin", Email: strings.ToLower(name) + "@example.org",
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// holding is somebody who has proved anew who they are and holds what is given. They are no row: nothing is done to them.
func holding(name string, held ...auth.Appointment) auth.Identity {
	who := agent(name, interior)
	who.ID = uuid.NewSHA1(uuid.Nil, []byte(name)).String()
	who.PersonID, who.Elevated, who.Appointments = who.ID, true, held
	return who
}
