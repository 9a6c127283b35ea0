// Package deliver sends messages to the addresses of webhooks, and to no other place.
//
// It owns the request and the guard: addresses are looked at when they are dialed, each time, so that a name that leads
// elsewhere tomorrow opens nothing. It follows no redirect, asks no proxy, and believes no more than 64 kB of an answer. It
// refuses to sign, to queue and to judge: package webhook does.
package deliver

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parvis/webhook"
)

const (
	// patience is for a whole attempt, from the name to the last byte.
	patience  = 10 * time.Second
	maxAnswer = 64 << 10
	// idlePerHost keeps connections for the next message. How many there are at a time has no bound here: the courier bounds the
	// requests to an endpoint, and a slow one must not use up what others have at the same host.
	idlePerHost = 32
	keepIdle    = 30 * time.Second
)

// Resolver finds the addresses of a name; net.DefaultResolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Options is what a Sender needs to know. All may be left out.
type Options struct {
	Allowed  webhook.Allowed
	Resolver Resolver
	Roots    *x509.CertPool // the system's when left out
	Patience time.Duration
	Now      func() time.Time
	Metrics  prometheus.Registerer
}

// Sender sends. It is safe for concurrent use.
type Sender struct {
	options  Options
	client   *http.Client
	attempts *prometheus.CounterVec
}

var _ webhook.Sender = (*Sender)(nil)

// New makes a Sender.
func New(o Options) *Sender {
	o.Patience = cmp.Or(o.Patience, patience)
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Sender{options: o, attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parvis_webhook_attempts_total", Help: "Attempts to send a message to a webhook, by the class of the answer, or why there was none.",
	}, []string{"outcome"})}
	if o.Metrics != nil {
		o.Metrics.MustRegister(s.attempts)
	}
	s.client = &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil, // never the environment's
			DialContext:            s.dial,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots},
			TLSHandshakeTimeout:    o.Patience, // a connection is made apart from the request that wants it, and outlives it
			MaxIdleConnsPerHost:    idlePerHost,
			IdleConnTimeout:        keepIdle,
			MaxResponseHeaderBytes: maxAnswer,
			DisableCompression:     true,
			Protocols:              onlyHTTP1(), // one slow stream would hold up the others of its connection
		},
	}
	return s
}

func onlyHTTP1() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	return p
}

// Close lets connections go that nobody uses.
func (s *Sender) Close() { s.client.CloseIdleConnections() }

// unresolved is for the metric alone: an owner who told it from a refused address would learn which names our networks have.
const unresolved webhook.Failure = "name-unknown"

// Send implements webhook.Sender. An answer counts when its head is there: what follows is read only where it is asked for.
func (s *Sender) Send(ctx context.Context, r webhook.Request) (webhook.Response, webhook.Failure) {
	got, failure := s.send(ctx, r)
	outcome := string(failure)
	if failure == webhook.NoFailure {
		outcome = strconv.Itoa(got.Status/100) + "xx"
	}
	s.attempts.WithLabelValues(outcome).Inc()
	if failure == unresolved {
		failure = webhook.Refused
	}
	return got, failure
}

func (s *Sender) send(ctx context.Context, r webhook.Request) (webhook.Response, webhook.Failure) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return webhook.Response{}, webhook.Refused
	}
	if request.URL.Scheme != "https" && !s.mayBePlain(request.URL.Hostname()) || request.URL.User != nil {
		return webhook.Response{}, webhook.Refused
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Parvis-Webhooks/1")
	for name, value := range r.Header {
		request.Header.Set(name, value)
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return webhook.Response{}, failureOf(err)
	}
	defer func() { _ = answer.Body.Close() }()
	got := webhook.Response{Status: answer.StatusCode, RetryAfter: s.retryAfter(answer.Header.Get("Retry-After"))}
	failure := s.read(answer, r.Answer, &got)
	if r.Answer && ctx.Err() != nil { // a server that hears us go may still end its answer in good form
		failure, got.Body = webhook.TimedOut, nil
	}
	return got, failure
}

// read reads the answer's body where somebody wants it. Where nobody does, a short one is read all the same, which keeps the
// connection for the next message; a longer one, or one that does not come, costs the connection.
func (s *Sender) read(answer *http.Response, wanted bool, into *webhook.Response) webhook.Failure {
	if !wanted {
		if answer.ContentLength >= 0 && answer.ContentLength <= maxAnswer && answer.StatusCode < http.StatusMultipleChoices {
			_, _ = io.CopyN(io.Discard, answer.Body, answer.ContentLength)
		}
		return webhook.NoFailure
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return failureOf(err)
	case len(body) > maxAnswer:
		return webhook.TooLong
	default:
		into.Body = body
		return webhook.NoFailure
	}
}

// retryAfter reads seconds, or a date (RFC 9110 section 10.2.3).
func (s *Sender) retryAfter(text string) time.Duration {
	if seconds, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && seconds > 0 {
		return time.Duration(min(seconds, 24*60*60)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(s.options.Now()))
	}
	return 0
}

func (s *Sender) mayBePlain(host string) bool {
	addr, err := netip.ParseAddr(host)
	return s.options.Allowed.Host(host) || (err == nil && s.options.Allowed.Address(addr))
}

var errRefused = errors.New("nothing is sent to this address")

// dial looks at every address that a name has before it connects to any: one that is not public refuses the name. It bounds
// itself: what it is given does not end with the request.
func (s *Sender) dial(ctx context.Context, network, target string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Patience)
	defer cancel()
	host, port, err := net.SplitHostPort(target)
	if err != nil {
		return nil, errRefused
	}
	addrs, err := s.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	named := s.options.Allowed.Host(host)
	for _, addr := range addrs {
		if !named && !s.mayReach(addr, port) {
			return nil, errRefused
		}
	}
	dialer := net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || (!named && !s.mayReach(to.Addr(), port)) {
			return errRefused
		}
		return nil
	}}
	return first(ctx, addrs, func(ctx context.Context, addr netip.Addr) (net.Conn, error) {
		return dialer.DialContext(ctx, network, net.JoinHostPort(addr.String(), port))
	})
}

// first connects to the first address that answers. Each has its share of the time that is left, so that one behind which
// nothing answers leaves some to the others.
func first(ctx context.Context, addrs []netip.Addr, dial func(context.Context, netip.Addr) (net.Conn, error)) (conn net.Conn, err error) {
	err = errRefused
	for n, addr := range addrs {
		until, _ := ctx.Deadline()
		share, cancel := context.WithTimeout(ctx, time.Until(until)/time.Duration(len(addrs)-n))
		conn, err = dial(share, addr)
		cancel()
		if err == nil {
			return conn, nil
		}
	}
	return nil, err
}

func (s *Sender) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	addrs, err := s.options.Resolver.LookupNetIP(ctx, "ip", host)
	if err == nil && len(addrs) == 0 {
		err = &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	return addrs, err
}

// mayReach tells whether an address may be connected to: a public one at the port of HTTPS, or what the operator allows.
func (s *Sender) mayReach(addr netip.Addr, port string) bool {
	return s.options.Allowed.Address(addr) || (webhook.Public(addr) && port == "443")
}

// failureOf is what the owner of an endpoint may know of an error: none of it names an address of ours.
func failureOf(err error) webhook.Failure {
	var name *net.DNSError
	var network net.Error
	switch {
	case errors.Is(err, errRefused):
		return webhook.Refused
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return webhook.TimedOut
	case errors.As(err, &name) && !name.IsTimeout:
		return unresolved
	case errors.As(err, &network) && network.Timeout():
		return webhook.TimedOut
	case isTLS(err):
		return webhook.BadTLS
	default:
		return webhook.Unreached
	}
}

func isTLS(err error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	return errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &certificate) || errors.As(err, &record) || errors.As(err, &alert) || strings.Contains(err.Error(), "tls: ")
}
