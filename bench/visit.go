package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// browsers hold as many connections open as there are people: what is measured is not how they connect.
var browsers = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1000}}

// request makes a request as a page of the platform would. Without a cookie it is that of somebody unknown.
func (w *world) request(ctx context.Context, cookie, method, path, body string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+w.parvis.address+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Host = w.host()
	r.Header.Set("Origin", "http://"+w.host())
	if cookie != "" {
		r.Header.Set("Cookie", "parvis="+cookie)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if method == http.MethodPatch {
		r.Header.Set("Content-Type", "application/merge-patch+json")
	}
	return r, nil
}

// ask sends a request and reads the answer into out, unless that is nil. Any answer but a success is an error.
func (w *world) ask(ctx context.Context, cookie, method, path, body string, out any) error {
	r, err := w.request(ctx, cookie, method, path, body)
	if err != nil {
		return err
	}
	answer, err := browsers.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s: %s %.300s", method, path, answer.Status, text)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}

// entrance is what joining answers: a pass, or a ticket to wait with.
type entrance struct {
	Ticket      struct{ ID string }
	Participant struct{ ID string }
	Livekit     struct{ Token string }
}

func (w *world) come(ctx context.Context, cookie, slug string) (e entrance, err error) {
	err = w.ask(ctx, cookie, http.MethodPost, "/rooms/"+slug+"/join", "{}", &e)
	return e, err
}

// comeAsGuest is the first join of somebody whom nobody knows, with the cookie that they get.
func (w *world) comeAsGuest(ctx context.Context, slug, name string) (e entrance, cookie string, err error) {
	r, err := w.request(ctx, "", http.MethodPost, "/rooms/"+slug+"/join", fmt.Sprintf(`{"name":%q}`, name))
	if err != nil {
		return e, "", err
	}
	answer, err := browsers.Do(r)
	if err != nil {
		return e, "", err
	}
	defer answer.Body.Close()
	for _, c := range answer.Cookies() {
		if c.Name == "parvis" {
			cookie = c.Value
		}
	}
	if cookie == "" {
		return e, "", fmt.Errorf("a guest is not let knock: %s", answer.Status)
	}
	return e, cookie, json.NewDecoder(answer.Body).Decode(&e)
}

// stream is a stream of server-sent events that somebody listens to.
type stream struct {
	body  io.ReadCloser
	lines *bufio.Scanner
}

func (w *world) listen(ctx context.Context, cookie, slug string) (*stream, error) {
	r, err := w.request(ctx, cookie, http.MethodGet, "/rooms/"+slug+"/events", "")
	if err != nil {
		return nil, err
	}
	answer, err := browsers.Do(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		_ = answer.Body.Close()
		return nil, fmt.Errorf("listen: %s", answer.Status)
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(make([]byte, 4096), 1<<20) // a host hears of everybody who waits at once
	return &stream{answer.Body, lines}, nil
}

func (s *stream) close() { _ = s.body.Close() }

var errStreamEnded = errors.New("the stream ended")

// next waits for an event and answers its name and data.
func (s *stream) next() (name, data string, err error) {
	for s.lines.Scan() {
		line := s.lines.Text()
		switch {
		case strings.HasPrefix(line, "event: "):
			name = line[len("event: "):]
		case strings.HasPrefix(line, "data: "):
			data = line[len("data: "):]
		case line == "" && name != "":
			return name, data, nil
		}
	}
	if err := s.lines.Err(); err != nil {
		return "", "", err
	}
	return "", "", errStreamEnded
}
