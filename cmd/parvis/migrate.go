package main

import (
	"fmt"

	"parvis/config"
	"parvis/store"
)

type migrateCommand struct{}

// Run brings the schema up to date; several replicas may start it at once.
func (migrateCommand) Run(p *process) error {
	cfg, err := config.Load(p.environ, config.Database)
	if err != nil {
		return err
	}
	if err := store.Migrate(p.ctx, cfg.DatabaseURL.Reveal()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, "The schema is up to date.")
	return err
}
