package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// request makes the bytes of the i-th request (HTTP/1.1, kept alive). The generator shares the machine with what it
// measures, so it does as little as possible: bytes out, status and length in.
type request func(i int) []byte

// sample is what a load saw.
type sample struct {
	took    time.Duration
	count   int
	errors  int
	first   string          // the first answer that was neither 200 nor 201, to be read by a person
	latency []time.Duration // sorted
}

func (s sample) perSecond() float64 { return float64(s.count) / s.took.Seconds() }

func (s sample) percentile(p float64) float64 {
	if len(s.latency) == 0 {
		return 0
	}
	return float64(s.latency[int(p*float64(len(s.latency)-1))]) / float64(time.Millisecond)
}

// closedLoop sends as fast as `connections` callers get answers, for a time.
func closedLoop(ctx context.Context, address string, connections int, length time.Duration, from int, make request) sample {
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	var next atomic.Int64
	next.Store(int64(from))
	return gather(connections, func(w *worker) {
		for ctx.Err() == nil {
			w.send(address, make(int(next.Add(1)-1)), time.Now())
		}
	})
}

// openLoop sends at a rate whatever the answers; a request's time counts from when it was due, so that waiting for a
// free caller counts as well.
func openLoop(ctx context.Context, address string, connections int, rate float64, length time.Duration, from int, make request) sample {
	began := time.Now()
	total := int(rate * length.Seconds())
	var next atomic.Int64
	return gather(connections, func(w *worker) {
		for ctx.Err() == nil {
			i := int(next.Add(1) - 1)
			if i >= total {
				return
			}
			due := began.Add(time.Duration(float64(i) / rate * float64(time.Second)))
			time.Sleep(time.Until(due))
			w.send(address, make(from+i), due)
		}
	})
}

func gather(connections int, run func(*worker)) sample {
	began := time.Now()
	workers := make([]*worker, connections)
	var all sync.WaitGroup
	for i := range workers {
		workers[i] = &worker{}
		all.Go(func() { run(workers[i]); workers[i].close() })
	}
	all.Wait()
	s := sample{took: time.Since(began)}
	for _, w := range workers {
		s.count += len(w.latency)
		s.errors += w.errors
		s.latency = append(s.latency, w.latency...)
		if s.first == "" {
			s.first = w.first
		}
	}
	slices.Sort(s.latency)
	return s
}

// worker is one caller with one connection.
type worker struct {
	conn    net.Conn
	reader  *bufio.Reader
	latency []time.Duration
	errors  int
	first   string
}

func (w *worker) close() {
	if w.conn != nil {
		_ = w.conn.Close()
	}
}

func (w *worker) send(address string, request []byte, since time.Time) {
	if err := w.exchange(address, request); err != nil {
		w.errors++
		if w.first == "" {
			w.first = err.Error()
		}
		w.close()
		w.conn = nil
		return
	}
	w.latency = append(w.latency, time.Since(since))
}

func (w *worker) exchange(address string, request []byte) error {
	if w.conn == nil {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return err
		}
		w.conn, w.reader = conn, bufio.NewReaderSize(conn, 4096)
	}
	if _, err := w.conn.Write(request); err != nil {
		return err
	}
	return readAnswer(w.reader)
}

var (
	ok200         = []byte("HTTP/1.1 200 ")
	created201    = []byte("HTTP/1.1 201 ")
	contentLength = []byte("Content-Length: ")
	chunked       = []byte("Transfer-Encoding: chunked")
)

func readAnswer(r *bufio.Reader) error {
	status, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	good, line, length := bytes.HasPrefix(status, ok200) || bytes.HasPrefix(status, created201), string(bytes.TrimSpace(status)), -1
	inChunks := false
	for {
		header, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(header) <= 2 {
			break
		}
		if value, ok := bytes.CutPrefix(header, contentLength); ok {
			length, _ = strconv.Atoi(string(bytes.TrimSpace(value)))
		}
		inChunks = inChunks || bytes.HasPrefix(header, chunked)
	}
	if inChunks && good {
		return discardChunks(r)
	}
	if length < 0 {
		return errors.New("an answer without Content-Length: " + line)
	}
	if !good {
		body := make([]byte, min(length, 300))
		_, _ = r.Read(body)
		return fmt.Errorf("%s %s", line, body)
	}
	return discard(r, length)
}

// discardChunks reads a body past its end (RFC 9112 section 7.1), without trailers.
func discardChunks(r *bufio.Reader) error {
	for {
		size, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		length, err := strconv.ParseInt(string(bytes.TrimSpace(size)), 16, 32)
		if err != nil {
			return err
		}
		if err := discard(r, int(length)+2); err != nil || length == 0 { // and the end of its line
			return err
		}
	}
}
