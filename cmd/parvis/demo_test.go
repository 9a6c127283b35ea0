package main

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// mediaServer is a program that stands for the media server in a demo's first moments: it tells its port, waits for a
// word and says "ready" when that is what it hears; else it ends as one whose port is taken.
type mediaServer struct {
	t     *testing.T
	path  string
	ports string // named pipes
	words string
}

func newMediaServer(t *testing.T) mediaServer {
	t.Helper()
	dir := t.TempDir()
	m := mediaServer{t: t, path: filepath.Join(dir, "sfu"), ports: filepath.Join(dir, "ports"), words: filepath.Join(dir, "words")}
	for _, pipe := range []string{m.ports, m.words} {
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	script := "#!/bin/sh\necho \"$PARVIS_SFU_PORT\" >" + m.ports + "\nread -r word <" + m.words + "\n[ \"$word\" = ready ] || exit 1\necho ready\nwhile read -r _; do :; done\n"
	if err := os.WriteFile(m.path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return m
}

// port waits for a start and answers the port that it was given.
func (m mediaServer) port() string {
	m.t.Helper()
	text, err := os.ReadFile(m.ports)
	if err != nil {
		m.t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func (m mediaServer) hear(word string) {
	m.t.Helper()
	if err := os.WriteFile(m.words, []byte(word+"\n"), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// lose takes the port of a start before the media server has it.
func (m mediaServer) lose() (port string) {
	m.t.Helper()
	port = m.port()
	l, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { _ = l.Close() })
	m.hear("no")
	return port
}

// demonstrate runs `parvis demo` with that media server; its lines come one by one.
func (m mediaServer) demonstrate() (lines *bufio.Scanner, ended <-chan string, stop func()) {
	m.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	m.t.Cleanup(cancel)
	r, w, err := os.Pipe()
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { _ = r.Close() })
	environ := []string{"PARVIS_DATA=" + m.t.TempDir(), "PARVIS_LISTEN=127.0.0.1:0", "PARVIS_SFU_BIN=" + m.path, "PATH=" + os.Getenv("PATH")}
	done := make(chan string, 1)
	go func() {
		var errs strings.Builder
		code := run(ctx, []string{"demo", "--sfu-port=0", "--sfu-udp-port=0", "--sfu-turn-port=0", "--idp-listen=127.0.0.1:0"}, environ, w, &errs)
		_ = w.Close()
		if code != 0 && errs.Len() == 0 {
			errs.WriteString("ended without a word")
		}
		done <- errs.String()
	}()
	return bufio.NewScanner(r), done, cancel
}

func TestTheDemoChoosesOtherPortsWhenOneIsTakenMeanwhile(t *testing.T) {
	m := newMediaServer(t)
	lines, ended, stop := m.demonstrate()
	lost := []string{m.lose(), m.lose()}
	if got := m.port(); got == lost[0] || got == lost[1] {
		t.Errorf("port %s is asked for again", got)
	}
	m.hear("ready")
	ready := false
	for !ready && lines.Scan() {
		ready = strings.Contains(lines.Text(), "is ready")
	}
	stop()
	for lines.Scan() { // so that nothing waits to be read
	}
	if errs := <-ended; !ready || errs != "" {
		t.Errorf("ready %v: %s", ready, errs)
	}
}

func TestTheDemoSaysWhichPortIsTakenAfterThreeStarts(t *testing.T) {
	m := newMediaServer(t)
	lines, ended, _ := m.demonstrate()
	m.lose()
	m.lose()
	last := m.lose()
	for lines.Scan() {
		t.Errorf("announced: %s", lines.Text())
	}
	if errs := <-ended; !strings.Contains(errs, "TCP port "+last+" was taken") || strings.Count(errs, "\n") != 1 {
		t.Errorf("got %s", errs)
	}
}

func TestAMediaServerThatFailsForAnotherReasonIsNotStartedAgain(t *testing.T) {
	m := newMediaServer(t)
	lines, ended, _ := m.demonstrate()
	m.port()
	m.hear("no")
	for lines.Scan() {
		t.Errorf("announced: %s", lines.Text())
	}
	if errs := <-ended; !strings.Contains(errs, "did not start") {
		t.Errorf("got %s", errs)
	}
}

func TestTheDemoIsNotReadyBeforeItsMediaServer(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	d := &demo{media: newSupervisor("", nil, nil, nil, slog.Default()), patience: time.Nanosecond}
	d.config.Name, d.config.URL, d.config.Data = "Parvis", &url.URL{Scheme: "http", Host: "localhost:8080"}, "data"
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.announce(t.Context(), w)
		_ = w.Close()
	}()
	lines := bufio.NewScanner(r)
	for lines.Scan() && !strings.Contains(lines.Text(), "calls will not work") {
		if strings.Contains(lines.Text(), "ready") {
			t.Errorf("announced as ready: %s", lines.Text())
		}
	}
	close(d.media.ready)
	ready := false
	for lines.Scan() {
		ready = ready || strings.Contains(lines.Text(), "is ready")
	}
	if <-done; !ready {
		t.Error("its coming was not said")
	}
}

func TestTheMediaServersProgramIsReadFromTheProcessesEnvironment(t *testing.T) {
	t.Setenv("PARVIS_SFU_BIN", "/from/the/machine")
	if got, err := mediaProgram([]string{"PARVIS_SFU_BIN=/named"}); err != nil || got != "/named" {
		t.Errorf("%s %v", got, err)
	}
	if got, _ := mediaProgram(nil); got == "/from/the/machine" {
		t.Error("read past the environment that the process was given")
	}
}
