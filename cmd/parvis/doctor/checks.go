package doctor

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	clockTolerance = 10 * time.Second // an ID token of ProConnect lives 60 s
	certNotice     = 14 * 24 * time.Hour
	discoveryLimit = 1 << 20
)

// MinLiveKit is the oldest stock LiveKit that production may run (a year of TURN and signalling fixes).
var MinLiveKit = [3]int{1, 13, 11}

// Schema examines the database: ping says whether it answers, versions what schema it has and which one is wanted.
func Schema(ping func(context.Context) error, versions func(context.Context) (have, want int64, err error)) []Check {
	return []Check{{"database", func(ctx context.Context) (string, error) {
		if err := ping(ctx); err != nil {
			return "", ailing("Check PARVIS_DATABASE_URL, that the server runs and lets this host in", "The database does not answer (%v)", err)
		}
		return "answers", nil
	}}, {"schema", func(ctx context.Context) (string, error) {
		have, want, err := versions(ctx)
		switch {
		case err != nil:
			return "", ailing("Run parvis migrate", "The schema cannot be read (%v)", err)
		case have < want:
			return "", ailing("Run parvis migrate", "The schema is at version %d, this program needs %d", have, want)
		case have > want:
			return "", ailing("Run the newer program, or restore the database that belongs to this one", "The schema is at version %d, newer than this program's %d", have, want)
		}
		return fmt.Sprintf("version %d", have), nil
	}}}
}

// MediaAnswer is what a real join at the SFU told.
type MediaAnswer struct {
	Version    string
	ICEServers []string // URLs such as stun:host:port, turn:host:port?transport=udp
}

// Media examines the SFU: api proves the key, join makes a real signalling connection as the gate does. Own lists the
// hosts and domains that browsers may be told to ask.
func Media(api func(context.Context) error, join func(context.Context) (MediaAnswer, error), own []string) []Check {
	var answer MediaAnswer
	var joined error
	return []Check{{"livekit api", func(ctx context.Context) (string, error) {
		if err := api(ctx); err != nil {
			return "", ailing("Check PARVIS_LIVEKIT_URL, _API_KEY and _API_SECRET against the keys in LiveKit's configuration", "LiveKit's API does not accept us (%v)", err)
		}
		return "answers and accepts the key", nil
	}}, {"gate", func(ctx context.Context) (string, error) {
		if answer, joined = join(ctx); joined != nil {
			return "", ailing("See that a WebSocket to PARVIS_LIVEKIT_URL passes whatever lies between", "No signalling connection to LiveKit (%v)", joined)
		}
		return "a join was answered", nil
	}}, {"livekit version", func(context.Context) (string, error) {
		if joined != nil {
			return "", ailing("Mend the gate first", "Not known")
		}
		if older(answer.Version, MinLiveKit) {
			return "", ailing("Update LiveKit to 1.13.11 or newer", "LiveKit is %s", answer.Version)
		}
		return answer.Version, nil
	}}, {"ice servers", func(context.Context) (string, error) {
		if joined != nil {
			return "", ailing("Mend the gate first", "Not known")
		}
		return iceServers(answer.ICEServers, own)
	}}}
}

func iceServers(servers, own []string) (string, error) {
	for _, s := range servers {
		host := iceHost(s)
		if net.ParseIP(host) == nil && !slices.ContainsFunc(own, func(domain string) bool { return within(host, domain) }) {
			return "", ailing("Set rtc.stun_servers or enable turn in LiveKit's configuration; if the host is yours, name it with --ice-host",
				"Browsers are told to ask %s, which is not of this installation", host)
		}
	}
	if len(servers) == 0 {
		return "", ailing("Set rtc.stun_servers or enable turn in LiveKit's configuration", "Browsers are told of no STUN or TURN server")
	}
	return strings.Join(servers, " "), nil
}

// iceHost is the host of "turn:host:port?transport=udp" (RFC 7064, RFC 7065).
func iceHost(s string) string {
	_, rest, _ := strings.Cut(s, ":")
	rest, _, _ = strings.Cut(rest, "?")
	if host, _, err := net.SplitHostPort(rest); err == nil {
		return host
	}
	return strings.Trim(rest, "[]")
}

func within(host, domain string) bool {
	return domain != "" && (host == domain || strings.HasSuffix(host, "."+domain))
}

func older(version string, least [3]int) bool {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	for i, want := range least {
		if i >= len(parts) {
			return true
		}
		digits, _, _ := strings.Cut(parts[i], "-") // 1.13.11-rc1 counts as 1.13.11
		have, err := strconv.Atoi(digits)
		if err != nil || have < want {
			return true
		}
		if have > want {
			return false
		}
	}
	return false
}

// Provider examines discovery of an OpenID provider and the difference between its clock and ours.
func Provider(client *http.Client, name, issuer string, now func() time.Time) Check {
	return Check{"provider " + name, func(ctx context.Context) (string, error) {
		at := strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
		if err != nil {
			return "", ailing("Correct the provider's _ISSUER", "The issuer is not an address")
		}
		resp, err := client.Do(req)
		if err != nil {
			return "", ailing("See that this host reaches the provider; people cannot sign in meanwhile, guests can join", "The provider does not answer (%v)", errors.Unwrap(err))
		}
		defer resp.Body.Close()
		var doc struct{ Issuer string }
		if resp.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(resp.Body, discoveryLimit)).Decode(&doc) != nil {
			return "", ailing("Correct the provider's _ISSUER: the discovery document lies below it", "There is no discovery document (status %d)", resp.StatusCode)
		}
		if doc.Issuer != issuer {
			return "", ailing("Set the provider's _ISSUER to exactly that", "The provider calls itself %q", doc.Issuer)
		}
		return clock(resp.Header.Get("Date"), now())
	}}
}

func clock(date string, now time.Time) (string, error) {
	theirs, err := http.ParseTime(date)
	if err != nil {
		return "discovered; it tells no time", nil
	}
	off := now.Sub(theirs).Round(time.Second)
	if off.Abs() > clockTolerance {
		return "", ailing("Run a time service (systemd-timesyncd, chrony) on this host", "Our clock is %s off the provider's", off)
	}
	return fmt.Sprintf("discovered; clocks differ by %s", off), nil
}

// Address examines PARVIS_URL: TLS that browsers trust, or localhost; else the sign-in cookie would not be kept and no
// camera be given.
func Address(u *url.URL, roots *tls.Config, now func() time.Time) Check {
	return Check{"address", func(ctx context.Context) (string, error) {
		if u.Scheme == "http" {
			return "http on localhost: for this machine alone", nil
		}
		host := u.Host
		if u.Port() == "" {
			host = net.JoinHostPort(u.Hostname(), "443")
		}
		dialer := tls.Dialer{Config: roots}
		conn, err := dialer.DialContext(ctx, "tcp", host)
		if err != nil {
			return "", ailing("See that PARVIS_URL resolves here, that the proxy runs and that its certificate is valid for that name", "No trusted TLS at %s (%v)", host, err)
		}
		defer conn.Close()
		until := conn.(*tls.Conn).ConnectionState().PeerCertificates[0].NotAfter
		if left := until.Sub(now()); left < certNotice {
			return "", ailing("Renew it", "The certificate ends on %s", until.Format(time.DateOnly))
		}
		return "TLS is trusted; the certificate ends on " + until.Format(time.DateOnly), nil
	}}
}

// Folder examines that a folder can be written.
func Folder(path string) Check {
	return Check{"folder", func(context.Context) (string, error) {
		probe := filepath.Join(path, ".doctor")
		if err := os.WriteFile(probe, nil, 0o600); err != nil {
			return "", ailing("Make it, or make it writable for the user that runs parvis (PARVIS_DATA)", "The folder %s cannot be written", path)
		}
		return path + " can be written", os.Remove(probe)
	}}
}

// Port examines that an address is free, or already ours: ours says whether what answers there is Parvis.
func Port(setting, address string, ours func(ctx context.Context, address string) bool) Check {
	return Check{"port", func(ctx context.Context) (string, error) {
		l, err := net.Listen("tcp", address)
		if err == nil {
			return address + " is free", l.Close()
		}
		if ours(ctx, address) {
			return address + " is served by Parvis", nil
		}
		return "", ailing("Stop the other program, or change "+setting, "%s cannot be used (%v)", address, err)
	}}
}

// Answers reports whether Parvis answers at an address.
func Answers(client *http.Client) func(context.Context, string) bool {
	return func(ctx context.Context, address string) bool {
		for _, path := range []string{"/healthz", "/metrics"} {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
			if err != nil {
				return false
			}
			resp, err := client.Do(req)
			if err != nil {
				return false
			}
			text, _ := io.ReadAll(io.LimitReader(resp.Body, discoveryLimit))
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK && (resp.Header.Get("Server") == "parvis" || strings.Contains(string(text), "parvis_") || strings.Contains(string(text), `"parvis"`)) {
				return true
			}
		}
		return false
	}
}
