package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"parvis/api"
	"parvis/auth/devidp"
	"parvis/config"
	"parvis/mail/catcher"
	"parvis/store"
)

const (
	demoClient   = "parvis"
	demoProvider = "demo"
	mediaWait    = 20 * time.Second
)

type demoCommand struct {
	IDPListen   string `name:"idp-listen" default:"127.0.0.1:8081" help:"Where the development identity provider listens from its first start on; another free port when that one is taken then."`
	SFUPort     int    `name:"sfu-port" default:"7880" help:"Signalling port of the media server; another free one when that one is taken."`
	SFUUDPPort  int    `name:"sfu-udp-port" default:"7882" help:"Media port (UDP), likewise."`
	SFUTURNPort int    `name:"sfu-turn-port" default:"3479" help:"STUN and TURN port (UDP), likewise."`
}

// demo is the parts of a demonstration, all on loopback.
type demo struct {
	config   config.Config
	state    demoState
	logger   *slog.Logger
	listener net.Listener
	metrics  net.Listener
	idp      net.Listener
	provider *devidp.Provider
	media    *supervisor
	sockets  []socket      // what the media server was told to listen on
	patience time.Duration // how long the media server may take before it is said that it does
}

// mediaStarts is how often the media server is started, each time on other ports, when somebody takes one meanwhile.
const mediaStarts = 3

// Run starts the whole platform on this machine and stops it when told to.
func (c demoCommand) Run(p *process) error {
	cfg, err := config.Load(p.environ, config.Demo)
	if err != nil {
		return err
	}
	if err := openFolder(cfg.Data); err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(cfg.Data, "parvis.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("the log cannot be written: %w", reason(err))
	}
	defer log.Close()
	for start := 1; ; start++ {
		err := c.once(p, cfg, log)
		var taken takenError
		if !errors.As(err, &taken) || start == mediaStarts {
			return err
		}
	}
}

// once is the demo from its start to its end. Ports are chosen here: what another program takes before the media server
// has it is a takenError, before anything was announced, and the next start chooses anew.
func (c demoCommand) once(p *process, cfg config.Config, log io.Writer) error {
	d := &demo{config: cfg, logger: newLogger(log, cfg.LogLevel), patience: mediaWait}
	defer d.closeListeners()
	if err := d.prepare(p, c, log); err != nil {
		return err
	}
	return d.run(p.ctx, p.stdout)
}

// prepare opens every address and every file before anything runs, so that what is missing is said at once.
func (d *demo) prepare(p *process, c demoCommand, log io.Writer) error {
	var err error
	if d.listener, err = listen(d.config.Listen, "PARVIS_LISTEN"); err != nil {
		return err
	}
	if !config.IsLoopback(hostOf(d.listener.Addr().String())) {
		return errors.New("parvis demo listens on this machine alone: set PARVIS_LISTEN to 127.0.0.1:8080, or use parvis serve")
	}
	if d.metrics, err = listenMetrics(d.config); err != nil {
		return err
	}
	if d.state, err = openDemoState(d.config.Data); err != nil {
		return err
	}
	if d.idp, err = c.listenProvider(d.state.IDPListen); err != nil {
		return err
	}
	d.state.IDPListen = d.idp.Addr().String()
	if err := d.state.save(d.config.Data); err != nil {
		return fmt.Errorf("the state of the demo cannot be kept: %w", err)
	}
	d.complete()
	if d.provider, err = d.newProvider(); err != nil {
		return err
	}
	if d.media, err = d.newMedia(p, c, log); err != nil {
		return err
	}
	if err := store.Migrate(p.ctx, d.config.DatabaseURL.Reveal()); err != nil {
		return fmt.Errorf("the database in %s cannot be brought up to date: %w", d.config.Data, err)
	}
	return nil
}

// listenProvider opens the address of the identity provider. It is part of who people are: where that of the last start is taken, by a
// second demo in the same folder for one, everybody would be somebody else for good, and nothing starts. Who reaches it from elsewhere
// could be anybody.
func (c demoCommand) listenProvider(last string) (net.Listener, error) {
	if !config.IsLoopback(hostOf(c.IDPListen)) {
		return nil, errors.New("the development identity provider asks for no password and answers this machine alone: set --idp-listen to 127.0.0.1:8081")
	}
	if last != "" && config.IsLoopback(hostOf(last)) {
		l, err := net.Listen("tcp", last)
		if err != nil {
			return nil, fmt.Errorf("%s, where the identity provider of this demo answers, cannot be had (%w): end what runs there, another demo perhaps, "+
				"or name another folder with PARVIS_DATA. At another address everybody would be somebody else", last, reason(err))
		}
		return l, nil
	}
	l, err := listenNear("", c.IDPListen, "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("no address for the identity provider: %w", err)
	}
	return l, nil
}

// complete fills in the settings that production must give.
func (d *demo) complete() {
	cfg := &d.config
	if cfg.URL == nil {
		cfg.URL = &url.URL{Scheme: "http", Host: net.JoinHostPort("localhost", portOf(d.listener.Addr().String()))}
	}
	if cfg.DatabaseURL == "" {
		cfg.DatabaseURL = config.Secret("sqlite:" + filepath.Join(cfg.Data, "parvis.db"))
	}
	if cfg.Secret == "" {
		cfg.Secret = config.Secret(d.state.Secret)
	}
	if cfg.Mail == nil { // one machine needs no mail server
		cfg.MailFolder = filepath.Join(cfg.Data, "mail")
	}
	if cfg.MailFrom == "" {
		cfg.MailFrom = "parvis@localhost"
	}
	cfg.LiveKit.APIKey, cfg.LiveKit.APISecret = d.state.LiveKitKey, config.Secret(d.state.LiveKitSecret)
	cfg.Providers = []config.Provider{{
		Name: demoProvider, Label: "Parvis demo", Issuer: d.issuer(), ClientID: demoClient, ClientSecret: config.Secret(d.state.ClientSecret),
		Scopes: []string{"openid", "given_name", "usual_name", "email", "siret", "idp_id", "uid", "organizational_unit", "organization_label", "roles"},
		PKCE:   true, PromptLogin: true, Userinfo: "jwt", Alg: "RS256", ACRMFA: []string{"eidas2", "eidas3"}, ClientAuth: "post",
		Domains: devidp.Domains(),
	}}
}

func (d *demo) issuer() string { return "http://localhost:" + portOf(d.idp.Addr().String()) }

func (d *demo) newProvider() (*devidp.Provider, error) {
	base := d.config.URL
	return devidp.New(devidp.Options{
		Issuer: d.issuer(), KeyFile: filepath.Join(d.config.Data, "provider-keys.json"), Now: time.Now, Logger: d.logger,
		Clients: []devidp.Client{{
			ID: demoClient, Name: d.config.Name, Secret: d.state.ClientSecret,
			RedirectURIs:           []string{base.JoinPath("/auth/callback/" + demoProvider).String()},
			PostLogoutRedirectURIs: []string{base.JoinPath("/auth/logged-out").String()},
			BackChannelLogoutURI:   "http://" + d.listener.Addr().String() + "/auth/backchannel-logout",
		}},
	})
}

// run has everything running until ctx ends. The platform stops first, so that calls are told, then the provider and
// the media server.
func (d *demo) run(ctx context.Context, out io.Writer) error {
	helpers, stopHelpers := context.WithCancel(context.WithoutCancel(ctx))
	defer stopHelpers()
	var parts errgroup.Group
	failed, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	idp := api.NewServer(d.besides(), d.logger)
	parts.Go(func() error {
		if err := idp.Serve(d.idp); !errors.Is(err, http.ErrServerClosed) {
			fail(fmt.Errorf("identity provider: %w", err))
			return err
		}
		return nil
	})
	parts.Go(func() error {
		err := d.media.run(helpers)
		if taken := d.taken(); err != nil && taken != nil {
			err = taken
		}
		if err != nil {
			fail(err)
		}
		return err
	})
	err := d.serve(failed, out)
	if failed.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil // the start was interrupted, by who stops it or by a part that says itself what happened
	}
	_ = idp.Close()
	d.provider.Close()
	stopHelpers()
	return errors.Join(err, parts.Wait())
}

// besides is what a demonstration serves beside the platform: the identity provider, and the mail that is not sent.
func (d *demo) besides() http.Handler {
	if d.config.MailFolder == "" {
		return d.provider.Handler()
	}
	mux := http.NewServeMux()
	mux.Handle("/", d.provider.Handler())
	letters := catcher.New(d.config.MailFolder, d.logger).Handler()
	mux.Handle(catcher.Path, letters)
	mux.Handle(catcher.Path+"/", letters)
	return mux
}

func (d *demo) serve(ctx context.Context, out io.Writer) error {
	pl, err := build(ctx, d.config, d.logger)
	if err != nil {
		return err
	}
	if err := d.introduce(ctx, pl.store); err != nil {
		return errors.Join(err, pl.close())
	}
	ctx, stop := context.WithCancel(ctx)
	var announcing sync.WaitGroup
	announcing.Go(func() { d.announce(ctx, out) })
	err = pl.run(ctx, d.listener, d.metrics)
	stop()
	announcing.Wait()
	return err
}

// introduce makes the people of the demonstration known, as their first sign-in would: colleagues find each other from the start.
// Who has left is deactivated, so that the refusal can be seen.
func (d *demo) introduce(ctx context.Context, db *store.DB) error {
	now := time.Now().UTC()
	for _, who := range devidp.People() {
		claims := demoClaims(who, d.issuer())
		org, err := db.PlaceOrganization(ctx, claims, now)
		if err != nil {
			return err
		}
		person, err := db.UpsertPerson(ctx, claims, org.ID, now)
		if err != nil {
			return err
		}
		if !who.Deactivated {
			continue
		}
		if err := db.DeactivatePerson(ctx, person.ID, now); err != nil {
			return err
		}
	}
	return nil
}

// announce tells the address once a browser can hold a call there. A media server that takes long is said, once.
func (d *demo) announce(ctx context.Context, out io.Writer) {
	select {
	case <-d.media.ready:
	case <-ctx.Done():
		return
	case <-time.After(d.patience):
		fmt.Fprintf(out, "\n  %s answers at %s, but its media server does not yet: calls will not work until it does.\n  The log in %s says more.\n", d.config.Name, d.config.URL, d.config.Data)
		select {
		case <-d.media.ready:
		case <-ctx.Done():
			return
		}
	}
	fmt.Fprintf(out, "\n  %s is ready:  %s\n\n  Sign in as one of these people, no password is asked:\n", d.config.Name, d.config.URL)
	for _, who := range devidp.People() {
		note := who.English
		if who.Deactivated {
			note += " (Parvis refuses them: deactivated)"
		} else if !who.SecondFactor() {
			note += " (without a second factor)"
		}
		fmt.Fprintf(out, "    %-16s %s\n", who.Name(), note)
	}
	if d.config.MailFolder != "" {
		fmt.Fprintf(out, "\n  Mail is not sent; it is at %s.\n", d.issuer()+catcher.Path)
	}
	fmt.Fprintf(out, "\n  Data, log and mail are in %s. Ctrl-C stops everything; the data stays.\n\n", d.config.Data)
}

func hostOf(address string) string {
	host, _, _ := net.SplitHostPort(address)
	return host
}

func portOf(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// closeListeners lets go of the addresses that were opened, whatever came of it; servers that ran closed theirs already.
func (d *demo) closeListeners() {
	for _, l := range []net.Listener{d.listener, d.metrics, d.idp} {
		if l != nil {
			_ = l.Close()
		}
	}
}
