package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/livekit/livekit-server/pkg/config"
	"github.com/livekit/livekit-server/pkg/routing"
	"github.com/livekit/livekit-server/pkg/service"
	"github.com/livekit/livekit-server/pkg/telemetry/prometheus"

	"parvis/sfu/single"
)

const (
	startTimeout = 10 * time.Second
	startPoll    = 5 * time.Millisecond
)

// serve starts LiveKit, in the order that it needs, and stops it when ctx ends: everybody out at once, since the gate
// brings them back.
func serve(ctx context.Context, settings single.Settings, ready func()) error {
	server, err := newServer(settings)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- server.Start() }()
	if err := awaitStart(server, done); err != nil {
		return err
	}
	ready()
	select {
	case err := <-done:
		return errors.Join(errors.New("LiveKit has stopped by itself"), err)
	case <-ctx.Done():
	}
	server.Stop(true)
	return <-done
}

func newServer(settings single.Settings) (*service.LivekitServer, error) {
	yaml, err := settings.YAML()
	if err != nil {
		return nil, err
	}
	conf, err := config.NewConfig(yaml, true, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("settings that LiveKit refuses: %w", err)
	}
	// Asked again of what LiveKit understood: this is the promise that nothing leaves.
	if err := single.OwnICE(conf.TURN.Enabled && conf.TURN.UDPPort > 0, len(conf.RTC.TURNServers), len(conf.RTC.STUNServers)); err != nil {
		return nil, err
	}
	if err := conf.ValidateKeys(); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if err := initLogger(&conf.Logging.Config); err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	node, err := routing.NewLocalNode(conf)
	if err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	// Before InitializeServer: its counters are nil otherwise.
	if err := prometheus.Init(string(node.NodeID()), node.NodeType()); err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	server, err := service.InitializeServer(conf, node)
	if err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	return server, nil
}

// awaitStart waits until LiveKit listens. It has no channel to wait on.
func awaitStart(server *service.LivekitServer, done <-chan error) error {
	poll := time.NewTicker(startPoll)
	defer poll.Stop()
	deadline := time.NewTimer(startTimeout)
	defer deadline.Stop()
	for !server.IsRunning() {
		select {
		case err := <-done:
			return errors.Join(errors.New("LiveKit did not start"), err)
		case <-deadline.C:
			return errors.New("LiveKit did not start within 10 s")
		case <-poll.C:
		}
	}
	return nil
}
