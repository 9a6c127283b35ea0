package sfu

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
	lkauth "github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"
)

// Ping tells whether the SFU is up and accepts our key: its health page and a call that a wrong key fails.
func (c *Client) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.String()+"/", nil)
	if err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return fmt.Errorf("ping: %w", unavailable(withoutAddress(err)))
	}
	_, _ = io.CopyN(io.Discard, answer.Body, answerLimit)
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("ping: %w", unavailable(fmt.Errorf("the SFU answers %d", answer.StatusCode)))
	}
	return c.call(ctx, "ListRooms", listGrant(), func(ctx context.Context) error {
		_, err := c.rooms.ListRooms(ctx, &livekit.ListRoomsRequest{Names: []string{"none"}})
		return err
	})
}

// Probed is what a real join learned: LiveKit's version and the ICE servers that it tells browsers to use, as URLs such
// as "turn:192.0.2.1:3478?transport=udp".
type Probed struct {
	Version    string
	Node       string // that answered
	Region     string // of it, where LiveKit's configuration says one
	ICEServers []string
}

// Probe joins a room of its own as a hidden participant, reads the SFU's welcome and takes the room away again.
func (c *Client) Probe(ctx context.Context) (Probed, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*callTimeout)
	defer cancel()
	room := "probe-" + rand.Text()
	if err := c.EnsureRoom(ctx, room); err != nil {
		return Probed{}, fmt.Errorf("probe: %w", err)
	}
	defer c.removeRoom(ctx, room)
	welcome, err := c.joinHidden(ctx, room)
	if err != nil {
		return Probed{}, fmt.Errorf("probe: %w", err)
	}
	info := welcome.GetServerInfo()
	found := Probed{Version: info.GetVersion(), Node: info.GetNodeId(), Region: info.GetRegion()}
	for _, server := range welcome.GetIceServers() {
		found.ICEServers = append(found.ICEServers, server.GetUrls()...)
	}
	return found, nil
}

func (c *Client) removeRoom(ctx context.Context, room string) {
	c.Forget(room)
	ctx = context.WithoutCancel(ctx)
	err := c.call(ctx, "DeleteRoom", createGrant(), func(ctx context.Context) error {
		_, err := c.rooms.DeleteRoom(ctx, &livekit.DeleteRoomRequest{Room: room})
		return err
	})
	if err != nil && !errors.Is(err, errAbsent) {
		c.logger.WarnContext(ctx, "room of the probe not removed; it ends by itself", "error", err)
	}
}

func (c *Client) joinHidden(ctx context.Context, room string) (*livekit.JoinResponse, error) {
	no := false
	token, err := c.signer.sign(claims{ClaimGrants: lkauth.ClaimGrants{
		Identity: room,
		Video:    &lkauth.VideoGrant{RoomJoin: true, Room: room, Hidden: true, CanPublish: &no, CanPublishData: &no, CanSubscribe: &no},
	}}, c.now(), callTokenTTL)
	if err != nil {
		return nil, err
	}
	dialer := ws.Dialer{Header: ws.HandshakeHeaderHTTP{"Authorization": {"Bearer " + token}}, Timeout: callTimeout}
	scheme := map[string]string{"http": "ws", "https": "wss"}[c.base.Scheme]
	address := url.URL{Scheme: scheme, Host: c.base.Host, Path: "/rtc", RawQuery: "protocol=16&sdk=go"}
	conn, early, _, err := dialer.Dial(ctx, address.String())
	if err != nil {
		return nil, unavailable(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(callTimeout))
	from := struct {
		io.Reader
		io.Writer
	}{conn, conn}
	if early != nil {
		from.Reader = io.MultiReader(early, conn)
	}
	message, err := wsutil.ReadServerBinary(from)
	if err != nil {
		return nil, unavailable(err)
	}
	var first livekit.SignalResponse
	if err := proto.Unmarshal(message, &first); err != nil {
		return nil, fmt.Errorf("read the welcome: %w", err)
	}
	if first.GetJoin() == nil {
		return nil, errors.New("the SFU's first message is no welcome")
	}
	return first.GetJoin(), nil
}
