package sfu

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	lkauth "github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"github.com/twitchtv/twirp"

	"parvis/event"
	"parvis/fault"
	"parvis/rooms"
)

const (
	// signalTopic marks what the server says to a room among LiveKit's data.
	signalTopic = "parvis"
	// signalLimit keeps a signal within one data packet of the SDKs (15 000 bytes with their own framing).
	signalLimit = 14000
	// sendTimeout is short: a signal is of now.
	sendTimeout = 2 * time.Second
	// callTokenTTL is how long the token of one call lives.
	callTokenTTL = time.Minute
	retryAfter   = 2 * time.Second
)

// errAbsent tells that the SFU does not know the room or the participant.
var errAbsent = errors.New("not at the SFU")

// Remove disconnects a participant; one who is not there is no error.
func (c *Client) Remove(ctx context.Context, mediaName, identity string) error {
	return present(c.remove(ctx, mediaName, identity))
}

// Apply brings name, attributes and rights of a connected participant up to date; one who is not there is no error.
func (c *Client) Apply(ctx context.Context, mediaName string, a rooms.Admission) error {
	return present(c.apply(ctx, mediaName, a))
}

func present(err error) error {
	if errors.Is(err, errAbsent) {
		return nil
	}
	return err
}

func (c *Client) remove(ctx context.Context, mediaName, identity string) error {
	return c.call(ctx, "RemoveParticipant", adminGrant(mediaName), func(ctx context.Context) error {
		_, err := c.rooms.RemoveParticipant(ctx, &livekit.RoomParticipantIdentity{Room: mediaName, Identity: identity})
		return err
	})
}

func (c *Client) apply(ctx context.Context, mediaName string, a rooms.Admission) error {
	return c.call(ctx, "UpdateParticipant", adminGrant(mediaName), func(ctx context.Context) error {
		_, err := c.rooms.UpdateParticipant(ctx, &livekit.UpdateParticipantRequest{
			Room:       mediaName,
			Identity:   a.ID,
			Name:       a.Name,
			Attributes: attributes(a),
			Permission: permission(a),
		})
		return err
	})
}

// Send says a signal to the room, or to the identities named. A room that the SFU does not have hears nothing and
// needs nothing: who comes reads the state. LiveKit leaves a signal to such a room unanswered, so what is not answered
// in time is followed by the question whether the room is there.
func (c *Client) Send(ctx context.Context, mediaName string, s event.Signal, to ...string) error {
	body, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("send %s: %w", s.Type, err)
	}
	if len(body) > signalLimit {
		return fmt.Errorf("send %s: %d bytes are more than a data packet carries", s.Type, len(body))
	}
	topic := signalTopic
	sending, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	err = c.call(sending, "SendData", adminGrant(mediaName), func(ctx context.Context) error {
		_, err := c.rooms.SendData(ctx, &livekit.SendDataRequest{
			Room: mediaName, Data: body, Kind: livekit.DataPacket_RELIABLE, Topic: &topic, DestinationIdentities: to,
		})
		return err
	})
	if fault.Is(err, fault.Unavailable) {
		if there, asked := c.hasRoom(ctx, mediaName); asked == nil && !there {
			return nil
		}
	}
	return present(err)
}

func (c *Client) hasRoom(ctx context.Context, mediaName string) (bool, error) {
	var there bool
	err := c.call(ctx, "ListRooms", listGrant(), func(ctx context.Context) error {
		answer, err := c.rooms.ListRooms(ctx, &livekit.ListRoomsRequest{Names: []string{mediaName}})
		there = len(answer.GetRooms()) > 0
		return err
	})
	return there, err
}

// Rooms lists the SFU's rooms. Their number of participants lags by up to 5 s.
func (c *Client) Rooms(ctx context.Context) ([]rooms.MediaRoom, error) {
	var listed []rooms.MediaRoom
	err := c.call(ctx, "ListRooms", listGrant(), func(ctx context.Context) error {
		answer, err := c.rooms.ListRooms(ctx, &livekit.ListRoomsRequest{})
		if err != nil {
			return err
		}
		for _, r := range answer.GetRooms() {
			listed = append(listed, rooms.MediaRoom{Name: r.GetName(), Sid: r.GetSid(), Participants: int(r.GetNumParticipants())})
		}
		return nil
	})
	return listed, err
}

// Participants lists who is connected to a room; fault.NotFound when the SFU says that there is no such room, nobody
// when it knows nothing of it.
func (c *Client) Participants(ctx context.Context, mediaName string) ([]rooms.MediaParticipant, error) {
	var people []rooms.MediaParticipant
	err := c.call(ctx, "ListParticipants", adminGrant(mediaName), func(ctx context.Context) error {
		answer, err := c.rooms.ListParticipants(ctx, &livekit.ListParticipantsRequest{Room: mediaName})
		if err != nil {
			return err
		}
		for _, p := range answer.GetParticipants() {
			people = append(people, rooms.MediaParticipant{
				Identity: p.GetIdentity(),
				Standard: p.GetKind() == livekit.ParticipantInfo_STANDARD,
				JoinedAt: time.UnixMilli(p.GetJoinedAtMs()).UTC(),
			})
		}
		return nil
	})
	if errors.Is(err, errAbsent) {
		return nil, fault.New(fault.CodeRoomNotFound, "the media server has no such room").Because(err)
	}
	return people, err
}

// call runs one call with a token of its own, a time-out, and the errors of package fault.
func (c *Client) call(ctx context.Context, method string, grant *lkauth.VideoGrant, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	ctx, err := c.authorize(ctx, grant)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	began := time.Now()
	err = classify(do(ctx))
	c.metrics.called(method, outcomeOf(err), time.Since(began))
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// classify tells what became of a call: absent, not answered in time, or refused (a mistake of settings or of ours).
func classify(err error) error {
	var answer twirp.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &answer):
		return unavailable(err)
	case answer.Code() == twirp.NotFound:
		return fmt.Errorf("%w: %w", errAbsent, err)
	case refusedCode(answer.Code()):
		return err
	default:
		return unavailable(err)
	}
}

func refusedCode(code twirp.ErrorCode) bool {
	switch code {
	case twirp.Unauthenticated, twirp.PermissionDenied, twirp.InvalidArgument, twirp.BadRoute, twirp.Malformed, twirp.Unimplemented:
		return true
	default:
		return false
	}
}

func unavailable(err error) error {
	return fault.New(fault.CodeMediaUnavailable, "the media server does not answer").After(retryAfter).Because(err)
}
