package main

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parvis/audit"
	"parvis/config"
	"parvis/store"
)

// buildAudit joins the trail and those who seal it.
func (p *platform) buildAudit() error {
	keys, former, err := auditKeys(p.config)
	if err != nil {
		return err
	}
	p.sealer = &audit.Sealer{
		Trail: p.store, Leases: p.store, Keys: keys, Former: former, Holder: p.replica, Keep: inDays(p.config.AuditDays), Now: time.Now, Logger: p.logger,
	}
	p.watch = audit.NewWatch(p.store, time.Now, p.logger)
	p.trail, err = auditService(p.config, p.store, p.logger)
	return err
}

// auditService is what reads the trail, names included.
func auditService(cfg config.Config, db *store.DB, logger *slog.Logger) (*audit.Service, error) {
	keys, former, err := auditKeys(cfg)
	if err != nil {
		return nil, err
	}
	return audit.New(audit.Ports{Archive: db, Orgs: db, Recorder: db, Keys: keys, Former: former, Now: time.Now, Logger: logger}), nil
}

var errNoSecret = errors.New("PARVIS_SECRET is missing: it opens the names and signs the audit; to verify without it give the public key with --key")

func auditKeys(cfg config.Config) (keys audit.Keys, former []audit.PublicKey, err error) {
	if cfg.Secret == "" {
		return keys, nil, errNoSecret
	}
	if keys, err = audit.NewKeys(cfg.Secret.Reveal(), cfg.AuditKey.Reveal()); err != nil {
		return keys, nil, fmt.Errorf("PARVIS_AUDIT_KEY: %w", err)
	}
	if cfg.AuditFormerKeys != "" {
		if former, err = audit.ParsePublicKeys(cfg.AuditFormerKeys); err != nil {
			return keys, nil, fmt.Errorf("PARVIS_AUDIT_FORMER_KEYS: %w", err)
		}
	}
	return keys, former, nil
}
