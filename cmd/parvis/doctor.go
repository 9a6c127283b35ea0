package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"parvis/cmd/parvis/doctor"
	"parvis/config"
	"parvis/sfu"
	"parvis/store"
)

type doctorCommand struct {
	ICEHosts []string `name:"ice-host" help:"A host, domain or address of yours that browsers may be told to ask for STUN or TURN, besides that of PARVIS_URL."`
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
	client, provider := newClient(true), newClient(false)
	for _, op := range cfg.Providers {
		checks = append(checks, doctor.Provider(provider, op.Name, op.Issuer, time.Now))
	}
	if check, ok := mailCheck(cfg); ok {
		checks = append(checks, check)
	}
	if ping, ok := mailboxPing(cfg); ok {
		checks = append(checks, doctor.Mailbox(ping))
	}
	checks = append(checks, doctor.Address(client, cfg.URL, time.Now), doctor.Folder(cfg.Data),
		doctor.Port("PARVIS_LISTEN", cfg.Listen, doctor.Serves(client, cfg.URL)))
	if cfg.MetricsListen != "" {
		checks = append(checks, doctor.Port("PARVIS_METRICS_LISTEN", cfg.MetricsListen, doctor.Measures(client)))
	}
	return checks, func() { closeDatabase(); client.CloseIdleConnections(); provider.CloseIdleConnections() }
}

// newClient follows no redirect. Own addresses are asked directly, without a proxy of the environment; providers are
// asked as the platform asks them.
func newClient(direct bool) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if direct {
		transport.Proxy = nil
	}
	return &http.Client{
		Timeout: 5 * time.Second, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
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
		return doctor.Media(func(context.Context) error { return err }, func(context.Context) (doctor.MediaAnswer, error) { return doctor.MediaAnswer{}, err }, doctor.Hosts{})
	}
	return doctor.Media(media.Ping, func(ctx context.Context) (doctor.MediaAnswer, error) {
		answer, err := media.Probe(ctx)
		return doctor.MediaAnswer{Version: answer.Version, Node: answer.Node, Region: answer.Region, ICEServers: answer.ICEServers}, err
	}, c.hosts(cfg))
}

func (c doctorCommand) hosts(cfg config.Config) doctor.Hosts {
	hosts := doctor.Hosts{Platform: cfg.URL.Hostname(), Named: c.ICEHosts, Resolve: net.DefaultResolver.LookupNetIP}
	if lk, err := url.Parse(cfg.LiveKit.URL); err == nil {
		hosts.Others = []string{lk.Hostname()}
	}
	return hosts
}

// mailCheck asks the mail server, where there is one.
func mailCheck(cfg config.Config) (doctor.Check, bool) {
	if cfg.Mail == nil {
		return doctor.Check{}, false
	}
	server, err := newSMTP(cfg, newLogger(discard{}, "error"))
	if err != nil {
		return doctor.Mail(func(context.Context) error { return err }), true
	}
	return doctor.Mail(server.Ping), true
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
