// Command parvis-sfu is LiveKit for one machine, on loopback, with safe settings.
//
// It is started by `parvis demo` as a process of its own and is the only program that imports livekit-server. It says
// "ready" on standard output once it answers, and ends on SIGINT or SIGTERM or when its standard input, a pipe from its
// parent, closes. Settings: PARVIS_SFU_* (package sfu/single).
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"parvis/sfu/single"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Getenv, parent(os.Stdin), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "parvis-sfu:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends or the parent has gone; parent is nil when there is none to watch.
func run(ctx context.Context, getenv func(string) string, parent io.Reader, stdout io.Writer) error {
	settings, err := single.FromEnv(getenv)
	if err != nil {
		return err
	}
	if err := single.CheckFree(settings.Sockets()); err != nil {
		return err
	}
	if parent != nil {
		var orphaned context.CancelFunc
		ctx, orphaned = context.WithCancel(ctx)
		defer orphaned()
		go func() {
			_, _ = io.Copy(io.Discard, parent) // nothing is ever said here: it ends with the parent
			orphaned()
		}()
	}
	return serve(ctx, settings, func() { fmt.Fprintln(stdout, "ready") })
}

// parent is standard input when it is a pipe. From a terminal or /dev/null the program runs until it is told to stop.
func parent(stdin *os.File) io.Reader {
	if info, err := stdin.Stat(); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		return stdin
	}
	return nil
}
