package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// socket is an address of loopback that the media server is told to listen on, by the setting that tells it.
type socket struct {
	setting string
	network string
	port    int
}

// takenError is a port that was free when it was chosen and was not when the media server wanted it.
type takenError struct{ socket }

func (e takenError) Error() string {
	return fmt.Sprintf("%s port %d was taken by another program while the media server started: start the demo again", strings.ToUpper(e.network), e.port)
}

// newMedia finds the media server's program beside our own and ports for it.
func (d *demo) newMedia(p *process, c demoCommand, log io.Writer) (*supervisor, error) {
	path, err := mediaProgram(p.environ)
	if err != nil {
		return nil, err
	}
	env := []string{"PATH=" + lookup(p.environ, "PATH"), "HOME=" + lookup(p.environ, "HOME")}
	d.sockets = []socket{{"PARVIS_SFU_PORT", "tcp", c.SFUPort}, {"PARVIS_SFU_UDP_PORT", "udp", c.SFUUDPPort}, {"PARVIS_SFU_TURN_PORT", "udp", c.SFUTURNPort}}
	for i := range d.sockets {
		s := &d.sockets[i]
		if s.port, err = freePort(s.network, s.port); err != nil {
			return nil, err
		}
		env = append(env, s.setting+"="+strconv.Itoa(s.port))
	}
	d.config.LiveKit.URL, d.config.LiveKit.Own = "http://127.0.0.1:"+strconv.Itoa(d.sockets[0].port), true
	env = append(env,
		"PARVIS_SFU_API_KEY="+d.state.LiveKitKey, "PARVIS_SFU_API_SECRET="+d.state.LiveKitSecret,
		"PARVIS_SFU_WEBHOOK_URL=http://"+d.listener.Addr().String()+"/webhooks/livekit")
	return newSupervisor(path, nil, env, log, d.logger), nil
}

// taken is the takenError of a media server that has ended: a port of its that somebody else holds; nil when all are free.
func (d *demo) taken() error {
	for _, s := range d.sockets {
		if got, err := freePort(s.network, s.port); err != nil || got != s.port {
			return takenError{s}
		}
	}
	return nil
}

// freePort answers the wanted port when it is free on the network, else one that is. The media server binds it a moment
// later, so somebody else could take it: see takenError.
func freePort(network string, wanted int) (int, error) {
	for _, port := range []int{wanted, 0} {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if network == "udp" {
			if c, err := net.ListenPacket("udp", address); err == nil {
				defer c.Close()
				return c.LocalAddr().(*net.UDPAddr).Port, nil
			}
			continue
		}
		if l, err := net.Listen("tcp", address); err == nil {
			defer l.Close()
			return l.Addr().(*net.TCPAddr).Port, nil
		}
	}
	return 0, fmt.Errorf("no free %s port on this machine", network)
}

// mediaProgram is the program that PARVIS_SFU_BIN names, else parvis-sfu beside our own, else on the path.
func mediaProgram(environ []string) (string, error) {
	if named := lookup(environ, "PARVIS_SFU_BIN"); named != "" {
		return named, nil
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	beside := filepath.Join(filepath.Dir(self), "parvis-sfu")
	if _, err := os.Stat(beside); err == nil {
		return beside, nil
	}
	if found, err := exec.LookPath("parvis-sfu"); err == nil {
		return found, nil
	}
	return "", fmt.Errorf("the media server %s is missing: make build makes it", beside)
}

// lookup is the value of a variable; the last one counts, as for a process.
func lookup(environ []string, name string) string {
	value := ""
	for _, kv := range environ {
		if v, ok := strings.CutPrefix(kv, name+"="); ok {
			value = v
		}
	}
	return value
}
