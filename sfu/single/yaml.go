package single

import (
	"bytes"
	"fmt"

	"gopkg.in/yaml.v3"
)

const loopback = "127.0.0.1"

const (
	emptyTimeout     = 60 // seconds that a room waits for its first participant; the gate makes a lost one anew
	departureTimeout = 20 // seconds after the last one: longer than a reconnection takes
	turnTTL          = 300
)

// heard are the webhooks that package rooms acts upon.
var heard = []string{"room_started", "room_finished", "participant_joined", "participant_left", "participant_connection_aborted"}

// node is LiveKit's configuration as far as it is set here; LiveKit reads it strictly.
type node struct {
	Port          int               `yaml:"port"`
	BindAddresses []string          `yaml:"bind_addresses"`
	Keys          map[string]string `yaml:"keys"`
	Logging       logging           `yaml:"logging"`
	RTC           rtc               `yaml:"rtc"`
	Room          room              `yaml:"room"`
	TURN          *turn             `yaml:"turn,omitempty"`
	Webhook       *webhook          `yaml:"webhook,omitempty"`
}

type logging struct {
	Level     string `yaml:"level"`
	PionLevel string `yaml:"pion_level"`
	JSON      bool   `yaml:"json"`
}

type rtc struct {
	NodeIP                  string         `yaml:"node_ip"`
	UseExternalIP           bool           `yaml:"use_external_ip"`
	EnableLoopbackCandidate bool           `yaml:"enable_loopback_candidate"`
	UDPPort                 int            `yaml:"udp_port"`
	TCPPort                 int            `yaml:"tcp_port"`
	UseICELite              bool           `yaml:"use_ice_lite"`
	AllowTCPFallback        bool           `yaml:"allow_tcp_fallback"`
	IPs                     map[string]any `yaml:"ips"`
	STUNServers             []string       `yaml:"stun_servers,omitempty"`
	TURNServers             []turnServer   `yaml:"turn_servers,omitempty"`
}

type turnServer struct {
	Host     string `yaml:"host"`
	Port     int    `yaml:"port"`
	Protocol string `yaml:"protocol"`
	Secret   string `yaml:"secret"`
}

type room struct {
	AutoCreate         bool `yaml:"auto_create"`
	EmptyTimeout       int  `yaml:"empty_timeout"`
	DepartureTimeout   int  `yaml:"departure_timeout"`
	EnableRemoteUnmute bool `yaml:"enable_remote_unmute"`
}

type turn struct {
	Enabled                  bool     `yaml:"enabled"`
	UDPPort                  int      `yaml:"udp_port"`
	BindAddresses            []string `yaml:"bind_addresses"`
	RelayRangeStart          int      `yaml:"relay_range_start"`
	RelayRangeEnd            int      `yaml:"relay_range_end"`
	AllowRestrictedPeerCIDRs []string `yaml:"allow_restricted_peer_cidrs"`
	TTLSeconds               int      `yaml:"ttl_seconds"`
}

type webhook struct {
	APIKey string              `yaml:"api_key"`
	URLs   []string            `yaml:"urls"`
	Filter map[string][]string `yaml:"filter_params"`
}

// YAML is LiveKit's configuration. There is no development mode in it: that would add the key "devkey" and profiling.
func (s Settings) YAML() (string, error) {
	n := node{
		Port:          s.Port,
		BindAddresses: []string{loopback},
		Keys:          map[string]string{s.APIKey: s.APISecret},
		// Below error LiveKit 1.13.5 writes tokens into its log.
		Logging: logging{Level: "error", PionLevel: "error", JSON: true},
		RTC: rtc{
			NodeIP: loopback, EnableLoopbackCandidate: true, UDPPort: s.UDPPort, UseICELite: true,
			IPs: map[string]any{"includes": []string{loopback + "/32"}}, STUNServers: s.STUNServers,
		},
		Room: room{EmptyTimeout: emptyTimeout, DepartureTimeout: departureTimeout},
	}
	for _, t := range s.TURNServers {
		n.RTC.TURNServers = append(n.RTC.TURNServers, turnServer(t))
	}
	if s.TURNPort > 0 {
		n.TURN = &turn{
			Enabled: true, UDPPort: s.TURNPort, BindAddresses: []string{loopback},
			RelayRangeStart: s.RelayFirst, RelayRangeEnd: s.RelayLast,
			AllowRestrictedPeerCIDRs: []string{loopback + "/32"}, TTLSeconds: turnTTL,
		}
	}
	if s.WebhookURL != "" {
		n.Webhook = &webhook{APIKey: s.APIKey, URLs: []string{s.WebhookURL}, Filter: map[string][]string{"include_events": heard}}
	}
	var out bytes.Buffer
	if err := yaml.NewEncoder(&out).Encode(n); err != nil {
		return "", fmt.Errorf("settings of the SFU: %w", err)
	}
	return out.String(), nil
}
