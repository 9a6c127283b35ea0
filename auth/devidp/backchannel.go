package devidp

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	logoutTokenLifetime = 2 * time.Minute
	logoutTimeout       = 5 * time.Second
	logoutEvent         = "http://schemas.openid.net/event/backchannel-logout"
)

// notifier tells applications that a session is over (OpenID Connect Back-Channel Logout 1.0). It owns the goroutines
// that do so: one for each application told, each over after logoutTimeout at the latest, all awaited by close.
type notifier struct {
	issuer  string
	now     func() time.Time
	log     *slog.Logger
	keys    *keyring
	clients []Client
	http    *http.Client

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup
}

func newNotifier(o Options, keys *keyring) *notifier {
	return &notifier{issuer: o.Issuer, now: o.Now, log: o.Logger, keys: keys, clients: o.Clients, http: loopbackClient()}
}

// loopbackClient reaches this machine only, whatever localhost resolves to, keeps no connection and follows nowhere.
func loopbackClient() *http.Client {
	dialer := &net.Dialer{Timeout: logoutTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		host, _, err := net.SplitHostPort(address)
		if err != nil || !net.ParseIP(host).IsLoopback() {
			return fmt.Errorf("%s is not on this machine", address)
		}
		return nil
	}}
	return &http.Client{
		Timeout:       logoutTimeout,
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// tell sends a logout token to each application of the sessions that wants one, and returns at once.
func (n *notifier) tell(over []ended) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return
	}
	for _, e := range over {
		for _, c := range n.clients {
			if c.BackChannelLogoutURI == "" || !slices.Contains(e.clients, c.ID) {
				continue
			}
			n.running.Go(func() {
				if err := n.send(context.Background(), e, c); err != nil {
					n.log.Warn("back-channel logout not delivered", "client", c.ID, "error", err)
				}
			})
		}
	}
}

func (n *notifier) send(ctx context.Context, e ended, c Client) error {
	now := n.now()
	token, err := n.keys.sign(string(n.keys.main), "logout+jwt", map[string]any{
		"iss": n.issuer, "aud": c.ID, "sub": e.subject, "sid": e.sid, "jti": secret(),
		"iat": now.Unix(), "exp": now.Add(logoutTokenLifetime).Unix(),
		"events": map[string]any{logoutEvent: struct{}{}},
	})
	if err != nil {
		return err
	}
	form := url.Values{"logout_token": {token}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.BackChannelLogoutURI, strings.NewReader(form))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := n.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the application answered %s", response.Status)
	}
	return nil
}

func (n *notifier) close() {
	n.mu.Lock()
	n.closed = true
	n.mu.Unlock()
	n.running.Wait()
}
