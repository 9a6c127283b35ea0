package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"parvis/config"
)

// schemaWait bounds the start against a network that swallows packets.
const schemaWait = 2 * time.Second

type serveCommand struct{}

// Run serves production until it is told to stop. It refuses an old schema: migrating is a decision.
func (serveCommand) Run(p *process) error {
	cfg, err := config.Load(p.environ, config.Serve)
	if err != nil {
		return err
	}
	logger := newLogger(p.stdout, cfg.LogLevel)
	listener, err := listen(cfg.Listen, "PARVIS_LISTEN")
	if err != nil {
		return err
	}
	defer listener.Close()
	metrics, err := listenMetrics(cfg)
	if err != nil {
		return err
	}
	pl, err := build(p.ctx, cfg, logger)
	if err != nil {
		return err
	}
	if err := pl.refuseOldSchema(p.ctx); err != nil {
		return errors.Join(err, pl.close())
	}
	logger.Info("serving", "url", cfg.URL.String(), "listen", listener.Addr().String(), "version", version)
	return pl.run(p.ctx, listener, metrics)
}

// refuseOldSchema refuses what it knows to be old. A database that is down at the start comes back: the platform serves
// meanwhile what needs none, /readyz names the database as a detail, and says old-schema if that is what comes back.
func (p *platform) refuseOldSchema(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, schemaWait)
	defer cancel()
	have, want, err := p.store.SchemaCurrent(ctx)
	if err != nil {
		p.logger.Warn("the database does not answer: serving without it until it does", "error", err)
		return nil
	}
	if have < want {
		return fmt.Errorf("the database's schema is at version %d, this program needs %d: run parvis migrate", have, want)
	}
	return nil
}

func listenMetrics(cfg config.Config) (net.Listener, error) {
	if cfg.MetricsListen == "" {
		return nil, nil
	}
	return listen(cfg.MetricsListen, "PARVIS_METRICS_LISTEN")
}

// newLogger writes JSON lines.
func newLogger(to io.Writer, level string) *slog.Logger {
	var at slog.Level
	_ = at.UnmarshalText([]byte(level)) // config has checked it
	return slog.New(slog.NewJSONHandler(to, &slog.HandlerOptions{Level: at}))
}
