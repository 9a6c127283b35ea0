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
	"parvis/directory"
	"parvis/event"
	"parvis/fault"
	"parvis/privacy"
	"parvis/store"
	"parvis/usage"
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
	root                    string
	rootGiven               string
}

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
		o.Audit = audit.New(audit.Ports{Archive: db, Recorder: db, Orgs: db, Keys: trailKeys(), Now: o.Now})
		o.Privacy = privacy.New(privacy.Ports{
			People: db, Copies: db, Erasures: db, Wiping: db, Holds: db, Hosts: db, Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), URL: home, Now: o.Now,
		})
	})
	h.db = db
	h.furnishOffices(t, db)
	return h
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
	h.rootGiven = give(h.root, auth.Appointment{Role: auth.PlatformAdmin})
	_, err = h.admin.Deactivate(t.Context(), operator, h.closed)
	must(t, err)
	h.code, _, err = h.admin.OfferClaim(t.Context())
	must(t, err)
	merge, err := h.admin.PreviewMerge(t.Context(), operator, h.closed, h.inMinistry)
	must(t, err)
	h.merge = fmt.Sprintf(`"%d"`, merge.Version)
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
