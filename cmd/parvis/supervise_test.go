package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// child writes a shell script that notes its pid, says that it is ready and lives until its standard input closes.
func child(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "child")
	script := "#!/bin/sh\necho $$ >>" + dir + "/pids\necho ready\nexec cat >/dev/null\n"
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func pids(t *testing.T, dir string, atLeast int) []int {
	t.Helper()
	var lines []string
	eventually(t, func() bool {
		text, _ := os.ReadFile(filepath.Join(dir, "pids"))
		lines = strings.Fields(string(text))
		return len(lines) >= atLeast
	}, func() any { return lines })
	out := make([]int, len(lines))
	for i, line := range lines {
		out[i], _ = strconv.Atoi(line)
	}
	return out
}

func TestTheMediaServerIsStartedAgainWhenItDiesAndStopsWithItsParent(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	s := newSupervisor(child(t, dir), nil, os.Environ(), os.Stderr, slog.New(slog.NewTextHandler(new(bytes.Buffer), nil)))
	done := make(chan error, 1)
	go func() { done <- s.run(ctx) }()
	<-s.ready
	if err := syscall.Kill(pids(t, dir, 1)[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	second := pids(t, dir, 2)[1]
	cancel()
	if err := <-done; err != nil {
		t.Errorf("a stop is no failure: %v", err)
	}
	if err := syscall.Kill(second, 0); err == nil {
		t.Error("the child outlived its parent's wish")
	}
}

func TestAMediaServerThatCannotStartIsSaidAtOnce(t *testing.T) {
	s := newSupervisor("/does/not/exist", nil, nil, os.Stderr, slog.Default())
	if err := s.run(t.Context()); err == nil || !strings.Contains(err.Error(), "/does/not/exist") {
		t.Errorf("got %v", err)
	}
}
