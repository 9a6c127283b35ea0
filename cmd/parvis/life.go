package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	"parvis/api"
	"parvis/privacy"
)

const (
	beatEvery    = 5 * time.Second
	sweepLeast   = 15 * time.Second
	sweepMost    = 30 * time.Second
	judgeEvery   = 10 * time.Second
	lobbyEvery   = 30 * time.Second
	hearEvery    = 500 * time.Millisecond
	tellEvery    = 500 * time.Millisecond
	sealEvery    = time.Second
	wakeEvery    = 15 * time.Second
	pruneEvery   = 10 * time.Minute
	projectEvery = 10 * time.Minute
	endPatience  = 10 * time.Second // for requests and relays that run when the process is told to stop
	closeTimeout = 5 * time.Second
)

// run serves until ctx ends, then drains: readiness falls, running requests end, relays are closed, work that is under
// way is finished, the database is closed last. Listener is the platform's own; metrics may be nil.
func (p *platform) run(ctx context.Context, listener, metrics net.Listener) error {
	servers := []*http.Server{api.NewServer(p.handler, p.logger)}
	servers[0].RegisterOnShutdown(p.rooms.EndStreams)
	listeners := []net.Listener{listener}
	if metrics != nil {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", promhttp.HandlerFor(p.metrics, promhttp.HandlerOpts{}))
		servers, listeners = append(servers, api.NewServer(mux, p.logger)), append(listeners, metrics)
	}
	work, running := errgroup.WithContext(ctx)
	for i, server := range servers {
		work.Go(func() error {
			if err := server.Serve(listeners[i]); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serve: %w", err)
			}
			return nil
		})
	}
	work.Go(func() error { return p.store.Watch(running) })
	work.Go(func() error { return p.jobs.Run(running) })
	for _, l := range append(p.loops(), p.mailbox...) {
		work.Go(func() error { return l.run(running) })
	}
	work.Go(func() error {
		<-running.Done()
		return p.drain(servers)
	})
	p.stage.Store(serving)
	return errors.Join(work.Wait(), p.close())
}

func (p *platform) loops() []loop {
	turn := 0
	return []loop{
		{name: "heartbeat", least: beatEvery, do: p.rooms.Beat, logger: p.logger},
		{name: "connection quality", least: judgeEvery, do: p.gate.TellQualities, logger: p.logger},
		{name: "lobbies", least: lobbyEvery, do: p.rooms.KeepLobby, logger: p.logger},
		{name: "webhooks", least: hearEvery, do: p.hear, logger: p.logger},
		{name: "sweep", least: sweepLeast, most: sweepMost, logger: p.logger, do: func(ctx context.Context) error {
			turn++
			return p.rooms.Sweep(ctx, turn)
		}},
		{name: "audit entries", least: sealEvery, do: p.watch.Flush, logger: p.logger},
		{name: "audit", least: sealEvery, do: p.sealer.Turn, logger: p.logger},
		{name: privacy.ExpiryJob, least: pruneEvery, most: 2 * pruneEvery, do: p.sealer.Expire, logger: p.logger},
		{name: "events", least: tellEvery, do: p.courier.PublishEvents, logger: p.logger},
		{name: "webhook leases", least: wakeEvery, do: p.courier.WakeWebhooks, logger: p.logger},
		{name: privacy.PruneJob, least: pruneEvery, most: 2 * pruneEvery, logger: p.logger, do: func(ctx context.Context) error {
			return p.store.Prune(ctx, time.Now().UTC())
		}},
	}
}

// hear works off webhooks until none is waiting.
func (p *platform) hear(ctx context.Context) error {
	for {
		done, err := p.rooms.Hear(ctx)
		if err != nil || done == 0 {
			return err
		}
	}
}

// drain ends what comes from outside. Its own context: the one that ended is why it runs.
func (p *platform) drain(servers []*http.Server) error {
	p.stage.Store(draining)
	ctx, cancel := context.WithTimeout(context.Background(), endPatience)
	defer cancel()
	var all errgroup.Group
	for _, server := range servers {
		all.Go(func() error { return server.Shutdown(ctx) })
	}
	all.Go(func() error { return p.gate.Drain(ctx) })
	if err := all.Wait(); errors.Is(err, context.DeadlineExceeded) {
		p.logger.Warn("some requests did not end in time")
		for _, server := range servers {
			_ = server.Close()
		}
	}
	return nil
}

// close lets go of everything once nothing runs any more.
func (p *platform) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	_ = p.watch.Close(ctx) // it says itself what is lost
	p.rooms.Close()
	p.signins.Close()
	p.provider.Close()
	p.media.Close()
	p.sender.Close()
	p.health.client.CloseIdleConnections()
	if err := p.store.RetireReplica(ctx, p.replica, time.Now().UTC()); err != nil {
		// A database that is away is no reason to end badly: a sweep retires replicas that fell silent.
		p.logger.WarnContext(ctx, "replica not retired", "error", err)
	}
	return p.store.Close()
}

// ready is what /readyz says: a dependency that is down is a detail, a schema that is old is not.
func (p *platform) ready(ctx context.Context) api.Readiness {
	answer := api.Readiness{State: api.Ready, Dependencies: map[string]string{"database": "ok", "media": "ok"}}
	switch p.stage.Load() {
	case starting:
		answer.State = api.Starting
	case draining:
		answer.State = api.Draining
	}
	if have, want, err := p.store.SchemaCurrent(ctx); err != nil {
		answer.Dependencies["database"] = "does not answer"
	} else if have < want {
		answer.State = api.OldSchema
	}
	if err := p.media.Ping(ctx); err != nil {
		answer.Dependencies["media"] = "does not answer"
	}
	return answer
}
