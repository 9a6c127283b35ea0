package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func one(t *testing.T, checks []Check, name string) (string, error) {
	t.Helper()
	var seen string
	var err error
	found := false
	for _, c := range checks {
		s, e := c.Run(t.Context())
		if c.Name == name {
			seen, err, found = s, e, true
		}
	}
	if !found {
		t.Fatalf("no check named %s", name)
	}
	return seen, err
}

func says(t *testing.T, err error, words ...string) {
	t.Helper()
	var ail Ailment
	if !errors.As(err, &ail) || ail.Remedy == "" {
		t.Fatalf("want an ailment with a remedy, got %v", err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("no word of %q in %q", w, err)
		}
	}
}

func fine(context.Context) error { return nil }

func TestADatabaseThatIsDown(t *testing.T) {
	_, err := one(t, Schema(func(context.Context) error { return errors.New("refused") },
		func(context.Context) (int64, int64, error) { return 1, 1, nil }), "database")
	says(t, err, "PARVIS_DATABASE_URL")
}

func TestASchemaThatIsOldOrTooNew(t *testing.T) {
	at := func(have int64) []Check {
		return Schema(fine, func(context.Context) (int64, int64, error) { return have, 3, nil })
	}
	_, err := one(t, at(2), "schema")
	says(t, err, "parvis migrate", "version 2")
	_, err = one(t, at(4), "schema")
	says(t, err, "newer")
	if _, err = one(t, at(3), "schema"); err != nil {
		t.Error(err)
	}
}

func media(answer MediaAnswer, joined error) []Check {
	return Media(fine, func(context.Context) (MediaAnswer, error) { return answer, joined }, Hosts{Platform: "meet.example.org", Resolve: resolve})
}

func TestTheMediaServerIsExamined(t *testing.T) {
	good := MediaAnswer{Version: "1.13.11", ICEServers: []string{"stun:turn.example.org:3478", "turns:turn.example.org:443?transport=tcp", "stun:198.51.100.7:3478"}}
	for _, name := range []string{"livekit api", "gate", "livekit version", "ice servers"} {
		if _, err := one(t, media(good, nil), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := one(t, Media(func(context.Context) error { return errors.New("401") }, nil2, Hosts{}), "livekit api")
	says(t, err, "API_KEY")
	_, err = one(t, media(good, errors.New("refused")), "gate")
	says(t, err, "WebSocket")
	for _, old := range []string{"1.13.5", "1.12.30", "0.99.99", "", "x"} {
		_, err = one(t, media(MediaAnswer{Version: old, ICEServers: good.ICEServers}, nil), "livekit version")
		says(t, err, "1.13.11")
	}
	if _, err := one(t, media(MediaAnswer{Version: "1.13.5", Own: true}, nil), "livekit version"); err != nil {
		t.Errorf("the demo's own: %v", err)
	}
	for _, newer := range []string{"1.13.12", "1.14.0", "v2.0.0", "1.13.11-rc1"} {
		if _, err = one(t, media(MediaAnswer{Version: newer, ICEServers: good.ICEServers}, nil), "livekit version"); err != nil {
			t.Errorf("%s: %v", newer, err)
		}
	}
}

func nil2(context.Context) (MediaAnswer, error) { return MediaAnswer{}, nil }

func TestAForeignSTUNServerIsRefused(t *testing.T) {
	for _, foreign := range []string{"stun:stun.l.google.com:19302", "stun:global.stun.twilio.com:3478?transport=udp", "turn:badexample.org:3478"} {
		_, err := one(t, media(MediaAnswer{Version: "1.13.11", ICEServers: []string{foreign}}, nil), "ice servers")
		says(t, err, iceHost(foreign))
	}
	_, err := one(t, media(MediaAnswer{Version: "1.13.11"}, nil), "ice servers")
	says(t, err, "no STUN")
}

// issuer serves a discovery document that calls itself by name (its own address when empty).
func issuer(t *testing.T, name string, clock time.Time) *httptest.Server {
	var s *httptest.Server
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/.well-known/openid-configuration" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Date", clock.UTC().Format(http.TimeFormat))
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": name + map[bool]string{true: s.URL}[name == ""]})
	}))
	t.Cleanup(s.Close)
	return s
}

func TestAProviderIsExamined(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	at := func() time.Time { return now }
	good := issuer(t, "", now)
	if seen, err := Provider(good.Client(), "x", good.URL, at).Run(t.Context()); err != nil || !strings.Contains(seen, "0s") {
		t.Errorf("%q %v", seen, err)
	}
	late := issuer(t, "", now.Add(-30*time.Second))
	_, err := Provider(late.Client(), "x", late.URL, at).Run(t.Context())
	says(t, err, "30s", "time service")
	other := issuer(t, "https://other.example", now)
	_, err = Provider(other.Client(), "x", other.URL, at).Run(t.Context())
	says(t, err, "other.example")
	_, err = Provider(good.Client(), "x", good.URL+"/below", at).Run(t.Context())
	says(t, err, "status 404")
	good.Close()
	_, err = Provider(http.DefaultClient, "x", good.URL, at).Run(t.Context())
	says(t, err, "does not answer")
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	if _, err := Folder(dir).Run(t.Context()); err != nil {
		t.Error(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Folder(file).Run(t.Context()) // a file is no folder, for root too
	says(t, err, "PARVIS_DATA")
}

func TestAPortThatAnotherProgramHolds(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	address := l.Addr().String()
	_, err = Port("PARVIS_LISTEN", address, func(context.Context, string) bool { return false }).Run(t.Context())
	says(t, err, "PARVIS_LISTEN", address)
	if _, err := Port("PARVIS_LISTEN", address, func(context.Context, string) bool { return true }).Run(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := Port("PARVIS_LISTEN", "127.0.0.1:0", nil).Run(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestEveryLineIsPrintedAndOneWrongLineIsEnough(t *testing.T) {
	var out strings.Builder
	well := Examine(t.Context(), &out, []Check{
		{"first", func(context.Context) (string, error) { return "good", nil }},
		{"second", func(context.Context) (string, error) { return "", ailing("Do this", "It is bad") }},
		{"third", func(context.Context) (string, error) { return "good", nil }},
	})
	if well || strings.Count(out.String(), "\n") != 3 || !strings.Contains(out.String(), "WRONG  second") || !strings.Contains(out.String(), "Do this") {
		t.Errorf("got %v\n%s", well, out.String())
	}
}
