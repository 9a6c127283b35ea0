package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"

	"parvis/auth"
	"parvis/auth/service"
	"parvis/config"
	"parvis/directory"
	"parvis/rooms"
	"parvis/store"
)

// database is what the administrator's commands work with: the database alone. Processes that run learn of each change
// within a second, as replicas do.
type database struct {
	config   config.Config
	store    *store.DB
	services *service.Accounts
	rooms    *rooms.Service
}

// withDatabase opens the database of the settings, and that of the demo's data folder when there is none in them.
func (p *process) withDatabase(do func(*database) error) (err error) {
	cfg, err := config.Load(p.environ, config.Database)
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	db, err := store.Open(p.ctx, store.Options{URL: cfg.DatabaseURL.Reveal(), Logger: logger, Now: time.Now, Replica: "command-" + uuid.NewString()[:8]})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	have, want, err := db.SchemaCurrent(p.ctx)
	if err != nil {
		return err
	}
	if have < want {
		return fmt.Errorf("the database's schema is at version %d, this program needs %d: run parvis migrate", have, want)
	}
	// A command makes and lists rooms; it calls nobody at the SFU and keeps nothing running.
	rooms := rooms.New(rooms.Ports{Rooms: db, Admissions: db, Policies: db, Templates: db, Now: time.Now, Logger: logger})
	defer rooms.Close()
	return do(&database{config: cfg, store: db, services: service.New(db, service.Options{Now: time.Now, Logger: logger}), rooms: rooms})
}

// person finds somebody by id, or by address within an organization: an administrator's act, who sees whom it found.
func (d *database) person(ctx context.Context, key, org string) (directory.Person, error) {
	if !strings.Contains(key, "@") {
		return d.store.Person(ctx, key)
	}
	if org == "" {
		return directory.Person{}, errors.New("an address names a person only within an organization: add --org")
	}
	return d.store.PersonByEmail(ctx, org, key)
}

// asPerson is the identity of somebody for whom an administrator acts.
func asPerson(p directory.Person) auth.Identity {
	return auth.Identity{Kind: auth.Person, ID: p.ID, PersonID: p.ID, OrgID: p.OrgID, OrgName: p.OrgName, Name: p.DisplayName(), OnBehalfOf: "command", Scopes: auth.Scopes()}
}
