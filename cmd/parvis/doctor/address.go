package doctor

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// answer is what came back from an address that may be Parvis's.
type answer struct {
	status int
	cert   *tls.ConnectionState
	name   string // what the server calls itself, empty when it is not Parvis
	url    string
}

// ask reads what a Parvis tells every browser. At is where it is asked, host the Host header that it is asked under.
func ask(ctx context.Context, client *http.Client, at *url.URL, host string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.JoinPath("/api/v1/config").String(), nil)
	if err != nil {
		return answer{}, err
	}
	req.Host = host
	resp, err := client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, cert: resp.TLS}
	var told struct {
		Name      string
		URL       string
		Languages []string
		Providers []struct{ Name string }
	}
	if json.NewDecoder(io.LimitReader(resp.Body, answerLimit)).Decode(&told) == nil && resp.StatusCode == http.StatusOK && len(told.Languages) > 0 && told.Providers != nil {
		a.name, a.url = told.Name, told.URL
	}
	return a, nil
}

// is reports whether the answer is that of the Parvis which lives at u.
func (a answer) is(u *url.URL) bool { return a.name != "" && a.url == origin(u) }

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// Address examines PARVIS_URL as a browser would use it: TLS that it trusts, or this machine, else the sign-in cookie
// would not be kept and no camera be given; and this Parvis behind it.
func Address(client *http.Client, u *url.URL, now func() time.Time) Check {
	return Check{"address", func(ctx context.Context) (string, error) {
		if u.Scheme != "https" && !local(u.Hostname()) {
			return "", ailing("Set PARVIS_URL to https://…", "Browsers keep no sign-in and give no camera at %s", origin(u))
		}
		a, err := ask(ctx, client, u, "")
		if err != nil {
			return "", unreached(u, err)
		}
		if err := a.foreign(u); err != nil {
			return "", err
		}
		if u.Scheme == "http" {
			return "Parvis answers; http on localhost is for this machine alone", nil
		}
		until := a.cert.PeerCertificates[0].NotAfter
		if left := until.Sub(now()); left < certNotice {
			return "", ailing("Renew it", "The certificate ends on %s", until.Format(time.DateOnly))
		}
		return "Parvis answers; TLS is trusted until " + until.Format(time.DateOnly), nil
	}}
}

// local reports whether browsers take a host for this machine, where they ask for no TLS.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// unreached says why nothing was answered at all.
func unreached(u *url.URL, err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	var dial *net.OpError
	if u.Scheme == "https" && !(errors.As(err, &dial) && dial.Op == "dial") && !errors.Is(err, context.DeadlineExceeded) {
		return ailing("See that its certificate is valid for that name", "No trusted TLS at %s (%v)", u.Host, err)
	}
	if u.Scheme == "http" {
		return ailing("Start parvis serve, then ask again", "Nothing answers at %s (%v)", origin(u), err)
	}
	return ailing("See that the name leads here and that the proxy and parvis serve run", "Nothing answers at %s (%v)", origin(u), err)
}

// foreign says what is wrong with an answer that is not this Parvis's; nil when it is.
func (a answer) foreign(u *url.URL) error {
	switch {
	case a.is(u):
		return nil
	case a.name != "":
		return ailing("Give parvis serve and the doctor the same PARVIS_URL", "The Parvis at %s says that it lives at %s", origin(u), a.url)
	case a.status == http.StatusMisdirectedRequest:
		return ailing("Let the proxy pass the Host header on, and give parvis serve the same PARVIS_URL", "What answers at %s does not know that name", origin(u))
	case a.status == http.StatusBadGateway || a.status == http.StatusServiceUnavailable || a.status == http.StatusGatewayTimeout:
		return ailing("Start parvis serve, then ask again", "The proxy at %s has nobody behind it (status %d)", origin(u), a.status)
	default:
		return ailing("Let the name and the proxy lead to PARVIS_LISTEN", "Another program answers at %s (status %d)", origin(u), a.status)
	}
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

// Serves reports whether the Parvis of PARVIS_URL answers at an address of this machine.
func Serves(client *http.Client, u *url.URL) func(context.Context, string) bool {
	return func(ctx context.Context, address string) bool {
		a, err := ask(ctx, client, &url.URL{Scheme: "http", Host: reachable(address)}, u.Host)
		return err == nil && a.is(u)
	}
}

// Measures reports whether the metrics of a Parvis answer at an address of this machine.
func Measures(client *http.Client) func(context.Context, string) bool {
	return func(ctx context.Context, address string) bool {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+reachable(address)+"/metrics", nil)
		if err != nil {
			return false
		}
		resp, err := client.Do(req)
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
		return err == nil && resp.StatusCode == http.StatusOK && strings.Contains(string(text), "\n# TYPE parvis_")
	}
}

// reachable is where a listening address is asked: one that means every interface is asked on loopback.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && (host == "" || (ip != nil && ip.IsUnspecified())) {
		return net.JoinHostPort("localhost", port)
	}
	return address
}
