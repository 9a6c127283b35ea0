package deploy_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"go.yaml.in/yaml/v3"
)

// liveKitConfig is what livekit.yaml may say: a key that is not here is refused, as LiveKit itself refuses one that it
// does not know.
type liveKitConfig struct {
	Port          int      `yaml:"port"`
	BindAddresses []string `yaml:"bind_addresses"`
	RTC           struct {
		UDPPort       string   `yaml:"udp_port"`
		TCPPort       int      `yaml:"tcp_port"`
		UseExternalIP *bool    `yaml:"use_external_ip"`
		STUNServers   []string `yaml:"stun_servers"`
	} `yaml:"rtc"`
	TURN struct {
		Enabled         bool     `yaml:"enabled"`
		BindAddresses   []string `yaml:"bind_addresses"`
		UDPPort         int      `yaml:"udp_port"`
		TLSPort         int      `yaml:"tls_port"`
		ExternalTLS     bool     `yaml:"external_tls"`
		RelayRangeStart int      `yaml:"relay_range_start"`
		RelayRangeEnd   int      `yaml:"relay_range_end"`
		TTLSeconds      int      `yaml:"ttl_seconds"`
		DenyPeerCIDRs   []string `yaml:"deny_peer_cidrs"`
	} `yaml:"turn"`
	Room struct {
		AutoCreate         *bool `yaml:"auto_create"`
		EnableRemoteUnmute *bool `yaml:"enable_remote_unmute"`
		EmptyTimeout       int   `yaml:"empty_timeout"`
		DepartureTimeout   int   `yaml:"departure_timeout"`
	} `yaml:"room"`
	Webhook struct {
		APIKey string   `yaml:"api_key"`
		URLs   []string `yaml:"urls"`
	} `yaml:"webhook"`
	Logging struct {
		Level     string `yaml:"level"`
		PionLevel string `yaml:"pion_level"`
		JSON      bool   `yaml:"json"`
	} `yaml:"logging"`
}

func livekit(s *site) []string {
	var c liveKitConfig
	decoder := yaml.NewDecoder(strings.NewReader(s.text["deploy/livekit.yaml"]))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		return []string{"livekit.yaml cannot be read: " + err.Error()}
	}
	return withProject(s, func(p *types.Project) []string {
		var wrong []string
		say := func(bad bool, complaint string) {
			if bad {
				wrong = append(wrong, complaint)
			}
		}
		say(c.Room.AutoCreate == nil || *c.Room.AutoCreate, "room.auto_create is not false: a token alone would open a room")
		say(c.Room.EnableRemoteUnmute == nil || *c.Room.EnableRemoteUnmute, "room.enable_remote_unmute is not false")
		say(c.RTC.UseExternalIP == nil || *c.RTC.UseExternalIP, "rtc.use_external_ip is not false: LiveKit would ask foreign STUN servers")
		say(len(c.RTC.STUNServers) > 0, fmt.Sprintf("rtc.stun_servers names %v: TURN/UDP is our STUN", c.RTC.STUNServers))
		say(!c.TURN.Enabled || c.TURN.UDPPort == 0, "TURN/UDP is off: LiveKit would send browsers to STUN servers of Google and Twilio")
		say(c.TURN.TLSPort == 0 || !c.TURN.ExternalTLS, "TURN/TLS is off, or expects a certificate of its own: the router opens the TLS")
		say(len(c.TURN.DenyPeerCIDRs) == 0, "turn.deny_peer_cidrs is empty: TURN would relay to shared and reserved addresses")
		service := p.Services["livekit"]
		say(!slices.Contains(service.Command, "--node-ip="+p.Environment["PUBLIC_IP"]), "LiveKit is not told its public address with --node-ip")
		say(service.Environment["LIVEKIT_TURN_DOMAIN"] == nil, "LiveKit is not told TURN's name")
		return append(append(wrong, livekitPorts(c, service)...), livekitWebhook(c, p)...)
	})
}

// livekitPorts holds that compose publishes the ports that LiveKit listens on, and its API on none.
func livekitPorts(c liveKitConfig, service types.ServiceConfig) []string {
	want := []string{c.RTC.UDPPort + "/udp", fmt.Sprintf("%d/tcp", c.RTC.TCPPort), fmt.Sprintf("%d/udp", c.TURN.UDPPort)}
	var got []string
	for _, port := range service.Ports {
		got = append(got, fmt.Sprintf("%d/%s", port.Target, port.Protocol))
		if port.Published != fmt.Sprint(port.Target) {
			got = append(got, "moved to "+port.Published) // browsers are told the port that LiveKit listens on
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		return []string{fmt.Sprintf("LiveKit listens on %v, compose publishes %v", want, got)}
	}
	return nil
}

// livekitWebhook holds that webhooks go to Parvis, signed with the key that Parvis knows.
func livekitWebhook(c liveKitConfig, p *types.Project) []string {
	var wrong []string
	key := p.Services["parvis"].Environment["PARVIS_LIVEKIT_API_KEY"]
	if key == nil || *key != c.Webhook.APIKey {
		wrong = append(wrong, "webhooks are signed with a key that Parvis does not know")
	}
	for _, address := range c.Webhook.URLs {
		u, err := url.Parse(address)
		if err != nil || u.Hostname() != "parvis" || u.Path != "/webhooks/livekit" {
			wrong = append(wrong, "a webhook goes to "+address)
		}
	}
	if len(c.Webhook.URLs) != 1 {
		wrong = append(wrong, "there must be exactly one webhook")
	}
	if u := p.Services["parvis"].Environment["PARVIS_LIVEKIT_URL"]; u == nil || *u != fmt.Sprintf("http://livekit:%d", c.Port) {
		wrong = append(wrong, "PARVIS_LIVEKIT_URL is not where LiveKit listens")
	}
	return wrong
}
