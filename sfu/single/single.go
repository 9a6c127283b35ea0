// Package single holds the settings of a LiveKit for one machine.
//
// It owns what cmd/parvis-sfu may be told (PARVIS_SFU_ settings), the safe values of everything else, and the refusals.
// It refuses to know LiveKit's code: the settings become LiveKit's own YAML, so that everything here is tested without
// building an SFU.
package single

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Ports by default.
const (
	DefaultPort      = 7880
	DefaultUDPPort   = 7882
	DefaultTURNPort  = 3479
	defaultRelays    = "41000-41100"
	minSecret        = 32
	minRelayPorts    = 10
	ForeignICERemedy = "set PARVIS_SFU_TURN_PORT, PARVIS_SFU_STUN_SERVERS or PARVIS_SFU_TURN_SERVERS: without one of the three LiveKit sends browsers to servers of Google and Twilio"
)

// Settings is all that the operator decides. Everything listens on loopback.
type Settings struct {
	Port       int // HTTP and WebSocket, for the gate alone
	UDPPort    int // media of everybody, on one socket
	TURNPort   int // STUN and TURN of our own; 0: none
	RelayFirst int // ports that TURN relays from
	RelayLast  int
	APIKey     string
	APISecret  string
	WebhookURL string // "": none

	STUNServers []string     // own ones, host:port
	TURNServers []TURNServer // own ones
}

// TURNServer is an external TURN server with a shared secret (TURN REST credentials).
type TURNServer struct {
	Host     string
	Port     int
	Protocol string // udp, tcp or tls
	Secret   string
}

// FromEnv reads the settings and reports every mistake at once.
func FromEnv(getenv func(string) string) (Settings, error) {
	r := reader{getenv: getenv}
	s := Settings{
		Port:       r.port("PORT", DefaultPort, 1),
		UDPPort:    r.port("UDP_PORT", DefaultUDPPort, 1),
		TURNPort:   r.port("TURN_PORT", DefaultTURNPort, 0),
		APIKey:     r.text("API_KEY"),
		APISecret:  r.text("API_SECRET"),
		WebhookURL: r.text("WEBHOOK_URL"),
	}
	s.RelayFirst, s.RelayLast = r.span("RELAY_PORTS", defaultRelays)
	s.STUNServers = r.stun("STUN_SERVERS")
	s.TURNServers = r.turn("TURN_SERVERS")
	return s, errors.Join(append(r.mistakes, s.mistakes()...)...)
}

func (s Settings) mistakes() []error {
	var found []error
	if s.APIKey == "" {
		found = append(found, errors.New("PARVIS_SFU_API_KEY is needed"))
	}
	if len(s.APISecret) < minSecret {
		found = append(found, fmt.Errorf("PARVIS_SFU_API_SECRET needs %d characters or more", minSecret))
	}
	if s.WebhookURL != "" {
		if u, err := url.Parse(s.WebhookURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			found = append(found, errors.New("PARVIS_SFU_WEBHOOK_URL is an http or https URL"))
		}
	}
	if s.UDPPort == s.TURNPort && s.UDPPort != 0 {
		found = append(found, errors.New("PARVIS_SFU_UDP_PORT and PARVIS_SFU_TURN_PORT are two ports"))
	}
	if err := OwnICE(s.TURNPort > 0, len(s.TURNServers), len(s.STUNServers)); err != nil {
		found = append(found, err)
	}
	return found
}

// OwnICE refuses settings with which LiveKit would tell browsers to use foreign STUN servers, which then learn who calls when.
func OwnICE(turnUDP bool, turnServers, stunServers int) error {
	if turnUDP || turnServers > 0 || stunServers > 0 {
		return nil
	}
	return errors.New(ForeignICERemedy)
}

// Sockets are the local addresses that the SFU will listen on, by the setting that names them.
func (s Settings) Sockets() []Socket {
	all := []Socket{
		{Setting: "PARVIS_SFU_PORT", Network: "tcp", Port: s.Port},
		{Setting: "PARVIS_SFU_UDP_PORT", Network: "udp", Port: s.UDPPort},
	}
	if s.TURNPort > 0 {
		all = append(all, Socket{Setting: "PARVIS_SFU_TURN_PORT", Network: "udp", Port: s.TURNPort})
	}
	return all
}

// Socket is one listening address on loopback.
type Socket struct {
	Setting string
	Network string
	Port    int
}

// CheckFree says in one sentence which port is taken. LiveKit itself would leave its other sockets open and say little.
func CheckFree(sockets []Socket) error {
	for _, s := range sockets {
		if err := s.try(); err != nil {
			return fmt.Errorf("%s port %d (%s) is taken by another program: stop that one or choose another port", strings.ToUpper(s.Network), s.Port, s.Setting)
		}
	}
	return nil
}

func (s Socket) try() error {
	address := net.JoinHostPort(loopback, strconv.Itoa(s.Port))
	if s.Network == "udp" {
		conn, err := net.ListenPacket(s.Network, address)
		if err != nil {
			return err
		}
		return conn.Close()
	}
	listener, err := net.Listen(s.Network, address)
	if err != nil {
		return err
	}
	return listener.Close()
}

// reader reads PARVIS_SFU_ settings and collects mistakes.
type reader struct {
	getenv   func(string) string
	mistakes []error
}

const prefix = "PARVIS_SFU_"

func (r *reader) text(name string) string { return strings.TrimSpace(r.getenv(prefix + name)) }

func (r *reader) wrong(name, want string) {
	r.mistakes = append(r.mistakes, fmt.Errorf("%s%s is %s", prefix, name, want))
}

func (r *reader) port(name string, standard, lowest int) int {
	text := r.text(name)
	if text == "" {
		return standard
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < lowest || n > 65535 {
		r.wrong(name, fmt.Sprintf("a port between %d and 65535", lowest))
		return standard
	}
	return n
}

func (r *reader) span(name, standard string) (first, last int) {
	text := r.text(name)
	if text == "" {
		text = standard
	}
	low, high, _ := strings.Cut(text, "-")
	first, errFirst := strconv.Atoi(low)
	last, errLast := strconv.Atoi(high)
	if errFirst != nil || errLast != nil || first < 1024 || last > 65535 || last-first < minRelayPorts {
		r.wrong(name, "a span of ports such as "+defaultRelays)
	}
	return first, last
}

func (r *reader) list(name string) []string {
	return strings.FieldsFunc(r.text(name), func(c rune) bool { return c == ',' || c == ' ' })
}

func (r *reader) stun(name string) []string {
	servers := r.list(name)
	for _, server := range servers {
		if _, _, ok := hostPort(server); !ok {
			r.wrong(name, "a list of host:port")
			return nil
		}
	}
	return servers
}

// turn reads protocol://secret@host:port.
func (r *reader) turn(name string) []TURNServer {
	var servers []TURNServer
	for _, text := range r.list(name) {
		server, ok := parseTURN(text)
		if !ok {
			r.wrong(name, "a list of udp://secret@host:port (or tcp, tls)") // never the value: it has a secret
			return nil
		}
		servers = append(servers, server)
	}
	return servers
}

func parseTURN(text string) (TURNServer, bool) {
	u, err := url.Parse(text)
	if err != nil || u.User == nil || u.User.Username() == "" {
		return TURNServer{}, false
	}
	host, port, ok := hostPort(u.Host)
	if !ok || (u.Scheme != "udp" && u.Scheme != "tcp" && u.Scheme != "tls") {
		return TURNServer{}, false
	}
	return TURNServer{Host: host, Port: port, Protocol: u.Scheme, Secret: u.User.Username()}, true
}

func hostPort(text string) (string, int, bool) {
	host, portText, err := net.SplitHostPort(text)
	port, errPort := strconv.Atoi(portText)
	if err != nil || errPort != nil || host == "" || port < 1 || port > 65535 {
		return "", 0, false
	}
	if addr, err := netip.ParseAddr(host); err == nil && addr.IsUnspecified() {
		return "", 0, false
	}
	return host, port, true
}
