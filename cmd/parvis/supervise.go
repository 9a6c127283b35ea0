package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"syscall"
	"time"
)

const (
	childPatience = 10 * time.Second // between SIGTERM and SIGKILL
	restartFirst  = 200 * time.Millisecond
	restartLast   = 5 * time.Second
	childSteady   = 10 * time.Second // a child that lived so long starts anew with the shortest pause
)

// supervisor runs a child process: starts it again when it dies and stops it with this process. The child ends when
// its standard input closes, so that it cannot outlive a parent that was killed.
type supervisor struct {
	path   string
	args   []string
	env    []string
	logger *slog.Logger
	stderr io.Writer
	ready  chan struct{} // closed at the first line "ready" of the first child
}

func newSupervisor(path string, args, env []string, stderr io.Writer, logger *slog.Logger) *supervisor {
	return &supervisor{path: path, args: args, env: env, stderr: stderr, logger: logger, ready: make(chan struct{})}
}

// run returns when ctx ends and the child is gone, or when the first start fails: what cannot start once will not.
func (s *supervisor) run(ctx context.Context) error {
	pause := restartFirst
	for first := true; ; first = false {
		began := time.Now()
		err := s.once(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if first && !s.wasReady() {
			return fmt.Errorf("media server %s did not start: %w", s.path, err)
		}
		s.logger.Warn("media server ended; starting it again", "error", err)
		if time.Since(began) > childSteady {
			pause = restartFirst
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		pause = min(2*pause, restartLast)
	}
}

func (s *supervisor) wasReady() bool {
	select {
	case <-s.ready:
		return true
	default:
		return false
	}
}

// once runs the child from start to end.
func (s *supervisor) once(ctx context.Context) error {
	child := exec.CommandContext(ctx, s.path, s.args...)
	child.Env = s.env
	child.Stderr = s.stderr
	// A group of its own: Ctrl-C reaches the parent alone, which says farewell to the calls before it stops the child.
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	child.Cancel = func() error { return child.Process.Signal(syscall.SIGTERM) }
	child.WaitDelay = childPatience
	stdin, err := child.StdinPipe() // open as long as we live
	if err != nil {
		return err
	}
	defer stdin.Close()
	stdout, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := child.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if lines.Text() == "ready" && !s.wasReady() {
			close(s.ready)
		}
	}
	return child.Wait()
}
