package mediatest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"go.uber.org/goleak"
)

const (
	apiKey    = "mediatest"
	apiSecret = "a secret of thirty-two characters or more"
)

// process is a parvis-sfu that a test may kill and start again on the same ports.
type process struct {
	binary string
	env    []string
	url    string

	cmd   *exec.Cmd
	stdin interface{ Close() error }
}

var theSFU *process

func TestMain(m *testing.M) {
	code, err := withSFU(m.Run)
	http.DefaultClient.CloseIdleConnections()
	if err == nil {
		err = goleak.Find()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mediatest:", err)
		code = 1
	}
	os.Exit(code)
}

func withSFU(run func() int) (int, error) {
	folder, err := os.MkdirTemp("", "parvis-mediatest")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(folder)
	binary := os.Getenv("PARVIS_SFU_BIN")
	if binary == "" {
		binary = filepath.Join(folder, "parvis-sfu")
		if err := build(binary); err != nil {
			return 1, err
		}
	}
	hooks, err := listenForHooks()
	if err != nil {
		return 1, err
	}
	defer hooks.Close()
	ports := freePorts()
	theSFU = &process{
		binary: binary,
		url:    "http://127.0.0.1:" + ports[0],
		env: []string{
			"PARVIS_SFU_PORT=" + ports[0], "PARVIS_SFU_UDP_PORT=" + ports[1], "PARVIS_SFU_TURN_PORT=" + ports[2],
			"PARVIS_SFU_API_KEY=" + apiKey, "PARVIS_SFU_API_SECRET=" + apiSecret,
			"PARVIS_SFU_WEBHOOK_URL=http://" + hooks.Addr().String() + "/webhooks/livekit",
		},
	}
	if err := theSFU.start(); err != nil {
		return 1, err
	}
	code := run()
	return code, theSFU.stop()
}

func build(binary string) error {
	cmd := exec.Command("go", "build", "-ldflags", "-s -w", "-o", binary, "parvis/cmd/parvis-sfu")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build parvis-sfu: %w\n%s", err, out)
	}
	return nil
}

// freePorts finds one for TCP and two for UDP. They are below those that the system gives to outgoing connections: else
// one of these could have it when the media server, or its successor, comes to open it.
func freePorts() (ports []string) {
	for len(ports) < 3 {
		port := strconv.Itoa(10_000 + rand.IntN(10_000))
		var opened io.Closer
		var err error
		if len(ports) == 0 {
			opened, err = net.Listen("tcp", "127.0.0.1:"+port)
		} else {
			opened, err = net.ListenPacket("udp", "127.0.0.1:"+port)
		}
		if err != nil {
			continue
		}
		defer opened.Close()
		ports = append(ports, port)
	}
	return ports
}

// start returns when the program says that it is ready.
func (p *process) start() error {
	p.cmd = exec.Command(p.binary)
	p.cmd.Env = p.env
	p.cmd.Stderr = os.Stderr
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return err
	}
	p.stdin = stdin
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || line != "ready\n" {
		return errors.Join(fmt.Errorf("parvis-sfu says %q", line), err, p.cmd.Wait())
	}
	return nil
}

func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	_ = p.cmd.Wait() // it was killed: that is its error
	return nil
}

// stop is what the end of a parent does.
func (p *process) stop() error {
	if err := p.stdin.Close(); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// runOnce runs the program to its end and answers what it wrote to standard error.
func runOnce(ctx context.Context, binary string, env []string) (code int, stderr string) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary)
	cmd.Env = env
	_, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), string(exit.Stderr)
	}
	return 0, ""
}
