package main

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"
	_ "time/tzdata" // the zones of the world, where the system has none

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"parvis/api"
	"parvis/audit"
	"parvis/auth/oidc"
	"parvis/auth/service"
	"parvis/auth/signin"
	"parvis/config"
	"parvis/directory"
	"parvis/jobs"
	"parvis/privacy"
	"parvis/rooms"
	"parvis/schedule"
	"parvis/schedule/recur"
	"parvis/scim"
	"parvis/seal"
	"parvis/sfu"
	"parvis/store"
	"parvis/usage"
	"parvis/web"
	"parvis/webhook"
	"parvis/webhook/deliver"
)

// platform is the whole product as one graph, built by hand in build. Its fields are what the loops and the end of the
// process need.
type platform struct {
	config   config.Config
	logger   *slog.Logger
	metrics  *prometheus.Registry
	replica  string
	store    *store.DB
	media    *sfu.Client
	gate     *sfu.Gate
	rooms    *rooms.Service
	zones    recur.Zones
	schedule *schedule.Service
	jobs     *jobs.Runner
	signins  *signin.Manager
	people   *directory.Directory
	provider *oidc.Handler
	webhooks *webhook.Service
	privacy  *privacy.Service
	usage    *usage.Service
	limits   sync.Map // of sign-ins, by organization, as policies said them last
	courier  *webhook.Courier
	sealer   *audit.Sealer
	watch    *audit.Watch
	health   *health
	trail    *audit.Service
	sender   *deliver.Sender
	handler  http.Handler
	mailbox  []loop       // that read it; none without one
	stage    atomic.Value // stage
}

// zonesReread is after how long a zone is read anew, where somebody replaces the tz database of the machine.
const zonesReread = time.Minute

// stage is how far the process is in its life.
type stage string

const (
	starting stage = "starting"
	serving  stage = "serving"
	draining stage = "draining"
)

// build joins everything. Nothing is served yet; what it cannot complete it closes.
func build(ctx context.Context, cfg config.Config, logger *slog.Logger) (_ *platform, err error) {
	p := &platform{config: cfg, logger: logger, metrics: prometheus.NewRegistry(), replica: replicaName()}
	p.zones = recur.Remember(time.LoadLocation, zonesReread, time.Now)
	p.stage.Store(starting)
	p.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	keys, err := deriveKeys(cfg.Secret.Reveal())
	if err != nil {
		return nil, err
	}
	if p.store, err = store.Open(ctx, store.Options{URL: cfg.DatabaseURL.Reveal(), Logger: logger, Now: time.Now, Replica: p.replica, Metrics: p.metrics}); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.abandon())
		}
	}()
	if err := p.buildMedia(); err != nil {
		return nil, err
	}
	p.signins = signin.New(p.store, p.rooms, signin.Options{
		BaseURL: cfg.URL.String(), Idle: cfg.SignInIdle, Max: cfg.SignInMax, Now: time.Now, Logger: logger, Key: keys.idTokens, ClientAddr: clientAddr, Limits: p.signInLimits,
		SaysFactors: saysFactors(cfg.Providers),
	})
	p.people = directory.New(p.store, time.Now).Unknown(directory.Unknown(cfg.Unknown))
	if err := p.buildAudit(); err != nil {
		return nil, err
	}
	if p.provider, err = buildOIDC(cfg, p.store, p.people, proven{p.signins}, logger); err != nil {
		return nil, err
	}
	p.usage = usage.New(p.store, time.Now)
	p.store.OnChange(p.changed)
	p.store.OnStruckOff(p.rooms.StruckOff)
	p.schedule = schedule.New(schedule.Ports{
		Store: p.store, Operations: p.store, Rooms: p.rooms, Policies: p.store, Zones: p.zones, Box: seal.New(keys.passcodes), Host: cfg.URL.Hostname(), SendsMail: sendsMail(cfg), Now: time.Now, Logger: logger,
	})
	if err := p.buildWebhooks(keys.webhooks); err != nil {
		return nil, err
	}
	if p.privacy, err = buildPrivacy(cfg, p.store, organizing{p.schedule}); err != nil {
		return nil, err
	}
	if err := p.buildJobs(); err != nil {
		return nil, err
	}
	if p.mailbox, err = p.readMail(); err != nil {
		return nil, err
	}
	if p.health, err = p.buildHealth(); err != nil {
		return nil, err
	}
	if p.handler, err = p.buildAPI(keys); err != nil {
		return nil, err
	}
	return p, nil
}

// changed brings what any replica, or a command, has changed to those who hold on to it.
func (p *platform) changed(kind, id string) {
	switch kind {
	case store.ChangedAdmission:
		p.gate.Recheck(id)
	case store.ChangedLobby:
		p.rooms.LobbyChanged(id)
	case store.ChangedGrants:
		p.rooms.GrantsChanged(id)
	case store.ChangedRoom:
		p.rooms.RoomChanged(id)
	case store.ChangedSignIn:
		p.rooms.SignInChanged(id)
	case store.ChangedPolicies:
		p.rooms.PoliciesChanged()
	case store.ChangedAnything:
		p.rooms.PoliciesChanged()
		p.rooms.ChangesMissed()
	}
}

// abandon closes what a build that failed half-way has opened. No replica is retired: none was announced.
func (p *platform) abandon() error {
	if p.rooms != nil {
		p.rooms.Close()
	}
	if p.signins != nil {
		p.signins.Close()
	}
	return p.store.Close()
}

// farewell is long enough for a word to reach a browser over a slow line, and shorter than anybody waits for a button.
const farewell = 300 * time.Millisecond

// buildMedia joins rooms, the SFU and the gate. Rooms cuts relays at the gate and the gate asks rooms: the gate is made
// last and reached through a function.
func (p *platform) buildMedia() error {
	cfg := p.config
	var err error
	p.media, err = sfu.New(sfu.Options{
		URL: cfg.LiveKit.URL, APIKey: cfg.LiveKit.APIKey, APISecret: cfg.LiveKit.APISecret.Reveal(),
		PublicURL: signallingURL(cfg.URL), Now: time.Now, Logger: p.logger, Metrics: p.metrics,
	})
	if err != nil {
		return err
	}
	p.rooms = rooms.New(rooms.Ports{
		Rooms: p.store, Admissions: p.store, Presence: p.store, Live: p.store, Hosts: p.store, Lobby: p.store, Members: p.store, Owners: p.store, History: p.store, Overview: p.store, Inbox: p.store, Leases: p.store, Policies: p.store, Templates: p.store,
		Passes: p.media, Media: p.media, Cutter: cutter(func(id string) { p.gate.Cut(id) }), Farewell: farewell,
		Now: time.Now, Logger: p.logger, Replica: p.replica, ProvesEmail: sendsMail(cfg),
	})
	return p.buildGate()
}

type cutter func(admissionID string)

func (c cutter) Cut(admissionID string) { c(admissionID) }

func (p *platform) buildAPI(k keys) (http.Handler, error) {
	var providers []api.Provider
	for _, op := range p.config.Providers {
		providers = append(providers, api.Provider{Name: op.Name, Label: op.Label, Origin: originOf(op.Issuer)})
	}
	options := api.Options{
		BaseURL: p.config.URL.String(), TrustedProxies: p.config.TrustedProxies, Version: version, Name: p.config.Name,
		Languages: rooms.Languages(), Providers: providers,
		Rooms: p.rooms, SignIns: p.signins, Services: service.New(p.store, p.serviceOptions()), People: p.people, Idempotency: p.store, Mailbox: mailboxOf(p.config), Schedule: p.schedule, Zones: p.zones, Webhooks: p.webhooks, Audit: p.trail, Watch: p.watch,
		Administration: directory.NewAdministration(p.store, time.Now).Providers(providerNames(p.config)...),
		Provisioning:   scim.New(p.store, scim.Options{BaseURL: originOf(p.config.URL.String()), Now: time.Now}),
		Usage:          p.usage, Privacy: p.privacy, Live: p.rooms, Health: p.health.look,
		Handlers: api.Handlers{
			Login: p.provider.Login(), Callback: p.provider.Callback(), Logout: p.provider.Logout(), LoggedOut: p.provider.LoggedOut(),
			BackChannelLogout: p.provider.BackChannelLogout(), Gate: p.gate, Webhook: sfu.NewWebhook(p.media, p.store), Web: web.New(web.Options{}),
		},
		Ready: p.ready, Now: time.Now, Logger: p.logger, Metrics: p.metrics,
	}
	if err := p.offerProofs(&options, k.emailCodes); err != nil {
		return nil, err
	}
	return api.New(options)
}

// serviceOptions: an assertion is addressed to the issuer or to its token endpoint (RFC 7523 section 3).
func (p *platform) serviceOptions() service.Options {
	issuer := originOf(p.config.URL.String())
	return service.Options{Audiences: []string{issuer, issuer + api.TokenPath}, Now: time.Now, Logger: p.logger}
}

// keys are derived from the one secret of the installation, each for one purpose (HKDF, RFC 5869).
type keys struct {
	idTokens   [32]byte
	emailCodes [32]byte
	passcodes  [32]byte
	webhooks   [32]byte
}

func deriveKeys(secret string) (keys, error) {
	var k keys
	for info, into := range map[string]*[32]byte{"parvis id token at rest v1": &k.idTokens, "parvis e-mail codes v1": &k.emailCodes, "parvis passcodes v1": &k.passcodes, "parvis webhook keys v1": &k.webhooks} {
		derived, err := hkdf.Key(sha256.New, []byte(secret), nil, info, len(into))
		if err != nil {
			return keys{}, fmt.Errorf("derive key: %w", err)
		}
		copy(into[:], derived)
	}
	return k, nil
}

// replicaName is new at each start, so that relays of an earlier life of this host are not taken for this one's.
func replicaName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "parvis"
	}
	return host + "-" + uuid.NewString()[:8]
}

// signallingURL is where browsers connect: the gate on our own origin.
func signallingURL(u *url.URL) string {
	scheme := map[string]string{"https": "wss", "http": "ws"}[u.Scheme]
	return (&url.URL{Scheme: scheme, Host: u.Host, Path: "/livekit"}).String()
}

func originOf(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// buildGate makes the gate, whose door is rooms.
func (p *platform) buildGate() error {
	var err error
	p.gate, err = sfu.NewGate(sfu.GateOptions{Client: p.media, Door: p.rooms, Origin: p.config.URL.String()})
	return err
}

func buildOIDC(cfg config.Config, attempts oidc.Attempts, people oidc.People, signins oidc.SignIns, logger *slog.Logger) (*oidc.Handler, error) {
	allow, err := oidc.ParseAllow(cfg.Allow)
	if err != nil {
		return nil, fmt.Errorf("PARVIS_OIDC_ALLOW: %w", err)
	}
	var providers []oidc.ProviderConfig
	for _, p := range cfg.Providers {
		domains, err := oidc.ParseDomains(p.Domains)
		if err != nil {
			return nil, fmt.Errorf("the domains of the provider %s: %w", p.Name, err)
		}
		providers = append(providers, oidc.ProviderConfig{
			Name: p.Name, Label: p.Label, Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: p.ClientSecret.Reveal(), ClientAuth: p.ClientAuth,
			Scopes: p.Scopes, PKCE: p.PKCE, Userinfo: oidc.Userinfo(p.Userinfo), Alg: p.Alg,
			ACRValues: p.ACRValues, ACRRequired: p.ACRRequired, ACRMFA: p.ACRMFA, Domains: domains, PromptLogin: p.PromptLogin,
		})
	}
	return oidc.New(oidc.Options{
		BaseURL: cfg.URL.String(), Providers: providers, Allow: allow, Attempts: attempts, People: people, SignIns: signins,
		Now: time.Now, Logger: logger, Problem: api.WriteProblem,
	})
}

// saysFactors tells the providers that say whether there was a second factor: those with levels that mean one.
func saysFactors(providers []config.Provider) func(string) bool {
	says := map[string]bool{}
	for _, p := range providers {
		says[p.Name] = len(p.ACRMFA) > 0
	}
	return func(name string) bool { return says[name] }
}

// clientAddr is the browser's address: package api has put the nearest one that is not a trusted proxy into RemoteAddr.
func clientAddr(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return peer.Addr().Unmap()
}

// proven hands what auth/oidc proved to auth/signin: two packages that do not see each other say it in the same words.
type proven struct{ *signin.Manager }

// SignInPerson begins a sign-in.
func (p proven) SignInPerson(ctx context.Context, w http.ResponseWriter, r *http.Request, proof oidc.Proof) error {
	return p.Manager.SignInPerson(ctx, w, r, signin.Proof(proof))
}
