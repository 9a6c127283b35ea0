package main

import (
	"context"
	"net"
	"net/http"
	"path/filepath"
	"strconv"

	lkauth "github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"github.com/twitchtv/twirp"
)

// media is the media server of bin/, as a process of its own.
type media struct {
	*process
	rooms livekit.RoomService
}

// startMedia starts the media server, and the platform anew before it.
func (w *world) startMedia(ctx context.Context) (*media, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	udp, err := freeUDP(2)
	if err != nil {
		return nil, err
	}
	w.env = []string{"PARVIS_LIVEKIT_URL=http://" + address}
	if err := w.restart(ctx); err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	p, err := start(ctx, filepath.Join(w.bench.bin, "parvis-sfu"), nil, []string{
		"PARVIS_SFU_PORT=" + port, "PARVIS_SFU_UDP_PORT=" + udp[0], "PARVIS_SFU_TURN_PORT=" + udp[1],
		"PARVIS_SFU_API_KEY=key", "PARVIS_SFU_API_SECRET=" + livekitSecret, "PARVIS_SFU_WEBHOOK_URL=http://" + w.host() + "/webhooks/livekit",
	}, address, "/")
	if err != nil {
		return nil, err
	}
	return &media{p, livekit.NewRoomServiceProtobufClient("http://"+address, http.DefaultClient)}, nil
}

func freeUDP(count int) (ports []string, err error) {
	for range count {
		conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			return nil, err
		}
		defer conn.Close()
		ports = append(ports, strconv.Itoa(conn.LocalAddr().(*net.UDPAddr).Port))
	}
	return ports, nil
}

func (m *media) participants(ctx context.Context, room string) ([]*livekit.ParticipantInfo, error) {
	token, err := lkauth.NewAccessToken("key", livekitSecret).SetVideoGrant(&lkauth.VideoGrant{RoomAdmin: true, Room: room}).ToJWT()
	if err != nil {
		return nil, err
	}
	ctx, err = twirp.WithHTTPRequestHeaders(ctx, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		return nil, err
	}
	answer, err := m.rooms.ListParticipants(ctx, &livekit.ListParticipantsRequest{Room: room})
	return answer.GetParticipants(), err
}
