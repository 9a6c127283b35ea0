package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	clockTolerance = 10 * time.Second // an ID token of ProConnect lives 60 s
	certNotice     = 14 * 24 * time.Hour
	answerLimit    = 1 << 20
)

// MinLiveKit is the oldest stock LiveKit that production may run (a year of TURN and signalling fixes).
var MinLiveKit = [3]int{1, 13, 11}

// Schema examines the database: ping says whether it answers, versions what schema it has and which one is wanted.
func Schema(ping func(context.Context) error, versions func(context.Context) (have, want int64, err error)) []Check {
	return []Check{{"database", func(ctx context.Context) (string, error) {
		if err := ping(ctx); err != nil {
			return "", named("database-silent", failing(err, "Check PARVIS_DATABASE_URL, that the server runs and lets this host in", "The database does not answer"))
		}
		return "answers", nil
	}}, {"schema", func(ctx context.Context) (string, error) {
		have, want, err := versions(ctx)
		switch {
		case err != nil:
			return "", named("schema-unreadable", failing(err, "Run parvis migrate", "The schema cannot be read"))
		case have < want:
			return "", named("schema-older", ailing("Run parvis migrate", "The schema is at version %d, this program needs %d", have, want), "have", fmt.Sprint(have), "want", fmt.Sprint(want))
		case have > want:
			return "", named("schema-newer", ailing("Run the newer program, or restore the database that belongs to this one", "The schema is at version %d, newer than this program's %d", have, want),
				"have", fmt.Sprint(have), "want", fmt.Sprint(want))
		}
		return fmt.Sprintf("version %d", have), nil
	}}}
}

// MediaAnswer is what a real join at the SFU told.
type MediaAnswer struct {
	Version    string
	Own        bool // started by Parvis, which bounds what older versions do not: they are no ailment
	Node       string
	Region     string
	ICEServers []string // URLs such as stun:host:port, turn:host:port?transport=udp
}

// said names the node that answered, where it has names.
func (a MediaAnswer) said() string {
	text := "a join was answered"
	if a.Node != "" {
		text += " by the node " + a.Node
	}
	if a.Region != "" {
		text += " in " + a.Region
	}
	return text
}

// Serving examines the SFU in a process that serves: as Media, but with one check, so that all may run at a time. Version is
// told what LiveKit calls its own.
func Serving(api func(context.Context) error, join func(context.Context) (MediaAnswer, error), version func(string)) Check {
	return Check{"media", func(ctx context.Context) (string, error) {
		checks := Media(api, join, Hosts{})
		if _, err := checks[0].Run(ctx); err != nil {
			return "", err
		}
		said, err := checks[1].Run(ctx)
		if err != nil {
			return "", err
		}
		running, err := checks[2].Run(ctx)
		version(running)
		return said, err
	}}
}

// Media examines the SFU: api proves the key, join makes a real signalling connection as the gate does. Own says
// which hosts browsers may be told to ask.
func Media(api func(context.Context) error, join func(context.Context) (MediaAnswer, error), own Hosts) []Check {
	var answer MediaAnswer
	var joined error
	return []Check{{"livekit api", func(ctx context.Context) (string, error) {
		if err := api(ctx); err != nil {
			return "", named("media-refuses", failing(err, "Check PARVIS_LIVEKIT_URL, _API_KEY and _API_SECRET against the keys in LiveKit's configuration", "LiveKit's API does not accept us"))
		}
		return "answers and accepts the key", nil
	}}, {"gate", func(ctx context.Context) (string, error) {
		if answer, joined = join(ctx); joined != nil {
			return "", named("media-silent", failing(joined, "See that a WebSocket to PARVIS_LIVEKIT_URL passes whatever lies between", "No signalling connection to LiveKit"))
		}
		return answer.said(), nil
	}}, {"livekit version", func(context.Context) (string, error) {
		if joined != nil {
			return "", ailing("Mend the gate first", "Not known")
		}
		if !answer.Own && older(answer.Version, MinLiveKit) {
			return answer.Version, named("media-old", ailing("Update LiveKit to 1.13.11 or newer", "LiveKit is %s", answer.Version), "version", answer.Version)
		}
		return answer.Version, nil
	}}, {"ice servers", func(ctx context.Context) (string, error) {
		if joined != nil {
			return "", ailing("Mend the gate first", "Not known")
		}
		return iceServers(ctx, answer.ICEServers, own)
	}}}
}

func iceServers(ctx context.Context, servers []string, own Hosts) (string, error) {
	for _, s := range servers {
		if host := iceHost(s); !own.own(ctx, host) {
			return "", ailing("If it is yours, say so with --ice-host "+host+"; else set rtc.stun_servers or enable turn in LiveKit's configuration",
				"Browsers are told to ask %s, which is not known to be of this installation", host)
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
			return "", named("provider-address", ailing("Correct the provider's _ISSUER", "The issuer is not an address"))
		}
		resp, err := client.Do(req)
		if err != nil {
			return "", named("provider-silent", failing(errors.Unwrap(err), "See that this host reaches the provider; people cannot sign in meanwhile, guests can join", "The provider does not answer"))
		}
		defer resp.Body.Close()
		var doc struct{ Issuer string }
		if resp.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(resp.Body, answerLimit)).Decode(&doc) != nil {
			return "", named("provider-document", ailing("Correct the provider's _ISSUER: the discovery document lies below it", "There is no discovery document (status %d)", resp.StatusCode),
				"status", fmt.Sprint(resp.StatusCode))
		}
		if doc.Issuer != issuer {
			return "", named("provider-issuer", ailing("Set the provider's _ISSUER to exactly that", "The provider calls itself %q", doc.Issuer), "issuer", doc.Issuer)
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
		return "", named("provider-clock", ailing("Run a time service (systemd-timesyncd, chrony) on this host", "Our clock is %s off the provider's", off), "off", off.String())
	}
	return fmt.Sprintf("discovered; clocks differ by %s", off), nil
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
