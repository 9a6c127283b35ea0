package sfu

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/livekit/protocol/livekit"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/singleflight"

	"parvis/rooms"
)

const (
	// callTimeout bounds each call to the SFU's API: one that hangs must not hold requests up.
	callTimeout = 3 * time.Second
	// knownRooms bounds how many SFU rooms a process remembers to exist; one that falls out is created anew, which
	// LiveKit answers with the same room.
	knownRooms = 16384
)

// Options says where the SFU is and how to speak with it.
type Options struct {
	// URL is the SFU's HTTP address as this process reaches it: http://127.0.0.1:7880.
	URL string
	// APIKey and APISecret sign passes and calls and verify webhooks. LiveKit must have this one key alone: it signs
	// the tokens that it refreshes with any key of its list.
	APIKey    string
	APISecret string
	// PublicURL is what a browser is told to connect to: wss://our-origin/livekit.
	PublicURL string

	Now     func() time.Time      // nil: time.Now
	Logger  *slog.Logger          // nil: slog.Default
	Metrics prometheus.Registerer // nil: none
}

// Client speaks with the SFU and signs for it. It is safe for concurrent use.
type Client struct {
	base      *url.URL
	publicURL string
	signer    signer
	now       func() time.Time
	logger    *slog.Logger
	metrics   *metrics

	http  *http.Client
	rooms livekit.RoomService

	known    *lru.Cache[string, struct{}] // SFU rooms that this process created
	creating singleflight.Group
}

var (
	_ rooms.Passes = (*Client)(nil)
	_ rooms.Media  = (*Client)(nil)
)

// New makes a Client. It calls nobody.
func New(o Options) (*Client, error) {
	base, err := url.Parse(o.URL)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, errors.New("sfu: the SFU's address is an http or https URL")
	}
	if o.APIKey == "" || o.APISecret == "" {
		return nil, errors.New("sfu: API key and secret are needed")
	}
	c := &Client{
		base:      &url.URL{Scheme: base.Scheme, Host: base.Host},
		publicURL: o.PublicURL,
		signer:    signer{key: o.APIKey, secret: []byte(o.APISecret)},
		now:       o.Now,
		logger:    o.Logger,
		metrics:   newMetrics(o.Metrics),
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.logger == nil {
		c.logger = slog.Default()
	}
	c.known, err = lru.New[string, struct{}](knownRooms)
	if err != nil {
		return nil, fmt.Errorf("sfu: %w", err)
	}
	c.http = &http.Client{
		Transport: newTransport(),
		// A redirect would carry our signature to wherever it points.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	c.rooms = livekit.NewRoomServiceProtobufClient(c.base.String(), c.http)
	return c, nil
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// newTransport never asks the environment for a proxy: the SFU is beside us, and its tokens go nowhere else.
func newTransport() *http.Transport {
	return &http.Transport{
		DialContext:           (&net.Dialer{Timeout: callTimeout, KeepAlive: 15 * time.Second}).DialContext,
		TLSHandshakeTimeout:   callTimeout,
		ResponseHeaderTimeout: 2 * callTimeout,
		MaxIdleConns:          64,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       time.Minute,
		DisableCompression:    true,
	}
}

// EnsureRoom makes sure that the SFU has the room. Its bound on participants is that of all rooms: the SFU cannot change
// that of a room that runs, so a room's own is kept at the gate alone (docs/decisions/0009-limits.md).
// A room that this process created before is believed to exist until
// Forget; callers at once share one call.
func (c *Client) EnsureRoom(ctx context.Context, mediaName string) error {
	if c.known.Contains(mediaName) {
		return nil
	}
	// The first caller's cancellation must not fail those who wait with it.
	done := c.creating.DoChan(mediaName, func() (any, error) {
		err := c.call(context.WithoutCancel(ctx), "CreateRoom", createGrant(), func(ctx context.Context) error {
			_, err := c.rooms.CreateRoom(ctx, &livekit.CreateRoomRequest{Name: mediaName, MaxParticipants: rooms.MaxParticipants})
			return err
		})
		if err == nil {
			c.known.Add(mediaName, struct{}{})
		}
		return nil, err
	})
	select {
	case <-ctx.Done():
		return ctx.Err()
	case r := <-done:
		return r.Err
	}
}

// Forget makes the next EnsureRoom ask the SFU again.
func (c *Client) Forget(mediaName string) { c.known.Remove(mediaName) }
