package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	startPatience = 30 * time.Second
	stopPatience  = 20 * time.Second
	clockTick     = 100 // USER_HZ, the unit of utime and stime in /proc (proc(5)), 100 on every Linux that Go supports
)

// process is a program under measurement.
type process struct {
	cmd     *exec.Cmd
	address string
	ready   time.Duration // from exec to the first 200 of its probe
	log     *os.File
}

// start runs a program and waits until probe answers 200.
func start(ctx context.Context, path string, args, env []string, address, probe string) (*process, error) {
	log, err := os.CreateTemp("", "parvis-bench-*.log")
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(path, args...), address: address, log: log}
	p.cmd.Env = append(env, "PATH="+os.Getenv("PATH"), "HOME="+os.Getenv("HOME"))
	if gc := os.Getenv("GOGC"); gc != "" { // to weigh memory against processor time
		p.cmd.Env = append(p.cmd.Env, "GOGC="+gc)
	}
	p.cmd.Stdout, p.cmd.Stderr = log, log
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	deadline := began.Add(startPatience)
	for {
		resp, err := http.Get("http://" + address + probe)
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				p.ready = time.Since(began)
				return p, nil
			}
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			p.stop()
			return nil, fmt.Errorf("%s did not become ready:\n%s", filepath.Base(path), p.said())
		}
		time.Sleep(time.Millisecond) // the figure's own resolution
	}
}

// said is the end of what the program logged.
func (p *process) said() string {
	text, _ := os.ReadFile(p.log.Name())
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

// stop ends the program as an operator would and waits for it.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan struct{})
	go func() { _ = p.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(stopPatience):
		_ = p.cmd.Process.Kill()
		<-done
	}
	_ = p.log.Close()
	_ = os.Remove(p.log.Name())
}

// cpu is the processor time that the program has used.
func (p *process) cpu() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), ") ") // the name may hold blanks
	fields := strings.Fields(after)
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / clockTick
}

// rss is the program's resident memory in bytes, without its children.
func (p *process) rss() float64 { return rssOf(p.cmd.Process.Pid) }

// peak is the most that it ever was.
func (p *process) peak() float64 { return statusOf(p.cmd.Process.Pid, "VmHWM:") }

func rssOf(pid int) float64 { return statusOf(pid, "VmRSS:") }

// statusOf is a line of /proc/<pid>/status (proc(5)) in bytes.
func statusOf(pid int, name string) float64 {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), name); ok {
			kb, _ := strconv.Atoi(strings.Fields(value)[0])
			return float64(kb) * 1024
		}
	}
	return 0
}

// children lists the processes whose parent is p.
func (p *process) children() []int {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	var out []int
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		_, after, _ := strings.Cut(string(text), ") ")
		if fields := strings.Fields(after); len(fields) > 1 && fields[1] == strconv.Itoa(p.cmd.Process.Pid) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			out = append(out, pid)
		}
	}
	return out
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func cpu() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return strconv.Itoa(runtime.NumCPU()) + " cores"
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if _, name, ok := strings.Cut(lines.Text(), "model name\t: "); ok {
			return fmt.Sprintf("%s, %d cores", strings.TrimSpace(name), runtime.NumCPU())
		}
	}
	return strconv.Itoa(runtime.NumCPU()) + " cores"
}

var errShort = errors.New("the answer ended early")

func discard(r *bufio.Reader, n int) error {
	got, err := io.CopyN(io.Discard, r, int64(n))
	if err != nil || got != int64(n) {
		return errShort
	}
	return nil
}
