package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"parvis/cmd/parvis/doctor"
	"parvis/config"
	"parvis/sfu"
	"parvis/store"
)

type doctorCommand struct {
	ICEHosts []string `name:"ice-host" help:"A host or domain of yours that browsers may be told to ask for STUN or TURN, besides that of PARVIS_URL."`
}

// Run examines the installation that the settings describe.
func (c doctorCommand) Run(p *process) error {
	cfg, err := config.Load(p.environ, config.Serve)
	var wrong config.Mistakes
	if errors.As(err, &wrong) {
		for _, mistake := range wrong {
			fmt.Fprintf(p.stdout, "WRONG  %-14s %s\n", "settings", mistake)
		}
		return exitCode(1)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "ok     %-14s complete\n", "settings")
	checks, closeAll := c.checks(p.ctx, cfg)
	defer closeAll()
	if !doctor.Examine(p.ctx, p.stdout, checks) {
		return exitCode(1)
	}
	return nil
}

func (c doctorCommand) checks(ctx context.Context, cfg config.Config) ([]doctor.Check, func()) {
	checks, closeDatabase := databaseChecks(ctx, cfg)
	checks = append(checks, c.mediaChecks(cfg)...)
	client := &http.Client{Timeout: 5 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, op := range cfg.Providers {
		checks = append(checks, doctor.Provider(client, op.Name, op.Issuer, time.Now))
	}
	checks = append(checks, doctor.Address(cfg.URL, &tls.Config{MinVersion: tls.VersionTLS12}, time.Now), doctor.Folder(cfg.Data))
	ports := []struct{ setting, address string }{{"PARVIS_LISTEN", cfg.Listen}}
	if cfg.MetricsListen != "" {
		ports = append(ports, struct{ setting, address string }{"PARVIS_METRICS_LISTEN", cfg.MetricsListen})
	}
	for _, port := range ports {
		checks = append(checks, doctor.Port(port.setting, port.address, doctor.Answers(client)))
	}
	return checks, func() { closeDatabase(); client.CloseIdleConnections() }
}

func databaseChecks(ctx context.Context, cfg config.Config) ([]doctor.Check, func()) {
	logger := newLogger(discard{}, "error")
	db, err := store.Open(ctx, store.Options{URL: cfg.DatabaseURL.Reveal(), Logger: logger, Now: time.Now, Replica: "doctor"})
	if err != nil {
		down := func(context.Context) error { return err }
		return doctor.Schema(down, func(context.Context) (int64, int64, error) { return 0, 0, err }), func() {}
	}
	return doctor.Schema(db.Ping, db.SchemaCurrent), func() { _ = db.Close() }
}

func (c doctorCommand) mediaChecks(cfg config.Config) []doctor.Check {
	media, err := sfu.New(sfu.Options{
		URL: cfg.LiveKit.URL, APIKey: cfg.LiveKit.APIKey, APISecret: cfg.LiveKit.APISecret.Reveal(), PublicURL: signallingURL(cfg.URL),
	})
	if err != nil {
		return doctor.Media(func(context.Context) error { return err }, func(context.Context) (doctor.MediaAnswer, error) { return doctor.MediaAnswer{}, err }, nil)
	}
	return doctor.Media(media.Ping, func(ctx context.Context) (doctor.MediaAnswer, error) {
		answer, err := media.Probe(ctx)
		return doctor.MediaAnswer{Version: answer.Version, ICEServers: answer.ICEServers}, err
	}, append(ownHosts(cfg), c.ICEHosts...))
}

// ownHosts are the hosts that belong to an installation: the platform's, the SFU's, and the domain above the platform's
// when that is one of its own (turn.example.org beside meet.example.org).
func ownHosts(cfg config.Config) []string {
	own := []string{cfg.URL.Hostname()}
	if lk, err := url.Parse(cfg.LiveKit.URL); err == nil {
		own = append(own, lk.Hostname())
	}
	if _, above, _ := strings.Cut(cfg.URL.Hostname(), "."); strings.Contains(above, ".") {
		own = append(own, above)
	}
	return own
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
