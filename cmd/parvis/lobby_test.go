package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// browser is a client with cookies of its own.
type browser struct {
	i      *installation
	cookie string
}

func (b *browser) ask(method, path, body string) (int, map[string]any) {
	b.i.t.Helper()
	res := b.request(method, path, body)
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		b.cookie = c.Name + "=" + c.Value
	}
	var answer map[string]any
	text, _ := io.ReadAll(res.Body)
	_ = json.Unmarshal(text, &answer) // 204 has none
	return res.StatusCode, answer
}

func (b *browser) request(method, path, body string) *http.Response {
	b.i.t.Helper()
	origin := "http://localhost:" + portOf(b.i.address)
	req, err := http.NewRequestWithContext(b.i.t.Context(), method, origin+path, strings.NewReader(body))
	if err != nil {
		b.i.t.Fatal(err)
	}
	req.Close = true
	req.Header.Set("Origin", origin)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if b.cookie != "" {
		req.Header.Set("Cookie", b.cookie)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.i.t.Fatal(err)
	}
	return res
}

// listen opens a stream, whose lines come one by one and then end.
func (b *browser) listen(path string) <-chan string {
	b.i.t.Helper()
	res := b.request(http.MethodGet, path, "")
	if res.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(res.Body)
		b.i.t.Fatalf("%s: %d %s", path, res.StatusCode, text)
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		defer res.Body.Close()
		for r := bufio.NewScanner(res.Body); r.Scan(); {
			lines <- r.Text()
		}
	}()
	return lines
}

// says waits for a line with the word in it.
func says(t *testing.T, lines <-chan string, word string, within time.Duration) {
	t.Helper()
	late := time.After(within)
	for {
		select {
		case line, more := <-lines:
			if !more {
				t.Fatalf("the stream ended before it said %q", word)
			}
			if strings.Contains(line, word) {
				return
			}
		case <-late:
			t.Fatalf("the stream does not say %q", word)
		}
	}
}

func TestSomebodyWaitsIsLetInAndHearsOfItAndASignOutEndsTheStream(t *testing.T) {
	i := install(t)
	i.must("migrate")
	i.organization("Ministère de l’Intérieur", "11001401600015")
	made := i.app("rooms.read,rooms.write")
	stop := i.serve()
	token := i.token(made)
	status, body := i.send(http.MethodPost, "/api/v1/rooms", token, `{"name":"Audience","entry":"members"}`, map[string]string{"Idempotency-Key": "k1"})
	var room struct{ Slug string }
	if err := json.Unmarshal([]byte(body), &room); err != nil || status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	path := "/api/v1/rooms/" + room.Slug

	ada, zoe := &browser{i: i}, &browser{i: i}
	var streams []<-chan string
	for _, b := range []*browser{ada, zoe} {
		if status, answer := b.ask(http.MethodPost, path+"/join", `{"name":"Ada"}`); status != http.StatusAccepted || b.cookie == "" {
			t.Fatalf("%d %v", status, answer)
		}
		lines := b.listen(path + "/events")
		says(t, lines, `"state":"waiting"`, patience)
		streams = append(streams, lines)
	}
	_, answer := ada.ask(http.MethodPost, path+"/join", "{}")
	ticket := answer["ticket"].(map[string]any)["id"].(string)
	if status, body := i.send(http.MethodPost, path+"/lobby/admit", token, `{"tickets":["`+ticket+`"]}`, nil); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	says(t, streams[0], `"state":"admitted"`, patience)
	if status, answer := ada.ask(http.MethodPost, path+"/join", "{}"); status != http.StatusOK {
		t.Errorf("%d %v", status, answer)
	}

	zoe.ask(http.MethodPost, "/auth/logout", "")
	says(t, streams[1], `"code":"sign-in-expired"`, 5*time.Second)
	i.until(path+"/lobby", token, http.StatusOK, `"items":[]`)

	begin := time.Now()
	if code := stop(); code != 0 || time.Since(begin) > endPatience/2 {
		t.Errorf("exit %d after %s: a stream holds the process up", code, time.Since(begin))
	}
	for range streams[0] { // to its end
	}
}
