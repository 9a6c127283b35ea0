package main

import (
	"context"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"parvis/api"
	"parvis/cmd/parvis/doctor"
)

// healthFresh is how old the answer of the health page may be: a page that is read each five seconds asks the mail server six
// times a minute, however many read it.
const healthFresh = 10 * time.Second

// health is the checks of the doctor that make sense in a process that serves.
type health struct {
	monitor *doctor.Monitor
	client  *http.Client
	livekit atomic.Value // its version, as it said last
	schema  func(context.Context) (have, want int64, err error)
	off     []api.Dependency // what is not used here
}

func (p *platform) buildHealth() (*health, error) {
	h := &health{client: newClient(false), schema: p.store.SchemaCurrent, off: []api.Dependency{{Name: "redis", State: api.DependencyOff}}}
	checks := doctor.Schema(p.store.Ping, p.store.SchemaCurrent)
	checks = append(checks, doctor.Serving(p.media.Ping, func(ctx context.Context) (doctor.MediaAnswer, error) {
		answer, err := p.media.Probe(ctx)
		return doctor.MediaAnswer{Version: answer.Version, Own: p.config.LiveKit.Own, Node: answer.Node, Region: answer.Region}, err
	}, func(version string) { h.livekit.Store(version) }))
	for _, op := range p.config.Providers {
		checks = append(checks, doctor.Provider(h.client, op.Name, op.Issuer, time.Now))
	}
	if check, found := mailCheck(p.config); found {
		checks = append(checks, check)
	} else {
		h.off = append(h.off, api.Dependency{Name: "mail", State: api.DependencyOff})
	}
	if ping, found := mailboxPing(p.config); found {
		checks = append(checks, doctor.Mailbox(ping))
	} else {
		h.off = append(h.off, api.Dependency{Name: "mailbox", State: api.DependencyOff})
	}
	keys, _, err := auditKeys(p.config)
	if err != nil {
		return nil, err
	}
	checks = append(checks, doctor.Work(p.store.DueTasks, time.Now), doctor.Trail(func(ctx context.Context) (int, time.Time, string, error) {
		waiting, err := p.store.WaitingEntries(ctx, mostUnsealed)
		if err != nil {
			return 0, time.Time{}, "", err
		}
		newest, err := p.store.NewestBatch(ctx)
		return waiting, newest.SealedAt, keys.Public().ID(), err
	}, time.Now))
	h.monitor = doctor.NewMonitor(checks, healthFresh, time.Now)
	return h, nil
}

// mostUnsealed is up to where entries that are not sealed are counted.
const mostUnsealed = 10_000

// look answers how everything stands. One thing that does not answer keeps nothing else from being shown.
func (h *health) look(ctx context.Context) api.Health {
	answer := api.Health{Versions: api.Versions{Program: version, Commit: commit(), Go: runtime.Version()}}
	for _, s := range h.monitor.Look(ctx) {
		answer.Dependencies = append(answer.Dependencies, dependencyOf(s))
		if s.Checked.After(answer.CheckedAt) {
			answer.CheckedAt = s.Checked
		}
	}
	answer.Dependencies = append(answer.Dependencies, h.off...)
	if have, _, err := h.schema(ctx); err == nil {
		answer.Versions.Schema = have
	}
	answer.Versions.LiveKit, _ = h.livekit.Load().(string)
	return answer
}

func dependencyOf(s doctor.Standing) api.Dependency {
	name, instance, _ := strings.Cut(s.Name, " ")
	d := api.Dependency{
		Name: name, Instance: instance, State: api.DependencyOK, Since: &s.Since, LatencyMs: s.Latency.Milliseconds(), Detail: s.Detail,
		Remedy: s.Remedy, Wrong: wrongOf(s.Named), LastError: s.LastWrong, LastWrong: wrongOf(s.LastNamed),
	}
	if !s.Well {
		d.State = api.DependencyFailing
	}
	if !s.LastWrongAt.IsZero() {
		d.LastErrorAt = &s.LastWrongAt
	}
	return d
}

// wrongOf is what is wrong for programs and pages; nothing where it has no name.
func wrongOf(n doctor.Name) *api.DependencyWrong {
	if n.Code == "" {
		return nil
	}
	return &api.DependencyWrong{Code: n.Code, Values: n.Values}
}

// commit is what the program was built from, where the build knew.
func commit() string {
	info, found := debug.ReadBuildInfo()
	if !found {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(len(s.Value), 12)]
		}
	}
	return ""
}
