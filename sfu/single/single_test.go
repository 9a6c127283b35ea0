package single_test

import (
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"parvis/sfu/single"
)

const secret = "a secret of thirty-two characters or more"

func env(pairs ...string) func(string) string {
	values := map[string]string{"PARVIS_SFU_API_KEY": "key", "PARVIS_SFU_API_SECRET": secret}
	for i := 0; i+1 < len(pairs); i += 2 {
		values["PARVIS_SFU_"+pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

func TestWhatIsRefused(t *testing.T) {
	cases := []struct {
		name  string
		pairs []string
		want  string
	}{
		{"no key", []string{"API_KEY", ""}, "PARVIS_SFU_API_KEY"},
		{"a short secret", []string{"API_SECRET", "short"}, "PARVIS_SFU_API_SECRET"},
		{"a port that is a word", []string{"PORT", "http"}, "PARVIS_SFU_PORT"},
		{"port 0, which LiveKit cannot tell back", []string{"PORT", "0"}, "PARVIS_SFU_PORT"},
		{"a port beyond all ports", []string{"UDP_PORT", "70000"}, "PARVIS_SFU_UDP_PORT"},
		{"media and TURN on one port", []string{"UDP_PORT", "4000", "TURN_PORT", "4000"}, "two ports"},
		{"a span that is a port", []string{"RELAY_PORTS", "41000"}, "PARVIS_SFU_RELAY_PORTS"},
		{"a span that runs back", []string{"RELAY_PORTS", "41100-41000"}, "PARVIS_SFU_RELAY_PORTS"},
		{"a webhook that is no URL", []string{"WEBHOOK_URL", "parvis"}, "PARVIS_SFU_WEBHOOK_URL"},
		{"a STUN server without port", []string{"STUN_SERVERS", "stun.example"}, "PARVIS_SFU_STUN_SERVERS"},
		{"a TURN server without secret", []string{"TURN_SERVERS", "udp://turn.example:3478"}, "PARVIS_SFU_TURN_SERVERS"},
		{"a TURN server of another kind", []string{"TURN_SERVERS", "http://s@turn.example:3478"}, "PARVIS_SFU_TURN_SERVERS"},
		{"servers of Google and Twilio", []string{"TURN_PORT", "0"}, "Google and Twilio"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := single.FromEnv(env(c.pairs...))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something about %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Error("the secret is told")
			}
		})
	}
}

func TestAllMistakesAreToldAtOnce(t *testing.T) {
	_, err := single.FromEnv(func(name string) string {
		return map[string]string{"PARVIS_SFU_PORT": "x", "PARVIS_SFU_TURN_PORT": "0"}[name]
	})
	if err == nil {
		t.Fatal("no mistake")
	}
	for _, want := range []string{"PARVIS_SFU_PORT", "PARVIS_SFU_API_KEY", "PARVIS_SFU_API_SECRET", "Google"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not told: %v", want, err)
		}
	}
}

func TestOneOfThreeKeepsICEOurOwn(t *testing.T) {
	if single.OwnICE(false, 0, 0) == nil {
		t.Error("none of the three is enough")
	}
	for name, err := range map[string]error{"TURN": single.OwnICE(true, 0, 0), "TURN servers": single.OwnICE(false, 1, 0), "STUN servers": single.OwnICE(false, 0, 1)} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheSettingsAreSafeOnOneMachine(t *testing.T) {
	s, err := single.FromEnv(env("PORT", "17880", "UDP_PORT", "17882", "TURN_PORT", "17878", "WEBHOOK_URL", "http://127.0.0.1:8080/webhooks/livekit"))
	if err != nil {
		t.Fatal(err)
	}
	written, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := yaml.Unmarshal([]byte(written), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"port": 17880, "bind_addresses": []any{"127.0.0.1"}, "keys": map[string]any{"key": secret},
		"logging": map[string]any{"level": "error", "pion_level": "error", "json": true},
		"rtc": map[string]any{
			"node_ip": "127.0.0.1", "use_external_ip": false, "enable_loopback_candidate": true, "udp_port": 17882, "tcp_port": 0,
			"use_ice_lite": true, "allow_tcp_fallback": false, "ips": map[string]any{"includes": []any{"127.0.0.1/32"}},
		},
		"room": map[string]any{"auto_create": false, "empty_timeout": 60, "departure_timeout": 20, "enable_remote_unmute": false},
		"turn": map[string]any{
			"enabled": true, "udp_port": 17878, "bind_addresses": []any{"127.0.0.1"}, "relay_range_start": 41000, "relay_range_end": 41100,
			"allow_restricted_peer_cidrs": []any{"127.0.0.1/32"}, "ttl_seconds": 300,
		},
		"webhook": map[string]any{
			"api_key": "key", "urls": []any{"http://127.0.0.1:8080/webhooks/livekit"},
			"filter_params": map[string]any{"include_events": []any{
				"room_started", "room_finished", "participant_joined", "participant_left", "participant_connection_aborted",
			}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestServersOfTheOperatorsOwn(t *testing.T) {
	s, err := single.FromEnv(env("TURN_PORT", "0", "STUN_SERVERS", "stun.example:3478", "TURN_SERVERS", "tls://s3cret@turn.example:443, udp://s3cret@[2001:db8::1]:3478"))
	if err != nil {
		t.Fatal(err)
	}
	want := []single.TURNServer{
		{Host: "turn.example", Port: 443, Protocol: "tls", Secret: "s3cret"},
		{Host: "2001:db8::1", Port: 3478, Protocol: "udp", Secret: "s3cret"},
	}
	if diff := cmp.Diff(want, s.TURNServers); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	written, err := s.YAML()
	if err != nil || !strings.Contains(written, "stun.example:3478") || strings.Contains(written, "udp_port: 0") {
		t.Errorf("%v\n%s", err, written)
	}
}

func TestATakenPortIsNamed(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	tcpPort, udpPort := tcp.Addr().(*net.TCPAddr).Port, udp.LocalAddr().(*net.UDPAddr).Port
	for _, c := range []struct {
		settings single.Settings
		setting  string
		port     int
	}{
		{single.Settings{Port: tcpPort}, "PARVIS_SFU_PORT", tcpPort},
		{single.Settings{UDPPort: udpPort}, "PARVIS_SFU_UDP_PORT", udpPort},
		{single.Settings{TURNPort: udpPort}, "PARVIS_SFU_TURN_PORT", udpPort},
	} {
		err := single.CheckFree(c.settings.Sockets())
		if err == nil || !strings.Contains(err.Error(), c.setting) || !strings.Contains(err.Error(), strconv.Itoa(c.port)) {
			t.Errorf("%s: %v", c.setting, err)
		}
	}
	if err := single.CheckFree(single.Settings{}.Sockets()); err != nil {
		t.Errorf("free ports: %v", err)
	}
}
